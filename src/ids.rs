//! Typed ids, so that a user's id can never be passed where a file's is meant.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    str::FromStr,
    sync::atomic::{AtomicU16, Ordering},
};
use uuid::Uuid;

macro_rules! typed_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id as a column or a form has it. Nothing is checked.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The id as a column takes it.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        /// What sea-orm asks of a primary key; a number is no id.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        /// Takes the canonical form alone (lower case, hyphens), so that one id has one spelling.
        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let uuid = Uuid::try_parse(text).map_err(|_| InvalidId)?;
                let mut buffer = Uuid::encode_buffer();
                match uuid.hyphenated().encode_lower(&mut buffer) == text {
                    true => Ok(Self(uuid)),
                    false => Err(InvalidId),
                }
            }
        }
    };
}

typed_id!(
    /// A file's public id; version 7, so it says when the upload was begun.
    FileId
);
typed_id!(
    /// The id of somebody's account; version 7.
    UserId
);
typed_id!(
    /// The id of a token for programs, which is no secret; version 7.
    TokenId
);
typed_id!(
    /// A link that an administrator made: an invitation, or one that sets a password.
    LinkId
);
typed_id!(
    /// A folder's public id; version 7.
    FolderId
);
typed_id!(
    /// The id of a link by which somebody shares files, which is no secret and opens nothing; version 4.
    ShareId
);
typed_id!(
    /// The id of a link by which people send files to somebody, which is no secret and opens nothing; version 4.
    DropId
);
typed_id!(
    /// That somebody shares a folder with one person; version 7.
    GrantId
);
typed_id!(
    /// One move of files, so that what it moved, and nothing else, can be moved back.
    MoveId
);

/// A file's number among all that its owner ever uploaded: the first has 1, and none is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, DeriveValueType)]
#[serde(transparent)]
pub struct Ticket(i64);

impl Ticket {
    /// The ticket that comes behind this many.
    pub const fn after(count: i64) -> Self {
        Self(count.saturating_add(1))
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Takes what a person would write: digits alone, and none before the first that counts.
impl FromStr for Ticket {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        text.parse().ok().filter(|_| is_plain).map(Self).ok_or(InvalidId)
    }
}

/// How often an upload URL can write its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlKind {
    /// Once, one size: it was signed for both.
    Strict,
    /// Until it expires, whatever is sent.
    Loose,
    /// Never: its URLs take parts, which the server alone puts together, once.
    Parts,
}

impl UrlKind {
    /// Every kind there is.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Loose, Self::Parts];

    /// The last byte of a file's id, which the server alone decides on.
    fn mark(self) -> u8 {
        match self {
            Self::Strict => 0x5c,
            Self::Loose => 0xa3,
            Self::Parts => 0x35,
        }
    }
}

impl UserId {
    /// A new id that sorts by the time it was made (UUID version 7, RFC 9562).
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

macro_rules! unguessable {
    ($($name:ident),+) => {
        $(impl $name {
            /// A new id that nobody can guess (UUID version 4, RFC 9562).
            pub fn generate() -> Self {
                Self(Uuid::new_v4())
            }
        })+
    };
}

unguessable!(MoveId, ShareId, DropId);

impl FolderId {
    /// What stands in the place of a parent where there is none: the nil UUID, which no folder has.
    pub const TOP: Self = Self(Uuid::nil());

    /// A new id that sorts by the time it was made (UUID version 7, RFC 9562).
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl LinkId {
    /// A new id that sorts by the time it was made (UUID version 7, RFC 9562).
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

impl TokenId {
    /// A new id that sorts by the time it was made (UUID version 7, RFC 9562).
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }
}

/// The text is no canonical UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

impl FileId {
    /// A new id that sorts by the time it was made (UUID version 7, RFC 9562) and says of what kind the upload's URL
    /// is. 66 random bits are left in it.
    pub fn generate(kind: UrlKind) -> Self {
        let mut bytes = Uuid::now_v7().into_bytes();
        bytes[15] = kind.mark();
        Self(Uuid::from_bytes(bytes))
    }

