//! Who changed what, of whom, when, and from where: written in the same transaction as the change itself.

mod entity;

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

/// Events of one statement; each takes ten of the parameters, of which SQLite takes 32,766.
const BATCH: usize = 1_000;

/// Who does it, and from where.
#[derive(Clone, Debug)]
pub struct By {
    pub user: Option<UserId>,
    /// The email, or what did it instead of a person.
    pub name: String,
    /// An address as the throttle knows it.
    pub address: String,
}

macro_rules! actions {
    ($($action:ident $text:literal $words:literal,)+) => {
        /// Everything that is written down.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    pub actor: String,
    pub action: Action,
    pub subject: String,
    pub detail: String,
    pub address: String,
}

impl By {
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
    by: &By,
    action: Action,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<()> {
    record_all(db, by, action, vec![subject], now).await
}

pub async fn record_all(
    db: &impl ConnectionTrait,
    by: &By,
    action: Action,
    subjects: Vec<Subject>,
    now: DateTime<Utc>,
) -> Result<()> {
    let rows: Vec<ActiveModel> = subjects.into_iter().map(|subject| row(by, action, subject, now)).collect();
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

fn row(by: &By, action: Action, subject: Subject, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        at: Set(now),
        actor_id: Set(by.user.map(UserId::uuid)),
        actor: Set(by.name.clone()),
        action: Set(action.as_str().to_owned()),
        user_id: Set(subject.user.map(UserId::uuid)),
        file_id: Set(subject.file.map(FileId::uuid)),
        subject: Set(subject.name),
        detail: Set(subject.detail),
        address: Set(by.address.clone()),
    }
}

impl Event {
    fn from_row(row: Model) -> Result<Self> {
        let Model { at, actor, action, subject, detail, address, .. } = row;
        Ok(Self { at, actor, action: action.parse()?, subject, detail, address })
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
