//! `cloakroom doctor`: looks at all that Cloakroom stands on, and says what puts right what is wrong.

use super::{
    error::{CliError, Result},
    output::print,
};
use crate::{
    config::{Config, ConfigError},
    doctor::{BucketPlace, Check, Installation, Report, examine},
    embedded,
    error::Error,
    server::local_url,
    storage::Store,
};
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::sync::watch;

#[derive(Args)]
pub struct Doctor {
    /// Print all checks as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Makes every check; changes neither settings nor the database.
///
/// # Errors
///
/// [`CliError::Refused`] when anything is wrong, after it was printed.
pub async fn run(config: Config, command: Doctor) -> Result<()> {
    let url = config.app.url.clone().map_or_else(|| local_url(config.app.bind), Ok)?;
    // Nobody else has to find it.
    let config = Config { store_bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..config };
    let (store, bucket) = match embedded::resolve(&config, &url).await {
        Ok((store, bucket)) => (Store::open(&store, config.key_prefix.clone()), bucket),
        Err(error) => (Err(error), None),
    };
    let installation = Installation {
        url: &url,
        warning: config.app.client_ip.warning(config.app.url.as_ref()),
        store: store.as_ref(),
        bucket: if config.store.is_some() { BucketPlace::Elsewhere } else { BucketPlace::Embedded },
        database: &config.database,
        data_dir: &config.data_dir,
    };
    let progress = watch::Sender::new(Vec::new());
    let report = match command.json {
        true => examine(&installation, &progress).await,
        false => {
            let (report, told) = tokio::join!(examine(&installation, &progress), tell_each(progress.subscribe()));
            told?;
            report
        }
    };
    if let Some(bucket) = bucket {
        bucket.stop().await;
    }
    conclude(&report, &command)
}

/// What there is to say when the settings cannot be used at all.
///
/// # Errors
///
/// [`CliError::Refused`], after it was printed.
pub fn refuse(problems: &ConfigError, command: &Doctor) -> Result<()> {
    let report = Report::of_settings(&problems.to_string());
    if !command.json {
        report.checks().iter().try_for_each(tell)?;
    }
    conclude(&report, command)
}

fn conclude(report: &Report, command: &Doctor) -> Result<()> {
    if command.json {
        print(&serde_json::to_string(report).map_err(|error| Error::Internal(error.to_string()))?)?;
    }
    match report.checks().iter().filter(|check| check.is_wrong()).count() {
        0 if command.json => Ok(()),
        0 => print("All is well."),
        1 => Err(CliError::Refused("One thing is wrong.".into())),
        wrong => Err(CliError::Refused(format!("{wrong} things are wrong."))),
    }
}

/// Each when it was made, until all were.
async fn tell_each(mut progress: watch::Receiver<Vec<Check>>) -> Result<()> {
    let mut told = 0;
    while told < crate::doctor::Topic::ALL.len() && progress.changed().await.is_ok() {
        let new: Vec<Check> = progress.borrow_and_update().iter().skip(told).cloned().collect();
        told += new.len();
        new.iter().try_for_each(tell)?;
    }
    Ok(())
}

fn tell(check: &Check) -> Result<()> {
    print(&format!("{} {}: {}", check.mark(), check.topic.name(), check.seen))?;
    if check.fix.is_empty() { Ok(()) } else { print(&format!("  → {}", check.fix)) }
}
