//! The commands about accounts.

use super::{
    accounts,
    error::{CliError, Result},
    output::print,
};
use crate::{
    accounts::{Accounts, Email, Principal, Role, administration, users},
    config::Config,
    database::now,
    error::Error,
};
use clap::{Args, Subcommand};
use std::io::{BufRead, IsTerminal};

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
    pub(super) email: Email,
}

/// Runs one of the commands about accounts.
///
/// # Errors
///
/// What the command refuses or fails with.
pub async fn run(config: &Config, command: UserCommand) -> Result<()> {
    let accounts = &accounts::open(config).await?;
    match command {
        UserCommand::Create(new) => create(accounts, new).await,
        UserCommand::Password(password) => set_password(accounts, password).await,
        UserCommand::Disable(user) => disable(accounts, user).await,
        UserCommand::Enable(user) => enable(accounts, user).await,
        UserCommand::List => list(accounts).await,
    }
}

async fn create(accounts: &Accounts, new: NewUser) -> Result<()> {
    let password = Some(new.source.read()?);
    let name = new.name.unwrap_or_else(|| new.email.as_str().split('@').next().unwrap_or_default().to_owned());
    let role = if new.admin { Role::Admin } else { Role::Member };
    let user = users::NewUser { email: new.email.clone(), name, role, password };
    users::create(&accounts.db, user, &Principal::command_line(), now()).await?;
    eprintln!("Created {} ({role}).", new.email);
    Ok(())
}

async fn set_password(accounts: &Accounts, password: Password) -> Result<()> {
    let user = find_user(accounts, &password.email).await?;
    let new = password.source.read()?;
    administration::set_password(accounts, user.id, new, &Principal::command_line(), now()).await?;
    eprintln!(
        "Changed the password of {}. Its sessions are ended and its tokens revoked; instances that run notice within \
         30 seconds.",
        password.email
    );
    Ok(())
}

async fn disable(accounts: &Accounts, named: Named) -> Result<()> {
    let user = find_user(accounts, &named.email).await?;
    administration::disable(accounts, user.id, &Principal::command_line(), now()).await?;
    eprintln!("Disabled {}. Instances that run notice within 30 seconds.", named.email);
    Ok(())
}

async fn enable(accounts: &Accounts, named: Named) -> Result<()> {
    let user = find_user(accounts, &named.email).await?;
    administration::enable(accounts, user.id, &Principal::command_line(), now()).await?;
    eprintln!("Enabled {}.", named.email);
    Ok(())
}

async fn list(accounts: &Accounts) -> Result<()> {
    for user in users::list(&accounts.db).await? {
        let state = user.state_in_words();
        print(&format!("{}\t{}\t{}\t{state}\t{}", user.email, user.role, user.used_bytes, user.id))?;
    }
    Ok(())
}

/// The user with an email.
///
/// # Errors
///
/// [`CliError::Refused`] when nobody has it.
pub async fn find_user(accounts: &Accounts, email: &Email) -> Result<users::User> {
    users::find_by_email(&accounts.db, email).await.map_err(|error| match error {
        Error::NotFound => CliError::Refused(format!("Nobody has the email {email}. See: cloakroom user list")),
        other => other.into(),
    })
}

impl PasswordSource {
    fn read(&self) -> Result<String> {
        if self.password_stdin { password_from_stdin() } else { password_from_terminal() }
    }
}

fn password_from_terminal() -> Result<String> {
    if !std::io::stdin().is_terminal() {
        let words = "Standard input is no terminal. Add --password-stdin to read the password from it.";
        return Err(CliError::Refused(words.into()));
    }
    rpassword::prompt_password("Password: ").map_err(|error| unreadable_password(&error))
}

fn password_from_stdin() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| unreadable_password(&error))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unreadable_password(error: &std::io::Error) -> CliError {
    CliError::Refused(format!("The password cannot be read: {error}"))
}
