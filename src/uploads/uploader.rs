//! Who uploads, and on whose account: its owner, or somebody who has a link and no account.

use super::by_link;
use crate::{
    accounts::Account,
    drops::DropLink,
    error::{Error, Result},
    ids::{DropId, FileId},
    state::{AppState, Begun, Room},
    storage::{FolderPath, InvalidFolderPath, Parcel},
};
use chrono::{DateTime, Utc};
use std::num::NonZeroU32;

/// Who uploads. The files are the account's, and are charged to it, whoever sends them.
pub struct Uploader<'a> {
    pub account: &'a Account,
    guest: Option<Guest<'a>>,
}

struct Guest<'a> {
    link: &'a DropLink,
    parcel: &'a Parcel,
    address: &'a str,
}

impl<'a> Uploader<'a> {
    /// The account's own owner.
    pub fn own(account: &'a Account) -> Self {
        Self { account, guest: None }
    }

    /// Whoever has a link of the account's, from where they are.
    pub(super) fn by_link(account: &'a Account, (link, parcel): (&'a DropLink, &'a Parcel), address: &'a str) -> Self {
        Self { account, guest: Some(Guest { link, parcel, address }) }
    }

    /// The link that keys are issued for, if they are for one.
    pub(super) fn link(&self) -> Option<DropId> {
        self.guest.as_ref().map(|guest| guest.link.id())
    }

    /// What the object is to carry of it.
    pub(super) fn parcel(&self) -> Option<&'a Parcel> {
        self.guest.as_ref().map(|guest| guest.parcel)
    }

    /// Where a file comes in that its client says came in a folder; or in none, which is an empty text. By a link it is in the link's own folder.
    ///
    /// # Errors
    ///
    /// `Unacceptable` for a path that no folders can have.
    pub(super) fn folder(&self, said: Option<&str>) -> Result<Option<FolderPath>> {
        let said = said.filter(|text| !text.is_empty());
        let path = match &self.guest {
            None => said.map(str::parse).transpose(),
            Some(guest) => {
                let below = said.map(str::parse::<FolderPath>).transpose();
                below.and_then(|below| guest.below(below.as_ref()))
            }
        };
        path.map_err(|error: InvalidFolderPath| Error::unacceptable("bad_folder", error.to_string()))
    }

    /// Is a file of so many bytes taken by the link?
    ///
    /// # Errors
    ///
    /// `TooLarge`.
    pub(super) fn check_size(&self, size: u64) -> Result<()> {
        let refusal = self.guest.as_ref().and_then(|guest| by_link::too_large(guest.link, size));
        refusal.map_or(Ok(()), Err)
    }

    /// Counts an upload that begins, see [`crate::state::OpenUploads::begin`].
    ///
    /// # Errors
    ///
    /// `TooManyUploads`, `OverQuota`; for a link that takes no more, `Unacceptable`.
    pub(super) fn begin(&self, app: &AppState, upload: Begun, now: DateTime<Utc>) -> Result<()> {
        let Some(guest) = &self.guest else {
            return app.open_uploads.begin(self.account.id, upload, room(app, self.account), now);
        };
        app.guests.uploads.begin(guest.name(), upload, None, now)?;
        let counted = app.guests.uploads_of_links.begin(guest.link.id(), upload, self.room(app), now);
        if counted.is_err() {
            self.end(app, upload.file);
        }
        counted.map_err(without_quota)
    }

    /// Counts an upload anew, see [`crate::state::OpenUploads::prolong`].
    ///
    /// # Errors
    ///
    /// As [`Uploader::begin`].
    pub(super) fn prolong(&self, app: &AppState, upload: Begun, now: DateTime<Utc>) -> Result<()> {
        let Some(guest) = &self.guest else {
            return app.open_uploads.prolong(self.account.id, upload, room(app, self.account), now);
        };
        app.guests.uploads.prolong(guest.name(), upload, None, now)?;
        // Refused, it counts as before.
        let counted = app.guests.uploads_of_links.prolong(guest.link.id(), upload, self.room(app), now);
        counted.map_err(without_quota)
    }

    /// Counts an upload that goes on, see [`crate::state::OpenUploads::go_on`].
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
        match &self.guest {
            None => app.open_uploads.go_on(self.account.id, upload, at_first, room, now),
            Some(guest) => {
                let counted = app.guests.uploads_of_links.go_on(guest.link.id(), upload, at_first, room, now);
                counted.map_err(without_quota)
            }
        }
    }

    /// Counts an upload no more.
    pub(super) fn end(&self, app: &AppState, file: FileId) {
        match &self.guest {
            None => app.open_uploads.end(self.account.id, file),
            Some(guest) => {
                app.guests.uploads.end(guest.name(), file);
                app.guests.uploads_of_links.end(guest.link.id(), file);
            }
        }
    }

    /// Lets them ask for the URLs of so many parts, or for as much work.
    ///
    /// # Errors
    ///
    /// `TooManyUploads` when too many were asked for lately.
    pub(super) fn check_parts(&self, app: &AppState, count: NonZeroU32) -> Result<()> {
        match &self.guest {
            None => app.open_uploads.check_parts(self.account.id, count),
            Some(guest) => {
                app.guests.uploads.check_parts(guest.name(), count)?;
                app.guests.uploads_of_links.check_parts(guest.link.id(), count)
            }
        }
    }

    /// The room of the account, or what the link still takes where that is less.
    fn room(&self, app: &AppState) -> Option<Room> {
        let of_account = room(app, self.account);
        let Some(guest) = &self.guest else { return of_account };
        let free = |room: Room| room.quota.as_u64().saturating_sub(room.used.as_u64());
        let of_link = guest.link.limits().bytes.map(|most| Room { quota: most, used: guest.link.bytes() });
        [of_account, of_link].into_iter().flatten().min_by_key(|room| free(*room))
    }
}

impl Guest<'_> {
    /// By whom it is counted.
    fn name(&self) -> (DropId, String) {
        (self.link.id(), self.address.to_owned())
    }

    fn below(&self, path: Option<&FolderPath>) -> Result<Option<FolderPath>, InvalidFolderPath> {
        match self.link.folder() {
            Some(folder) => FolderPath::below(folder, path).map(Some),
            None => Ok(path.cloned()),
        }
    }
}

/// What the owner may store, and does, is nothing that others are told.
pub(super) fn without_quota(error: Error) -> Error {
    match error {
        Error::OverQuota { .. } => by_link::full(),
        error => error,
    }
}

/// By what is known of the account without asking; `register` asks.
fn room(app: &AppState, account: &Account) -> Option<Room> {
    let quota = app.uploads.quota_of(account.quota)?;
    Some(Room { quota, used: account.used })
}
