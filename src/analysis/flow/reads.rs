//! What a value reads, through formulas, templates and choices.
//!
//! In: a value and the names of its flow. Out: the references that are no formula, each with
//! what it goes through. It knows no PHI; a yes-or-no formula lets nothing through.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::effect::Source;
use super::model::Model;
use super::scope::Path;
use crate::metadata::flow::{Reference, Use, Value};

/// Formulas and templates that are followed into each other for one value.
const MOST_COMPUTED: usize = 64;

/// The names that a source reads, those inside formulas and templates included.
pub(super) fn names_of(model: &Model<'_>, source: &Source<'_>, out: &mut FxHashSet<String>) {
    match source {
        Source::All(word) => drop(out.insert(Path::of(&word.text).base)),
        Source::Field { .. } => {}
        Source::Value(value) => {
            for (reference, _, _) in leaves(model, value) {
                out.insert(Path::of(&reference.word.text).base);
            }
        }
    }
}

/// A reference, how much of it goes on, and the formulas and templates it goes through, the
/// inmost last.
pub(super) type Leaf<'f> = (&'f Reference, Use, Vec<&'f CompactString>);

/// The references of a value, followed through formulas, templates and choices.
pub(super) fn leaves<'f>(model: &Model<'f>, value: &'f Value) -> Vec<Leaf<'f>> {
    let mut out = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut stack: Vec<Leaf<'f>> =
        value.references.iter().rev().map(|r| (r, r.usage, Vec::new())).collect();
    while let Some((reference, usage, through)) = stack.pop() {
        if usage == Use::Test {
            continue;
        }
        let base = Path::of(&reference.word.text).base;
        let Some(resource) = model.scope.computed(&base) else {
            out.push((reference, usage, through));
            continue;
        };
        // The answer of a yes-or-no formula is not the value.
        let answers = resource.scalar("dataType").is_some_and(|t| t.word.text == "Boolean");
        if answers || seen.len() >= MOST_COMPUTED || !seen.insert(base) {
            continue;
        }
        let inner = resource.value.iter().flat_map(|value| &value.references);
        let mut further = through.clone();
        further.push(&resource.name.text);
        stack.extend(inner.map(|r| (r, usage.max(r.usage), further.clone())));
    }
    out
}
