//! The flags of the commands that write down what people decided.
//!
//! In: the arguments. Out: typed values. It reads no file and writes none.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::parse_day;

/// Exit codes of `phorce accept`.
pub(super) const ACCEPT_EXIT_CODES: &str = "\
Exit codes:
  0  the entry is written and complete
  1  the entry is written and still needs what the command lists
  2  a wrong rule, subject or day, or a phorce.toml that cannot be read";

/// The flags of `phorce accept`.
#[derive(Debug, Args)]
pub struct Accept {
    /// Id of the rule, as the finding shows it
    pub rule: String,
    /// Full name of what is wrong, as the finding shows it, or a glob on it
    pub subject: String,
    /// Accept only this field, object or permission of the finding; may be repeated
    #[arg(long = "member", value_name = "NAME")]
    pub members: Vec<String>,
    /// Why the risk is acceptable
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    pub reason: Option<String>,
    /// Who takes the responsibility
    #[arg(long, value_name = "NAME", value_parser = parse_words)]
    pub by: Option<String>,
    /// The last day, at most 365 days ahead, 90 for a critical finding
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub until: Option<Date>,
    /// Of a glob: why so many are accepted at once
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    pub breadth: Option<String>,
    /// Of an addressable specification: why it is not reasonable and appropriate here
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    pub not_reasonable_because: Option<String>,
    /// Of an addressable specification: what is done instead
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    pub instead: Option<String>,
    /// Configuration to write [default: the nearest phorce.toml, else one beside the project]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Day of the run, YYYY-MM-DD [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<Date>,
}

/// The flags of `phorce baseline`.
#[derive(Debug, Args)]
pub struct Baseline {
    /// Project folder
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// The file [default: the one phorce.toml names, else phorce-baseline.toml]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Configuration to use [default: phorce.toml of the project]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Day of the run, YYYY-MM-DD [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<Date>,
    /// Do not exit with 3 because of files that could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
    /// Read also what .forceignore excludes
    #[arg(long)]
    pub no_forceignore: bool,
}

fn parse_words(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it is empty".to_owned()),
        text => Ok(text.to_owned()),
    }
}
