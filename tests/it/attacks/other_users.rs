//! What other users of the machine could read.

use crate::support::{base_settings, program::Program};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

#[test]
fn the_data_folder_and_all_in_it_are_for_its_owner_alone_whatever_was_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let outside = folder.path().join("outside");
    fs::write(&outside, "not ours").expect("written");
    fs::set_permissions(&outside, Permissions::from_mode(0o644)).expect("set");
    let settings = base_settings(&data);
    start(&settings, folder.path());
    assert_eq!(open_to_others(&data), Vec::<PathBuf>::new(), "as the program makes them");
    assert!(all_in(&data).iter().any(|path| path.ends_with("cloakroom.db")));
    fs::create_dir_all(data.join("bucket/objects/0000/0001")).expect("made");
    fs::write(data.join("bucket/objects/0000/0001/copied"), "in").expect("written");
    std::os::unix::fs::symlink(&outside, data.join("link")).expect("linked");
    for path in all_in(&data) {
        let mode = if path.is_dir() { 0o777 } else { 0o666 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("set");
    }
    start(&settings, folder.path());
    assert_eq!(open_to_others(&data), Vec::<PathBuf>::new(), "whatever was there");
    assert_eq!(mode(&outside), 0o644, "what a link leads to is not ours");
}

fn start(settings: &std::collections::HashMap<String, String>, folder: &Path) {
    let program = Program::start(&[], settings, folder);
    program.wait_for("Cloakroom listening on ");
    program.kill();
}

fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    all_in(folder).into_iter().filter(|path| mode(path) & 0o077 != 0).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o7777
}

/// The folder and what is in it, without links.
fn all_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut index = 0;
    while let Some(path) = found.get(index).cloned() {
        index += 1;
        let entries = path.is_dir().then(|| fs::read_dir(path).expect("a folder")).into_iter().flatten().flatten();
        found.extend(entries.map(|entry| entry.path()).filter(|path| !path.is_symlink()));
    }
    found
}
