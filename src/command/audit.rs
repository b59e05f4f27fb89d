//! `phorce audit`: the evidence pack of a quarter, and whether one is still what was written.
//!
//! In: the flags. Out: a folder, or what differs in one. Open findings do not fail it: the
//! pack is there to tell them.

use std::path::Path;

use super::check::day;
use super::{CLEAN, Done, FOUND, INCOMPLETE, print, progress};
use crate::audit::attestation::{self, Attestations};
use crate::audit::previous::{self, Previous};
use crate::audit::verify::verify;
use crate::audit::write::{refuse, write};
use crate::audit::{Scope, Subject, compile};
use crate::cli::{self, AuditAction, AuditScope};
use crate::escape;
use crate::output::{self, Output, Run};
use crate::rule::library;
use crate::run::{Audited, Request, audit};

/// Writes or verifies a pack.
pub fn run(flags: &cli::Audit) -> Done {
    match &flags.action {
        Some(AuditAction::Verify { dir }) => compare(dir),
        None => make(flags),
    }
}

fn compare(folder: &Path) -> Done {
    let verified = verify(folder);
    let mut lines: Vec<String> =
        verified.faults.iter().map(|fault| format!("differs: {fault}")).collect();
    lines.extend(verified.remarks.iter().map(|remark| format!("note: {remark}")));
    let (label, digest) = (escape::line(&verified.label), &verified.digest);
    let count = verified.files;
    lines.push(match verified.faults.len() {
        0 => format!("{label}: {count} files as they were written; the manifest is {digest}"),
        1 => format!("{}: 1 thing differs", folder.display()),
        many => format!("{}: {many} things differ", folder.display()),
    });
    print(&lines.join("\n"))?;
    Ok(if verified.faults.is_empty() { CLEAN } else { FOUND })
}

fn make(flags: &cli::Audit) -> Done {
    let Some(out) = &flags.out else { return Err(vec!["name a folder with --out".to_owned()]) };
    refuse(out).map_err(|why| vec![why])?;
    let as_of = day(flags.as_of)?;
    let previous = flags.previous.as_deref().map(previous::read).transpose()?;
    before(previous.as_ref(), as_of, out)?;
    let request = Request {
        inputs: vec![flags.path.clone()],
        config: flags.config.clone(),
        policy: None,
        baseline: None,
        as_of,
        forceignore: !flags.no_forceignore,
        accepted: true,
        // Old debt is debt: an auditor is told all of it as open.
        known: false,
    };
    let line = progress::show("examining");
    let audited = audit(&request)?;
    drop(line);
    let attestations = attested(flags, &audited, as_of)?;
    let unread = audited.checked.report.inputs.not_read.len();
    let code = if unread > 0 && !flags.allow_incomplete { INCOMPLETE } else { CLEAN };
    let reports = reports(&audited, code)?;
    let (citations, benchmark) = (library::citations(), library::controls());
    let proposal = if flags.proposed { library::proposed_2025() } else { None };
    let name = name_of(&flags.path);
    let quarter = || format!("{} Q{}", as_of.year(), (as_of.month() - 1) / 3 + 1);
    let label = flags.label.clone().unwrap_or_else(quarter);
    let subject = Subject {
        version: env!("CARGO_PKG_VERSION"),
        label: &label,
        name: &name,
        as_of,
        scope: scope(flags.scope),
        report: &audited.checked.report,
        rules: &audited.checked.rules,
        access: &audited.access,
        estate: &audited.estate,
        citations: &citations,
        benchmark: &benchmark,
        proposal: proposal.as_ref(),
        narrowed: &audited.narrowed,
        attestations: &attestations,
        configuration: &audited.configuration,
        previous: previous.as_ref(),
        reports: &reports,
    };
    let pack = compile(&subject).map_err(|why| vec![why])?;
    write(&pack, out).map_err(|why| vec![why])?;
    let digest = verify(out).digest;
    print(&format!(
        "wrote {} with {} files; keep this digest of its manifest elsewhere: {digest}",
        out.display(),
        pack.len()
    ))?;
    Ok(code)
}

/// The packs of a chain lie side by side, the younger after the older.
fn before(
    previous: Option<&Previous>,
    as_of: jiff::civil::Date,
    out: &Path,
) -> Result<(), Vec<String>> {
    let Some(previous) = previous else { return Ok(()) };
    if previous.as_of() > as_of.to_string().as_str() {
        let older = previous.as_of();
        return Err(vec![format!(
            "the pack before is of {older}, after the day of this one, {as_of}"
        )]);
    }
    let own = out.file_name().map(|name| name.to_string_lossy().into_owned());
    match own.is_some_and(|own| own == previous.folder()) {
        true => {
            Err(vec!["the pack before has the same folder name: a chain goes by name".to_owned()])
        }
        false => Ok(()),
    }
}

fn attested(
    flags: &cli::Audit,
    audited: &Audited,
    as_of: jiff::civil::Date,
) -> Result<Attestations, Vec<String>> {
    let named = flags.attestations.as_deref();
    let path = named.map_or_else(|| audited.root.join(attestation::FILE_NAME), Path::to_path_buf);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Attestations::default());
        }
        Err(error) => return Err(vec![format!("{}: it cannot be read: {error}", path.display())]),
    };
    let citations: Vec<String> = library::citations().into_iter().map(|c| c.id).collect();
    let controls: Vec<String> = library::controls().into_iter().map(|c| c.id).collect();
    let known = |id: &str| citations.iter().chain(&controls).any(|own| own == id);
    let shown = named.map_or_else(|| attestation::FILE_NAME.into(), |p| p.display().to_string());
    attestation::read(&shown, &text, as_of, &known)
}

fn reports(audited: &Audited, code: u8) -> Result<Vec<(&'static str, String)>, Vec<String>> {
    let hipaa: Vec<(String, String)> =
        library::citations().into_iter().map(|c| (c.id, c.title)).collect();
    let about = Run {
        version: env!("CARGO_PKG_VERSION"),
        fail_on: None,
        exit_code: code,
        category: "audit",
        hipaa: &hipaa,
    };
    let mut reports = Vec::new();
    for (name, output) in
        [("report.json", Output::Json), ("report.sarif", Output::Sarif { accepted: true })]
    {
        let checked = &audited.checked;
        let text = output::render(&checked.report, &checked.rules, &about, output)
            .map_err(|error| vec![format!("{name} cannot be rendered: {error}")])?;
        reports.push((name, text));
    }
    Ok(reports)
}

fn scope(scope: AuditScope) -> Scope {
    match scope {
        AuditScope::Oauth => Scope::Oauth,
        AuditScope::Access => Scope::Access,
        AuditScope::Apex => Scope::Apex,
        AuditScope::All => Scope::All,
    }
}

/// The name of a folder, wherever it lies.
fn name_of(path: &Path) -> String {
    let place = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    place.file_name().map_or_else(|| "project".to_owned(), |n| n.to_string_lossy().into_owned())
}
