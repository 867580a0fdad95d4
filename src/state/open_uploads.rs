//! Uploads that were begun and not confirmed yet, counted in memory for each account, so that nobody begins more than
//! they could ever keep, and nothing has to be asked for it.

use crate::{
    config::PresignRules,
    error::{Error, Result},
    ids::UserId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use moka::{policy::EvictionPolicy, sync::Cache};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Accounts that begin uploads at about the same time. Each takes less than 2 KiB, however many uploads it has begun.
const MAX_ACCOUNTS: u64 = 20_000;
/// An account's uploads are told apart by the time at which their URLs expire, in so many steps of the longest life.
const STEPS: u64 = 32;

/// What every account has begun to upload on this instance: how fast, how many, and how many bytes. In memory alone, so
/// that a restart forgets it; the database still refuses what goes over a quota.
pub struct OpenUploads {
    accounts: Cache<UserId, Arc<Account>>,
    rules: PresignRules,
    /// In seconds.
    step: i64,
}

/// How much an account may store, and how much it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// What it may store at most.
    pub quota: ByteSize,
    /// What it has stored, without what is on its way.
    pub used: ByteSize,
}

struct Account {
    rate: DefaultDirectRateLimiter,
    /// What is open, by the step in which it expires.
    open: Mutex<BTreeMap<i64, Open>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Open {
    count: u32,
    bytes: u64,
}

impl OpenUploads {
    /// Nothing begun yet. `longest_life` is that of an upload's URL.
    pub fn new(rules: PresignRules, longest_life: Duration) -> Self {
        let accounts = Cache::builder().max_capacity(MAX_ACCOUNTS).eviction_policy(EvictionPolicy::lru());
        Self {
            accounts: accounts.time_to_idle(longest_life + Duration::from_secs(60)).build(),
            rules,
            step: i64::try_from(longest_life.as_secs().div_ceil(STEPS)).unwrap_or(i64::MAX).max(1),
        }
    }

    /// Counts an upload of `size` bytes that may be made until its URL expires. Without `room`, there is no quota.
    ///
    /// # Errors
    ///
    /// `TooManyUploads` when too many were begun lately, or are open; `OverQuota` when those that are open leave no
    /// room.
    pub fn begin(
        &self,
        owner: UserId,
        size: u64,
        room: Option<Room>,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let account = self.accounts.get_with(owner, || Arc::new(Account::new(self.rules)));
        account.rate.check().map_err(|not_yet| too_many(not_yet.wait_time_from(DefaultClock::default().now())))?;
        let mut open = account.open.lock().unwrap_or_else(PoisonError::into_inner);
        let step_now = self.step_of(now);
        while open.first_key_value().is_some_and(|(step, _)| *step < step_now) {
            open.pop_first();
        }
        let (mut count, mut bytes) = (0_u32, 0_u64);
        for step in open.values() {
            (count, bytes) = (count.saturating_add(step.count), bytes.saturating_add(step.bytes));
        }
        if count >= self.rules.open.get() {
            let first = open.keys().next().map_or(1, |step| (step + 1) * self.step - now.timestamp());
            return Err(too_many(Duration::from_secs(u64::try_from(first).unwrap_or(1))));
        }
        if let Some(Room { quota, used }) = room {
            let taken = used.as_u64().saturating_add(bytes);
            if taken.saturating_add(size) > quota.as_u64() {
                return Err(Error::OverQuota { quota, used: ByteSize(taken) });
            }
        }
        let step = open.entry(self.step_of(expires_at)).or_default();
        (step.count, step.bytes) = (step.count + 1, step.bytes.saturating_add(size));
        Ok(())
    }

    /// Counts an upload no more, once it was confirmed or refused, which is for good. What was begun on another
    /// instance is not counted here.
    pub fn end(&self, owner: UserId, size: u64, expires_at: DateTime<Utc>) {
        let Some(account) = self.accounts.get(&owner) else { return };
        let mut open = account.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(step) = open.get_mut(&self.step_of(expires_at)) {
            (step.count, step.bytes) = (step.count.saturating_sub(1), step.bytes.saturating_sub(size));
        }
    }

    fn step_of(&self, at: DateTime<Utc>) -> i64 {
        at.timestamp().div_euclid(self.step)
    }
}

impl Account {
    fn new(rules: PresignRules) -> Self {
        let rate = Quota::per_second(rules.per_second).allow_burst(rules.burst);
        Self { rate: RateLimiter::direct(rate), open: Mutex::default() }
    }
}

fn too_many(wait: Duration) -> Error {
    Error::TooManyUploads { retry_after: Duration::from_secs(wait.as_secs_f64().ceil().max(1.0) as u64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn rules(burst: u32, open: u32) -> PresignRules {
        let positive = |number| NonZeroU32::new(number).expect("more than none");
        PresignRules { burst: positive(burst), per_second: positive(1), open: positive(open) }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_764_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn what_is_open_takes_room_until_it_ends_or_expires() {
        let (uploads, owner) = (OpenUploads::new(rules(100, 100), Duration::from_secs(300)), UserId::generate());
        let room = Some(Room { quota: ByteSize(1_000), used: ByteSize(300) });
        let begin = |size, now| uploads.begin(owner, size, room, at(now + 300), at(now));
        assert!(begin(400, 0).is_ok());
        assert!(begin(300, 0).is_ok());
        assert!(begin(1, 0).is_err());
        uploads.end(owner, 400, at(300));
        assert!(begin(400, 10).is_ok());
        assert!(begin(1, 10).is_err());
        assert!(begin(300, 305).is_err(), "not all of it has expired");
        assert!(begin(700, 330).is_ok(), "all of it has");
        let others = UserId::generate();
        assert!(uploads.begin(others, 700, room, at(300), at(0)).is_ok());
    }

    #[test]
    fn no_more_are_open_than_may_be() {
        let (uploads, owner) = (OpenUploads::new(rules(1_000, 3), Duration::from_secs(300)), UserId::generate());
        let begin = |now: i64| uploads.begin(owner, 0, None, at(now + 300), at(now));
        assert!((0..3).all(|_| begin(0).is_ok()));
        let Err(Error::TooManyUploads { retry_after }) = begin(60) else { panic!("a fourth") };
        assert!((240..=250).contains(&retry_after.as_secs()), "{retry_after:?}");
        uploads.end(owner, 0, at(300));
        assert!(begin(60).is_ok());
        assert!(begin(60).is_err());
        assert!(begin(60 + i64::try_from(retry_after.as_secs()).expect("short")).is_ok(), "when it said");
    }

    #[test]
    fn no_more_are_begun_at_once_than_may_be() {
        let (uploads, owner) = (OpenUploads::new(rules(5, 1_000), Duration::from_secs(300)), UserId::generate());
        let begun = (0..1_000).filter(|_| uploads.begin(owner, 0, None, at(300), at(0)).is_ok()).count();
        // And those for which there is time meanwhile, on a machine that is busy.
        assert!((5..50).contains(&begun), "{begun}");
    }
}
