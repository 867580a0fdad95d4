//! Times of a file that are older than its upload, as an uploader says them: by the clock of a camera, or by the file's own date.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, SecondsFormat, TimeDelta, Timelike, Utc};
use std::{fmt, str::FromStr};

/// How a time is written that has no zone.
const TIME: &str = "%Y-%m-%dT%H:%M:%S";
/// When photography began, and later than any clock that is wrong by accident.
const YEARS: std::ops::RangeInclusive<i32> = 1826..=2200;
/// Lists go by no year before this one: a clock that was never set says 1826, 1899 or 1601, and no file is so old.
const LISTED_FROM: i32 = 1900;
/// Zones are up to 14 hours apart from UTC, and clocks of cameras are set by hand.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// When a picture was taken: what the clock of the camera said, and how far it was from UTC, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameraTime {
    pub clock: NaiveDateTime,
    pub offset: Option<FixedOffset>,
}

/// The text is no time of a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTime;

impl CameraTime {
    /// In UTC; a clock whose zone nobody knows is taken to be there.
    pub fn utc(self) -> DateTime<Utc> {
        let ahead = self.offset.map_or(0, |offset| offset.local_minus_utc());
        (self.clock - TimeDelta::seconds(ahead.into())).and_utc()
    }
}

/// To the second, such as `2026-07-14T10:22:31` or `2026-07-14T10:22:31+02:00`.
impl FromStr for CameraTime {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let without = NaiveDateTime::parse_from_str(text, TIME).ok().map(|clock| Self { clock, offset: None });
        let zoned = || DateTime::parse_from_rfc3339(text).ok();
        let time = without.or_else(|| zoned().map(|at| Self { clock: at.naive_local(), offset: Some(*at.offset()) }));
        let time = time.filter(|time| YEARS.contains(&time.clock.year()));
        let whole = time.and_then(|time| Some(Self { clock: time.clock.with_nanosecond(0)?, ..time }));
        whole.ok_or(InvalidTime)
    }
}

impl fmt::Display for CameraTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (clock, offset) = (self.clock.format(TIME), self.offset.map(|offset| offset.to_string()));
        write!(formatter, "{clock}{}", offset.unwrap_or_default())
    }
}

/// A file's own date, in UTC, to the millisecond: a time with a zone, as RFC 3339 has it.
pub(super) fn own_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis())
}

pub(super) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// May lists have a file under this time, which was uploaded then? Not before 1900, nor later than a day behind its upload.
pub(super) fn can_be(at: DateTime<Utc>, uploaded_at: DateTime<Utc>) -> bool {
    at.year() >= LISTED_FROM && at <= uploaded_at + AHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cameras_time_is_read_as_it_is_written() {
        for (text, written) in [
            ("2026-07-14T10:22:31", "2026-07-14T10:22:31"),
            ("2026-07-14T10:22:31+02:00", "2026-07-14T10:22:31+02:00"),
            ("2026-07-14T10:22:31.9Z", "2026-07-14T10:22:31+00:00"),
            ("2026-07-14T10:22:31-23:59", "2026-07-14T10:22:31-23:59"),
        ] {
            assert_eq!(text.parse::<CameraTime>().expect(text).to_string(), written);
        }
        for text in [
            "",
            "2026-07-14",
            "2026-07-14 10:22",
            "2026-07-14T10:22:31+99:00",
            "1700-01-01T00:00:00",
            "9999-01-01T00:00:00Z",
        ] {
            assert!(text.parse::<CameraTime>().is_err(), "{text}");
        }
    }
}
