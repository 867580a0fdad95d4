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
        /// What was done. Each has a text that the table keeps and words for people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($action,)+
        }

        impl Action {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$action,)+];

            /// As the table has it, such as `file.trashed`. Rows keep it for ever, so it never changes.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $text,)+
                }
            }

            /// In words for people, such as “Moved to the trash”.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$action => $words,)+
                }
            }
        }
    };
}

actions! {
    FileUploaded "file.uploaded" "Uploaded",
    FileDownloaded "file.downloaded" "Downloaded",
    FileRefused "file.refused" "Refused and removed",
    FileRenamed "file.renamed" "Renamed",
    FileTrashed "file.trashed" "Put in the trash",
    FileRestored "file.restored" "Restored",
    FileQuarantined "file.quarantined" "Put into quarantine",
    FileReleased "file.released" "Released from quarantine",
    FilePurged "file.purged" "Deleted forever",
    FileReplaced "file.replaced" "Written to again after it was confirmed",
    FileRemoved "file.removed" "Removed, as it was written to again after it was confirmed",
    FileMissing "file.missing" "Not found in storage",
    FileReturned "file.returned" "Found in storage again",
    FileInherited "file.inherited" "Given to another account",
    FilesMoved "file.moved" "Moved to a folder",
    FolderMade "folder.made" "Folder made",
    FolderRenamed "folder.renamed" "Folder renamed",
    FolderMoved "folder.moved" "Folder moved",
    FolderTrashed "folder.trashed" "Folder put in the trash",
    FolderRestored "folder.restored" "Folder restored",
    FolderPurged "folder.purged" "Folder deleted forever",
    UserCreated "user.created" "Account created",
    UserRenamed "user.renamed" "Name changed",
    UserPlace "user.place" "Place of pictures",
    UserRole "user.role" "Role changed",
    UserQuota "user.quota" "Space changed",
    UsageCorrected "user.usage_corrected" "Used space put right",
    UserDisabled "user.disabled" "Account disabled",
    UserEnabled "user.enabled" "Account enabled",
    UserDeleted "user.deleted" "Account deleted",
    FilesAssigned "user.files_assigned" "Files of an unknown owner given",
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
    ShareMade "share.made" "Link made",
    ShareChanged "share.changed" "Link changed",
    SharePaused "share.paused" "Link paused",
    ShareContinued "share.continued" "Link works again",
    ShareEnded "share.ended" "Sharing stopped",
    ShareRestored "share.restored" "Sharing goes on after all",
    ShareRenewed "share.renewed" "New link in the place of an old one",
    FolderGranted "folder.granted" "Folder shared with a person",
    FolderUngranted "folder.ungranted" "Person taken off a shared folder",
    FolderLeft "folder.left" "Shared folder left",
    SharingTurnedOff "sharing.off" "Sharing by links turned off",
    SharingTurnedOn "sharing.on" "Sharing by links turned on",
    DropMade "drop.made" "Request made",
    DropChanged "drop.changed" "Request changed",
    DropPaused "drop.paused" "Request paused",
    DropContinued "drop.continued" "Request open again",
    DropEnded "drop.ended" "Request ended",
    DropRestored "drop.restored" "Request goes on after all",
    DropRenewed "drop.renewed" "New link of a request in the place of an old one",
    RequestsTurnedOff "requests.off" "Requests for files turned off",
    RequestsTurnedOn "requests.on" "Requests for files turned on",
    StorageCompared "storage.compared" "Began to compare storage with its index",
    StorageRepaired "storage.repaired" "Began to put storage and its index right",
    LogExported "log.exported" "Log exported",
    LogAged "log.aged" "Old events removed",
}

/// What something was done to: a file, an account, or what an account has.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The user concerned: a file's owner, an account.
    pub user: Option<UserId>,
    /// The file concerned; `None` when it was an account or something of its own.
    pub file: Option<FileId>,
    /// The name at that time: a file's, an email, a token's.
    pub name: String,
    /// From what to what, if that says more.
    pub detail: String,
}

