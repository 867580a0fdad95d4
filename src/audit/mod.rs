//! Who changed what, of whom, when, and from where: written in the same transaction as the change itself; and what
//! happened at the doors, by the [`Journal`].

mod entity;
mod journal;

use crate::{
    error::{Error, Result},
    ids::{FileId, UserId},
};
use chrono::{DateTime, Utc};
use entity::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::{fmt, str::FromStr};

pub use journal::{Entry, Journal};

/// Events of one statement; each takes eleven of the parameters, of which SQLite takes 32,766.
const BATCH: usize = 1_000;

/// Who does it, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: Option<UserId>,
    /// The email, or what did it instead of a person.
    pub name: String,
    /// An address as the throttle knows it.
    pub address: String,
}

macro_rules! actions {
    ($($action:ident $text:literal $words:literal,)+) => {
        /// Everything that is written down.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($action,)+
        }

        impl Action {
            const ALL: &[Self] = &[$(Self::$action,)+];

            /// As the table has it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $text,)+
                }
            }

            /// What was done, for people.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$action => $words,)+
                }
            }
        }
    };
}

actions! {
    FileRenamed "file.renamed" "Renamed",
    FileTrashed "file.trashed" "Moved to the trash",
    FileRestored "file.restored" "Restored",
    FileQuarantined "file.quarantined" "Put into quarantine",
    FileReleased "file.released" "Released from quarantine",
    FilePurged "file.purged" "Deleted for ever",
    FileReplaced "file.replaced" "Written to again after it was confirmed",
    FileRemoved "file.removed" "Removed, as it was written to again after it was confirmed",
    UserCreated "user.created" "Account created",
    UserRenamed "user.renamed" "Name changed",
    UserRole "user.role" "Role changed",
    UserQuota "user.quota" "Quota changed",
    UserDisabled "user.disabled" "Account disabled",
    UserEnabled "user.enabled" "Account enabled",
    UserInvited "user.invited" "Invitation link made",
    InvitationRevoked "user.invitation_revoked" "Invitation withdrawn",
    PasswordLinkMade "password.link_made" "Password link made",
    PasswordChanged "password.changed" "Password changed",
    SessionsEnded "session.ended" "Signed out elsewhere",
    SignedIn "session.begun" "Signed in",
    SignedOut "session.signed_out" "Signed out",
    SignInFailed "sign_in.failed" "Failed to sign in",
    SignInSlowed "sign_in.slowed" "Slowed down: too many failed sign-ins",
    InvitationAccepted "user.invitation_accepted" "Invitation accepted",
    PasswordRefused "password.refused" "Current password not right",
    PasswordSlowed "password.slowed" "Slowed down: current password not right too often",
    TokenRefused "token.refused" "Token not valid",
    TokenSlowed "token.slowed" "Slowed down: too many tokens that are not valid",
    AdminRefused "admin.refused" "Refused what is for administrators",
    TokenCreated "token.created" "Token created",
    TokenRevoked "token.revoked" "Token revoked",
}

/// What it was done to.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The user concerned: a file's owner, an account.
    pub user: Option<UserId>,
    pub file: Option<FileId>,
    /// Its name then: a file's, an email, a token's.
    pub name: String,
    /// From what to what, if that says more.
    pub detail: String,
}

/// What was written down.
#[derive(Clone, Debug)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub actor_id: Option<UserId>,
    pub actor: String,
    pub action: Action,
    pub subject: String,
    pub detail: String,
    pub address: String,
    pub times: i64,
}

impl Actor {
    pub fn user(id: UserId, email: impl Into<String>, address: impl Into<String>) -> Self {
        Self { user: Some(id), name: email.into(), address: address.into() }
    }

    /// Somebody who is not signed in.
    pub fn nobody(address: impl Into<String>) -> Self {
        Self { user: None, name: "not signed in".to_owned(), address: address.into() }
    }

    /// Somebody at the machine itself.
    pub fn command_line() -> Self {
        Self { user: None, name: "command line".to_owned(), address: "this machine".to_owned() }
    }

    /// Cloakroom itself, such as when the trash has kept a file long enough.
    pub fn itself() -> Self {
        Self { user: None, name: "Cloakroom".to_owned(), address: "this machine".to_owned() }
    }
}

impl Subject {
    pub fn user(id: UserId, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { user: Some(id), file: None, name: name.into(), detail: detail.into() }
    }
}

