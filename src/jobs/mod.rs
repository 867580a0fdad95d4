//! What is done without a request: once at a start, or when it is due, which each job says itself; nothing polls.

pub mod adopt;
pub mod assignments;
pub mod backfill_search_names;
pub mod deletions;
mod event_ageing;
mod orphans;
pub mod purge;
pub mod reconcile;
pub mod reindex;
mod scan;
mod scheduler;
pub mod second_look;
pub mod snapshot;
pub mod sweep;
pub mod tickets;
pub mod trash_expiry;

use chrono::TimeDelta;

pub use scheduler::run;

/// How long a job waits, and what it could not do, after the store or the database was away.
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(10);
