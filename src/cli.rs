//! The command line: what may be asked, and how it is written.
//!
//! In: the arguments. Out: [`Arguments`] with typed values. It reads no file and runs
//! nothing; a wrong flag ends in exit code 2, by clap.

mod access;
mod audit;
mod decide;
mod scan;

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::config::{FailOn, parse_date};
use decide::ACCEPT_EXIT_CODES;
pub use decide::{Accept, Baseline};

pub use access::{Access, AccessFormat};
pub use audit::{Audit, AuditAction, AuditScope};
pub use scan::{Scan, ScanFormat};

/// Find out who and what can reach patient data in a Salesforce org, from its metadata
#[derive(Debug, Parser)]
#[command(name = "phorce", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Exit codes, as help and documentation state them.
const EXIT_CODES: &str = "\
Exit codes, the same for every format:
  0  nothing open at or above --fail-on, and everything was read
  1  open findings
  2  a wrong flag, path, phorce.toml, register or rule page
  3  a file that a rule needs could not be read (before 0 and 1)";

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check projects and report what is wrong
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Show who can reach patient data, through which grants, and what cannot be known
    #[command(after_help = access::EXIT_CODES)]
    Access(Access),
    /// Find patient data left in debug logs, report exports and other files
    #[command(after_help = EXIT_CODES)]
    Scan(Scan),
    /// Write the evidence pack of a quarter, or verify one
    #[command(after_help = audit::EXIT_CODES)]
    Audit(Audit),
    /// Accept a risk: write an entry into phorce.toml
    #[command(after_help = ACCEPT_EXIT_CODES)]
    Accept(Accept),
    /// Write down the findings there are, so that checks report only what is new
    Baseline(Baseline),
    /// List what the compliance register lacks and what is out of date in it, or add what it lacks
    #[command(after_help = REGISTER_EXIT_CODES)]
    Register(Register),
    /// List the rules
    Rules {
        /// How to write the list
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Show a rule's page: why it matters, how to fix it, what it cannot see
    Explain {
        /// Id of the rule, as findings show it
        rule: String,
    },
    /// Prove rule pages against their own examples
    Prove {
        /// Folder of pages; without one, the built-in pages
        dir: Option<PathBuf>,
        /// Skip the slow half: taking each test away must break an example
        #[arg(long)]
        no_weakening: bool,
    },
    /// Write a commented phorce.toml for a project
    Init {
        /// Folder of the project
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Replace a phorce.toml that is there
        #[arg(long)]
        force: bool,
    },
    /// Write completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Write a JSON Schema
    Schema {
        /// Of what
        of: SchemaOf,
    },
}

/// Exit codes of `phorce register`.
const REGISTER_EXIT_CODES: &str = "\
Exit codes:
  0  nothing is missing and nothing out of date; with --update, the register is written
  1  something is
  2  a wrong flag, path, phorce.toml or register
  3  a file that the register is compared with could not be read";

/// The flags of `phorce register`.
#[derive(Debug, Args)]
pub struct Register {
    /// Project folder
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Add what is missing, with blanks to fill in; everything that is there is kept
    #[arg(long)]
    pub update: bool,
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

/// The flags of `phorce check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Project folders or files
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Format of standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub format: Format,
    /// Also write a file; its ending says the format: .txt, .json, .sarif, .csv, .md, .xml
    /// (JUnit), .gitlab.json; may be repeated
    #[arg(short, long = "output", value_name = "FILE", value_parser = parse_target)]
    pub outputs: Vec<Target>,
    /// Least severity of open findings that fails the run [default: phorce.toml's, else high]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on_parser())]
    pub fail_on: Option<FailOn>,
    /// Exit with 0 although findings are open; errors still exit with 2 or 3
    #[arg(long)]
    pub exit_zero: bool,
    /// Do not exit with 3 because of files that could not be read
    #[arg(long)]
    pub allow_incomplete: bool,
    /// Configuration to use [default: phorce.toml of the project]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Judge the change since this Git reference: only what it opens or worsens fails the run
    #[arg(long, value_name = "REF", allow_hyphen_values = true)]
    pub base: Option<String>,
    /// Read phorce.toml, rule pages, baseline and .forceignore from this Git reference, or
    /// from this folder if it is written as a path (./DIR, ../DIR, /DIR)
    #[arg(long, value_name = "REF|DIR", allow_hyphen_values = true, conflicts_with = "config")]
    pub policy: Option<String>,
    /// Report only what this list does not have; `phorce baseline` writes it [default:
    /// phorce.toml's]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Day of the run, YYYY-MM-DD [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<Date>,
    /// Show every finding, member and place, nothing cut short
    #[arg(long)]
    pub full: bool,
    /// Read also what .forceignore excludes
    #[arg(long)]
    pub no_forceignore: bool,
    /// Judge as if no risk were accepted and no finding known: everything is open
    #[arg(long)]
    pub no_accepted: bool,
    /// Put accepted findings into SARIF, as suppressed results; with --base also unchanged and
    /// fixed ones
    #[arg(long)]
    pub sarif_accepted: bool,
}

