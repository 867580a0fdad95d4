//! The command line: what can be asked for, and running one of it.

mod accounts;
mod adopt;
mod bar;
mod cors;
mod doctor;
mod error;
mod migrate;
mod opened;
mod output;
mod reconcile;
mod reindex;
mod serve;
mod snapshot;
mod store;
mod token;
mod user;

use crate::{
    config::{Config, SETTINGS},
    process,
};
use adopt::Adopt;
use clap::{Parser, Subcommand};
use cors::Cors;
use doctor::Doctor;
use error::{CliError, Result};
use output::{begin_log, complain};
use reconcile::Reconcile;
use reindex::Reindex;
use snapshot::Snapshot;
use std::process::ExitCode;
use token::TokenCommand;
use user::UserCommand;

/// Files straight from a browser to object storage, with their index in Postgres. Without a command: serve.
#[derive(Parser)]
#[command(version, after_help = settings_help())]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the app (the default)
    Serve,
    /// Run the embedded bucket alone, as an S3 server of its own
    Store,
    /// Bring the database's shape up to date
    Migrate,
    /// Look at all that Cloakroom stands on, and say what puts right what is wrong
    Doctor(Doctor),
    /// Print the CORS policy that lets browsers use the bucket, or write it
    Cors(Cors),
    /// Compare storage and its index both ways, and put right what differs
    Reconcile(Reconcile),
    /// Write the index into the bucket now, as is done once an hour while it is used
    Snapshot(Snapshot),
    /// Rebuild an empty index from the newest snapshot and the bucket
    Reindex(Reindex),
    /// Complete the rows that the guide's own program wrote, from the bucket
    Adopt(Adopt),
    /// Create and list accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Create and revoke tokens for programs
    #[command(subcommand)]
    Token(TokenCommand),
}

/// Runs one command to its end; what it fails with is told on standard error.
pub fn run(cli: Cli) -> ExitCode {
    process::prepare();
    match cli.command.unwrap_or(Command::Serve).run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

impl Command {
    fn run(self) -> Result<()> {
        let config = match (self.config(), &self) {
            (Err(CliError::Settings(problems)), Self::Doctor(command)) => return doctor::refuse(&problems, command),
            (config, _) => config?,
        };
        begin_log(&config.log);
        config.make_data_dir().map_err(|source| CliError::DataDir { path: config.data_dir.clone(), source })?;
        if self.keeps_files() {
            process::make_private(&config.data_dir);
        }
        let system = actix_web::rt::System::with_tokio_rt(process::runtime);
        let outcome = system.block_on(self.run_with(config));
        process::leave(system);
        outcome
    }

    fn config(&self) -> Result<Config> {
        Ok(match self {
            Self::Store => Config::of_store_from_environment()?,
            Self::Serve
            | Self::Migrate
            | Self::Doctor(_)
            | Self::Cors(_)
            | Self::Reconcile(_)
            | Self::Snapshot(_)
            | Self::Reindex(_)
            | Self::Adopt(_)
            | Self::User(_)
            | Self::Token(_) => Config::from_environment()?,
        })
    }

    fn keeps_files(&self) -> bool {
        match self {
            Self::Serve
            | Self::Store
            | Self::Migrate
            | Self::Doctor(_)
            | Self::Cors(_)
            | Self::Reconcile(_)
            | Self::Snapshot(_)
            | Self::Reindex(_)
            | Self::Adopt(_) => true,
            Self::User(_) | Self::Token(_) => false,
        }
    }

    async fn run_with(self, config: Config) -> Result<()> {
        match self {
            Self::Serve => serve::run(config).await,
            Self::Store => store::run(config).await,
            Self::Migrate => migrate::run(&config).await,
            Self::Doctor(command) => doctor::run(config, command).await,
            Self::Cors(command) => cors::run(config, command).await,
            Self::Reconcile(command) => reconcile::run(config, command).await,
            Self::Snapshot(command) => snapshot::run(config, command).await,
            Self::Reindex(command) => reindex::run(config, command).await,
            Self::Adopt(command) => adopt::run(config, command).await,
            Self::User(command) => user::run(&config, command).await,
            Self::Token(command) => token::run(&config, command).await,
        }
    }
}

fn settings_help() -> String {
    let width = SETTINGS.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
    let lines = SETTINGS.iter().map(|setting| {
        let default = if setting.default.is_empty() { String::new() } else { format!(" [{}]", setting.default) };
        format!("  {:width$}  {}{default}\n", setting.name, setting.meaning)
    });
    format!("Settings, from the environment or a .env file:\n{}", lines.collect::<String>())
}
