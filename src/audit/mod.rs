//! Who changed what, of whom, when, and from where: written in the same transaction as the change itself; and what
//! happened at sign-in and its like, by the [`Journal`].

mod actor;
pub mod ageing;
mod entity;
mod event;
pub mod filter;
mod journal;
pub mod log;
mod recording;

pub use actor::Actor;
pub use event::{Action, Entry, Event, Subject, list_of_account, list_of_file, list_of_user, list_removals};
pub use journal::Journal;
pub use recording::{insertion, record, record_all, record_repeated, values};
