//! The row of a folder. How high what lies in it is the database works out, in a column of its own.

use crate::{
    files::State,
    ids::{FolderId, MoveId, UserId},
};
use sea_orm::entity::prelude::*;

/// How many folders lie below one another from a folder on, itself included: 1 when it has none in it. Nobody writes it.
pub const HEIGHT: &str = "height";

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "folders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FolderId,
    pub owner_id: UserId,
    /// None: it lies at the top.
    pub parent_id: Option<FolderId>,
    pub name: String,
    /// What it is sorted by, and told from others: see [`super::folder::name_key`].
    pub name_key: String,
    /// Ready, in the trash with all that is in it, or on its way out. What lies in it has a state of its own.
    pub state: State,
    pub state_changed_at: ChronoDateTimeUtc,
    /// The move that put it there, if it was one that can be taken back.
    pub moved_in: Option<MoveId>,
    /// Where it lay before that.
    pub parent_before: Option<FolderId>,
    pub created_at: ChronoDateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
