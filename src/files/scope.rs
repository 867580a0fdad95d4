//! Whose files somebody may see and change: the same lists and transitions for a member, for an admin, for who has a link, and
//! for with whom a folder is shared.

use super::{
    entity::Column,
    folders::place::{in_sight, is_within},
    state::State,
};
use crate::ids::{FolderId, GrantId, ShareId, UserId};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
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

/// Names the grants of folders: the table that `grants` writes.
const GRANTS: &str = "folder_grants";

/// A folder that its owner shares with somebody who has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    pub grant: GrantId,
    pub folder: FolderId,
    pub owner: UserId,
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
    /// What lies in a folder that is shared with somebody, and in all below it, for as long as it is: to be looked at, and never changed.
    Granted(Granted),
}

impl Scope {
    /// Which rows it holds. They are found by the guide's `user_id`, which the indexes of lists begin with, and which a row
    /// has from the moment that the guide's own code writes it.
    pub(super) fn condition(self) -> Condition {
        match self {
            Self::Own(owner) => Condition::all().add(Column::UserId.eq(owner.to_string())),
            Self::Everyone => Condition::all(),
            // What was given to somebody else since is not theirs to share any more.
            Self::Shared(Behind::Files(share), owner) => ready_of(owner).add(is_chosen_for(share)),
            Self::Shared(Behind::Folder(top), owner) => {
                ready_of(owner).add(is_within(Expr::col(Column::FolderId.as_column_ref()), top))
            }
            Self::Granted(granted) => {
                let is_in_it = is_within(Expr::col(Column::FolderId.as_column_ref()), granted.folder);
                ready_of(granted.owner).add(granted.lasts()).add(is_in_it)
            }
        }
    }

    /// Whose files they all are, if one person's.
    pub(super) fn owner(self) -> Option<UserId> {
        match self {
            Self::Own(owner) | Self::Shared(_, owner) | Self::Granted(Granted { owner, .. }) => Some(owner),
            Self::Everyone => None,
        }
    }

    /// Which rows it holds of those in some states: of ready ones alone, those that are in sight.
    pub(super) fn condition_in(self, states: &[State]) -> Condition {
        match self.owner().filter(|_| states == [State::Ready]) {
            Some(owner) => self.condition().add(in_sight(owner)),
            None => self.condition(),
        }
    }

    /// The path under which transitions of these files are made.
    pub fn actions(self) -> &'static str {
        match self {
            Self::Own(_) | Self::Shared(..) | Self::Granted(_) => "/files",
            Self::Everyone => "/admin/files",
        }
    }
}

impl Granted {
    /// Is it still shared with whom it was?
    pub(super) fn lasts(self) -> Expr {
        Expr::exists(self.query())
    }

    /// Are those files meant that somebody added to it with whom it still is shared for that?
    pub(super) fn is_added_by(self, member: UserId) -> Condition {
        let column = |name: &str| Expr::col(Alias::new(name));
        let mut grant = self.query();
        grant.and_where(column("member_id").eq(member)).and_where(column("role").eq("contributor"));
        let is_in_it = is_within(Expr::col(Column::FolderId.as_column_ref()), self.folder);
        Condition::all().add(Expr::exists(grant)).add(is_in_it).add(Column::ContributorId.eq(member))
    }

    fn query(self) -> SelectStatement {
        let mut grant = Query::select();
        grant.expr(Expr::value(1)).from(Alias::new(GRANTS)).and_where(Expr::col(Alias::new("id")).eq(self.grant));
        grant
    }
}

/// Nothing else of somebody is shown to others.
fn ready_of(owner: UserId) -> Condition {
    Scope::Own(owner).condition().add(Column::State.eq(State::Ready))
}

/// Is a file one of those that a link was made of?
fn is_chosen_for(share: ShareId) -> Expr {
    let mut ids = Query::select();
    ids.column(Alias::new("file_id")).from(Alias::new(FILES_OF_SHARES));
    ids.and_where(Expr::col(Alias::new("share_id")).eq(share));
    Column::FileId.in_subquery(ids)
}
