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
    /// To where others see it.
    MovedIntoShared {
        to: String,
        seen_by: Onlookers,
    },
    MovedBack,
}

/// Who sees what lies in a folder, beside its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Onlookers {
    /// Whoever has some link.
    Link,
    /// People with an account, with whom it is shared.
    People,
    Both,
}

impl Onlookers {
    /// That there are some, if there are.
    pub fn of(by_link: bool, by_people: bool) -> Option<Self> {
        match (by_link, by_people) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Link),
            (false, true) => Some(Self::People),
            (false, false) => None,
        }
    }

    /// What whoever puts files there should know.
    pub fn warning(self) -> &'static str {
        match self {
            Self::Link => "Shared by a link: whoever has it will see these files.",
            Self::People => "Shared with people: they will see these files.",
            Self::Both => "Shared with people, and by a link: they will see these files, and whoever has the link.",
        }
    }
}

impl FolderStep {
    /// The sentence about what it was done to, such as `“Iceland”` or `3 files`.
    pub(super) fn words(&self, what: &str) -> String {
        let is_one = what.starts_with('“') || (what.starts_with("1 ") && !what.contains(" and "));
        let are = if is_one { "is" } else { "are" };
        match self {
            Self::Made => format!("{what} is made."),
            Self::Trashed => format!("{what} {are} in the trash."),
            Self::Restored => format!("{what} {are} back."),
            Self::Moved { to } => format!("{what} moved to {to}."),
            Self::MovedIntoShared { to, seen_by } => format!("{what} moved to {to}. {}", seen_by.warning()),
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
            (FolderStep::Trashed, named(1, Some("Bed and breakfast".into())), "“Bed and breakfast” is in the trash."),
            (FolderStep::Trashed, things(1, 1), "1 file and 1 folder are in the trash."),
            (FolderStep::Moved { to: to() }, things(3, 0), "3 files moved to Iceland 2026."),
            (FolderStep::Moved { to: to() }, things(1, 2), "1 file and 2 folders moved to Iceland 2026."),
            (
                FolderStep::MovedIntoShared { to: to(), seen_by: Onlookers::Link },
                things(1, 0),
                "1 file moved to Iceland 2026. Shared by a link: whoever has it will see these files.",
            ),
            (
                FolderStep::MovedIntoShared { to: to(), seen_by: Onlookers::People },
                things(2, 0),
                "2 files moved to Iceland 2026. Shared with people: they will see these files.",
            ),
            (FolderStep::MovedBack, things(0, 1), "1 folder moved back."),
        ] {
            assert_eq!(step.words(&what), words);
        }
    }
}
