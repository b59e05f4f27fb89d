//! Ways around a control, each named once.
//!
//! In: rows of bypasses that somebody has, and of those that formulas ask for. Out: one thing
//! for each custom permission, setting and switch, with everybody who holds it. Which words
//! mean a bypass is the page's to say.

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::Thing;
use crate::analysis::Input;
use crate::fact::{Fact, Item};
use crate::metadata::types::namespace_of;

/// What a formula asks, by the beginning of its name.
const ASKED: [(&str, &str, &str); 3] = [
    ("permission", "$Permission.", "custom-permission"),
    ("setting", "$Setup.", "setting"),
    ("custom-metadata", "$CustomMetadata.", "switch"),
];

pub(super) fn bypasses(input: &Input<'_>) -> Vec<Thing> {
    let mut found = Found::default();
    for row in input.facts.of("bypass") {
        let permission = row.item("permission");
        let Some(item) = permission.or_else(|| row.item("field")) else { continue };
        let (form, name) = match permission {
            Some(item) => ("custom-permission", item.text.clone()),
            None => {
                let record = row.component.clone();
                ("switch", format_compact!("{record}/{}", item.text))
            }
        };
        found.add(form, name, row, item);
    }
    for row in input.facts.of("bypass-branch") {
        let Some(item) = row.item("switch") else { continue };
        let asked = ASKED.iter().find(|(form, ..)| row.text("form") == Some(*form));
        let Some((_, global, form)) = asked else { continue };
        let name = item.text.get(global.len()..).unwrap_or("");
        let name = if *form == "switch" { of_record(name) } else { name.into() };
        found.add(form, name, row, item);
    }
    found.things
}

/// `Gate__mdt.Main.Off__c`, as the record and its field are called: `Gate.Main/Off__c`.
fn of_record(name: &str) -> CompactString {
    let mut parts = name.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(ty), Some(record), Some(field)) => {
            let ty = ty.strip_suffix("__mdt").unwrap_or(ty);
            format_compact!("{ty}.{record}/{field}")
        }
        _ => name.into(),
    }
}

#[derive(Default)]
struct Found {
    things: Vec<Thing>,
    at: FxHashMap<CompactString, usize>,
}

impl Found {
    /// Adds a thing, or one more place to the one that has this name already.
    fn add(&mut self, form: &str, name: CompactString, row: &Fact, item: &Item) {
        let at = *self.at.entry(name.to_lowercase()).or_insert(self.things.len());
        if at == self.things.len() {
            self.things.push((name.clone(), first(form, &name, row, item)));
        }
        let Some((_, thing)) = self.things.get_mut(at) else { return };
        if thing.place != item.span {
            let words = match row.text("form") {
                Some("custom-permission") => format_compact!("{} has it too", row.component),
                Some("switch") => format_compact!("{} has it on too", row.component),
                _ => format_compact!("{} asks it", row.component),
            };
            thing.related.push((item.span, words));
            // It is as bad as where it is worst.
            thing.cap = thing.cap.and(row.cap);
            thing.confidence = thing.confidence.max(row.confidence);
        }
        if row.item("permission").is_some() {
            thing.push("holders", row.component.clone(), item.span);
        }
    }
}

fn first(form: &str, name: &str, row: &Fact, item: &Item) -> Fact {
    let mut thing = Fact::new("", name, item.span);
    thing.cap = row.cap;
    thing.confidence = row.confidence;
    thing.push("form", form, item.span);
    for word in row.items("words") {
        thing.push("words", word.text.clone(), item.span);
    }
    let managed = |part: &str| namespace_of(part).is_some();
    thing.derive("package", row.is_true("package") || name.split(['.', '/']).any(managed));
    thing
}
