//! When this instance lists the bucket next: once a day while there are uploads, and when there was no room for a ticket.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use tokio::sync::Notify;

/// How old the last sweep may be when somebody uploads.
const EVERY: TimeDelta = TimeDelta::days(1);

/// When the last sweep was (in microseconds since 1970), and what asks for another one.
pub struct Sweeps {
    last: AtomicI64,
    /// When the first and the last of what found no room among the tickets is there, if it ever comes.
    expected: Mutex<Option<(DateTime<Utc>, DateTime<Utc>)>>,
    is_asked: AtomicBool,
    changed: Notify,
}

impl Default for Sweeps {
    fn default() -> Self {
        Self {
            last: AtomicI64::new(i64::MIN),
            expected: Mutex::default(),
            is_asked: AtomicBool::new(false),
            changed: Notify::new(),
        }
    }
}

impl Sweeps {
    /// Somebody uploads, so there is something to be found, now and then.
    pub fn note_activity(&self, now: DateTime<Utc>) {
        let is_old = (now - EVERY).timestamp_micros() >= self.last.load(Ordering::Acquire);
        if is_old && !self.is_asked.swap(true, Ordering::AcqRel) {
            self.changed.notify_one();
        }
    }

    /// There should be one at this time.
    pub fn note_due(&self, at: DateTime<Utc>) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = expected.is_none_or(|(first, _)| at < first);
        let (first, last) = expected.unwrap_or((at, at));
        *expected = Some((first.min(at), last.max(at)));
        drop(expected);
        if is_first {
            self.changed.notify_one();
        }
    }

    /// One that was begun at this time has seen everything.
    pub fn note_end(&self, begun_at: DateTime<Utc>) {
        self.last.fetch_max(begun_at.timestamp_micros(), Ordering::AcqRel);
        self.is_asked.store(false, Ordering::Release);
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        *expected = match *expected {
            Some((first, last)) if first <= begun_at => (last > begun_at).then_some((last, last)),
            kept => kept,
        };
    }

    /// How long until the next one, if there is to be one.
    pub fn due_in(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        if self.is_asked.load(Ordering::Acquire) {
            return Some(TimeDelta::zero());
        }
        let expected = *self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.map(|(first, _)| (first - now).max(TimeDelta::zero()))
    }

    /// Since when there should have been one, by whatever instance.
    pub fn needed(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let expected = *self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.map(|(first, _)| first).filter(|first| *first <= now).unwrap_or(now - EVERY)
    }

    /// Waits until that may have changed.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_764_000_000 + hours * 3_600, 0).expect("a time")
    }

    #[test]
    fn the_bucket_is_listed_once_a_day_and_only_if_somebody_uploads() {
        let sweeps = Sweeps::default();
        sweeps.note_end(at(0));
        assert_eq!(sweeps.due_in(at(1_000)), None, "nobody uploads");
        sweeps.note_activity(at(23));
        assert_eq!(sweeps.due_in(at(23)), None, "it was today");
        sweeps.note_activity(at(24));
        assert_eq!(sweeps.due_in(at(24)), Some(TimeDelta::zero()));
        sweeps.note_end(at(24));
        assert_eq!(sweeps.due_in(at(25)), None);
    }

    #[test]
    fn what_had_no_ticket_is_listed_when_its_time_is_over() {
        let sweeps = Sweeps::default();
        sweeps.note_due(at(3));
        sweeps.note_due(at(2));
        assert_eq!(sweeps.due_in(at(0)), Some(TimeDelta::hours(2)));
        sweeps.note_end(at(1));
        assert_eq!(sweeps.due_in(at(1)), Some(TimeDelta::hours(1)), "that was before");
        sweeps.note_end(at(2));
        assert_eq!(sweeps.due_in(at(2)), Some(TimeDelta::hours(1)), "and the other one");
        sweeps.note_end(at(3));
        assert_eq!(sweeps.due_in(at(3)), None);
    }

    #[tokio::test]
    async fn whoever_waits_is_told_once() {
        let sweeps = Sweeps::default();
        sweeps.note_activity(at(0));
        sweeps.changed().await;
        sweeps.note_activity(at(0));
        sweeps.note_due(at(1));
        sweeps.changed().await;
        assert_eq!(sweeps.due_in(at(0)), Some(TimeDelta::zero()));
    }
}
