//! Steps from one state of a link to another.

use super::state::State;
use crate::{
    accounts::{Change, Principal},
    error::{Error, Result},
    files::Scope,
    state::AppState,
};
use chrono::{DateTime, Utc};

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
}

/// Begins a change of a link of a scope: its owner's, or everyone's by an administrator.
///
/// # Errors
///
/// What [`Principal::begin_as_owner`] fails with, or [`Principal::begin_as_admin`].
pub async fn begin(app: &AppState, scope: Scope, principal: &Principal, now: DateTime<Utc>) -> Result<Change> {
    match scope {
        Scope::Own(owner) => principal.begin_as_owner(&app.db, owner, now).await,
        Scope::Everyone => Ok(principal.begin_as_admin(&app.db, &[], now).await?.into_change()),
        Scope::Shared(..) | Scope::Granted(_) => Err(Error::Forbidden),
    }
}
