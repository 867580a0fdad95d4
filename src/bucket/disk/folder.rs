//! The files that hold objects' bytes: unique names in folders of about a minute each, never named by keys.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::readers::Readers;

/// `objects/0197/c0a2/0197c0a2…`: a UUID v7 begins with the time, so files written together share a folder and one
/// sync of that folder serves them all.
pub(crate) struct Folder {
    root: PathBuf,
    /// The leaf folder made last, so that most files need no look at the disk to find theirs.
    newest_leaf: Mutex<PathBuf>,
    readers: Readers,
}

/// Somebody reads an object in parts. Until it is dropped, their files stay.
pub(crate) struct Reading {
    folder: Arc<Folder>,
    content: String,
}

/// A file no object names yet. Dropping it removes it.
pub(crate) struct UnlistedFile {
    folder: Arc<Folder>,
    name: String,
    kept: bool,
}

impl Folder {
    /// Opens the folder, or makes it so that it is found after a power cut.
    pub(crate) fn open(root: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&root)?;
        sync(root.parent().unwrap_or(&root))?;
        Ok(Self { root, newest_leaf: Mutex::default(), readers: Readers::default() })
    }

    /// A new empty file under a name that was never used before.
    pub(crate) fn create(self: &Arc<Self>) -> io::Result<(File, UnlistedFile)> {
        let name = Uuid::now_v7().simple().to_string();
        self.make_leaf(&self.leaf(&name))?;
        let file = File::options().write(true).create_new(true).open(self.path(&name))?;
        Ok((file, UnlistedFile { folder: Arc::clone(self), name, kept: false }))
    }

    /// A new name for the bytes of a file, which stay when the old name goes. Where the disk knows no second names,
    /// they are copied.
    pub(crate) fn link(self: &Arc<Self>, existing: &str) -> io::Result<UnlistedFile> {
        let name = Uuid::now_v7().simple().to_string();
        self.make_leaf(&self.leaf(&name))?;
        let (from, to) = (self.path(existing), self.path(&name));
        let unlisted = UnlistedFile { folder: Arc::clone(self), name, kept: false };
        match fs::hard_link(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
            Err(_) => {
                fs::copy(&from, &to)?;
                File::open(&to)?.sync_all()?;
            }
            Ok(()) => {}
        }
        Ok(unlisted)
    }

    /// Keeps the files of an object in parts. Who has not yet seen it in the index since may find that they are gone.
    pub(crate) fn read(self: &Arc<Self>, content: &str) -> Reading {
        self.readers.enter(content);
        Reading { folder: Arc::clone(self), content: content.to_owned() }
    }

    /// Where a file of this name is, if there is one.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.leaf(name).join(name)
    }

    /// The folder that must be synced before a new file of this name is sure to be found after a power cut.
    pub(crate) fn leaf(&self, name: &str) -> PathBuf {
        let (first, second) = (name.get(..4).unwrap_or("0"), name.get(4..8).unwrap_or("0"));
        self.root.join(first).join(second)
    }

    /// Removes a file no object names any more.
    pub(crate) fn remove(&self, name: &str) {
        remove(&self.path(name));
    }

    /// Removes the files of an object in parts, or lets its last reader do it.
    pub(crate) fn remove_parts(&self, content: &str, files: Vec<String>) {
        self.readers.doom(content, files).iter().for_each(|name| self.remove(name));
    }

    /// Removes every file that is not listed, which only a crash leaves behind, and says how many there were.
    pub(crate) fn remove_unlisted(&self, listed: &HashSet<String>) -> io::Result<usize> {
        let mut removed = 0;
        for first in children(&self.root)? {
            for second in children(&first)? {
                for file in children(&second)? {
                    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                    if !listed.contains(name) {
                        remove(&file);
                        removed += 1;
                    }
                }
                // Succeeds only on an empty folder, which is the only kind to remove.
                let _ = fs::remove_dir(&second);
            }
            let _ = fs::remove_dir(&first);
        }
        Ok(removed)
    }

    fn make_leaf(&self, leaf: &Path) -> io::Result<()> {
        if *self.newest_leaf.lock().unwrap_or_else(PoisonError::into_inner) == leaf {
            return Ok(());
        }
        fs::create_dir_all(leaf)?;
        let middle = leaf.parent().unwrap_or(leaf);
        sync(middle)?;
        sync(&self.root)?;
        *self.newest_leaf.lock().unwrap_or_else(PoisonError::into_inner) = leaf.to_owned();
        Ok(())
    }
}

impl UnlistedFile {
    /// The name that the index keeps.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The folder to sync, see [`Folder::leaf`].
    pub(crate) fn leaf(&self) -> PathBuf {
        self.folder.leaf(&self.name)
    }

    /// The file stays: an object names it now, or might.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for UnlistedFile {
    fn drop(&mut self) {
        if !self.kept {
            self.folder.remove(&self.name);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let files = self.folder.readers.leave(&self.content);
        files.iter().for_each(|name| self.folder.remove(name));
    }
}

/// Makes the names in a folder survive a power cut.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// What cannot be removed is only waste, which the next start clears.
fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "a file of the embedded bucket could not be removed; the next start tries again");
        }
        Ok(()) | Err(_) => {}
    }
}

fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}
