//! The commands about API tokens.

use super::{
    accounts,
    error::{CliError, Result},
    output::print,
    user::{Named, find_user},
};
use crate::{
    accounts::{Accounts, Email, Principal, tokens},
    config::Config,
    database::now,
    error::Error,
};
use chrono::TimeDelta;
use clap::{Args, Subcommand};

/// How long a token lives; `None`: for ever.
type Lifetime = Option<TimeDelta>;

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

/// Runs one of the commands about tokens.
///
/// # Errors
///
/// What the command refuses or fails with.
pub async fn run(config: &Config, command: TokenCommand) -> Result<()> {
    let accounts = &accounts::open(config).await?;
    match command {
        TokenCommand::Create(token) => create(accounts, token).await,
        TokenCommand::Revoke(token) => revoke(accounts, token).await,
        TokenCommand::List(user) => list(accounts, user).await,
    }
}

async fn create(accounts: &Accounts, new: NewToken) -> Result<()> {
    let (token, now) = (new.token, now());
    let user = find_user(accounts, &token.email).await?;
    let ends = new.expires.map(|lifetime| now + lifetime);
    print(&tokens::create(&accounts.db, user.id, &token.name, ends, &Principal::command_line(), now).await?)?;
    eprintln!("It {}.", ends.map_or("never ends".to_owned(), |at| format!("ends on {}", at.format("%-d %B %Y"))));
    Ok(())
}

async fn revoke(accounts: &Accounts, token: NamedToken) -> Result<()> {
    let user = find_user(accounts, &token.email).await?;
    let outcome = tokens::revoke_named(accounts, user.id, &token.name, &Principal::command_line(), now()).await;
    outcome.map_err(|error| match error {
        Error::NotFound => CliError::Refused(format!("{} has no live token called “{}”.", token.email, token.name)),
        other => other.into(),
    })
}

async fn list(accounts: &Accounts, named: Named) -> Result<()> {
    let now = now();
    let user = find_user(accounts, &named.email).await?;
    for token in tokens::list(&accounts.db, user.id).await? {
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

fn lifetime(text: &str) -> std::result::Result<Lifetime, String> {
    if text == "never" {
        return Ok(None);
    }
    let parsed = humantime::parse_duration(text).ok().and_then(|lifetime| TimeDelta::from_std(lifetime).ok());
    let parsed = parsed.filter(|lifetime| (TimeDelta::minutes(1)..=TimeDelta::days(3_650)).contains(lifetime));
    parsed.map(Some).ok_or_else(|| "write a time such as 90d, at most ten years, or never".to_owned())
}
