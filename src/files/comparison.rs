//! What the index says of files in the order of their ids, to be compared with what is in the bucket, and how it is put right.
//! Everything fails with `DatabaseUnavailable` when the database does not answer.

use super::{
    State,
    entity::{Column, Entity},
};
use crate::{
    accounts::{Principal, charging},
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::{FileId, UserId},
    storage::ListedObject,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};
use std::collections::HashMap;

/// What is compared of a row.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Indexed {
    pub id: i64,
    pub file_id: FileId,
    pub object_key: String,
    owner_id: Option<UserId>,
    file_name: String,
    size: Option<i64>,
    etag: Option<String>,
    state: State,
    missing_since: Option<DateTime<Utc>>,
    writable_until: Option<DateTime<Utc>>,
}

const COMPARED: [Column; 10] = [
    Column::Id,
    Column::FileId,
    Column::ObjectKey,
    Column::OwnerId,
    Column::FileName,
    Column::Size,
    Column::Etag,
    Column::State,
    Column::MissingSince,
    Column::WritableUntil,
];

impl Indexed {
    /// At most `limit` rows behind an id, by their ids.
    pub async fn list(db: &impl ConnectionTrait, after: Option<FileId>, limit: u64) -> Result<Vec<Self>> {
        let mut query = Entity::find().select_only().columns(COMPARED).order_by_asc(Column::FileId).limit(limit);
        if let Some(after) = after {
            query = query.filter(Column::FileId.gt(after));
        }
        Ok(query.into_model().all(db).await?)
    }

    /// How many there are.
    pub async fn count(db: &impl ConnectionTrait) -> Result<u64> {
        Ok(Entity::find().count(db).await?)
    }

    /// What the row says now, if it is there.
    pub async fn again(&self, db: &impl ConnectionTrait) -> Result<Option<Self>> {
        let query = Entity::find_by_id(self.id).select_only().columns(COMPARED);
        Ok(query.into_model().one(db).await?)
    }

    /// Should there be an object? Not of what is on its way out.
    pub fn is_kept(&self) -> bool {
        self.state != State::Purging
    }

    /// Is it known to be missing?
    pub fn is_missing(&self) -> bool {
        self.missing_since.is_some()
    }

    /// Is the object what the row says it is? What is looked at again by itself, and what was never looked at, is nothing to compare.
    pub fn agrees(&self, object: &ListedObject) -> bool {
        let (Some(size), None) = (self.size, self.writable_until) else { return true };
        let same_size = object.size.is_none_or(|found| u64::try_from(size) == Ok(found));
        let etag = self.etag.as_deref().filter(|etag| !etag.is_empty());
        same_size && etag.zip(object.etag.as_deref()).is_none_or(|(known, found)| known == found)
    }

    /// Writes down that its object is not there, or is there again. Says whether that was new.
    pub async fn note_missing(
        &self,
        db: &DatabaseConnection,
        is_missing: bool,
        principal: &Principal,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let change = principal.begin_as_admin(db, &[], now).await?;
        let known = match is_missing {
            true => Column::MissingSince.is_null(),
            false => Column::MissingSince.is_not_null(),
        };
        let update = Entity::update_many()
            .col_expr(Column::MissingSince, Expr::value(is_missing.then_some(now)))
            .filter(Column::Id.eq(self.id))
            .filter(Column::State.ne(State::Purging))
            .filter(known);
        if update.exec(change.transaction()).await?.rows_affected == 0 {
            return Ok(false);
        }
        let action = if is_missing { Action::FileMissing } else { Action::FileReturned };
        let (user, file, name) = (self.owner_id, Some(self.file_id), self.file_name.clone());
        change.record(action, Subject { user, file, name, detail: String::new() }).await?;
        change.commit().await?;
        Ok(true)
    }
}

/// What the files of these accounts weigh together; those without any are left out.
pub async fn weights(db: &impl ConnectionTrait, owners: &[UserId]) -> Result<HashMap<UserId, i64>> {
    // PostgreSQL's sum of big integers is no big integer.
    let sum = Expr::expr(Func::sum(Expr::col(Column::Size))).cast_as("BIGINT");
    let query = Entity::find().select_only().column(Column::OwnerId).column_as(sum, "weight");
    let query = query.filter(Column::OwnerId.is_in(owners.iter().copied())).group_by(Column::OwnerId);
    let rows: Vec<(UserId, Option<i64>)> = query.into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(owner, weight)| (owner, weight.unwrap_or_default())).collect())
}

/// Makes an account's used bytes the sum of its files again, whatever happens meanwhile. Says whether they were not.
pub async fn correct_usage(
    db: &DatabaseConnection,
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<bool> {
    let change = principal.begin_as_admin(db, &[owner], now).await?;
    let weight = weights(change.transaction(), &[owner]).await?.get(&owner).copied().unwrap_or_default();
    let Some(used) = charging::used(change.transaction(), owner).await?.filter(|used| *used != weight) else {
        return Ok(false);
    };
    charging::charge_regardless(change.transaction(), owner, weight - used).await?;
    let (name, detail) = (change.user(owner)?.email.to_string(), format!("{used} → {weight} bytes"));
    change.record(Action::UsageCorrected, Subject { user: Some(owner), file: None, name, detail }).await?;
    change.commit().await?;
    Ok(true)
}
