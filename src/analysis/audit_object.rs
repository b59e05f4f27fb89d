//! Kind `audit-object`: what lets records of an audit object be changed.
//!
//! In: object permissions, objects and flows. Out: one row for each profile or permission set
//! that is granted anything on an audit object, for each such object's file, and for each
//! active flow that updates one. An audit object is known by whole words of its name. Whether
//! a validation rule or a trigger blocks changes is not seen.
//!
//! Sources: Metadata API types `Profile`, `PermissionSet`, `CustomObject`, `Flow`.

use std::sync::Arc;

use compact_str::format_compact;
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::flow::{ElementKind, Flow};
use crate::metadata::grants::{Grants, ObjectAccess, ObjectGrant};
use crate::org::schema::Schema;
use crate::org::tokens;
use crate::org::words::Words;

/// The kind.
pub const KIND: Kind = Kind {
    name: "audit-object",
    meaning: "an audit object by the words of its name, or a grant or flow on one",
    reads: &["CustomObject", "holder", "Profile", "PermissionSet", "Flow"],
    values: &[
        ("scope", "`grant`, `default` for the object itself, or `flow`"),
        ("object", "full name of the object"),
        ("word", "the words of its name that tell"),
        ("object-managed", "`true` for an object of a managed package"),
        (
            "holder",
            "of a grant, the profile or permission set; it has the values of its `holder` too",
        ),
        (
            "changes",
            "of a grant, `edit`, `delete`, `modify-all`: each permission that changes records",
        ),
        ("default", "of an object, its org-wide default for internal users"),
        ("flow", "of a flow, its name"),
        ("updates", "of a flow, the audit objects it updates"),
    ],
    derive,
};

/// The words that make a custom object an audit object. Settings, metadata types and events
/// keep no records that could be changed, and big objects none that can.
fn audit_word(schema: &Schema, object: &str) -> Option<String> {
    if !tokens::parts(object).suffix.eq_ignore_ascii_case("__c") {
        return None;
    }
    if schema.object(object).is_some_and(|known| known.form_word() != "custom") {
        return None;
    }
    Words::embedded().evidence(object)
}

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    let mut rows = grants(input, schema);
    for object in input.facts.of("CustomObject") {
        let Some(word) = audit_word(schema, &object.name) else { continue };
        let mut row = start(
            "default",
            &object.name,
            &word,
            Fact::new(KIND.name, object.name.clone(), object.place),
        );
        row.cap = object.cap;
        if let Some(model) = object.item("sharingModel") {
            row.values.push(("default".into(), model.clone()));
        }
        rows.push(row);
    }
    rows.extend(input.facts.flows.iter().filter_map(|flow| flow_row(schema, flow)));
    rows
}

fn start(scope: &str, object: &str, word: &str, mut row: Fact) -> Fact {
    row.derive("scope", scope);
    row.derive("object", object);
    row.derive("word", word);
    row.derive("object-managed", tokens::parts(object).namespace.is_some());
    row
}

fn grants(input: &Input<'_>, schema: &Schema) -> Vec<Fact> {
    let key = |kind: &str, name: &str| (kind.to_owned(), name.to_lowercase());
    let holders: FxHashMap<(String, String), &Arc<Fact>> = input
        .facts
        .of("holder")
        .iter()
        .map(|holder| (key(holder.text("type").unwrap_or(""), &holder.name), holder))
        .collect();
    let mut words: FxHashMap<&str, Option<String>> = FxHashMap::default();
    let mut rows = Vec::new();
    let granting = input.facts.grants.iter().filter(|g| g.holder.kind != "MutingPermissionSet");
    for grants in granting {
        let holder = holders.get(&key(&grants.holder.kind, &grants.holder.name)).copied();
        for grant in &grants.objects {
            let word = words
                .entry(grant.object.as_str())
                .or_insert_with(|| audit_word(schema, &grant.object));
            if let Some(word) = word {
                rows.push(grant_row(grants, holder, grant, word));
            }
        }
    }
    rows
}

fn grant_row(grants: &Grants, holder: Option<&Arc<Fact>>, grant: &ObjectGrant, word: &str) -> Fact {
    let name = &grants.holder.name;
    let mut row = Fact::new(KIND.name, format_compact!("{name}/{}", grant.object), grant.span);
    row.component = name.clone();
    row.cap = grants.holder.cap;
    if let Some(holder) = holder {
        row.values.extend(holder.values.iter().cloned());
    }
    row.derive("holder", name);
    let mut row = start("grant", &grant.object, word, row);
    for (bit, span) in &grant.bits {
        let word = match *bit {
            ObjectAccess::EDIT => "edit",
            ObjectAccess::DELETE => "delete",
            ObjectAccess::MODIFY_ALL => "modify-all",
            _ => continue,
        };
        row.push("changes", word, *span);
    }
    row
}

fn flow_row(schema: &Schema, flow: &Flow) -> Option<Fact> {
    if !flow.scalar("status").is_some_and(|status| status.text.eq_ignore_ascii_case("Active")) {
        return None;
    }
    let updates = flow.elements.iter().filter(|e| e.kind == ElementKind::RecordUpdate);
    let objects = updates.filter_map(|element| element.scalar("object")).map(|value| &value.word);
    let updated: Vec<(Item, String)> = objects
        .filter_map(|word| {
            let audit = audit_word(schema, &word.text)?;
            Some((Item::new(word.text.clone(), word.span), audit))
        })
        .collect();
    let flow = &flow.fact;
    let (first, word) = updated.first()?;
    let place = first.span;
    let mut row = start("flow", &first.text, word, Fact::new(KIND.name, flow.name.clone(), place));
    row.cap = flow.cap;
    row.derive("flow", &flow.name);
    row.values.extend(updated.iter().map(|(item, _)| ("updates".into(), item.clone())));
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};
    use crate::source::{FileId, Span};

    #[test]
    fn audit_objects_are_known_by_whole_words() {
        let mut setting = Fact::new("CustomObject", "Audit_Options__c", Span::head(FileId(0)));
        setting.derive("customSettingsType", "Hierarchy");
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        let schema = Schema::build(&[Arc::new(setting)], &Evidence::default(), recogniser);
        for (name, word) in [
            ("Access_Log__c", Some("access log")),
            ("PHIAudit__c", Some("audit")),
            ("ns__BreakGlass_Use__c", Some("break glass")),
            ("Log__c", Some("log")),
            ("Nebula__LogEntry__c", Some("log entry")),
            ("LogEntryTag__c", None),
            ("Auditorium__c", None),
            ("Catalog__c", None),
            ("Access_Log__mdt", None),
            ("Access_Log__b", None),
            ("Audit_Options__c", None),
            ("EventLogFile", None),
        ] {
            assert_eq!(audit_word(&schema, name).as_deref(), word, "{name}");
        }
    }
}
