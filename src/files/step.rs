//! The transitions that can be taken back, and one step of one: those of some files that are in the state which it leaves, at most so many
//! at once, by one transaction.

use super::{
    entity::{Column, Entity, Model},
    folders::place::in_sight,
    locking::lock,
    state::State,
};
use crate::{
    accounts::Change,
    audit::{Action, Subject},
    error::{Error, Result},
    ids::{FolderId, MoveId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::collections::BTreeSet;

/// A form of 64 KiB can name some more.
pub const MOST_AT_ONCE: u64 = 1_000;

/// Transitions that can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    Trash,
    Restore,
    Quarantine,
    Release,
}

impl Transition {
    pub const ALL: [Self; 4] = [Self::Trash, Self::Restore, Self::Quarantine, Self::Release];

    pub fn from(self) -> State {
        match self {
            Self::Trash | Self::Quarantine => State::Ready,
            Self::Restore => State::Trashed,
            Self::Release => State::Quarantined,
        }
    }

    pub fn to(self) -> State {
        match self {
            Self::Trash => State::Trashed,
            Self::Quarantine => State::Quarantined,
            Self::Restore | Self::Release => State::Ready,
        }
    }

    pub fn inverse(self) -> Self {
        match self {
            Self::Trash => Self::Restore,
            Self::Restore => Self::Trash,
            Self::Quarantine => Self::Release,
            Self::Release => Self::Quarantine,
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Trash => Action::FileTrashed,
            Self::Restore => Action::FileRestored,
            Self::Quarantine => Action::FileQuarantined,
            Self::Release => Action::FileReleased,
        }
    }

    /// As addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trash => "trash",
            Self::Restore => "restoration",
            Self::Quarantine => "quarantine",
            Self::Release => "release",
        }
    }
}

/// Moves them, writes down who did it, and commits. `id` is the move, if it can be taken back.
pub(super) async fn step(
    change: Change,
    transition: Transition,
    condition: Condition,
    (id, now): (Option<MoveId>, DateTime<Utc>),
) -> Result<Vec<Model>> {
    let rows = lock(change.transaction(), condition, MOST_AT_ONCE).await?;
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::value(transition.to()))
        .col_expr(Column::StateChangedAt, Expr::value(now))
        .col_expr(Column::MovedIn, Expr::value(id))
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(Column::State.eq(transition.from()));
    expect_all(update.exec(change.transaction()).await?.rows_affected, &rows)?;
    if transition == Transition::Restore {
        bring_into_sight(change.transaction(), &rows).await?;
    }
    change.record_all(transition.action(), subjects(&rows)).await?;
    change.commit().await?;
    Ok(rows)
}

/// What lay in a folder that is in the trash by now comes back to the top.
async fn bring_into_sight(transaction: &impl ConnectionTrait, rows: &[Model]) -> Result<()> {
    let owners: BTreeSet<UserId> = rows.iter().filter(|row| row.folder_id.is_some()).filter_map(Model::owner).collect();
    for owner in owners {
        let update = Entity::update_many()
            .col_expr(Column::FolderId, Expr::value(None::<FolderId>))
            .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
            .filter(Column::OwnerId.eq(owner))
            .filter(in_sight(owner).not());
        update.exec(transaction).await?;
    }
    Ok(())
}

pub(super) fn expect_all(affected: u64, rows: &[Model]) -> Result<()> {
    match affected == rows.len() as u64 {
        true => Ok(()),
        false => Err(Error::Conflict("The files were changed meanwhile. Load the page again.".into())),
    }
}

pub(super) fn subjects(rows: &[Model]) -> Vec<Subject> {
    let subject = |row: &Model| Subject {
        user: row.owner(),
        file: Some(row.file_id),
        name: row.file_name.clone(),
        detail: String::new(),
    };
    rows.iter().map(subject).collect()
}
