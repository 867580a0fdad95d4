//! A link: what is known of it, finding it, and whether it is open.

use super::{
    entity::share::{Column, Entity, Model},
    shows::Shows,
};
use crate::{
    config::SessionKey,
    error::{Error, Result},
    files::{Behind, Scope},
    ids::{FolderId, ShareId, UserId},
    links::{
        secret::Secret,
        state::{Closed, State},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

/// A link, whatever has become of it.
#[derive(Clone, Debug)]
pub struct Share(Model);

/// How many links a page of a list has.
pub const PAGE: u64 = 50;

/// Some links, the latest first.
pub struct Page {
    pub shares: Vec<Share>,
    /// Behind which the next ones stand, if there are any.
    pub next: Option<DateTime<Utc>>,
}

impl Share {
    pub fn id(&self) -> ShareId {
        self.0.id
    }

    /// Who made it, and whose files it shows.
    pub fn owner(&self) -> UserId {
        self.0.owner
    }

    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// May be empty.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// `None`: it does not end by itself.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.0.ends_at
    }

    pub fn has_password(&self) -> bool {
        self.0.password_hash.is_some()
    }

    pub(super) fn password_hash(&self) -> Option<&str> {
        self.0.password_hash.as_deref()
    }

    /// Which password it is, counted from the first.
    pub(super) fn password_version(&self) -> i64 {
        self.0.password_version
    }

    /// Which secret it is, counted from 1.
    pub(super) fn secret_version(&self) -> i64 {
        self.0.secret_version
    }

    /// How often it may be downloaded from; `None`: as often as people want.
    pub fn most_downloads(&self) -> Option<i64> {
        self.0.most_downloads
    }

    pub fn downloads(&self) -> i64 {
        self.0.downloads
    }

    /// As `begun` reads it.
    pub(super) fn archives_begun(&self) -> &str {
        &self.0.archives_begun
    }

    /// How often its page was opened.
    pub fn visits(&self) -> i64 {
        self.0.visits
    }

    /// When its page was opened or something was downloaded last.
    pub fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// May the files themselves be had, rather than their thumbnails alone?
    pub fn has_originals(&self) -> bool {
        self.0.has_originals
    }

    /// Are the files themselves shown, without being downloaded? Where downloads are counted they are not: whoever looks at a picture
    /// has it, and a limit that is got around by looking is none. Then thumbnails are shown, and each original costs a download.
    pub fn shows_originals(&self) -> bool {
        self.has_originals() && self.most_downloads().is_none()
    }

    /// Are people told who made it?
    pub fn shows_owner(&self) -> bool {
        self.0.shows_owner
    }

    /// What its owner has done with it.
    pub fn state(&self) -> State {
        self.0.state
    }

    /// What is behind it: the one place that says so.
    pub fn contents(&self) -> Scope {
        let behind = self.0.folder_id.map_or(Behind::Files(self.0.id), Behind::Folder);
        Scope::Shared(behind, self.0.owner)
    }

    /// The folder that it shows. None for a link of files, and where the folder is gone for ever.
    pub fn folder(&self) -> Option<FolderId> {
        self.0.folder_id
    }

    /// The path of its page. `None` when the session key is another one now: the link goes on working where it was sent, and cannot be
    /// said again.
    ///
    /// # Errors
    ///
    /// `Internal` for a key that cannot be one.
    pub fn path(&self, key: &SessionKey) -> Result<Option<String>> {
        let secret = Secret::of(key, self.0.owner, self.0.id, self.0.secret_version)?;
        Ok((secret.hash() == self.0.secret_hash).then(|| secret.path(&self.0.title)))
    }

    /// Why it shows nothing now, as far as the link itself is asked; its owner may be shut out besides, and its folder put
    /// away.
    pub fn closed(&self, now: DateTime<Utc>) -> Option<Closed> {
        let has_lost_its_folder = self.0.shows == Shows::Folder && self.0.folder_id.is_none();
        let is_used_up = self.0.most_downloads.is_some_and(|most| self.0.downloads >= most);
        match self.0.state {
            State::Ended => Some(Closed::Ended),
            _ if has_lost_its_folder => Some(Closed::Ended),
            _ if self.0.ends_at.is_some_and(|end| end <= now) => Some(Closed::Ended),
            State::Paused => Some(Closed::Paused),
            State::Active => is_used_up.then_some(Closed::UsedUp),
        }
    }

    /// The link that a secret opens.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub(super) async fn find_by_secret(db: &impl ConnectionTrait, secret: Secret) -> Result<Self> {
        let row = Entity::find().filter(Column::SecretHash.eq(secret.hash())).one(db).await?;
        row.ok_or(Error::NotFound).map(Self)
    }

    /// A link of a scope that was not stopped.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: ShareId, scope: Scope) -> Result<Self> {
        let query = Entity::find_by_id(id).filter(of(scope)).filter(Column::State.ne(State::Ended));
        query.one(db).await?.ok_or(Error::NotFound).map(Self)
    }

    /// A link of a scope, stopped or not, which nobody else changes until the end of the transaction.
    pub(super) async fn lock(db: &impl ConnectionTrait, id: ShareId, scope: Scope) -> Result<Self> {
        let query = Entity::find_by_id(id).filter(of(scope)).lock_exclusive();
        query.one(db).await?.ok_or(Error::NotFound).map(Self)
    }

    /// The links of a scope that were not stopped, those made before a time, the latest first.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn list(db: &impl ConnectionTrait, scope: Scope, before: Option<DateTime<Utc>>) -> Result<Page> {
        let mut query = Entity::find().filter(of(scope)).filter(Column::State.ne(State::Ended));
        if let Some(before) = before {
            query = query.filter(Column::CreatedAt.lt(before));
        }
        let query = query.order_by_desc(Column::CreatedAt).limit(PAGE + 1);
        let mut shares: Vec<Self> = query.all(db).await?.into_iter().map(Self).collect();
        let has_more = shares.len() as u64 > PAGE;
        shares.truncate(PAGE as usize);
        let next = shares.last().filter(|_| has_more).map(|last| last.0.created_at);
        Ok(Page { shares, next })
    }

    /// How many links of a scope were not stopped.
    pub(super) async fn count(db: &impl ConnectionTrait, scope: Scope) -> Result<u64> {
        Ok(Entity::find().filter(of(scope)).filter(Column::State.ne(State::Ended)).count(db).await?)
    }
}

/// Which links there are for somebody.
pub(super) fn of(scope: Scope) -> Condition {
    match scope {
        Scope::Own(owner) => Condition::all().add(Column::Owner.eq(owner)),
        Scope::Everyone => Condition::all(),
        // Whoever has a link learns nothing of any as a row.
        Scope::Shared(..) | Scope::Granted(_) => Condition::all().add(Expr::value(false)),
    }
}
