//! Putting a file into the index: its row and its owner's used bytes together, so that these always equal the rows' sum.

use super::{
    ContentType, QuarantineReason, Thumbnail, Verified,
    entity::{ActiveModel, Column, Entity},
    list::folding::search_key,
    picture::milliseconds,
    received,
    state::State,
};
use crate::{
    accounts::{Principal, charging},
    audit::{self, Action, Actor, Subject},
    database::{self, DatabaseConnection},
    error::Result,
    ids::{FolderId, MoveId, Ticket, UserId},
    storage::{FolderPath, ObjectKey, Parcel, Picture, Tone},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Statement, Value,
    sea_query::OnConflict,
};
use std::sync::OnceLock;

pub use super::known::{Known, known, known_ids};

/// A file about to be indexed.
pub struct NewFile<'a> {
    pub key: &'a ObjectKey,
    pub file_url: String,
    pub content_type: ContentType,
    /// What its bytes are, if they contradict its type.
    pub found_type: Option<ContentType>,
    pub size: i64,
    pub etag: Option<String>,
    pub checksum: Option<String>,
    pub verified: Option<Verified>,
    /// Width and height in pixels, as it is shown.
    pub dimensions: Option<(i64, i64)>,
    pub state: State,
    /// Why it is put aside, where that is not what its bytes are.
    pub quarantine_reason: Option<QuarantineReason>,
    /// When its object was removed, if it was refused.
    pub object_removed_at: Option<DateTime<Utc>>,
    /// Until when its URL may write to it again, if it may.
    pub writable_until: Option<DateTime<Utc>>,
    /// The path that it came in.
    pub folder: Option<FolderPath>,
    /// Where it lies.
    pub folder_id: Option<FolderId>,
    pub thumbnail: Option<Thumbnail>,
    /// What its uploader said of it as a picture.
    pub picture: Picture,
    /// The link that it came by, if its sender had no account.
    pub parcel: Option<Parcel>,
    /// Who added it, if that was somebody with whom its folder is shared.
    pub contributor: Option<UserId>,
}

/// Who brings a file, as the log has it.
#[derive(Clone, Debug)]
pub struct Bringer {
    pub actor: Actor,
    /// By what means, if that says more.
    pub means: &'static str,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is in the index now.
    New(Ticket),
    /// It was there already.
    Before(Known),
    /// It would go over its owner's quota; nothing was written.
    OverQuota,
    /// The link that it came by takes no more; nothing was written.
    LinkFull,
}

/// Adds a file's row, charges its owner and writes down who brought it, all or nothing. Of many at once, one adds.
pub async fn record(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Recorded> {
    let key = file.key.as_str();
    let outcome = match db.get_database_backend() {
        DbBackend::Postgres if file.parcel.is_none() => record_at_once(db, file, by, default_quota, now).await?,
        _ => record_step_by_step(db, file, by, default_quota, now).await?,
    };
    match outcome {
        Outcome::Added(ticket) => Ok(Recorded::New(ticket)),
        Outcome::Known => Ok(Recorded::Before(Known::of_taken(db, file.key).await?)),
        // Another call may have added it meanwhile, which is what filled the quota.
        Outcome::LinkFull => Ok(Known::find(db, key).await?.map_or(Recorded::LinkFull, Recorded::Before)),
        Outcome::NoRoom => Ok(Known::find(db, key).await?.map_or(Recorded::OverQuota, Recorded::Before)),
    }
}

/// Adds the row of a file that nobody can be asked about, whatever its owner has room for; where there is no such owner, nobody is
/// charged. That it was put aside, for a reason, has a line in the log. Says what is known of it by then: it may have had a row.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn record_found(db: &DatabaseConnection, file: &NewFile<'_>, now: DateTime<Utc>) -> Result<Known> {
    let (state, key) = (file.state, file.key);
    let change = Principal::itself().begin_as_admin(db, &[key.owner], now).await?;
    let ticket = charging::charge_for_found(change.transaction(), key.owner, file.size).await?;
    let owner = ticket.map(|_| key.owner);
    if !insert(change.transaction(), file, owner, ticket, now).await? {
        drop(change);
        return Known::of_taken(db, key).await;
    }
    if let Some(reason) = file.quarantine_reason {
        let (name, detail) = (key.name.as_str().to_owned(), reason.words().to_owned());
        change.record(Action::FileQuarantined, Subject { user: owner, file: Some(key.file_id), name, detail }).await?;
    }
    change.commit().await?;
    Ok(Known { state, ticket })
}

