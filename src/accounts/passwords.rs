//! Passwords: Argon2id hashes, made and checked off the request threads.

use super::{
    guessable::{self, About, Guessable},
    hashing::{self, ACCOUNTS, LINKS, Queue, run_queued},
};
use crate::error::{Error, Result};
use std::sync::LazyLock;

pub use super::guessable::MIN_CHARACTERS;

/// Keeps hashing short.
const MAX_BYTES: usize = 1_024;

/// A link's password can be tried a few times a minute and address, through a link that nobody can guess.
const MIN_OF_LINK: usize = 6;

const LONG: &str = "long_password";
const WEAK: &str = "weak_password";
const OF_LINK: &str = "bad_link_password";

/// What an unknown email's password is checked against, so that it takes as long as a known one's.
static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| hashing::hash("nobody has this password").ok());

/// Is a password long enough, not too long to be hashed, and nothing that guessers try first? No kinds of characters
/// are asked for.
///
/// # Errors
///
/// `Error::Unacceptable` with what is wrong with it: of the code `long_password`, or `weak_password`.
pub fn check(password: &str, about: About<'_>) -> Result<()> {
    if password.len() > MAX_BYTES {
        let words = format!("A password may have at most {MAX_BYTES} bytes. Choose a shorter one.");
        return Err(Error::unacceptable(LONG, words));
    }
    let words = match guessable::find(password, about) {
        _ if password.chars().count() < MIN_CHARACTERS => {
            format!("A password needs at least {MIN_CHARACTERS} characters. Three words make a good one.")
        }
        Some(Guessable::Common) => {
            "This is one of the passwords that most people choose, so it is guessed first. Three words of your own make a good one.".into()
        }
        Some(Guessable::OfOwner) => {
            "This is made of your email or name, which others know. Choose something that is not about you; three words make a good one.".into()
        }
        Some(Guessable::Repetition) => {
            "This repeats the same few characters, so it is guessed quickly. Three different words make a good one.".into()
        }
        Some(Guessable::Run) => {
            "This follows the keyboard or the alphabet, so it is guessed quickly. Three words make a good one.".into()
        }
        None => return Ok(()),
    };
    Err(Error::unacceptable(WEAK, words))
}

/// Is this a code that [`check`] gives what it says of a password?
pub fn is_about_password(code: &str) -> bool {
    [LONG, WEAK].contains(&code)
}

/// The Argon2id hash of a new password, as a PHC string.
///
/// # Errors
///
/// `Error::Unacceptable` for one that [`check`] refuses; `Error::TooManyAttempts` when too many are being hashed;
/// `Error::Internal` when the hash cannot be made.
pub async fn hash(password: String, about: About<'_>) -> Result<String> {
    check(&password, about)?;
    run_queued(&ACCOUNTS, move || hashing::hash(&password)).await?
}

/// The Argon2id hash of a password for a link, which people tell each other: only its length is looked at.
///
/// # Errors
///
/// `Error::Unacceptable` for one that is too short or too long; `Error::TooManyAttempts` when too many are being hashed;
/// `Error::Internal` when the hash cannot be made.
pub async fn hash_of_link(password: String) -> Result<String> {
    let words = match password.chars().count() {
        count if count < MIN_OF_LINK => format!("The password of a link needs at least {MIN_OF_LINK} characters."),
        _ if password.len() > MAX_BYTES => {
            format!("A password may have at most {MAX_BYTES} bytes. Choose a shorter one.")
        }
        _ => return run_queued(&LINKS, move || hashing::hash(&password)).await?,
    };
    Err(Error::unacceptable(OF_LINK, words))
}

/// Is this the password of a link?
///
/// # Errors
///
/// `Error::TooManyAttempts` when too many are being checked.
pub async fn verify_of_link(password: String, hash: String) -> Result<bool> {
    verify_in(&LINKS, password, Some(hash)).await
}

/// Is this the password of a hash? Takes as long when there is no hash; then it is not.
///
/// # Errors
///
/// `Error::TooManyAttempts` when too many are being checked.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    verify_in(&ACCOUNTS, password, hash).await
}

async fn verify_in(queue: &'static Queue, password: String, hash: Option<String>) -> Result<bool> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    run_queued(queue, move || {
        let known = hash.is_some();
        let text = hash.or_else(|| NOBODYS.clone()).unwrap_or_default();
        hashing::matches(&password, &text) && known
    })
    .await
}
