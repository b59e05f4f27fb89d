//! The evidence pack: what a compliance lead hands over once a quarter.
//!
//! In: a report, the access table, what the org has, attestations, the pack before. Out: files
//! by name, the same bytes for the same input; and whether a pack on disk is still what was
//! written. It reads no metadata and decides on no finding.

pub mod attestation;
mod changes;
mod chart;
mod control;
mod manifest;
mod page;
pub mod previous;
mod proposal;
mod scope;
mod table;
mod text;
pub mod verify;
mod workbook;
pub mod write;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::report::Report;
use crate::report::access::AccessReport;
use crate::report::audit::Estate;
use crate::rule::Rule;
use crate::rule::library::{Citation, Control as Benchmark, Proposal, Published};
use attestation::Attestations;
use changes::Changes;
use control::Controls;
use previous::Previous;
use proposal::Proposed;
use table::Table;

pub use scope::Scope;

/// All that a pack is made of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Version of the program.
    pub version: &'a str,
    /// What the pack is called: `2026 Q4`.
    pub label: &'a str,
    /// The name of what was examined: the project's folder.
    pub name: &'a str,
    /// The day of the run.
    pub as_of: Date,
    /// What it is about.
    pub scope: Scope,
    /// Findings and verdicts.
    pub report: &'a Report,
    /// The rules in force.
    pub rules: &'a [Rule],
    /// Who reaches which PHI.
    pub access: &'a AccessReport,
    /// What the orgs have.
    pub estate: &'a Estate,
    /// The regulation.
    pub citations: &'a [Citation],
    /// The benchmark.
    pub benchmark: &'a [Benchmark],
    /// A proposed change of the regulation, to be told apart; off where none is given.
    pub proposal: Option<&'a Proposal>,
    /// What of the configuration makes a rule say less, besides its parameters: the rule's id,
    /// and why.
    pub narrowed: &'a [(String, String)],
    /// What people attest.
    pub attestations: &'a Attestations,
    /// The files that decided how was judged.
    pub configuration: &'a [(String, String)],
    /// The pack before.
    pub previous: Option<&'a Previous>,
    /// The report in other formats, by file name.
    pub reports: &'a [(&'a str, String)],
}

/// What is worked out once and told in several files.
struct Digest<'a> {
    subject: &'a Subject<'a>,
    controls: Controls<'a>,
    proposed: Vec<Proposed<'a>>,
    changes: Changes,
    tables: Vec<Table>,
}

/// Whether files decided how was judged.
fn is_configured(subject: &Subject<'_>) -> bool {
    !subject.configuration.is_empty() || !subject.attestations.text.is_empty()
}

/// Whether a pack of this scope tells of a rule.
fn is_told(subject: &Subject<'_>, id: &str) -> bool {
    let rule = subject.rules.iter().find(|rule| rule.id == id);
    rule.is_some_and(|rule| subject.scope.has_family(&rule.family))
}

/// A pack before it is on disk: files by name.
pub type Pack = BTreeMap<String, Vec<u8>>;

/// Makes a pack.
///
/// # Errors
/// A writer of a format failed; in words.
pub fn compile(subject: &Subject<'_>) -> Result<Pack, String> {
    let controls = control::judge(subject);
    let changes = changes::compare(subject);
    let proposed = proposal::judge(subject);
    let tables = table::all(subject, &controls, &proposed, &changes);
    let digest = Digest { subject, controls, proposed, changes, tables };
    let mut pack = Pack::new();
    for table in &digest.tables {
        pack.insert(format!("{}.csv", table.name), table::csv(table)?.into_bytes());
    }
    pack.insert("phorce-audit.xlsx".to_owned(), workbook::write(&digest)?);
    for (name, text) in subject.reports {
        pack.insert((*name).to_owned(), text.clone().into_bytes());
    }
    for (name, text) in subject.configuration {
        pack.insert(format!("configuration/{name}"), text.clone().into_bytes());
    }
    if !subject.attestations.text.is_empty() {
        let name = format!("configuration/{}", attestation::FILE_NAME);
        pack.insert(name, subject.attestations.text.clone().into_bytes());
    }
    pack.insert("README.txt".to_owned(), text::readme(&digest).into_bytes());
    pack.insert("index.html".to_owned(), page::render(&digest)?.into_bytes());
    manifest::seal(&digest, &mut pack)?;
    Ok(pack)
}
