//! The folder that a file came in, as a path that its object carries in a header.

use super::{
    encoding::url_path,
    name::{FileName, InvalidName},
};
use crate::ids::FolderId;
use std::{fmt, str::FromStr};

/// Names of folders with slashes between them, such as `Iceland/Day 1`: each is what a file may be called. Where the first is a colon and
/// a folder's id, as in `:0197c0a2-1d2e-7f00-8000-000000000000/Day 1`, it begins in that folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderPath(String);

/// Stands before the id of the folder that a path begins in.
const BEGINS: char = ':';

/// Why a path will not do, in words for the person whose folder it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFolderPath {
    #[error("A folder on the way to the file cannot be called so: {0}")]
    Name(#[from] InvalidName),
    #[error("The names of the folders on the way to the file are too long together. Shorten some.")]
    TooLong,
}

impl FolderPath {
    /// In bytes, as a header carries it, which leaves three quarters of what R2 takes as metadata:
    /// <https://developers.cloudflare.com/r2/platform/limits/>.
    pub const MAX_ENCODED_BYTES: usize = 2_048;

    /// The path as people see it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A path that begins in a folder, whatever another one says that it begins in.
    ///
    /// # Errors
    ///
    /// `TooLong` where it is, with the folder before it.
    pub fn below(folder: FolderId, path: Option<&Self>) -> Result<Self, InvalidFolderPath> {
        match path.and_then(Self::named) {
            None => format!("{BEGINS}{folder}").parse(),
            Some(names) => format!("{BEGINS}{folder}/{names}").parse(),
        }
    }

    /// The folder that it begins in, if it names one; else it begins at the top.
    pub fn begins_in(&self) -> Option<FolderId> {
        self.0.split('/').next()?.strip_prefix(BEGINS)?.parse().ok()
    }

    /// The names of the folders on the way, from where it begins.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').skip(usize::from(self.begins_in().is_some()))
    }

    /// The names with slashes between them, if there are any.
    pub fn named(&self) -> Option<String> {
        Some(self.names().collect::<Vec<_>>().join("/")).filter(|names| !names.is_empty())
    }

    /// The path as a header carries it: percent-encoded, but for its slashes.
    pub fn encoded(&self) -> String {
        url_path(&self.0)
    }

    /// A path that [`FolderPath::encoded`] has written; `None` for what it never writes.
    pub fn parse_encoded(text: &str) -> Option<Self> {
        let path: Self = percent_encoding::percent_decode_str(text).decode_utf8().ok()?.parse().ok()?;
        (path.encoded() == text).then_some(path)
    }
}

impl FromStr for FolderPath {
    type Err = InvalidFolderPath;

    fn from_str(text: &str) -> Result<Self, InvalidFolderPath> {
        if text.len() > Self::MAX_ENCODED_BYTES {
            return Err(InvalidFolderPath::TooLong);
        }
        let names = text.split('/').map(|name| name.parse().map(|name: FileName| name.to_string()));
        let path = Self(names.collect::<Result<Vec<_>, _>>()?.join("/"));
        if path.encoded().len() > Self::MAX_ENCODED_BYTES {
            return Err(InvalidFolderPath::TooLong);
        }
        Ok(path)
    }
}

impl fmt::Display for FolderPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_is_names_with_slashes_between_them() {
        let path = " Iceland /re\u{301}sume\u{301}s".parse::<FolderPath>().expect("a path");
        assert_eq!(path.as_str(), "Iceland/résumés");
        assert_eq!(path.encoded(), "Iceland/r%C3%A9sum%C3%A9s");
        for (bad, why) in [
            ("", InvalidName::Empty),
            ("/", InvalidName::Empty),
            ("a//b", InvalidName::Empty),
            ("/a", InvalidName::Empty),
            ("a/", InvalidName::Empty),
            ("a/../b", InvalidName::Dots),
            ("a\\b", InvalidName::Separator),
            ("a\r\nb", InvalidName::Control),
        ] {
            assert_eq!(bad.parse::<FolderPath>(), Err(InvalidFolderPath::Name(why)), "{bad:?}");
        }
        assert_eq!("é/".repeat(300).trim_end_matches('/').parse::<FolderPath>(), Err(InvalidFolderPath::TooLong));
    }

    #[test]
    fn a_path_may_begin_in_a_folder() {
        let id = FolderId::generate();
        let of = |text: &str| text.replace("{id}", &id.to_string()).parse::<FolderPath>().expect("a path");
        for (text, begins_in, named) in [
            (":{id}/Iceland/Day 1", Some(id), Some("Iceland/Day 1")),
            (":{id}", Some(id), None),
            ("Iceland/:{id}", None, Some("Iceland/:{id}")),
            (":x/Day 1", None, Some(":x/Day 1")),
        ] {
            let named = named.map(|named| named.replace("{id}", &id.to_string()));
            assert_eq!((of(text).begins_in(), of(text).named()), (begins_in, named), "{text}");
        }
    }

    #[test]
    fn only_what_was_written_is_read() {
        for bad in ["a b", "%2e%2e", "a%2Fb", "%ff", "a%", ""] {
            assert_eq!(FolderPath::parse_encoded(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_path_survives_the_way_there_and_back(text in any::<String>()) {
            if let Ok(path) = text.parse::<FolderPath>() {
                prop_assert_eq!(path.as_str().parse(), Ok(path.clone()));
                prop_assert_eq!(FolderPath::parse_encoded(&path.encoded()), Some(path));
            }
        }
    }
}
