//! Who a user id or a token stands for, remembered for a few seconds so that the hot paths need no database.

use super::{
    Role,
    bearer::{self, LiveToken, TokenHash},
    entity::user,
    memory::{Memory, Source},
};
use crate::{
    config::SessionRules,
    database::{self, DatabaseConnection},
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use std::sync::Arc;

/// An account that may enter, as it was at most [`SessionRules::memory`] ago, or longer while the database is away.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    /// In lower case.
    pub email: String,
    /// What pages call the person.
    pub name: String,
    pub role: Role,
    /// Its own quota; `None`: the installation's default.
    pub quota: Option<ByteSize>,
    /// What the files that it owns are charged with.
    pub used: ByteSize,
    /// Are its pictures sent without the place where they were taken?
    pub removes_place: bool,
    /// How many files others have sent that it has not seen yet, counted to a hundred.
    pub news: i64,
}

/// What one instance remembers of accounts and of live tokens.
pub struct AccountCache {
    db: DatabaseConnection,
    accounts: Memory<UserId, Arc<Account>>,
    tokens: Memory<TokenHash, LiveToken>,
}

impl AccountCache {
    /// A cache that remembers nothing yet.
    pub fn new(db: DatabaseConnection, rules: SessionRules) -> Self {
        Self { db, accounts: Memory::new(rules), tokens: Memory::new(rules) }
    }

    /// The account of a user, as it is remembered or else as the database has it.
    ///
    /// # Errors
    ///
    /// `Error::NotSignedIn` when there is none, or it is disabled; `Error::DatabaseUnavailable` when the database is
    /// away and the account is not remembered, or not any more.
    pub async fn account(&self, id: UserId) -> Result<Arc<Account>> {
        self.account_at(id, database::now()).await
    }

    async fn account_at(&self, id: UserId, now: DateTime<Utc>) -> Result<Arc<Account>> {
        Ok(self.accounts.get(&id, now, self.read(id)).await?.0)
    }

    /// The account of a user as the database has it at this moment, for answers that depend on what was just used. It
    /// is remembered anew.
    ///
    /// # Errors
    ///
    /// `Error::NotSignedIn` when there is none, or it is disabled; `Error::DatabaseUnavailable` when the database does
    /// not answer.
    pub async fn account_now(&self, id: UserId) -> Result<Arc<Account>> {
        self.accounts.refresh(&id, database::now(), self.read(id)).await
    }

    /// The account that a token stands for. The token's use is noted, once an hour.
    ///
    /// # Errors
    ///
    /// `Error::NotSignedIn` when no live token has this hash, or its account is disabled; `Error::DatabaseUnavailable`
    /// when the database is away and the token or its account is not remembered.
    pub async fn account_of_token(&self, hash: TokenHash, now: DateTime<Utc>) -> Result<Arc<Account>> {
        let read = async { bearer::find_live(&self.db, hash, now).await?.ok_or(Error::NotSignedIn) };
        let (token, source) = self.tokens.get(&hash, now, read).await?;
        if token.expires_at.is_some_and(|at| at <= now) {
            return Err(Error::NotSignedIn);
        }
        let account = self.account_at(token.user, now).await?;
        if token.last_use_is_old && source == Source::Database {
            self.note_use(token, now);
        }
        Ok(account)
    }

    async fn read(&self, id: UserId) -> Result<Arc<Account>> {
        let row = user::Entity::find_by_id(id).one(&self.db).await?.filter(|row| row.disabled_at.is_none());
        let account = Account::from_row(row.ok_or(Error::NotSignedIn)?)?;
        Ok(Arc::new(Account { news: self.news(id).await?, ..account }))
    }

    /// As much as accounts know of what others send them.
    async fn news(&self, id: UserId) -> Result<i64> {
        let sql = "SELECT count(*) AS news FROM (SELECT 1 FROM drop_files
            JOIN r2_files ON r2_files.file_id = drop_files.file_id AND r2_files.state = 'ready'
            WHERE drop_files.owner = $1 AND drop_files.seen_at IS NULL LIMIT 100) AS unseen";
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, [id.into()]);
        let row = self.db.query_one_raw(statement).await?;
        Ok(row.map_or(Ok(0), |row| row.try_get("", "news"))?)
    }

    /// Forgets what is remembered of an account that was changed. Other instances notice within
    /// [`SessionRules::memory`].
    pub fn forget(&self, id: UserId) {
        self.accounts.forget(&id);
    }

    /// Forgets which tokens are live, as one was revoked.
    pub fn forget_tokens(&self) {
        self.tokens.forget_all();
    }

    /// Off the request's way: nobody waits for it, and the next hour's use writes it again if it fails.
    fn note_use(&self, token: LiveToken, now: DateTime<Utc>) {
        let db = self.db.clone();
        tokio::spawn(async move {
            if let Err(error) = bearer::note_use(&db, token, now).await {
                tracing::warn!(%error, "the last use of a token was not written");
            }
        });
    }
}

impl Account {
    fn from_row(row: user::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            quota: row.quota.and_then(|quota| u64::try_from(quota).ok()).map(ByteSize),
            used: ByteSize(u64::try_from(row.used_bytes).unwrap_or_default()),
            removes_place: row.removes_place,
            news: 0,
        })
    }
}
