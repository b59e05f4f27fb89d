//! What each name in a flow stands for.
//!
//! In: a flow. Out: for a name, the record type it holds and where that is said; or the
//! formula, template, choice or variable it is. It knows no PHI. Names compare without regard
//! to case. What an Apex action gives back has no type here.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::metadata::flow::{ElementKind, Flow, Resource, ResourceKind, Word};
use crate::source::Span;

/// How records come to be under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The record that started the flow.
    Trigger,
    /// A lookup.
    Lookup,
    /// A variable that is filled from outside.
    Input,
    /// A variable.
    Variable,
    /// What a transform or a map made.
    Made,
    /// What another flow gave back.
    Flow,
}

/// Records of one type under a name.
#[derive(Debug, Clone)]
pub(super) struct Records {
    /// The name as it is written where it is made.
    pub(super) name: CompactString,
    /// The object.
    pub(super) object: CompactString,
    /// Where the object is named.
    pub(super) place: Span,
    /// How they came.
    pub(super) origin: Origin,
    /// The fields a lookup asked for; empty for all.
    pub(super) fields: Vec<Word>,
}

/// A name split into what it begins with and the path below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// The resource or element, lower case.
    pub(super) base: String,
    /// Fields and relationships below, as written, joined by dots; empty for the whole.
    pub(super) below: String,
}

impl Path {
    /// Splits a reference; `Get[$EachItem].Name` is `Get.Name`.
    pub(super) fn of(reference: &str) -> Self {
        let mut plain = String::with_capacity(reference.len());
        let mut depth = 0_usize;
        for c in reference.chars() {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                c if depth == 0 => plain.push(c),
                _ => {}
            }
        }
        let (base, below) = plain.split_once('.').unwrap_or((&plain, ""));
        Self { base: base.to_lowercase(), below: below.to_owned() }
    }
}

/// The names of a flow.
#[derive(Debug, Default)]
pub(super) struct Scope<'f> {
    records: FxHashMap<String, Records>,
    /// A loop's item and its collection: name, collection, where it is said.
    aliases: FxHashMap<String, (String, Span)>,
    resources: FxHashMap<String, &'f Resource>,
}

/// Names that are followed from a loop to its collection, and on.
const MOST_ALIASES: usize = 8;

impl<'f> Scope<'f> {
    pub(super) fn new(flow: &'f Flow) -> Self {
        let mut scope = Self::default();
        if let Some(object) = flow.start_scalar("object").filter(|word| !word.text.is_empty()) {
            for name in ["$Record", "$Record__Prior"] {
                scope.add(name, object, Origin::Trigger, Vec::new());
            }
        }
        for resource in &flow.resources {
            scope.resources.insert(lower(&resource.name.text), resource);
            let object = resource.scalar("objectType").map(|value| &value.word);
            if let Some(object) = object.filter(|word| !word.text.is_empty()) {
                let origin =
                    if resource.is_true("isInput") { Origin::Input } else { Origin::Variable };
                scope.add(&resource.name.text, object, origin, Vec::new());
            }
        }
        flow.elements.iter().for_each(|element| scope.read(element));
        scope
    }

    fn read(&mut self, element: &crate::metadata::flow::Element) {
        let word = |name: &str| {
            element.scalar(name).map(|value| value.word.clone()).filter(|w| !w.text.is_empty())
        };
        let name = element.name.text.clone();
        match element.kind {
            ElementKind::RecordLookup => {
                let Some(object) = word("object") else { return };
                let fields: Vec<Word> =
                    element.scalars("queriedFields").map(|value| value.word.clone()).collect();
                let to = word("outputReference").map_or(name, |to| to.text);
                self.add(&to, &object, Origin::Lookup, fields);
            }
            ElementKind::Loop => {
                let to = word("assignNextValueToReference").map_or(name, |to| to.text);
                self.alias(&to, word("collectionReference"));
            }
            ElementKind::CollectionProcessor => {
                if let Some(object) = word("outputSObjectType") {
                    self.add(&name, &object, Origin::Made, Vec::new());
                } else {
                    self.alias(&name, word("collectionReference"));
                }
                if let Some(item) = word("assignNextValueToReference") {
                    self.alias(&item.text, word("collectionReference"));
                }
            }
            ElementKind::Transform => {
                if let Some(object) = word("objectType") {
                    self.add(&name, &object, Origin::Made, Vec::new());
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &str, object: &Word, origin: Origin, fields: Vec<Word>) {
        let records = Records {
            name: name.into(),
            object: object.text.clone(),
            place: object.span,
            origin,
            fields,
        };
        // A lookup that fills a variable says more than the variable; two lookups that fill
        // one variable may each have asked for other fields.
        match self.records.get_mut(&lower(name)) {
            Some(known) if known.origin == Origin::Lookup => known.fields.clear(),
            Some(known) => *known = records,
            None => drop(self.records.insert(lower(name), records)),
        }
    }

    fn alias(&mut self, name: &str, collection: Option<Word>) {
        if let Some(collection) = collection {
            let base = Path::of(&collection.text).base;
            self.aliases.insert(lower(name), (base, collection.span));
        }
    }

    /// Records that another flow gives back under `name`.
    pub(super) fn add_from_flow(&mut self, name: &str, object: &Word) {
        let records = Records {
            name: name.into(),
            object: object.text.clone(),
            place: object.span,
            origin: Origin::Flow,
            fields: Vec::new(),
        };
        self.records.entry(lower(name)).or_insert(records);
    }

    /// The records a reference begins with, what is left of its path, and the loops between.
    pub(super) fn records(&self, path: &Path) -> Option<(&Records, String, Vec<Span>)> {
        let mut base = path.base.as_str();
        let mut between = Vec::new();
        for _ in 0..MOST_ALIASES {
            // An item that is a variable has a type of its own, and its collection says more.
            if let Some((collection, span)) = self.aliases.get(base)
                && collection != base
                && (self.records.contains_key(collection) || self.aliases.contains_key(collection))
            {
                between.push(*span);
                base = collection;
                continue;
            }
            if let Some(records) = self.records.get(base) {
                between.reverse();
                return Some((records, path.below.clone(), between));
            }
            let (first, rest) = path.below.split_once('.').unwrap_or((&path.below, ""));
            let records = self.records.get(&format!("{base}.{}", first.to_lowercase()))?;
            return Some((records, rest.to_owned(), between));
        }
        None
    }

    /// A resource by its name.
    pub(super) fn resource(&self, base: &str) -> Option<&'f Resource> {
        self.resources.get(base).copied()
    }

    /// A formula, template or choice: what is worked out where it is used.
    pub(super) fn computed(&self, base: &str) -> Option<&'f Resource> {
        self.resource(base).filter(|resource| {
            matches!(
                resource.kind,
                ResourceKind::Formula
                    | ResourceKind::TextTemplate
                    | ResourceKind::Choice
                    | ResourceKind::Constant
            )
        })
    }
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_split_at_its_first_dot() {
        let path = |text| (Path::of(text).base, Path::of(text).below);
        assert_eq!(path("Get[$EachItem].Visit__r.Name"), ("get".into(), "Visit__r.Name".into()));
        assert_eq!(path("$Record"), ("$record".into(), String::new()));
        assert_eq!(path("a[b"), ("a".into(), String::new()));
    }
}
