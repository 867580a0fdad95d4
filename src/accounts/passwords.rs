//! Passwords: Argon2id hashes, made and checked off the request threads.

use crate::error::{Error, Result};
use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use std::{sync::LazyLock, time::Duration};
use tokio::sync::Semaphore;

/// NIST SP 800-63B asks for 8 at least; the upper bound keeps hashing short.
pub const MIN_CHARACTERS: usize = 10;
const MAX_BYTES: usize = 1_024;

/// Each check takes 19 MiB (the crate's default, OWASP's first recommendation): a flood of sign-ins waits here
/// rather than eat the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(4);
/// How many may be checked or wait for it; who comes on top is asked to come again.
static IN_LINE: Semaphore = Semaphore::const_new(64);

/// What an unknown email's password is checked against, so that it takes as long as a known one's.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody has this password").ok());

/// Is it long enough, and not too long to be hashed? Nothing else is asked of it.
pub fn check(password: &str) -> Result<()> {
    if password.len() > MAX_BYTES {
        let words = format!("A password may have at most {MAX_BYTES} bytes. Choose a shorter one.");
        return Err(Error::unacceptable("long_password", words));
    }
    if password.chars().count() < MIN_CHARACTERS {
        let words = format!("A password needs at least {MIN_CHARACTERS} characters. Three words make a good one.");
        return Err(Error::unacceptable("weak_password", words));
    }
    Ok(())
}

pub async fn hash(password: String) -> Result<String> {
    check(&password)?;
    aside(move || hash_now(&password)).await?
}

/// Takes the same time whether there is a hash or not.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    aside(move || {
        let known = hash.is_some();
        let text = hash.or_else(|| NOBODYS.clone()).unwrap_or_default();
        let matches = PasswordHash::new(&text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && matches
    })
    .await
}

fn hash_now(password: &str) -> Result<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| Error::Internal(error.to_string()))?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| Error::Internal(error.to_string()))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| Error::Internal(error.to_string()))
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _place = IN_LINE.try_acquire().map_err(|_| Error::TooManyAttempts { retry_after: Duration::from_secs(2) })?;
    let _permit = AT_ONCE.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}
