//! Pausing and stopping links, and taking that back.

use super::{
    entity::share::{Column, Entity},
    share::Share,
};
use crate::{
    accounts::Principal,
    audit::{Action, Subject},
    error::{Error, Result},
    files::Scope,
    ids::ShareId,
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
pub async fn apply(
    app: &AppState,
    (id, transition): (ShareId, Transition),
    scope: Scope,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<Share> {
    let change = begin(app, scope, principal, now).await?;
    let before = Share::lock(change.transaction(), id, scope).await?;
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(transition.to()))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(transition.from().iter().copied()));
    if update.exec(change.transaction()).await?.rows_affected == 0 {
        return Err(Error::Conflict("This link was changed meanwhile. Load the page again.".into()));
    }
    change.record(action(transition), Subject::user(before.owner(), before.title(), "")).await?;
    change.commit().await?;
    Ok(before)
}

fn action(transition: Transition) -> Action {
    match transition {
        Transition::Pause => Action::SharePaused,
        Transition::Continue => Action::ShareContinued,
        Transition::End => Action::ShareEnded,
        Transition::Restore(_) => Action::ShareRestored,
    }
}
