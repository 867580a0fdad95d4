//! The folder that a guest has open: the one that a link shows, or one below it. What lies above that is not told.

use super::door::Guest;
use crate::{
    error::{Error, Result},
    files::{
        folders::{Folder, child::Holds},
        pages::{Crumb, in_it_with_weight},
    },
    ids::FolderId,
};
use sea_orm::ConnectionTrait;

/// A folder behind a link.
pub(super) struct OpenFolder {
    pub id: FolderId,
    /// That of the link, where it is the folder itself that is shared.
    pub name: String,
    pub url: String,
    /// Those on the way to it, the shared one first, without itself.
    pub above: Vec<Crumb>,
    /// What lies directly in it, in words.
    pub holds: String,
}

impl OpenFolder {
    /// The folder behind a link; none where the link is of files.
    ///
    /// # Errors
    ///
    /// `NotFound` for a folder that is not in the shared one, or not in sight; `DatabaseUnavailable`.
    pub(super) async fn of(db: &impl ConnectionTrait, guest: &Guest, id: Option<FolderId>) -> Result<Option<Self>> {
        let Some(shared) = guest.share.folder() else {
            return if id.is_none() { Ok(None) } else { Err(Error::NotFound) };
        };
        let id = id.unwrap_or(shared);
        let way = Folder::way(db, id, guest.share.owner()).await?;
        let mut above: Vec<Crumb> =
            way.iter().skip_while(|folder| folder.id() != shared).map(|folder| crumb(guest, folder, shared)).collect();
        let Crumb { name, url, .. } = above.pop().ok_or(Error::NotFound)?;
        let holds = in_it_with_weight(Holds::of(db, id).await?);
        Ok(Some(Self { id, name, url, above, holds }))
    }
}

/// The address of the page that shows a folder behind a link.
pub(super) fn url(guest: &Guest, folder: FolderId) -> String {
    match guest.share.folder() == Some(folder) {
        true => guest.base.clone(),
        false => format!("{}/folders/{folder}", guest.base),
    }
}

fn crumb(guest: &Guest, folder: &Folder, shared: FolderId) -> Crumb {
    let name = if folder.id() == shared { guest.share.title() } else { folder.name() };
    Crumb { id: folder.id().to_string(), name: name.to_owned(), url: url(guest, folder.id()) }
}
