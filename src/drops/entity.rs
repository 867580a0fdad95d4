//! A link by which people send files, as the table has it.

use super::limits::Asks;
use crate::{
    ids::{DropId, FolderId, UserId},
    links::state::State,
};
use sea_orm::entity::prelude::*;

/// A row of `drop_links`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "drop_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DropId,
    /// Who asks, and whose the files are.
    pub owner: UserId,
    /// Where they come to lie. None: that folder is gone for ever.
    pub folder_id: Option<FolderId>,
    pub title: String,
    /// May be empty.
    pub message: String,
    pub created_at: ChronoDateTimeUtc,
    /// None: it does not end by itself.
    pub ends_at: Option<ChronoDateTimeUtc>,
    /// An Argon2id hash as a PHC string; none: whoever has the link gets in.
    pub password_hash: Option<String>,
    /// Rises with each change of the password, so that what was given to a browser for one ends with it.
    pub password_version: i64,
    /// How many files may come; none: any number.
    pub most_files: Option<i64>,
    /// How many bytes those may have together; none: as much as its owner has room for.
    pub most_bytes: Option<i64>,
    /// How many bytes one may have; none: as many as files may have here.
    pub most_file_bytes: Option<i64>,
    /// Are senders asked for their name?
    pub asks_name: Asks,
    /// May they write a note?
    pub asks_note: Asks,
    /// Are people told who asks?
    pub shows_owner: bool,
    /// How many came by it, whatever became of them.
    pub files: i64,
    pub bytes: i64,
    /// When the last one came; none: never.
    pub last_used_at: Option<ChronoDateTimeUtc>,
    pub state: State,
    pub state_changed_at: ChronoDateTimeUtc,
    /// Rises with each new link.
    pub secret_version: i64,
    /// SHA-256 of the secret, in hex.
    #[sea_orm(unique)]
    pub secret_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
