//! What may be uploaded, how much of it, and for how long a URL takes it.

use super::{AllowedTypes, values::Values};
use crate::ids::UrlKind;
use bytesize::ByteSize;
use chrono::{DateTime, TimeDelta, Utc};
use std::{num::NonZeroU32, time::Duration};

/// The operator's rules of what may be uploaded: sizes, types, quotas, and how fast.
#[derive(Clone, Debug)]
pub struct UploadRules {
    /// How long a presigned upload URL may be used, if it can be used once: 1 s to 7 days, as R2 signs
    /// (<https://developers.cloudflare.com/r2/api/s3/presigned-urls/>).
    pub url_ttl: Duration,
    /// Is every upload URL to be signed for its size?
    pub require_size: bool,
    /// The largest upload made with one PUT, at most 4,995 MiB: R2 takes somewhat less than 5 GiB
    /// (<https://developers.cloudflare.com/r2/platform/limits/>).
    pub single_put_max: ByteSize,
    /// The largest file, however it is uploaded, at most 4.9 TiB.
    pub max_size: ByteSize,
    /// Media types that may be uploaded.
    pub allowed_types: AllowedTypes,
    /// For users without a quota of their own; `None`: no limit.
    pub default_quota: Option<ByteSize>,
    /// How many uploads an account may begin.
    pub presigns: PresignRules,
}

/// How many uploads an account may begin, for each instance.
#[derive(Clone, Copy, Debug)]
pub struct PresignRules {
    /// Uploads that may be begun at once (`PRESIGN_BURST`).
    pub burst: NonZeroU32,
    /// Uploads that may be begun each second once the burst is used up (`PRESIGN_PER_SECOND`).
    pub per_second: NonZeroU32,
    /// Uploads that may be begun and neither confirmed nor expired (`PRESIGN_OPEN`).
    pub open: NonZeroU32,
}

/// The longest that a URL lives which can be used again while it does.
const LOOSE_URL_TTL: Duration = Duration::from_secs(300);
/// The longest that the URL of a part lives, as somebody who has lost it asks for another one.
const PART_URL_TTL: Duration = Duration::from_secs(3_600);
/// How long after an upload was begun its URL is signed again under its key, and the parts of an upload are taken: R2 throws
/// away what is unfinished by then (<https://developers.cloudflare.com/r2/objects/multipart-objects/>).
pub const GOES_ON_FOR: TimeDelta = TimeDelta::days(7);
/// Somewhat less than the 5 TiB that R2 takes as one object: <https://developers.cloudflare.com/r2/platform/limits/>.
const LARGEST_OBJECT: ByteSize = ByteSize(4_900 * 1_099_511_627_776 / 1_000);

/// How long an upload in parts counts as open: whoever has given one up gets the room back that it was to have.
const PARTS_KEPT: TimeDelta = TimeDelta::days(2);
/// Longer than any client waits for an answer.
const UNANSWERED: TimeDelta = TimeDelta::minutes(15);

/// So many people may use one link as if each had it alone.
const AT_ONE_LINK: NonZeroU32 = NonZeroU32::MIN.saturating_add(7);

impl PresignRules {
    /// Of some people together, each of whom may begin as many as these rules say.
    pub fn of_many(self) -> Self {
        let times = |number: NonZeroU32| number.saturating_mul(AT_ONE_LINK);
        Self { burst: times(self.burst), per_second: times(self.per_second), open: times(self.open) }
    }
}

impl UploadRules {
    /// How long an upload URL of a kind works.
    pub fn url_ttl_of(&self, kind: UrlKind) -> Duration {
        match kind {
            UrlKind::Strict => self.url_ttl,
            UrlKind::Loose => self.url_ttl.min(LOOSE_URL_TTL),
            UrlKind::Parts => self.url_ttl.min(PART_URL_TTL),
        }
    }

    /// Until when an upload that was begun at a time counts as open, unless it ends before.
    pub fn open_until(&self, kind: UrlKind, begun_at: DateTime<Utc>) -> DateTime<Utc> {
        match kind {
            UrlKind::Strict | UrlKind::Loose => begun_at + self.url_ttl_of(kind),
            UrlKind::Parts => begun_at + PARTS_KEPT,
        }
    }

    /// Until when an upload counts whose first part was not asked for yet: the answer may have been lost, and the upload begun
    /// once more.
    pub fn unanswered_until(&self, begun_at: DateTime<Utc>) -> DateTime<Utc> {
        begun_at + UNANSWERED
    }

    /// The longest that an upload counts as open.
    pub fn longest_open(&self) -> Duration {
        self.url_ttl_of(UrlKind::Strict).max(PARTS_KEPT.to_std().unwrap_or_default())
    }

