//! What the dialogs of links of either kind have in common.

use super::{qr::QrCode, state::State, terms::Span};
use crate::{
    error::{Error, Result},
    state::AppState,
    web::{Fields, Reader},
};
use chrono::{DateTime, TimeDelta, Utc};

/// What a new link lasts, unless somebody chooses otherwise.
pub const CHOSEN: Span = Span::Week;
/// Letters and digits that nobody takes for one another, for a password that somebody may use.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567892";

/// What a form says of what was done with it.
pub enum Said {
    Nothing,
    Done(&'static str),
    Problem(String),
}

/// Where people find a link.
pub struct Address {
    pub url: String,
    /// Such as `files.example.com`, and `/s/iceland-…`.
    pub host: String,
    pub path: String,
    pub qr: Option<QrCode>,
}

impl Address {
    /// That of a path, with its QR code.
    ///
    /// # Errors
    ///
    /// `Internal` for a path that is none.
    pub fn of(app: &AppState, path: String) -> Result<Self> {
        let url = app.url.join(&path).map_err(|error| Error::Internal(error.to_string()))?.to_string();
        let host = app.url.host_str().unwrap_or_default();
        let host = app.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { qr: QrCode::of(&url), url, host, path })
    }
}

/// Such as `Tuesday 1 December, 22:14`, with the year where it is another one.
pub fn moment(at: DateTime<Utc>, Reader { zone, now }: Reader) -> String {
    let year = |at| zone.format(at, "%Y");
    let day = zone.format(at, if year(at) == year(now) { "%A %-d %B" } else { "%A %-d %B %Y" });
    format!("{day}, {}", zone.format(at, if zone.is_utc() { "%H:%M UTC" } else { "%H:%M" }))
}

/// The day on which a link still works, as a field has it.
pub fn last_day(end: DateTime<Utc>, reader: Reader) -> String {
    reader.zone.format(end - TimeDelta::microseconds(1), "%Y-%m-%d")
}

/// A password that somebody may use, of almost 60 random bits, in three groups that can be read out.
///
/// # Errors
///
/// `Internal` where there is nothing random.
pub fn suggestion() -> Result<String> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// The state that a form names.
///
/// # Errors
///
/// `Malformed` for a form that is damaged.
pub fn state(fields: &Fields) -> Result<State> {
    let named = State::ALL.into_iter().find(|state| fields.given("state") == Some(state.as_str()));
    let named = named.filter(|state| *state != State::Ended);
    named.ok_or_else(|| Error::Malformed("The form is damaged. Load the page again.".into()))
}
