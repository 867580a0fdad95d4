//! What a notice says of folders, and of what was put into them.

use serde::{Deserialize, Serialize};

/// What was done to folders, or by them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderStep {
    Made,
    Trashed,
    Restored,
    Moved {
        to: String,
    },
    /// To where whoever has some link sees it.
    MovedIntoShared {
        to: String,
    },
    MovedBack,
}

impl FolderStep {
    /// The sentence about what it was done to, such as `“Iceland”` or `3 files`.
    pub(super) fn words(&self, what: &str) -> String {
        let are = if what.starts_with('“') || what.starts_with("1 ") { "is" } else { "are" };
        match self {
            Self::Made => format!("{what} is made."),
            Self::Trashed => format!("{what} {are} in the trash."),
            Self::Restored => format!("{what} {are} back."),
            Self::Moved { to } => format!("{what} moved to {to}."),
            Self::MovedIntoShared { to } => {
                format!("{what} moved to {to}. Shared by a link: whoever has it will see these files.")
            }
            Self::MovedBack => format!("{what} moved back."),
        }
    }
}

/// One folder by its name, several by their number.
pub fn named(count: usize, name: Option<String>) -> String {
    name.map_or_else(|| things(0, count), |name| format!("“{name}”"))
}

/// Such as `3 files`, `1 folder`, or `3 files and 1 folder`.
pub fn things(files: u64, folders: usize) -> String {
    let counted = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (files, folders as u64) {
        (files, 0) => counted(files, "file"),
        (0, folders) => counted(folders, "folder"),
        (files, folders) => format!("{} and {}", counted(files, "file"), counted(folders, "folder")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_named_and_several_are_counted() {
        let to = || "Iceland 2026".to_owned();
        for (step, what, words) in [
            (FolderStep::Made, named(1, Some("Iceland".into())), "“Iceland” is made."),
            (FolderStep::Trashed, named(1, Some("Iceland".into())), "“Iceland” is in the trash."),
            (FolderStep::Restored, named(2, None), "2 folders are back."),
            (FolderStep::Moved { to: to() }, things(3, 0), "3 files moved to Iceland 2026."),
            (FolderStep::Moved { to: to() }, things(1, 2), "1 file and 2 folders moved to Iceland 2026."),
            (
                FolderStep::MovedIntoShared { to: to() },
                things(1, 0),
                "1 file moved to Iceland 2026. Shared by a link: whoever has it will see these files.",
            ),
            (FolderStep::MovedBack, things(0, 1), "1 folder moved back."),
        ] {
            assert_eq!(step.words(&what), words);
        }
    }
}
