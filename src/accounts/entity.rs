//! The rows of users, sessions, API tokens and links to accounts.

pub mod user {
    use crate::{accounts::role::Role, ids::UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        #[sea_orm(unique)]
        pub email: String,
        pub name: String,
        pub role: Role,
        pub password_hash: Option<String>,
        pub quota: Option<i64>,
        pub used_bytes: i64,
        pub created_at: ChronoDateTimeUtc,
        pub disabled_at: Option<ChronoDateTimeUtc>,
        pub last_seen_at: Option<ChronoDateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod session {
    use crate::ids::UserId;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_hash: String,
        pub user_id: Option<UserId>,
        pub state: String,
        pub created_at: ChronoDateTimeUtc,
        pub last_used_at: ChronoDateTimeUtc,
        pub expires_at: ChronoDateTimeUtc,
        pub authenticated_at: Option<ChronoDateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod api_token {
    use crate::ids::{TokenId, UserId};
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TokenId,
        pub user_id: UserId,
        pub name: String,
        #[sea_orm(unique)]
        pub token_hash: String,
        pub created_at: ChronoDateTimeUtc,
        pub last_used_at: Option<ChronoDateTimeUtc>,
        pub revoked_at: Option<ChronoDateTimeUtc>,
        pub expires_at: Option<ChronoDateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod account_link {
    use crate::{
        accounts::role::Role,
        ids::{LinkId, UserId},
    };
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LinkId,
        #[sea_orm(unique)]
        pub secret_hash: String,
        pub user_id: Option<UserId>,
        pub email: String,
        pub role: Role,
        pub created_by_id: Option<UserId>,
        pub created_at: ChronoDateTimeUtc,
        pub expires_at: ChronoDateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}
