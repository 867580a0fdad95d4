//! Changing accounts: their names, passwords, roles and quotas, and who may enter at all.

use super::{
    About, Accounts, Change, Principal, Role,
    account_link::end_all_of,
    deleted::check_stays,
    entity::{account_link, user},
    passwords, sessions, tokens,
    users::{self, User},
};
use crate::{
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{TokenId, UserId},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

pub(super) const LAST_ADMIN: &str =
    "This is the only administrator who can sign in. Make somebody else an administrator first.";

/// Changes what pages call a person, at their own request. A name that it has already changes nothing.
///
/// # Errors
///
/// `Error::Unacceptable` for a name that no account may have; `Error::NotFound` when there is no such account; else
/// what [`Principal::begin_as_owner`] fails with.
pub async fn rename(
    accounts: &Accounts,
    id: UserId,
    name: &str,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let name = users::check_name(name)?;
    let difference = |before: &User| (before.name != name).then(|| format!("{} → {name}", before.name));
    let row = user::ActiveModel { id: Set(id), name: Set(name.clone()), ..Default::default() };
    let change = principal.begin_as_owner(&accounts.db, id, now).await?;
    update(accounts, change, id, row, Action::UserRenamed, difference).await
}

/// Says whether browsers take the place out of a person's pictures before they send them, at their own request.
///
/// # Errors
///
/// `Error::NotFound` when there is no such account; else what [`Principal::begin_as_owner`] fails with.
pub async fn set_removes_place(
    accounts: &Accounts,
    id: UserId,
    removes_place: bool,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let words = if removes_place { "taken out" } else { "sent" };
    let difference = |before: &User| (before.removes_place != removes_place).then(|| words.to_owned());
    let row = user::ActiveModel { id: Set(id), removes_place: Set(removes_place), ..Default::default() };
    let change = principal.begin_as_owner(&accounts.db, id, now).await?;
    update(accounts, change, id, row, Action::UserPlace, difference).await
}

/// Gives an account a quota of its own, or, with `None`, the installation's default. It takes an administrator who gave
/// their password lately.
///
/// # Errors
///
/// `Error::NotFound` when there is no such account; `Error::PasswordNeeded` when the password was not given lately;
/// else what [`Principal::begin_as_admin`] fails with.
pub async fn set_quota(
    accounts: &Accounts,
    id: UserId,
    quota: Option<ByteSize>,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let bytes = quota.map(super::charging::in_column);
    let words = |quota: Option<ByteSize>| quota.map_or_else(|| "default".to_owned(), |quota| quota.to_string());
    let difference = |before: &User| {
        let before = before.quota.map(ByteSize);
        (before != quota).then(|| format!("{} → {}", words(before), words(quota)))
    };
    let row = user::ActiveModel { id: Set(id), quota: Set(bytes), ..Default::default() };
    let change = principal.with_password().begin_as_admin(&accounts.db, &[id], now).await?;
    update(accounts, change.into_change(), id, row, Action::UserQuota, difference).await
}

/// Makes somebody a member or an administrator, and ends the links that they made and those that set their password. It
/// takes an administrator who gave their password lately.
///
/// # Errors
///
/// `Error::Conflict` when nobody else is an administrator who can sign in; `Error::NotFound` when there is no such
/// account; `Error::PasswordNeeded` when the password was not given lately; else what [`Principal::begin_among_admins`]
/// fails with.
pub async fn set_role(
    accounts: &Accounts,
    id: UserId,
    role: Role,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.with_password().begin_among_admins(&accounts.db, &[id], now).await?;
    let before = change.user(id)?.clone();
    if before.role == role {
        accounts.changed(id);
        return Ok(());
    }
    if is_last_admin(&change, id) {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    end_all_of(&change, id).await?;
    let row = user::ActiveModel { id: Set(id), role: Set(role), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    let subject = Subject::user(id, before.email, format!("{} → {role}", before.role));
    change.record(Action::UserRole, subject).await?;
    change.commit().await?;
    accounts.changed(id);
    Ok(())
}

/// Shuts an account out: no further sign-in, its sessions and links ended, its tokens refused.
///
/// # Errors
///
/// `Error::Conflict` for one's own account, and when nobody else is an administrator who can sign in; `Error::NotFound`
/// when there is no such account; else what [`Principal::begin_among_admins`] fails with.
pub async fn disable(accounts: &Accounts, id: UserId, principal: &Principal, now: DateTime<Utc>) -> Result<()> {
    let change = principal.begin_among_admins(&accounts.db, &[id], now).await?;
    if change.actor().user == Some(id) {
        return Err(Error::Conflict("You cannot disable your own account. Ask another administrator.".into()));
    }
    let before = change.user(id)?.clone();
    if before.disabled {
        accounts.shut_out(id);
        return Ok(());
    }
    if is_last_admin(&change, id) {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    end_all_of(&change, id).await?;
    let row = user::ActiveModel { id: Set(id), disabled_at: Set(Some(now)), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    sessions::delete_of_user(&change, id).await?;
    change.record(Action::UserDisabled, Subject::user(id, before.email, "")).await?;
    change.commit().await?;
    accounts.shut_out(id);
    Ok(())
}

/// Lets a disabled account in again.
///
/// # Errors
///
/// `Error::Conflict` when it is being deleted; `Error::NotFound` when there is no such account; else what
/// [`Principal::begin_as_admin`] fails with.
pub async fn enable(accounts: &Accounts, id: UserId, principal: &Principal, now: DateTime<Utc>) -> Result<()> {
    let difference = |before: &User| before.disabled.then(String::new);
    let row = user::ActiveModel { id: Set(id), disabled_at: Set(None), ..Default::default() };
    let change = principal.begin_as_admin(&accounts.db, &[id], now).await?;
    check_stays(change.transaction(), id).await?;
    update(accounts, change.into_change(), id, row, Action::UserEnabled, difference).await
}

/// Changes one's own password, which ends everything that was let in by the old one, but for the tokens that are to be
/// kept.
///
/// # Errors
///
/// `Error::Unacceptable` for a new password that will not do, and, with the code `wrong_password`, when `current` is
/// not the account's; `Error::Conflict` when somebody was faster; `Error::NotFound` when there is no such account;
/// `Error::TooManyAttempts` when too many passwords are being checked; else what [`Principal::begin_as_owner`] fails
/// with.
pub async fn change_password(
    accounts: &Accounts,
    id: UserId,
    current: String,
    new: String,
    kept_tokens: &[TokenId],
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = user::Entity::find_by_id(id).one(&accounts.db).await?.ok_or(Error::NotFound)?;
    let about = About { email: &row.email, name: &row.name };
    passwords::check(&new, about)?;
    if !passwords::verify(current, row.password_hash.clone()).await? {
        return Err(Error::unacceptable(
            "wrong_password",
            "The current password is not right. Check it and try again.",
        ));
    }
    let hash = passwords::hash(new, about).await?;
    let change = principal.begin_as_owner(&accounts.db, id, now).await?;
    // Whoever was faster may have known the old one as well.
    let unchanged = user::Entity::find_by_id(id).one(change.transaction()).await?;
    if unchanged.is_none_or(|now| now.password_hash != row.password_hash) {
        return Err(Error::Conflict("Your password was changed meanwhile. Sign in again.".into()));
    }
    store_password(&change, id, hash, kept_tokens).await?;
    change.record(Action::PasswordChanged, Subject::user(id, row.email, "")).await?;
    change.commit().await?;
    accounts.shut_out(id);
    Ok(())
}

/// Notes that somebody gave their password again in the session that they name: it is not asked for in the next 15
/// minutes.
///
/// # Errors
///
/// `Error::WrongPassword` when it is not the account's; `Error::NotSignedIn` when the session ended;
/// `Error::TooManyAttempts` when too many passwords are being checked; else what [`Principal::begin_as_owner`] fails
/// with.
pub async fn confirm_password(
    db: &DatabaseConnection,
    id: UserId,
    password: String,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = user::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotSignedIn)?;
    match passwords::verify(password, row.password_hash).await? {
        true => principal.note_password(db, id, now).await,
        false => Err(Error::WrongPassword),
    }
}

/// Gives an account another password, which ends everything that was let in by the old one.
///
/// # Errors
///
/// `Error::NotFound` when there is no such account; `Error::Unacceptable` for a password that will not do;
/// `Error::TooManyAttempts` when too many passwords are being checked; else what [`Principal::begin_as_admin`] fails
/// with.
pub async fn set_password(
    accounts: &Accounts,
    id: UserId,
    new: String,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let owner = users::find(&accounts.db, id).await?;
    let hash = passwords::hash(new, About { email: &owner.email, name: &owner.name }).await?;
    let change = principal.begin_as_admin(&accounts.db, &[id], now).await?;
    let email = change.user(id)?.email.clone();
    store_password(&change, id, hash, &[]).await?;
    change.record(Action::PasswordChanged, Subject::user(id, email, "")).await?;
    change.commit().await?;
    accounts.shut_out(id);
    Ok(())
}

/// Gives an account a password's hash. Every session ends, links that set the password work no more, and tokens are
/// revoked but for some, as somebody else may have had any of them.
pub(super) async fn store_password(change: &Change, id: UserId, hash: String, kept_tokens: &[TokenId]) -> Result<()> {
    let row = user::ActiveModel { id: Set(id), password_hash: Set(Some(hash)), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    let links = account_link::Entity::delete_many().filter(account_link::Column::UserId.eq(id));
    links.exec(change.transaction()).await?;
    sessions::delete_of_user(change, id).await?;
    tokens::revoke_all_but(change, id, kept_tokens).await
}

/// One change of one row, unless it is that way already.
async fn update(
    accounts: &Accounts,
    change: Change,
    id: UserId,
    row: user::ActiveModel,
    action: Action,
    difference: impl FnOnce(&User) -> Option<String>,
) -> Result<()> {
    let before = change.user(id)?;
    // What is remembered here may be older than what somebody did at another instance.
    let Some(detail) = difference(before) else {
        accounts.changed(id);
        return Ok(());
    };
    let subject = Subject::user(id, before.email.clone(), detail);
    user::Entity::update(row).exec(change.transaction()).await?;
    change.record(action, subject).await?;
    change.commit().await?;
    accounts.changed(id);
    Ok(())
}

/// Is this the only administrator who can sign in? All who are stay locked, so that two do not shut each other out at
/// once.
pub(super) fn is_last_admin(change: &Change, id: UserId) -> bool {
    let is_admin = |user: &&User| user.role == Role::Admin && !user.disabled && user.has_password;
    let mut admins = change.users().iter().filter(is_admin);
    admins.next().is_some_and(|admin| admin.id == id) && admins.next().is_none()
}
