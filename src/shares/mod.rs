//! Links by which people without an account see some of somebody's files: their terms, their life, their pages.

pub mod administration;
mod changing;
mod entity;
pub mod guests;
pub mod link;
mod making;
pub mod pages;
pub mod permission;
pub mod qr;
mod share;
mod shown;
pub mod state;
pub mod tables;
pub mod terms;
pub mod transition;
mod usage;

pub use share::Share;
