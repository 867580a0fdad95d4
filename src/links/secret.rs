//! The secret of a link, and its address: `/s/{readable part}-{22 characters}`, or `/d/…` of one by which files are sent.

use crate::{
    config::SessionKey,
    error::{Error, Result},
    files::list::folding::folded,
    ids::{DropId, ShareId, UserId},
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// 128 bits cannot be guessed, however many links there are.
const BYTES: usize = 16;
/// Of the secret as addresses have it.
const LETTERS: usize = 22;
/// Of the readable part.
const READABLE: usize = 32;

/// What opens a link. It prints as `***`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; BYTES]);

impl Secret {
    /// The secret of a share. It is made again from these whenever the owner wants the link, so that no row has it; with another
    /// session key another one comes out. The owner is among them, so that nobody gets the link of another's share by naming its id.
    ///
    /// # Errors
    ///
    /// `Internal` for a key that cannot be one.
    pub fn of(key: &SessionKey, owner: UserId, share: ShareId, version: i64) -> Result<Self> {
        Self::made(key, "share link\0", (owner, share.uuid()), version)
    }

    /// The same of a link by which people send files.
    ///
    /// # Errors
    ///
    /// `Internal` for a key that cannot be one.
    pub fn of_drop(key: &SessionKey, owner: UserId, drop: DropId, version: i64) -> Result<Self> {
        Self::made(key, "drop link\0", (owner, drop.uuid()), version)
    }

    fn made(key: &SessionKey, purpose: &str, (owner, link): (UserId, Uuid), version: i64) -> Result<Self> {
        let mac = Hmac::<Sha256>::new_from_slice(key.bytes()).map_err(|error| Error::Internal(error.to_string()))?;
        let mac = mac.chain_update(purpose).chain_update(owner.uuid()).chain_update(link);
        let tag = mac.chain_update(version.to_be_bytes()).finalize().into_bytes();
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&tag[..BYTES]);
        Ok(Self(bytes))
    }

    /// The secret in the last part of an address, whatever stands before it. `None` where there is none, or what stands before it
    /// is no readable part.
    pub fn parse(text: &str) -> Option<Self> {
        let (readable, secret) = text.split_at_checked(text.len().checked_sub(LETTERS)?)?;
        let is_readable = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = readable.is_empty() || readable.ends_with('-');
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?;
        let bytes = bytes.try_into().ok().filter(|_| fits && readable.bytes().all(is_readable))?;
        Some(Self(bytes))
    }

    /// By what the database finds it: SHA-256 in hex.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0))
    }

    /// The path of its page, with as much of a title in it as people can read.
    pub fn path(&self, title: &str) -> String {
        self.path_below("/s", title)
    }

    /// The same of a link by which people send files.
    pub fn path_of_drop(&self, title: &str) -> String {
        self.path_below("/d", title)
    }

    fn path_below(&self, place: &str, title: &str) -> String {
        let secret = BASE64_URL_SAFE_NO_PAD.encode(self.0);
        match readable(title) {
            readable if readable.is_empty() => format!("{place}/{secret}"),
            readable => format!("{place}/{readable}-{secret}"),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("***")
    }
}

fn readable(title: &str) -> String {
    let mut text = String::new();
    for letter in folded(title).chars() {
        match letter {
            'a'..='z' | '0'..='9' => text.push(letter),
            _ if text.is_empty() || text.ends_with('-') => {}
            _ => text.push('-'),
        }
        if text.len() == READABLE {
            break;
        }
    }
    text.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(key: &str, owner: UserId, share: ShareId, version: i64) -> Secret {
        Secret::of(&SessionKey::from_hex(&key.repeat(64)).expect("a key"), owner, share, version).expect("a secret")
    }

    #[test]
    fn a_secret_is_of_one_key_owner_share_and_version() {
        let (ada, bob) = (UserId::generate(), UserId::generate());
        let (one, other) = (ShareId::generate(), ShareId::generate());
        let known = secret("a", ada, one, 1);
        assert_eq!(known, secret("a", ada, one, 1));
        for different in
            [secret("b", ada, one, 1), secret("a", bob, one, 1), secret("a", ada, other, 1), secret("a", ada, one, 2)]
        {
            assert_ne!(known, different);
            assert_ne!(known.hash(), different.hash());
        }
    }

    #[test]
    fn the_readable_part_does_not_count() {
        let known = secret("a", UserId::generate(), ShareId::generate(), 1);
        let path = known.path("Été à la Plage, 2026!");
        let (text, bare) = (path.strip_prefix("/s/").expect("a path"), known.path("日本"));
        assert!(text.starts_with("ete-a-la-plage-2026-"), "{text}");
        assert_eq!(text.len(), "ete-a-la-plage-2026-".len() + LETTERS);
        assert_eq!(Secret::parse(text), Some(known));
        assert_eq!(Secret::parse(&bare["/s/".len()..]), Some(known), "{bare}");
        let letters = &text[text.len() - LETTERS..];
        assert_eq!(Secret::parse(&format!("else-{letters}")), Some(known));
        for bad in [
            "",
            &letters[1..],
            &format!("x{letters}"),
            &format!("Else-{letters}"),
            &format!("a;b-{letters}"),
            &format!("a/b-{letters}"),
            &format!("é-{letters}"),
            &format!("{}=", &letters[..LETTERS - 1]),
            &format!("{}_", &letters[..LETTERS - 1]),
        ] {
            assert_eq!(Secret::parse(bad), None, "{bad}");
        }
    }
}
