//! Where objects are kept: bytes in files, and an index in SQLite that says which of them are objects.

pub(crate) mod changes;
pub(crate) mod folder;
pub(crate) mod index;
pub(crate) mod staging;
pub(crate) mod writer;
