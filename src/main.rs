//! The commands of the program.

use clap::{Args, Parser, Subcommand};
use cloakroom::{
    accounts::{Claim, Email, Role, administration, tokens, users},
    config::{Config, LogConfig, SETTINGS},
    database::{self, DatabaseConnection},
    embedded::settings,
    error::{Error, Result},
    process,
    server::Cloakroom,
};
use std::{
    io::{BufRead, IsTerminal, Write},
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
    User(UserCommand),
    /// Create and revoke tokens for programs
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Subcommand)]
enum UserCommand {
    /// Create an account; asks for its password
    Create(NewUser),
    /// Shut an account out: no sign-in, its sessions ended, its tokens refused
    Disable(Named),
    /// Let a disabled account in again
    Enable(Named),
    /// List the accounts: email, role, bytes used, state, id, separated by tabs
    List,
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Create a token and print it, alone and for the only time
    Create(NamedToken),
    /// End a token
    Revoke(NamedToken),
    /// List the live tokens of somebody: name, created, last used, separated by tabs
    List(Named),
}

#[derive(Args)]
struct NewUser {
    #[arg(long)]
    email: Email,
    /// What pages call the person; the email's first part if left out
    #[arg(long)]
    name: Option<String>,
    /// May see everyone's files
    #[arg(long)]
    admin: bool,
    /// Read the password from standard input, as one line
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
struct Named {
    #[arg(long)]
    email: Email,
}

#[derive(Args)]
struct NamedToken {
    /// Whose token it is
    #[arg(long)]
    email: Email,
    /// What it is for
    #[arg(long)]
    name: String,
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
        system.block_on(run(command, config)).map_err(|error| in_words(&error))
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
        Command::User(UserCommand::Create(new)) => create_user(&open(&config).await?, new).await,
        Command::User(UserCommand::Disable(user)) => disable_user(&open(&config).await?, user).await,
        Command::User(UserCommand::Enable(user)) => enable_user(&open(&config).await?, user).await,
        Command::User(UserCommand::List) => list_users(&open(&config).await?).await,
        Command::Token(TokenCommand::Create(token)) => create_token(&open(&config).await?, token).await,
        Command::Token(TokenCommand::Revoke(token)) => revoke_token(&open(&config).await?, token).await,
        Command::Token(TokenCommand::List(user)) => list_tokens(&open(&config).await?, user).await,
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
    let (store, bucket) = settings::start_alone(&config).await?;
    say(&format!("Store listening on {}", store.endpoint.origin().ascii_serialization()));
    say(&format!("Bucket {}, access key {}", store.bucket, store.access_key_id));
    until_told_to_stop().await;
    bucket.stop().await;
    Ok(())
}

async fn create_user(db: &DatabaseConnection, new: NewUser) -> Result<()> {
    let password = Some(if new.password_stdin { password_from_stdin()? } else { password_from_terminal()? });
    let name = new.name.unwrap_or_else(|| new.email.as_str().split('@').next().unwrap_or_default().to_owned());
    let role = if new.admin { Role::Admin } else { Role::Member };
    let user = users::NewUser { email: new.email.clone(), name, role, password };
    users::create(db, user, &Claim::command_line(), database::now()).await?;
    eprintln!("Created {} ({role}).", new.email);
    Ok(())
}

async fn disable_user(db: &DatabaseConnection, named: Named) -> Result<()> {
    let user = find_user(db, &named.email).await?;
    administration::disable(db, user.id, &Claim::command_line(), database::now()).await?;
    eprintln!("Disabled {}. Instances that run notice within 30 seconds.", named.email);
    Ok(())
}

async fn enable_user(db: &DatabaseConnection, named: Named) -> Result<()> {
    let user = find_user(db, &named.email).await?;
    administration::enable(db, user.id, &Claim::command_line(), database::now()).await?;
    eprintln!("Enabled {}.", named.email);
    Ok(())
}

async fn list_users(db: &DatabaseConnection) -> Result<()> {
    for user in users::list(db).await? {
        let state = user.state_in_words();
        print(&format!("{}\t{}\t{}\t{state}\t{}", user.email, user.role, user.used_bytes, user.id))?;
    }
    Ok(())
}

async fn create_token(db: &DatabaseConnection, token: NamedToken) -> Result<()> {
    let user = find_user(db, &token.email).await?;
    print(&tokens::create(db, user.id, &token.name, &Claim::command_line(), database::now()).await?)
}

async fn revoke_token(db: &DatabaseConnection, token: NamedToken) -> Result<()> {
    let user = find_user(db, &token.email).await?;
    let outcome = tokens::revoke_named(db, user.id, &token.name, &Claim::command_line(), database::now()).await;
    outcome.map_err(|error| match error {
        Error::NotFound => Error::Malformed(format!("{} has no live token called “{}”.", token.email, token.name)),
        other => other,
    })
}

async fn list_tokens(db: &DatabaseConnection, named: Named) -> Result<()> {
    let user = find_user(db, &named.email).await?;
    for token in tokens::list(db, user.id).await? {
        let used = token.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_rfc3339());
        print(&format!("{}\t{}\t{used}", token.name, token.created_at.to_rfc3339()))?;
    }
    Ok(())
}

async fn find_user(db: &DatabaseConnection, email: &Email) -> Result<users::User> {
    users::find_by_email(db, email).await.map_err(|error| match error {
        Error::NotFound => Error::Malformed(format!("Nobody has the email {email}. See: cloakroom user list")),
        other => other,
    })
}

async fn open(config: &Config) -> Result<DatabaseConnection> {
    database::migrate(&config.database, &config.data_dir).await?;
    database::open(&config.database, &config.data_dir).await
}

fn password_from_terminal() -> Result<String> {
    if !std::io::stdin().is_terminal() {
        let words = "Standard input is no terminal. Add --password-stdin to read the password from it.";
        return Err(Error::Malformed(words.into()));
    }
    rpassword::prompt_password("Password: ").map_err(|error| unreadable_password(&error))
}

fn password_from_stdin() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| unreadable_password(&error))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unreadable_password(error: &std::io::Error) -> Error {
    Error::Malformed(format!("The password cannot be read: {error}"))
}

/// A line that was asked for. If it cannot be written, the command has failed.
fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| Error::Internal(format!("Standard output cannot be written to: {error}. Run it again.")))
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

async fn until_told_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// To standard error, so that what commands print stays alone on standard output.
fn begin_log(config: &LogConfig) {
    let filter = EnvFilter::new(&config.filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
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
