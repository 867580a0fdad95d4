//! What admins see of everyone.

pub mod files;
