//! Uploads that were begun and not confirmed yet, counted in memory for each account, so that nobody begins more than
//! they could ever keep, and nothing has to be asked for it.

use super::ledger::{Begun, Ledger, Sum};
use crate::{
    config::PresignRules,
    error::{Error, Result},
    ids::FileId,
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use moka::{policy::EvictionPolicy, sync::Cache};
use std::{
    hash::Hash,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Accounts that begin uploads at about the same time. Each takes about 200 bytes for an upload that is open, of which
/// `PRESIGN_OPEN` says how many there may be.
const MAX_ACCOUNTS: u64 = 20_000;
/// Parts whose URLs an account may ask for at once: those of three files of 50 GiB.
const PART_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(19_999);
/// And each second after that: at 8 MiB a part, that is more than 30 Gbit/s.
const PARTS_PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(499);

/// What every account, or whoever else `K` names, has begun to upload on this instance: how fast, how many, and how many bytes. In memory alone, so
/// that a restart forgets it; the database still refuses what goes over a quota.
pub struct OpenUploads<K: Hash + Eq> {
    accounts: Cache<K, Arc<Account>>,
    rules: PresignRules,
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
    parts: DefaultDirectRateLimiter,
    open: Mutex<Ledger>,
}

impl<K: Clone + Hash + Eq + Send + Sync + 'static> OpenUploads<K> {
    /// Nothing begun yet. `longest` is how long an upload counts at most.
    pub fn new(rules: PresignRules, longest: Duration) -> Self {
        let accounts = Cache::builder().max_capacity(MAX_ACCOUNTS).eviction_policy(EvictionPolicy::lru());
        Self { accounts: accounts.time_to_idle(longest + Duration::from_secs(60)).build(), rules }
    }

    /// Counts an upload until it ends or expires. Without `room`, there is no quota.
    ///
    /// # Errors
    ///
    /// `TooManyUploads` when too many were begun lately, or are open; `OverQuota` when those that are open leave no
    /// room.
    pub fn begin(&self, owner: K, upload: Begun, room: Option<Room>, now: DateTime<Utc>) -> Result<()> {
        let account = self.account(owner);
        account.rate.check().map_err(|not_yet| too_many(not_yet.wait_time_from(DefaultClock::default().now())))?;
        let mut ledger = account.open.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(&mut ledger, upload.size, room, now)?;
        ledger.count(upload);
        Ok(())
    }

    /// Counts an upload anew, as its URL is signed again.
    ///
    /// # Errors
    ///
    /// `TooManyUploads`, `OverQuota`: as for one that is begun. Then it counts as before.
    pub fn prolong(&self, owner: K, upload: Begun, room: Option<Room>, now: DateTime<Utc>) -> Result<()> {
        let account = self.account(owner);
        account.rate.check().map_err(|not_yet| too_many(not_yet.wait_time_from(DefaultClock::default().now())))?;
        let mut ledger = account.open.lock().unwrap_or_else(PoisonError::into_inner);
        self.recount(&mut ledger, upload, room, now)
    }

    /// Counts an upload that goes on, at least as long as is said. One that does not count, as it was begun on another
    /// instance, or before a restart, or is over, counts until `at_first`, and goes on from there.
    ///
    /// # Errors
    ///
    /// As [`OpenUploads::prolong`], but for uploads that were begun lately.
    pub fn go_on(
        &self,
        owner: K,
        upload: Begun,
        at_first: DateTime<Utc>,
        room: Option<Room>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let account = self.account(owner);
        let mut ledger = account.open.lock().unwrap_or_else(PoisonError::into_inner);
        match ledger.until(upload.file) {
            Some(until) if until >= upload.until => Ok(()),
            Some(_) => self.recount(&mut ledger, upload, room, now),
            None => self.recount(&mut ledger, Begun { until: at_first, ..upload }, room, now),
        }
    }

    /// Counts an upload no more, once it was confirmed or refused, which is for good. What was begun on another
    /// instance is not counted here.
    pub fn end(&self, owner: K, file: FileId) {
        let Some(account) = self.accounts.get(&owner) else { return };
        account.open.lock().unwrap_or_else(PoisonError::into_inner).uncount(file);
    }

    /// Lets an account ask for the URLs of so many parts, or for as much work. Whoever asks for too many at once waits.
    ///
    /// # Errors
    ///
    /// `TooManyUploads` when too many were asked for lately.
    pub fn check_parts(&self, owner: K, count: NonZeroU32) -> Result<()> {
        match self.account(owner).parts.check_n(count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_yet)) => Err(too_many(not_yet.wait_time_from(DefaultClock::default().now()))),
            Err(_) => Err(too_many(Duration::from_secs(60))),
        }
    }

    fn account(&self, owner: K) -> Arc<Account> {
        self.accounts.get_with(owner, || Arc::new(Account::new(self.rules)))
    }

    fn recount(&self, ledger: &mut Ledger, upload: Begun, room: Option<Room>, now: DateTime<Utc>) -> Result<()> {
        let before = ledger.uncount(upload.file);
        let checked = self.check(ledger, upload.size, room, now);
        match checked {
            Ok(()) => ledger.count(upload),
            Err(_) => before.into_iter().for_each(|before| ledger.count(before)),
        }
        checked
    }

    /// Forgets what has expired, and is there room for one more?
    fn check(&self, ledger: &mut Ledger, size: u64, room: Option<Room>, now: DateTime<Utc>) -> Result<()> {
        let Sum { count, bytes, first_expires_in } = ledger.sum(now);
        if count >= self.rules.open.get() as usize {
            return Err(too_many(first_expires_in));
        }
        if let Some(Room { quota, used }) = room {
            let taken = used.as_u64().saturating_add(bytes);
            if taken.saturating_add(size) > quota.as_u64() {
                return Err(Error::OverQuota { quota, used: ByteSize(taken) });
            }
        }
        Ok(())
    }
}

