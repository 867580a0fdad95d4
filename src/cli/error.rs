//! What can go wrong with a command, in words for a terminal.

use crate::{config::ConfigError, error::Error};
use std::{fmt, io, path::PathBuf};

/// The result of a command.
pub type Result<T> = std::result::Result<T, CliError>;

/// Why a command failed. Its text says what to do.
#[derive(Debug)]
pub enum CliError {
    /// The settings do not fit.
    Settings(ConfigError),
    /// The data folder cannot be made.
    DataDir { path: PathBuf, source: io::Error },
    /// What was asked for cannot be done, in words.
    Refused(String),
    /// The app failed.
    App(Error),
}

impl fmt::Display for CliError {
    /// The detail, where there is any, instead of the polite words that strangers get.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(problems) => write!(formatter, "{problems}"),
            Self::DataDir { path, source } => write!(formatter, "DATA_DIR {}: {source}", path.display()),
            Self::Refused(words) => formatter.write_str(words),
            Self::App(Error::StoreUnavailable(detail)) => write!(formatter, "The store cannot be opened: {detail}"),
            Self::App(error @ Error::ClocksDiffer { .. }) => {
                write!(formatter, "Nothing can be signed for the store: {error}, and start again.")
            }
            Self::App(Error::DatabaseUnavailable(detail)) => {
                write!(formatter, "The database cannot be opened: {detail}")
            }
            Self::App(Error::Internal(detail)) => formatter.write_str(detail),
            Self::App(other) => formatter.write_str(&other.problem().words),
        }
    }
}

impl std::error::Error for CliError {}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        Self::App(error)
    }
}

impl From<ConfigError> for CliError {
    fn from(problems: ConfigError) -> Self {
        Self::Settings(problems)
    }
}
