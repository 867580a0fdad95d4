//! What is written down: what was done, to what, and how it is read again.

use super::{
    actor::Actor,
    entity::{Column, Entity, Model},
};
use crate::{
    error::{Error, Result},
    ids::{FileId, UserId},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use std::{fmt, str::FromStr};

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

/// An event, and how often.
#[derive(Clone, Debug)]
pub struct Entry {
    pub actor: Actor,
    pub action: Action,
    pub subject: Subject,
    pub at: DateTime<Utc>,
    pub times: i64,
}

impl Subject {
    pub fn user(id: UserId, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { user: Some(id), file: None, name: name.into(), detail: detail.into() }
    }
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
