//! How a rule ended: checked, nothing to check, or not assessed.
//!
//! In: what each fact gave. Out: [`Outcome`]. "Nothing found" never reads as "safe": a rule
//! that saw nothing says why.

use crate::analysis::KINDS;
use crate::metadata::collect::Collected;
use crate::metadata::types;
use crate::report::{Outcome, Verdict};
use crate::rule::Rule;
use crate::scan;

/// What the facts of one rule gave so far.
#[derive(Debug, Default)]
pub struct Tally {
    assessed: usize,
    unknown: usize,
    reason: Option<String>,
    missing: Option<String>,
}

impl Tally {
    /// One fact: whether some case could be told, and why another could not.
    pub fn examine(&mut self, told: bool, unknown: Option<String>) {
        match unknown {
            Some(reason) => {
                self.unknown += 1;
                self.assessed += usize::from(told);
                self.reason.get_or_insert(reason);
            }
            None => self.assessed += 1,
        }
    }

    /// An org has no fact of a kind: if every org has what it comes from, that was not
    /// retrieved.
    pub fn missing(&mut self, kind: &str, facts: &Collected) {
        let head = kind.split('.').next().unwrap_or(kind);
        let derived = KINDS.iter().find(|known| known.name == head);
        // A derived kind is about the first type it reads; the others tell more of it.
        let source = derived.map_or(Some(&head), |known| known.reads.first()).copied();
        let ty = source.map(|source| source.split('.').next().unwrap_or(source));
        if let Some(ty) = ty.filter(|ty| types::always_exists(ty) && !facts.has(ty)) {
            self.missing.get_or_insert(format!(
                "{} was not retrieved or could not be read",
                types::in_words(ty)
            ));
        }
    }

    /// The end of the rule.
    pub fn outcome(self, rule: &Rule) -> Outcome {
        let (verdict, reason) = match (self.assessed, self.unknown, self.missing) {
            (0, 0, Some(missing)) => (Verdict::NotAssessed, missing),
            (0, 0, None) => (Verdict::NothingToCheck, nothing(rule)),
            (0, _, _) => (Verdict::NotAssessed, self.reason.unwrap_or_default()),
            (_, 0, None) => (Verdict::Checked, String::new()),
            (_, 0, Some(missing)) => (Verdict::Checked, format!("in part only: {missing}")),
            (_, unknown, _) => {
                let reason = self.reason.unwrap_or_default();
                (Verdict::Checked, format!("{unknown} in part only: {reason}"))
            }
        };
        Outcome { id: rule.id.clone(), verdict, examined: self.assessed, reason }
    }
}

/// A kind in words: what one row is.
fn in_words(kind: &str) -> String {
    let head = kind.split('.').next().unwrap_or(kind);
    match KINDS.iter().find(|known| known.name == head) {
        Some(derived) => first_words(derived.meaning),
        None => match scan::KINDS.iter().find(|known| known.name == head) {
            Some(scanned) => first_words(scanned.meaning),
            None => format!("of the type {kind}"),
        },
    }
}

fn first_words(meaning: &str) -> String {
    meaning.split([';', ':', '.']).next().unwrap_or(meaning).to_owned()
}

fn nothing(rule: &Rule) -> String {
    let kinds = rule.kinds().into_iter().map(in_words).collect::<Vec<_>>();
    format!("nothing here is {}", kinds.join(", or "))
}
