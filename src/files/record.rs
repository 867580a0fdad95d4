//! Putting a file into the index: its row and its owner's used bytes together, so that these always equal the rows' sum.

use super::{
    ContentType,
    entity::{ActiveModel, Column, Entity},
    list::search::folded,
    state::State,
};
use crate::{
    accounts::users,
    database::{self, DatabaseConnection},
    error::Result,
    storage::ObjectKey,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement,
    sea_query::OnConflict,
};

/// A file about to be indexed.
pub struct NewFile<'a> {
    pub key: &'a ObjectKey,
    pub file_url: String,
    pub content_type: ContentType,
    pub size: i64,
    pub etag: String,
    pub checksum: Option<String>,
    /// Width and height in pixels.
    pub dimensions: Option<(i64, i64)>,
    pub state: State,
    /// Until when its URL may write to it again, if it may.
    pub writable_until: Option<DateTime<Utc>>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is in the index now.
    New,
    /// It was there already, in this state.
    Before(State),
    /// It would go over its owner's quota; nothing was written.
    OverQuota,
}

/// Adds a file's row and charges its owner, both or neither. Of many at once, one adds.
pub async fn record(
    db: &DatabaseConnection,
    file: NewFile<'_>,
    default_quota: Option<ByteSize>,
    now: DateTime<Utc>,
) -> Result<Recorded> {
    let key = file.key.as_str();
    let default_quota = default_quota.map(|quota| i64::try_from(quota.as_u64()).unwrap_or(i64::MAX));
    let outcome = match db.get_database_backend() {
        DbBackend::Postgres => record_at_once(db, &file, default_quota, now).await?,
        _ => record_step_by_step(db, &file, default_quota, now).await?,
    };
    match outcome {
        Outcome::Added => Ok(Recorded::New),
        // A row that is gone by now was on its way out.
        Outcome::Known => Ok(Recorded::Before(find_state(db, key).await?.unwrap_or(State::Purging))),
        // Another call may have added it meanwhile, which is what filled the quota.
        Outcome::NoRoom => Ok(find_state(db, key).await?.map_or(Recorded::OverQuota, Recorded::Before)),
    }
}

/// The state of the row of a key, if there is one.
pub async fn find_state(db: &impl ConnectionTrait, key: &str) -> Result<Option<State>> {
    let query = Entity::find().select_only().column(Column::State).filter(Column::ObjectKey.eq(key));
    Ok(query.into_tuple().one(db).await?)
}

/// Adds the row unless the key has one; says whether it did.
pub(super) async fn insert(db: &impl ConnectionTrait, file: &NewFile<'_>, now: DateTime<Utc>) -> Result<bool> {
    let row = ActiveModel {
        id: NotSet,
        object_key: Set(file.key.as_str().to_owned()),
        file_url: Set(file.file_url.clone()),
        user_id: Set(file.key.owner.to_string()),
        upload_timestamp: Set(file.key.file_id.begun_at().unwrap_or(now)),
        file_id: Set(file.key.file_id),
        file_name: Set(file.key.name.to_string()),
        content_type: Set(file.content_type.to_string()),
        size: Set(Some(file.size)),
        etag: Set(Some(file.etag.clone())),
        checksum: Set(file.checksum.clone()),
        state: Set(file.state),
        state_changed_at: Set(now),
        moved_in: Set(None),
        name_key: Set(folded(file.key.name.as_str())),
        kind: Set(file.content_type.kind()),
        width: Set(file.dimensions.map(|(width, _)| width)),
        height: Set(file.dimensions.map(|(_, height)| height)),
        writable_until: Set(file.writable_until),
    };
    let ignore = OnConflict::column(Column::ObjectKey).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(ignore).exec_without_returning(db).await? == 1)
}

enum Outcome {
    Added,
    Known,
    NoRoom,
}

/// One statement, so one way to the database and back, with the owner's row locked for no longer than that. The lock
/// comes first: whoever waits for it goes on with what the one before has left. SQLite has nothing like it.
const RECORD: &str = "
    WITH owner AS (
        SELECT id FROM users
        WHERE id = $1 AND used_bytes + $2 <= coalesce(quota, $3, 9223372036854775807)
        FOR NO KEY UPDATE
    ), added AS (
        INSERT INTO r2_files (object_key, file_url, user_id, upload_timestamp, file_id, file_name, content_type,
            size, etag, checksum, state, state_changed_at, name_key, kind, width, height, writable_until)
        SELECT $4, $5, $6, $7, $8, $9, $10, $2, $11, $12, $13, $14, $15, $16, $17, $18, $19 FROM owner
        ON CONFLICT (object_key) DO NOTHING
        RETURNING id
    ), charged AS (
        UPDATE users SET used_bytes = used_bytes + $2 FROM added WHERE users.id = $1
    )
    SELECT EXISTS (SELECT FROM owner) AS has_room, EXISTS (SELECT FROM added) AS is_added";

async fn record_at_once(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    default_quota: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let key = file.key;
    let values = [
        key.owner.into(),
        file.size.into(),
        default_quota.into(),
        key.as_str().into(),
        file.file_url.as_str().into(),
        key.owner.to_string().into(),
        key.file_id.begun_at().unwrap_or(now).into(),
        key.file_id.into(),
        key.name.as_str().into(),
        file.content_type.as_str().into(),
        file.etag.as_str().into(),
        file.checksum.clone().into(),
        file.state.as_str().into(),
        now.into(),
        folded(key.name.as_str()).into(),
        file.content_type.kind().into(),
        file.dimensions.map(|(width, _)| width).into(),
        file.dimensions.map(|(_, height)| height).into(),
        file.writable_until.into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, RECORD, values);
    // Repeating it is harmless: what was added stays, and is charged for once.
    let row = database::on_a_live_connection(db, || db.query_one_raw(statement.clone())).await?;
    let says = |column| row.as_ref().map_or(Ok(false), |row| row.try_get("", column));
    match (says("is_added")?, says("has_room")?) {
        (true, _) => Ok(Outcome::Added),
        (false, true) => Ok(Outcome::Known),
        (false, false) => Ok(Outcome::NoRoom),
    }
}

async fn record_step_by_step(
    db: &DatabaseConnection,
    file: &NewFile<'_>,
    default_quota: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let transaction = database::begin(db).await?;
    if !insert(&transaction, file, now).await? {
        transaction.rollback().await?;
        return Ok(Outcome::Known);
    }
    if !users::charge(&transaction, file.key.owner, file.size, default_quota).await? {
        transaction.rollback().await?;
        return Ok(Outcome::NoRoom);
    }
    transaction.commit().await?;
    Ok(Outcome::Added)
}
