//! The days that a list is narrowed down to, as its address has them.

use crate::{
    error::{Error, Result},
    web::{Address, zone::Zone},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

/// From a moment on, and before another; `None` is any.
pub type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// When the first day begins and when the last one has ended, of somebody whose days begin in a time zone.
///
/// # Errors
///
/// `Malformed`, with what to write instead, for a program.
pub fn read(address: &mut Address, (from, to): (&str, &str), zone: Zone) -> Result<Span> {
    let from = address.read("from", from, day)?;
    let mut last = address.read("to", to, day)?;
    if from.zip(last).is_some_and(|(from, last)| from > last) {
        last = address
            .read("to", to, |_| Err(Error::Malformed("The first day is after the last one. Swap them.".into())))?;
    }
    let until = last.and_then(|day| day.checked_add_days(Days::new(1)));
    Ok((from.map(|day| zone.beginning(day)), until.map(|day| zone.beginning(day))))
}

/// Days as addresses have them, in words.
pub fn in_words(from: &str, to: &str) -> String {
    let day = |text: &str| match text.parse::<NaiveDate>() {
        Ok(day) => day.format("%-d %b %Y").to_string(),
        Err(_) => text.to_owned(),
    };
    match (from, to) {
        ("", "") => "Date".to_owned(),
        (from, "") => format!("Since {}", day(from)),
        ("", to) => format!("Until {}", day(to)),
        (from, to) if from == to => day(from),
        (from, to) => format!("{} to {}", day(from), day(to)),
    }
}

fn day(text: &str) -> Result<NaiveDate> {
    let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let parsed = parsed.filter(|day| (0..10_000).contains(&day.year()));
    parsed.ok_or_else(|| Error::Malformed("A date must be written such as 2026-11-24.".into()))
}
