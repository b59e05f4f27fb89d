//! The flags of `phorce audit`.
//!
//! In: the arguments. Out: typed values. It reads no file and runs nothing.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::parse_day;

/// Exit codes of `phorce audit`.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the pack is written, and everything was read; of verify: nothing differs
  1  of verify: something differs, and is named
  2  a wrong flag, path, phorce.toml, attestations.toml or pack before
  3  the pack is written, and says which file could not be read";

/// The flags of `phorce audit`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Audit {
    /// What to do with a pack that is there
    #[command(subcommand)]
    pub action: Option<AuditAction>,
    /// Project folder
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Folder of the pack; it must not be there yet
    #[arg(long, value_name = "DIR", required = true)]
    pub out: Option<PathBuf>,
    /// The pack before, to say what changed since
    #[arg(long, value_name = "DIR")]
    pub previous: Option<PathBuf>,
    /// What the pack is called [default: year and quarter of its day]
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// What it is about
    #[arg(long, value_enum, value_name = "SCOPE", default_value_t = AuditScope::All)]
    pub scope: AuditScope,
    /// Show also what the proposed Security Rule of 2025 would change (a proposal, not law)
    #[arg(long = "proposed-2025")]
    pub proposed: bool,
    /// What people attest [default: attestations.toml of the project]
    #[arg(long, value_name = "FILE")]
    pub attestations: Option<PathBuf>,
    /// Do not exit with 3 because of files that could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
    /// Configuration to use [default: phorce.toml of the project]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Day of the run, YYYY-MM-DD [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<Date>,
    /// Read also what .forceignore excludes
    #[arg(long)]
    pub no_forceignore: bool,
}

/// What can be done with a pack.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Compare a pack, and the packs before it that lie beside it, with what was written
    Verify {
        /// Folder of the pack
        dir: PathBuf,
    },
}

/// What a pack is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditScope {
    /// OAuth clients, vendors and the register: oauth-clients, phi-inventory
    Oauth,
    /// Who reaches PHI: phi-access, login-ranges, phi-inventory
    Access,
    /// Code, and who may call it: apex-access
    Apex,
    /// Everything: every table
    All,
}
