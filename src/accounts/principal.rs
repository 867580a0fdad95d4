//! Who makes a change: a principal, as a request names it, and the transaction in which it was found to be so.
//! Whatever asks the database fails with `DatabaseUnavailable` when it does not answer.

use super::{
    Email, Role,
    entity::{session, user},
    locked::{lock, one},
    user::User,
};
use crate::{
    audit::{self, Action, Actor, Subject},
    database::{self, DatabaseConnection, DatabaseTransaction},
    error::{Error, Result},
    ids::UserId,
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, IntoCondition, LockType},
};
use std::ops::Deref;

/// Who somebody says they are. What a cache knows of them may be old, so a principal is worth nothing until a transaction is begun
/// with it, and nothing is changed but in such a transaction.
#[derive(Clone, Debug)]
pub struct Principal(Origin);

#[derive(Clone, Debug)]
enum Origin {
    /// A browser, by the hash of its session's key.
    Session { user: UserId, hash: String, address: String, proof: Proof },
    /// What needs no account: the machine's owner, and Cloakroom itself.
    System(Actor),
}

/// What a session has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    ThatItLives,
    /// That the password was given within [`PASSWORD_LASTS`], as whoever found a browser open does not have it.
    ThePassword,
}

/// How long nobody is asked for their password again.
pub const PASSWORD_LASTS: TimeDelta = TimeDelta::minutes(15);

/// A transaction whose actor was found live in it, and stays so until its end: the rows of the actor and of everyone
/// whom the change concerns are locked. Users come first and in one order, and everything else after them, so that two
/// changes never wait for each other.
pub struct Change {
    transaction: DatabaseTransaction,
    actor: Actor,
    now: DateTime<Utc>,
    users: Vec<User>,
}

/// A change whose actor was found to be an administrator.
pub struct AdminChange(Change);

impl Principal {
    /// Somebody with a browser: the user whose session this is, and where the request came from.
    pub fn of_session(user: UserId, hash: String, address: String) -> Self {
        Self(Origin::Session { user, hash, address, proof: Proof::ThatItLives })
    }

    /// This principal, for what is worth a thief's while: `PasswordNeeded` unless the password was given lately.
    pub(super) fn with_password(&self) -> Self {
        match self.0.clone() {
            Origin::Session { user, hash, address, .. } => {
                Self(Origin::Session { user, hash, address, proof: Proof::ThePassword })
            }
            system @ Origin::System(_) => Self(system),
        }
    }

    /// Somebody at the machine itself, who can read the database anyway.
    pub fn command_line() -> Self {
        Self(Origin::System(Actor::command_line()))
    }

    /// Cloakroom itself, such as when the trash has kept a file long enough.
    pub fn itself() -> Self {
        Self(Origin::System(Actor::itself()))
    }

    /// Notes that the password of the session's user was given just now, as [`super::passwords`] found.
    pub(super) async fn note_password(&self, db: &DatabaseConnection, owner: UserId, now: DateTime<Utc>) -> Result<()> {
        let Origin::Session { hash, .. } = &self.0 else { return Ok(()) };
        let change = self.begin_as_owner(db, owner, now).await?;
        let update = session::Entity::update_many().col_expr(session::Column::AuthenticatedAt, Expr::value(now));
        update.filter(session::Column::KeyHash.eq(hash.as_str())).exec(change.transaction()).await?;
        change.commit().await
    }

    /// Where the request came from, as the throttle knows it.
    pub fn address(&self) -> &str {
        match &self.0 {
            Origin::Session { address, .. } => address,
            Origin::System(actor) => &actor.address,
        }
    }

    /// The hash that names the session that makes it; empty where there is none.
    pub fn session(&self) -> &str {
        match &self.0 {
            Origin::Session { hash, .. } => hash,
            Origin::System(_) => "",
        }
    }

    /// Begins a change of what is a user's own, which they make themselves.
    ///
    /// # Errors
    /// `NotSignedIn` when the session ended or the account is disabled; `Forbidden` when it is another's.
    pub async fn begin_as_owner(&self, db: &DatabaseConnection, owner: UserId, now: DateTime<Utc>) -> Result<Change> {
        match &self.0 {
            Origin::Session { user, .. } if *user != owner => Err(Error::Forbidden),
            Origin::Session { .. } | Origin::System(_) => self.begin(db, one(owner), now).await,
        }
    }

    /// Begins a change that somebody makes to what is another's, as far as the other lets them: whoever begins it makes sure of that in it,
    /// while neither account changes.
    ///
    /// # Errors
    /// `NotSignedIn` when the session ended or the account is disabled.
    pub async fn begin_beside(&self, db: &DatabaseConnection, owner: UserId, now: DateTime<Utc>) -> Result<Change> {
        self.begin(db, one(owner), now).await
    }

