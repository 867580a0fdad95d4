//! The states of a file. The transitions between them are in `transition`, each naming the state it leaves.
//!
//! ```text
//!  (object) -> Ready <-> Trashed -> Purging -> gone
//!               ^
//!               v
//!          Quarantined ----------> Purging
//! ```

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// Where a file is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum State {
    /// Listed, read and shared.
    Ready,
    /// Kept for [`TRASH_KEEPS`](super::transition::TRASH_KEEPS), in which its owner may take it back.
    Trashed,
    /// Its first bytes contradict its type.
    Quarantined,
    /// On its way out: first the object goes, then the row.
    Purging,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Trashed, Self::Quarantined, Self::Purging];

    /// As rows and addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Trashed => "trashed",
            Self::Quarantined => "quarantined",
            Self::Purging => "purging",
        }
    }

    /// As a filter offers it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Trashed => "Trashed",
            Self::Quarantined => "Quarantined",
            Self::Purging => "Purging",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let state = Self::ALL.into_iter().find(|state| state.as_str() == text);
        state.ok_or_else(|| Error::Internal(format!("a file's state is {text}")))
    }
}
