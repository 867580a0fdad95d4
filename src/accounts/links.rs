//! Links that an administrator hands to somebody: to create an account, or to set its password. Each works once, and
//! for a while; only a hash of its secret is kept.

use super::{
    About, Change, Email, Principal, Role,
    administration::store_password,
    entity::account_link::{ActiveModel, Column, Entity, Model},
    passwords,
    tokens::{TokenHash, random},
    users::{self, NewUser},
};
use crate::{
    audit::{Action, Actor, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{LinkId, UserId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
};
use std::collections::HashMap;

/// How long an invitation is open.
pub const INVITATION_LASTS: TimeDelta = TimeDelta::days(7);
/// A link that opens an account that exists is worth more to a thief.
pub const PASSWORD_LINK_LASTS: TimeDelta = TimeDelta::hours(24);

/// An invitation that was not taken yet.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: LinkId,
    /// Empty: whoever has the link writes their own.
    pub email: String,
    pub role: Role,
    /// Whoever made it; `None`: somebody at the command line.
    pub created_by: Option<String>,
    pub expires_at: DateTime<Utc>,
}

/// What somebody who was invited writes.
pub struct Acceptance {
    pub email: Email,
    pub name: String,
    pub password: String,
}

/// Returns the secret, which nobody can read again.
pub async fn invite(
    db: &DatabaseConnection,
    email: Option<&Email>,
    role: Role,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<String> {
    let secret = random()?;
    let change = principal.with_password().begin_as_admin(db, &[], now).await?;
    if let Some(email) = email {
        match users::find_by_email(change.transaction(), email).await {
            Ok(_) => return Err(Error::Conflict("There is an account with this email already.".into())),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let email = email.map(ToString::to_string).unwrap_or_default();
    let row = ActiveModel {
        email: Set(email.clone()),
        role: Set(role),
        ..new_row(&secret, INVITATION_LASTS, change.actor(), now)
    };
    Entity::insert(row).exec_without_returning(change.transaction()).await?;
    let subject = Subject { name: email, detail: role.to_string(), ..Subject::default() };
    change.record(Action::UserInvited, subject).await?;
    change.commit().await?;
    clear_away(db, now).await;
    Ok(secret)
}

/// Outside of every change, whose locks come in one order; what fails is left to the next invitation.
async fn clear_away(db: &DatabaseConnection, now: DateTime<Utc>) {
    let expired = Entity::delete_many().filter(Column::ExpiresAt.lte(now));
    if let Err(error) = expired.exec(db).await {
        tracing::warn!(%error, "expired links were not cleared away");
    }
}

/// Makes a link that sets a user's password; those made before stop working.
pub async fn make_password_link(
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

/// Invitations that may still be taken, the newest first.
pub async fn list_invitations(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Invitation>> {
    let rows = live(now).filter(Column::UserId.is_null()).order_by_desc(Column::Id).all(db).await?;
    let makers = users::emails(db, rows.iter().filter_map(maker).collect()).await?;
    rows.into_iter().map(|row| Invitation::from_row(row, &makers)).collect()
}

pub async fn revoke_invitation(
    db: &DatabaseConnection,
    id: LinkId,
    principal: &Principal,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = principal.begin_as_admin(db, &[], now).await?;
    let query = Entity::find_by_id(id).filter(Column::UserId.is_null());
    let row = query.one(change.transaction()).await?.ok_or(Error::NotFound)?;
    Entity::delete_by_id(id).exec(change.transaction()).await?;
    let subject = Subject { name: row.email, ..Subject::default() };
    change.record(Action::InvitationRevoked, subject).await?;
    change.commit().await
}

/// The invitation that a secret opens; `NotFound` when it was taken, withdrawn or is over.
pub async fn find_invitation(db: &impl ConnectionTrait, secret: &str, now: DateTime<Utc>) -> Result<Invitation> {
    let row = with_secret(secret, now).filter(Column::UserId.is_null()).one(db).await?.ok_or(Error::NotFound)?;
    let makers = users::emails(db, maker(&row).into_iter().collect()).await?;
    Invitation::from_row(row, &makers)
}

/// The email of the user whose password a secret sets.
pub async fn find_password_link(db: &impl ConnectionTrait, secret: &str, now: DateTime<Utc>) -> Result<String> {
    let row = with_secret(secret, now).filter(Column::UserId.is_not_null()).one(db).await?;
    row.ok_or(Error::NotFound).map(|row| row.email)
}

/// Creates the account. Of many who take an invitation at once, one gets it.
pub async fn accept(
    db: &DatabaseConnection,
    secret: &str,
    acceptance: Acceptance,
    address: &str,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let invitation = find_invitation(db, secret, now).await?;
    let Acceptance { email, name, password } = acceptance;
    if !invitation.email.is_empty() && invitation.email != email.as_str() {
        return Err(Error::unacceptable("bad_email", format!("This invitation is for {}.", invitation.email)));
    }
    let newcomer = email.clone();
    let row = users::prepare(NewUser { email, name, role: invitation.role, password: Some(password) }, now).await?;
    let change = Change::by_newcomer(db, &newcomer, address, now).await?;
    take(&change, secret, now).await?;
    let id = users::insert(&change, row).await?;
    let detail = format!("made by {}", invitation.created_by.as_deref().unwrap_or("the command line"));
    change.record(Action::InvitationAccepted, Subject::user(id, newcomer.as_str(), detail)).await?;
    change.commit().await?;
    Ok(id)
}

/// Sets the password, and ends every session of the user.
pub async fn set_password(
    db: &DatabaseConnection,
    secret: &str,
    password: String,
    address: &str,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let link = with_secret(secret, now).one(db).await?.ok_or(Error::NotFound)?;
    let user = link.user_id.ok_or(Error::NotFound)?;
    let owner = users::find(db, user).await?;
    let hash = passwords::hash(password, About { email: &owner.email, name: &owner.name }).await?;
    // The user first, as every change has it.
    let change = Change::by_credential(db, user, address, now).await?;
    take(&change, secret, now).await?;
    store_password(&change, user, hash, &[]).await?;
    let email = change.user(user)?.email.clone();
    change.record(Action::PasswordChanged, Subject::user(user, email, "by a link")).await?;
    change.commit().await?;
    Ok(user)
}

/// Ends what somebody handed out while they could, which is worth nothing once they cannot any more, and what was made
/// for them.
pub(super) async fn end_all_of(change: &Change, user: UserId) -> Result<()> {
    let made_or_had = Condition::any().add(Column::CreatedById.eq(user)).add(Column::UserId.eq(user));
    Entity::delete_many().filter(made_or_had).exec(change.transaction()).await?;
    Ok(())
}

/// Uses a link up.
async fn take(change: &Change, secret: &str, now: DateTime<Utc>) -> Result<()> {
    let row = with_secret(secret, now).one(change.transaction()).await?.ok_or(Error::NotFound)?;
    match Entity::delete_by_id(row.id).exec(change.transaction()).await?.rows_affected {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

fn maker(row: &Model) -> Option<UserId> {
    row.created_by_id
}

fn live(now: DateTime<Utc>) -> Select<Entity> {
    Entity::find().filter(Condition::all().add(Column::ExpiresAt.gt(now)))
}

fn with_secret(secret: &str, now: DateTime<Utc>) -> Select<Entity> {
    live(now).filter(Column::SecretHash.eq(TokenHash::of(secret).to_hex()))
}

/// All but whom it is for.
fn new_row(secret: &str, lasts: TimeDelta, actor: &Actor, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: Set(LinkId::generate()),
        secret_hash: Set(TokenHash::of(secret).to_hex()),
        user_id: Set(None),
        created_by_id: Set(actor.user),
        created_at: Set(now),
        expires_at: Set(now + lasts),
        ..Default::default()
    }
}

impl Invitation {
    fn from_row(row: Model, makers: &HashMap<UserId, String>) -> Result<Self> {
        let created_by = maker(&row).and_then(|id| makers.get(&id).cloned());
        let Model { id, email, expires_at, .. } = row;
        Ok(Self { id, email, role: row.role, created_by, expires_at })
    }
}
