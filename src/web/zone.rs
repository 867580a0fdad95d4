//! In which time zone somebody reads times: told once by the browser in a cookie; UTC without a script.

use crate::database;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use std::future::{Ready, ready};

/// The browser's `Intl.DateTimeFormat().resolvedOptions().timeZone`, such as `Europe/Berlin`: `static/js/page/zone.js`.
const COOKIE: &str = "cloakroom_zone";

/// A time zone with its history and its future, as the IANA's database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

/// Who reads times: from which zone, and when.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    pub zone: Zone,
    pub now: DateTime<Utc>,
}

/// A day as somebody lives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Today,
    Yesterday,
    On(NaiveDate),
}

impl Zone {
    /// Where days begin at midnight of Greenwich.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone of this name, or else UTC.
    fn named(name: &str) -> Self {
        name.parse().map_or(Self::UTC, Self)
    }

    /// Which day it is there.
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// Which day it is there, seen from `now`.
    pub fn when(self, at: DateTime<Utc>, now: DateTime<Utc>) -> When {
        When::of(self.day(at), self.day(now))
    }

    /// When a day begins there: at midnight, or when the clocks that were put forward over it begin again.
    pub fn beginning(self, day: NaiveDate) -> DateTime<Utc> {
        let at = |hour| day.and_hms_opt(hour, 0, 0).and_then(|time| time.and_local_timezone(self.0).earliest());
        let begun = at(0).or_else(|| at(1)).or_else(|| at(2));
        begun.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |begun| begun.to_utc())
    }

    /// A time as this zone's clocks show it. `format` is chrono's.
    pub fn format(self, at: DateTime<Utc>, format: &str) -> String {
        at.with_timezone(&self.0).format(format).to_string()
    }

    /// Is it UTC, which has to be said?
    pub fn is_utc(self) -> bool {
        self == Self::UTC
    }
}

impl When {
    /// A day, seen from another.
    pub fn of(day: NaiveDate, today: NaiveDate) -> Self {
        match today.checked_sub_days(Days::new(1)) {
            _ if day == today => Self::Today,
            Some(yesterday) if day == yesterday => Self::Yesterday,
            _ => Self::On(day),
        }
    }
}

impl Reader {
    /// Somebody of whom nothing is known, to whom no day is today.
    pub const ANYBODY: Self = Self { zone: Zone::UTC, now: DateTime::UNIX_EPOCH };
}

impl Reader {
    /// Who made a request, as the browser told.
    pub fn of(request: &HttpRequest) -> Self {
        let zone = request.cookie(COOKIE).map_or(Zone::UTC, |cookie| Zone::named(cookie.value()));
        Self { zone, now: database::now() }
    }
}

impl FromRequest for Reader {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_somebody_lives() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect(text);
        let (late, now) = (at("2026-11-23T23:30:00Z"), at("2026-11-24T09:00:00Z"));
        assert_eq!(Zone::UTC.when(late, now), When::Yesterday);
        assert_eq!(Zone::named("Europe/Berlin").when(late, now), When::Today);
        assert_eq!(Zone::named("America/New_York").format(late, "%H:%M"), "18:30");
        let day = NaiveDate::from_ymd_opt(2026, 9, 6).expect("a day");
        // Midnight was left out in Santiago.
        assert_eq!(Zone::named("America/Santiago").beginning(day), at("2026-09-06T04:00:00Z"));
        assert_eq!(Zone::named("Europe/Berlin").beginning(day), at("2026-09-05T22:00:00Z"));
        for name in ["", "Middle/Earth", "../../etc/passwd", "\u{0}"] {
            assert_eq!(Zone::named(name), Zone::UTC, "{name:?}");
        }
    }
}
