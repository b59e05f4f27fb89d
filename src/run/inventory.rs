//! One run of `phorce register`: the org against its register, by the rules about it.
//!
//! In: a project. Out: what its register lacks and what is to be looked at, and the text with
//! what it lacks added. What has to be listed is what a rule says: this knows none of them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::register::{Held, on_disk, place, take};
use super::{load_rules, nothing_found, read_config};
use crate::analysis::register::{THINGS, is_kind};
use crate::config::register::{Addition, Section, add_to};
use crate::config::{Config, same_name};
use crate::engine::finish::{finish, sort};
use crate::engine::gather::{Gathered, gather};
use crate::engine::judge;
use crate::fact::Fact;
use crate::report::accept::apply;
use crate::report::register::{Missing, RegisterReport};
use crate::report::{Finding, Status};
use crate::rule::Rule;
use crate::source::Sources;
use crate::source::walk::{WalkOptions, walk};

/// What `phorce register` is asked.
#[derive(Debug, Clone)]
pub struct RegisterRequest {
    /// The project.
    pub input: PathBuf,
    /// A configuration file; else `phorce.toml` at the project root.
    pub config: Option<PathBuf>,
    /// The day of the run.
    pub as_of: Date,
    /// Whether `.forceignore` is honoured.
    pub forceignore: bool,
    /// Whether a register that is not there counts as an empty one.
    pub create: bool,
}

/// A register, and what a run says of it.
#[derive(Debug)]
pub struct Inventory {
    /// What is missing, and what is to be looked at.
    pub report: RegisterReport,
    /// The file.
    pub file: PathBuf,
    /// Its text with everything that is missing.
    pub updated: String,
    /// Whether that differs from what is there.
    pub differs: bool,
}

/// Holds the org against its register.
///
/// # Errors
/// What keeps the run from beginning, one line each.
pub fn inventory(request: &RegisterRequest) -> Result<Inventory, Vec<String>> {
    let mut walked = walk(
        std::slice::from_ref(&request.input),
        WalkOptions { forceignore: request.forceignore },
    )
    .map_err(|error| vec![error.to_string()])?;
    let named = request.config.as_deref();
    let draft = read_config(&walked.root, named)?;
    let base = named.and_then(Path::parent).unwrap_or(&walked.root).to_path_buf();
    let (mut rules, mut config) = load_rules(&base, draft, request.as_of)?;
    let Some(relative) = config.register.as_ref().map(|set| set.value.clone()) else {
        return Err(vec![format!(
            "{} names no register; write register = \"compliance/register.toml\" into it, above \
             its first table",
            config.path
        )]);
    };
    let file = base.join(&relative);
    let is_new = request.create && !file.exists();
    let held = match is_new {
        true => take(&mut config, place(&walked.root, &base, &relative), Ok(Vec::new()))?,
        false => on_disk(&mut config, &walked.root, &base)?
            .ok_or_else(|| vec![format!("{relative}: it cannot be read")])?,
    };
    let Held { path, bytes } = held.clone();
    held.among(&mut walked.sources);
    rules.retain(|rule| rule.kinds().into_iter().any(is_kind));
    let gathered =
        gather(&walked.sources, &rules, &config, request.as_of).map_err(|error| vec![error])?;
    if gathered.found == 0 {
        let inputs = std::slice::from_ref(&request.input);
        return Err(vec![nothing_found(inputs, walked.ignored.len())]);
    }
    let findings = open(&gathered, &walked.sources, &rules, &config, request.as_of);
    let (missing, findings) = tell(findings, &gathered, &rules);
    let text = String::from_utf8_lossy(&bytes);
    let updated = add_to(&text, &missing.iter().map(addition).collect::<Vec<_>>());
    Ok(Inventory {
        differs: is_new || updated != text,
        report: RegisterReport {
            path,
            entries: config.entries.as_ref().map_or(0, |register| register.entries.len()),
            missing,
            findings,
            not_read: gathered.not_read.clone(),
        },
        file,
        updated,
    })
}

