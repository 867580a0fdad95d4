//! Comparing the bucket and its index, both ways, and putting right what differs. Both are read in the order of the files' ids, a page
//! at a time, so millions of them take no more memory than a thousand; whatever seems to differ is asked for once more before it counts.
//!
//! What is found is indexed, whoever owns it. Nothing that could be somebody's file is removed, but for what the link that it came by
//! refuses, and nobody can be at work on any more. A second run finds nothing.

mod leftovers;
mod pairs;
mod run;
pub(super) mod streams;
mod words;

use crate::{accounts::Principal, error::Result, files::comparison::Indexed, state::AppState, uploads::Foretold};
use chrono::{DateTime, Utc};
use run::Run;
use tokio::sync::watch;

pub use run::{Mode, Phase, Progress, Report};
pub use words::Difference;

/// Compares everything, in the name of somebody, and tells how far it is. Several may do so at once: each difference is put right by
/// one of them.
///
/// # Errors
///
/// `StoreUnavailable`, `ClocksDiffer` or `DatabaseUnavailable` when either is away, and what `principal` may not do: what was put right until then stays so.
pub async fn run(
    app: &AppState,
    mode: Mode,
    principal: &Principal,
    now: DateTime<Utc>,
    progress: &watch::Sender<Progress>,
) -> Result<Report> {
    let mut run = Run { app, mode, principal, now, progress, report: Report::default(), foretold: Foretold::default() };
    progress.send_replace(Progress { of_rows: Indexed::count(&app.db).await?, ..Progress::default() });
    pairs::compare(&mut run).await?;
    run.enter(Phase::Thumbnails);
    leftovers::thumbnails(&mut run).await?;
    run.enter(Phase::Uploads);
    leftovers::uploads(&mut run).await?;
    run.enter(Phase::Usage);
    leftovers::usage(&mut run).await?;
    run.tell();
    Ok(run.report)
}
