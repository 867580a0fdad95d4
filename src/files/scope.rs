//! Whose files somebody may see and change: the same lists and transitions for a member, for an admin, and for who has a link.

use super::{entity::Column, folders::place::in_sight, state::State};
use crate::ids::{ShareId, UserId};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

/// Names the files of each share: the table that `shares` writes.
pub(super) const FILES_OF_SHARES: &str = "share_files";

/// Whose files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A user's own.
    Own(UserId),
    /// Everyone's, which admins alone may see.
    Everyone,
    /// What is behind a link of this owner, for whoever has it: to be looked at, and never changed.
    Shared(ShareId, UserId),
}

impl Scope {
    /// Which rows it holds. They are found by the guide's `user_id`, which the indexes of lists begin with, and which a row
    /// has from the moment that the guide's own code writes it.
    pub(super) fn condition(self) -> Condition {
        match self {
            Self::Own(owner) => Condition::all().add(Column::UserId.eq(owner.to_string())),
            Self::Everyone => Condition::all(),
            // What was given to somebody else since is not theirs to share any more.
            Self::Shared(share, owner) => Self::Own(owner).condition().add(is_behind(share)),
        }
    }

    /// Which rows it holds of those in some states: of ready ones alone, those that are in sight.
    pub(super) fn condition_in(self, states: &[State]) -> Condition {
        match self {
            Self::Own(owner) | Self::Shared(_, owner) if states == [State::Ready] => {
                self.condition().add(in_sight(owner))
            }
            Self::Own(_) | Self::Everyone | Self::Shared(..) => self.condition(),
        }
    }

    /// The path under which transitions of these files are made.
    pub fn actions(self) -> &'static str {
        match self {
            Self::Own(_) | Self::Shared(..) => "/files",
            Self::Everyone => "/admin/files",
        }
    }
}

/// Is a file behind a link?
fn is_behind(share: ShareId) -> Expr {
    let mut ids = Query::select();
    ids.column(Alias::new("file_id")).from(Alias::new(FILES_OF_SHARES));
    ids.and_where(Expr::col(Alias::new("share_id")).eq(share));
    Column::FileId.in_subquery(ids)
}
