//! The central noun: files that are in the index, their life, their lists and their pages.

pub mod content_type;
mod contradiction;
mod cursor;
mod dimensions;
mod disguise;
mod entity;
pub mod index;
pub mod kind;
pub mod lifecycle;
pub mod links;
pub mod listing;
mod locking;
pub mod pages;
mod purging;
pub mod record;
mod refold;
mod rename;
pub mod revision;
pub mod search;
pub mod statistics;
pub mod tally;
pub mod transitions;
pub mod view;

pub use content_type::ContentType;
pub use cursor::{Cursor, moment};
pub use dimensions::dimensions;
pub use index::Claim;
pub use kind::{Kind, Preview};
pub use lifecycle::{Purging, Quarantined, Ready, State, Trashed};
pub use links::signed_url;
pub use record::{NewFile, Recorded, record};
pub use refold::refold;
