//! Sessions of browsers: rows keyed by a hash of the cookie's value, remembered for a short while so that a
//! busy page does not query for each request.

use super::{
    Change, Principal,
    entity::session,
    memory::{Memory, Source},
    users,
};
use crate::{
    audit::{Action, Subject},
    config::SessionRules,
    database::DatabaseConnection,
    error::{Error, Result},
    ids::UserId,
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};

/// What a session holds, as actix-session keeps it: JSON texts by name.
pub type State = HashMap<String, String>;

/// How many sessions a user may have, which is more than anyone uses; the oldest goes when another one comes.
const MOST: u64 = 50;
/// Last use is written at most this often.
const LAST_USE_PRECISION: TimeDelta = TimeDelta::hours(1);

/// The sessions in the database, and the memory of them.
#[derive(Clone)]
pub struct Sessions {
    db: DatabaseConnection,
    rules: SessionRules,
    remembered: Memory<String, Arc<Remembered>>,
}

/// Which of a user's sessions to end, by their hashes.
#[derive(Clone, Copy, Debug)]
pub enum Ending<'a> {
    /// The session with this hash.
    This(&'a str),
    /// All but the session with this hash.
    AllBut(&'a str),
}

/// A session as its owner's page shows it.
#[derive(Clone, Debug)]
pub struct ListedSession {
    /// Names it; of no use to get in.
    pub hash: String,
    pub created_at: DateTime<Utc>,
    /// To within an hour.
    pub last_used_at: DateTime<Utc>,
    /// The browser, as it called itself at sign-in.
    pub agent: String,
    /// Where the sign-in came from.
    pub address: String,
}

/// The name in a [`State`] of the browser, as it called itself at sign-in.
pub const AGENT: &str = "agent";
/// The name in a [`State`] of where the sign-in came from.
pub const ADDRESS: &str = "address";

struct Remembered {
    state: State,
    expires_at: DateTime<Utc>,
}

/// The name in a [`State`] of the password that a session is begun with: compared as it begins, and not kept.
pub const PASSWORD: &str = "password";

/// The name in a [`State`] that was found in memory while the database is away: it is not to be prolonged.
pub const OLD: &str = "old";

impl Sessions {
    /// The sessions of a database, of which nothing is remembered yet.
    pub fn new(db: DatabaseConnection, rules: SessionRules) -> Self {
        Self { db, rules, remembered: Memory::new(rules) }
    }

    /// What a live session holds, by the key in its cookie; `None` when there is none.
    ///
    /// # Errors
    /// `DatabaseUnavailable` when the database is away and the session is not remembered.
    pub async fn find(&self, key: &str, now: DateTime<Utc>) -> Result<Option<State>> {
        let hash = hash(key);
        let (session, source) = match self.remembered.get(&hash, now, self.read(&hash, now)).await {
            Err(Error::NotSignedIn) => return Ok(None),
            found => found?,
        };
        if session.expires_at <= now {
            return Ok(None);
        }
        let mut state = session.state.clone();
        if source == Source::OldMemory {
            state.insert(OLD.to_owned(), "true".to_owned());
        }
        Ok(Some(state))
    }

    async fn read(&self, hash: &str, now: DateTime<Utc>) -> Result<Arc<Remembered>> {
        let live = session::Entity::find_by_id(hash)
            .filter(session::Column::ExpiresAt.gt(now))
            .filter(session::Column::CreatedAt.gt(now - self.rules.max_age));
        let row = live.one(&self.db).await?.ok_or(Error::NotSignedIn)?;
        if now - row.last_used_at > LAST_USE_PRECISION {
            self.note_use(hash.to_owned(), row.user_id, now);
        }
        let state = serde_json::from_str(&row.state).unwrap_or_default();
        Ok(Arc::new(Remembered { state, expires_at: row.expires_at.min(row.created_at + self.rules.max_age) }))
    }

    /// Adds a session of a user under a new key, and takes the chance to clear away expired ones.
    ///
    /// # Errors
    /// `NotFound` when the account is disabled; `NotSignedIn` when its password was changed after it was verified.
    pub async fn create(&self, key: &str, state: &State, user: UserId, now: DateTime<Utc>) -> Result<()> {
        let row = session::ActiveModel {
            key_hash: Set(hash(key)),
            user_id: Set(Some(user)),
            state: Set(as_json(&without_password(state))),
            created_at: Set(now),
            last_used_at: Set(now),
            expires_at: Set(now + self.rules.idle.min(self.rules.max_age)),
            authenticated_at: Set(Some(now)),
        };
        let address: String = text_of(state, ADDRESS);
        let change = Change::by_credential(&self.db, user, &address, now).await?;
        let password: String = text_of(state, PASSWORD);
        if !password.is_empty() && !users::has_password(change.transaction(), user, &password).await? {
            return Err(Error::NotSignedIn);
        }
        session::Entity::insert(row).exec_without_returning(change.transaction()).await?;
        let ended = of_user(user).order_by_desc(session::Column::CreatedAt).order_by_desc(session::Column::KeyHash);
        let ended = ended.offset(MOST).limit(MOST).all(change.transaction()).await?;
        let ended: Vec<String> = ended.into_iter().map(|row| row.key_hash).collect();
        let delete = session::Entity::delete_many().filter(session::Column::KeyHash.is_in(ended.clone()));
        delete.exec(change.transaction()).await?;
        users::note_seen(change.transaction(), user, now).await?;
        change.commit().await?;
        ended.iter().for_each(|hash| self.remembered.forget(hash));
        self.clear_away(now).await;
        Ok(())
    }

    /// Outside of every change, whose locks come in one order; what fails is left to the next one who signs in.
    async fn clear_away(&self, now: DateTime<Utc>) {
        let expired = session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now));
        if let Err(error) = expired.exec(&self.db).await {
            tracing::warn!(%error, "expired sessions were not cleared away");
        }
    }

    /// Ends a user's session by its hash, or all but one, at their own request; says how many there were.
    ///
    /// # Errors
    /// What [`Principal::begin_as_owner`] fails with.
    pub async fn end(&self, user: UserId, which: Ending<'_>, principal: &Principal, now: DateTime<Utc>) -> Result<u64> {
        let condition = match which {
            Ending::This(hash) => session::Column::KeyHash.eq(hash),
            Ending::AllBut(hash) => session::Column::KeyHash.ne(hash),
        };
        let change = principal.begin_as_owner(&self.db, user, now).await?;
        let rows = of_user(user).filter(condition).all(change.transaction()).await?;
        let hashes: Vec<String> = rows.into_iter().map(|row| row.key_hash).collect();
        if hashes.is_empty() {
            return Ok(0);
        }
        let delete = session::Entity::delete_many().filter(session::Column::KeyHash.is_in(hashes.clone()));
        delete.exec(change.transaction()).await?;
        let detail = format!("{} ended", hashes.len());
        change.record(Action::SessionsEnded, Subject::user(user, "sessions", detail)).await?;
        change.commit().await?;
        hashes.iter().for_each(|hash| self.remembered.forget(hash));
        Ok(hashes.len() as u64)
    }

    /// Forgets all that is remembered, as sessions of somebody were ended in the database.
    pub fn forget_all(&self) {
        self.remembered.forget_all();
    }

    /// Changes a session that still exists, and prolongs it. One that was ended meanwhile stays ended.
    ///
    /// # Errors
    /// `DatabaseUnavailable`; it may be changed, and not prolonged.
    pub async fn update(&self, key: &str, state: &State, now: DateTime<Utc>) -> Result<()> {
        let hash = hash(key);
        let update = session::Entity::update_many().col_expr(session::Column::State, Expr::value(as_json(state)));
        update.filter(session::Column::KeyHash.eq(hash.clone())).exec(&self.db).await?;
        self.prolong(key, now).await?;
        self.remembered.forget(&hash);
        Ok(())
    }

    /// Prolongs a session that still exists by [`SessionRules::idle`], within [`SessionRules::max_age`] of its begin.
    ///
    /// # Errors
    /// `DatabaseUnavailable`.
    pub async fn prolong(&self, key: &str, now: DateTime<Utc>) -> Result<()> {
        let hash = hash(key);
        let Some(row) = session::Entity::find_by_id(hash.clone()).one(&self.db).await? else { return Ok(()) };
        let ends = (now + self.rules.idle).min(row.created_at + self.rules.max_age);
        let update = session::Entity::update_many().col_expr(session::Column::ExpiresAt, Expr::value(ends));
        update.filter(session::Column::KeyHash.eq(hash)).exec(&self.db).await?;
        Ok(())
    }

    /// Ends a session by its key. Forgets it first, so that a failing database leaves no session open here.
    ///
    /// # Errors
    /// `DatabaseUnavailable`.
    pub async fn delete(&self, key: &str) -> Result<()> {
        let hash = hash(key);
        self.remembered.forget(&hash);
        session::Entity::delete_by_id(hash.clone()).exec(&self.db).await?;
        // A request that was reading meanwhile may have remembered it again.
        self.remembered.forget(&hash);
        Ok(())
    }

    /// Off the request's way: nobody waits for it, and the next hour's use writes it again if it fails.
    fn note_use(&self, hash: String, user: Option<UserId>, now: DateTime<Utc>) {
        let db = self.db.clone();
        tokio::spawn(async move {
            let update = session::Entity::update_many().col_expr(session::Column::LastUsedAt, Expr::value(now));
            let noted = update.filter(session::Column::KeyHash.eq(hash)).exec(&db).await;
            let seen = match (noted, user) {
                (Ok(_), Some(user)) => users::note_seen(&db, user, now).await,
                (noted, _) => noted.map(drop).map_err(Into::into),
            };
            if let Err(error) = seen {
                tracing::warn!(%error, "the last use of a session was not written");
            }
        });
    }
}

