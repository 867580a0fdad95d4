//! The rows of users, sessions, API tokens and links to accounts.

/// Accounts.
pub mod user {
    use crate::{accounts::role::Role, ids::UserId};
    use sea_orm::entity::prelude::*;

    /// An account as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        /// In lower case.
        #[sea_orm(unique)]
        pub email: String,
        pub name: String,
        pub role: Role,
        /// An Argon2id hash as a PHC string; none while nobody can sign in with it.
        pub password_hash: Option<String>,
        /// In bytes; none: the installation's default.
        pub quota: Option<i64>,
        /// The sum of the sizes of its files, in bytes.
        pub used_bytes: i64,
        pub created_at: ChronoDateTimeUtc,
        /// None while it may enter.
        pub disabled_at: Option<ChronoDateTimeUtc>,
        /// To within an hour; none: never.
        pub last_seen_at: Option<ChronoDateTimeUtc>,
        /// The number of the last file that was given one: see [`crate::ids::Ticket`].
        pub last_ticket: i64,
        /// Are its pictures sent without the place where they were taken?
        pub removes_place: bool,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Sessions of browsers.
pub mod session {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    /// A session as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        /// SHA-256 of the cookie's key, in hex.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_hash: String,
        /// Whose it is. Nothing writes a row without it.
        pub user_id: Option<UserId>,
        /// JSON texts by name, as a JSON object.
        pub state: String,
        pub created_at: ChronoDateTimeUtc,
        /// To within an hour.
        pub last_used_at: ChronoDateTimeUtc,
        pub expires_at: ChronoDateTimeUtc,
        /// When its user gave the password last; none counts as long ago.
        pub authenticated_at: Option<ChronoDateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tokens for programs.
pub mod api_token {
    use crate::ids::{TokenId, UserId};
    use sea_orm::entity::prelude::*;

    /// A token as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TokenId,
        pub user_id: UserId,
        /// What it is for; a user's tokens that were not revoked differ in it.
        pub name: String,
        /// SHA-256 of the whole token, in hex.
        #[sea_orm(unique)]
        pub token_hash: String,
        pub created_at: ChronoDateTimeUtc,
        /// To within an hour; none: never.
        pub last_used_at: Option<ChronoDateTimeUtc>,
        /// None while nobody ended it.
        pub revoked_at: Option<ChronoDateTimeUtc>,
        /// None: it never ends by itself.
        pub expires_at: Option<ChronoDateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Invitations and password links.
pub mod account_link {
    use crate::{
        accounts::role::Role,
        ids::{LinkId, UserId},
    };
    use sea_orm::entity::prelude::*;

    /// An invitation or a password link as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LinkId,
        /// SHA-256 of the secret, in hex.
        #[sea_orm(unique)]
        pub secret_hash: String,
        /// Whose password it sets; none: it is an invitation.
        pub user_id: Option<UserId>,
        /// Whose account it is or will be; empty: whoever has the invitation writes their own.
        pub email: String,
        /// Of an invitation, what the account will be.
        pub role: Role,
        /// None: somebody at the command line.
        pub created_by_id: Option<UserId>,
        pub created_at: ChronoDateTimeUtc,
        pub expires_at: ChronoDateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Accounts that were deleted; a row outlives its account.
pub mod deleted_account {
    use crate::{accounts::fate::Fate, ids::UserId};
    use sea_orm::entity::prelude::*;

    /// A deleted account as the table has it.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deleted_accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        /// As it was.
        pub email: String,
        /// Who gets its files.
        pub heir_id: UserId,
        pub fate: Fate,
        pub deleted_at: ChronoDateTimeUtc,
        /// None while it still has files.
        pub finished_at: Option<ChronoDateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
