//! The row of a grant: that somebody shares a folder with one person.

use super::Role;
use crate::ids::{FolderId, GrantId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "folder_grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GrantId,
    pub folder_id: FolderId,
    /// Whose folder it is.
    pub owner_id: UserId,
    /// Who may look at what is in it.
    pub member_id: UserId,
    pub created_at: ChronoDateTimeUtc,
    pub role: Role,
}

impl ActiveModelBehavior for ActiveModel {}
