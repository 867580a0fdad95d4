//! Links by which people without an account see some of somebody's files: their terms, their life, their pages.

pub mod administration;
mod begun;
mod changing;
mod entity;
pub mod guests;
mod making;
pub mod pages;
mod permit;
mod share;
mod shown;
mod shows;
pub mod tables;
mod terms;
pub mod transition;
mod usage;

pub use share::Share;
