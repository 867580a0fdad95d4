//! What goes to the terminal: answers to standard output, the log to standard error.

use super::error::{CliError, Result};
use crate::config::LogConfig;
use std::io::{IsTerminal, Write};
use tracing_subscriber::EnvFilter;

/// A line on standard output. A reader that went away is no reason to stop serving.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line on standard output that was asked for.
///
/// # Errors
///
/// [`CliError::Refused`] when it cannot be written: then the command has failed.
pub fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| CliError::Refused(format!("Standard output cannot be written to: {error}. Run it again.")))
}

/// The last word of a command that failed, on standard error.
pub fn complain(error: &CliError) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "{error}");
}

/// Begins the log, on standard error, so that what commands print stays alone on standard output.
pub fn begin_log(config: &LogConfig) {
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
