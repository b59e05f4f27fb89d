//! The flags of `phorce access`.
//!
//! In: the arguments. Out: typed values. It reads no file and runs nothing.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Exit codes of `phorce access`.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the table is written, and everything was read
  2  a wrong flag, path or phorce.toml
  3  a file that the table needs could not be read";

/// The flags of `phorce access`.
#[derive(Debug, Args)]
pub struct Access {
    /// Project folder
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Only this field, as Object.Field; it is taken as PHI whatever its name says
    #[arg(long, value_name = "OBJECT.FIELD", value_parser = parse_field)]
    pub field: Option<String>,
    /// Only this object; it is taken as PHI whatever its name says
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<String>,
    /// Only this profile, permission set or group
    #[arg(long, value_name = "NAME")]
    pub holder: Option<String>,
    /// Format of standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = AccessFormat::Text)]
    pub format: AccessFormat,
    /// Do not exit with 3 because of files that could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
    /// Configuration to use [default: phorce.toml of the project]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read also what .forceignore excludes
    #[arg(long)]
    pub no_forceignore: bool,
}

/// A format of the access table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccessFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

fn parse_field(text: &str) -> Result<String, String> {
    match text.split_once('.') {
        Some((object, field)) if !object.is_empty() && !field.is_empty() => Ok(text.to_owned()),
        _ => Err("write object and field, like Patient__c.SSN__c".to_owned()),
    }
}
