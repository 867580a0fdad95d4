//! The row of an event.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: ChronoDateTimeUtc,
    pub actor_id: Option<Uuid>,
    pub actor: String,
    pub action: String,
    pub user_id: Option<Uuid>,
    pub file_id: Option<Uuid>,
    pub subject: String,
    pub detail: String,
    pub address: String,
    pub times: i64,
}

impl ActiveModelBehavior for ActiveModel {}
