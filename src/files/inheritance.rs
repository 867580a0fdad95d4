//! Giving the files of an account that was deleted to another one, some at a time. Their objects keep their keys, which name the one
//! who uploaded them.

use super::{
    State,
    entity::{Column, Entity, Model},
    folders::place::in_sight,
    locking::lock,
    ticket, totals,
    transition::MOST_AT_ONCE,
};
use crate::{
    accounts::{
        Principal, charging,
        deletion::{self, Deletion, Fate},
    },
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::Result,
    ids::{FolderId, MoveId, Ticket, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// Gives some of the files to the heir, with its next tickets, and charges it for them whatever its quota: there was room when the
/// account was deleted. With none left, the account's row goes. Says whether it did. What is on its way out stays whose it was.
///
/// # Errors
///
/// `NotFound` when there is no heir any more; `DatabaseUnavailable`. What was given before stays so.
pub async fn go_on(db: &DatabaseConnection, deletion: &Deletion, now: DateTime<Utc>) -> Result<bool> {
    let (from, heir) = (deletion.id, deletion.heir);
    let change = Principal::itself().begin_as_admin(db, &[from, heir], now).await?;
    let email = change.user(heir)?.email.clone();
    let theirs = Condition::all().add(Column::UserId.eq(from.to_string())).add(Column::State.ne(State::Purging));
    let rows = lock(change.transaction(), theirs, MOST_AT_ONCE).await?;
    if rows.is_empty() {
        totals::forget(change.transaction(), from).await?;
        return deletion::finish(change, from).await.map(|()| true);
    }
    let hidden = out_of_sight(change.transaction(), from, &rows).await?;
    give(change.transaction(), heir, &rows).await?;
    trash(change.transaction(), &hidden, now).await?;
    if deletion.fate == Fate::Trashed {
        trash(change.transaction(), &rows, now).await?;
    }
    charging::charge_regardless(change.transaction(), from, -weight(&rows)).await?;
    let subject = |row: &Model| Subject {
        user: Some(heir),
        file: Some(row.file_id),
        name: row.file_name.clone(),
        detail: format!("{} → {email}", deletion.email),
    };
    change.record_all(Action::FileInherited, rows.iter().map(subject).collect()).await?;
    change.commit().await?;
    Ok(false)
}

/// Gives rows that are locked to an account that is, with its next tickets, and charges it for them.
pub(super) async fn give(transaction: &impl ConnectionTrait, heir: UserId, rows: &[Model]) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::UserId, Expr::value(heir.to_string()))
        .col_expr(Column::OwnerId, Expr::value(heir))
        .col_expr(Column::Ticket, Expr::value(None::<Ticket>))
        // What its owner could take back, another one cannot; and a star is its owner's own mark.
        .col_expr(Column::MovedIn, Expr::value(None::<MoveId>))
        .col_expr(Column::FolderId, Expr::value(None::<FolderId>))
        .col_expr(Column::FolderBefore, Expr::value(None::<FolderId>))
        .col_expr(Column::IsStarred, Expr::value(false))
        .col_expr(Column::StarredIn, Expr::value(None::<MoveId>));
    update.filter(Column::Id.is_in(rows.iter().map(|row| row.id))).exec(transaction).await?;
    charging::charge_regardless(transaction, heir, weight(rows)).await?;
    ticket::give(transaction, heir).await?;
    Ok(())
}

/// Those that were in the trash with a folder, which does not come along: they go on being in the trash.
async fn out_of_sight(transaction: &impl ConnectionTrait, owner: UserId, rows: &[Model]) -> Result<Vec<Model>> {
    let rows = Condition::all().add(Column::Id.is_in(rows.iter().map(|row| row.id))).add(in_sight(owner).not());
    Ok(Entity::find().filter(rows).all(transaction).await?)
}

fn weight(rows: &[Model]) -> i64 {
    rows.iter().map(|row| row.size.unwrap_or_default()).sum()
}

/// What is in the trash already keeps its time there.
async fn trash(transaction: &impl ConnectionTrait, rows: &[Model], now: DateTime<Utc>) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Trashed))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(Column::State.eq(State::Ready));
    update.exec(transaction).await?;
    Ok(())
}
