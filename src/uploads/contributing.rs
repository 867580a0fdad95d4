//! To whose account somebody uploads: their own, or that of whoever shares a folder with them for adding to it.

use super::{
    Uploader,
    issue::{find_issued, own},
    uploader::Member,
};
use crate::{
    accounts::Account,
    database,
    error::{Error, Result},
    grants::Grant,
    ids::FolderId,
    state::AppState,
    storage::ObjectKey,
};
use std::sync::Arc;

/// To whose account somebody uploads.
pub(super) enum Counter<'a> {
    Own(&'a Account),
    Shared(Arc<Account>, Member),
}

const NOT_SHARED: &str = "Nobody shares this folder with you, or not for adding files. Ask whoever did.";

impl<'a> Counter<'a> {
    /// Where an upload begins: to the caller's own account, or to a folder of somebody else's.
    ///
    /// # Errors
    ///
    /// `Unacceptable` for a folder that is not shared with them, or not for that, or not in sight, or whose owner is shut out;
    /// `DatabaseUnavailable`. Of their own nobody is asked.
    pub(super) async fn of(app: &AppState, account: &'a Account, shared_folder: Option<&str>) -> Result<Self> {
        let Some(text) = shared_folder else { return Ok(Self::Own(account)) };
        let nobody = |error| if matches!(error, Error::NotFound) { not_shared() } else { error };
        let folder: FolderId = text.parse().map_err(|_| not_shared())?;
        let grant = Grant::to_contribute(&app.db, folder, account.id).await.map_err(nobody)?;
        Self::shared(app, &grant, folder).await.map_err(nobody)
    }

    /// Where an upload was begun that goes on, by its key.
    ///
    /// # Errors
    ///
    /// `NotFound` for a key that is neither the caller's own nor was issued to them for a folder that is still shared with them for adding to
    /// it; `DatabaseUnavailable`. Of their own nobody is asked.
    pub(super) async fn of_key(app: &AppState, account: &'a Account, text: &str) -> Result<Self> {
        let key = ObjectKey::parse(app.store.prefix(), text).ok_or(Error::NotFound)?;
        if key.owner == account.id {
            return Ok(Self::Own(account));
        }
        let db = database::read_as(&app.db, account.id).await?;
        let grants = Grant::between(&db, key.owner, account.id).await?;
        drop(db);
        for grant in grants {
            let counter = Self::shared(app, &grant, grant.folder()).await?;
            if find_issued(app, &counter.uploader(), text).is_ok() {
                return Ok(counter);
            }
        }
        Err(Error::NotFound)
    }

    async fn shared(app: &AppState, grant: &Grant, folder: FolderId) -> Result<Self> {
        let owner = match app.accounts.cache.account(grant.owner()).await {
            Err(Error::NotSignedIn) => Err(Error::NotFound),
            owner => owner,
        }?;
        Ok(Self::Shared(owner, Member { id: grant.member(), grant: grant.id(), folder }))
    }

    /// As who they upload.
    pub(super) fn uploader(&self) -> Uploader<'_> {
        match self {
            Self::Own(account) => Uploader::own(account),
            Self::Shared(owner, member) => Uploader::member(owner, *member),
        }
    }

    /// The key of a file that has been sent, by its text, whoever made up one of their own.
    ///
    /// # Errors
    ///
    /// `NotFound` for every other text.
    pub(super) fn key(&self, app: &AppState, text: &str) -> Result<ObjectKey> {
        match self {
            Self::Own(account) => own(app, account.id, text),
            Self::Shared(..) => find_issued(app, &self.uploader(), text),
        }
    }

    /// By what means a file is brought to them, if that says more.
    pub(super) fn means(&self, by: &'static str) -> &'static str {
        match (self, by) {
            (Self::Shared(..), "") => "to a shared folder",
            (Self::Shared(..), _) => "to a shared folder, by token",
            (Self::Own(_), by) => by,
        }
    }
}

fn not_shared() -> Error {
    Error::unacceptable("folder_not_shared", NOT_SHARED)
}
