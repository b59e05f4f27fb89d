//! From files of a scan to facts the engine judges.
//!
//! In: files, the configuration, an org where there is one. Out: [`Gathered`], as of a project,
//! with the place of each span already known. It knows no rule by name.

use std::path::Path;

use crate::config::Config;
use crate::engine::OrgFacts;
use crate::engine::gather::{Gathered, evidence, not_read};
use crate::metadata::collect::Collected;
use crate::metadata::layout::{OrgFolder, lay_out};
use crate::metadata::load::load;
use crate::metadata::read::Wanted;
use crate::org::health::Evidence;
use crate::org::{self, Org};
use crate::report::{NotRead, Notice, Place};
use crate::rule::Rule;
use crate::scan::origin::Origin;
use crate::scan::{Request, Scanned, Seen, is_kind, scan};
use crate::source::Sources;

/// Whether a rule judges what a scan finds, and nothing else.
pub fn judges_scans(rule: &Rule) -> bool {
    rule.kinds().into_iter().all(is_kind)
}

/// What is known of the org whose logs and exports are scanned.
#[derive(Debug)]
pub struct KnownOrg {
    /// Its objects and fields; of a folder with several orgs, of each.
    pub orgs: Vec<Org>,
    /// Its classes and triggers.
    pub origin: Origin,
    /// What of it could not be read.
    pub not_read: Vec<NotRead>,
    /// How many metadata files were found.
    pub found: usize,
}

/// Looks at an org.
///
/// # Errors
/// The table of PHI words in the binary cannot be read.
pub fn know_org(sources: &Sources, config: &Config) -> Result<KnownOrg, String> {
    let layout = lay_out(sources, &|file| sources.read(file));
    let loaded = load(sources, &layout, &Wanted::new(org::READS.iter().copied()));
    let (origin, found) = (Origin::new(sources, &layout), layout.files.len());
    let evidence = evidence(&layout);
    let problems = layout.problems.into_iter().chain(loaded.not_read);
    let problems = problems.map(not_read).collect();
    let orgs = layout.orgs.into_iter().zip(&loaded.orgs).zip(evidence);
    let build = |((folder, facts), evidence)| Org::build(folder, facts, evidence, &config.phi);
    let orgs = orgs.map(build).collect::<Result<_, _>>()?;
    Ok(KnownOrg { orgs, origin, not_read: problems, found })
}

/// What to gather from.
#[derive(Clone, Copy)]
pub struct Scan<'s> {
    /// The files.
    pub files: &'s Sources,
    /// The folder they lie in; none of files in memory.
    pub root: Option<&'s Path>,
    /// The configuration.
    pub config: &'s Config,
    /// The org they come from.
    pub known: Option<&'s KnownOrg>,
    /// Where redacted copies go.
    pub redact: Option<&'s Path>,
}

/// Scans, and how many redacted copies were written.
///
/// # Errors
/// A table in the binary is wrong, or the project's patterns are too much.
pub fn gather_scan(asked: Scan<'_>) -> Result<(Gathered, usize), String> {
    let request = Request {
        files: asked.files,
        root: asked.root,
        config: asked.config,
        orgs: asked.known.map_or(&[], |known| known.orgs.as_slice()),
        origin: asked.known.map(|known| &known.origin),
        redact: asked.redact,
    };
    let scanned = scan(&request)?;
    let Scanned { facts: found, places, not_read, notices, files, bytes, copies } = scanned;
    let mut facts = Collected::default();
    found.into_iter().for_each(|fact| facts.add(fact.into()));
    let folder = OrgFolder::default();
    let org = Org::build(folder, &Collected::default(), Evidence::default(), &asked.config.phi)?;
    let unread = |(path, line, reason)| NotRead { path, line, reason };
    let mut unread: Vec<NotRead> = not_read.into_iter().map(unread).collect();
    unread.extend(asked.known.into_iter().flat_map(|known| known.not_read.iter().cloned()));
    unread.sort();
    let notice = |(path, line, message)| Notice { message, path: Some(path), line: Some(line) };
    let gathered = Gathered {
        orgs: vec![OrgFacts { path: String::new(), org, facts }],
        config: asked.config.clone(),
        files,
        components: 0,
        bytes,
        not_read: unread,
        notices: notices.into_iter().map(notice).collect(),
        digests: Default::default(),
        found: files,
        places: places.into_iter().map(|(span, seen)| (span, place(seen))).collect(),
    };
    Ok((gathered, copies))
}

fn place(seen: Seen) -> Place {
    let Seen { path, line, column, end_column } = seen;
    Place { path, line, column, end_line: line, end_column }
}
