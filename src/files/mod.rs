//! The central noun: files that are in the index, their life, their lists and their pages.

pub mod content_type;
mod contradiction;
mod entity;
pub mod index;
pub mod lifecycle;
pub mod links;
pub mod listing;
pub mod pages;
pub mod record;
pub mod view;

pub use content_type::ContentType;
pub use index::Claim;
pub use lifecycle::{Purging, Quarantined, Ready, State, Trashed};
pub use links::Links;
pub use record::{NewFile, Recorded, record};
