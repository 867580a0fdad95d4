//! `cloakroom reindex`: rebuilds an empty index from a snapshot and the bucket's listing.

use super::{bar, error::Result, opened::Opened, output::print};
use crate::{
    config::Config,
    database::now,
    error::Error,
    jobs::reindex::{self, Progress, Report, Source},
};
use clap::Args;
use tokio::sync::watch;

#[derive(Args)]
pub struct Reindex {
    /// Begin with the snapshot of this name, instead of the newest
    #[arg(long, value_name = "NAME")]
    snapshot: Option<String>,
    /// Use no snapshot: the keys alone
    #[arg(long, conflicts_with = "snapshot")]
    without_snapshot: bool,
    /// Print the counts as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Rebuilds the index.
///
/// # Errors
///
/// What is in the way of the database or the store; an index that is not empty.
pub async fn run(config: Config, command: Reindex) -> Result<()> {
    let opened = Opened::open(config).await?;
    let source = match command.snapshot {
        Some(name) => Source::Named(name),
        None if command.without_snapshot => Source::Listing,
        None => Source::Newest,
    };
    let progress = watch::Sender::new(Progress::default());
    let bar = tokio::spawn(bar::show(progress.subscribe(), "{bar:32} {pos} of {len}, {msg}", |bar, at: Progress| {
        bar.set_length(at.of.unwrap_or(at.done));
        bar.set_position(at.done);
        bar.set_message(if at.of.is_some() { "rows".to_owned() } else { format!("objects, {} found", at.found) });
    }));
    let outcome = reindex::run(&opened.app, &source, now(), &progress).await;
    // The bar ends with its sender.
    drop(progress);
    let _ = bar.await;
    opened.close().await;
    let report = outcome?;
    match command.json {
        true => print(&serde_json::to_string(&report).map_err(|error| Error::Internal(error.to_string()))?),
        false => tell(&report),
    }
}

fn tell(report: &Report) -> Result<()> {
    match &report.snapshot {
        Some(name) => {
            print(&format!("{} files came back from {name}, and {} from storage.", report.files, report.found))?
        }
        None => print(&format!("No snapshot was used: {} files came back from storage.", report.found))?,
    }
    let lines = [
        (report.gone, "files of the snapshot are not in storage any more, and stayed away"),
        (report.bad_lines, "lines of the snapshot could not be put back"),
        (report.failed, "objects could not be looked at; run: cloakroom reconcile"),
    ];
    for (count, what) in lines.iter().filter(|(count, _)| *count > 0) {
        print(&format!("{count:>9}  {what}"))?;
    }
    if !report.links.is_empty() {
        print("The snapshot has no passwords. Each of these links sets a new one, within a day:")?;
    }
    for link in &report.links {
        print(&format!("{}\t{}", link.email, link.url))?;
    }
    Ok(())
}
