//! What the base of a change has and its head has not.
//!
//! In: the facts of both. Out: rows for components and values. Where a component is gone
//! with its file, the row stands where it was; else beside what is left.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::renamed::Renamed;
use super::{COMPARED, start};
use crate::fact::{Confidence, Fact, Item};
use crate::metadata::collect::Collected;
use crate::source::{FileId, Span};

/// Everything that is gone.
pub(super) fn rows(head: &Collected, base: &Collected) -> Vec<Fact> {
    let places = places(head);
    let mut rows = Vec::new();
    for kind in COMPARED {
        let here = by_name(head, kind);
        let mut renamed = Renamed::of(kind, head, base);
        let mut told: FxHashSet<CompactString> = FxHashSet::default();
        for was in base.of(kind) {
            // One that was there twice is compared once.
            let name = was.name.to_lowercase();
            if !told.insert(name.clone()) {
                continue;
            }
            match here.get(&name) {
                Some(is) => rows.extend(values(kind, was, is)),
                None if is_hidden(head, kind, was) => {}
                None => rows.push(component(kind, was, &places, renamed.takes(was))),
            }
        }
    }
    rows
}

/// The first component of each name, in lower case.
pub(super) fn by_name<'f>(facts: &'f Collected, kind: &str) -> FxHashMap<CompactString, &'f Fact> {
    let mut found = FxHashMap::default();
    for fact in facts.of(kind) {
        found.entry(fact.name.to_lowercase()).or_insert(fact.as_ref());
    }
    found
}

/// Whether nothing can be told of a component that is not there: its file could not be read,
/// or what it was a part of is gone as a whole. A file of settings that is gone says nothing.
fn is_hidden(head: &Collected, kind: &str, was: &Fact) -> bool {
    let whole = was.parent.as_deref();
    let gone = |parent: &Fact| head.named(&parent.kind, &parent.name).next().is_none();
    head.may_be_unread(kind, &was.name) || whole.is_some_and(gone)
}

fn component(kind: &str, was: &Fact, places: &FxHashMap<FileId, Span>, renamed: bool) -> Fact {
    let place = places.get(&was.place.file).copied().unwrap_or(was.place);
    let mut row = start(&was.name, place, "change", "component", kind);
    row.component = was.component.clone();
    row.cap = was.cap;
    // Whether a deployment deletes what is gone from the source depends on the tool.
    row.confidence = Some(Confidence::Medium);
    let values = was.values.iter().filter(|(_, item)| !item.secret).cloned();
    row.values.extend(values.map(|(key, item)| (key, Item { span: place, ..item })));
    row.derive("kept", renamed);
    row
}

/// Values that are gone from a component that is still there.
fn values(kind: &str, was: &Fact, is: &Fact) -> Vec<Fact> {
    let mut told: FxHashSet<&str> = FxHashSet::default();
    let mut rows = Vec::new();
    for (key, _) in was.values.iter().filter(|(key, item)| is_element(key, item)) {
        if !told.insert(key) {
            continue;
        }
        let (old, new) = (texts(was, key), texts(is, key));
        let lost = left_over(&old, &new);
        let gained = left_over(&new, &old);
        for text in &lost {
            let now = gained.first().filter(|_| lost.len() == 1 && gained.len() == 1);
            let place = is.item(key).map_or(is.place, |item| item.span);
            let mut row = start(&is.name, place, "change", "value", kind);
            row.component = is.component.clone();
            row.cap = is.cap;
            row.push("element", key.as_str(), place);
            row.push("was", *text, place);
            if let Some(now) = now {
                row.push("is", *now, place);
            }
            rows.push(row);
        }
    }
    rows
}

/// An element of Salesforce's with a text; what we derived is no element, and what is secret
/// is not told.
fn is_element(key: &str, item: &Item) -> bool {
    !item.secret && !item.text.is_empty() && !key.contains('-') && key != "managed"
}

fn texts<'f>(fact: &'f Fact, key: &'f str) -> Vec<&'f str> {
    fact.items(key).filter(|item| is_element(key, item)).map(|item| item.text.as_str()).collect()
}

/// What of these is not among those, each as often as it is missing.
fn left_over<'t>(these: &[&'t str], those: &[&str]) -> Vec<&'t str> {
    let mut those = those.to_vec();
    let taken = |text: &&'t str| match those.iter().position(|other| other == text) {
        Some(at) => {
            those.swap_remove(at);
            false
        }
        None => true,
    };
    these.iter().copied().filter(taken).collect()
}

/// Where the first component of each file stands: the place of a part that is gone from it.
fn places(head: &Collected) -> FxHashMap<FileId, Span> {
    let mut places: FxHashMap<FileId, Span> = FxHashMap::default();
    for kind in COMPARED.iter().map(|kind| kind.split('.').next().unwrap_or(kind)) {
        for fact in head.of(kind) {
            let place = places.entry(fact.place.file).or_insert(fact.place);
            *place = (*place).min(fact.place);
        }
    }
    places
}
