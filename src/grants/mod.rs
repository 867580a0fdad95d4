//! Folders that people share with others who have an account: who may look at what, and add to it, and the pages of both.

mod changing;
mod entity;
mod grant;
mod member;
pub mod pages;
mod role;
pub mod tables;

pub use changing::{Guest, add, leave, remove, set_role};
pub use grant::Grant;
pub use member::{Member, MemberWith};
pub use role::Role;
