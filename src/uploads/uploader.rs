//! Who uploads, and on whose account: its owner, somebody who has a link and no account, or somebody with whom a folder is shared.

use super::by_link;
use crate::{
    accounts::Account,
    drops::DropLink,
    error::{Error, Result},
    ids::{DropId, FileId, FolderId, GrantId, UserId},
    state::{AppState, Begun, OpenUploads, Room},
    storage::{Courier, FolderPath, InvalidFolderPath, Parcel},
};
use chrono::{DateTime, Utc};
use std::{hash::Hash, num::NonZeroU32};
use uuid::Uuid;

/// Who uploads. The files are the account's, and are charged to it, whoever sends them.
pub struct Uploader<'a> {
    pub account: &'a Account,
    by: By<'a>,
}

enum By<'a> {
    Owner,
    Guest(Guest<'a>),
    Member(Member),
}

struct Guest<'a> {
    link: &'a DropLink,
    parcel: &'a Parcel,
    address: &'a str,
}

/// Somebody with whom a folder is shared, for adding to it.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) id: UserId,
    pub(super) grant: GrantId,
    /// Where they add something: the folder that is shared, or one below it.
    pub(super) folder: FolderId,
}

impl<'a> Uploader<'a> {
    /// The account's own owner.
    pub fn own(account: &'a Account) -> Self {
        Self { account, by: By::Owner }
    }

    /// Whoever has a link of the account's, from where they are.
    pub(super) fn by_link(account: &'a Account, (link, parcel): (&'a DropLink, &'a Parcel), address: &'a str) -> Self {
        Self { account, by: By::Guest(Guest { link, parcel, address }) }
    }

    /// Somebody with whom a folder of the account's is shared.
    pub(super) fn member(account: &'a Account, member: Member) -> Self {
        Self { account, by: By::Member(member) }
    }

    /// What keys are issued for, beside the account, and which of its kind: nothing more for its owner.
    pub(super) fn purpose(&self) -> Option<(&'static str, Uuid)> {
        match &self.by {
            By::Owner => None,
            By::Guest(guest) => Some(("by link\0", guest.link.id().uuid())),
            By::Member(member) => Some(("by grant\0", member.grant.uuid())),
        }
    }

    /// What the object is to carry of who brings it.
    pub(super) fn courier(&self) -> Option<Courier> {
        match &self.by {
            By::Owner => None,
            By::Guest(guest) => Some(Courier::ByLink(guest.parcel.clone())),
            By::Member(member) => Some(Courier::Member(member.id)),
        }
    }

    /// Where a file comes in that its client says came in a folder; or in none, which is an empty text. By a link it is in the link's own
    /// folder, and of a member in the one that is shared.
    ///
    /// # Errors
    ///
    /// `Unacceptable` for a path that no folders can have.
    pub(super) fn folder(&self, said: Option<&str>) -> Result<Option<FolderPath>> {
        let said = said.filter(|text| !text.is_empty()).map(str::parse::<FolderPath>).transpose();
        let path = said.and_then(|said| match self.top() {
            None => Ok(said),
            Some(top) => FolderPath::below(top, said.as_ref()).map(Some),
        });
        path.map_err(|error: InvalidFolderPath| Error::unacceptable("bad_folder", error.to_string()))
    }

    /// The folder in which all lies that they upload, whatever they say.
    fn top(&self) -> Option<FolderId> {
        match &self.by {
            By::Owner => None,
            By::Guest(guest) => guest.link.folder(),
            By::Member(member) => Some(member.folder),
        }
    }

    /// Is a file of so many bytes taken by the link?
    ///
    /// # Errors
    ///
    /// `TooLarge`.
    pub(super) fn check_size(&self, size: u64) -> Result<()> {
        match &self.by {
            By::Guest(guest) => by_link::too_large(guest.link, size).map_or(Ok(()), Err),
            By::Owner | By::Member(_) => Ok(()),
        }
    }

    /// Counts an upload that begins, see [`OpenUploads::begin`].
    ///
    /// # Errors
    ///
    /// `TooManyUploads`, `OverQuota`; for a link or a folder that takes no more, `Unacceptable`.
    pub(super) fn begin(&self, app: &AppState, upload: Begun, now: DateTime<Utc>) -> Result<()> {
        let room = self.room(app);
        let begun = match &self.by {
            By::Owner => app.open_uploads.begin(self.account.id, upload, room, now),
            By::Guest(guest) => begin_both(guest.counters(app), (upload, room), now),
            By::Member(member) => begin_both(member.counters(app, self.account.id), (upload, room), now),
        };
        begun.map_err(|error| self.discreet(error))
    }

    /// Counts an upload anew, see [`OpenUploads::prolong`].
    ///
    /// # Errors
    ///
    /// As [`Uploader::begin`].
    pub(super) fn prolong(&self, app: &AppState, upload: Begun, now: DateTime<Utc>) -> Result<()> {
        let room = self.room(app);
        let counted = match &self.by {
            By::Owner => app.open_uploads.prolong(self.account.id, upload, room, now),
            By::Guest(guest) => prolong_both(guest.counters(app), (upload, room), now),
            By::Member(member) => prolong_both(member.counters(app, self.account.id), (upload, room), now),
        };
        counted.map_err(|error| self.discreet(error))
    }

