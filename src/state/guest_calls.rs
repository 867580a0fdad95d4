//! How often guests ask for what an archive is made of, counted in memory for each link and address, so that nobody keeps the database
//! busy by one.

use crate::{
    error::{Error, Result},
    ids::ShareId,
};
use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use moka::{policy::EvictionPolicy, sync::Cache};
use std::{num::NonZeroU32, sync::Arc, time::Duration};

/// Links and addresses that ask at about the same time. Each takes about 300 bytes.
const MAX_NAMES: u64 = 20_000;
/// An archive of 10,000 small files is read by 1,000 calls.
const BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(199);
/// And each second after that: the URLs of 200 files, for all at one address.
const PER_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
/// By then a limiter that is forgotten has nothing left to say.
const MEMORY: Duration = Duration::from_secs(60);

/// What guests ask of one instance.
pub struct GuestCalls(Cache<(ShareId, String), Arc<DefaultDirectRateLimiter>>);

impl Default for GuestCalls {
    fn default() -> Self {
        let limiters = Cache::builder().max_capacity(MAX_NAMES).eviction_policy(EvictionPolicy::lru());
        Self(limiters.time_to_idle(MEMORY).build())
    }
}

impl GuestCalls {
    /// Lets one more be asked by this link, from an address as [`crate::web::ClientIp`] names it.
    ///
    /// # Errors
    ///
    /// `TooManyAttempts` with how long to wait.
    pub fn check(&self, share: ShareId, address: &str) -> Result<()> {
        let new = || Arc::new(RateLimiter::direct(Quota::per_second(PER_SECOND).allow_burst(BURST)));
        let limiter = self.0.get_with((share, address.to_owned()), new);
        limiter.check().map_err(|not_yet| {
            let wait = not_yet.wait_time_from(DefaultClock::default().now());
            Error::TooManyAttempts { retry_after: Duration::from_secs(wait.as_secs() + 1) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn who_asks_too_often_waits_and_nobody_else() {
        let calls = GuestCalls::default();
        let [one, other] = [1, 2].map(|number| ShareId::from_uuid(Uuid::from_u128(number)));
        let refused = (0..BURST.get() * 2).find_map(|_| calls.check(one, "192.0.2.1").err());
        assert!(matches!(refused, Some(Error::TooManyAttempts { .. })));
        assert!(calls.check(one, "192.0.2.2").is_ok());
        assert!(calls.check(other, "192.0.2.1").is_ok());
    }
}
