//! Keys that this installation issued, which can be told from those that somebody made up: nothing is kept of a key until
//! its file is confirmed, and yet its URL may be signed again.

use super::uploader::Uploader;
use crate::{
    config::SessionKey,
    error::{Error, Result},
    ids::{FileId, UrlKind, UserId},
    state::AppState,
    storage::{FileName, ObjectKey},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What this key signs, and no other one of ours.
const PURPOSE: &str = "upload key\0";

/// A new key for an upload that begins now.
///
/// # Errors
///
/// `Internal` when the session key is none.
pub(super) fn issue(app: &AppState, kind: UrlKind, by: &Uploader<'_>, name: FileName) -> Result<ObjectKey> {
    let mac = mac(&app.session_key, by, &name)?;
    let id = FileId::issue(kind, |head| seal(&mac, head));
    Ok(ObjectKey::new(app.store.prefix(), id, by.account.id, name))
}

/// A key that was issued to an account, or to whoever had a link or a folder of it, by its text.
///
/// # Errors
///
/// `NotFound` for every other text.
pub(super) fn find_issued(app: &AppState, by: &Uploader<'_>, text: &str) -> Result<ObjectKey> {
    let key = own(app, by.account.id, text)?;
    let mac = mac(&app.session_key, by, &key.name)?;
    let (head, given) = key.file_id.head_and_seal();
    match bool::from(seal(&mac, head).ct_eq(&given)) {
        true => Ok(key),
        false => Err(Error::NotFound),
    }
}

/// A key of theirs, by its text: anybody's own whoever made it up; by a link, or in a shared folder, only what was issued for that.
///
/// # Errors
///
/// `NotFound` for every other text.
pub(super) fn own_key(app: &AppState, by: &Uploader<'_>, text: &str) -> Result<ObjectKey> {
    match by.purpose() {
        None => own(app, by.account.id, text),
        Some(_) => find_issued(app, by, text),
    }
}

/// A key of an account, by its text, whoever made it up.
///
/// # Errors
///
/// `NotFound` for every other text.
pub(super) fn own(app: &AppState, owner: UserId, text: &str) -> Result<ObjectKey> {
    ObjectKey::parse(app.store.prefix(), text).filter(|key| key.owner == owner).ok_or(Error::NotFound)
}

fn mac(key: &SessionKey, by: &Uploader<'_>, name: &FileName) -> Result<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(key.bytes()).map_err(|error| Error::Internal(error.to_string()))?;
    let owner = by.account.id.uuid();
    let mac = mac.chain_update(PURPOSE).chain_update(owner.as_bytes()).chain_update(name.as_str()).chain_update("\0");
    Ok(match by.purpose() {
        None => mac,
        Some((kind, id)) => mac.chain_update(kind).chain_update(id.as_bytes()),
    })
}

/// The beginning of a code: 2^40 guesses would be needed, at 100 a second.
fn seal(mac: &Hmac<Sha256>, head: [u8; 11]) -> [u8; 5] {
    let code = mac.clone().chain_update(head).finalize().into_bytes();
    [code[0], code[1], code[2], code[3], code[4]]
}
