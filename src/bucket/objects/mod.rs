//! The operations on objects, and what an object is: its key, its attributes, its checksums.

pub(crate) mod administration;
pub(crate) mod attributes;
pub(crate) mod conditions;
pub(crate) mod content;
mod copy;
pub(crate) mod delete;
pub(crate) mod digests;
pub(crate) mod encoding;
pub(crate) mod key;
pub(crate) mod list;
mod multipart;
pub(crate) mod operations;
pub(crate) mod put;
pub(crate) mod read;
pub(crate) mod stubs;
pub(crate) mod walk;
