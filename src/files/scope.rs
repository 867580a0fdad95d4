//! Whose files somebody may see and change: the same lists and transitions for a member, for an admin, and for who has a link.

use super::{
    entity::Column,
    folders::place::{in_sight, is_within},
    state::State,
};
use crate::ids::{FolderId, ShareId, UserId};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

/// Names the files of each share: the table that `shares` writes.
pub(super) const FILES_OF_SHARES: &str = "share_files";

/// What is behind a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// The files that were chosen for it.
    Files(ShareId),
    /// What lies in a folder, and in all below it, at this moment.
    Folder(FolderId),
}

/// Whose files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A user's own.
    Own(UserId),
    /// Everyone's, which admins alone may see.
    Everyone,
    /// What is behind a link of this owner, for whoever has it: to be looked at, and never changed.
    Shared(Behind, UserId),
}

impl Scope {
    /// Which rows it holds. They are found by the guide's `user_id`, which the indexes of lists begin with, and which a row
    /// has from the moment that the guide's own code writes it.
    pub(super) fn condition(self) -> Condition {
        match self {
            Self::Own(owner) => Condition::all().add(Column::UserId.eq(owner.to_string())),
            Self::Everyone => Condition::all(),
            // What was given to somebody else since is not theirs to share any more.
            Self::Shared(Behind::Files(share), owner) => Self::Own(owner).condition().add(is_chosen_for(share)),
            Self::Shared(Behind::Folder(top), owner) => {
                Self::Own(owner).condition().add(is_within(Expr::col(Column::FolderId.as_column_ref()), top))
            }
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

/// Is a file one of those that a link was made of?
fn is_chosen_for(share: ShareId) -> Expr {
    let mut ids = Query::select();
    ids.column(Alias::new("file_id")).from(Alias::new(FILES_OF_SHARES));
    ids.and_where(Expr::col(Alias::new("share_id")).eq(share));
    Column::FileId.in_subquery(ids)
}
