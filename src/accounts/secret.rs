//! Secrets that are made once and shown once.

use crate::error::{Error, Result};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};

/// 32 random bytes as text that fits into URLs.
pub(super) fn random() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