impl Account {
    fn new(rules: PresignRules) -> Self {
        let rate = Quota::per_second(rules.per_second).allow_burst(rules.burst);
        let parts = Quota::per_second(PARTS_PER_SECOND).allow_burst(PART_BURST);
        Self { rate: RateLimiter::direct(rate), parts: RateLimiter::direct(parts), open: Mutex::default() }
    }
}

fn too_many(wait: Duration) -> Error {
    Error::TooManyUploads { retry_after: Duration::from_secs(wait.as_secs_f64().ceil().max(1.0) as u64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{UrlKind::Strict, UserId};

    fn rules(burst: u32, open: u32) -> PresignRules {
        let positive = |number| NonZeroU32::new(number).expect("more than none");
        PresignRules { burst: positive(burst), per_second: positive(1), open: positive(open) }
    }

    fn opened(rules: PresignRules) -> OpenUploads<UserId> {
        OpenUploads::new(rules, Duration::from_secs(172_800))
    }

    fn upload(size: u64, until: i64) -> Begun {
        Begun { file: FileId::generate(Strict), size, until: at(until) }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_764_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn what_is_open_takes_room_until_it_ends_or_expires() {
        let (uploads, owner) = (opened(rules(100, 100)), UserId::generate());
        let room = Some(Room { quota: ByteSize(1_000), used: ByteSize(300) });
        let begin = |upload, now| uploads.begin(owner, upload, room, at(now));
        let first = upload(400, 300);
        assert!(begin(first, 0).is_ok());
        assert!(begin(upload(300, 300), 0).is_ok());
        assert!(begin(upload(1, 300), 0).is_err());
        uploads.end(owner, first.file);
        assert!(begin(upload(400, 310), 10).is_ok());
        assert!(begin(upload(1, 310), 10).is_err());
        assert!(begin(upload(301, 605), 305).is_err(), "not all of it has expired");
        assert!(begin(upload(700, 630), 310).is_ok(), "all of it has");
        let others = UserId::generate();
        assert!(uploads.begin(others, upload(700, 300), room, at(0)).is_ok());
    }

    #[test]
    fn what_goes_on_counts_from_then_on_and_once() {
        let (uploads, owner) = (opened(rules(1, 100)), UserId::generate());
        let room = Some(Room { quota: ByteSize(1_000), used: ByteSize(0) });
        let begun = upload(600, 900);
        assert!(uploads.begin(owner, begun, room, at(0)).is_ok());
        for now in [1, 800, 900, 5_000] {
            let longer = Begun { until: at(10_000), ..begun };
            assert!(uploads.go_on(owner, longer, at(now + 300), room, at(now)).is_ok(), "{now}");
        }
        let others = upload(500, 20_000);
        let go_on = |now| uploads.go_on(owner, others, at(now + 300), room, at(now));
        assert!(go_on(9_999).is_err(), "there is no room for what was begun elsewhere");
        assert!(go_on(10_000).is_ok(), "the first has expired");
        let uploads_of_others = |now| uploads.go_on(owner, upload(600, 20_000), at(now + 300), room, at(now));
        assert!(uploads_of_others(10_299).is_err());
        assert!(uploads_of_others(10_300).is_ok(), "it did not go on");
    }

    #[test]
    fn nothing_is_taken_out_but_what_was_put_in() {
        let (uploads, owner) = (opened(rules(100, 100)), UserId::generate());
        let room = Some(Room { quota: ByteSize(1_000), used: ByteSize(0) });
        let (large, small) = (upload(900, 300), upload(1, 300));
        assert!(uploads.begin(owner, large, room, at(0)).is_ok());
        uploads.end(owner, small.file);
        assert!(uploads.begin(owner, upload(101, 300), room, at(0)).is_err());
        assert!(uploads.begin(owner, small, room, at(0)).is_ok());
        let grown = Begun { size: 100, ..small };
        assert!(uploads.prolong(owner, grown, room, at(0)).is_ok(), "what it takes now");
        assert!(uploads.prolong(owner, Begun { size: 101, ..small }, room, at(0)).is_err());
        assert!(uploads.begin(owner, upload(1, 300), room, at(0)).is_err(), "it counts as before");
    }

    #[test]
    fn no_more_are_open_than_may_be() {
        let (uploads, owner) = (opened(rules(1_000, 3)), UserId::generate());
        let begin = |upload, now| uploads.begin(owner, upload, None, at(now));
        let first = upload(0, 300);
        assert!(begin(first, 0).is_ok());
        assert!((0..2).all(|_| begin(upload(0, 300), 0).is_ok()));
        let Err(Error::TooManyUploads { retry_after }) = begin(upload(0, 360), 60) else { panic!("a fourth") };
        assert_eq!(retry_after.as_secs(), 240);
        uploads.end(owner, first.file);
        assert!(begin(upload(0, 360), 60).is_ok());
        assert!(begin(upload(0, 360), 60).is_err());
        assert!(begin(upload(0, 600), 300).is_ok(), "when it said");
    }

    #[test]
    fn no_more_are_begun_at_once_than_may_be() {
        let (uploads, owner) = (opened(rules(5, 1_000)), UserId::generate());
        let begun = (0..1_000).filter(|_| uploads.begin(owner, upload(0, 300), None, at(0)).is_ok()).count();
        // And those for which there is time meanwhile, on a machine that is busy.
        assert!((5..50).contains(&begun), "{begun}");
    }

    #[test]
    fn what_is_signed_again_counts_once_and_from_then_on() {
        let (uploads, owner) = (opened(rules(100, 100)), UserId::generate());
        let room = Some(Room { quota: ByteSize(1_000), used: ByteSize(0) });
        let first = upload(600, 300);
        let again = |now: i64| uploads.prolong(owner, Begun { until: at(now + 300), ..first }, room, at(now));
        assert!(uploads.begin(owner, first, room, at(0)).is_ok());
        assert!((0..10).all(|now| again(now * 20).is_ok()));
        assert!(uploads.begin(owner, upload(401, 500), room, at(200)).is_err(), "it counts");
        assert!(uploads.begin(owner, upload(400, 500), room, at(200)).is_ok(), "once");
        assert!(uploads.begin(owner, upload(600, 700), room, at(400)).is_err(), "it was prolonged");
        uploads.end(owner, first.file);
        assert!(uploads.begin(owner, upload(600, 700), room, at(400)).is_ok());
        assert!(again(400).is_err(), "there is no room");
    }

    #[test]
    fn the_parts_of_fifty_gigabytes_are_signed_at_once_and_not_without_end() {
        let (uploads, owner) = (opened(rules(100, 100)), UserId::generate());
        let asked = |count: u32| uploads.check_parts(owner, NonZeroU32::new(count).expect("some"));
        assert!((0..200).all(|_| asked(32).is_ok()), "6,400 parts of 8 MiB");
        assert!((0..1_000).any(|_| asked(32).is_err()));
        assert!(uploads.check_parts(UserId::generate(), NonZeroU32::MIN).is_ok());
    }
}
