//! Pausing and stopping links, and taking that back.

use super::{
    entity::share::{Column, Entity},
    share::Share,
    state::State,
};
use crate::{
    accounts::{Change, Principal},
    audit::{Action, Subject},
    error::{Error, Result},
    files::Scope,
    ids::ShareId,
    state::AppState,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// A step from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    Pause,
    Continue,
    /// Stops sharing.
    End,
    /// Takes that back: to the state that was left.
    Restore(State),
}

impl Transition {
    /// The states that it leaves.
    pub fn from(self) -> &'static [State] {
        match self {
            Self::Pause => &[State::Active],
            Self::Continue => &[State::Paused],
            Self::End => &[State::Active, State::Paused],
            Self::Restore(_) => &[State::Ended],
        }
    }

    /// The state that it leads to.
    pub fn to(self) -> State {
        match self {
            Self::Pause => State::Paused,
            Self::Continue => State::Active,
            Self::End => State::Ended,
            Self::Restore(to) => to,
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Pause => Action::SharePaused,
            Self::Continue => Action::ShareContinued,
            Self::End => Action::ShareEnded,
            Self::Restore(_) => Action::ShareRestored,
        }
    }
}

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
    change.record(transition.action(), Subject::user(before.owner(), before.title(), "")).await?;
    change.commit().await?;
    Ok(before)
}

async fn begin(app: &AppState, scope: Scope, principal: &Principal, now: DateTime<Utc>) -> Result<Change> {
    match scope {
        Scope::Own(owner) => principal.begin_as_owner(&app.db, owner, now).await,
        Scope::Everyone => Ok(principal.begin_as_admin(&app.db, &[], now).await?.into_change()),
        Scope::Shared(..) => Err(Error::Forbidden),
    }
}
