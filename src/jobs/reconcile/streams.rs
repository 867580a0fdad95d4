//! The two sides of the comparison, each in the order of ids, a page of it in memory.

use crate::{
    database,
    error::Result,
    files::comparison::Indexed,
    ids::FileId,
    state::AppState,
    storage::{ListedObject, ObjectKey, ThumbnailKey},
};
use std::collections::VecDeque;

const ROWS: u64 = 1_000;

/// A file in the bucket.
pub(in crate::jobs) struct Found {
    pub key: ObjectKey,
    pub object: ListedObject,
}

/// What is in the bucket.
pub(in crate::jobs) struct Objects<'a> {
    app: &'a AppState,
    /// The last key that was listed; none at the end.
    after: Option<String>,
    page: VecDeque<Found>,
}

impl<'a> Objects<'a> {
    pub fn of(app: &'a AppState) -> Self {
        Self { app, after: Some(app.store.prefix().to_owned()), page: VecDeque::new() }
    }

    /// The next one. Keys of other shapes are nobody's business.
    pub async fn next(&mut self) -> Result<Option<Found>> {
        while self.page.is_empty()
            && let Some(after) = self.after.take()
        {
            let prefix = self.app.store.prefix();
            let (objects, has_more) = self.app.store.list_objects(prefix, &after, database::now()).await?;
            // Under a prefix of one's own, thumbnails lie behind all files.
            let last = objects.last().map(|object| object.key.clone());
            self.after = last.filter(|key| has_more && ThumbnailKey::parse(prefix, key).is_none());
            let found = objects.into_iter().filter_map(|object| {
                let key = ObjectKey::parse(prefix, &object.key)?;
                Some(Found { key, object })
            });
            self.page.extend(found);
        }
        Ok(self.page.pop_front())
    }
}

/// What is in the index.
pub(super) struct Rows<'a> {
    app: &'a AppState,
    after: Option<FileId>,
    is_over: bool,
    page: VecDeque<Indexed>,
}

impl<'a> Rows<'a> {
    pub fn of(app: &'a AppState) -> Self {
        Self { app, after: None, is_over: false, page: VecDeque::new() }
    }

    /// The next one, which stays the next one.
    pub async fn peek(&mut self) -> Result<Option<&Indexed>> {
        if self.page.is_empty() && !self.is_over {
            let rows = Indexed::list(&self.app.db, self.after, ROWS).await?;
            self.is_over = rows.len() < ROWS as usize;
            self.after = rows.last().map(|row| row.file_id).or(self.after);
            self.page.extend(rows);
        }
        Ok(self.page.front())
    }

    pub fn take(&mut self) -> Option<Indexed> {
        self.page.pop_front()
    }
}
