//! What is known of accounts that were deleted.

use super::entity::deleted_account;
use crate::{
    error::{Error, Result},
    ids::UserId,
};
use sea_orm::{ConnectionTrait, EntityTrait};

/// Was there an account with this id, and was it deleted? Of one that a lost database knew, nothing is known.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn was_deleted(db: &impl ConnectionTrait, id: UserId) -> Result<bool> {
    Ok(deleted_account::Entity::find_by_id(id).one(db).await?.is_some())
}

/// May it be let in again? Not what is being deleted.
///
/// # Errors
///
/// `Conflict` when it is; `DatabaseUnavailable`.
pub(super) async fn check_stays(db: &impl ConnectionTrait, id: UserId) -> Result<()> {
    match was_deleted(db, id).await? {
        true => Err(Error::Conflict("This account is being deleted, which cannot be taken back.".into())),
        false => Ok(()),
    }
}
