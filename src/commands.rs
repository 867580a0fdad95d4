//! The commands about accounts and tokens.

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use cloakroom::{
    accounts::{Email, Principal, Role, administration, tokens, users},
    config::Config,
    database::{self, DatabaseConnection},
    error::{Error, Result},
};
use std::io::{BufRead, IsTerminal, Write};

/// How long a token lives; `None`: for ever.
type Lifetime = Option<TimeDelta>;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Create an account; asks for its password
    Create(NewUser),
    /// Give an account another password; ends its sessions, tokens and links
    Password(Password),
    /// Shut an account out: no sign-in, its sessions ended, its tokens refused
    Disable(Named),
    /// Let a disabled account in again
    Enable(Named),
    /// List the accounts: email, role, bytes used, state, id, separated by tabs
    List,
}

#[derive(Subcommand)]
pub enum TokenCommand {
    /// Create a token and print it, alone and for the only time
    Create(NewToken),
    /// End a token
    Revoke(NamedToken),
    /// List the tokens of somebody: name, created, last used, when it ends, separated by tabs
    List(Named),
}

#[derive(Args)]
pub struct NewUser {
    #[arg(long)]
    email: Email,
    /// What pages call the person; the email's first part if left out
    #[arg(long)]
    name: Option<String>,
    /// May see everyone's files
    #[arg(long)]
    admin: bool,
    #[command(flatten)]
    source: PasswordSource,
}

#[derive(Args)]
pub struct Password {
    /// Whose password it is
    #[arg(long)]
    email: Email,
    #[command(flatten)]
    source: PasswordSource,
}

#[derive(Args)]
struct PasswordSource {
    /// Read the password from standard input, as one line
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub struct Named {
    #[arg(long)]
    email: Email,
}

#[derive(Args)]
pub struct NewToken {
    #[command(flatten)]
    token: NamedToken,
    /// When it ends: after a time such as 90d, or never
    #[arg(long, default_value = "90d", value_parser = lifetime)]
    expires: Lifetime,
}

#[derive(Args)]
pub struct NamedToken {
    /// Whose token it is
    #[arg(long)]
    email: Email,
    /// What it is for
    #[arg(long)]
    name: String,
}

pub async fn user(config: &Config, command: UserCommand) -> Result<()> {
    let db = &open(config).await?;
    match command {
        UserCommand::Create(new) => create_user(db, new).await,
        UserCommand::Password(password) => set_password(db, password).await,
        UserCommand::Disable(user) => disable_user(db, user).await,
        UserCommand::Enable(user) => enable_user(db, user).await,
        UserCommand::List => list_users(db).await,
    }
}

pub async fn token(config: &Config, command: TokenCommand) -> Result<()> {
    let db = &open(config).await?;
    match command {
        TokenCommand::Create(token) => create_token(db, token).await,
        TokenCommand::Revoke(token) => revoke_token(db, token).await,
        TokenCommand::List(user) => list_tokens(db, user).await,
    }
}

async fn create_user(db: &DatabaseConnection, new: NewUser) -> Result<()> {
    let password = Some(new.source.read()?);
    let name = new.name.unwrap_or_else(|| new.email.as_str().split('@').next().unwrap_or_default().to_owned());
    let role = if new.admin { Role::Admin } else { Role::Member };
    let user = users::NewUser { email: new.email.clone(), name, role, password };
    users::create(db, user, &Principal::command_line(), database::now()).await?;
    eprintln!("Created {} ({role}).", new.email);
    Ok(())
}

async fn set_password(db: &DatabaseConnection, password: Password) -> Result<()> {
    let user = find_user(db, &password.email).await?;
    let new = password.source.read()?;
    administration::set_password(db, user.id, new, &Principal::command_line(), database::now()).await?;
    eprintln!(
        "Changed the password of {}. Its sessions are ended and its tokens revoked; instances that run notice within \
         30 seconds.",
        password.email
    );
    Ok(())
}

async fn disable_user(db: &DatabaseConnection, named: Named) -> Result<()> {
    let user = find_user(db, &named.email).await?;
    administration::disable(db, user.id, &Principal::command_line(), database::now()).await?;
    eprintln!("Disabled {}. Instances that run notice within 30 seconds.", named.email);
    Ok(())
}

async fn enable_user(db: &DatabaseConnection, named: Named) -> Result<()> {
    let user = find_user(db, &named.email).await?;
    administration::enable(db, user.id, &Principal::command_line(), database::now()).await?;
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

async fn create_token(db: &DatabaseConnection, new: NewToken) -> Result<()> {
    let (token, now) = (new.token, database::now());
    let user = find_user(db, &token.email).await?;
    let ends = new.expires.map(|lifetime| now + lifetime);
    print(&tokens::create(db, user.id, &token.name, ends, &Principal::command_line(), now).await?)?;
    eprintln!("It {}.", ends.map_or("never ends".to_owned(), |at| format!("ends on {}", at.format("%-d %B %Y"))));
    Ok(())
}

async fn revoke_token(db: &DatabaseConnection, token: NamedToken) -> Result<()> {
    let user = find_user(db, &token.email).await?;
    let outcome = tokens::revoke_named(db, user.id, &token.name, &Principal::command_line(), database::now()).await;
    outcome.map_err(|error| match error {
        Error::NotFound => Error::Malformed(format!("{} has no live token called “{}”.", token.email, token.name)),
        other => other,
    })
}

async fn list_tokens(db: &DatabaseConnection, named: Named) -> Result<()> {
    let now = database::now();
    let user = find_user(db, &named.email).await?;
    for token in tokens::list(db, user.id).await? {
        let used = token.last_used_at.map_or_else(|| "never".to_owned(), |at| at.to_rfc3339());
        let ends = match token.expires_at {
            Some(_) if token.has_ended(now) => "ended".to_owned(),
            Some(at) => at.to_rfc3339(),
            None => "never".to_owned(),
        };
        print(&format!("{}\t{}\t{used}\t{ends}", token.name, token.created_at.to_rfc3339()))?;
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

fn lifetime(text: &str) -> std::result::Result<Lifetime, String> {
    if text == "never" {
        return Ok(None);
    }
    let parsed = humantime::parse_duration(text).ok().and_then(|lifetime| TimeDelta::from_std(lifetime).ok());
    let parsed = parsed.filter(|lifetime| (TimeDelta::minutes(1)..=TimeDelta::days(3_650)).contains(lifetime));
    parsed.map(Some).ok_or_else(|| "write a time such as 90d, at most ten years, or never".to_owned())
}

impl PasswordSource {
    fn read(&self) -> Result<String> {
        if self.password_stdin { password_from_stdin() } else { password_from_terminal() }
    }
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
