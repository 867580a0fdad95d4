//! What an account may do.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What an account may do: members have their own files; administrators see everyone's, and change accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Role {
    Member,
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Member => "member",
            Self::Admin => "admin",
        })
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "member" => Ok(Self::Member),
            "admin" => Ok(Self::Admin),
            other => Err(Error::Internal(format!("a user's role is {other}"))),
        }
    }
}
