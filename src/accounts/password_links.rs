//! Password links: with one somebody sets the password of an account that exists. Each works once, and for a day.

use super::{
    About, Accounts, Change, Principal,
    account_link::{new_row, take, with_secret},
    administration::store_password,
    entity::account_link::{ActiveModel, Column, Entity},
    passwords,
    secret::random,
    users,
};
use crate::{
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::UserId,
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// How long a password link is open: it opens an account that exists, so it is worth more to a thief than an
/// invitation.
pub const PASSWORD_LINK_LASTS: TimeDelta = TimeDelta::hours(24);

/// Makes a link that sets a user's password; those made before stop working. Returns its secret, which nobody can read
/// again. It takes an administrator who gave their password lately.
///
/// # Errors
///
/// `Error::NotFound` when there is no such account; `Error::Conflict` when it is disabled; `Error::PasswordNeeded` when
/// the password was not given lately; else what [`Principal::begin_as_admin`] fails with.
pub async fn create(
    db: &DatabaseConnection,
    user: UserId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<String> {
    let secret = random()?;
    let change = principal.with_password().begin_as_admin(db, &[user], now).await?;
    let found = change.user(user)?.clone();
    if found.disabled {
        return Err(Error::Conflict("This account is disabled. Enable it first.".into()));
    }
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(change.transaction()).await?;
    let row = ActiveModel {
        user_id: Set(Some(user)),
        email: Set(found.email.clone()),
        role: Set(found.role),
        ..new_row(&secret, PASSWORD_LINK_LASTS, change.actor(), now)
    };
    Entity::insert(row).exec_without_returning(change.transaction()).await?;
    change.record(Action::PasswordLinkMade, Subject::user(user, found.email, "")).await?;
    change.commit().await?;
    Ok(secret)
}

/// The email of the user whose password a secret sets.
///
/// # Errors
///
/// `Error::NotFound` when the link was used, replaced or is over; `Error::DatabaseUnavailable` when the database does
/// not answer.
pub async fn find(db: &impl ConnectionTrait, secret: &str, now: DateTime<Utc>) -> Result<String> {
    let row = with_secret(secret, now).filter(Column::UserId.is_not_null()).one(db).await?;
    row.ok_or(Error::NotFound).map(|row| row.email)
}

/// Sets the password of the user whom a secret is for, which uses the link up and ends their sessions and tokens.
/// `address` is where the request came from.
///
/// # Errors
///
/// `Error::NotFound` when the link was used, replaced or is over, or the account is disabled; `Error::Unacceptable` for
/// a password that will not do; `Error::TooManyAttempts` when too many passwords are being hashed;
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn set_password(
    accounts: &Accounts,
    secret: &str,
    password: String,
    address: &str,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let link = with_secret(secret, now).one(&accounts.db).await?.ok_or(Error::NotFound)?;
    let user = link.user_id.ok_or(Error::NotFound)?;
    let owner = users::find(&accounts.db, user).await?;
    let hash = passwords::hash(password, About { email: &owner.email, name: &owner.name }).await?;
    // The user first, as every change has it.
    let change = Change::by_credential(&accounts.db, user, address, now).await?;
    take(&change, secret, now).await?;
    store_password(&change, user, hash, &[]).await?;
    let email = change.user(user)?.email.clone();
    change.record(Action::PasswordChanged, Subject::user(user, email, "by a link")).await?;
    change.commit().await?;
    accounts.shut_out(user);
    Ok(user)
}
