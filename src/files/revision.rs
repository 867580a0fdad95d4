//! What becomes of a file that could be written to after it was confirmed, once no URL can write to it any more: it stays,
//! it is known anew, or it goes.

use super::{
    ContentType, Thumbnail, Verified,
    entity::{Column, Entity, Model},
    locking::lock,
    purge::Place,
    state::State,
};
use crate::{
    accounts::{AdminChange, Principal, charging},
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::{FolderId, UserId},
    size,
    storage::LATE_PUT,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub use super::file::Watched;

/// What an object is now.
pub struct Facts {
    pub content_type: ContentType,
    /// What its bytes are, if they contradict its type.
    pub found_type: Option<ContentType>,
    pub size: i64,
    pub etag: String,
    pub checksum: Option<String>,
    pub verified: Option<Verified>,
    /// Width and height in pixels.
    pub dimensions: Option<(i64, i64)>,
    /// Ready, or Quarantined if it contradicts itself.
    pub state: State,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revised {
    /// Nothing has to be done any more.
    Settled,
    /// It is larger than its owner has room for; nothing was written.
    OverQuota,
}

/// What a file may weigh by then.
#[derive(Clone, Copy, Debug)]
pub enum Charging {
    /// Not more than its owner has room for; this is the quota of those without one of their own.
    Within(Option<ByteSize>),
    /// Whatever it is, as it is there already.
    Regardless,
}

impl Watched {
    /// A file by its row, unless it is on its way out.
    pub async fn find(db: &impl ConnectionTrait, row: i64) -> Result<Option<Self>> {
        let query = Entity::find_by_id(row).filter(Column::State.ne(State::Purging));
        Ok(query.one(db).await?.map(Self))
    }

    /// Some of those to which no PUT can arrive any more, behind a place: those first that wait longest.
    pub async fn list_due(
        db: &impl ConnectionTrait,
        after: Option<Place>,
        limit: u64,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let mut query = Entity::find().filter(watched()).filter(Column::WritableUntil.lte(now - LATE_PUT));
        if let Some((until, id)) = after {
            let place = Expr::tuple([Expr::col(Column::WritableUntil), Expr::col(Column::Id)]);
            query = query.filter(place.gt(Expr::tuple([Expr::value(until), Expr::value(id)])));
        }
        let query = query.order_by_asc(Column::WritableUntil).order_by_asc(Column::Id).limit(limit);
        Ok(query.all(db).await?.into_iter().map(Self).collect())
    }

    pub fn place(&self) -> Option<Place> {
        self.0.writable_until.map(|until| (until, self.0.id))
    }

    /// When the next one of the others is due.
    pub async fn next_due(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let query = Entity::find().select_only().column(Column::WritableUntil).filter(watched());
        let query = query.filter(Column::WritableUntil.gt(now - LATE_PUT)).order_by_asc(Column::WritableUntil);
        let until: Option<DateTime<Utc>> = query.into_tuple().one(db).await?;
        Ok(until.map(|until| until + LATE_PUT))
    }
}

/// It could not be looked at, and is due again then, behind all that are due before.
pub async fn put_off(db: &impl ConnectionTrait, file: &Watched, until: DateTime<Utc>) -> Result<()> {
    let update = Entity::update_many().col_expr(Column::WritableUntil, Expr::value(until - LATE_PUT));
    update.filter(unsettled(&file.0)).exec(db).await?;
    Ok(())
}

/// There is nothing to look at.
pub async fn leave(db: &impl ConnectionTrait, file: &Watched) -> Result<()> {
    settled(&file.0).filter(unsettled(&file.0)).exec(db).await?;
    Ok(())
}

/// Writes down what the object is now, and charges its owner the difference. Of many at once, one does.
pub async fn revise(
    db: &DatabaseConnection,
    file: &Watched,
    facts: &Facts,
    charging: Charging,
    now: DateTime<Utc>,
) -> Result<Revised> {
    let (change, row) = begin(db, file, now).await?;
    let (transaction, Some(row)) = (change.transaction(), row) else { return Ok(Revised::Settled) };
    // As it was confirmed, or as an administrator has looked at it since and released it.
    if facts.are_of(&row) {
        settled(&row).exec(transaction).await?;
        return change.commit().await.map(|()| Revised::Settled);
    }
    if !charge(transaction, &row, facts.size, charging).await? {
        return Ok(Revised::OverQuota);
    }
    let mut update = facts.written_to(settled(&row), facts.are_other_bytes(&row));
    if facts.state == State::Quarantined && row.state != State::Quarantined {
        update = moved_to(update, State::Quarantined, now);
        change.record(Action::FileQuarantined, subject(&row, String::new())).await?;
    }
    update.exec(transaction).await?;
    let sizes = format!("{} → {}", size_in_words(row.size), size_in_words(Some(facts.size)));
    change.record(Action::FileReplaced, subject(&row, sizes)).await?;
    change.commit().await.map(|()| Revised::Settled)
}

/// Lets go of a file that is not what was confirmed and may not be what it is now. `jobs::purge` removes its
/// object and its row.
pub async fn remove(db: &DatabaseConnection, file: &Watched, why: String, now: DateTime<Utc>) -> Result<()> {
    let (change, row) = begin(db, file, now).await?;
    let Some(row) = row else { return Ok(()) };
    charge(change.transaction(), &row, 0, Charging::Regardless).await?;
    let update = settled(&row).col_expr(Column::Size, Expr::value(0_i64));
    let update = update.col_expr(Column::FolderId, Expr::value(None::<FolderId>));
    moved_to(update, State::Purging, now).exec(change.transaction()).await?;
    change.record(Action::FileRemoved, subject(&row, why)).await?;
    change.commit().await
}

/// Locks the owner and then the file, if it is still as it was found.
async fn begin(db: &DatabaseConnection, file: &Watched, now: DateTime<Utc>) -> Result<(AdminChange, Option<Model>)> {
    let owners: Vec<UserId> = file.0.owner().into_iter().collect();
    let change = Principal::itself().begin_as_admin(db, &owners, now).await?;
    let row = lock(change.transaction(), unsettled(&file.0), 1).await?.pop();
    Ok((change, row))
}

impl Facts {
    /// Has it other bytes than it had, as far as can be told? A store that was moved elsewhere has other ETags for the same ones.
    pub fn are_other_bytes_than(&self, file: &Watched) -> bool {
        self.are_other_bytes(&file.0)
    }

    fn are_other_bytes(&self, row: &Model) -> bool {
        !self.are_of(row) && (row.size != Some(self.size) || row.writable_until.is_some())
    }

    fn written_to(&self, update: UpdateMany<Entity>, are_other_bytes: bool) -> UpdateMany<Entity> {
        let update = update
            .col_expr(Column::ContentType, Expr::value(self.content_type.as_str()))
            .col_expr(Column::FoundType, Expr::value(self.found_type.as_ref().map(ContentType::as_str)))
            .col_expr(Column::Kind, Expr::value(self.content_type.kind()))
            .col_expr(Column::Size, Expr::value(self.size))
            .col_expr(Column::Etag, Expr::value(self.etag.as_str()))
            .col_expr(Column::Checksum, Expr::value(self.checksum.clone()))
            .col_expr(Column::VerifiedBy, Expr::value(self.verified));
        if !are_other_bytes {
            return update;
        }
        // What was seen is what was there before.
        update
            .col_expr(Column::Width, Expr::value(self.dimensions.map(|(width, _)| width)))
            .col_expr(Column::Height, Expr::value(self.dimensions.map(|(_, height)| height)))
            .col_expr(Column::Thumbnail, Expr::value(None::<Thumbnail>))
            .col_expr(Column::Tone, Expr::value(None::<String>))
    }

    fn are_of(&self, row: &Model) -> bool {
        row.content_type == self.content_type.as_str()
            && row.size == Some(self.size)
            && row.etag.as_deref() == Some(self.etag.as_str())
    }
}

/// Not what is on its way out already.
fn watched() -> Condition {
    Condition::all().add(Column::WritableUntil.is_not_null()).add(Column::State.ne(State::Purging))
}

/// The file as it was found: neither settled by another instance nor let go of meanwhile.
fn unsettled(row: &Model) -> Condition {
    let until = row.writable_until.map(|until| Column::WritableUntil.eq(until));
    let condition = Condition::all().add(Column::Id.eq(row.id)).add(Column::State.ne(State::Purging));
    condition.add(until.unwrap_or_else(|| Column::WritableUntil.is_null()))
}

fn settled(row: &Model) -> UpdateMany<Entity> {
    let none: Option<DateTime<Utc>> = None;
    Entity::update_many().col_expr(Column::WritableUntil, Expr::value(none)).filter(Column::Id.eq(row.id))
}

fn moved_to(update: UpdateMany<Entity>, state: State, now: DateTime<Utc>) -> UpdateMany<Entity> {
    let none: Option<Uuid> = None;
    update
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .col_expr(Column::MovedIn, Expr::value(none))
}

/// Charges the owner what a file weighs now in place of what it weighed; what it lost is given back whatever the quota.
async fn charge(transaction: &impl ConnectionTrait, row: &Model, size: i64, charging: Charging) -> Result<bool> {
    let Some(owner) = row.owner() else { return Ok(true) };
    match (size - row.size.unwrap_or_default(), charging) {
        (more @ 1.., Charging::Within(default_quota)) => {
            charging::charge(transaction, owner, more, default_quota).await
        }
        (difference, _) => charging::charge_regardless(transaction, owner, difference).await.map(|()| true),
    }
}

fn subject(row: &Model, detail: String) -> Subject {
    let (user, file) = (row.owner(), Some(row.file_id));
    Subject { user, file, name: row.file_name.clone(), detail }
}

fn size_in_words(size: Option<i64>) -> String {
    size::in_words(ByteSize(u64::try_from(size.unwrap_or_default()).unwrap_or_default()))
}
