//! From files to the facts of each org.
//!
//! In: sources, rules, configuration. Out: [`Gathered`]: elements and derived rows of every
//! org, and what could not be read. It opens only files of types that a rule reads.

use std::collections::{BTreeMap, HashMap};

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::OrgFacts;
use crate::analysis::{Input, KINDS, Kind, register};
use crate::config::Config;
use crate::fact::{Fact, Found};
use crate::metadata::layout::{Layout, TypeOf, lay_out};
use crate::metadata::load::{Loaded, Tree, load, load_pair};
use crate::metadata::read::Wanted;
use crate::metadata::types;
use crate::org::health::Evidence;
use crate::org::{self, Org};
use crate::report::{NotRead, Notice, Place};
use crate::rule::Rule;
use crate::source::{FileId, Sources, Span};

/// The facts of every org, and how reading went.
#[derive(Debug)]
pub struct Gathered {
    /// One for each `sfdx-project.json`, or one for all.
    pub orgs: Vec<OrgFacts>,
    /// The configuration in force.
    pub config: Config,
    /// Files opened.
    pub files: usize,
    /// Components found.
    pub components: usize,
    /// Bytes read.
    pub bytes: u64,
    /// What could not be read.
    pub not_read: Vec<NotRead>,
    /// Remarks on the layout.
    pub notices: Vec<Notice>,
    /// The digest of each file that was opened.
    pub digests: FxHashMap<FileId, u64>,
    /// How many metadata files the layout found, opened or not.
    pub found: usize,
    /// The place of each span of a scan, which is told once. Where there are any, no file is
    /// opened again for its lines.
    pub places: HashMap<Span, Place>,
}

/// Reads what the rules need and derives the rows they judge.
///
/// # Errors
/// The table of PHI words in the binary cannot be read.
pub fn gather(
    sources: &Sources,
    rules: &[Rule],
    config: &Config,
    as_of: Date,
) -> Result<Gathered, String> {
    let names: Vec<&str> = rules.iter().flat_map(Rule::kinds).collect();
    gather_kinds(sources, &names, config, as_of)
}

/// Reads and derives these kinds, and what they are made of.
///
/// # Errors
/// The table of PHI words in the binary cannot be read.
pub fn gather_kinds(
    sources: &Sources,
    names: &[&str],
    config: &Config,
    as_of: Date,
) -> Result<Gathered, String> {
    let kinds = needed_kinds(names.to_vec());
    let wanted = Wanted::new(names.iter().copied().chain(reads(&kinds)));
    let layout = lay_out(sources, &|file| sources.read(file));
    let loaded = load(sources, &layout, &wanted);
    assemble(layout, loaded, &kinds, placed(config, &[sources]), as_of, None)
}

/// Reads and derives these kinds of two trees under one numbering: first the base of a
/// change, then the head, which can see what the base had. Both are derived whole; only
/// parsing is shared.
///
/// # Errors
/// As [`gather_kinds`].
pub fn gather_pair(
    head: &Sources,
    base: &Sources,
    names: &[&str],
    config: &Config,
    as_of: Date,
) -> Result<(Gathered, Gathered), String> {
    let kinds = needed_kinds(names.to_vec());
    let wanted = Wanted::new(names.iter().copied().chain(reads(&kinds)));
    let (layout, was) =
        (lay_out(head, &|file| head.read(file)), lay_out(base, &|file| base.read(file)));
    let trees = (Tree { sources: head, layout: &layout }, Tree { sources: base, layout: &was });
    let (loaded, before) = load_pair(trees.0, trees.1, &wanted);
    let config = placed(config, &[head, base]);
    let before = assemble(was, before, &kinds, config.clone(), as_of, None)?;
    let head = assemble(layout, loaded, &kinds, config, as_of, Some(&before))?;
    Ok((head, before))
}

/// The configuration with its register placed among the files.
fn placed(config: &Config, trees: &[&Sources]) -> Config {
    let mut config = config.clone();
    if let Some(register) = &mut config.entries {
        register.file = trees.iter().find_map(|sources| sources.find(&register.path));
    }
    config
}

/// The schema of each org, without any rows: for a first look at a project.
///
/// # Errors
/// The table of PHI words in the binary cannot be read.
pub fn gather_orgs(sources: &Sources, layout: Layout) -> Result<Vec<Org>, String> {
    let wanted = Wanted::new(org::READS.iter().copied());
    let loaded = load(sources, &layout, &wanted);
    let evidence = evidence(&layout);
    let orgs = layout.orgs.into_iter().zip(&loaded.orgs).zip(evidence);
    let phi = &Config::default().phi;
    orgs.map(|((folder, facts), evidence)| Org::build(folder, facts, evidence, phi)).collect()
}

