//! Snapshots: what the bucket's keys do not say is written into the bucket, so that the index can be rebuilt from it alone.
//!
//! All tables are read in one transaction, a page at a time, into a file that has no name; only then it is sent, by one request. So a
//! snapshot shows one moment, nothing waits for the store inside a transaction, memory stays flat, and what is broken off leaves nothing.

mod lines;
mod make;
mod retention;
mod schedule;
mod seal;
mod tables;

pub use make::{Made, Progress, make};
pub use schedule::{at_stop, run_due};

pub(super) use lines::{Reader, Said, spool};
pub(super) use make::{VERSION, blocking, shape};
pub(super) use schedule::keep;
pub(super) use tables::{PASSWORD_HASH, UNFINISHED, tables};
