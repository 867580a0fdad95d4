//! What an account has open, counted by the time at which it expires.

use crate::ids::UrlKind;
use chrono::{DateTime, Utc};
use std::{collections::BTreeMap, time::Duration};

/// Uploads are told apart by the time at which they expire, in so many steps of the longest life.
const STEPS: u64 = 32;

/// An upload that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub kind: UrlKind,
    /// In bytes, as far as it is known.
    pub size: u64,
    /// How long it counts, unless it ends before.
    pub until: DateTime<Utc>,
}

/// How long a step is, in seconds.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// Of uploads by one PUT.
    whole: i64,
    in_parts: i64,
}

/// What is open, by the step in which it expires.
#[derive(Default)]
pub(super) struct Ledger {
    whole: BTreeMap<i64, Open>,
    in_parts: BTreeMap<i64, Open>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Open {
    count: u32,
    bytes: u64,
}

/// All that is open, and how long until the first of it expires.
pub(super) struct Sum {
    pub(super) count: u32,
    pub(super) bytes: u64,
    pub(super) first_expires_in: Duration,
}

impl Steps {
    /// For uploads that count so long at most, by one PUT and in parts.
    pub(super) fn of((whole, in_parts): (Duration, Duration)) -> Self {
        let step = |life: Duration| i64::try_from(life.as_secs().div_ceil(STEPS)).unwrap_or(i64::MAX).max(1);
        Self { whole: step(whole), in_parts: step(in_parts) }
    }
}

impl Ledger {
    /// Forgets what has expired, and sums up the rest.
    pub(super) fn sum(&mut self, lengths: Steps, now: DateTime<Utc>) -> Sum {
        let (mut count, mut bytes, mut first) = (0_u32, 0_u64, None::<i64>);
        for (steps, length) in [(&mut self.whole, lengths.whole), (&mut self.in_parts, lengths.in_parts)] {
            let step_now = step_of(now, length);
            steps.retain(|step, open| *step >= step_now && open.count > 0);
            for open in steps.values() {
                (count, bytes) = (count.saturating_add(open.count), bytes.saturating_add(open.bytes));
            }
            let next = steps.keys().next().map(|step| (step + 1) * length - now.timestamp());
            first = first.into_iter().chain(next).min();
        }
        let seconds = first.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(1);
        Sum { count, bytes, first_expires_in: Duration::from_secs(seconds) }
    }

    pub(super) fn count(&mut self, lengths: Steps, upload: Begun) {
        let (steps, length) = self.steps_of(lengths, upload.kind);
        let open = steps.entry(step_of(upload.until, length)).or_default();
        (open.count, open.bytes) = (open.count.saturating_add(1), open.bytes.saturating_add(upload.size));
    }

    /// Takes an upload from its step; or, where that has none, from the next one that has one as large, as it was prolonged.
    /// Says whether there was one.
    pub(super) fn uncount(&mut self, lengths: Steps, upload: Begun) -> bool {
        let (steps, length) = self.steps_of(lengths, upload.kind);
        let from = step_of(upload.until, length);
        let is_in = |step: i64, open: &Open| open.count > 0 && (step == from || open.bytes >= upload.size);
        let Some((_, open)) = steps.range_mut(from..).find(|(step, open)| is_in(**step, open)) else { return false };
        (open.count, open.bytes) = (open.count - 1, open.bytes.saturating_sub(upload.size));
        true
    }

    fn steps_of(&mut self, lengths: Steps, kind: UrlKind) -> (&mut BTreeMap<i64, Open>, i64) {
        match kind {
            UrlKind::Strict | UrlKind::Loose => (&mut self.whole, lengths.whole),
            UrlKind::Parts => (&mut self.in_parts, lengths.in_parts),
        }
    }
}

fn step_of(at: DateTime<Utc>, length: i64) -> i64 {
    at.timestamp().div_euclid(length)
}