    /// Begins a change that takes an administrator, of what concerns these users.
    ///
    /// # Errors
    /// `NotSignedIn` when the session ended or the account is disabled; `Forbidden` when it is no administrator's.
    pub async fn begin_as_admin(
        &self,
        db: &DatabaseConnection,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<AdminChange> {
        self.begin_as_admin_of(db, user::Column::Id.is_in(users.iter().copied()), now).await
    }

    /// Begins a change that takes an administrator, of these users, which depends on who else is one.
    ///
    /// # Errors
    /// `NotSignedIn` when the session ended or the account is disabled; `Forbidden` when it is no administrator's.
    pub async fn begin_among_admins(
        &self,
        db: &DatabaseConnection,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<AdminChange> {
        let admins = Condition::all().add(user::Column::Role.eq(Role::Admin)).add(user::Column::DisabledAt.is_null());
        let admins = admins.add(user::Column::PasswordHash.is_not_null());
        self.begin_as_admin_of(db, Condition::any().add(user::Column::Id.is_in(users.iter().copied())).add(admins), now)
            .await
    }

    async fn begin_as_admin_of(
        &self,
        db: &DatabaseConnection,
        concerned: impl IntoCondition,
        now: DateTime<Utc>,
    ) -> Result<AdminChange> {
        let change = self.begin(db, concerned, now).await?;
        match &self.0 {
            Origin::Session { user, .. } if change.user(*user)?.role != Role::Admin => Err(Error::Forbidden),
            Origin::Session { .. } | Origin::System(_) => Ok(AdminChange(change)),
        }
    }

    async fn begin(
        &self,
        db: &DatabaseConnection,
        concerned: impl IntoCondition,
        now: DateTime<Utc>,
    ) -> Result<Change> {
        let transaction = database::begin(db).await?;
        let concerned = Condition::any().add(concerned.into_condition());
        match &self.0 {
            Origin::System(actor) => {
                let users = lock(&transaction, concerned).await?;
                Ok(Change { transaction, actor: actor.clone(), now, users })
            }
            Origin::Session { user, hash, address, proof } => {
                let users = lock(&transaction, concerned.add(one(*user))).await?;
                let actor = users.iter().find(|row| row.id == *user && !row.disabled).ok_or(Error::NotSignedIn)?;
                confirm_session(&transaction, *user, hash, *proof, now).await?;
                let actor = Actor { user: Some(*user), name: actor.email.clone(), address: address.clone() };
                Ok(Change { transaction, actor, now, users })
            }
        }
    }
}

impl Change {
    /// Begins the creation of an account by whoever will have it. The link that lets them must be used up in it.
    pub(super) async fn by_newcomer(
        db: &DatabaseConnection,
        email: &Email,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let actor = Actor { user: None, name: email.to_string(), address: address.to_owned() };
        Ok(Self { transaction: database::begin(db).await?, actor, now, users: Vec::new() })
    }

    /// Begins a change of an account by somebody who showed what opens it: a password, or a link, which must be used up
    /// in it; `NotFound` when it is disabled.
    pub(super) async fn by_credential(
        db: &DatabaseConnection,
        user: UserId,
        address: &str,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let transaction = database::begin(db).await?;
        let users = lock(&transaction, one(user).into_condition()).await?;
        let found = users.iter().find(|found| !found.disabled).ok_or(Error::NotFound)?;
        let actor = Actor { user: Some(user), name: found.email.clone(), address: address.to_owned() };
        Ok(Self { transaction, actor, now, users })
    }

    /// A user whom the change concerns, as they are until its end; `NotFound` when there is none.
    pub fn user(&self, id: UserId) -> Result<&User> {
        self.users.iter().find(|user| user.id == id).ok_or(Error::NotFound)
    }

    /// The transaction, to read and write as part of it.
    pub fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Everyone whom the change concerns.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// Who makes the change.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When it was begun.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Writes down in the log what is done.
    pub async fn record(&self, action: Action, subject: Subject) -> Result<()> {
        audit::record(&self.transaction, &self.actor, action, subject, self.now).await
    }

    /// Writes down in the log what is done to each of many.
    pub async fn record_all(&self, action: Action, subjects: Vec<Subject>) -> Result<()> {
        audit::record_all(&self.transaction, &self.actor, action, subjects, self.now).await
    }

    /// Commits the change.
    pub async fn commit(self) -> Result<()> {
        Ok(self.transaction.commit().await?)
    }
}

impl AdminChange {
    /// The change alone, for what an administrator may do as everyone may.
    pub fn into_change(self) -> Change {
        self.0
    }

    /// Commits the change.
    pub async fn commit(self) -> Result<()> {
        self.0.commit().await
    }
}

impl Deref for AdminChange {
    type Target = Change;

    fn deref(&self) -> &Change {
        &self.0
    }
}

/// Is this session live, and does it stay so until the end of the transaction?
async fn confirm_session(
    transaction: &DatabaseTransaction,
    user: UserId,
    hash: &str,
    proof: Proof,
    now: DateTime<Utc>,
) -> Result<()> {
    let live = session::Entity::find_by_id(hash)
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::ExpiresAt.gt(now));
    let row = live.lock(LockType::NoKeyUpdate).one(transaction).await?.ok_or(Error::NotSignedIn)?;
    let is_recent = row.authenticated_at.is_some_and(|at| now - at <= PASSWORD_LASTS);
    if proof == Proof::ThePassword && !is_recent { Err(Error::PasswordNeeded) } else { Ok(()) }
}