    /// When the last URL expires that an object can be written by, of an upload that was begun at a time and of which none
    /// was signed after `last_signed`. `kind` is `None` for ids that were made before they said so. An object that came in
    /// parts is written once, by the server itself, so no URL writes it.
    pub fn last_url_expires(
        &self,
        kind: Option<UrlKind>,
        begun_at: DateTime<Utc>,
        last_signed: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match kind {
            Some(UrlKind::Strict) => Some(last_signed.min(begun_at + GOES_ON_FOR).max(begun_at) + self.url_ttl),
            Some(UrlKind::Loose) => Some(begun_at + self.url_ttl_of(UrlKind::Loose)),
            Some(UrlKind::Parts) => None,
            None => Some(begun_at + self.url_ttl),
        }
    }

    /// How much an account may store, of which `own` is its own quota, if it has one; `None`: no limit.
    pub fn quota_of(&self, own: Option<ByteSize>) -> Option<ByteSize> {
        own.or(self.default_quota)
    }

    /// The largest file that is taken, whole or in parts.
    pub fn largest(&self) -> ByteSize {
        self.max_size
    }

    /// The largest file that is taken by one PUT.
    pub fn largest_put(&self) -> ByteSize {
        self.max_size.min(self.single_put_max)
    }
}

pub(super) fn read(values: &mut Values) -> UploadRules {
    let url_ttl = values.duration("UPLOAD_URL_TTL");
    // R2 signs for 1 s to 7 d: <https://developers.cloudflare.com/r2/api/s3/presigned-urls/>.
    if !(1..=604_800).contains(&url_ttl.as_secs()) {
        values.problem("UPLOAD_URL_TTL must be from 1s to 7days.");
    }
    let single_put_max = values.size("SINGLE_PUT_MAX");
    // A single PUT is limited to just under 5 GiB: <https://developers.cloudflare.com/r2/platform/limits/>.
    if single_put_max > ByteSize::mib(4_995) || single_put_max.as_u64() == 0 {
        values.problem("SINGLE_PUT_MAX must be from 1 B to 4995 MiB, which is what R2 takes in one PUT.");
    }
    let allowed_types = values.parsed("ALLOWED_TYPES");
    let default_quota = values.optional("DEFAULT_QUOTA").and_then(|text| values.parse_size("DEFAULT_QUOTA", &text));
    let require_size = values.choice("REQUIRE_SIZE", &["false", "true"]) == "true";
    UploadRules {
        url_ttl,
        require_size,
        single_put_max,
        max_size: max_size(values),
        allowed_types,
        default_quota,
        presigns: presigns(values),
    }
}

fn max_size(values: &mut Values) -> ByteSize {
    let max_size = values.size("MAX_UPLOAD_SIZE");
    if max_size.as_u64() == 0 {
        values.problem("MAX_UPLOAD_SIZE is 0, so nothing could be uploaded. Set it to a size such as 50 GiB.");
    }
    if max_size > LARGEST_OBJECT {
        values.problem("MAX_UPLOAD_SIZE must be at most 4.9 TiB, which is about what R2 takes as one object.");
    }
    max_size
}

fn presigns(values: &mut Values) -> PresignRules {
    PresignRules {
        burst: values.parsed("PRESIGN_BURST"),
        per_second: values.parsed("PRESIGN_PER_SECOND"),
        open: values.parsed("PRESIGN_OPEN"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn rules(settings: &[(&str, &str)]) -> Result<UploadRules, String> {
        let values = settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Config::from_values(values).map(|config| config.uploads).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_larger_than_a_store_takes_is_a_problem_of_the_settings() {
        assert_eq!(rules(&[]).map(|rules| rules.largest()), Ok(ByteSize::gib(50)));
        assert_eq!(rules(&[]).map(|rules| rules.largest_put()), Ok(ByteSize::mib(64)));
        assert!(rules(&[("MAX_UPLOAD_SIZE", "4.9 TiB")]).is_ok());
        for bad in ["5 TiB", "4.91 TiB", "0 B"] {
            let error = rules(&[("MAX_UPLOAD_SIZE", bad)]).expect_err(bad);
            assert!(error.contains("MAX_UPLOAD_SIZE"), "{error}");
        }
    }

    #[test]
    fn only_what_may_be_signed_again_lives_longer_than_its_first_url() {
        let rules = rules(&[]).expect("rules");
        let begun = DateTime::from_timestamp(1_764_000_000, 0).expect("a time");
        let expires = |kind, hours| {
            let last = rules.last_url_expires(kind, begun, begun + TimeDelta::hours(hours));
            last.map(|at| (at - begun).num_minutes())
        };
        for kind in [None, Some(UrlKind::Strict), Some(UrlKind::Loose)] {
            assert_eq!(expires(kind, 0), Some(5), "{kind:?}");
        }
        assert_eq!(expires(Some(UrlKind::Strict), 2), Some(125));
        assert_eq!(expires(Some(UrlKind::Strict), 24 * 30), Some(7 * 24 * 60 + 5));
        assert_eq!((expires(Some(UrlKind::Loose), 2), expires(None, 2)), (Some(5), Some(5)));
        assert_eq!(expires(Some(UrlKind::Parts), 2), None);
    }
}
