//! From a report to bytes.
//!
//! In: a [`Report`], the rules it speaks of, what is known of the run. Out: text for people,
//! JSON for programs, SARIF for code scanning, and what code hosts and CI servers show. It reads no file and decides nothing: what is
//! wrong, and what the exit code is, is in the report and the run.

mod access;
mod delta;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod register;
mod remedy;
mod sarif;
mod table;
mod text;
mod words;

use std::io;

use crate::escape;
use crate::fact::Severity;
use crate::report::Report;
use crate::rule::Rule;

pub use access::{AccessOutput, render_access};
pub use register::render_register;
pub use text::Style;

/// The JSON Schema of the JSON output.
pub const REPORT_SCHEMA: &str = include_str!("report.schema.json");

/// Where the pages of the rules are read.
const RULE_PAGES: &str = "https://github.com/phorce/phorce/blob/main/rules";
const HOME: &str = "https://github.com/phorce/phorce";

/// What an output knows of the run besides its report.
#[derive(Debug, Clone, Copy)]
pub struct Run<'r> {
    /// Version of the program.
    pub version: &'r str,
    /// The least severity that fails the run; none when nothing does.
    pub fail_on: Option<Severity>,
    /// The code the program ends with.
    pub exit_code: u8,
    /// Tells several runs over one commit apart, `profiles`; empty for one run.
    pub category: &'r str,
    /// Citation and title of everything in `rules/hipaa.toml`.
    pub hipaa: &'r [(String, String)],
}

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// For people.
    Text(Style),
    /// For programs; its shape is [`REPORT_SCHEMA`].
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif {
        /// Accepted findings are there too, as suppressed results. GitHub shows suppressed
        /// results as open ones.
        accepted: bool,
    },
    /// Workflow commands of GitHub.
    Github,
    /// Code Quality JSON of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// For a spreadsheet.
    Csv,
    /// A comment on a pull request.
    Markdown,
}

/// Writes `report` in one format.
///
/// # Errors
/// The format's own writer failed, which a report cannot cause.
pub fn render(
    report: &Report,
    rules: &[Rule],
    run: &Run<'_>,
    output: Output,
) -> io::Result<String> {
    match output {
        Output::Text(style) => text::render(report, rules, run, style),
        Output::Json => json::render(report, run),
        Output::Sarif { accepted } => sarif::render(report, rules, run, accepted),
        Output::Github => Ok(github::render(report, rules, run)),
        Output::Gitlab => gitlab::render(report),
        Output::Junit => junit::render(report, rules, run),
        Output::Csv => table::render(report, rules),
        Output::Markdown => Ok(markdown::render(report, rules, run)),
    }
}

/// The address of a rule's page.
fn rule_page(family: &str, id: &str) -> String {
    format!("{RULE_PAGES}/{}/{}.md", escape::uri_path(family), escape::uri_path(id))
}