fn open(
    gathered: &Gathered,
    sources: &Sources,
    rules: &[Rule],
    config: &Config,
    as_of: Date,
) -> Vec<Finding> {
    let mut report = finish(judge(rules, &gathered.orgs), gathered, sources, rules);
    // An acceptance that matches nothing is said by a whole check: here most rules are not run.
    let _ = apply(&mut report.findings, &config.accepts, as_of, &config.path);
    report.findings.retain(|finding| finding.status == Status::Open);
    sort(&mut report.findings);
    report.findings
}

/// Tells findings on things that are not listed from all others.
fn tell(
    findings: Vec<Finding>,
    gathered: &Gathered,
    rules: &[Rule],
) -> (Vec<Missing>, Vec<Finding>) {
    let unlisted = unlisted(gathered);
    let kinds: HashMap<&str, Vec<&str>> =
        rules.iter().map(|rule| (rule.id.as_str(), rule.kinds())).collect();
    let mut found: BTreeMap<(Section, String), Missing> = BTreeMap::new();
    let mut others = Vec::new();
    for finding in findings {
        let kinds = kinds.get(finding.rule.as_str()).map_or(&[][..], Vec::as_slice);
        let thing = kinds.iter().find_map(|kind| {
            unlisted.get(&(finding.org.clone(), (*kind).to_owned(), finding.subject.to_lowercase()))
        });
        match thing {
            None => others.push(finding),
            Some(thing) => {
                let key = (thing.section, thing.name.to_lowercase());
                add(found.entry(key).or_insert_with(|| missing(thing, &finding)), &finding);
            }
        }
    }
    (found.into_values().collect(), others)
}

/// A thing without an entry.
struct Unlisted {
    section: Section,
    name: String,
    ty: Option<String>,
}

fn missing(thing: &Unlisted, finding: &Finding) -> Missing {
    Missing {
        section: thing.section.word(),
        name: thing.name.clone(),
        ty: thing.ty.clone(),
        place: finding.place.clone(),
        shows: Vec::new(),
    }
}

/// Adds what one finding shows of a thing: the component that names it, else what of it counts.
fn add(missing: &mut Missing, finding: &Finding) {
    if finding.place < missing.place {
        missing.place = finding.place.clone();
    }
    let component = (!same_name(&finding.subject, &missing.name)).then_some(&finding.subject);
    let members = finding.members.iter().map(|member| &member.name);
    for shown in component.into_iter().chain(members) {
        if !missing.shows.contains(shown) {
            missing.shows.push(shown.clone());
        }
    }
    missing.shows.sort();
}

/// What the register does not list, by org, kind and what a finding on it is about.
fn unlisted(gathered: &Gathered) -> HashMap<(String, String, String), Unlisted> {
    let mut out = HashMap::new();
    for org in &gathered.orgs {
        for (section, kind) in THINGS {
            let of_holders = section == Section::Holder;
            for fact in org.facts.of(kind.name).iter().filter(|fact| !fact.is_true("listed")) {
                let Some(name) = fact.text("register-name") else { continue };
                let thing = Unlisted {
                    section,
                    name: name.to_owned(),
                    ty: fact.text("type").filter(|_| of_holders).map(str::to_owned),
                };
                let key = (org.path.clone(), kind.name.to_owned(), subject(fact).to_lowercase());
                out.entry(key).or_insert(thing);
            }
        }
    }
    out
}

/// What a finding on it is about.
fn subject(fact: &Fact) -> &str {
    if fact.grouped { &fact.component } else { &fact.name }
}

fn addition(missing: &Missing) -> Addition {
    let section = Section::ALL.into_iter().find(|section| section.word() == missing.section);
    Addition {
        section: section.unwrap_or(Section::PhiObject),
        name: missing.name.clone(),
        ty: missing.ty.clone(),
        found: match missing.shows.is_empty() {
            true => missing.place.path.clone(),
            false => format!("{}: {}", missing.place.path, missing.shows.join(", ")),
        },
    }
}
