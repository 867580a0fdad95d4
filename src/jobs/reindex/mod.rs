//! Rebuilding an index that was lost: from the newest snapshot, and then from the bucket's listing from eight days before it. Without a
//! snapshot the keys alone say whose each file is, what it is called and when it was uploaded.
//!
//! Rows of a snapshot come back as they were, if their objects are there, and into an empty index alone; [`crate::uploads::register`] stays
//! the only way for what the listing finds.

mod listing;
mod report;
mod restore;
mod run;

pub use report::{NewPassword, Progress, Report, Source};
pub use run::{refuse_unfinished, run};
