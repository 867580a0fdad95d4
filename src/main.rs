//! The program: parses the command line and runs one command.

use clap::Parser;
use cloakroom::cli::{self, Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(Cli::parse())
}