/// Adds the row unless the key has one; says whether it did. `owner` is the account that the key names, if there is one;
/// what never comes to be a file has no ticket.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    file: &NewFile<'_>,
    owner: Option<UserId>,
    ticket: Option<Ticket>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut row = ActiveModel::new();
    row.set(Column::Ticket, ticket.into());
    for (column, value) in values(file, owner, now) {
        row.set(column, value);
    }
    // Nor if another file has its id, as a copy does that somebody made in the bucket.
    let ignore = OnConflict::new().do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(ignore).exec_without_returning(db).await? == 1)
}

impl NewFile<'_> {
    /// The event of its upload.
    fn uploaded(&self, by: &Bringer) -> Subject {
        let aside = if self.state == State::Quarantined { "put into quarantine" } else { "" };
        let detail = [by.means, aside].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
        let (user, file, name) = (Some(self.key.owner), Some(self.key.file_id), self.key.name.as_str().to_owned());
        Subject { user, file, name, detail }
    }
}

impl Bringer {
    /// Nobody who asks: it was found in the bucket, as after a crash between an upload and its confirmation.
    pub fn nobody() -> Self {
        Self { actor: Actor::itself(), means: "found in storage" }
    }
}

enum Outcome {
    Added(Ticket),
    Known,
    NoRoom,
    LinkFull,
}

/// What a new row holds beside its ticket. The statements of both databases are made from this list.
fn values(file: &NewFile<'_>, owner: Option<UserId>, now: DateTime<Utc>) -> [(Column, Value); 34] {
    let (key, folder) = (file.key, file.folder.as_ref().and_then(FolderPath::named));
    let uploaded_at = key.file_id.begun_at().unwrap_or(now);
    [
        (Column::ObjectKey, key.as_str().into()),
        (Column::FileUrl, file.file_url.as_str().into()),
        (Column::UserId, key.owner.to_string().into()),
        (Column::OwnerId, owner.into()),
        (Column::UploadTimestamp, uploaded_at.into()),
        (Column::FileId, key.file_id.into()),
        (Column::FileName, key.name.as_str().into()),
        (Column::ContentType, file.content_type.as_str().into()),
        (Column::FoundType, file.found_type.as_ref().map(ContentType::as_str).into()),
        (Column::Size, file.size.into()),
        (Column::Etag, file.etag.clone().into()),
        (Column::Checksum, file.checksum.clone().into()),
        (Column::VerifiedBy, file.verified.into()),
        (Column::State, file.state.into()),
        (Column::StateChangedAt, now.into()),
        (Column::QuarantineReason, file.quarantine_reason.into()),
        (Column::ObjectRemovedAt, file.object_removed_at.into()),
        (Column::NameKey, search_key(key.name.as_str(), folder.as_deref()).into()),
        (Column::Kind, file.content_type.kind().into()),
        (Column::Width, file.dimensions.map(|(width, _)| width).into()),
        (Column::Height, file.dimensions.map(|(_, height)| height).into()),
        (Column::WritableUntil, file.writable_until.into()),
        (Column::MovedIn, None::<MoveId>.into()),
        (Column::FolderPath, folder.into()),
        (Column::FolderId, file.folder_id.into()),
        (Column::Thumbnail, file.thumbnail.into()),
        (Column::Tone, file.picture.tone.map(Tone::as_str).into()),
        (Column::IsTransparent, file.picture.is_transparent.into()),
        (Column::CameraClock, file.picture.taken_at.map(|at| at.clock).into()),
        (Column::TakenAt, file.picture.listed_at(uploaded_at).unwrap_or(uploaded_at).into()),
        (Column::Camera, file.picture.camera.clone().into()),
        (Column::DurationMs, milliseconds(&file.picture).into()),
        (Column::HasPlace, file.picture.has_place.into()),
        (Column::ContributorId, file.contributor.into()),
    ]
}