/// A format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs; `phorce schema report` describes it
    Json,
    /// For code scanning
    Sarif,
    /// Annotations of a GitHub workflow; adds to its step summary too
    Github,
    /// Code Quality report of GitLab
    Gitlab,
    /// Test report of any CI server
    Junit,
    /// For spreadsheets
    Csv,
    /// A comment on a pull request
    Markdown,
}

/// A format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What a JSON Schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The JSON report
    Report,
    /// phorce.toml
    Config,
    /// The register that phorce.toml names
    Register,
}

/// A file to write and the format its ending asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The file.
    pub path: PathBuf,
    /// Its format.
    pub format: Format,
}

/// Takes the format of a file from its ending.
///
/// # Errors
/// Another ending; the text lists those there are.
pub fn parse_target(text: &str) -> Result<Target, String> {
    let path = PathBuf::from(text);
    let named = path.file_stem().is_some();
    let ending = path.extension().and_then(|ending| ending.to_str());
    let format = match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("txt") if named => Format::Text,
        Some("sarif") if named => Format::Sarif,
        Some("json") if named => json_of(path.file_stem().map(Path::new)),
        Some("csv") if named => Format::Csv,
        Some("md") if named => Format::Markdown,
        Some("xml") if named => Format::Junit,
        _ => return Err(format!("the ending says the format: {ENDINGS}")),
    };
    Ok(Target { path, format })
}

const ENDINGS: &str =
    ".txt, .json, .sarif, .sarif.json, .csv, .md, .xml (JUnit) or .gitlab.json (Code Quality)";

/// What kind of JSON is wanted, by what stands before `.json`. GitLab's documentation calls
/// its file `gl-code-quality-report.json`.
fn json_of(stem: Option<&Path>) -> Format {
    let is = |ending: &str| {
        let own = stem.and_then(Path::extension);
        own.is_some_and(|own| own.eq_ignore_ascii_case(ending))
    };
    if is("sarif") {
        Format::Sarif
    } else if is("gitlab") || stem.is_some_and(|stem| stem.ends_with("gl-code-quality-report")) {
        Format::Gitlab
    } else {
        Format::Json
    }
}

fn parse_day(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "write the day as YYYY-MM-DD, like 2026-12-31".to_owned())
}

fn fail_on_parser() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::WORDS)
        .try_map(|word| FailOn::parse(&word).ok_or_else(|| format!("'{word}' is no severity")))
}

