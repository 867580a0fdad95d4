//! The states of a link, and what becomes of whoever comes by it. The transitions between states are in `transition`.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What its owner has done with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum State {
    Active,
    /// Until its owner goes on with it.
    Paused,
    /// For good, but for an Undo.
    Ended,
}

/// Why a link does nothing now, if it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    Paused,
    /// It was ended, its time is over, its folder is gone for ever, or its owner is shut out.
    Ended,
    /// Its folder is in the trash, by itself or with one above it.
    PutAway,
    /// It was downloaded as often as it may be.
    UsedUp,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 3] = [Self::Active, Self::Paused, Self::Ended];

    /// As rows and forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
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
        state.ok_or_else(|| Error::Internal(format!("a share's state is {text}")))
    }
}
