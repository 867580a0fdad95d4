//! Argon2id in memory that is made once and kept: freed blocks of this size stay with glibc, so that a flood of
//! sign-ins would leave gigabytes behind.

use crate::error::{Error, Result};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{Output, ParamsString, PasswordHash, Salt, SaltString},
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB (the crate's default, and what OWASP recommends first:
/// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>): a flood of sign-ins waits here
/// rather than eat the memory.
const MAX_AT_ONCE: usize = 3;
/// Guests, whose hashes are of links' passwords, have a turn of their own, so that they keep nobody from signing in.
const MAX_OF_GUESTS: usize = 1;
/// How many may be checked or wait for it in a queue; who comes on top is asked to come again.
const MAX_IN_LINE: usize = 64;

/// Whose passwords wait for one another.
pub struct Queue {
    at_once: Semaphore,
    in_line: Semaphore,
}

/// The passwords of accounts.
pub static ACCOUNTS: Queue = Queue::of(MAX_AT_ONCE);
/// The passwords of links.
pub static LINKS: Queue = Queue::of(MAX_OF_GUESTS);

/// What nobody uses now, each as large as our own parameters ask.
static BUFFERS: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Hashes that were made elsewhere may cost this much, in KiB and passes; what costs more is no password of ours.
const MAX_MEMORY: u32 = 65_536;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;

/// A buffer on loan: zeroed and given back when it goes.
struct Loan(Vec<Block>);

impl Queue {
    const fn of(at_once: usize) -> Self {
        Self { at_once: Semaphore::const_new(at_once), in_line: Semaphore::const_new(MAX_IN_LINE) }
    }
}

/// Runs some work off the request threads, in its turn. It keeps its place until it is done, even when nobody waits any
/// more.
///
/// # Errors
///
/// `Error::TooManyAttempts` when all 64 places are taken; `Error::Internal` when the work panics.
pub async fn run_queued<T: Send + 'static>(
    queue: &'static Queue,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let place = queue.in_line.try_acquire();
    let place = place.map_err(|_| Error::TooManyAttempts { retry_after: Duration::from_secs(2) })?;
    let permit = queue.at_once.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
    let work = move || {
        let _until_done = (place, permit);
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}

/// Hashes a password as PHC strings have it: <https://github.com/P-H-C/phc-string-format>.
///
/// # Errors
///
/// `Error::Internal` when the system gives no random bytes, or the hash cannot be made.
pub fn hash(password: &str) -> Result<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| Error::Internal(error.to_string()))?;
    hash_with(password, &salt).map_err(|error| Error::Internal(error.to_string()))
}

/// Is this the password of a hash? Takes the hash's own parameters, within reason.
pub fn matches(password: &str, hash: &str) -> bool {
    let parsed = PasswordHash::new(hash).ok();
    let made = parsed.as_ref().and_then(|hash| Some((hash.hash?, like(password, hash)?)));
    made.is_some_and(|(known, made)| bool::from(known.as_bytes().ct_eq(made.as_bytes())))
}

fn hash_with(password: &str, salt: &[u8]) -> argon2::password_hash::Result<String> {
    let salt = SaltString::encode_b64(salt)?;
    let params = Params::DEFAULT;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params)?,
        hash: Some(fill(password, salt.as_salt(), Algorithm::Argon2id, Version::V0x13, params)?),
        salt: Some(salt.as_salt()),
    };
    Ok(hash.to_string())
}

/// What this password makes with the parameters and the salt of a hash.
fn like(password: &str, hash: &PasswordHash<'_>) -> Option<Output> {
    let params = Params::try_from(hash).ok()?;
    if params.m_cost() > MAX_MEMORY || params.t_cost() > MAX_PASSES || params.p_cost() > MAX_LANES {
        tracing::warn!("a password's hash asks for more memory or time than any of ours; it is not checked");
        return None;
    }
    let version = hash.version.map_or(Some(Version::default()), |version| Version::try_from(version).ok())?;
    fill(password, hash.salt?, Algorithm::try_from(hash.algorithm).ok()?, version, params).ok()
}

fn fill(
    password: &str,
    salt: Salt<'_>,
    algorithm: Algorithm,
    version: Version,
    params: Params,
) -> argon2::password_hash::Result<Output> {
    let mut salt_bytes = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut salt_bytes)?;
    let (blocks, length) = (params.block_count(), params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN));
    let argon2 = Argon2::new(algorithm, version, params);
    let mut loan = Loan::of(blocks);
    Output::init_with(length, |out| {
        Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut loan.0[..blocks])?)
    })
}

impl Loan {
    /// A kept buffer, or a new one: for the first hashes of the process, and for one that asks for more than ours.
    fn of(blocks: usize) -> Self {
        let ours = Params::DEFAULT.block_count();
        let kept = (blocks <= ours).then(|| buffers().pop()).flatten();
        Self(kept.unwrap_or_else(|| vec![Block::new(); blocks.max(ours)]))
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.0.fill(Block::new());
        let mut buffers = buffers();
        if self.0.len() == Params::DEFAULT.block_count() && buffers.len() < MAX_AT_ONCE + MAX_OF_GUESTS {
            buffers.push(std::mem::take(&mut self.0));
        }
    }
}

fn buffers() -> MutexGuard<'static, Vec<Vec<Block>>> {
    BUFFERS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher, PasswordVerifier};

    #[test]
    fn hashes_are_those_of_the_crate_and_buffers_come_back_empty() {
        let hash = hash("correct horse").expect("a hash");
        let parsed = PasswordHash::new(&hash).expect("a PHC string");
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok(), "{hash}");
        assert!(matches("correct horse", &hash), "{hash}");
        assert!(!matches("wrong horse", &hash), "{hash}");
        assert!(buffers().iter().flatten().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[test]
    fn hashes_made_elsewhere_are_checked_within_reason() {
        let salt = SaltString::encode_b64(b"sixteen bytes ok").expect("a salt");
        for (algorithm, version, (memory, passes, lanes), is_fine) in [
            (Algorithm::Argon2id, Version::V0x13, (8, 1, 1), true),
            (Algorithm::Argon2i, Version::V0x13, (4_096, 3, 2), true),
            (Algorithm::Argon2d, Version::V0x10, (64, 2, 1), true),
            (Algorithm::Argon2id, Version::V0x13, (32_768, 1, 4), true),
            (Algorithm::Argon2id, Version::V0x13, (MAX_MEMORY + 1, 1, 1), false),
            (Algorithm::Argon2id, Version::V0x13, (8, MAX_PASSES + 1, 1), false),
        ] {
            let params = Params::new(memory, passes, lanes, None).expect("parameters");
            let hash = Argon2::new(algorithm, version, params).hash_password(b"horse", &salt).expect("a hash");
            assert_eq!(matches("horse", &hash.to_string()), is_fine, "{hash}");
            assert!(!matches("cow", &hash.to_string()));
        }
        for broken in
            ["", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ", "$scrypt$ln=4$c2FsdHNhbHQ$aGFzaA"]
        {
            assert!(!matches("", broken), "{broken}");
        }
    }
}
