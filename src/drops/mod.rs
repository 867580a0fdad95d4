//! Links by which people without an account send files to somebody: their terms, their life, and how much has come by them.

pub mod administration;
mod changing;
mod drop_link;
mod entity;
mod limits;
mod making;
pub mod pages;
pub mod tables;
mod terms;
mod transition;

pub use drop_link::DropLink;
pub use limits::{Asks, Limits};
