//! After how long an instance that nobody uses has done what it still had to do, and lets go of what it holds. A test has it come to rest
//! sooner.

use std::time::Duration;

/// The time itself.
#[cfg(not(feature = "crash-points"))]
pub const fn after(time: Duration) -> Duration {
    time
}

/// The time, as many times shorter as `HURRY` says.
#[cfg(feature = "crash-points")]
pub fn after(time: Duration) -> Duration {
    time / crate::config::hurry()
}
