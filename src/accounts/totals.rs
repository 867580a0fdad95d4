//! How many accounts there are, for administrators.

use super::entity::user;
use crate::error::Result;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

/// How many accounts there are, disabled ones as well.
///
/// # Errors
/// `DatabaseUnavailable`.
pub async fn count_accounts(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(user::Entity::find().count(db).await?)
}
