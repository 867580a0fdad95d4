//! Signed download URLs: where a file can be read for a while, and as what.

use super::{file::File, picture::key_of};
use crate::{
    error::{Error, Result},
    state::AppState,
    storage::{Disposition, ReadTerms},
};
use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Longer than this no browser keeps what it read, as a file may be in the trash by then. Objects themselves say that
/// they may be kept for a year, which is for public buckets.
const LONGEST_KEPT: Duration = Duration::from_secs(3_600);

/// A thumbnail's URL, and what browsers keep of it.
const THUMBNAIL_LIFE: Duration = Duration::from_secs(24 * 3_600);

/// Where a file can be read now, by GET or HEAD as it is asked for: a URL is signed for one of them. What the store says it
/// is and how a browser treats it is decided here, whatever the object was stored as: types that can run script are
/// always sent as downloads, also the one of them that an `<img>` shows.
///
/// It is signed for the beginning of the half of its life that it is handed out in, so that it stays the same, in all
/// instances, and browsers can keep what it leads to. Whoever gets one has at least the other half left to begin reading.
///
/// # Errors
///
/// `ClocksDiffer` when the clocks are too far apart; `NotFound` for a key that no URL can carry, of an adopted row.
pub fn signed_url(
    app: &AppState,
    file: &impl File,
    wanted: Disposition,
    method: &Method,
    now: DateTime<Utc>,
) -> Result<String> {
    signed_url_for(app, file, (wanted, app.read_url_ttl), method, now)
}

/// [`signed_url`] with a life of its own, for who has no account.
///
/// # Errors
///
/// As [`signed_url`].
pub fn signed_url_for(
    app: &AppState,
    file: &impl File,
    (wanted, life): (Disposition, Duration),
    method: &Method,
    now: DateTime<Utc>,
) -> Result<String> {
    let content_type = file.content_type();
    let disposition = if content_type.is_inline() { wanted } else { Disposition::Attachment };
    let (served, disposition) = (content_type.as_served(), file.download_name().disposition(disposition));
    let cache_control = format!("private, max-age={}", life.min(LONGEST_KEPT).as_secs());
    let terms = ReadTerms { content_type: served.as_str(), disposition: &disposition, cache_control: &cache_control };
    app.store.presign_read(
        method.as_str(),
        file.object_key(),
        &terms,
        life,
        beginning_of_half(life, app.store.time(now)?),
    )
}

/// Where the thumbnail of a file can be read now, and for how long from now on the URL stays the same.
///
/// # Errors
///
/// `ClocksDiffer` when the clocks are too far apart; `NotFound` when there is none.
pub fn signed_thumbnail_url(
    app: &AppState,
    file: &impl File,
    method: &Method,
    now: DateTime<Utc>,
) -> Result<(String, Duration)> {
    signed_thumbnail_url_for(app, file, THUMBNAIL_LIFE, method, now)
}

/// [`signed_thumbnail_url`] with a life of its own, for who has no account.
///
/// # Errors
///
/// As [`signed_thumbnail_url`].
pub fn signed_thumbnail_url_for(
    app: &AppState,
    file: &impl File,
    life: Duration,
    method: &Method,
    now: DateTime<Utc>,
) -> Result<(String, Duration)> {
    let thumbnail = file.thumbnail().ok_or(Error::NotFound)?;
    let key = key_of(app.store.prefix(), file).ok_or(Error::NotFound)?;
    let cache_control = format!("private, max-age={}, immutable", life.as_secs());
    let terms =
        ReadTerms { content_type: thumbnail.content_type(), disposition: "inline", cache_control: &cache_control };
    let now = app.store.time(now)?;
    let from = beginning_of_half(life, now);
    let url = app.store.presign_read(method.as_str(), key.as_str(), &terms, life, from)?;
    Ok((url, (from + life / 2 - now).to_std().unwrap_or_default()))
}

fn beginning_of_half(life: Duration, now: DateTime<Utc>) -> DateTime<Utc> {
    let half = i64::try_from(life.as_secs() / 2).unwrap_or(i64::MAX).max(1);
    now - TimeDelta::milliseconds(now.timestamp_millis().rem_euclid(half.saturating_mul(1_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_signed_for_the_same_moment_during_half_of_its_life() {
        let life = Duration::from_secs(900);
        let at = |seconds: i64| DateTime::from_timestamp(1_764_000_000 + seconds, 123_000_000).expect("a time");
        let first = beginning_of_half(life, at(0)).timestamp();
        assert_eq!(first, 1_764_000_000, "a multiple of 450");
        assert_eq!(beginning_of_half(life, at(449)).timestamp(), first);
        assert_eq!(beginning_of_half(life, at(450)).timestamp(), first + 450);
    }
}
