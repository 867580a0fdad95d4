//! What accounts are changed with: whoever changes one brings up to date what is remembered of it, so that no caller has to.

use super::{AccountCache, sessions::Sessions};
use crate::{config::SessionRules, database::DatabaseConnection, ids::UserId};

/// The database, and what this instance remembers of the accounts in it.
pub struct Accounts {
    /// The pool.
    pub db: DatabaseConnection,
    /// Who a user id or a token stands for.
    pub cache: AccountCache,
    /// Who is signed in.
    pub sessions: Sessions,
}

impl Accounts {
    /// With nothing remembered yet.
    pub fn new(db: DatabaseConnection, rules: SessionRules) -> Self {
        Self { cache: AccountCache::new(db.clone(), rules), sessions: Sessions::new(db.clone(), rules), db }
    }

    /// Forgets what is remembered of an account that was changed.
    pub(super) fn changed(&self, id: UserId) {
        self.cache.forget(id);
    }

    /// Forgets who was let in by a password that is not an account's any more, or by an account that is shut.
    pub(super) fn shut_out(&self, id: UserId) {
        self.cache.forget(id);
        self.cache.forget_tokens();
        self.sessions.forget_all();
    }
}
