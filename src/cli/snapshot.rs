//! `cloakroom snapshot`: writes the index into the bucket now.

use super::{bar, error::Result, opened::Opened, output::print};
use crate::{
    config::Config,
    database::now,
    error::Error,
    jobs::snapshot::{self, Progress},
    size::in_words,
};
use bytesize::ByteSize;
use clap::Args;
use tokio::sync::watch;

#[derive(Args)]
pub struct Snapshot {
    /// Print what was made as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Makes a snapshot.
///
/// # Errors
///
/// What is in the way of the database or the store, and what forbids one.
pub async fn run(config: Config, command: Snapshot) -> Result<()> {
    let opened = Opened::open(config).await?;
    let progress = watch::Sender::new(Progress::default());
    let bar = tokio::spawn(bar::show(progress.subscribe(), "{bar:32} {pos} of {len} rows", |bar, at: Progress| {
        bar.set_length(at.of);
        bar.set_position(at.rows);
    }));
    let outcome = snapshot::make(&opened.app, now(), &progress).await;
    // The bar ends with its sender.
    drop(progress);
    let _ = bar.await;
    opened.close().await;
    let made = outcome?;
    if command.json {
        return print(&serde_json::to_string(&made).map_err(|error| Error::Internal(error.to_string()))?);
    }
    let how = if made.is_sealed { "sealed with SESSION_KEY" } else { "not sealed, without passwords" };
    print(&format!("{}: {} rows, {}, {how}.", made.name, made.rows, in_words(ByteSize(made.bytes))))
}
