//! What may be uploaded, how much of it, and for how long a URL takes it.

use super::{AllowedTypes, values::Values};
use crate::ids::UrlKind;
use bytesize::ByteSize;
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
    /// The largest file, however it is uploaded.
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

impl UploadRules {
    /// How long an upload URL of a kind works.
    pub fn url_ttl_of(&self, kind: UrlKind) -> Duration {
        match kind {
            UrlKind::Strict => self.url_ttl,
            UrlKind::Loose => self.url_ttl.min(LOOSE_URL_TTL),
        }
    }

    /// The longest that any upload URL works.
    pub fn longest_url_ttl(&self) -> Duration {
        self.url_ttl_of(UrlKind::Strict).max(self.url_ttl_of(UrlKind::Loose))
    }

    /// How much an account may store, of which `own` is its own quota, if it has one; `None`: no limit.
    pub fn quota_of(&self, own: Option<ByteSize>) -> Option<ByteSize> {
        own.or(self.default_quota)
    }

    /// The largest file that is taken: until uploads come in parts, that is one PUT.
    pub fn largest(&self) -> ByteSize {
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
    let max_size = values.size("MAX_UPLOAD_SIZE");
    if max_size.as_u64() == 0 {
        values.problem("MAX_UPLOAD_SIZE is 0, so nothing could be uploaded. Set it to a size such as 64 MiB.");
    }
    let allowed_types = values.parsed("ALLOWED_TYPES");
    let default_quota = values.optional("DEFAULT_QUOTA").and_then(|text| values.parse_size("DEFAULT_QUOTA", &text));
    let require_size = values.choice("REQUIRE_SIZE", &["false", "true"]) == "true";
    UploadRules {
        url_ttl,
        require_size,
        single_put_max,
        max_size,
        allowed_types,
        default_quota,
        presigns: presigns(values),
    }
}

fn presigns(values: &mut Values) -> PresignRules {
    PresignRules {
        burst: values.parsed("PRESIGN_BURST"),
        per_second: values.parsed("PRESIGN_PER_SECOND"),
        open: values.parsed("PRESIGN_OPEN"),
    }
}
