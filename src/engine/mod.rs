//! Rules × facts → outcomes.
//!
//! In: rules and the facts of each org. Out: what is wrong, as [`Hit`]s with spans, and how
//! every rule ended. It knows no metadata type and no rule by name, and reads no file.

pub mod access;
pub mod estate;
pub mod finish;
pub mod gather;
mod hit;
mod places;
pub mod scan;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use hit::Hit;
use verdict::Tally;

use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::org::Org;
use crate::report::Outcome;
use crate::rule::Rule;
use crate::rule::case::Case;
use crate::rule::condition::{Truth, judge_all};
use crate::source::FileId;

/// What the engine judges: the facts of one org.
#[derive(Debug)]
pub struct OrgFacts {
    /// Folder of its `sfdx-project.json`, relative to the project root; empty for one.
    pub path: String,
    /// Its folder and its schema.
    pub org: Org,
    /// Elements and rows.
    pub facts: Collected,
}

impl OrgFacts {
    /// The org's own row, read under `org.`.
    fn row(&self) -> Option<&Fact> {
        self.facts.of("org").first().map(Arc::as_ref)
    }
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is wrong, in the order of org, rule and subject.
    pub hits: Vec<Hit>,
    /// How each rule ended, in the order of the rules.
    pub outcomes: Vec<Outcome>,
}

/// Judges every fact by every rule.
pub fn judge(rules: &[Rule], orgs: &[OrgFacts]) -> Judged {
    let copies: Vec<Copies> = orgs.iter().map(|org| Copies::of(&org.facts)).collect();
    let judge_rule = |rule: &Rule| {
        let mut tally = Tally::default();
        let mut hits = Vec::new();
        for ((index, org), copies) in orgs.iter().enumerate().zip(&copies) {
            let mut found = BTreeMap::new();
            judge_org(rule, org, copies, &mut tally, &mut found);
            hits.extend(found.into_values().map(|hit: Hit| Hit { org: index, ..hit }));
        }
        (hits, tally.outcome(rule))
    };
    let mut judged = Judged::default();
    for (hits, outcome) in rules.iter().map(judge_rule) {
        judged.hits.extend(hits);
        judged.outcomes.push(outcome);
    }
    judged
}

/// Subject, key and copy: what findings of one rule are told apart by.
type Identity = (String, String, usize);

fn judge_org(
    rule: &Rule,
    org: &OrgFacts,
    copies: &Copies,
    tally: &mut Tally,
    found: &mut BTreeMap<Identity, Hit>,
) {
    let row = org.row();
    for kind in rule.kinds() {
        let facts = org.facts.of(kind);
        if facts.is_empty() {
            tally.missing(kind, &org.facts);
        }
        let cases: Vec<&Case> =
            rule.cases.iter().filter(|c| c.kinds.iter().any(|k| k == kind)).collect();
        for fact in facts {
            let mut unknown = None;
            let mut told = false;
            for case in &cases {
                match judge_all(&case.tests, fact, row) {
                    Truth::No => told = true,
                    Truth::Unknown(reason) => unknown = Some(reason),
                    Truth::Yes => {
                        told = true;
                        add(hit::of(rule, case, fact, row), fact, copies, found);
                    }
                }
            }
            tally.examine(told, unknown);
        }
    }
}

/// Adds a hit; one with the same identity takes it in.
fn add(mut hit: Hit, fact: &Fact, copies: &Copies, found: &mut BTreeMap<Identity, Hit>) {
    let others = copies.of_fact(fact);
    let copy = others.iter().position(|(file, _)| *file == fact.place.file).unwrap_or(0);
    hit.copy = copy;
    for (_, place) in others.iter().filter(|(file, _)| *file != fact.place.file) {
        hit.related.push((*place, format!("{} is defined here too", hit.subject)));
    }
    let identity = (hit.subject.to_lowercase(), hit.key.clone(), copy);
    match found.get_mut(&identity) {
        Some(first) => first.take_in(hit),
        None => {
            found.insert(identity, hit);
        }
    }
}

/// Components that were found in more than one file, with the place in each.
struct Copies {
    places: FxHashMap<(String, String), Vec<(FileId, crate::source::Span)>>,
}

impl Copies {
    fn of(facts: &Collected) -> Self {
        let mut places: FxHashMap<(String, String), Vec<(FileId, crate::source::Span)>> =
            FxHashMap::default();
        for kind in facts.kinds().into_iter().filter(|kind| !kind.contains('.')) {
            for fact in facts.of(kind) {
                let known = places.entry(name_of(fact)).or_default();
                if !known.iter().any(|(file, _)| *file == fact.place.file) {
                    known.push((fact.place.file, fact.place));
                }
            }
        }
        places.retain(|_, files| files.len() > 1);
        places.values_mut().for_each(|files| files.sort_unstable());
        Self { places }
    }

    fn of_fact(&self, fact: &Fact) -> &[(FileId, crate::source::Span)] {
        let fact = fact.parent.as_deref().unwrap_or(fact);
        self.places.get(&name_of(fact)).map_or(&[], Vec::as_slice)
    }
}

fn name_of(fact: &Fact) -> (String, String) {
    (fact.kind.to_string(), fact.name.to_lowercase().to_string())
}
