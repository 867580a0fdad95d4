//! What the gallery says around its files: of the whole list, and of folders.

use super::open_folder::{Folders, OpenFolder};
use crate::{
    accounts::Account,
    audit::{self, Event},
    database::{self, Reads},
    error::Result,
    files::{
        Ready, favourites,
        file::File,
        folders::{self, Place},
        list::{
            facets::{Count, Facets},
            page::{Page, Span},
            search::{Search, SearchQuery},
        },
    },
    ids::FolderId,
};
use chrono::TimeDelta;
use std::collections::HashMap;

/// Somebody who looks in once a week learns of them.
const REMOVALS_SHOWN_FOR: TimeDelta = TimeDelta::days(7);

/// What a page says of the whole list.
#[derive(Default)]
pub(super) struct Whole {
    pub facets: Facets,
    pub count: Count,
    pub removed: Vec<Event>,
    pub has_starred: bool,
}

impl Whole {
    /// At the top, all files count; what is chosen there is looked for in all of them.
    async fn of(db: &Reads<'_>, search: &Search, account: &Account) -> Result<Self> {
        let facets = match search.place {
            Place::Top => Facets::of(db, &Search { place: Place::Anywhere, ..search.clone() }).await?,
            _ => Facets::of(db, search).await?,
        };
        let count = match search.place {
            Place::Top => Count::of_all(db, search).await?,
            _ => facets.count(search.kind),
        };
        let removed = audit::list_removals(db, account.id, database::now() - REMOVALS_SHOWN_FOR, 5).await?;
        Ok(Self { facets, count, removed, has_starred: favourites::has_any(db, account.id).await? })
    }
}

/// What stands around the files of a page.
pub(super) struct Around {
    pub whole: Whole,
    pub open: Option<OpenFolder>,
    pub folders: Folders,
    /// What the folders are called that the files lie in, where these are several.
    pub names: HashMap<FolderId, String>,
}

impl Around {
    pub async fn of(
        db: &Reads<'_>,
        account: &Account,
        search: &Search,
        page: &Page<Ready>,
        (span, query, behind): (&Span, &SearchQuery, &str),
    ) -> Result<Self> {
        // A part that a script asks for to complete its list says nothing of the whole.
        let is_part = matches!(span, Span::Between(..));
        let whole = if is_part { Whole::default() } else { Whole::of(db, search, account).await? };
        // They stand before the first file.
        let is_first = !page.has_earlier && !matches!(span, Span::Before(_));
        let folders = match search.place.folder().filter(|_| is_first) {
            Some(folder) => Folders::of(db, account.id, folder, query, behind).await?,
            None => Folders::default(),
        };
        let elsewhere = page.files.iter().filter(|_| search.place.folder().is_none());
        let names = folders::names::of(db, elsewhere.filter_map(File::folder_id)).await?;
        Ok(Self { whole, open: OpenFolder::of(db, &query.folder, account.id).await?, folders, names })
    }
}
