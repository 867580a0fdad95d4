//! A user, as everyone but the database knows them.

use super::{Role, entity::user};
use crate::{error::Result, ids::UserId};
use chrono::{DateTime, Utc};

/// A user as lists show them.
#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// The sum of the sizes of its files.
    pub used_bytes: u64,
    /// Its own quota, in bytes; `None`: the installation's default.
    pub quota: Option<u64>,
    pub disabled: bool,
    /// Without one, nobody can sign in yet.
    pub has_password: bool,
    pub created_at: DateTime<Utc>,
    /// To within an hour; `None`: never.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Are its pictures sent without the place where they were taken?
    pub removes_place: bool,
}

impl User {
    /// Whether somebody can sign in with it: `enabled`, `disabled` or `no password yet`.
    pub fn state_in_words(&self) -> &'static str {
        match (self.disabled, self.has_password) {
            (true, _) => "disabled",
            (false, true) => "enabled",
            (false, false) => "no password yet",
        }
    }

    pub(super) fn from_row(row: user::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            used_bytes: u64::try_from(row.used_bytes).unwrap_or_default(),
            quota: row.quota.and_then(|quota| u64::try_from(quota).ok()),
            disabled: row.disabled_at.is_some(),
            has_password: row.password_hash.is_some(),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            removes_place: row.removes_place,
        })
    }
}
