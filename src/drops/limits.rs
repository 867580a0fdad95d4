//! What may come by a link, and what its senders are asked.

use crate::error::{Error, Result};
use bytesize::ByteSize;
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What may come by a link, beside what may be uploaded here at all. `None`: no limit of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub files: Option<u64>,
    /// Of all together.
    pub bytes: Option<ByteSize>,
    /// Of each file.
    pub file_bytes: Option<ByteSize>,
}

/// Whether senders are asked to say something of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Asks {
    Off,
    Optional,
    Required,
}

impl Asks {
    /// Every one there is, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Off, Self::Optional, Self::Required];

    /// As rows and forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }

    /// As a form offers it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Off => "No",
            Self::Optional => "If they like",
            Self::Required => "Always",
        }
    }
}

impl fmt::Display for Asks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Asks {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let asks = Self::ALL.into_iter().find(|asks| asks.as_str() == text);
        asks.ok_or_else(|| Error::Internal(format!("a link asks its senders {text}")))
    }
}
