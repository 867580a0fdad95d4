//! By which link somebody without an account sent a file, and what they wrote beside it, as the file's own object carries it; or who with an
//! account added it to a folder of somebody else's.

use super::{LINK, SENDER};
use crate::ids::{DropId, UserId};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};

/// What comes by a link. At its longest its headers are 2.6 KB, of the 8 KiB that R2 takes as metadata:
/// <https://developers.cloudflare.com/r2/platform/limits/>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub link: DropId,
    sender: String,
    note: String,
}

/// Whoever brings a file that will be somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Courier {
    /// Whoever has a link, without an account.
    ByLink(Parcel),
    /// Somebody with whom a folder is shared.
    Member(UserId),
}

/// Why what a sender wrote will not do, in words for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParcel {
    #[error("A name may have at most 80 characters.")]
    Name,
    #[error("A note may have at most 400 characters.")]
    Note,
}

/// Before the id of a member, in the header that names a link else.
const MEMBER: &str = "member-";
const LONGEST_NAME: usize = 80;
const LONGEST_NOTE: usize = 400;
/// Between the name and the note; neither has one.
const BETWEEN: char = '\0';

impl Parcel {
    /// What somebody sends by a link, with their name and a note; either may be empty.
    ///
    /// # Errors
    ///
    /// What is too long.
    pub fn new(link: DropId, sender: &str, note: &str) -> Result<Self, InvalidParcel> {
        let (sender, note) = (cleaned(sender, |_| false), cleaned(note, |letter| letter == '\n'));
        match (sender.chars().count() <= LONGEST_NAME, note.chars().count() <= LONGEST_NOTE) {
            (false, _) => Err(InvalidParcel::Name),
            (_, false) => Err(InvalidParcel::Note),
            (true, true) => Ok(Self { link, sender, note }),
        }
    }

    /// Who sends it, as they say; or empty.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// What they wrote; or empty.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The headers that carry it.
    pub(super) fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let written = format!("{}{BETWEEN}{}", self.sender, self.note);
        let sender = (written.len() > BETWEEN.len_utf8()).then(|| (SENDER, BASE64_URL_SAFE_NO_PAD.encode(written)));
        [(LINK, self.link.to_string())].into_iter().chain(sender)
    }

    /// What those headers carry. `None` for a link that is none; what was written by somebody else counts as nothing written.
    pub(super) fn parse(link: &str, sender: Option<&str>) -> Option<Self> {
        let link = link.parse().ok()?;
        let written = sender.and_then(|text| String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok());
        let parcel = written.as_deref().and_then(|written| {
            let (sender, note) = written.split_once(BETWEEN)?;
            Self::new(link, sender, note).ok()
        });
        Some(parcel.unwrap_or(Self { link, sender: String::new(), note: String::new() }))
    }
}

impl Courier {
    /// The headers that carry who it is.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ByLink(parcel) => parcel.headers().collect(),
            Self::Member(id) => vec![(LINK, format!("{MEMBER}{id}"))],
        }
    }

    /// What those headers carry. `None` for what none of ours carry.
    pub(super) fn parse(link: &str, sender: Option<&str>) -> Option<Self> {
        match link.strip_prefix(MEMBER) {
            Some(member) => member.parse().ok().map(Self::Member),
            None => Parcel::parse(link, sender).map(Self::ByLink),
        }
    }

    /// What came by a link, if it did.
    pub fn parcel(&self) -> Option<&Parcel> {
        match self {
            Self::ByLink(parcel) => Some(parcel),
            Self::Member(_) => None,
        }
    }

    /// Who with an account brought it, if somebody did.
    pub fn member(&self) -> Option<UserId> {
        match self {
            Self::ByLink(_) => None,
            Self::Member(id) => Some(*id),
        }
    }
}

/// Without what nobody sees, and without blanks at its ends.
fn cleaned(text: &str, stays: fn(char) -> bool) -> String {
    let text: String = text.replace("\r\n", "\n");
    let seen = text.chars().filter(|letter| stays(*letter) || !letter.is_control());
    seen.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(parcel: &Parcel) -> Option<Parcel> {
        let headers: Vec<(&str, String)> = parcel.headers().collect();
        Parcel::parse(&headers[0].1, headers.get(1).map(|(_, sender)| sender.as_str()))
    }

    #[test]
    fn a_parcel_survives_the_way_there_and_back() {
        let link = DropId::generate();
        for (sender, note) in [("", ""), ("Grace Hopper", ""), ("", "All of them."), ("日本 🎉", "one\ntwo")] {
            let parcel = Parcel::new(link, sender, note).expect("short enough");
            assert_eq!(there_and_back(&parcel), Some(parcel.clone()));
            assert_eq!((parcel.sender(), parcel.note()), (sender, note));
        }
        let longest = Parcel::new(link, &"🎉".repeat(80), &"🎉".repeat(400)).expect("short enough");
        let bytes: usize = longest.headers().map(|(name, value)| name.len() + value.len()).sum();
        assert!(bytes < 2_700, "{bytes}");
    }

    #[test]
    fn a_member_is_told_from_a_link() {
        let (member, link) = (Courier::Member(UserId::generate()), DropId::generate());
        let [(name, value)] = member.headers().try_into().expect("one header");
        assert_eq!((name, Courier::parse(&value, None)), (LINK, Some(member)));
        let parcel = Parcel::new(link, "Grace", "").expect("short enough");
        let headers = Courier::ByLink(parcel.clone()).headers();
        assert_eq!(Courier::parse(&headers[0].1, Some(&headers[1].1)), Some(Courier::ByLink(parcel)));
        assert_eq!(Courier::parse("member-none", None), None);
    }

    #[test]
    fn what_is_too_long_or_unseen_does_not_come_along() {
        let link = DropId::generate();
        assert_eq!(Parcel::new(link, &"x".repeat(81), ""), Err(InvalidParcel::Name));
        assert_eq!(Parcel::new(link, "", &"x".repeat(401)), Err(InvalidParcel::Note));
        let parcel = Parcel::new(link, " Gr\0ace\n ", "a\r\nb\u{7}").expect("short enough");
        assert_eq!((parcel.sender(), parcel.note()), ("Grace", "a\nb"));
        assert_eq!(Parcel::parse("none", None), None);
        let forged = Parcel::parse(&link.to_string(), Some("*")).expect("a parcel");
        assert_eq!((forged.sender(), forged.note()), ("", ""));
    }
}
