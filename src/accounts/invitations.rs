//! Invitations: links with which somebody creates an account. Each works once, and for a week.

use super::{
    Change, Email, Principal, Role,
    account_link::{clear_away, live, new_row, take, with_secret},
    entity::account_link::{ActiveModel, Column, Entity, Model},
    secret::random,
    users::{self, NewUser},
};
use crate::{
    audit::{Action, Subject},
    database::DatabaseConnection,
    error::{Error, Result},
    ids::{LinkId, UserId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// How long an invitation is open.
pub const INVITATION_LASTS: TimeDelta = TimeDelta::days(7);

/// An invitation that was not taken yet.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: LinkId,
    /// Empty: whoever has the link writes their own.
    pub email: String,
    pub role: Role,
    /// The email of whoever made it; `None`: somebody at the command line.
    pub created_by: Option<String>,
    pub expires_at: DateTime<Utc>,
}

/// What somebody who was invited writes.
pub struct Acceptance {
    /// The invitation's own, if it has one.
    pub email: Email,
    pub name: String,
    pub password: String,
}

/// Makes an invitation for one email, or for whoever has the link. Returns its secret, which nobody can read again. It
/// takes an administrator who gave their password lately.
///
/// # Errors
///
/// `Error::Conflict` when there is an account with this email; `Error::PasswordNeeded` when the password was not given
/// lately; else what [`Principal::begin_as_admin`] fails with.
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

/// Invitations that may still be taken, the newest first.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn list(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Invitation>> {
    let rows = live(now).filter(Column::UserId.is_null()).order_by_desc(Column::Id).all(db).await?;
    let makers = users::emails(db, rows.iter().filter_map(maker).collect()).await?;
    rows.into_iter().map(|row| Invitation::from_row(row, &makers)).collect()
}

/// How many invitations may still be taken.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn count(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64> {
    Ok(live(now).filter(Column::UserId.is_null()).count(db).await?)
}

/// Withdraws an invitation that was not taken yet.
///
/// # Errors
///
/// `Error::NotFound` when there is none, or it was taken; else what [`Principal::begin_as_admin`] fails with.
pub async fn revoke(db: &DatabaseConnection, id: LinkId, principal: &Principal, now: DateTime<Utc>) -> Result<()> {
    let change = principal.begin_as_admin(db, &[], now).await?;
    let query = Entity::find_by_id(id).filter(Column::UserId.is_null());
    let row = query.one(change.transaction()).await?.ok_or(Error::NotFound)?;
    Entity::delete_by_id(id).exec(change.transaction()).await?;
    let subject = Subject { name: row.email, ..Subject::default() };
    change.record(Action::InvitationRevoked, subject).await?;
    change.commit().await
}

/// The invitation that a secret opens.
///
/// # Errors
///
/// `Error::NotFound` when it was taken, withdrawn or is over; `Error::DatabaseUnavailable` when the database does not
/// answer.
pub async fn find(db: &impl ConnectionTrait, secret: &str, now: DateTime<Utc>) -> Result<Invitation> {
    let row = with_secret(secret, now).filter(Column::UserId.is_null()).one(db).await?.ok_or(Error::NotFound)?;
    let makers = users::emails(db, maker(&row).into_iter().collect()).await?;
    Invitation::from_row(row, &makers)
}

/// Creates the account of somebody who was invited, which uses the invitation up. Of many who take one at once, one
/// gets it. `address` is where the request came from.
///
/// # Errors
///
/// `Error::NotFound` when the invitation was taken, withdrawn or is over; `Error::Unacceptable` for another email than
/// the invitation's, and for a name or a password that will not do; `Error::Conflict` when there is an account with
/// this email; `Error::TooManyAttempts` when too many passwords are being hashed; `Error::DatabaseUnavailable` when the
/// database does not answer.
pub async fn accept(
    db: &DatabaseConnection,
    secret: &str,
    acceptance: Acceptance,
    address: &str,
    now: DateTime<Utc>,
) -> Result<UserId> {
    let invitation = find(db, secret, now).await?;
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

fn maker(row: &Model) -> Option<UserId> {
    row.created_by_id
}

impl Invitation {
    fn from_row(row: Model, makers: &HashMap<UserId, String>) -> Result<Self> {
        let created_by = maker(&row).and_then(|id| makers.get(&id).cloned());
        let Model { id, email, expires_at, .. } = row;
        Ok(Self { id, email, role: row.role, created_by, expires_at })
    }
}
