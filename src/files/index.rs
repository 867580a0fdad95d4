//! What the index needs beside new files: claims on refused ones, their removal, and completing adopted rows.

use super::{
    ContentType,
    entity::{Column, Entity, Model},
    file::{File, Purging},
    list::search::folded,
    record::{NewFile, find_state, insert},
    state::State,
};
use crate::{
    accounts::users,
    database::{self, DatabaseConnection},
    error::{Error, Result},
    ids::UserId,
    state::AppState,
    storage::{Inspection, ObjectKey},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use std::{collections::HashSet, time::Duration};

/// A removal that is older belongs to no running request of any instance: deleting takes three tries of at most
/// 15 seconds each.
const ABANDONED_AFTER: TimeDelta = TimeDelta::minutes(2);

/// How many are looked at in one go.
const BATCH: u64 = 500;
/// A store that fails more often than this in a row is taken to be away.
const MAX_FAILURES: u32 = 3;
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(10);

/// The store checks a signature when a request begins, so a slow PUT may end after its URL's time: this is 64 MiB
/// at 18 KiB a second.
pub const LATE_PUT: TimeDelta = TimeDelta::hours(1);

/// What became of a claim on a refused object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// This call may remove it.
    Won,
    /// It has a row already, in this state.
    Before(State),
}

/// Claims an object that was refused, so that it can be removed without anyone indexing it meanwhile. One call
/// wins the claim and may remove the object. The row stays, so that the key never lives again, until no PUT to
/// it can arrive any more. It weighs nothing, as its owner was never charged for it.
pub async fn claim_refused(
    db: &DatabaseConnection,
    key: &ObjectKey,
    file_url: String,
    now: DateTime<Utc>,
) -> Result<Claim> {
    let (content_type, etag) = (ContentType::of_row(ContentType::UNKNOWN), String::new());
    let file = NewFile {
        key,
        file_url,
        content_type,
        size: 0,
        etag,
        checksum: None,
        dimensions: None,
        state: State::Purging,
        writable_until: None,
    };
    match insert(db, &file, now).await? {
        true => Ok(Claim::Won),
        false => Ok(Claim::Before(find_state(db, key.as_str()).await?.unwrap_or(State::Purging))),
    }
}

/// Removes objects at once, and finishes the removals that are due: the object first (once more, for a PUT that came
/// late), the row last, so that whatever dies in between is done again. Says how long until the next one is due, if
/// there is one.
///
/// An object that cannot be removed is logged and put behind all the others, so that it keeps none of them waiting, in
/// this pass or the next.
pub async fn finish_purging(app: &AppState, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let (mut next_due, mut after, mut failures): (Option<TimeDelta>, _, _) = (None, None, 0);
    let mut put_off = HashSet::new();
    loop {
        let batch = Purging::list(&app.db, after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(next_due) };
        after = Some(last.place());
        for file in batch {
            if put_off.contains(&file.id()) {
                continue;
            }
            let due_in = match remove(app, &file, now).await {
                Ok(due_in) => {
                    failures = 0;
                    due_in
                }
                Err(error) => {
                    tracing::warn!(file = %file.id(), %error, "a removal failed; trying again in a while");
                    file.put_off(&app.db, now).await?;
                    failures += 1;
                    // It is away, rather than at odds with some keys.
                    if failures > MAX_FAILURES {
                        return Err(error);
                    }
                    put_off.insert(file.id());
                    Some(AFTER_FAILURE)
                }
            };
            next_due = next_due.into_iter().chain(due_in).min();
        }
    }
}

/// Removes a file's object, and its row when that is due; else says how long until it is.
async fn remove(app: &AppState, file: &Purging, now: DateTime<Utc>) -> Result<Option<TimeDelta>> {
    let due_in = due_at(file, app.uploads.url_ttl) - now;
    let is_due = due_in <= TimeDelta::zero();
    if is_due || file.has_object() {
        match app.store.delete(file.object_key()).await {
            // A key that no URL can name, of an adopted row: there is nothing that could be removed.
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    match is_due {
        true => file.forget(&app.db).await?,
        false => file.note_removal(&app.db).await?,
    }
    Ok((!is_due).then_some(due_in))
}

/// When no upload to the key can arrive any more, and no running request can be removing it.
fn due_at(file: &Purging, url_ttl: Duration) -> DateTime<Utc> {
    // Never later than its row changed: the id of an adopted row is random, and may look as if it held any time.
    let begun_at = file.id().begun_at().unwrap_or(file.state_changed_at()).min(file.state_changed_at());
    let last_put = begun_at + url_ttl + LATE_PUT;
    last_put.max(file.state_changed_at() + ABANDONED_AFTER)
}

/// Keys of adopted rows whose objects were not looked up yet, `after` an id, with their ids.
pub async fn list_unknown(db: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<(i64, String)>> {
    let query = Entity::find().filter(Column::Size.is_null()).filter(Column::Id.gt(after));
    let rows = query.order_by_asc(Column::Id).limit(limit).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.object_key)).collect())
}

/// Completes an adopted row by what the store says of its object, charging its owner if that is a user.
pub async fn complete(db: &DatabaseConnection, id: i64, found: &Inspection, content_type: &ContentType) -> Result<()> {
    let size = i64::try_from(found.size).map_err(|_| Error::Internal("an object's size is over 63 bits".into()))?;
    let transaction = database::begin(db).await?;
    let row = Entity::find_by_id(id).one(&transaction).await?;
    let Some(Model { object_key, file_name, user_id, .. }) = row.filter(|row| row.size.is_none()) else {
        return Ok(());
    };
    let owner = user_id.parse::<UserId>().ok();
    users::lock(&transaction, owner).await?;
    let file_name = if file_name.is_empty() { adopted_name(&object_key).to_owned() } else { file_name };
    let update = Entity::update_many()
        .col_expr(Column::NameKey, Expr::value(folded(&file_name)))
        .col_expr(Column::FileName, Expr::value(file_name))
        .col_expr(Column::Kind, Expr::value(content_type.kind()))
        .col_expr(Column::Size, Expr::value(size))
        .col_expr(Column::Etag, Expr::value(found.etag.clone()))
        .col_expr(Column::ContentType, Expr::value(content_type.as_str()))
        .filter(Column::Id.eq(id))
        .filter(Column::Size.is_null());
    if update.exec(&transaction).await?.rows_affected == 1
        && let Some(owner) = owner
    {
        users::charge_regardless(&transaction, owner, size).await?;
    }
    Ok(transaction.commit().await?)
}

/// What follows the guide's `{uuid}-`, or the whole key.
fn adopted_name(key: &str) -> &str {
    match key.split_at_checked(36) {
        Some((uuid, rest)) if uuid::Uuid::try_parse(uuid).is_ok() && rest.len() > 1 => {
            rest.strip_prefix('-').unwrap_or(key)
        }
        _ => key,
    }
}
