//! The store's time, by which it decides whether what is signed still holds.

use super::{Store, clock::TOLD_FROM};
use crate::error::{Result, clocks_in_words};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// How often a store is asked for its time at most, while the clocks differ.
const ASKED_EVERY: Duration = Duration::from_secs(30);

impl Store {
    /// How far the store's clock is ahead of ours; behind, if negative. Whole seconds; zero while they agree within
    /// two.
    pub fn clock_skew(&self) -> TimeDelta {
        self.clock.ahead()
    }

    /// The difference in words, if it is large enough to be told of: “5m behind the store's”.
    pub fn clock_trouble(&self) -> Option<String> {
        let ahead = self.clock.ahead();
        (ahead.abs() > TOLD_FROM).then(|| format!("{} the store's", clocks_in_words(ahead)))
    }

    /// The store's time, by which it decides whether what is signed still holds.
    ///
    /// # Errors
    ///
    /// `Error::ClocksDiffer`: the clocks are more than ten minutes apart.
    pub fn time(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
        if self.clock.ahead() != TimeDelta::zero() {
            self.clock.relied_on.notify_one();
        }
        self.clock.at_the_store(now)
    }

    /// Asks the store for its time after something was signed while the clocks differ, so that it is noticed when
    /// somebody has set one of them: a URL that was signed for a wrong time brings nobody back. Else it waits and asks
    /// nobody. Never ends.
    pub async fn keep_time(&self) {
        let mut skew = self.clock.skew.subscribe();
        while skew.wait_for(|skew| skew.ahead != TimeDelta::zero()).await.is_ok() {
            self.clock.relied_on.notified().await;
            // What it says of the time is taken from its answer; that it does not answer is for others to tell.
            let _ = self.probe().await;
            tokio::time::sleep(ASKED_EVERY).await;
        }
    }
}
