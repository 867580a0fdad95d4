//! Folders that people share with others who have an account: who may look at what, and the pages of both.

mod changing;
mod entity;
mod grant;
mod member;
pub mod pages;
pub mod tables;

pub use changing::{add, leave, remove};
pub use grant::Grant;
pub use member::Member;
