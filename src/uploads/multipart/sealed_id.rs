//! The id by which a client names its upload: the store's, and what was agreed on, sealed so that nobody makes up another.

use super::plan::Plan;
use crate::{
    config::SessionKey,
    error::{Error, Result},
    ids::UserId,
    storage::ObjectKey,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What this key signs, and no other one of ours.
const PURPOSE: &str = "multipart upload\0";
const SEAL: usize = 32;
const NUMBERS: usize = 16;
/// Of an id, in letters: more than the longest that a store gives makes.
const MAX_LETTERS: usize = 2_048;

/// An upload that was begun here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upload {
    /// Its owner is who began it.
    pub(super) key: ObjectKey,
    pub(super) plan: Plan,
    /// The store's own name of it.
    pub(super) store_id: String,
}

impl Upload {
    /// The id that its client gets, in letters, digits, `-` and `_`.
    ///
    /// # Errors
    ///
    /// `Internal` when the session key is none.
    pub(super) fn sealed(&self, key: &SessionKey) -> Result<String> {
        let terms = self.terms();
        let seal = mac(key, &self.key, &terms)?.finalize().into_bytes();
        Ok(BASE64_URL_SAFE_NO_PAD.encode([seal.as_slice(), &terms].concat()))
    }

    /// The upload of an id that was given for this key to this account.
    ///
    /// # Errors
    ///
    /// `NotFound` for every other id.
    pub(super) fn open(session_key: &SessionKey, key: ObjectKey, owner: UserId, id: &str) -> Result<Self> {
        Self::unsealed(session_key, key, id).filter(|upload| upload.key.owner == owner).ok_or(Error::NotFound)
    }

    fn unsealed(session_key: &SessionKey, key: ObjectKey, id: &str) -> Option<Self> {
        let bytes = (id.len() <= MAX_LETTERS).then(|| BASE64_URL_SAFE_NO_PAD.decode(id).ok()).flatten()?;
        let (seal, terms) = bytes.split_at_checked(SEAL)?;
        mac(session_key, &key, terms).ok()?.verify_slice(seal).ok()?;
        let (numbers, store_id) = terms.split_at_checked(NUMBERS)?;
        let (size, part_size) = numbers.split_at_checked(NUMBERS / 2)?;
        let number = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_be_bytes);
        let plan = Plan { size: number(size)?, part_size: number(part_size).filter(|size| *size > 0)? };
        Some(Self { key, plan, store_id: String::from_utf8(store_id.to_vec()).ok()? })
    }

    fn terms(&self) -> Vec<u8> {
        let (size, part_size) = (self.plan.size.to_be_bytes(), self.plan.part_size.to_be_bytes());
        [size.as_slice(), &part_size, self.store_id.as_bytes()].concat()
    }
}

/// Over the key, which names the account, and the terms.
fn mac(session_key: &SessionKey, key: &ObjectKey, terms: &[u8]) -> Result<Hmac<Sha256>> {
    let mac =
        Hmac::<Sha256>::new_from_slice(session_key.bytes()).map_err(|error| Error::Internal(error.to_string()))?;
    let length = (key.as_str().len() as u64).to_be_bytes();
    Ok(mac.chain_update(PURPOSE).chain_update(length).chain_update(key.as_str()).chain_update(terms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{FileId, UrlKind};

    fn key(letter: &str) -> SessionKey {
        SessionKey::from_hex(&letter.repeat(64)).expect("a key")
    }

    fn upload(owner: UserId) -> Upload {
        let name = "a.mov".parse().expect("a name");
        let key = ObjectKey::new("files/", FileId::generate(UrlKind::Parts), owner, name);
        Upload { key, plan: Plan::of(100 << 20), store_id: "a/store's+own=id".into() }
    }

    #[test]
    fn an_id_is_opened_by_who_got_it_for_its_key_alone() {
        let (ada, bob) = (UserId::generate(), UserId::generate());
        let own = upload(ada);
        let id = own.sealed(&key("a")).expect("sealed");
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{id}");
        let open = |session: &str, key_of: &Upload, owner, id: &str| {
            Upload::open(&key(session), key_of.key.clone(), owner, id).ok()
        };
        assert_eq!(open("a", &own, ada, &id), Some(own.clone()));
        assert_eq!(open("a", &own, bob, &id), None, "somebody else");
        assert_eq!(open("a", &upload(ada), ada, &id), None, "another key");
        assert_eq!(open("b", &own, ada, &id), None, "another installation");
    }

    #[test]
    fn an_id_that_was_altered_anywhere_is_none() {
        let ada = UserId::generate();
        let own = upload(ada);
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(own.sealed(&key("a")).expect("sealed")).expect("bytes");
        let open =
            |bytes: &[u8]| Upload::open(&key("a"), own.key.clone(), ada, &BASE64_URL_SAFE_NO_PAD.encode(bytes)).is_ok();
        assert!(open(&bytes));
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            assert!(!open(&altered), "{place}");
            assert!(!open(&bytes[..place]), "{place}");
        }
        for nonsense in ["", "*", "é", &"A".repeat(10_000)] {
            assert!(Upload::open(&key("a"), own.key.clone(), ada, nonsense).is_err(), "{nonsense}");
        }
    }
}
