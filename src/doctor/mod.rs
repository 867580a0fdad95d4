//! Looking at everything that Cloakroom stands on, one check after the other, each with what was seen and what puts it right.

mod browsers;
mod check;
mod ground;
mod store;

use crate::{config::DatabaseConfig, error::Error, state::AppState, storage::Store};
use check::Findings;
use std::path::Path;
use tokio::sync::watch;
use url::Url;

pub use check::{Check, Outcome, Report, Topic};

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

/// Makes every check there is, in the order of [`Topic::ALL`], and tells of each when it is made. Takes some seconds; each check ends
/// within fifteen, whatever does not answer. What it writes into the bucket it removes.
pub async fn examine(installation: &Installation<'_>, progress: &watch::Sender<Vec<Check>>) -> Report {
    let mut findings = Findings::new(progress);
    findings.note(ground::settings(installation));
    match installation.store {
        Ok(store) => {
            let answers = store::listing(store, &mut findings).await;
            store::trial(store, installation, &answers, &mut findings).await;
        }
        Err(error) => {
            findings.note(store::closed(installation, error));
            let others = Topic::ALL.into_iter().filter(|topic| topic.is_of_store() && *topic != Topic::Listing);
            others.for_each(|topic| findings.note(Check::not_made(topic, "Storage cannot be opened.")));
        }
    }
    ground::database(installation, &mut findings).await;
    findings.note(ground::disk(installation));
    findings.into_report()
}
