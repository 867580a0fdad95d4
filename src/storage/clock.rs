//! How far the store's clock is from ours, learned from the `Date` of its answers, so that what we sign is of its time.

use crate::error::{Error, Result, clocks_in_words};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, header::DATE};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// A `Date` is of whole seconds, and clocks that are kept right may be this far apart.
const TOLERANCE: TimeDelta = TimeDelta::seconds(2);
/// From here on the difference is told.
pub(super) const TOLD_FROM: TimeDelta = TimeDelta::seconds(30);
/// Stores take what is signed within 15 minutes of their time:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>. Beyond this, somebody has to set a clock.
const MOST: TimeDelta = TimeDelta::minutes(10);

/// The store's clock, as far as it is known. A store that says no `Date` is taken to have ours.
pub(super) struct Clock {
    pub(super) skew: watch::Sender<Skew>,
    /// Notified when something is signed for a time that is not ours.
    pub(super) relied_on: Notify,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Skew {
    /// How far the store's clock is ahead of ours; behind, if negative. Whole seconds.
    pub(super) ahead: TimeDelta,
    told: TimeDelta,
    /// When an answer came that taught it.
    learned_at: Option<Instant>,
}

/// When a request of ours went, and how long its answer took.
#[derive(Clone, Copy)]
pub(super) struct Exchange {
    /// By the clock that may be wrong.
    pub(super) sent: DateTime<Utc>,
    /// By one that never jumps.
    pub(super) begun: Instant,
    pub(super) took: Duration,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { skew: watch::Sender::new(Skew::default()), relied_on: Notify::new() }
    }

    pub(super) fn ahead(&self) -> TimeDelta {
        self.skew.borrow().ahead
    }

    /// Takes the `Date` of an answer. It changes what is known only if it cannot be so; and not by an answer that comes late,
    /// to a request that was sent before what is known was learned: the clock may have been set meanwhile.
    pub(super) fn learn(&self, headers: &HeaderMap, exchange: Exchange) {
        let date = headers.get(DATE).and_then(|date| DateTime::parse_from_rfc2822(date.to_str().ok()?).ok());
        let Some(date) = date.map(|date| date.to_utc()) else { return };
        let Exchange { sent, begun, took } = exchange;
        let (least, most) = (date - (sent + took), date + TimeDelta::seconds(1) - sent);
        self.skew.send_if_modified(|skew| {
            let is_late = skew.learned_at.is_some_and(|learned_at| begun < learned_at);
            if is_late || (least - TOLERANCE..=most + TOLERANCE).contains(&skew.ahead) {
                return false;
            }
            skew.learned_at = Some(begun + took);
            let middle = TimeDelta::seconds(((least + most) / 2).num_seconds());
            skew.ahead = if middle.abs() <= TOLERANCE { TimeDelta::zero() } else { middle };
            skew.tell();
            true
        });
    }

    /// The store's time.
    ///
    /// # Errors
    ///
    /// The clocks differ by more than ten minutes.
    pub(super) fn at_the_store(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
        let ahead = self.ahead();
        if ahead.abs() > MOST {
            return Err(Error::ClocksDiffer { store_ahead: ahead });
        }
        Ok(now + ahead)
    }
}

impl Skew {
    /// Once, and again when it is another.
    fn tell(&mut self) {
        let (is_far, was_far) = (self.ahead.abs() > TOLD_FROM, self.told.abs() > TOLD_FROM);
        if is_far && (self.ahead - self.told).abs() > TOLD_FROM {
            let words = clocks_in_words(self.ahead);
            tracing::warn!(
                "this machine's clock is {words} the store's; signatures allow for it. Set the one that is wrong"
            );
            self.told = self.ahead;
        } else if was_far && !is_far {
            tracing::info!("this machine's clock and the store's agree again");
            self.told = TimeDelta::zero();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(date: DateTime<Utc>) -> HeaderMap {
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        HeaderMap::from_iter([(DATE, date.parse().expect("a header"))])
    }

    #[test]
    fn only_a_date_that_cannot_be_so_changes_what_is_known() {
        let (clock, start) = (Clock::new(), DateTime::from_timestamp(1_764_000_000, 900_000_000).expect("a time"));
        let learn = |store_ahead: i64, took: u64| {
            let exchange = Exchange { sent: start, begun: Instant::now(), took: Duration::from_secs(took) };
            clock.skew.send_modify(|skew| skew.learned_at = None);
            clock.learn(&headers(start + TimeDelta::seconds(store_ahead)), exchange);
            clock.ahead().num_seconds()
        };
        assert_eq!(learn(0, 0), 0);
        assert_eq!(learn(-2, 0), 0, "within the tolerance");
        assert_eq!(learn(10, 15), 0, "an answer that took its time tells nothing against it");
        assert_eq!(learn(300, 0), 299, "truncated to the second");
        assert_eq!(learn(301, 0), 299, "as near as can be told");
        assert_eq!(learn(-300, 2), -301);
        assert_eq!(learn(1, 0), 0);
    }

    #[test]
    fn an_answer_that_comes_late_teaches_nothing() {
        let (clock, now) = (Clock::new(), DateTime::from_timestamp(1_764_000_000, 0).expect("a time"));
        let (first, second) = (Instant::now(), Instant::now() + Duration::from_millis(1));
        let learn = |store_ahead: i64, begun: Instant, took: u64| {
            let exchange = Exchange { sent: now, begun, took: Duration::from_millis(took) };
            clock.learn(&headers(now + TimeDelta::seconds(store_ahead)), exchange);
            clock.ahead().num_seconds()
        };
        assert_eq!(learn(660, first, 0), 660);
        assert_eq!(learn(0, second, 1), 0, "the clock was set");
        assert_eq!(learn(660, first, 5), 0, "sent before that was learned");
        assert_eq!(learn(300, second + Duration::from_millis(2), 0), 300);
    }

    #[test]
    fn over_ten_minutes_nothing_is_signed_and_a_store_without_a_date_has_our_time() {
        let (clock, now) = (Clock::new(), DateTime::from_timestamp(1_764_000_000, 0).expect("a time"));
        let exchange = || Exchange { sent: now, begun: Instant::now(), took: Duration::ZERO };
        clock.learn(&HeaderMap::new(), exchange());
        assert!(clock.at_the_store(now).is_ok_and(|time| time == now));
        for (ahead, fine) in [(580, true), (-580, true), (670, false), (-670, false)] {
            clock.learn(&headers(now + TimeDelta::seconds(ahead)), exchange());
            assert_eq!(clock.at_the_store(now).is_ok(), fine, "{ahead}");
        }
        let words = clock.at_the_store(now).expect_err("too far").to_string();
        assert!(words.contains("11m"), "{words}");
        assert!(words.contains("ahead of"), "{words}");
    }
}
