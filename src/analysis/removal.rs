//! Kind `removal`: what a change takes away.
//!
//! In: the entries of manifests of deletions; of a change also the same org as its base has
//! it. Out: one row for each entry, for each component that only the base has, and for each
//! value that the base has and the head has not. It does not know which of them guards
//! anything. What may be in a file that could not be read is not gone.
//!
//! Sources: Metadata API, "Deleting Components from an Organization" (`destructiveChanges`).

mod compare;
mod renamed;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::metadata::manifest::Deletion;
use crate::org::tokens;

/// The kind.
pub const KIND: Kind = Kind {
    name: "removal",
    meaning: "an entry of a list of deletions, or something that a change takes away; a component has the elements it had",
    reads: &[
        "destructiveChanges",
        "RestrictionRule",
        "FieldRestrictionRule",
        "TransactionSecurityPolicy",
        "MutingPermissionSet",
        "PermissionSetGroup",
        "EventRelayConfig",
        "LiveChatSensitiveDataRule",
        "PlatformEventChannelMember",
        "Certificate",
        "ValidationRule",
        "CustomField",
        "CustomObject",
        "RealTimeEventSettings",
        "RealTimeEventSettings.realTimeEvents",
        "phi-field",
        "phi-object",
    ],
    values: &[
        (
            "by",
            "`list` for an entry of `destructiveChanges`, `change` for what the base of a change has and its head has not",
        ),
        ("what", "`component` or `value`"),
        (
            "type",
            "the metadata type; of a repeated child with its element: `RealTimeEventSettings.realTimeEvents`",
        ),
        ("element", "of a value, the element it stood in"),
        ("was", "of a value, what it was"),
        ("is", "of a value, what the element says now; absent where it says nothing any more"),
        (
            "kept",
            "`true` where the component stays: it is there and is deployed after the deletion, or it only has another name",
        ),
        ("object", "the object it belongs to"),
        (
            "phi",
            "`true` where it belongs to an object or is a field that holds PHI, in the base or now; unknown where the object was not retrieved",
        ),
        (
            "object-words",
            "words of the object's name, lower case; two neighbours as one too: `access log`",
        ),
    ],
    derive,
};

/// Types of components, and repeated children, that are compared with the base.
pub(super) const COMPARED: [&str; 13] = [
    "RestrictionRule",
    "FieldRestrictionRule",
    "TransactionSecurityPolicy",
    "MutingPermissionSet",
    "PermissionSetGroup",
    "EventRelayConfig",
    "LiveChatSensitiveDataRule",
    "PlatformEventChannelMember",
    "Certificate",
    "ValidationRule",
    "CustomField",
    "CustomObject",
    "RealTimeEventSettings.realTimeEvents",
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let phi = Phi::of(facts);
    let mut rows = listed(facts);
    if let Some(before) = facts.before.as_deref() {
        let known: BTreeSet<(String, String)> = rows.iter().map(identity).collect();
        let compared = compare::rows(facts, before);
        rows.extend(compared.into_iter().filter(|row| !known.contains(&identity(row))));
    }
    for row in &mut rows {
        phi.mark(row);
    }
    rows
}

/// What one removal of a component is known by: a list and a comparison tell the same one.
fn identity(row: &Fact) -> (String, String) {
    let element = row.text("element").unwrap_or("");
    let ty = row.text("type").unwrap_or("");
    (format!("{ty}/{element}").to_lowercase(), row.name.to_lowercase().to_string())
}

/// A row without what it says of PHI.
fn start(name: &str, place: crate::source::Span, by: &str, what: &str, ty: &str) -> Fact {
    let mut row = Fact::new(KIND.name, name, place);
    row.derive("by", by);
    row.derive("what", what);
    row.derive("type", ty);
    row
}

/// A row for each entry of a list of deletions.
fn listed(facts: &Collected) -> Vec<Fact> {
    let types: BTreeSet<&str> = facts.deletions.iter().map(|entry| entry.ty.as_str()).collect();
    let before = facts.before.as_deref();
    let mut rows = Vec::new();
    for ty in types {
        let here = compare::by_name(facts, ty);
        let was = before.map(|before| compare::by_name(before, ty)).unwrap_or_default();
        for entry in facts.deletions.iter().filter(|entry| entry.ty == ty) {
            let Deletion { name, span, .. } = entry;
            let lower = name.to_lowercase();
            let mut row = start(name, *span, "list", "component", ty);
            // What the component is like is told by its file, in the base or here.
            let own = was.get(&lower).or(here.get(&lower));
            let values = own.into_iter().flat_map(|own| &own.values);
            let values = values.filter(|(_, item)| !item.secret).cloned();
            row.values.extend(values.map(|(key, item)| (key, Item { span: *span, ..item })));
            row.derive("kept", here.contains_key(&lower) && !is_taken_last(entry, before));
            rows.push(row);
        }
    }
    rows
}

/// Whether a change deletes what is there: its entry is new, and it is carried out last. An
/// entry that was there before, or that nothing is known of, may have been left behind.
fn is_taken_last(entry: &Deletion, before: Option<&Collected>) -> bool {
    let same = |old: &&Deletion| {
        old.last && old.ty == entry.ty && old.name.to_lowercase() == entry.name.to_lowercase()
    };
    entry.last && before.is_some_and(|before| !before.deletions.iter().any(|old| same(&old)))
}

/// Keys under which a component names the object it is about.
const OBJECT_KEYS: [&str; 3] = ["targetEntity", "selectedEntity", "objectName"];

/// The object a row belongs to: the one its name begins with, or the one it is about.
fn object_of(row: &Fact) -> Option<String> {
    if let Some((object, _)) = row.name.split_once('.') {
        return Some(object.to_owned());
    }
    if row.text("type") == Some("CustomObject") {
        return Some(row.name.to_string());
    }
    OBJECT_KEYS.iter().find_map(|key| row.text(key)).map(str::to_owned)
}

/// What holds PHI, now or in the base, in lower case.
struct Phi {
    held: BTreeSet<String>,
    known: BTreeSet<String>,
}

impl Phi {
    fn of(facts: &Collected) -> Self {
        let trees: Vec<&Collected> =
            std::iter::once(facts).chain(facts.before.as_deref()).collect();
        let names = |kinds: &[&str]| {
            let facts = trees.iter().flat_map(|tree| kinds.iter().flat_map(|kind| tree.of(kind)));
            facts.map(|fact: &Arc<Fact>| fact.name.to_lowercase().to_string()).collect()
        };
        Self { held: names(&["phi-field", "phi-object"]), known: names(&["CustomObject"]) }
    }

    /// Says of a row which object it belongs to, and whether PHI is there.
    fn mark(&self, row: &mut Fact) {
        let Some(object) = object_of(row) else { return };
        let words = tokens::of_name(&object);
        let pairs = words.windows(2).map(|pair| pair.join(" "));
        let words: Vec<String> = words.iter().map(ToString::to_string).chain(pairs).collect();
        for word in words {
            row.derive("object-words", word);
        }
        let (whole, own) = (object.to_lowercase(), row.name.to_lowercase().to_string());
        // Of a field its own name tells; of anything else that belongs to an object, the object.
        let name = if row.text("type") == Some("CustomField") { &own } else { &whole };
        match self.held.contains(name) {
            true => row.derive("phi", true),
            false if self.known.contains(&whole) => row.derive("phi", false),
            false => row
                .mark_unknown("phi", format!("the object {object} was not retrieved: retrieve it")),
        }
        row.derive("object", object);
    }
}

#[cfg(test)]
mod tests;
