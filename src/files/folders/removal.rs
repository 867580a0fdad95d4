//! Letting go of folders for ever: first a mark, then what is in them, some files at a time, then they themselves. Whatever dies in between
//! is gone on with.

use super::{
    entity::{Column, Entity},
    place::{gone, whole_tree},
    trash::enter,
};
use crate::{
    accounts::{Change, Principal},
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    files::{
        State,
        entity::{Column as FileColumn, Entity as Files},
        locking::lock,
        transition::{MOST_AT_ONCE, TRASH_KEEPS, purge_rows},
    },
    ids::{FolderId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr};

/// Marks folders that are in somebody's trash, all or some, so that they go with all that is in them. Says how many.
///
/// # Errors
///
/// What [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
pub async fn purge(
    db: &DatabaseConnection,
    owner: UserId,
    which: Option<&[FolderId]>,
    (principal, now): (&Principal, DateTime<Utc>),
) -> Result<usize> {
    let change = principal.begin_as_owner(db, owner, now).await?;
    let mut meant = gone(State::Trashed).add(Column::OwnerId.eq(owner));
    if let Some(ids) = which {
        meant = meant.add(Column::Id.is_in(ids.iter().copied()));
    }
    let count = mark(&change, meant, now).await?;
    change.commit().await?;
    Ok(count)
}

/// Marks what the trash has kept long enough. Says when the next folder's time is over, if there is one.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn expire(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let over = all_in(State::Trashed)
        .filter(Column::StateChangedAt.lte(now - TRASH_KEEPS))
        .limit(MOST_AT_ONCE)
        .all(db)
        .await?;
    for row in over {
        let change = Principal::itself().begin_as_admin(db, &[row.owner_id], now).await?;
        let this = gone(State::Trashed).add(Column::Id.eq(row.id));
        mark(&change, this, now).await?;
        change.commit().await?;
    }
    let next = all_in(State::Trashed).order_by_asc(Column::StateChangedAt).one(db).await?;
    Ok(next.map(|row| row.state_changed_at + TRASH_KEEPS))
}

/// Removes what is in marked folders, and then these. What dies on the way is gone on with.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn finish(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<()> {
    while let Some(row) = all_in(State::Purging).one(db).await? {
        while empty(db, row.id, row.owner_id, now).await? {}
    }
    Ok(())
}

/// The folders in a state that is out of sight, whoever owns them: none of those that are in sight are read.
pub fn all_in(state: State) -> Select<Entity> {
    Entity::find().filter(gone(state))
}

async fn mark(change: &Change, meant: Condition, now: DateTime<Utc>) -> Result<usize> {
    let rows = Entity::find().filter(meant).all(change.transaction()).await?;
    for row in &rows {
        enter(change.transaction(), row.id, (State::Trashed, State::Purging), None, now).await?;
        let (user, name, detail) = (Some(row.owner_id), row.name.clone(), String::new());
        change.record(Action::FolderPurged, Subject { user, file: None, name, detail }).await?;
    }
    Ok(rows.len())
}

/// Some of the files; or, when there are none left, the folders. Says whether there may be more.
async fn empty(db: &DatabaseConnection, folder: FolderId, owner: UserId, now: DateTime<Utc>) -> Result<bool> {
    let change = Principal::itself().begin_as_admin(db, &[owner], now).await?;
    let transaction = change.transaction();
    let inside = Condition::all().add(FileColumn::FolderId.in_subquery(whole_tree(folder)));
    let going = inside.clone().add(FileColumn::State.is_in([State::Ready, State::Trashed]));
    let rows = lock(transaction, going, MOST_AT_ONCE).await?;
    let is_over = rows.is_empty();
    if is_over {
        // What is put aside is for administrators to look at, wherever it lay.
        let leave = Files::update_many().col_expr(FileColumn::FolderId, Expr::value(None::<FolderId>)).filter(inside);
        leave.exec(transaction).await?;
        Entity::delete_many().filter(Column::Id.in_subquery(whole_tree(folder))).exec(transaction).await?;
    } else {
        purge_rows(&change, &rows, now).await?;
    }
    change.commit().await?;
    Ok(!is_over)
}
