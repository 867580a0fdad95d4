//! What [`register`](super::register()) would make of objects, for a run that changes nothing: its rules, in its order.

use super::{
    Refused, by_link,
    fate::{fate, nobodys},
    policy::validate,
};
use crate::{
    accounts::users,
    drops::{DropLink, Limits},
    error::{Error, Result},
    files::QuarantineReason,
    ids::{DropId, UserId},
    state::AppState,
    storage::{Courier, Inspection, ObjectKey},
};
use bytesize::ByteSize;
use chrono::{DateTime, Utc};
use std::{collections::HashMap, hash::Hash};

/// Of so many accounts and of so many links it is remembered what they would have taken: about a megabyte in all. A file of
/// another one is held against what came before the run, and nothing else.
const MOST_REMEMBERED: usize = 10_000;

/// What would have been indexed so far: of files that do not all fit, as many are foretold as would be added.
#[derive(Debug, Default)]
pub struct Foretold {
    of_owners: HashMap<UserId, Sum>,
    of_links: HashMap<DropId, Sum>,
}

/// So many files, with so many bytes together.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    files: u64,
    bytes: u64,
}

impl Foretold {
    /// Would `register` put the object of a key into the index, if only in quarantine, after those that this was asked of before?
    /// It is to be asked once of each, in the order in which they would be registered. Changes nothing.
    ///
    /// # Errors
    ///
    /// `StoreUnavailable`, `ClocksDiffer` and `DatabaseUnavailable`.
    pub async fn would_index(
        &mut self,
        app: &AppState,
        key: &ObjectKey,
        refused: Refused,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let Some(found) = app.store.inspect(key.as_str(), now).await? else { return Ok(false) };
        match self.link_or_refusal(app, key, &found, now).await? {
            Ok(link) => link.into_iter().for_each(|link| remember(&mut self.of_links, link.id(), found.size)),
            Err(refusal) if !is_kept(app, key, &refusal, refused).await? => return Ok(false),
            // What is put aside takes no place of a link.
            Err(_) => {}
        }
        remember(&mut self.of_owners, key.owner, found.size);
        Ok(true)
    }

    /// The link, if any, of a file that nothing is in the way of; else what is, as `Ok(Err(…))`.
    async fn link_or_refusal(
        &self,
        app: &AppState,
        key: &ObjectKey,
        found: &Inspection,
        now: DateTime<Utc>,
    ) -> Result<Result<Option<DropLink>>> {
        if let Err(refusal) = validate(app, key, found) {
            return Ok(Err(refusal));
        }
        let link = by_link::find(app, found.courier.as_ref().and_then(Courier::parcel), key.owner).await?;
        if let Some(refusal) = link.as_ref().and_then(|link| by_link::refusal(link, (key, found.size), now)) {
            return Ok(Err(refusal));
        }
        if let Some(refusal) = self.no_room(app, key.owner, found.size).await? {
            return Ok(Err(refusal));
        }
        match link {
            Some(link) if !self.has_place(&link, found.size) => Ok(Err(by_link::full())),
            link => Ok(Ok(link)),
        }
    }

    /// Why its owner has no room for a file, if that is so: there may be no such account.
    async fn no_room(&self, app: &AppState, owner: UserId, size: u64) -> Result<Option<Error>> {
        let account = match users::find(&app.db, owner).await {
            Ok(account) => account,
            Err(error) => return nobodys(error).map(Some),
        };
        let Some(quota) = app.uploads.quota_of(account.quota.map(ByteSize)) else { return Ok(None) };
        let ahead = self.of_owners.get(&owner).copied().unwrap_or_default();
        let used = ByteSize(account.used_bytes.saturating_add(ahead.bytes));
        let is_over = used.as_u64().saturating_add(size) > quota.as_u64();
        Ok(is_over.then_some(Error::OverQuota { quota, used }))
    }

    /// As a link is asked that takes a file.
    fn has_place(&self, link: &DropLink, size: u64) -> bool {
        let Limits { files, bytes, .. } = link.limits();
        let ahead = self.of_links.get(&link.id()).copied().unwrap_or_default();
        let with_it = link.bytes().as_u64().saturating_add(ahead.bytes).saturating_add(size);
        files.is_none_or(|most| link.files().saturating_add(ahead.files) < most)
            && bytes.is_none_or(|most| with_it <= most.as_u64())
    }
}

/// Is an object that the rules refuse indexed all the same?
async fn is_kept(app: &AppState, key: &ObjectKey, refusal: &Error, refused: Refused) -> Result<bool> {
    Ok(match fate(app, key, refused).await? {
        Refused::Removed | Refused::Left => false,
        Refused::PutAside if by_link::is_of_link(refusal) => false,
        Refused::PutAside | Refused::Kept => QuarantineReason::of(refusal).is_some(),
    })
}

fn remember<K: Eq + Hash>(sums: &mut HashMap<K, Sum>, of: K, size: u64) {
    if sums.len() < MOST_REMEMBERED || sums.contains_key(&of) {
        let sum = sums.entry(of).or_default();
        *sum = Sum { files: sum.files.saturating_add(1), bytes: sum.bytes.saturating_add(size) };
    }
}