fn assemble(
    layout: Layout,
    loaded: Loaded,
    kinds: &[&'static Kind],
    config: Config,
    as_of: Date,
    before: Option<&Gathered>,
) -> Result<Gathered, String> {
    let found = layout.files.len();
    let evidence = evidence(&layout);
    let single = layout.orgs.len() == 1;
    let mut orgs = Vec::new();
    for ((folder, mut facts), evidence) in layout.orgs.into_iter().zip(loaded.orgs).zip(evidence) {
        // With one org there is nothing to tell apart, wherever its folder lies.
        let path = if single { String::new() } else { folder.path.clone() };
        let mut org = Org::build(folder, &facts, evidence, &config.phi)?;
        let was = before.and_then(|before| counterpart(before, org.path(), single));
        // What is PHI decides what is judged: like a policy it cannot be taken away by the change.
        org.kept = was.map(|was| org.schema.keep(&was.org.schema)).unwrap_or_default();
        facts.before = was.map(|was| Box::new(was.facts.for_comparison()));
        for kind in kinds {
            let input = Input { org: &org, facts: &facts, config: &config, as_of };
            for fact in (kind.derive)(&input) {
                facts.add(fact.into());
            }
        }
        orgs.push(OrgFacts { path, org, facts });
    }
    settle_entries(&mut orgs);
    let problems = layout.problems.into_iter().chain(loaded.not_read);
    Ok(Gathered {
        orgs,
        config,
        files: loaded.files,
        components: loaded.components,
        bytes: loaded.bytes,
        not_read: problems.map(not_read).collect(),
        notices: layout.notices.into_iter().chain(loaded.notices).map(notice).collect(),
        digests: loaded.digests,
        found,
        places: HashMap::new(),
    })
}

/// A project has one register for all of its orgs: an entry is judged where the thing is, else
/// where it may be, else in the first org.
fn settle_entries(orgs: &mut [OrgFacts]) {
    let mut homes: BTreeMap<CompactString, (u8, usize)> = BTreeMap::new();
    for (index, org) in orgs.iter().enumerate() {
        for entry in org.facts.of(register::ENTRY.name) {
            let rank = match entry.found("present") {
                Found::Present if entry.is_true("present") => 0,
                Found::Unknown(_) => 1,
                _ => 2,
            };
            let home = homes.entry(entry.name.clone()).or_insert((rank, index));
            *home = (*home).min((rank, index));
        }
    }
    for (index, org) in orgs.iter_mut().enumerate() {
        let is_home = |fact: &Fact| homes.get(&fact.name).is_none_or(|(_, home)| *home == index);
        org.facts.retain(register::ENTRY.name, is_home);
    }
}

/// The org of the base in the same folder. A project that is alone in both may have moved.
fn counterpart<'b>(base: &'b Gathered, folder: &str, single: bool) -> Option<&'b OrgFacts> {
    let same = base.orgs.iter().find(|org| org.org.path() == folder);
    same.or_else(|| base.orgs.first().filter(|_| single && base.orgs.len() == 1))
}

/// What names alone tell of each org: record types, apps, settings, namespaces.
pub(super) fn evidence(layout: &Layout) -> Vec<Evidence> {
    let mut out: Vec<Evidence> = layout.orgs.iter().map(|_| Evidence::default()).collect();
    for (org, evidence) in layout.orgs.iter().zip(&mut out) {
        evidence.own_namespaces.extend(org.namespace.clone());
    }
    for entry in &layout.files {
        let Some(evidence) = out.get_mut(entry.org) else { continue };
        let TypeOf::Known(ty) = entry.ty else { continue };
        let name = entry.full_name.as_str();
        match ty.name {
            "RecordType" | "CustomApplication" => evidence.components.push(name.to_owned()),
            "Settings" => evidence.settings.push(name.to_owned()),
            "InstalledPackage" => evidence.namespaces.push(name.to_owned()),
            _ => {}
        }
        let last = name.rsplit('.').next().unwrap_or(name);
        if let Some(namespace) = types::namespace_of(last)
            && !evidence.namespaces.iter().any(|known| known == namespace)
        {
            evidence.namespaces.push(namespace.to_owned());
        }
    }
    out
}

pub(super) fn not_read(fault: crate::metadata::fault::Fault) -> NotRead {
    NotRead { path: fault.path, line: fault.line, reason: fault.reason }
}

fn notice(fault: crate::metadata::fault::Fault) -> Notice {
    Notice { message: fault.reason, path: Some(fault.path), line: Some(fault.line) }
}

/// The derived kinds among these names, and those that these read, in the order of derivation.
fn needed_kinds(mut names: Vec<&str>) -> Vec<&'static Kind> {
    names.push("org");
    let mut needed: Vec<&'static Kind> = Vec::new();
    // Kinds read only kinds before them, so one walk from the last to the first finds all.
    for kind in KINDS.iter().rev() {
        if names.contains(&kind.name) {
            names.extend(kind.reads);
            needed.push(kind);
        }
    }
    needed.reverse();
    needed
}

/// The metadata types that derived kinds and the org's schema read.
fn reads<'k>(kinds: &[&'static Kind]) -> impl Iterator<Item = &'k str> {
    let reads: Vec<&'static str> =
        kinds.iter().flat_map(|kind| kind.reads.iter().copied()).collect();
    reads.into_iter().chain(org::READS.iter().copied())
}
