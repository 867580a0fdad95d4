//! Sessions of browsers: rows keyed by a hash of the cookie's value, remembered for a short while so that a
//! busy page does not query for each request.

use super::entity::session;
use crate::{error::Result, ids::UserId};
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, sea_query::Expr,
};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// What a session holds, as actix-session keeps it: JSON texts by name.
pub type State = HashMap<String, String>;

/// How long another instance may not notice that a session has ended.
pub const MEMORY: Duration = Duration::from_secs(30);
const MAX_REMEMBERED: u64 = 50_000;
/// Last use is written at most this often.
const LAST_USE_PRECISION: TimeDelta = TimeDelta::hours(1);

/// The sessions in the database, and the few seconds' memory of them.
#[derive(Clone)]
pub struct Sessions {
    db: DatabaseConnection,
    remembered: Cache<String, Arc<Remembered>>,
}

struct Remembered {
    state: State,
    expires_at: DateTime<Utc>,
}

impl Sessions {
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db, remembered: Cache::builder().time_to_live(MEMORY).max_capacity(MAX_REMEMBERED).build() }
    }

    pub async fn find(&self, key: &str, now: DateTime<Utc>) -> Result<Option<State>> {
        let hash = hash(key);
        if let Some(session) = self.remembered.get(&hash) {
            return Ok((session.expires_at > now).then(|| session.state.clone()));
        }
        let live = session::Column::ExpiresAt.gt(now);
        let Some(row) = session::Entity::find_by_id(hash.clone()).filter(live).one(&self.db).await? else {
            return Ok(None);
        };
        if now - row.last_used_at > LAST_USE_PRECISION {
            self.note_use(hash.clone(), now);
        }
        let state: State = serde_json::from_str(&row.state).unwrap_or_default();
        self.remembered.insert(hash, Arc::new(Remembered { state: state.clone(), expires_at: row.expires_at }));
        Ok(Some(state))
    }

    /// Adds a session under a new key, and takes the chance to clear away expired ones.
    pub async fn create(
        &self,
        key: &str,
        state: &State,
        user: Option<UserId>,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now)).exec(&self.db).await?;
        let row = session::ActiveModel {
            key_hash: Set(hash(key)),
            user_id: Set(user.map(UserId::uuid)),
            state: Set(as_json(state)),
            created_at: Set(now),
            last_used_at: Set(now),
            expires_at: Set(expires_at),
        };
        session::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Changes a session that still exists. One that was ended meanwhile stays ended.
    pub async fn update(&self, key: &str, state: &State, expires_at: DateTime<Utc>) -> Result<()> {
        let hash = hash(key);
        let update = session::Entity::update_many().col_expr(session::Column::State, Expr::value(as_json(state)));
        let update = update.col_expr(session::Column::ExpiresAt, Expr::value(expires_at));
        update.filter(session::Column::KeyHash.eq(hash.clone())).exec(&self.db).await?;
        self.remembered.invalidate(&hash);
        Ok(())
    }

    pub async fn prolong(&self, key: &str, expires_at: DateTime<Utc>) -> Result<()> {
        let update = session::Entity::update_many().col_expr(session::Column::ExpiresAt, Expr::value(expires_at));
        update.filter(session::Column::KeyHash.eq(hash(key))).exec(&self.db).await?;
        Ok(())
    }

    /// Forgets first, so that a failing database leaves no session open here.
    pub async fn delete(&self, key: &str) -> Result<()> {
        let hash = hash(key);
        self.remembered.invalidate(&hash);
        session::Entity::delete_by_id(hash.clone()).exec(&self.db).await?;
        // A request that was reading meanwhile may have remembered it again.
        self.remembered.invalidate(&hash);
        Ok(())
    }

    /// Off the request's way: nobody waits for it, and the next hour's use writes it again if it fails.
    fn note_use(&self, hash: String, now: DateTime<Utc>) {
        let db = self.db.clone();
        tokio::spawn(async move {
            let update = session::Entity::update_many().col_expr(session::Column::LastUsedAt, Expr::value(now));
            if let Err(error) = update.filter(session::Column::KeyHash.eq(hash)).exec(&db).await {
                tracing::warn!(%error, "the last use of a session was not written");
            }
        });
    }
}

/// Ends all sessions of a user, in every instance within [`MEMORY`].
pub async fn delete_of_user(db: &impl ConnectionTrait, user: UserId) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::UserId.eq(user.uuid())).exec(db).await?;
    Ok(())
}

fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

fn as_json(state: &State) -> String {
    serde_json::to_string(state).unwrap_or_else(|_| "{}".to_owned())
}
