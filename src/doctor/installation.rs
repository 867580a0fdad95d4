//! What is examined: an installation, whether it runs or not.

use crate::{config::DatabaseConfig, error::Error, state::AppState, storage::Store};
use std::path::Path;
use url::Url;

/// What is examined.
pub struct Installation<'a> {
    /// Where people reach the app: an origin.
    pub url: &'a Url,
    /// What is wrong with the settings, though they can be used.
    pub warning: Option<&'static str>,
    /// Or why there is none.
    pub store: Result<&'a Store, &'a Error>,
    pub bucket: BucketPlace,
    pub database: &'a DatabaseConfig,
    /// The folder of what is embedded.
    pub data_dir: &'a Path,
}

/// Whose bucket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketPlace {
    /// Cloakroom's own, in `DATA_DIR`.
    Embedded,
    /// Of another service.
    Elsewhere,
}

impl<'a> Installation<'a> {
    /// Of an instance that runs.
    pub fn of(app: &'a AppState) -> Self {
        Self {
            url: &app.url,
            warning: app.client_ip.warning(Some(&app.url)),
            store: Ok(&app.store),
            bucket: if app.is_bucket_embedded { BucketPlace::Embedded } else { BucketPlace::Elsewhere },
            database: &app.database,
            data_dir: &app.data_dir,
        }
    }
}
