//! Who is reading objects in parts: their files stay until the last reader has left.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The contents that are being read, and the files of those that were replaced or deleted meanwhile.
#[derive(Default)]
pub(super) struct Readers(Mutex<HashMap<String, Read>>);

#[derive(Default)]
struct Read {
    readers: usize,
    doomed: Vec<String>,
}

impl Readers {
    /// One more reads this content.
    pub(super) fn enter(&self, content: &str) {
        self.lock().entry(content.to_owned()).or_default().readers += 1;
    }

    /// One fewer. Returns the files that are to be removed now.
    pub(super) fn leave(&self, content: &str) -> Vec<String> {
        let mut contents = self.lock();
        let Entry::Occupied(mut entry) = contents.entry(content.to_owned()) else { return Vec::new() };
        entry.get_mut().readers = entry.get().readers.saturating_sub(1);
        if entry.get().readers == 0 { entry.remove().doomed } else { Vec::new() }
    }

    /// Nothing names these files any more. Returns those that are to be removed now: all, unless somebody reads them.
    pub(super) fn doom(&self, content: &str, files: Vec<String>) -> Vec<String> {
        match self.lock().get_mut(content) {
            Some(read) => {
                read.doomed.extend(files);
                Vec::new()
            }
            None => files,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Read>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_until_the_last_reader_has_left() {
        let readers = Readers::default();
        let files = || vec!["one".to_owned(), "two".to_owned()];
        assert_eq!(readers.doom("unread", files()), files());
        readers.enter("read");
        readers.enter("read");
        assert_eq!(readers.doom("read", files()), Vec::<String>::new());
        assert_eq!(readers.leave("read"), Vec::<String>::new());
        assert_eq!(readers.leave("read"), files());
        assert_eq!(readers.leave("read"), Vec::<String>::new());
    }
}
