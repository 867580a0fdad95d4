//! What an index is rebuilt from, how far that is, and what came back.

use serde::Serialize;

/// What an index is rebuilt from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The newest snapshot, if there is one.
    Newest,
    /// The snapshot with this name.
    Named(String),
    /// The bucket's keys alone.
    Listing,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The snapshot's name, if there was one.
    pub snapshot: Option<String>,
    /// Its rows that are in the index now, of all tables.
    pub rows: u64,
    /// Of these, files.
    pub files: u64,
    /// Files of the snapshot whose objects are not in the bucket any more.
    pub gone: u64,
    /// Lines that could not be understood, or put back.
    pub bad_lines: u64,
    /// Files that only the bucket's listing knew.
    pub found: u64,
    /// Objects that could not be looked at; a comparison finds them.
    pub failed: u64,
    /// For whoever's password was not in the snapshot.
    pub links: Vec<NewPassword>,
}

/// A link with which somebody sets a new password, within a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewPassword {
    pub email: String,
    pub url: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows of the snapshot, and then objects of the listing.
    pub done: u64,
    /// Of so many, as far as is known.
    pub of: Option<u64>,
    pub found: u64,
}
