//! The set-up link that creates the first admin. Its key is made once, at random, kept in `settings` so that every
//! instance shows the same link, and gone for good with the first account.

use super::{entity::user, secret::random};
use crate::{
    database::settings,
    error::{Error, Result},
};
use sea_orm::{ConnectionTrait, EntityTrait};
use std::sync::atomic::{AtomicBool, Ordering};
use subtle::ConstantTimeEq;

pub const KEY: &str = "set_up_key";
/// Marks that there was an account, so that the link works once.
const DONE: &str = "set_up_done";

/// What one instance knows of the set-up: whether it is done.
#[derive(Default)]
pub struct SetUp {
    done: AtomicBool,
}

impl SetUp {
    /// What the set-up link carries, made at the first call; `None` once there was an account.
    ///
    /// # Errors
    ///
    /// `Error::DatabaseUnavailable` when the database does not answer; `Error::Internal` when the system gives no
    /// random bytes.
    pub async fn key(&self, db: &impl ConnectionTrait) -> Result<Option<String>> {
        if !self.is_done(db).await? {
            settings::insert(db, KEY, random()?).await?;
        }
        // Somebody may have been faster at another instance.
        if self.is_done(db).await? {
            settings::delete(db, KEY).await?;
        }
        settings::find(db, KEY).await
    }

    /// Was there an account? Once there was, the database is not asked again.
    ///
    /// # Errors
    ///
    /// `Error::DatabaseUnavailable` when the database does not answer.
    pub async fn is_done(&self, db: &impl ConnectionTrait) -> Result<bool> {
        if !self.done.load(Ordering::Relaxed) && (settings::find(db, DONE).await?.is_some() || has_account(db).await?) {
            self.done.store(true, Ordering::Relaxed);
        }
        Ok(self.done.load(Ordering::Relaxed))
    }

    /// Lets the holder of the link through while there was no account; for everyone else there is nothing.
    ///
    /// # Errors
    ///
    /// `Error::NotFound` for another key than the link's, and for any once there was an account;
    /// `Error::DatabaseUnavailable` when the database does not answer.
    pub async fn check(&self, db: &impl ConnectionTrait, key: &str) -> Result<()> {
        if self.is_done(db).await? {
            return Err(Error::NotFound);
        }
        let kept = settings::find(db, KEY).await?.ok_or(Error::NotFound)?;
        if key.as_bytes().ct_eq(kept.as_bytes()).into() { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// Part of the transaction that creates an account. Says whether it is the first one.
pub(super) async fn finish(db: &impl ConnectionTrait) -> Result<bool> {
    settings::delete(db, KEY).await?;
    settings::insert(db, DONE, "yes".to_owned()).await
}

async fn has_account(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(user::Entity::find().one(db).await?.is_some())
}
