//! What forms of links of either kind have in common: when a link ends, and its password.

use crate::{
    error::{Error, Result},
    web::{Fields, Reader},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

/// The last year that an end may be in.
const LAST_YEAR: &str = "9999-12-31";

/// When a link ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Never,
    At(DateTime<Utc>),
    /// When it did.
    Kept,
}

/// What becomes of a link's password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    None,
    /// What it is; a link that has none yet needs one.
    Kept,
    New(String),
}

/// A password as it is kept.
pub enum Hashed {
    None,
    Kept,
    New(String),
}

/// The ends that a form offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Day,
    Week,
    Month,
    /// A day that stands in a field of its own.
    Date,
    Never,
}

impl Span {
    /// Every one there is, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Date, Self::Never];

    /// As forms have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "1d",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Date => "date",
            Self::Never => "never",
        }
    }

    /// As a form offers it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Day => "1 day",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Date => "On a day",
            Self::Never => "Never",
        }
    }

    /// How long it is from now on, if that is what it says.
    pub fn lasts(self) -> Option<TimeDelta> {
        match self {
            Self::Day => Some(TimeDelta::days(1)),
            Self::Week => Some(TimeDelta::days(7)),
            Self::Month => Some(TimeDelta::days(30)),
            Self::Date | Self::Never => None,
        }
    }
}

/// A text of a form, without blanks at its ends.
///
/// # Errors
///
/// `Unacceptable`, in these words, for one that has too many characters.
pub fn link_text(fields: &Fields, name: &str, most: usize, words: &str) -> Result<String> {
    let text = fields.text(name);
    let fits = text.chars().count() <= most;
    fits.then(|| text.to_owned()).ok_or_else(|| Error::unacceptable("bad_text", words))
}

/// When a link is to end. A span that the form had already leaves the end where it is, so that saving something else does not put it off.
///
/// # Errors
///
/// `Unacceptable` for a day that is none, or over; `Malformed` for a form that is damaged.
pub fn end(fields: &Fields, reader: Reader) -> Result<End> {
    let named = |name: &str| Span::ALL.into_iter().find(|span| fields.given(name) == Some(span.as_str()));
    let span = named("end").ok_or_else(|| Error::Malformed("The form is damaged. Load the page again.".into()))?;
    let is_as_it_was =
        fields.given("end_was") == Some(span.as_str()) && fields.given("until") == fields.given("until_was");
    if is_as_it_was {
        return Ok(End::Kept);
    }
    match (span.lasts(), span) {
        (Some(lasts), _) => Ok(End::At(reader.now + lasts)),
        (None, Span::Date) => date(fields, reader).map(End::At),
        (None, _) => Ok(End::Never),
    }
}

/// The day that is named is the last one.
fn date(fields: &Fields, reader: Reader) -> Result<DateTime<Utc>> {
    let day = NaiveDate::parse_from_str(fields.text("until"), "%Y-%m-%d").ok();
    let day = day.filter(|day| Some(*day) < LAST_YEAR.parse().ok());
    let end = day.and_then(|day| day.checked_add_days(Days::new(1))).map(|day| reader.zone.beginning(day));
    let end = end.ok_or_else(|| Error::unacceptable("bad_end", "Choose the last day on which the link works."))?;
    match end > reader.now {
        true => Ok(end),
        false => Err(Error::unacceptable("bad_end", "This day is over. Choose today or a later one.")),
    }
}

/// What becomes of a link's password by a form.
pub fn password(fields: &Fields) -> Password {
    // Blanks at its ends may be meant.
    let typed = fields.all("password").next().filter(|text| !text.is_empty());
    match (fields.given("has_password"), typed) {
        (None, _) => Password::None,
        (Some(_), None) => Password::Kept,
        (Some(_), Some(typed)) => Password::New(typed.to_owned()),
    }
}
