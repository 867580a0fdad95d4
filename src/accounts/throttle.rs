//! Slowing down those who guess: after a few failed attempts each further one has to wait longer.

use crate::error::{Error, Result};
use moka::{ops::compute::Op, sync::Cache};
use std::time::{Duration, Instant};

/// Attempts by name (an account, an address). Each instance counts for itself, in bounded memory.
pub struct Throttle {
    attempts: Cache<String, Attempts>,
    backoff: Backoff,
}

/// Lets `free` attempts through, then doubles the wait from a second up to `longest`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// How many attempts need not wait.
    pub free: u32,
    /// No wait is longer.
    pub longest: Duration,
}

#[derive(Clone, Copy)]
struct Attempts {
    count: u32,
    blocked_until: Instant,
}

/// How long a name is remembered after its last attempt.
const MEMORY: Duration = Duration::from_secs(15 * 60);
const MAX_NAMES: u64 = 100_000;

impl Throttle {
    /// A throttle that remembers no attempt, of up to 100,000 names.
    pub fn new(backoff: Backoff) -> Self {
        Self { attempts: Cache::builder().max_capacity(MAX_NAMES).time_to_idle(MEMORY).build(), backoff }
    }

    /// Counts an attempt of a name before it is made, so that many at once do not slip through together.
    ///
    /// # Errors
    ///
    /// `Error::TooManyAttempts` with how long to wait; then it is not counted.
    pub fn attempt(&self, name: &str, now: Instant) -> Result<()> {
        self.attempt_at(self.backoff, name, now)
    }

    /// Counts an attempt of a name as [`Self::attempt`] does, with a backoff other than the throttle's own.
    ///
    /// # Errors
    ///
    /// `Error::TooManyAttempts` with how long to wait; then it is not counted.
    pub fn attempt_at(&self, backoff: Backoff, name: &str, now: Instant) -> Result<()> {
        let mut refused = None;
        self.attempts.entry_by_ref(name).and_compute_with(|entry| {
            let before = entry.map(|entry| entry.into_value());
            if let Some(blocked) = before.filter(|attempts| attempts.blocked_until > now) {
                refused = Some(blocked.blocked_until - now);
                return Op::Nop;
            }
            let count = before.map_or(0, |attempts| attempts.count).saturating_add(1);
            Op::Put(Attempts { count, blocked_until: now + backoff.wait_after(count) })
        });
        refused.map_or(Ok(()), |wait| Err(Error::TooManyAttempts { retry_after: whole_seconds(wait) }))
    }

    /// Takes an attempt back, which was no guess after all, and lets the name try again at once.
    pub fn take_back(&self, name: &str, now: Instant) {
        self.attempts.entry_by_ref(name).and_compute_with(|entry| match entry.map(|entry| entry.into_value()) {
            Some(attempts) => Op::Put(Attempts { count: attempts.count.saturating_sub(1), blocked_until: now }),
            None => Op::Nop,
        });
    }

    /// Makes a name start afresh, as its attempt succeeded.
    pub fn forgive(&self, name: &str) {
        self.attempts.invalidate(name);
    }

    /// How many attempts are remembered of a name.
    pub fn count(&self, name: &str) -> u32 {
        self.attempts.get(name).map_or(0, |attempts| attempts.count)
    }
}

impl Backoff {
    /// A backoff with its two bounds.
    pub const fn new(free: u32, longest: Duration) -> Self {
        Self { free, longest }
    }

    /// A backoff of what is counted alone: nobody ever waits.
    pub const fn of_a_count() -> Self {
        Self::new(u32::MAX, Duration::ZERO)
    }

    fn wait_after(self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(over) => Duration::from_secs(1 << over.min(20)).min(self.longest),
        }
    }
}

fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower_and_success_forgives() {
        let throttle = Throttle::new(Backoff::new(3, Duration::from_secs(60)));
        let start = Instant::now();
        for _ in 0..3 {
            assert!(throttle.attempt("ada", start).is_ok());
        }
        assert!(throttle.attempt("ada", start).is_err());
        assert!(throttle.attempt("bob", start).is_ok());
        let mut now = start;
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(throttle.attempt("ada", now + Duration::from_millis(wait * 1_000 - 1)).is_err(), "{wait}");
            now += Duration::from_secs(wait);
            assert!(throttle.attempt("ada", now).is_ok(), "{wait}");
        }
        throttle.take_back("ada", now);
        assert!(throttle.attempt("ada", now).is_ok());
        assert!(throttle.attempt("ada", now).is_err());
        throttle.forgive("ada");
        for _ in 0..2 {
            assert!(throttle.attempt("ada", now).is_ok());
        }
    }

    #[test]
    fn a_count_makes_nobody_wait() {
        let (count, now) = (Throttle::new(Backoff::of_a_count()), Instant::now());
        for _ in 0..1_000 {
            assert!(count.attempt("ada", now).is_ok());
        }
        assert_eq!((count.count("ada"), count.count("bob")), (1_000, 0));
    }
}
