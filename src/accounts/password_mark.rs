//! A mark that changes with an account's password, so that what was given to a browser for one password ends with it.

use super::{Email, entity::user};
use crate::{
    config::SessionKey,
    error::{Error, Result},
    ids::UserId,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sha2::Sha256;

/// 128 bits say which password it was; nobody can try passwords on them without the key.
const BYTES: usize = 16;

/// The mark of an account; `None` when it has no password.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn of_user(db: &impl ConnectionTrait, key: &SessionKey, id: UserId) -> Result<Option<String>> {
    let row = user::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| of_row(key, row)).transpose()?.flatten().map(|(_, mark)| mark))
}

/// Whose email it is, and their mark; `None` when it is nobody's, or the account has no password.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn of_email(db: &impl ConnectionTrait, key: &SessionKey, email: &Email) -> Result<Option<(UserId, String)>> {
    let row = user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(db).await?;
    Ok(row.map(|row| of_row(key, row)).transpose()?.flatten())
}

/// The hash is salted, so it differs even when somebody sets the password they had.
fn of_row(key: &SessionKey, row: user::Model) -> Result<Option<(UserId, String)>> {
    let Some(hash) = row.password_hash else { return Ok(None) };
    let mac = Hmac::<Sha256>::new_from_slice(key.bytes()).map_err(|error| Error::Internal(error.to_string()))?;
    let tag =
        mac.chain_update("password mark\0").chain_update(row.id.uuid()).chain_update(hash).finalize().into_bytes();
    Ok(Some((row.id, BASE64_URL_SAFE_NO_PAD.encode(&tag[..BYTES]))))
}