/// One statement, so one way to the database and back, with the owner's row locked for no longer than that. The lock
/// comes first: whoever waits for it goes on with what the one before has left. SQLite has nothing like it.
///
/// Its parameters are the owner, the size and the default quota, then the values of the columns, and then those of the event.
fn record_statement(columns: &[Column]) -> String {
    let names = columns.iter().map(Column::as_str).collect::<Vec<_>>().join(", ");
    let places = (0..columns.len()).map(|place| format!("${}", place + 4)).collect::<Vec<_>>().join(", ");
    let event = audit::insertion(columns.len() + 4, "added");
    format!(
        "WITH owner AS (
            SELECT id, last_ticket FROM users
            WHERE id = $1 AND used_bytes + $2 <= coalesce(quota, $3, 9223372036854775807)
            FOR NO KEY UPDATE
        ), added AS (
            INSERT INTO r2_files (ticket, {names}) SELECT last_ticket + 1, {places} FROM owner
            ON CONFLICT DO NOTHING
            RETURNING ticket
        ), charged AS (
            UPDATE users SET used_bytes = used_bytes + $2, last_ticket = added.ticket FROM added WHERE users.id = $1
        ), noted AS ({event})
        SELECT EXISTS (SELECT FROM owner) AS has_room, (SELECT ticket FROM added) AS ticket"
    )
}

async fn record_at_once(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    static RECORD: OnceLock<String> = OnceLock::new();
    let (columns, values): (Vec<Column>, Vec<Value>) = values(file, Some(file.key.owner), now).into_iter().unzip();
    let sql = RECORD.get_or_init(|| record_statement(&columns));
    let first = [file.key.owner.into(), file.size.into(), default_quota.map(charging::in_column).into()];
    let event = audit::values(&by.actor, Action::FileUploaded, file.uploaded(by), now);
    let values = first.into_iter().chain(values).chain(event);
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    // Repeating it is harmless: what was added stays, and is charged for once.
    let row = database::on_a_live_connection(db, || db.query_one_raw(statement.clone())).await?;
    let Some(row) = row else { return Ok(Outcome::NoRoom) };
    match (row.try_get::<Option<Ticket>>("", "ticket")?, row.try_get("", "has_room")?) {
        (Some(ticket), _) => Ok(Outcome::Added(ticket)),
        (None, true) => Ok(Outcome::Known),
        (None, false) => Ok(Outcome::NoRoom),
    }
}

async fn record_step_by_step(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    by: &Bringer,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let transaction = database::begin(db).await?;
    // The owner first, as every change has it; and a row may name none that is not there.
    let charged = charging::charge_for_new(&transaction, file.key.owner, file.size, default_quota).await?;
    let Some(ticket) = charged else {
        transaction.rollback().await?;
        return Ok(Outcome::NoRoom);
    };
    if !insert(&transaction, file, Some(file.key.owner), Some(ticket), now).await? {
        transaction.rollback().await?;
        return Ok(Outcome::Known);
    }
    if let Some(parcel) = &file.parcel {
        let Some(place) = received::take_place(&transaction, (parcel, file.key), file.size, now).await? else {
            transaction.rollback().await?;
            return Ok(Outcome::LinkFull);
        };
        received::note(&transaction, (parcel, file.key), place).await?;
    }
    audit::record(&transaction, &by.actor, Action::FileUploaded, file.uploaded(by), now).await?;
    transaction.commit().await?;
    Ok(Outcome::Added(ticket))
}
