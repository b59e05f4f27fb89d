//! One run of `phorce scan`, from paths to a report.
//!
//! In: what to scan, an org, where copies go. Out: [`Scanned`], or why the run could not begin.
//! It prints nothing.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{keep, load_rules, nothing_found, read_config};
use crate::config::Config;
use crate::engine::finish::{finish, sort};
use crate::engine::judge;
use crate::engine::scan::{KnownOrg, Scan, gather_scan, judges_scans, know_org};
use crate::report::accept::apply;
use crate::report::policy::remarks;
use crate::report::{NotRead, Report};
use crate::rule::Rule;
use crate::scan::files;
use crate::source::Sources;
use crate::source::walk::{WalkOptions, walk};

/// What to scan.
#[derive(Debug, Clone)]
pub struct ScanRequest {
    /// Files and folders.
    pub inputs: Vec<PathBuf>,
    /// The project the files come from.
    pub org: Option<PathBuf>,
    /// A configuration file; else `phorce.toml` of the org, else of the current folder.
    pub config: Option<PathBuf>,
    /// Where redacted copies go.
    pub redact: Option<PathBuf>,
    /// The day of the run.
    pub as_of: Date,
}

/// What came of a scan.
#[derive(Debug)]
pub struct Scanned {
    /// The report.
    pub report: Report,
    /// The rules in force, sorted by id.
    pub rules: Vec<Rule>,
    /// The configuration in force.
    pub config: Config,
    /// Redacted copies written.
    pub copies: usize,
}

/// Scans the inputs.
///
/// # Errors
/// What keeps the run from beginning, one line each.
pub fn scan(request: &ScanRequest) -> Result<Scanned, Vec<String>> {
    let one = |why: String| vec![why];
    let found = files::find(&request.inputs).map_err(one)?;
    if found.sources.is_empty() && found.problems.is_empty() {
        let inputs: Vec<String> = request.inputs.iter().map(|p| p.display().to_string()).collect();
        return Err(vec![format!("no file under {}", inputs.join(", "))]);
    }
    if let Some(folder) = &request.redact {
        prepare(folder, &request.inputs).map_err(one)?;
    }
    let org = request.org.as_deref().map(walk_org).transpose()?;
    let root = org.as_ref().map_or(Path::new("."), |(root, _)| root);
    let draft = read_config(root, request.config.as_deref())?;
    let base = request.config.as_deref().and_then(Path::parent).unwrap_or(root);
    let (rules, config) = load_rules(base, draft, request.as_of)?;
    let (rules, config) = keep(rules, config, judges_scans);
    let known = org.map(|(_, sources)| know(&sources, &config, request)).transpose()?;
    let files = found.sources;
    let (gathered, copies) = gather_scan(Scan {
        files: &files,
        root: Some(&found.root),
        config: &config,
        known: known.as_ref(),
        redact: request.redact.as_deref(),
    })
    .map_err(one)?;
    let mut report = finish(judge(&rules, &gathered.orgs), &gathered, &files, &rules);
    let unread = found.problems.into_iter().map(|(path, reason)| NotRead { path, line: 1, reason });
    report.inputs.not_read.extend(unread);
    report.inputs.not_read.sort();
    report.notices.extend(remarks(&config, &rules));
    let path = &config.path;
    report.notices.extend(apply(&mut report.findings, &config.accepts, request.as_of, path));
    sort(&mut report.findings);
    Ok(Scanned { report, rules, config, copies })
}

fn walk_org(org: &Path) -> Result<(PathBuf, Sources), Vec<String>> {
    let walked = walk(&[org.to_path_buf()], WalkOptions { forceignore: false })
        .map_err(|error| vec![error.to_string()])?;
    Ok((walked.root, walked.sources))
}

fn know(
    sources: &Sources,
    config: &Config,
    request: &ScanRequest,
) -> Result<KnownOrg, Vec<String>> {
    let known = know_org(sources, config).map_err(|why| vec![why])?;
    match known.found {
        0 => Err(vec![nothing_found(request.org.as_slice(), 0)]),
        _ => Ok(known),
    }
}

/// Makes the folder for copies. It has to be new or empty: what an earlier run left in it could
/// be taken for a copy of this one.
fn prepare(folder: &Path, inputs: &[PathBuf]) -> Result<(), String> {
    let said = folder.display();
    let real = folder.canonicalize().ok();
    let input = |input: &PathBuf| input.canonicalize().ok();
    if let Some(real) = &real
        && inputs.iter().filter_map(input).any(|input| input.starts_with(real))
    {
        return Err(format!(
            "--redact {said}: what is scanned lies in this folder; name another one, so that no copy takes the place of its original"
        ));
    }
    if real.is_some_and(|real| !real.is_dir()) {
        return Err(format!("--redact {said}: it is a file; name a folder that is new or empty"));
    }
    let wrong = |why: std::io::Error| {
        format!("--redact {said}: no copies can be written there: {why}; name another folder")
    };
    std::fs::create_dir_all(folder).map_err(wrong)?;
    if std::fs::read_dir(folder).map_err(wrong)?.next().is_some() {
        return Err(format!(
            "--redact {said}: the folder is not empty; name a new one or empty it, so that no older copy is taken for one of this run"
        ));
    }
    let trial = folder.join(".phorce");
    std::fs::write(&trial, b"").and_then(|()| std::fs::remove_file(&trial)).map_err(wrong)
}
