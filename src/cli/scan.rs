//! The flags of `phorce scan`.
//!
//! In: the arguments. Out: [`Scan`]. It reads no file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{fail_on_parser, parse_day};
use crate::config::FailOn;

/// The flags of `phorce scan`.
#[derive(Debug, Args)]
pub struct Scan {
    /// Files and folders: debug logs, CSV and XLSX exports, event logs, other text
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ScanFormat::Text)]
    pub format: ScanFormat,
    /// Project the files come from: its classes, labels and classification tell more
    #[arg(long, value_name = "PATH")]
    pub org: Option<PathBuf>,
    /// Write copies into this folder, with each value replaced by its kind
    #[arg(long, value_name = "DIR")]
    pub redact: Option<PathBuf>,
    /// Least severity of open findings that fails the run [default: phorce.toml's, else high]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on_parser())]
    pub fail_on: Option<FailOn>,
    /// Exit with 0 although findings are open; errors still exit with 2 or 3
    #[arg(long)]
    pub exit_zero: bool,
    /// Do not exit with 3 because of files that could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
    /// Configuration to use [default: phorce.toml of --org, else of the current folder]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Day of the run, YYYY-MM-DD [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<Date>,
    /// Show every finding and place, nothing cut short
    #[arg(long)]
    pub full: bool,
}

/// A format of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScanFormat {
    /// For people
    Text,
    /// For programs; `phorce schema report` describes it
    Json,
    /// For code scanning
    Sarif,
    /// For spreadsheets
    Csv,
}
