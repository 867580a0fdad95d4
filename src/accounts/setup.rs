//! The set-up link that creates the first admin: derived from the session key, so that every instance knows
//! the same one and none has to store it; it works only while there is no account.

use super::users;
use crate::{
    config::SessionKey,
    error::{Error, Result},
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use sea_orm::ConnectionTrait;
use sha2::Sha256;
use std::sync::atomic::{AtomicBool, Ordering};
use subtle::ConstantTimeEq;

pub struct SetUp {
    key: String,
    done: AtomicBool,
}

impl SetUp {
    pub fn new(session_key: &SessionKey) -> Result<Self> {
        let mut hmac =
            Hmac::<Sha256>::new_from_slice(session_key.bytes()).map_err(|error| Error::Internal(error.to_string()))?;
        hmac.update(b"cloakroom set-up link");
        let key = BASE64_URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes());
        Ok(Self { key, done: AtomicBool::new(false) })
    }

    /// What the link carries.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Does an account exist? Once it does, the database is not asked again.
    pub async fn is_done(&self, db: &impl ConnectionTrait) -> Result<bool> {
        if !self.done.load(Ordering::Relaxed) && users::any(db).await? {
            self.done.store(true, Ordering::Relaxed);
        }
        Ok(self.done.load(Ordering::Relaxed))
    }

    /// Lets the holder of the link through while there is no account; for everyone else there is nothing.
    pub async fn check(&self, db: &impl ConnectionTrait, key: &str) -> Result<()> {
        let right = bool::from(key.as_bytes().ct_eq(self.key.as_bytes()));
        if right && !self.is_done(db).await? { Ok(()) } else { Err(Error::NotFound) }
    }
}
