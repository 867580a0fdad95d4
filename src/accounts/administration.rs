//! Changing accounts: their names, passwords, roles and quotas, and who may enter at all.

use super::{
    Change, Claim, Role,
    entity::{account_link, session, user},
    passwords, sessions,
    users::{self, User},
};
use crate::{
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

const LAST_ADMIN: &str = "This is the only administrator who can sign in. Make somebody else an administrator first.";

pub async fn rename(db: &DatabaseConnection, id: UserId, name: &str, claim: &Claim, now: DateTime<Utc>) -> Result<()> {
    let name = users::check_name(name)?;
    let difference = |before: &User| (before.name != name).then(|| format!("{} → {name}", before.name));
    let row = user::ActiveModel { id: Set(id.uuid()), name: Set(name.clone()), ..Default::default() };
    let change = claim.begin_as_owner(db, id, now).await?;
    update(change, id, row, Action::UserRenamed, difference).await
}

/// `None`: the installation's default.
pub async fn set_quota(
    db: &DatabaseConnection,
    id: UserId,
    quota: Option<ByteSize>,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<()> {
    let bytes = quota.map(|quota| i64::try_from(quota.as_u64()).unwrap_or(i64::MAX));
    let words = |quota: Option<ByteSize>| quota.map_or_else(|| "default".to_owned(), |quota| quota.to_string());
    let difference = |before: &User| {
        let before = before.quota.map(ByteSize);
        (before != quota).then(|| format!("{} → {}", words(before), words(quota)))
    };
    let row = user::ActiveModel { id: Set(id.uuid()), quota: Set(bytes), ..Default::default() };
    let change = claim.begin_as_admin(db, &[id], now).await?;
    update(change.into_change(), id, row, Action::UserQuota, difference).await
}

pub async fn set_role(
    db: &DatabaseConnection,
    id: UserId,
    role: Role,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = claim.begin_among_admins(db, id, now).await?;
    let before = change.user(id)?.clone();
    if before.role == role {
        return Ok(());
    }
    if is_last_admin(&change, id) {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    withdraw_invitations(change.transaction(), &before.email).await?;
    let row = user::ActiveModel { id: Set(id.uuid()), role: Set(role.to_string()), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    let subject = Subject::user(id, before.email, format!("{} → {role}", before.role));
    change.record(Action::UserRole, subject).await?;
    change.commit().await
}

/// Shuts an account out: no further sign-in, its sessions ended, its tokens refused.
pub async fn disable(db: &DatabaseConnection, id: UserId, claim: &Claim, now: DateTime<Utc>) -> Result<()> {
    let change = claim.begin_among_admins(db, id, now).await?;
    let before = change.user(id)?.clone();
    if before.disabled {
        return Ok(());
    }
    if is_last_admin(&change, id) {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    withdraw_invitations(change.transaction(), &before.email).await?;
    let row = user::ActiveModel { id: Set(id.uuid()), disabled_at: Set(Some(now)), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    sessions::delete_of_user(change.transaction(), id).await?;
    account_link::Entity::delete_many()
        .filter(account_link::Column::UserId.eq(id.uuid()))
        .exec(change.transaction())
        .await?;
    change.record(Action::UserDisabled, Subject::user(id, before.email, "")).await?;
    change.commit().await
}

/// Lets a disabled account in again.
pub async fn enable(db: &DatabaseConnection, id: UserId, claim: &Claim, now: DateTime<Utc>) -> Result<()> {
    let difference = |before: &User| before.disabled.then(String::new);
    let row = user::ActiveModel { id: Set(id.uuid()), disabled_at: Set(None), ..Default::default() };
    let change = claim.begin_as_admin(db, &[id], now).await?;
    update(change.into_change(), id, row, Action::UserEnabled, difference).await
}

/// Changes one's own password, and ends one's other sessions.
pub async fn change_password(
    db: &DatabaseConnection,
    id: UserId,
    current: String,
    new: String,
    kept_session: Option<&str>,
    claim: &Claim,
    now: DateTime<Utc>,
) -> Result<()> {
    passwords::check(&new)?;
    let row = user::Entity::find_by_id(id.uuid()).one(db).await?.ok_or(Error::NotFound)?;
    if !passwords::verify(current, row.password_hash).await? {
        return Err(Error::unacceptable(
            "wrong_password",
            "The current password is not right. Check it and try again.",
        ));
    }
    let hash = passwords::hash(new).await?;
    let change = claim.begin_as_owner(db, id, now).await?;
    store_password(&change, id, hash, kept_session).await?;
    change.record(Action::PasswordChanged, Subject::user(id, row.email, "")).await?;
    change.commit().await
}

/// Every session but one ends, and links that set the password work no more, as somebody else may have had either.
pub(super) async fn store_password(
    change: &Change,
    id: UserId,
    hash: String,
    kept_session: Option<&str>,
) -> Result<()> {
    let row = user::ActiveModel { id: Set(id.uuid()), password_hash: Set(Some(hash)), ..Default::default() };
    user::Entity::update(row).exec(change.transaction()).await?;
    let links = account_link::Entity::delete_many().filter(account_link::Column::UserId.eq(id.uuid()));
    links.exec(change.transaction()).await?;
    let others = session::Entity::delete_many().filter(session::Column::UserId.eq(id.uuid()));
    others.filter(session::Column::KeyHash.ne(kept_session.unwrap_or_default())).exec(change.transaction()).await?;
    Ok(())
}

/// One change of one row, unless it is that way already.
async fn update(
    change: Change,
    id: UserId,
    row: user::ActiveModel,
    action: Action,
    difference: impl FnOnce(&User) -> Option<String>,
) -> Result<()> {
    let before = change.user(id)?;
    let Some(detail) = difference(before) else { return Ok(()) };
    let subject = Subject::user(id, before.email.clone(), detail);
    user::Entity::update(row).exec(change.transaction()).await?;
    change.record(action, subject).await?;
    change.commit().await
}

/// Is this the only administrator who can sign in? All who are stay locked, so that two do not shut each other out at
/// once.
fn is_last_admin(change: &Change, id: UserId) -> bool {
    let is_admin = |user: &&User| user.role == Role::Admin && !user.disabled && user.has_password;
    let mut admins = change.users().iter().filter(is_admin);
    admins.next().is_some_and(|admin| admin.id == id) && admins.next().is_none()
}

/// What somebody handed out while they could is worth nothing once they cannot any more.
async fn withdraw_invitations(transaction: &impl ConnectionTrait, made_by: &str) -> Result<()> {
    let invitations = account_link::Entity::delete_many().filter(account_link::Column::CreatedBy.eq(made_by));
    invitations.filter(account_link::Column::UserId.is_null()).exec(transaction).await?;
    Ok(())
}
