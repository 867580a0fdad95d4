//! When a second look at a file is expected, kept until then whatever becomes of whoever said so.

use chrono::{DateTime, Utc};
use std::sync::atomic::{AtomicI64, Ordering};

/// The first look that is expected, in microseconds since 1970. By the time that it is due, the database knows of the
/// others.
pub struct NextLook(AtomicI64);

impl Default for NextLook {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MAX))
    }
}

impl NextLook {
    /// Expects a look at a time. Says whether it is before all others that are expected.
    pub fn note(&self, at: DateTime<Utc>) -> bool {
        at.timestamp_micros() < self.0.fetch_min(at.timestamp_micros(), Ordering::AcqRel)
    }

    /// The first look that is expected after now, forgetting what was expected until now.
    pub fn after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is_over = |at: i64| (at <= now.timestamp_micros()).then_some(i64::MAX);
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, is_over) {
            Ok(_) | Err(i64::MAX) => None,
            Err(at) => DateTime::from_timestamp_micros(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    /// Whoever expected it may have been broken off before the database shows its file.
    #[test]
    fn an_expected_look_is_kept_until_its_time() {
        let (next, start) = (NextLook::default(), DateTime::from_timestamp(1_764_000_000, 0).expect("a time"));
        let at = |minutes| start + TimeDelta::minutes(minutes);
        let expected = |minutes| next.after(at(minutes)).map(|at| (at - start).num_minutes());
        assert_eq!(expected(0), None);
        assert!(next.note(at(65)));
        assert!(!next.note(at(66)));
        assert_eq!((expected(0), expected(64)), (Some(65), Some(65)));
        assert_eq!((expected(65), expected(65)), (None, None));
        assert!(next.note(at(66)), "and then the next one");
    }
}
