//! What a guest shows whose download of an archive was counted, sealed so that nobody makes up another.

use super::{Share, begun::DownloadNumber};
use crate::{
    config::SessionKey,
    error::Result,
    ids::ShareId,
    web::signed::{open, seal},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What its seal is for, and no other one.
const PURPOSE: &str = "archive";
/// An archive of 20 GB takes five hours at 10 Mbit/s.
const LIFE: TimeDelta = TimeDelta::hours(12);

/// Of one counted download of one link, until its secret or password is another one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Permit {
    share: ShareId,
    secret: i64,
    password: i64,
    until: DateTime<Utc>,
}

impl Permit {
    /// For a download that began then.
    pub fn of(share: &Share, begun: DateTime<Utc>) -> Self {
        let (secret, password) = (share.secret_version(), share.password_version());
        Self { share: share.id(), secret, password, until: begun + LIFE }
    }

    /// As a guest is given it.
    ///
    /// # Errors
    ///
    /// `Internal` when the session key is none.
    pub fn sealed(&self, key: &SessionKey) -> Result<String> {
        seal(key, PURPOSE, self)
    }

    /// That of this link, as it is now, if it is one of ours and not over.
    pub fn open(key: &SessionKey, text: &str, share: &Share, now: DateTime<Utc>) -> Option<Self> {
        let permit: Self = open(key, PURPOSE, text)?;
        let expected = Self { until: permit.until, ..Self::of(share, now) };
        (permit == expected && permit.until > now).then_some(permit)
    }

    /// That of a download of this link that was counted already, if it is not over: its answer was lost.
    pub fn again(share: &Share, number: &DownloadNumber, now: DateTime<Utc>) -> Option<Self> {
        number.begun(share).map(|begun| Self::of(share, begun)).filter(|permit| permit.until > now)
    }
}
