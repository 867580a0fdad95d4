//! Passwords: Argon2id hashes, made and checked off the request threads.

use super::hashing::{self, aside};
use crate::error::{Error, Result};
use std::sync::LazyLock;

/// NIST SP 800-63B asks for 8 at least; the upper bound keeps hashing short.
pub const MIN_CHARACTERS: usize = 10;
const MAX_BYTES: usize = 1_024;

/// What an unknown email's password is checked against, so that it takes as long as a known one's.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| hashing::hash("nobody has this password").ok());

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
    aside(move || hashing::hash(&password)).await?
}

/// Takes the same time whether there is a hash or not.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    aside(move || {
        let known = hash.is_some();
        let text = hash.or_else(|| NOBODYS.clone()).unwrap_or_default();
        hashing::matches(&password, &text) && known
    })
    .await
}