/// The day of the run: the one asked for, else `SOURCE_DATE_EPOCH`, else `now`; in UTC, so
/// that a run does not depend on where it runs.
///
/// # Errors
/// `epoch`, the value of `SOURCE_DATE_EPOCH`, is no number of seconds.
pub fn day_of_run(
    asked: Option<Date>,
    epoch: Option<&str>,
    now: jiff::Timestamp,
) -> Result<Date, String> {
    if let Some(date) = asked {
        return Ok(date);
    }
    let moment = match epoch.map(str::trim).filter(|epoch| !epoch.is_empty()) {
        None => now,
        Some(epoch) => epoch
            .parse()
            .ok()
            .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
            .ok_or("SOURCE_DATE_EPOCH is no number of seconds; correct or unset it")?,
    };
    Ok(jiff::tz::Offset::UTC.to_datetime(moment).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Severity;
    use clap::CommandFactory;
    use jiff::civil::date;

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("phorce").chain(arguments.iter().copied()))
    }

    fn check(arguments: &[&str]) -> Check {
        match parse(&[&["check"], arguments].concat()).unwrap().command {
            Command::Check(check) => check,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn check_has_defaults() {
        let check = check(&[]);
        assert_eq!(check.paths, [PathBuf::from(".")]);
        assert_eq!((check.format, check.fail_on, check.as_of), (Format::Text, None, None));
        assert!(check.outputs.is_empty() && check.config.is_none());
        assert!(!(check.exit_zero || check.allow_incomplete || check.full));
        assert!(!(check.no_forceignore || check.no_accepted || check.sarif_accepted));
    }

    #[test]
    fn check_takes_every_flag() {
        let check = check(&[
            "a",
            "b",
            "--format",
            "sarif",
            "-o",
            "x.txt",
            "-o",
            "y.sarif",
            "--fail-on",
            "never",
            "--exit-zero",
            "--allow-incomplete",
            "--config",
            "c.toml",
            "--as-of",
            "2026-02-28",
            "--full",
            "--no-forceignore",
            "--no-accepted",
            "--sarif-accepted",
        ]);
        assert_eq!(check.paths, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!((check.format, check.fail_on), (Format::Sarif, Some(FailOn::Never)));
        assert_eq!(check.outputs.len(), 2);
        assert_eq!(check.config, Some(PathBuf::from("c.toml")));
        assert_eq!(check.as_of, Some(date(2026, 2, 28)));
        assert!(check.exit_zero && check.allow_incomplete && check.full);
        assert!(check.no_forceignore && check.no_accepted && check.sarif_accepted);
    }

    #[test]
    fn a_policy_elsewhere_and_a_configuration_exclude_each_other() {
        let elsewhere = check(&["--policy", "origin/policy", "--baseline", "known.toml"]);
        assert_eq!(elsewhere.policy.as_deref(), Some("origin/policy"));
        assert_eq!(elsewhere.baseline, Some(PathBuf::from("known.toml")));
        assert!(parse(&["check", "--policy", "./p", "--config", "c.toml"]).is_err());
    }

    #[test]
    fn severities_are_those_of_findings() {
        assert_eq!(check(&["--fail-on", "low"]).fail_on, Some(FailOn::From(Severity::Low)));
        assert!(parse(&["check", "--fail-on", "warning"]).is_err());
    }

    #[test]
    fn a_file_takes_its_format_from_its_ending() {
        let format = |text| parse_target(text).map(|target| target.format).ok();
        assert_eq!(format("out/r.sarif"), Some(Format::Sarif));
        assert_eq!(format("r.SARIF.json"), Some(Format::Sarif));
        assert_eq!(format("r.json"), Some(Format::Json));
        assert_eq!(format("sarif.json"), Some(Format::Json));
        assert_eq!(format("r.txt"), Some(Format::Text));
        assert_eq!(format("r.csv"), Some(Format::Csv));
        assert_eq!(format("out/junit.xml"), Some(Format::Junit));
        assert_eq!(format("comment.md"), Some(Format::Markdown));
        assert_eq!(format("r.gitlab.json"), Some(Format::Gitlab));
        assert_eq!(format("out/gl-code-quality-report.json"), Some(Format::Gitlab));
        for text in ["r", "r.html", "-", "", "r.json/", ".json", "r.sarif.gz"] {
            let expected = if text == "r.json/" { Some(Format::Json) } else { None };
            assert_eq!(format(text), expected, "{text}");
        }
    }

    #[test]
    fn wrong_flags_exit_with_2() {
        for arguments in [
            &["check", "-o", "r.html"][..],
            &["check", "--as-of", "2026-02-30"],
            &["check", "--as-of", "20260201"],
            &["check", "--nope"],
            &["explain"],
            &["accept", "some-rule"],
            &["accept", "some-rule", "Admin", "--reason", " "],
            &["schema", "sarif"],
            &["audit"],
            &["audit", "--out", "pack", "verify", "pack"],
            &["audit", "verify"],
            &[],
        ] {
            assert_eq!(parse(arguments).unwrap_err().exit_code(), 2, "{arguments:?}");
        }
        assert_eq!(parse(&["--help"]).unwrap_err().exit_code(), 0);
    }

    #[test]
    fn the_other_commands_parse() {
        for arguments in [
            &["rules", "--format", "json"][..],
            &["explain", "some-rule"],
            &["prove"],
            &["prove", "pages", "--no-weakening"],
            &["init", "project", "--force"],
            &["completions", "zsh"],
            &["schema", "report"],
            &["schema", "config"],
            &["audit", "--out", "pack"],
            &["audit", "project", "--out", "pack", "--previous", "old", "--label", "2026 Q4"],
            &["audit", "--out", "pack", "--scope", "oauth", "--as-of", "2026-10-05"],
            &["audit", "verify", "pack"],
            &["accept", "some-rule", "Admin", "--member", "A", "--until", "2026-03-01"],
            &["baseline", "project", "-o", "known.toml"],
            &["schema", "register"],
            &["register"],
            &["register", "--update", "project", "--as-of", "2026-02-28"],
        ] {
            assert!(parse(arguments).is_ok(), "{arguments:?}");
        }
    }

    #[test]
    fn the_day_is_asked_for_else_the_epochs_else_todays() {
        let now = "2026-03-01T23:30:00-05:00".parse().unwrap();
        let day = |asked, epoch| day_of_run(asked, epoch, now);
        assert_eq!(day(Some(date(2025, 1, 1)), Some("x")), Ok(date(2025, 1, 1)));
        assert_eq!(day(None, Some("86400")), Ok(date(1970, 1, 2)));
        assert_eq!(day(None, None), Ok(date(2026, 3, 2)));
        assert_eq!(day(None, Some("")), Ok(date(2026, 3, 2)));
        assert!(day(None, Some("yesterday")).is_err());
        assert!(day(None, Some("99999999999999999")).is_err());
    }
}
