//! What a link is of.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What a link is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Shows {
    /// Some files that were chosen.
    Files,
    /// A folder with what is in it now.
    Folder,
}

impl fmt::Display for Shows {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Files => "files",
            Self::Folder => "folder",
        })
    }
}

impl FromStr for Shows {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let shows = [Self::Files, Self::Folder].into_iter().find(|shows| shows.to_string() == text);
        shows.ok_or_else(|| Error::Internal(format!("a share shows {text}")))
    }
}