    /// A new id as [`FileId::generate`] makes it, but for 40 bits that are what `seal` makes of all the others, so that whoever
    /// knows how can tell it from one that somebody made up. Of one process 16,384 in a millisecond differ whatever `seal` does.
    pub fn issue(kind: UrlKind, seal: impl FnOnce([u8; 11]) -> [u8; 5]) -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let mut bytes = Uuid::now_v7().into_bytes();
        let [high, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        // The two highest bits are the variant.
        (bytes[8], bytes[9], bytes[15]) = (0x80 | high & 0x3f, low, kind.mark());
        let (head, _) = Self(Uuid::from_bytes(bytes)).head_and_seal();
        bytes[10..15].copy_from_slice(&seal(head));
        Self(Uuid::from_bytes(bytes))
    }

    /// The bits that were sealed, and the seal, of an id that [`FileId::issue`] made.
    pub fn head_and_seal(self) -> ([u8; 11], [u8; 5]) {
        let [a, b, c, d, e, f, g, h, i, j, seal @ .., kind] = self.0.into_bytes();
        ([a, b, c, d, e, f, g, h, i, j, kind], seal)
    }

    /// No upload that was begun at this time or later has an id before it.
    pub fn first_at(at: chrono::DateTime<chrono::Utc>) -> Self {
        let milliseconds = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid())
    }

    /// Of what kind the upload's URL is. `None`: the id was made before they said so, and may be of either.
    pub fn url_kind(self) -> Option<UrlKind> {
        UrlKind::ALL.into_iter().find(|kind| kind.mark() == self.0.as_bytes()[15])
    }

    /// When the upload was begun, to the millisecond, as the id itself says; `None` for the ids of
    /// adopted files, which carry no time.
    pub fn begun_at(self) -> Option<chrono::DateTime<chrono::Utc>> {
        let (seconds, nanoseconds) = self.0.get_timestamp()?.to_unix();
        chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = FileId::generate(UrlKind::Strict);
        assert_eq!(id.to_string().parse(), Ok(id));
        for other in [id.to_string().to_uppercase(), id.uuid().simple().to_string(), format!("{{{id}}}")] {
            assert_eq!(other.parse::<FileId>(), Err(InvalidId), "{other}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "ids stand below the database")]
    fn a_file_id_says_when_it_was_made() {
        let begun = FileId::generate(UrlKind::Strict).begun_at().expect("version 7 carries a time");
        assert!((chrono::Utc::now() - begun).num_seconds().abs() < 5);
        assert_eq!(FileId::from_uuid(Uuid::new_v4()).begun_at(), None);
    }

    #[test]
    fn an_issued_id_carries_its_seal_and_is_made_once() {
        let issue = || FileId::issue(UrlKind::Parts, |_| [1, 2, 3, 4, 5]);
        let id = issue();
        assert_eq!((id.url_kind(), id.head_and_seal().1), (Some(UrlKind::Parts), [1, 2, 3, 4, 5]));
        assert_eq!(id.uuid().get_version_num(), 7);
        assert_eq!(id.uuid().get_variant(), uuid::Variant::RFC4122);
        assert!(id.begun_at().is_some());
        let ids: std::collections::HashSet<FileId> = (0..10_000).map(|_| issue()).collect();
        assert_eq!(ids.len(), 10_000);
    }

    #[test]
    fn ids_sort_by_the_time_at_which_uploads_were_begun() {
        let id = FileId::generate(UrlKind::Strict);
        let begun = id.begun_at().expect("a time");
        assert!(FileId::first_at(begun) <= id);
        assert!(FileId::first_at(begun + chrono::TimeDelta::milliseconds(1)) > id);
        assert_eq!(FileId::first_at(begun).begun_at(), Some(begun));
        assert!(FileId::first_at(begun).to_string() <= id.to_string(), "as keys have them");
    }

    #[test]
    fn a_file_id_says_of_what_kind_its_url_is() {
        for kind in UrlKind::ALL {
            let ids: std::collections::HashSet<FileId> = (0..1_000).map(|_| FileId::generate(kind)).collect();
            assert_eq!(ids.len(), 1_000);
            assert!(ids.iter().all(|id| id.url_kind() == Some(kind) && id.begun_at().is_some()));
        }
    }
}
