//! The commands of the program.

mod commands;

use clap::{Parser, Subcommand};
use cloakroom::{
    config::{Config, LogConfig, SETTINGS},
    database, embedded,
    error::{Error, Result},
    process,
    server::Cloakroom,
};
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};
use tracing_subscriber::EnvFilter;

/// Files straight from a browser to object storage, with their index in Postgres. Without a command: serve.
#[derive(Parser)]
#[command(version, after_help = settings_help())]
struct Cli {
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
    /// Create and list accounts
    #[command(subcommand)]
    User(commands::UserCommand),
    /// Create and revoke tokens for programs
    #[command(subcommand)]
    Token(commands::TokenCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    process::prepare();
    let command = cli.command.unwrap_or(Command::Serve);
    let config = match command {
        Command::Store => Config::of_store_from_environment(),
        Command::Serve | Command::Migrate | Command::User(_) | Command::Token(_) => Config::from_environment(),
    };
    let outcome = config.map_err(|error| error.to_string()).and_then(|config| {
        begin_log(&config.log);
        config.make_data_dir().map_err(|error| format!("DATA_DIR {}: {error}", config.data_dir.display()))?;
        if matches!(command, Command::Serve | Command::Store | Command::Migrate) {
            process::make_private(&config.data_dir);
        }
        let system = actix_web::rt::System::with_tokio_rt(process::runtime);
        let outcome = system.block_on(run(command, config));
        // Dropping it would wait for whatever hangs.
        std::mem::forget(system);
        outcome.map_err(|error| in_words(&error))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            // Nobody may be there to read it.
            let _ = writeln!(std::io::stderr(), "{words}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command, config: Config) -> Result<()> {
    match command {
        Command::Serve => serve(config).await,
        Command::Store => store(config).await,
        Command::Migrate => database::migrate(&config.database, &config.data_dir).await,
        Command::User(command) => commands::user(&config, command).await,
        Command::Token(command) => commands::token(&config, command).await,
    }
}

async fn serve(config: Config) -> Result<()> {
    let cloakroom = Cloakroom::open(config).await?;
    say(&format!("Cloakroom listening on {} ({})", cloakroom.url.as_str().trim_end_matches('/'), cloakroom.address));
    say(&format!("Store at {}", cloakroom.store_origin));
    if let Some(link) = &cloakroom.set_up_link {
        say(&format!("No account exists yet. Create the first one here:\n\n    {link}\n"));
    }
    cloakroom.run().await
}

async fn store(config: Config) -> Result<()> {
    let (store, bucket) = embedded::start_alone(&config).await?;
    let mut stop = process::StopSignal::listen().map_err(|error| Error::Internal(error.to_string()))?;
    say(&format!("Store listening on {}", store.endpoint.origin().ascii_serialization()));
    say(&format!("Bucket {}, access key {}", store.bucket, store.access_key_id));
    stop.received().await;
    bucket.stop().await;
    Ok(())
}

/// A line on standard output. A reader that went away is no reason to stop serving.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// What happened and what to do, for a terminal: the detail, where there is any, instead of polite words.
fn in_words(error: &Error) -> String {
    match error {
        Error::StoreUnavailable(detail) => format!("The store cannot be opened: {detail}"),
        Error::ClocksDiffer { .. } => format!("Nothing can be signed for the store: {error}, and start again."),
        Error::DatabaseUnavailable(detail) => format!("The database cannot be opened: {detail}"),
        Error::Internal(detail) => detail.clone(),
        other => other.problem().words,
    }
}

/// To standard error, so that what commands print stays alone on standard output.
fn begin_log(config: &LogConfig) {
    let filter = EnvFilter::new(&config.filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that cannot be written is lost. Telling of that, on the same full disk, would be a panic of whoever logs.
    let log = log.log_internal_errors(false);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    match config.json {
        true => log.json().init(),
        false => log.with_target(false).init(),
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
