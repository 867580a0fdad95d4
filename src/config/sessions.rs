//! How long somebody stays signed in.

use super::values::Values;
use chrono::TimeDelta;
use std::time::Duration;

/// For how long a session holds, and what is known of one.
#[derive(Clone, Copy, Debug)]
pub struct SessionRules {
    /// How long somebody stays signed in without coming back, 5 minutes to 365 days.
    pub idle: TimeDelta,
    /// How long somebody stays signed in at most, 5 minutes to 365 days.
    pub max_age: TimeDelta,
    /// How long those who are known may go on while the database is away, counted from when it was asked the last time;
    /// at most an hour.
    pub grace: TimeDelta,
    /// How long what was found about who may enter is believed without asking again. No setting: 30 seconds are
    /// promised to operators.
    pub memory: TimeDelta,
}

pub(super) fn read(values: &mut Values) -> SessionRules {
    let mut from_to = |name: &str, least: u64, most: u64, words: &str| {
        let duration = values.duration(name);
        if !(least..=most).contains(&duration.as_secs()) {
            values.problem(&format!("{name} must be {words}."));
        }
        TimeDelta::from_std(duration.min(Duration::from_secs(most))).unwrap_or_default()
    };
    SessionRules {
        idle: from_to("SESSION_IDLE", 300, 31_536_000, "from 5m to 365days"),
        max_age: from_to("SESSION_MAX_AGE", 300, 31_536_000, "from 5m to 365days"),
        grace: from_to("SESSION_GRACE", 0, 3_600, "from 0s to 1h"),
        memory: TimeDelta::seconds(30),
    }
}

impl SessionRules {
    /// How often a session that is used is prolonged: a fourteenth of what it may be idle, and at least daily.
    pub fn step(&self) -> TimeDelta {
        (self.idle / 14).min(TimeDelta::days(1))
    }
}
