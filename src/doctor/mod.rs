//! Looking at everything that Cloakroom stands on, one check after the other, each with what was seen and what puts it right.

mod browsers;
mod check;
mod ground;
mod installation;
mod store;

use check::Findings;
use tokio::sync::watch;

pub use check::{Check, Outcome, Report, Topic};
pub use installation::{BucketPlace, Installation};

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
            others.for_each(|topic| findings.note(Check::not_made(topic, "storage cannot be opened.")));
        }
    }
    ground::database(installation, &mut findings).await;
    findings.note(ground::disk(installation));
    findings.into_report()
}
