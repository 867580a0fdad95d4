//! Favourites: files that their owner has given a star. It is a mark for oneself, which the log has nothing of.

use super::{
    entity::{Column, Entity},
    file::File,
    locking::lock,
    scope::Scope,
    selection::{Selection, condition, in_state},
    star::Star,
    state::State,
    transition::{MOST_AT_ONCE, Moved},
};
use crate::{
    accounts::Principal,
    database::DatabaseConnection,
    error::Result,
    ids::{MoveId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

/// Which files a star is given to, or taken from.
#[derive(Clone, Debug)]
pub enum Marked {
    Chosen(Selection),
    /// All that a step marked, and nothing since.
    In(MoveId),
}

/// What can be done about a file's star.
pub fn other_star(file: &impl File) -> Star {
    if file.is_starred() { Star::Taken } else { Star::Given }
}

/// Has somebody any favourites?
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn has_any(db: &impl ConnectionTrait, owner: UserId) -> Result<bool> {
    let own = in_state(State::Ready).add(Scope::Own(owner).condition_in(&[State::Ready])).add(Star::Given.condition());
    let any = Entity::find().filter(own).select_only().column(Column::Id).limit(1);
    Ok(any.into_tuple::<i64>().one(db).await?.is_some())
}

/// Gives a star to those ready files of an owner that have none, or takes it from those that have one: at most [`MOST_AT_ONCE`], in
/// one transaction.
///
/// # Errors
///
/// What [`Principal::begin_as_owner`] fails with; `DatabaseUnavailable`.
pub async fn mark(
    db: &DatabaseConnection,
    (star, marked): (Star, &Marked),
    owner: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<Moved> {
    let (step, scope) = (MoveId::generate(), Scope::Own(owner));
    let which = match marked {
        Marked::Chosen(selection) => condition(db, selection, scope, State::Ready),
        Marked::In(step) => {
            in_state(State::Ready).add(Column::StarredIn.eq(*step)).add(scope.condition_in(&[State::Ready]))
        }
    };
    let change = principal.begin_as_owner(db, owner, now).await?;
    let rows = lock(change.transaction(), which.add(star.inverse().condition()), MOST_AT_ONCE).await?;
    let update = Entity::update_many()
        .col_expr(Column::IsStarred, Expr::value(star == Star::Given))
        .col_expr(Column::StarredIn, Expr::value(step))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)));
    update.exec(change.transaction()).await?;
    change.commit().await?;
    let has_more = rows.len() as u64 == MOST_AT_ONCE;
    Ok(Moved { has_more, ..Moved::of(Some(step), rows) })
}
