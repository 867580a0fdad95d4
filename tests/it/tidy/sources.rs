//! The sources of this repository, as its rules read them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder of the repository, and of its folders, that end in one of these.
pub fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match path.is_dir() {
                true if !matches!(name, "node_modules" | "results" | "screenshots" | "__pycache__") => {
                    folders.push(path)
                }
                true => {}
                false
                    if path
                        .extension()
                        .and_then(|ending| ending.to_str())
                        .is_some_and(|ending| endings.contains(&ending)) =>
                {
                    found.push(path)
                }
                false => {}
            }
        }
    }
    found
}
