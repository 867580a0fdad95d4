//! Which files were moved, or marked, and how: what a notice says of them.

use serde::{Deserialize, Serialize};

/// How files were moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileMove {
    Trashed,
    Restored,
    Quarantined,
    Released,
    Starred,
    Unstarred,
}

/// Which files were moved: one by its name, several by their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovedFiles {
    One(String),
    Many(usize),
    /// There are others, which were too many.
    First(usize),
}

impl FileMove {
    /// How a sentence about the files ends.
    pub(super) fn where_they_are(self) -> &'static str {
        match self {
            Self::Trashed => "in the trash",
            Self::Restored => "back",
            Self::Quarantined => "in quarantine",
            Self::Released => "released",
            Self::Starred => "among your favourites",
            Self::Unstarred => "no longer among your favourites",
        }
    }
}

impl MovedFiles {
    /// How a sentence about them begins: `“holiday.png” is`, `3 files are`.
    pub(super) fn are(&self) -> String {
        match self {
            Self::One(name) => format!("“{name}” is"),
            Self::Many(count) => format!("{count} files are"),
            Self::First(count) => format!("The first {count} files are"),
        }
    }
}
