//! What admins see of everyone, and put right.

mod attention;
mod chart;
pub mod deletion;
pub mod event_export;
mod event_filter;
pub mod events;
pub mod file;
pub mod files;
pub mod moves;
pub mod overview;
pub mod storage;
pub mod styleguide;
pub mod unowned;
pub mod user;
pub mod users;
