//! The row of an event.

use sea_orm::entity::prelude::*;

/// An event as the table has it; `Event` is what becomes of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    /// The place in the log: a later event has a higher one.
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: ChronoDateTimeUtc,
    /// Who did it; none for whoever has no account. No foreign key, as events outlive what they speak of.
    pub actor_id: Option<Uuid>,
    pub actor: String,
    /// The text of an `Action`, such as `file.trashed`.
    pub action: String,
    /// The user concerned.
    pub user_id: Option<Uuid>,
    /// The file concerned; none where it was an account.
    pub file_id: Option<Uuid>,
    pub subject: String,
    pub detail: String,
    pub address: String,
    pub times: i64,
    /// The first event of the act that this one is part of; none in the first itself, and in what stands alone.
    pub act_id: Option<i64>,
    /// How many events the act has, in its first one; else 1.
    pub act_size: i64,
}

impl ActiveModelBehavior for ActiveModel {}
