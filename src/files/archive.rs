//! What an archive is made of that a browser puts together: which files, and under which paths, by pages.

use super::{
    Ready, Scope, State,
    entity::{Column, Entity},
    file::File,
    folders::{Folder, Place, names},
    list::search::Search,
    selection::{Selection, condition},
    shared,
};
use crate::{
    error::{Error, Result},
    ids::{FileId, FolderId},
};
use bytesize::ByteSize;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many files one archive has: a browser keeps the name of each until the last is in.
pub const MOST: u64 = 10_000;
/// So many of them a page has.
pub const PAGE: u64 = 500;
/// So many URLs are signed at once, each just before it is read.
pub const MOST_SIGNED: usize = 20;

/// What is put into an archive.
#[derive(Clone, Debug)]
pub struct Contents {
    files: Selection,
    /// The folders that paths begin in, or with; none: no file has one.
    tops: Vec<Top>,
}

/// A folder that is put into an archive.
#[derive(Clone, Debug)]
struct Top {
    id: FolderId,
    /// How much of its own way the paths in the archive keep, in bytes: nothing, or its name.
    kept: usize,
}

/// Some of it.
pub struct Page {
    pub entries: Vec<Entry>,
    /// Behind which the next ones stand, if there are any.
    pub next: Option<FileId>,
}

/// A file of an archive.
pub struct Entry {
    pub file: Ready,
    /// The folders that it lies in, such as `Day 1/Beach`; empty: none.
    pub path: String,
}

/// All of it together.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    pub files: u64,
    pub bytes: ByteSize,
}

impl Contents {
    /// Some files, side by side.
    pub fn of(files: Selection) -> Self {
        Self { files, tops: Vec::new() }
    }

    /// A folder with all that lies in it and in the folders below.
    pub fn of_folder(folder: Folder, scope: Scope) -> Self {
        let search = Search { place: Place::Below(folder.id()), ..Search::all(scope) };
        Self { files: Selection::Found(Box::new(search)), tops: vec![Top { id: folder.id(), kept: 0 }] }
    }

    /// Some folders side by side, each under its name, with all that lies in them and in the folders below.
    pub fn of_folders(folders: &[Folder]) -> Self {
        let tops = folders.iter().map(|folder| Top { id: folder.id(), kept: folder.name().len() });
        Self { files: Selection::Below(folders.iter().map(Folder::id).collect()), tops: tops.collect() }
    }

    /// How much it is.
    ///
    /// # Errors
    ///
    /// `Unacceptable` for more than [`MOST`] files; `DatabaseUnavailable`.
    pub async fn totals(&self, db: &impl ConnectionTrait, scope: Scope) -> Result<Totals> {
        let summary = shared::summary(db, &self.files, scope).await?;
        if summary.files > MOST {
            let words = "These are too many files for one archive, which has at most 10,000. Choose fewer.";
            return Err(Error::unacceptable("too_many_files", words));
        }
        Ok(Totals { files: summary.files, bytes: summary.bytes })
    }

    /// The files behind one, or the first ones, at most [`PAGE`]. What is not ready, or out of the scope's sight, is not among them.
    ///
    /// # Errors
    ///
    /// `DatabaseUnavailable`.
    pub async fn page(&self, db: &impl ConnectionTrait, scope: Scope, after: Option<FileId>) -> Result<Page> {
        let mut query = Entity::find().filter(condition(db, &self.files, scope, State::Ready));
        if let Some(after) = after {
            query = query.filter(Column::FileId.gt(after));
        }
        let rows = query.order_by_asc(Column::FileId).limit(PAGE + 1).all(db).await?;
        let mut files = Ready::from_rows(rows);
        let has_more = files.len() as u64 > PAGE;
        files.truncate(PAGE as usize);
        let next = files.last().filter(|_| has_more).map(File::id);
        Ok(Page { entries: self.with_paths(db, files).await?, next })
    }

    async fn with_paths(&self, db: &impl ConnectionTrait, files: Vec<Ready>) -> Result<Vec<Entry>> {
        if self.tops.is_empty() {
            return Ok(files.into_iter().map(|file| Entry { file, path: String::new() }).collect());
        }
        let tops = self.tops.iter().map(|top| top.id);
        let ways = names::of(db, files.iter().filter_map(File::folder_id).chain(tops)).await?;
        let tops: Vec<_> = self.tops.iter().filter_map(|top| Some((ways.get(&top.id)?, top.kept))).collect();
        let path = |file: &Ready| {
            let way = file.folder_id().and_then(|folder| ways.get(&folder))?;
            let above = tops.iter().filter(|(top, _)| is_below(way, top)).map(|(top, kept)| top.len() - kept).min()?;
            way.get(above..).map(|below| below.trim_start_matches('/').to_owned())
        };
        Ok(files.into_iter().map(|file| Entry { path: path(&file).unwrap_or_default(), file }).collect())
    }
}

/// Is a folder this one, or below it? Both by their ways from the top.
fn is_below(way: &str, top: &str) -> bool {
    way.strip_prefix(top).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// Those of some files that are ready and in a scope's sight.
///
/// # Errors
///
/// `Malformed` for more than [`MOST_SIGNED`]; `DatabaseUnavailable`.
pub async fn find(db: &impl ConnectionTrait, ids: &[FileId], scope: Scope) -> Result<Vec<Ready>> {
    if ids.len() > MOST_SIGNED {
        return Err(Error::Malformed(format!("These are too many at once. Name at most {MOST_SIGNED} files.")));
    }
    let these = Selection::These(ids.to_vec());
    let rows = Entity::find().filter(condition(db, &these, scope, State::Ready)).all(db).await?;
    Ok(Ready::from_rows(rows))
}
