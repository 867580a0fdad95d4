//! What somebody may do in a folder that is shared with them.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What somebody may do in a folder that is shared with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Role {
    /// Look at what is in it, and download it.
    #[default]
    Viewer,
    /// Add files to it as well, and put those away again.
    Contributor,
}

impl Role {
    pub const ALL: [Self; 2] = [Self::Viewer, Self::Contributor];

    /// As rows and forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
        }
    }

    /// As people choose it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Viewer => "Can look",
            Self::Contributor => "Can add files",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let role = Self::ALL.into_iter().find(|role| role.as_str() == text);
        role.ok_or_else(|| Error::Malformed("What somebody may do is neither viewer nor contributor.".into()))
    }
}
