//! What every instance in a test is told.

use std::{collections::HashMap, path::Path};

/// Settings that name nothing but ports of the system's choice and a folder. What says nothing of snapshots has none in its bucket.
pub fn base_settings(folder: &Path) -> HashMap<String, String> {
    let folder = folder.to_str().expect("a plain path");
    let settings = [("BIND", "127.0.0.1:0"), ("STORE_BIND", "127.0.0.1:0"), ("DATA_DIR", folder), ("SNAPSHOTS", "off")];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