/// A user's live sessions, the last used first.
///
/// # Errors
/// `DatabaseUnavailable`.
pub async fn list(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<Vec<ListedSession>> {
    let query = of_user(user).filter(session::Column::ExpiresAt.gt(now));
    let rows = query.order_by_desc(session::Column::LastUsedAt).all(db).await?;
    Ok(rows.into_iter().map(ListedSession::from_row).collect())
}

/// Ends all sessions of a user, in every instance within [`SessionRules::memory`].
pub(super) async fn delete_of_user(change: &Change, user: UserId) -> Result<()> {
    let delete = session::Entity::delete_many().filter(session::Column::UserId.eq(user));
    delete.exec(change.transaction()).await?;
    Ok(())
}

fn of_user(user: UserId) -> Select<session::Entity> {
    session::Entity::find().filter(session::Column::UserId.eq(user))
}

impl ListedSession {
    fn from_row(row: session::Model) -> Self {
        let state: State = serde_json::from_str(&row.state).unwrap_or_default();
        Self {
            hash: row.key_hash,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            agent: text_of(&state, AGENT),
            address: text_of(&state, ADDRESS),
        }
    }
}

/// What names a session whose key this is: SHA-256, in hex.
pub fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

fn text_of(state: &State, name: &str) -> String {
    state.get(name).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn without_password(state: &State) -> State {
    state.iter().filter(|(name, _)| *name != PASSWORD).map(|(name, text)| (name.clone(), text.clone())).collect()
}

fn as_json(state: &State) -> String {
    serde_json::to_string(state).unwrap_or_else(|_| "{}".to_owned())
}
