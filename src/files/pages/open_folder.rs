//! What the gallery shows of folders: the way to the one that is open, and those that lie in it.

use crate::{
    database,
    error::{Error, Result},
    files::{
        folders::{
            Folder,
            child::{self, Child, Holds},
            shared,
        },
        list::{facets::grouped, search::SearchQuery},
        shared::SharedBy,
    },
    ids::{FolderId, UserId},
    size::in_words,
};
use bytesize::ByteSize;
use sea_orm::ConnectionTrait;

/// The folder that is open.
pub struct OpenFolder {
    pub id: FolderId,
    pub name: String,
    /// Those on the way to it, the top first, without itself.
    pub above: Vec<Crumb>,
    /// What lies directly in it, such as `214 files · 3.1 GB`.
    pub holds: String,
    /// The links that it is behind, by itself or with a folder above it.
    pub links: Vec<SharedBy>,
    /// The folder of those that it is shared with people by, and with how many.
    pub people: Option<(FolderId, i64)>,
}

/// A folder on the way.
pub struct Crumb {
    /// Empty: the top.
    pub id: String,
    pub name: String,
    pub url: String,
}

/// The folders that lie in the one that is open.
#[derive(Default)]
pub struct Folders {
    /// Are they the reader's own, who can do something with them?
    pub are_own: bool,
    pub tiles: Vec<FolderTile>,
    /// Where they go on.
    pub next: Option<String>,
}

/// A folder as a tile.
pub struct FolderTile {
    pub id: FolderId,
    pub name: String,
    pub url: String,
    pub cover_url: Option<String>,
    /// What lies directly in it, in words.
    pub holds: String,
}

impl OpenFolder {
    /// Somebody's folder, by the id in an address; none where that is empty.
    ///
    /// # Errors
    ///
    /// `NotFound`; `DatabaseUnavailable`.
    pub async fn of(db: &impl ConnectionTrait, id: &str, owner: UserId) -> Result<Option<Self>> {
        if id.is_empty() {
            return Ok(None);
        }
        let id = id.parse().map_err(|_| Error::NotFound)?;
        let mut way = Folder::way(db, id, owner).await?;
        let (links, people) = (shared::links_of(db, &way).await?, shared::people_of(db, &way).await?);
        let folder = way.pop().ok_or(Error::NotFound)?;
        let top = Crumb { id: String::new(), name: "Files".to_owned(), url: "/".to_owned() };
        let above = [top].into_iter().chain(way.iter().map(Crumb::of)).collect();
        let holds = Holds::of(db, id).await?;
        let holds = format!("{}{}", files(holds), weight(holds));
        Ok(Some(Self { id, name: folder.name().to_owned(), above, holds, links, people }))
    }

    /// The one that it lies in.
    pub fn parent(&self) -> Option<&Crumb> {
        self.above.last()
    }
}

impl Crumb {
    fn of(folder: &Folder) -> Self {
        Self { id: folder.id().to_string(), name: folder.name().to_owned(), url: format!("/folders/{}", folder.id()) }
    }
}

impl Folders {
    /// Those that lie in somebody's folder, or at the top, behind the key of one.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of(
        db: &impl ConnectionTrait,
        owner: UserId,
        parent: Option<FolderId>,
        query: &SearchQuery,
        after: &str,
    ) -> Result<Self> {
        let mut all = Self::unmarked(db, owner, parent, query, after).await?;
        let ids: Vec<FolderId> = all.tiles.iter().map(|tile| tile.id).collect();
        let mut seen = shared::seen_by_link(db, owner, &ids, database::now()).await?;
        seen.extend(shared::seen_by_people(db, owner, &ids).await?);
        for tile in all.tiles.iter_mut().filter(|tile| seen.contains(&tile.id)) {
            tile.holds.insert_str(0, "Shared · ");
        }
        Ok(Self { are_own: true, ..all })
    }

    /// The same as whoever has a link sees them: all is read under its address, and nothing is said of links.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn of_guest(
        db: &impl ConnectionTrait,
        owner: UserId,
        parent: FolderId,
        base: &str,
        after: &str,
    ) -> Result<Self> {
        let query = SearchQuery { folder: parent.to_string(), ..SearchQuery::default() };
        let mut all = Self::unmarked(db, owner, Some(parent), &query, after).await?;
        let below = |url: String| format!("{base}{url}");
        all.next = all.next.map(below);
        for tile in &mut all.tiles {
            tile.url = below(std::mem::take(&mut tile.url));
            tile.cover_url = tile.cover_url.take().map(below);
        }
        Ok(all)
    }

    async fn unmarked(
        db: &impl ConnectionTrait,
        owner: UserId,
        parent: Option<FolderId>,
        query: &SearchQuery,
        after: &str,
    ) -> Result<Self> {
        // PostgreSQL's texts cannot hold a zero, and no folder's key has one.
        let after = if after.contains('\0') { "" } else { after };
        let (children, has_more) = child::list(db, owner, parent, after).await?;
        let next =
            children.last().filter(|_| has_more).map(|last| query.url_with("/", &[("folders", child::place_of(last))]));
        Ok(Self { are_own: false, tiles: children.iter().map(FolderTile::of).collect(), next })
    }
}

impl FolderTile {
    fn of(child: &Child) -> Self {
        let id = child.folder.id();
        Self {
            id,
            name: child.folder.name().to_owned(),
            url: format!("/folders/{id}"),
            cover_url: child.cover.map(|file| format!("/files/{file}/thumbnail")),
            holds: in_it(child.holds),
        }
    }
}

/// Such as `214 files`, `3 folders`, `3 folders, 1 file` or `Empty`.
pub fn in_it(holds: Holds) -> String {
    match (holds.folders, holds.files) {
        (0, 0) => "Empty".to_owned(),
        (0, _) => files(holds),
        (_, 0) => folders(holds),
        _ => format!("{}, {}", folders(holds), files(holds)),
    }
}

/// The same with its weight, such as `3 folders, 1 file · 3.1 GB`.
pub fn in_it_with_weight(holds: Holds) -> String {
    format!("{}{}", in_it(holds), weight(holds))
}

fn weight(holds: Holds) -> String {
    match holds.files {
        0 => String::new(),
        _ => format!(" · {}", in_words(ByteSize(holds.bytes.unsigned_abs()))),
    }
}

fn files(holds: Holds) -> String {
    counted(holds.files, "file")
}

fn folders(holds: Holds) -> String {
    counted(holds.folders, "folder")
}

fn counted(number: i64, word: &str) -> String {
    format!("{} {word}{}", grouped(number.unsigned_abs()), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_folder_is_said_in_words() {
        for (files, folders, words) in [
            (0, 0, "Empty"),
            (1, 0, "1 file"),
            (1_214, 0, "1,214 files"),
            (0, 1, "1 folder"),
            (2, 3, "3 folders, 2 files"),
        ] {
            assert_eq!(in_it(Holds { files, bytes: 0, folders }), words);
        }
    }
}
