//! What is known of accounts that were deleted.

use super::entity::deleted_account;
use crate::{
    error::{Error, Result},
    ids::UserId,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Was there an account with this id, and was it deleted? Of one that a lost database knew, nothing is known.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn was_deleted(db: &impl ConnectionTrait, id: UserId) -> Result<bool> {
    Ok(deleted_account::Entity::find_by_id(id).one(db).await?.is_some())
}

/// The account that was deleted and had this email last, if there was one.
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<UserId>> {
    let query = deleted_account::Entity::find().filter(deleted_account::Column::Email.eq(email));
    Ok(query.order_by_desc(deleted_account::Column::DeletedAt).one(db).await?.map(|row| row.id))
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
