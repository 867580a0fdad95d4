//! A line in the log once a minute, however often its cause comes back.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How far apart two lines of one trouble are at least.
const APART: Duration = Duration::from_secs(60);

/// One kind of line. A `static` beside the place that writes it.
#[derive(Default)]
pub struct LogLimit(Mutex<Told>);

#[derive(Default)]
struct Told {
    last: Option<Instant>,
    kept_back: u64,
}

impl LogLimit {
    /// A limit whose first line is written at once.
    pub const fn new() -> Self {
        Self(Mutex::new(Told { last: None, kept_back: 0 }))
    }

    /// `None` when the line was written less than a minute ago; else how often it was kept back since, which the line
    /// should tell: `if let Some(kept_back) = LIMIT.pass(Instant::now()) { tracing::error!(kept_back, "…") }`.
    pub fn pass(&self, now: Instant) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if told.last.is_some_and(|last| now.saturating_duration_since(last) < APART) {
            told.kept_back += 1;
            return None;
        }
        told.last = Some(now);
        Some(std::mem::take(&mut told.kept_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_once_a_minute_and_says_how_often_it_was_kept_back() {
        let (limit, start) = (LogLimit::new(), Instant::now());
        let at = |seconds| limit.pass(start + Duration::from_secs(seconds));
        assert_eq!([at(0), at(0), at(30), at(59)], [Some(0), None, None, None]);
        assert_eq!([at(60), at(61), at(119), at(500)], [Some(3), None, None, Some(2)]);
    }
}
