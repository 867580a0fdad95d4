//! Who a user id or a token stands for, remembered for a few seconds so that the hot paths need no database.

use super::{
    Role,
    entity::user,
    sessions,
    tokens::{self, LiveToken, TokenHash},
};
use crate::{
    database::DatabaseConnection,
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use sea_orm::EntityTrait;
use std::sync::Arc;

/// An account that may enter, as it was at most [`sessions::MEMORY`] ago.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Its own quota; `None`: the installation's default.
    pub quota: Option<ByteSize>,
    pub used: ByteSize,
}

pub struct Directory {
    db: DatabaseConnection,
    accounts: Cache<UserId, Arc<Account>>,
    tokens: Cache<TokenHash, LiveToken>,
}

const MAX_REMEMBERED: u64 = 50_000;

impl Directory {
    pub fn new(db: DatabaseConnection) -> Self {
        Self {
            db,
            accounts: Cache::builder().time_to_live(sessions::MEMORY).max_capacity(MAX_REMEMBERED).build(),
            tokens: Cache::builder().time_to_live(sessions::MEMORY).max_capacity(MAX_REMEMBERED).build(),
        }
    }

    /// The account of a user; `NotSignedIn` when there is none, or it is disabled.
    pub async fn account(&self, id: UserId) -> Result<Arc<Account>> {
        if let Some(account) = self.accounts.get(&id) {
            return Ok(account);
        }
        let row = user::Entity::find_by_id(id.uuid()).one(&self.db).await?.filter(|row| row.disabled_at.is_none());
        let account = Arc::new(Account::from_row(row.ok_or(Error::NotSignedIn)?)?);
        self.accounts.insert(id, account.clone());
        Ok(account)
    }

    /// The same as it is now, for answers that depend on what was just used. It is remembered anew.
    pub async fn account_now(&self, id: UserId) -> Result<Arc<Account>> {
        self.accounts.invalidate(&id);
        self.account(id).await
    }

    /// The account that a token stands for.
    pub async fn account_of_token(&self, hash: TokenHash, now: DateTime<Utc>) -> Result<Arc<Account>> {
        if let Some(token) = self.tokens.get(&hash).filter(|token| token.expires_at.is_none_or(|at| at > now)) {
            return self.account(token.user).await;
        }
        let token = tokens::find_live(&self.db, hash, now).await?.ok_or(Error::NotSignedIn)?;
        let account = self.account(token.user).await?;
        self.tokens.insert(hash, token);
        if token.last_use_is_old {
            self.note_use(token, now);
        }
        Ok(account)
    }

    /// Forgets what is remembered of an account that was changed. Other instances notice within [`sessions::MEMORY`].
    pub fn forget(&self, id: UserId) {
        self.accounts.invalidate(&id);
    }

    /// Forgets which tokens are live, as one was revoked.
    pub fn forget_tokens(&self) {
        self.tokens.invalidate_all();
    }

    /// Off the request's way: nobody waits for it, and the next hour's use writes it again if it fails.
    fn note_use(&self, token: LiveToken, now: DateTime<Utc>) {
        let db = self.db.clone();
        tokio::spawn(async move {
            if let Err(error) = tokens::note_use(&db, token, now).await {
                tracing::warn!(%error, "the last use of a token was not written");
            }
        });
    }
}

impl Account {
    fn from_row(row: user::Model) -> Result<Self> {
        Ok(Self {
            id: UserId::from_uuid(row.id),
            email: row.email,
            name: row.name,
            role: row.role.parse()?,
            quota: row.quota.and_then(|quota| u64::try_from(quota).ok()).map(ByteSize),
            used: ByteSize(u64::try_from(row.used_bytes).unwrap_or_default()),
        })
    }
}
