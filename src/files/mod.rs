//! The central noun: files that are in the index, their life, their lists and their pages.

pub mod adopted;
mod claim;
pub mod content_type;
mod dimensions;
mod disguise;
pub mod download_url;
mod entity;
pub mod file;
pub mod kind;
pub mod list;
mod locking;
pub mod pages;
mod purge;
pub mod record;
mod rename;
pub mod revision;
mod scope;
mod search_names;
mod sniff;
mod state;
pub mod transition;
mod verified;
pub mod view;

pub use claim::{Claim, claim_refused};
pub use content_type::ContentType;
pub use dimensions::dimensions;
pub use download_url::signed_url;
pub use file::{Purging, Quarantined, Ready, Trashed};
pub use kind::{Kind, Preview};
pub use list::cursor::{Cursor, moment};
pub use purge::Place;
pub use record::{NewFile, Recorded, record};
pub use scope::Scope;
pub use search_names::Named;
pub use state::State;
pub use verified::Verified;
