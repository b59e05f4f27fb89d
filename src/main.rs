//! The binary: arguments in, bytes and an exit code out.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = phorce::cli::Arguments::parse();
    ExitCode::from(phorce::command::run(&arguments.command))
}
