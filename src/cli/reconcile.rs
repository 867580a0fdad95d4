//! `cloakroom reconcile`: compares the bucket with its index, both ways.

use super::{bar, error::Result, opened::Opened, output::print};
use crate::{
    accounts::Principal,
    config::Config,
    database::now,
    error::Error,
    jobs::reconcile::{self, Difference, Mode, Progress, Report},
};
use clap::Args;
use tokio::sync::watch;

#[derive(Args)]
pub struct Reconcile {
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the counts as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Compares everything, and puts right what differs unless it is a dry run.
///
/// # Errors
///
/// What is in the way of the database or the store.
pub async fn run(config: Config, command: Reconcile) -> Result<()> {
    let opened = Opened::open(config).await?;
    let mode = if command.dry_run { Mode::DryRun } else { Mode::Repair };
    let progress = watch::Sender::new(Progress::default());
    let template = "{bar:32} {pos} of {len} files, {msg} to put right, {eta} left";
    let bar = tokio::spawn(bar::show(progress.subscribe(), template, |bar, Progress { report, of_rows, .. }| {
        bar.set_length(of_rows.max(report.rows));
        bar.set_position(report.rows);
        bar.set_message(report.differences().to_string());
    }));
    let outcome = reconcile::run(&opened.app, mode, &Principal::command_line(), now(), &progress).await;
    // The bar ends with its sender.
    drop(progress);
    let _ = bar.await;
    opened.close().await;
    let report = outcome?;
    match command.json {
        true => print(&serde_json::to_string(&report).map_err(|error| Error::Internal(error.to_string()))?),
        false => tell(&report, mode),
    }
}

fn tell(report: &Report, mode: Mode) -> Result<()> {
    print(&report.compared())?;
    for Difference { count, what, done } in report.differences_by_kind(mode) {
        print(&format!("{count:>9}  {what}: {done}"))?;
    }
    report.left().iter().try_for_each(|(count, what)| print(&format!("{count:>9}  {what}")))?;
    report.freed(mode).iter().try_for_each(|words| print(words))?;
    if report.agrees() { print("Storage and index agree.") } else { Ok(()) }
}