pub async fn record(
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<()> {
    record_all(db, actor, action, vec![subject], now).await
}

pub async fn record_all(
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    subjects: Vec<Subject>,
    now: DateTime<Utc>,
) -> Result<()> {
    subjects.iter().for_each(|subject| log(actor, action, subject, 1));
    let rows: Vec<ActiveModel> = subjects.into_iter().map(|subject| row(actor, action, subject, now)).collect();
    insert(db, rows).await
}

/// A line for the operator of what concerns identity. People and files are named by their ids alone.
fn log(actor: &Actor, action: Action, subject: &Subject, times: i64) {
    if subject.file.is_none() && !action.as_str().starts_with("file.") {
        let (actor_id, user) = (actor.user.map(|id| id.to_string()), subject.user.map(|id| id.to_string()));
        tracing::info!(action = action.as_str(), actor = actor_id, user, address = actor.address, times, "audit");
    }
}

/// Events with how often each happened.
pub async fn record_repeated(db: &impl ConnectionTrait, entries: &[Entry]) -> Result<()> {
    let row = |entry: &Entry| {
        let Entry { actor, action, subject, at, times } = entry;
        ActiveModel { times: Set(*times), ..row(actor, *action, subject.clone(), *at) }
    };
    insert(db, entries.iter().map(row).collect()).await
}

async fn insert(db: &impl ConnectionTrait, rows: Vec<ActiveModel>) -> Result<()> {
    for batch in rows.chunks(BATCH) {
        Entity::insert_many(batch.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// What happened to a file, the latest first.
pub async fn list_of_file(db: &impl ConnectionTrait, file: FileId, limit: u64) -> Result<Vec<Event>> {
    list(Entity::find().filter(Column::FileId.eq(file.uuid())), db, limit).await
}

/// What was removed of a user's files since then, the latest first. The action is spelled out for the index's sake.
pub async fn list_removals(
    db: &impl ConnectionTrait,
    user: UserId,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Event>> {
    let removals = Entity::find().filter(Column::UserId.eq(user.uuid())).filter(Expr::cust("action = 'file.removed'"));
    list(removals.filter(Column::At.gte(since)), db, limit).await
}

/// What happened to a user and their things, the latest first.
pub async fn list_of_user(db: &impl ConnectionTrait, user: UserId, limit: u64) -> Result<Vec<Event>> {
    list(Entity::find().filter(Column::UserId.eq(user.uuid())), db, limit).await
}

/// The same without what happened to their files.
pub async fn list_of_account(db: &impl ConnectionTrait, user: UserId, limit: u64) -> Result<Vec<Event>> {
    let query = Entity::find().filter(Column::UserId.eq(user.uuid())).filter(Column::FileId.is_null());
    list(query, db, limit).await
}

/// What happened at all before an event, the latest first; with each its place in the log.
pub async fn list_before(db: &impl ConnectionTrait, before: Option<i64>, limit: u64) -> Result<Vec<(i64, Event)>> {
    let mut query = Entity::find();
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    let rows = query.order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(|row| Ok((row.id, Event::from_row(row)?))).collect()
}

async fn list(query: sea_orm::Select<Entity>, db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Event>> {
    let rows = query.order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Event::from_row).collect()
}

fn row(actor: &Actor, action: Action, subject: Subject, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        at: Set(now),
        actor_id: Set(actor.user.map(UserId::uuid)),
        actor: Set(actor.name.clone()),
        action: Set(action.as_str().to_owned()),
        user_id: Set(subject.user.map(UserId::uuid)),
        file_id: Set(subject.file.map(FileId::uuid)),
        subject: Set(subject.name),
        detail: Set(subject.detail),
        address: Set(actor.address.clone()),
        times: Set(1),
    }
}

impl Event {
    fn from_row(row: Model) -> Result<Self> {
        let Model { at, actor_id, actor, action, subject, detail, address, times, .. } = row;
        let actor_id = actor_id.map(UserId::from_uuid);
        Ok(Self { at, actor_id, actor, action: action.parse()?, subject, detail, address, times })
    }

    /// The detail, and how often it happened if that was not once.
    pub fn detail_in_words(&self) -> String {
        match (self.times, self.detail.as_str()) {
            (1, detail) => detail.to_owned(),
            (times, "") => format!("{times} times"),
            (times, detail) => format!("{detail}, {times} times"),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Action {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|action| action.as_str() == text).copied();
        found.ok_or_else(|| Error::Internal(format!("an event's action is {text}")))
    }
}