    /// Counts an upload that goes on, see [`OpenUploads::go_on`].
    ///
    /// # Errors
    ///
    /// As [`Uploader::begin`].
    pub(super) fn go_on(
        &self,
        app: &AppState,
        upload: Begun,
        at_first: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let room = self.room(app);
        let counted = match &self.by {
            By::Owner => app.open_uploads.go_on(self.account.id, upload, at_first, room, now),
            By::Guest(guest) => app.guests.uploads_of_links.go_on(guest.link.id(), upload, at_first, room, now),
            By::Member(_) => app.uploads_of_members.go_on(self.account.id, upload, at_first, room, now),
        };
        counted.map_err(|error| self.discreet(error))
    }

    /// Counts an upload no more.
    pub(super) fn end(&self, app: &AppState, file: FileId) {
        match &self.by {
            By::Owner => app.open_uploads.end(self.account.id, file),
            By::Guest(guest) => end_both(guest.counters(app), file),
            By::Member(member) => end_both(member.counters(app, self.account.id), file),
        }
    }

    /// Lets them ask for the URLs of so many parts, or for as much work.
    ///
    /// # Errors
    ///
    /// `TooManyUploads` when too many were asked for lately.
    pub(super) fn check_parts(&self, app: &AppState, count: NonZeroU32) -> Result<()> {
        match &self.by {
            By::Owner => app.open_uploads.check_parts(self.account.id, count),
            By::Guest(guest) => check_both(guest.counters(app), count),
            By::Member(member) => check_both(member.counters(app, self.account.id), count),
        }
    }

    /// What the owner may store, and does, is nothing that others are told.
    pub(super) fn discreet(&self, error: Error) -> Error {
        match (&self.by, error) {
            (By::Guest(_), Error::OverQuota { .. }) => by_link::full(),
            (By::Member(_), Error::OverQuota { .. }) => Error::unacceptable("folder_full", FOLDER_FULL),
            (_, error) => error,
        }
    }

    /// The room of the account by what is known of it without asking, as `register` asks; or what the link still takes where that is less.
    fn room(&self, app: &AppState) -> Option<Room> {
        let quota = app.uploads.quota_of(self.account.quota);
        let of_account = quota.map(|quota| Room { quota, used: self.account.used });
        let By::Guest(guest) = &self.by else { return of_account };
        let free = |room: Room| room.quota.as_u64().saturating_sub(room.used.as_u64());
        let of_link = guest.link.limits().bytes.map(|most| Room { quota: most, used: guest.link.bytes() });
        [of_account, of_link].into_iter().flatten().min_by_key(|room| free(*room))
    }
}

const FOLDER_FULL: &str = "Whoever shares this folder has no room left for this file. Tell them.";

/// What uploads are counted by.
trait Counted: Clone + Eq + Hash + Send + Sync + 'static {}
impl<T: Clone + Eq + Hash + Send + Sync + 'static> Counted for T {}

/// By whom uploads are counted: the person, and the way that they have to the account.
type Counters<'a, P, W> = ((&'a OpenUploads<P>, P), (&'a OpenUploads<W>, W));

impl Guest<'_> {
    fn counters<'b>(&self, app: &'b AppState) -> Counters<'b, (DropId, String), DropId> {
        let link = self.link.id();
        ((&app.guests.uploads, (link, self.address.to_owned())), (&app.guests.uploads_of_links, link))
    }
}

impl Member {
    fn counters(self, app: &AppState, owner: UserId) -> Counters<'_, UserId, UserId> {
        ((&app.open_uploads, self.id), (&app.uploads_of_members, owner))
    }
}

fn begin_both<P: Counted, W: Counted>(
    ((people, person), (ways, way)): Counters<'_, P, W>,
    (upload, room): (Begun, Option<Room>),
    now: DateTime<Utc>,
) -> Result<()> {
    people.begin(person.clone(), upload, None, now)?;
    ways.begin(way, upload, room, now).inspect_err(|_| people.end(person, upload.file))
}

/// Refused, it counts as before.
fn prolong_both<P: Counted, W: Counted>(
    ((people, person), (ways, way)): Counters<'_, P, W>,
    (upload, room): (Begun, Option<Room>),
    now: DateTime<Utc>,
) -> Result<()> {
    people.prolong(person, upload, None, now)?;
    ways.prolong(way, upload, room, now)
}

fn end_both<P: Counted, W: Counted>(((people, person), (ways, way)): Counters<'_, P, W>, file: FileId) {
    people.end(person, file);
    ways.end(way, file);
}

fn check_both<P: Counted, W: Counted>(
    ((people, person), (ways, way)): Counters<'_, P, W>,
    count: NonZeroU32,
) -> Result<()> {
    people.check_parts(person, count)?;
    ways.check_parts(way, count)
}
