//! Walks the index for one page of a listing, and leaps over what a delimiter folds into one entry.

use crate::bucket::disk::index::{Index, ListedObject};

/// Rows asked for after a leap, when most of the last ones lay inside a folded group.
const ROWS_AFTER_LEAP: usize = 8;

/// One page to be walked.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// What every key on the page begins with; may be empty.
    pub(crate) prefix: String,
    /// Keys that have it behind the prefix are folded into a group up to and with it. Never empty.
    pub(crate) delimiter: Option<String>,
    /// The first place to look at, as bytes that need not be a key.
    pub(crate) from: Vec<u8>,
    /// Objects and groups together.
    pub(crate) max: usize,
}

/// One page of a listing.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<ListedObject>,
    /// Prefixes up to and with the delimiter that stand for all keys below them.
    pub(crate) groups: Vec<String>,
    /// The last key or group on the page.
    pub(crate) last: Option<String>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<Vec<u8>>,
}

impl Walk {
    /// Moves the start behind a key or a whole group that was seen before.
    pub(crate) fn start_after(&mut self, seen: &str) {
        self.from = match self.group(seen) {
            Some(group) if group == seen => behind_all(seen),
            Some(_) | None => behind(seen),
        };
    }

    /// Reads the page, in a few queries however many keys a group stands for.
    pub(crate) async fn page(&self, index: &Index) -> sqlx::Result<Page> {
        let mut page = Page::default();
        if self.max == 0 {
            return Ok(page);
        }
        let below = behind_all(&self.prefix);
        let mut from = self.from.clone().max(self.prefix.as_bytes().to_vec());
        let mut rows_wanted = self.max + 1;
        loop {
            let rows = index.list(&from, &below, rows_wanted).await?;
            let exhausted = rows.len() < rows_wanted;
            let mut folded = 0;
            for row in rows {
                if row.key.as_bytes() < from.as_slice() {
                    folded += 1;
                    continue;
                }
                if page.objects.len() + page.groups.len() == self.max {
                    page.next = Some(from);
                    return Ok(page);
                }
                from = self.take(row, &mut page);
            }
            if exhausted {
                return Ok(page);
            }
            let wasteful = folded * 2 > rows_wanted;
            rows_wanted = if wasteful { ROWS_AFTER_LEAP } else { (rows_wanted * 2).min(self.max + 1) };
        }
    }

    /// Puts a row on the page and returns where to go on.
    fn take(&self, row: ListedObject, page: &mut Page) -> Vec<u8> {
        if let Some(group) = self.group(&row.key) {
            let from = behind_all(&group);
            page.last = Some(group.clone());
            page.groups.push(group);
            return from;
        }
        let from = behind(&row.key);
        page.last = Some(row.key.clone());
        page.objects.push(row);
        from
    }

    fn group(&self, key: &str) -> Option<String> {
        group(&self.prefix, self.delimiter.as_deref(), key)
    }
}

/// The entry that a key is folded into: what it begins with, up to and with the delimiter behind the prefix.
pub(crate) fn group(prefix: &str, delimiter: Option<&str>, key: &str) -> Option<String> {
    let delimiter = delimiter?;
    let rest = key.strip_prefix(prefix)?;
    let end = rest.find(delimiter)? + delimiter.len();
    Some(format!("{prefix}{}", &rest[..end]))
}

/// The first place after a key.
pub(crate) fn behind(key: &str) -> Vec<u8> {
    [key.as_bytes(), &[0]].concat()
}

/// The first place after every key with a prefix. UTF-8 has no byte 0xFF, so the last byte can grow.
pub(crate) fn behind_all(prefix: &str) -> Vec<u8> {
    let mut bytes = prefix.as_bytes().to_vec();
    match bytes.last_mut() {
        Some(last) => *last += 1,
        None => bytes.push(u8::MAX),
    }
    bytes
}
