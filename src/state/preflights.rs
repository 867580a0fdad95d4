//! How often the bucket is asked, for pages that hear nothing of it, what it lets browsers do.

use crate::error::{Error, Result};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;

/// Pages ask once for all that they upload; each question makes up to fifteen small requests to the bucket, which answers them without
/// looking at anything.
const AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
const PER_SECOND: NonZeroU32 = NonZeroU32::MIN;

/// Counted for the whole instance, as what is found is the same for everyone.
pub struct Preflights(DefaultDirectRateLimiter);

impl Default for Preflights {
    fn default() -> Self {
        Self(RateLimiter::direct(Quota::per_second(PER_SECOND).allow_burst(AT_ONCE)))
    }
}

impl Preflights {
    /// Lets one more be asked.
    ///
    /// # Errors
    ///
    /// `Busy` when too many were asked lately.
    pub fn check(&self) -> Result<()> {
        self.0.check().map_err(|_| Error::Busy)
    }
}
