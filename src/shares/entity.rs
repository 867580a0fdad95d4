//! The rows of links and of what is behind them.

/// Links.
pub mod share {
    use crate::{
        ids::{FolderId, ShareId, UserId},
        links::state::State,
        shares::shows::Shows,
    };
    use sea_orm::entity::prelude::*;

    /// A link as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "shares")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ShareId,
        /// Who made it, and whose files it shows.
        pub owner: UserId,
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
        /// None: as often as people want.
        pub most_downloads: Option<i64>,
        pub downloads: i64,
        pub visits: i64,
        /// None: never.
        pub last_used_at: Option<ChronoDateTimeUtc>,
        /// Are the files themselves handed out, rather than their thumbnails alone?
        pub has_originals: bool,
        /// Are people told who made it?
        pub shows_owner: bool,
        pub state: State,
        pub state_changed_at: ChronoDateTimeUtc,
        /// Rises with each new link.
        pub secret_version: i64,
        /// SHA-256 of the secret, in hex.
        #[sea_orm(unique)]
        pub secret_hash: String,
        pub shows: Shows,
        /// The folder that it shows, if it shows one that is not gone for ever.
        pub folder_id: Option<FolderId>,
        /// The downloads of its archive that were begun last: `begun` reads it.
        pub archives_begun: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is behind links.
pub mod share_file {
    use crate::ids::{FileId, ShareId};
    use sea_orm::entity::prelude::*;

    /// A file of a link as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "share_files")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub share_id: ShareId,
        pub file_id: FileId,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
