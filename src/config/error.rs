//! What is wrong with the settings, all of it at once.

use std::fmt;

/// Everything that is wrong with the settings, one line each.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<String>);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cloakroom cannot start; these settings need a look:")?;
        self.0.iter().try_for_each(|problem| write!(formatter, "\n  - {problem}"))
    }
}

impl std::error::Error for ConfigError {}
