//! Pausing and ending these links, and taking that back.

use super::{
    drop_link::DropLink,
    entity::{Column, Entity},
};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    error::{Error, Result},
    files::Scope,
    ids::DropId,
    links::transition::{Transition, begin},
    state::AppState,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// Makes a step of a link, at once and everywhere. Says how the link was before it.
///
/// # Errors
///
/// `NotFound` for a link that is not the owner's; `Conflict` when it is in another state than the step leaves; what
/// [`Principal::begin_as_owner`] fails with, or for everyone's links [`Principal::begin_as_admin`].
pub(super) async fn apply(
    app: &AppState,
    (id, transition): (DropId, Transition),
    scope: Scope,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<DropLink> {
    let change = begin(app, scope, principal, now).await?;
    let before = DropLink::lock(change.transaction(), id, scope).await?;
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(transition.to()))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(transition.from().iter().copied()));
    if update.exec(change.transaction()).await?.rows_affected == 0 {
        return Err(Error::Conflict("This request was changed meanwhile. Load the page again.".into()));
    }
    change.record(action(transition), Subject::user(before.owner(), before.title(), "")).await?;
    change.commit().await?;
    Ok(before)
}

fn action(transition: Transition) -> Action {
    match transition {
        Transition::Pause => Action::DropPaused,
        Transition::Continue => Action::DropContinued,
        Transition::End => Action::DropEnded,
        Transition::Restore(_) => Action::DropRestored,
    }
}
