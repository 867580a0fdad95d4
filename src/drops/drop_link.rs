//! A link by which people send files: what is known of it, finding it, and whether it is open.

use super::{
    entity::{Column, Entity, Model},
    limits::{Asks, Limits},
};
use crate::{
    config::SessionKey,
    error::{Error, Result},
    files::Scope,
    ids::{DropId, FolderId, UserId},
    links::{
        secret::Secret,
        state::{Closed, State},
    },
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

/// A link, whatever has become of it.
#[derive(Clone, Debug)]
pub struct DropLink(Model);

/// How many links a page of a list has.
const PAGE: u64 = 50;

/// Some links, the latest first.
pub struct Page {
    pub drops: Vec<DropLink>,
    /// Before which the next ones were made, if there are any.
    pub next: Option<DateTime<Utc>>,
}

impl DropLink {
    pub fn id(&self) -> DropId {
        self.0.id
    }

    /// Who asks, and whose the files are.
    pub fn owner(&self) -> UserId {
        self.0.owner
    }

    /// Where files come to lie. `None`: that folder is gone for ever.
    pub fn folder(&self) -> Option<FolderId> {
        self.0.folder_id
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

    /// An Argon2id hash as a PHC string, if it has a password.
    pub fn password_hash(&self) -> Option<&str> {
        self.0.password_hash.as_deref()
    }

    /// Which password it is, counted from the first.
    pub fn password_version(&self) -> i64 {
        self.0.password_version
    }

    /// Which secret it is, counted from 1.
    pub(super) fn secret_version(&self) -> i64 {
        self.0.secret_version
    }

    pub fn asks_name(&self) -> Asks {
        self.0.asks_name
    }

    pub fn asks_note(&self) -> Asks {
        self.0.asks_note
    }

    /// Are people told who asks?
    pub fn shows_owner(&self) -> bool {
        self.0.shows_owner
    }

    /// How many files have come.
    pub fn files(&self) -> u64 {
        u64::try_from(self.0.files).unwrap_or_default()
    }

    /// How many bytes those had.
    pub fn bytes(&self) -> ByteSize {
        ByteSize(u64::try_from(self.0.bytes).unwrap_or_default())
    }

    /// When the last one came.
    pub fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// What its owner has done with it.
    pub fn state(&self) -> State {
        self.0.state
    }

    pub fn limits(&self) -> Limits {
        let number = |column: Option<i64>| column.and_then(|number| u64::try_from(number).ok());
        Limits {
            files: number(self.0.most_files),
            bytes: number(self.0.most_bytes).map(ByteSize),
            file_bytes: number(self.0.most_file_bytes).map(ByteSize),
        }
    }

    /// The path of its page. `None` when the session key is another one now: the link goes on working where it was sent, and cannot be
    /// said again.
    ///
    /// # Errors
    ///
    /// `Internal` for a key that cannot be one.
    pub fn path(&self, key: &SessionKey) -> Result<Option<String>> {
        let secret = Secret::of_drop(key, self.0.owner, self.0.id, self.0.secret_version)?;
        Ok((secret.hash() == self.0.secret_hash).then(|| secret.path_of_drop(&self.0.title)))
    }

    /// Why nothing can be sent by it now, as far as the link itself is asked; its owner may be shut out besides, and its folder put
    /// away.
    pub fn closed(&self, now: DateTime<Utc>) -> Option<Closed> {
        let Limits { files, bytes, .. } = self.limits();
        let is_full = files.is_some_and(|most| self.files() >= most) || bytes.is_some_and(|most| self.bytes() >= most);
        self.closed_for(now).or(is_full.then_some(Closed::UsedUp))
    }

    /// The same for an upload that was begun at a time, which goes on when the link's time is over or others have filled it meanwhile.
    pub fn closed_for(&self, begun_at: DateTime<Utc>) -> Option<Closed> {
        match self.0.state {
            State::Ended => Some(Closed::Ended),
            _ if self.0.folder_id.is_none() => Some(Closed::Ended),
            _ if self.0.ends_at.is_some_and(|end| end <= begun_at) => Some(Closed::Ended),
            State::Paused => Some(Closed::Paused),
            State::Active => None,
        }
    }

    /// Was it open at a time? What was begun then is taken, whatever its owner has done with it since.
    pub fn was_open(&self, at: DateTime<Utc>) -> bool {
        let lasted = self.0.ends_at.is_none_or(|end| at < end);
        lasted && (self.0.state == State::Active || at < self.0.state_changed_at)
    }

    /// The link that a secret opens.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find_by_secret(db: &impl ConnectionTrait, secret: Secret) -> Result<Self> {
        let row = Entity::find().filter(Column::SecretHash.eq(secret.hash())).one(db).await?;
        row.ok_or(Error::NotFound).map(Self)
    }

    /// The link by which a file was sent, whatever became of it since.
    ///
    /// # Errors
    ///
    /// `NotFound` when it is no more, or of somebody else; `DatabaseUnavailable`.
    pub async fn find_sent_by(db: &impl ConnectionTrait, id: DropId, owner: UserId) -> Result<Self> {
        let query = Entity::find_by_id(id).filter(Column::Owner.eq(owner));
        query.one(db).await?.ok_or(Error::NotFound).map(Self)
    }

    /// A link of a scope that was not ended.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn find(db: &impl ConnectionTrait, id: DropId, scope: Scope) -> Result<Self> {
        let query = Entity::find_by_id(id).filter(of(scope)).filter(Column::State.ne(State::Ended));
        query.one(db).await?.ok_or(Error::NotFound).map(Self)
    }

    /// A link of a scope, ended or not, which nobody else changes until the end of the transaction.
    pub(super) async fn lock(db: &impl ConnectionTrait, id: DropId, scope: Scope) -> Result<Self> {
        let query = Entity::find_by_id(id).filter(of(scope)).lock_exclusive();
        query.one(db).await?.ok_or(Error::NotFound).map(Self)
    }

    /// The links of a scope that were not ended, those made before a time, the latest first.
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
        let mut drops: Vec<Self> = query.all(db).await?.into_iter().map(Self).collect();
        let has_more = drops.len() as u64 > PAGE;
        drops.truncate(PAGE as usize);
        let next = drops.last().filter(|_| has_more).map(|last| last.0.created_at);
        Ok(Page { drops, next })
    }

    /// How many links of a scope were not ended.
    pub(super) async fn count(db: &impl ConnectionTrait, scope: Scope) -> Result<u64> {
        Ok(Entity::find().filter(of(scope)).filter(Column::State.ne(State::Ended)).count(db).await?)
    }
}

/// Which links there are for somebody.
pub(super) fn of(scope: Scope) -> Condition {
    match scope {
        Scope::Own(owner) => Condition::all().add(Column::Owner.eq(owner)),
        Scope::Everyone => Condition::all(),
        // Whoever is shown something learns nothing of any as a row.
        Scope::Shared(..) | Scope::Granted(_) => Condition::all().add(Expr::value(false)),
    }
}