/// An event as it was read from the table, with every name as it was then.
#[derive(Clone, Debug)]
pub struct Event {
    /// The place in the log: a later event has a higher one.
    pub id: i64,
    /// The place of the act that it is part of, if it is not the first of it.
    pub act: Option<i64>,
    /// When it happened; of repeats, the last of them.
    pub at: DateTime<Utc>,
    /// The account that did it; `None` when it was none, see [`Actor`].
    pub actor_id: Option<UserId>,
    /// The actor's name at that time.
    pub actor: String,
    pub action: Action,
    /// The user concerned: a file's owner, an account.
    pub user: Option<UserId>,
    /// The file concerned.
    pub file: Option<FileId>,
    /// The subject's name at that time.
    pub subject: String,
    /// From what to what, if that says more; may be empty.
    pub detail: String,
    /// The actor's address.
    pub address: String,
    /// How often it happened within the minute: 1, but for what the journal counts.
    pub times: i64,
}

/// An event that is to be written, with how often it happened.
#[derive(Clone, Debug)]
pub struct Entry {
    pub actor: Actor,
    pub action: Action,
    pub subject: Subject,
    /// When it happened; of repeats, the last of them.
    pub at: DateTime<Utc>,
    /// At least 1 in what is written.
    pub times: i64,
}

impl Subject {
    /// An account, or something of its own, such as a token of this name.
    pub fn user(id: UserId, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { user: Some(id), file: None, name: name.into(), detail: detail.into() }
    }
}

/// The last `limit` events of a file, the latest first.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` for an action that this release
/// does not know.
pub async fn list_of_file(db: &impl ConnectionTrait, file: FileId, limit: u64) -> Result<Vec<Event>> {
    list(Entity::find().filter(Column::FileId.eq(file.uuid())), db, limit).await
}

/// The last `limit` removals of a user's files by Cloakroom since a time, the latest first. The action is spelled out
/// in the query, as the partial index is only used then.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer.
pub async fn list_removals(
    db: &impl ConnectionTrait,
    user: UserId,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Event>> {
    let removals = Entity::find().filter(Column::UserId.eq(user.uuid())).filter(Expr::cust("action = 'file.removed'"));
    list(removals.filter(Column::At.gte(since)), db, limit).await
}

/// The last `limit` events of a user, of their account and of their files, the latest first.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` for an action that this release
/// does not know.
pub async fn list_of_user(db: &impl ConnectionTrait, user: UserId, limit: u64) -> Result<Vec<Event>> {
    list(Entity::find().filter(Column::UserId.eq(user.uuid())), db, limit).await
}

/// The last `limit` events of a user's account alone, without those of their files, the latest first.
///
/// # Errors
///
/// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` for an action that this release
/// does not know.
pub async fn list_of_account(db: &impl ConnectionTrait, user: UserId, limit: u64) -> Result<Vec<Event>> {
    let query = Entity::find().filter(Column::UserId.eq(user.uuid())).filter(Column::FileId.is_null());
    list(query, db, limit).await
}

async fn list(query: sea_orm::Select<Entity>, db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Event>> {
    let rows = query.order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(Event::from_row).collect()
}

impl Event {
    pub(super) fn from_row(row: Model) -> Result<Self> {
        let Model {
            id, at, actor_id, actor, action, user_id, file_id, subject, detail, address, times, act_id, ..
        } = row;
        let (actor_id, user, file) =
            (actor_id.map(UserId::from_uuid), user_id.map(UserId::from_uuid), file_id.map(FileId::from_uuid));
        let action = action.parse()?;
        Ok(Self { id, act: act_id, at, actor_id, actor, action, user, file, subject, detail, address, times })
    }

    /// The detail for people, and how often it happened if that was not once: `signed in by link, 3 times`.
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
