//! `cloakroom adopt`: completes the rows that the guide's own program wrote, from the bucket.

use super::{bar, error::Result, opened::Opened, output::print};
use crate::{
    config::Config,
    error::Error,
    files::adopted::count_unknown,
    jobs::adopt::{self, Adopted},
};
use clap::Args;
use tokio::sync::watch;

#[derive(Args)]
pub struct Adopt {
    /// Print the counts as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Completes every row that was not looked up yet.
///
/// # Errors
///
/// What is in the way of the database or the store.
pub async fn run(config: Config, command: Adopt) -> Result<()> {
    let opened = Opened::open(config).await?;
    let of = count_unknown(&opened.app.db).await?;
    let progress = watch::Sender::new(Adopted::default());
    let bar = tokio::spawn(bar::show(
        progress.subscribe(),
        "{bar:32} {pos} of {len} rows, {eta} left",
        move |bar, at: Adopted| {
            bar.set_length(of);
            bar.set_position(at.completed + at.left);
        },
    ));
    let outcome = adopt::run(&opened.app, &progress).await;
    // The bar ends with its sender.
    drop(progress);
    let _ = bar.await;
    opened.close().await;
    let adopted = outcome?;
    if command.json {
        return print(&serde_json::to_string(&adopted).map_err(|error| Error::Internal(error.to_string()))?);
    }
    print(&format!("{} rows were completed from storage.", adopted.completed))?;
    match adopted.left {
        0 => Ok(()),
        left => print(&format!("{left:>9}  have no object there, or it could not be looked at; run it again")),
    }
}
