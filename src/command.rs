//! What each command does.
//!
//! In: a parsed command. Out: bytes on standard output, in files, and an exit code. What is
//! wrong with the tool's own input goes to standard error and ends in 2.

mod accept;
mod access;
mod audit;
mod baseline;
mod check;
mod pages;
mod progress;
mod register;
mod scan;

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;

use crate::cli::{Arguments, Command, SchemaOf};
use crate::{config, init, output};

/// Nothing open at or above the threshold, and everything was read.
pub const CLEAN: u8 = 0;
/// Open findings.
pub const FOUND: u8 = 1;
/// A wrong flag, path, configuration or rule page.
pub const WRONG: u8 = 2;
/// A file that a rule needs could not be read.
pub const INCOMPLETE: u8 = 3;

/// Runs a command; the result is the exit code.
pub fn run(command: &Command) -> u8 {
    let done = match command {
        Command::Check(flags) => check::run(flags),
        Command::Access(flags) => access::run(flags),
        Command::Scan(flags) => scan::run(flags),
        Command::Audit(flags) => audit::run(flags),
        Command::Accept(flags) => accept::run(flags),
        Command::Baseline(flags) => baseline::run(flags),
        Command::Register(flags) => register::run(flags),
        Command::Rules { format } => pages::list(*format),
        Command::Explain { rule } => pages::explain(rule),
        Command::Prove { dir, no_weakening } => pages::prove(dir.as_deref(), !no_weakening),
        Command::Init { path, force } => propose(path, *force),
        Command::Completions { shell } => complete(*shell),
        Command::Schema { of } => print(match of {
            SchemaOf::Report => output::REPORT_SCHEMA,
            SchemaOf::Config => config::SCHEMA,
            SchemaOf::Register => config::register::SCHEMA,
        }),
    };
    done.unwrap_or_else(|errors| {
        for error in errors {
            eprintln!("phorce: {error}");
        }
        WRONG
    })
}

/// An exit code, or what is wrong with the tool's input, one line each.
type Done = Result<u8, Vec<String>>;

/// Writes to standard output; a reader that went away is no error.
fn print(text: &str) -> Done {
    let mut out = std::io::stdout().lock();
    let written = out
        .write_all(text.as_bytes())
        .and_then(|()| if text.ends_with('\n') { out.flush() } else { out.write_all(b"\n") });
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(vec![format!("standard output cannot be written: {error}")])
        }
        _ => Ok(CLEAN),
    }
}

fn propose(folder: &Path, force: bool) -> Done {
    let looked = check::look(folder)?;
    let path = init::write(folder, &init::propose(&looked), force).map_err(|why| vec![why])?;
    print(&format!("wrote {}; next: phorce check {}", path.display(), folder.display()))
}

fn complete(shell: clap_complete::Shell) -> Done {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "phorce", &mut bytes);
    print(&String::from_utf8_lossy(&bytes))
}
