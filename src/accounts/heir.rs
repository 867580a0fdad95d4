//! Who may get files that were another's.

use super::{AdminChange, user::User};
use crate::{
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;

pub(super) const NO_HEIR: &str = "Choose another account that is enabled to get the files.";

/// The email of an account that may get files of so many bytes.
///
/// # Errors
///
/// `Unacceptable` when there is none, when it is disabled, or when it has no room for them.
pub fn check(change: &AdminChange, heir: UserId, bytes: u64, default_quota: Option<ByteSize>) -> Result<String> {
    let heir = change.user(heir).ok().filter(|heir| !heir.disabled);
    let heir = heir.ok_or_else(|| Error::unacceptable("bad_heir", NO_HEIR))?;
    match room(heir, default_quota) {
        Some(room) if room < bytes => Err(Error::unacceptable(
            "heir_over_quota",
            format!(
                "{} has room for {}, and the files take {}. Give it more space first, or choose another account.",
                heir.email,
                ByteSize(room),
                ByteSize(bytes)
            ),
        )),
        Some(_) | None => Ok(heir.email.clone()),
    }
}

fn room(heir: &User, default_quota: Option<ByteSize>) -> Option<u64> {
    let quota = heir.quota.or(default_quota.map(|quota| quota.as_u64()))?;
    Some(quota.saturating_sub(heir.used_bytes))
}
