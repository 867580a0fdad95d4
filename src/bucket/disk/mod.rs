//! Where objects are kept: bytes in files, and an index in SQLite that says which of them are objects.

pub(crate) mod changes;
mod columns;
pub(crate) mod folder;
pub(crate) mod index;
pub(crate) mod objects;
pub(crate) mod outcome;
pub(crate) mod parts;
mod readers;
mod schema;
pub(crate) mod staging;
pub(crate) mod unfinished;
pub(crate) mod uploads;
pub(crate) mod writer;
