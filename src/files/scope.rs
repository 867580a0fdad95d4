//! Whose files somebody may see and change: the same lists and transitions for a member and for an admin.

use super::{entity::Column, folders::place::in_sight, state::State};
use crate::ids::UserId;
use sea_orm::{ColumnTrait, Condition};

/// Whose files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A user's own.
    Own(UserId),
    /// Everyone's, which admins alone may see.
    Everyone,
}

impl Scope {
    /// Which rows it holds. They are found by the guide's `user_id`, which the indexes of lists begin with, and which a row
    /// has from the moment that the guide's own code writes it.
    pub(super) fn condition(self) -> Condition {
        match self {
            Self::Own(owner) => Condition::all().add(Column::UserId.eq(owner.to_string())),
            Self::Everyone => Condition::all(),
        }
    }

    /// Which rows it holds of those in some states: of ready ones alone, those that are in sight.
    pub(super) fn condition_in(self, states: &[State]) -> Condition {
        match self {
            Self::Own(owner) if states == [State::Ready] => self.condition().add(in_sight(owner)),
            Self::Own(_) | Self::Everyone => self.condition(),
        }
    }

    /// The path under which transitions of these files are made.
    pub fn actions(self) -> &'static str {
        match self {
            Self::Own(_) => "/files",
            Self::Everyone => "/admin/files",
        }
    }
}
