//! What becomes of files whose owner is deleted.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What becomes of the files of an account that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Fate {
    /// Another account has them.
    Given,
    /// They are in another account's trash.
    Trashed,
}

impl Fate {
    /// Between the files and the heir.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Given => "to",
            Self::Trashed => "to the trash of",
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Given => "given",
            Self::Trashed => "trashed",
        })
    }
}

impl FromStr for Fate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "given" => Ok(Self::Given),
            "trashed" => Ok(Self::Trashed),
            other => Err(Error::Internal(format!("the fate of files is {other}"))),
        }
    }
}
