//! The folder that a guest has open: the one that a link shows, or one below it. What lies above that is not told.

use super::door::Guest;
use crate::{
    error::{Error, Result},
    files::{
        folders::{Folder, child::Holds},
        pages::{Crumb, in_it_with_weight},
    },
    ids::FolderId,
    shares::Share,
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
        let Some(way) = way(db, &guest.share, id).await? else { return Ok(None) };
        let mut above: Vec<Crumb> = way.iter().map(|folder| crumb(guest, folder)).collect();
        let id = way.last().ok_or(Error::NotFound)?.id();
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

/// A folder behind a link, the shared one where none is named; none where the link is of files.
///
/// # Errors
///
/// As [`OpenFolder::of`].
pub(super) async fn find(db: &impl ConnectionTrait, share: &Share, id: Option<FolderId>) -> Result<Option<Folder>> {
    Ok(way(db, share, id).await?.and_then(|mut way| way.pop()))
}

/// From the shared folder, which is the first, to one behind the link.
async fn way(db: &impl ConnectionTrait, share: &Share, id: Option<FolderId>) -> Result<Option<Vec<Folder>>> {
    let Some(shared) = share.folder() else {
        return if id.is_none() { Ok(None) } else { Err(Error::NotFound) };
    };
    let way = Folder::way(db, id.unwrap_or(shared), share.owner()).await?;
    let way: Vec<Folder> = way.into_iter().skip_while(|folder| folder.id() != shared).collect();
    if way.is_empty() { Err(Error::NotFound) } else { Ok(Some(way)) }
}

fn crumb(guest: &Guest, folder: &Folder) -> Crumb {
    let name = if guest.share.folder() == Some(folder.id()) { guest.share.title() } else { folder.name() };
    Crumb { id: folder.id().to_string(), name: name.to_owned(), url: url(guest, folder.id()) }
}
