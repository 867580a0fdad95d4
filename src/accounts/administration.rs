//! Changing accounts: their names, passwords, roles and quotas, and who may enter at all.

use super::{
    Role,
    entity::{account_link, session, user},
    passwords, sessions,
    users::{self, User},
};
use crate::{
    audit::{self, Action, By, Subject},
    database::{self, DatabaseConnection},
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

const LAST_ADMIN: &str = "This is the only administrator who can sign in. Make somebody else an administrator first.";

pub async fn rename(db: &DatabaseConnection, id: UserId, name: &str, by: &By, now: DateTime<Utc>) -> Result<()> {
    let name = users::check_name(name)?;
    let change = |before: &User| (before.name != name).then(|| format!("{} → {name}", before.name));
    let row = user::ActiveModel { id: Set(id.uuid()), name: Set(name.clone()), ..Default::default() };
    update(db, id, row, Action::UserRenamed, change, by, now).await
}

/// `None`: the installation's default.
pub async fn set_quota(
    db: &DatabaseConnection,
    id: UserId,
    quota: Option<ByteSize>,
    by: &By,
    now: DateTime<Utc>,
) -> Result<()> {
    let bytes = quota.map(|quota| i64::try_from(quota.as_u64()).unwrap_or(i64::MAX));
    let words = |quota: Option<ByteSize>| quota.map_or_else(|| "default".to_owned(), |quota| quota.to_string());
    let change = |before: &User| {
        let before = before.quota.map(ByteSize);
        (before != quota).then(|| format!("{} → {}", words(before), words(quota)))
    };
    let row = user::ActiveModel { id: Set(id.uuid()), quota: Set(bytes), ..Default::default() };
    update(db, id, row, Action::UserQuota, change, by, now).await
}

pub async fn set_role(db: &DatabaseConnection, id: UserId, role: Role, by: &By, now: DateTime<Utc>) -> Result<()> {
    let transaction = database::begin(db).await?;
    let is_last = is_last_admin(&transaction, id).await?;
    let before = find_locked(&transaction, id).await?;
    if before.role == role {
        return Ok(());
    }
    if is_last {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    withdraw_invitations(&transaction, &before.email).await?;
    let row = user::ActiveModel { id: Set(id.uuid()), role: Set(role.to_string()), ..Default::default() };
    user::Entity::update(row).exec(&transaction).await?;
    let subject = Subject::user(id, before.email, format!("{} → {role}", before.role));
    audit::record(&transaction, by, Action::UserRole, subject, now).await?;
    Ok(transaction.commit().await?)
}

/// Shuts an account out: no further sign-in, its sessions ended, its tokens refused.
pub async fn disable(db: &DatabaseConnection, id: UserId, by: &By, now: DateTime<Utc>) -> Result<()> {
    let transaction = database::begin(db).await?;
    let is_last = is_last_admin(&transaction, id).await?;
    let before = find_locked(&transaction, id).await?;
    if before.disabled {
        return Ok(());
    }
    if is_last {
        return Err(Error::Conflict(LAST_ADMIN.into()));
    }
    withdraw_invitations(&transaction, &before.email).await?;
    let row = user::ActiveModel { id: Set(id.uuid()), disabled_at: Set(Some(now)), ..Default::default() };
    user::Entity::update(row).exec(&transaction).await?;
    sessions::delete_of_user(&transaction, id).await?;
    account_link::Entity::delete_many().filter(account_link::Column::UserId.eq(id.uuid())).exec(&transaction).await?;
    audit::record(&transaction, by, Action::UserDisabled, Subject::user(id, before.email, ""), now).await?;
    Ok(transaction.commit().await?)
}

/// Lets a disabled account in again.
pub async fn enable(db: &DatabaseConnection, id: UserId, by: &By, now: DateTime<Utc>) -> Result<()> {
    let change = |before: &User| before.disabled.then(String::new);
    let row = user::ActiveModel { id: Set(id.uuid()), disabled_at: Set(None), ..Default::default() };
    update(db, id, row, Action::UserEnabled, change, by, now).await
}

/// Changes one's own password, and ends one's other sessions.
pub async fn change_password(
    db: &DatabaseConnection,
    id: UserId,
    current: String,
    new: String,
    kept_session: Option<&str>,
    by: &By,
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
    let transaction = database::begin(db).await?;
    store_password(&transaction, id, hash, kept_session).await?;
    audit::record(&transaction, by, Action::PasswordChanged, Subject::user(id, row.email, ""), now).await?;
    Ok(transaction.commit().await?)
}

/// Part of a transaction. Every session but one ends, and links that set the password work no more, as somebody else
/// may have had either.
pub(super) async fn store_password(
    db: &impl ConnectionTrait,
    id: UserId,
    hash: String,
    kept_session: Option<&str>,
) -> Result<()> {
    let row = user::ActiveModel { id: Set(id.uuid()), password_hash: Set(Some(hash)), ..Default::default() };
    user::Entity::update(row).exec(db).await?;
    account_link::Entity::delete_many().filter(account_link::Column::UserId.eq(id.uuid())).exec(db).await?;
    let others = session::Entity::delete_many().filter(session::Column::UserId.eq(id.uuid()));
    others.filter(session::Column::KeyHash.ne(kept_session.unwrap_or_default())).exec(db).await?;
    Ok(())
}

/// One change of one row, unless it is that way already.
async fn update(
    db: &DatabaseConnection,
    id: UserId,
    row: user::ActiveModel,
    action: Action,
    change: impl FnOnce(&User) -> Option<String>,
    by: &By,
    now: DateTime<Utc>,
) -> Result<()> {
    let transaction = database::begin(db).await?;
    let before = find_locked(&transaction, id).await?;
    let Some(detail) = change(&before) else { return Ok(()) };
    user::Entity::update(row).exec(&transaction).await?;
    audit::record(&transaction, by, action, Subject::user(id, before.email, detail), now).await?;
    Ok(transaction.commit().await?)
}

/// As it is until the end of the transaction.
async fn find_locked(transaction: &impl ConnectionTrait, id: UserId) -> Result<User> {
    let row = user::Entity::find_by_id(id.uuid()).lock_exclusive().one(transaction).await?;
    row.ok_or(Error::NotFound).and_then(User::from_row)
}

/// Is this the only administrator who can sign in? Their rows stay locked, so that two do not shut each other out at
/// once; they are locked first and in one order, so that nobody waits in a circle.
async fn is_last_admin(transaction: &impl ConnectionTrait, id: UserId) -> Result<bool> {
    let admins = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin.to_string()))
        .filter(user::Column::DisabledAt.is_null())
        .filter(user::Column::PasswordHash.is_not_null())
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .all(transaction)
        .await?;
    Ok(admins.len() == 1 && admins.iter().any(|row| row.id == id.uuid()))
}

/// What somebody handed out while they could is worth nothing once they cannot any more.
async fn withdraw_invitations(transaction: &impl ConnectionTrait, made_by: &str) -> Result<()> {
    let invitations = account_link::Entity::delete_many().filter(account_link::Column::CreatedBy.eq(made_by));
    invitations.filter(account_link::Column::UserId.is_null()).exec(transaction).await?;
    Ok(())
}
