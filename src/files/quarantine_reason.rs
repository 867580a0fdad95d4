//! What was in the way of a file that was found in the bucket, where nobody could be asked.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// Why a file was put aside that was found without anybody confirming it. Rows have it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum QuarantineReason {
    /// Its owner has no room for it, and is charged for it all the same.
    OverQuota,
    /// There is no account with the id that its key names.
    UnknownOwner,
    /// It is larger than files may be.
    TooLarge,
    /// Files of its type are not taken.
    TypeNotAllowed,
    /// Its readers would get other bytes than those that are stored, or its bytes contradict its type where anyone may read them.
    Unacceptable,
}

impl QuarantineReason {
    /// Every reason there is.
    pub const ALL: [Self; 5] =
        [Self::OverQuota, Self::UnknownOwner, Self::TooLarge, Self::TypeNotAllowed, Self::Unacceptable];

    /// The reason that a refusal is, if it is one.
    pub fn of(refusal: &Error) -> Option<Self> {
        match refusal {
            Error::OverQuota { .. } => Some(Self::OverQuota),
            Error::NotFound => Some(Self::UnknownOwner),
            Error::TooLarge(_) => Some(Self::TooLarge),
            Error::TypeNotAllowed(_) => Some(Self::TypeNotAllowed),
            Error::Unacceptable { .. } => Some(Self::Unacceptable),
            _ => None,
        }
    }

    /// As rows have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OverQuota => "over_quota",
            Self::UnknownOwner => "unknown_owner",
            Self::TooLarge => "too_large",
            Self::TypeNotAllowed => "type_not_allowed",
            Self::Unacceptable => "unacceptable",
        }
    }

    /// As pages say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::OverQuota => "It arrived without being confirmed, and its owner has no room for it.",
            Self::UnknownOwner => "It belongs to an account that is not known here.",
            Self::TooLarge => "It arrived without being confirmed, and is larger than files may be.",
            Self::TypeNotAllowed => "It arrived without being confirmed, and files of its type are not taken.",
            Self::Unacceptable => "It arrived without being confirmed, and does not fit its type.",
        }
    }
}

impl fmt::Display for QuarantineReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for QuarantineReason {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let reason = Self::ALL.into_iter().find(|reason| reason.as_str() == text);
        reason.ok_or_else(|| Error::Internal(format!("a file is in quarantine for {text}")))
    }
}
