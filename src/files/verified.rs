//! What a store held a file's bytes against when they arrived.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// How a file's bytes were verified, before the store kept any of them. Rows have it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Verified {
    /// Against the SHA-256 of the whole, which the row has.
    Sha256,
    /// Against the CRC32C of the whole.
    Crc32c,
    /// Each part against a CRC32C or an MD5 of its own.
    Parts,
}

impl Verified {
    /// Every way there is.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Crc32c, Self::Parts];

    /// As rows have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Crc32c => "crc32c",
            Self::Parts => "parts",
        }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Verified {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let verified = Self::ALL.into_iter().find(|verified| verified.as_str() == text);
        verified.ok_or_else(|| Error::Internal(format!("a file was verified by {text}")))
    }
}
