//! `sharing-rule`: which records are opened to whom beyond the org-wide defaults.
//!
//! In: sharing rules and sharing sets, the defaults of their objects, and what is PHI. Out:
//! one row per rule, and one per object of a sharing set. Sources: Metadata API types
//! `SharingCriteriaRule`, `SharingOwnerRule`, `SharingTerritoryRule`, `SharingGuestRule`,
//! `SharingSet`. It cannot know who is in a group or a role.

use crate::analysis::{Input, Kind};
use crate::fact::{Confidence, Fact, Item};
use crate::org::schema::{Object, Schema};
use crate::org::tokens::without_build_token;
use crate::source::Span;

/// Which records are opened to whom.
pub const KIND: Kind = Kind {
    name: "sharing-rule",
    meaning: "a sharing rule, or one object of a sharing set; it has the elements of its component too",
    reads: &[
        "SharingCriteriaRule",
        "SharingOwnerRule",
        "SharingTerritoryRule",
        "SharingGuestRule",
        MAPPINGS,
    ],
    values: &[
        (
            "kind",
            "`criteria`, `owner`, `territory`, `guest`, or `set` for an object of a sharing set",
        ),
        ("object", "the object whose records it opens"),
        ("access", "`Read` or `Edit`"),
        ("shared-to", "to whom, as the elements of `sharedTo` say: `allInternalUsers`, `group`"),
        ("shared-to-name", "the groups, roles and territories named there"),
        (
            "catch-all",
            "`true` where it takes every record: its one criterion always holds, or it takes what any internal user owns",
        ),
        ("phi-objects", "objects with PHI that it opens: its own, and those below an account"),
        ("phi-access", "`Edit` where it lets one of these be edited, else `Read`"),
        ("already-open", "`true` where the org-wide default opens as much to internal users"),
        (
            "already-open-external",
            "`true` where the org-wide default opens as much to external users",
        ),
    ],
    derive,
};

const MAPPINGS: &str = "SharingSet.accessMappings";

const RULES: &[(&str, &str)] = &[
    ("SharingCriteriaRule", "criteria"),
    ("SharingOwnerRule", "owner"),
    ("SharingTerritoryRule", "territory"),
    ("SharingGuestRule", "guest"),
];

/// What a rule on accounts opens below them, by the element that says how far.
const BELOW_ACCOUNTS: &[(&str, &str)] = &[
    ("accountSettings.caseAccessLevel", "Case"),
    ("accountSettings.contactAccessLevel", "Contact"),
    ("accountSettings.opportunityAccessLevel", "Opportunity"),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    let rules = RULES.iter().flat_map(|(ty, kind)| {
        input.facts.of(ty).iter().map(move |rule| rule_row(rule, kind, schema))
    });
    let sets = input.facts.of(MAPPINGS).iter().map(|mapping| set_row(mapping, schema));
    rules.chain(sets).collect()
}

fn rule_row(rule: &Fact, kind: &str, schema: &Schema) -> Fact {
    let object = rule.name.split_once('.').map_or(rule.name.as_str(), |(object, _)| object);
    let mut row = start(rule, kind, object);
    for (key, item) in &rule.values {
        let Some(element) = key.strip_prefix("sharedTo.") else { continue };
        row.push("shared-to", element, name_in(item, element));
        if !item.text.is_empty() {
            row.values.push(("shared-to-name".into(), item.clone()));
        }
    }
    let catch_all = takes_every_record(rule, kind);
    row.derive("catch-all", catch_all);
    say_phi(&mut row, rule, object, schema);
    row
}

fn set_row(mapping: &Fact, schema: &Schema) -> Fact {
    let object = mapping.text("object").unwrap_or_default();
    let mut row = start(mapping, "set", object);
    row.component = mapping.component.clone();
    row.grouped = true;
    row.parent = mapping.parent.clone();
    say_phi(&mut row, mapping, object, schema);
    row
}

fn start(rule: &Fact, kind: &str, object: &str) -> Fact {
    let mut row = Fact::new(KIND.name, rule.name.clone(), rule.place);
    row.cap = rule.cap;
    row.confidence = rule.confidence;
    row.values.extend(rule.values.iter().cloned());
    row.derive("kind", kind);
    row.derive("object", object);
    if let Some(access) = rule.item("accessLevel") {
        row.values.push(("access".into(), access.clone()));
    }
    row
}

/// Where the name of an empty element stands: its place is its start tag.
fn name_in(item: &Item, element: &str) -> Span {
    if !item.text.is_empty() {
        return Span { start: item.span.start, end: item.span.start, ..item.span };
    }
    let start = item.span.start.saturating_add(1);
    let length = u32::try_from(element.len()).unwrap_or(0);
    Span { start, end: start.saturating_add(length), ..item.span }
}

/// Fields that have a value in every record.
const NEVER_EMPTY: &[&str] =
    &["Id", "Name", "LastName", "OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate"];

fn takes_every_record(rule: &Fact, kind: &str) -> bool {
    if kind == "owner" {
        return rule.item("sharedFrom.allInternalUsers").is_some();
    }
    match rule.items("criteriaItems").count() {
        0 => kind == "criteria" && rule.is_true("includeRecordsOwnedByAll"),
        1 => {
            let is_never_empty =
                |field: &str| NEVER_EMPTY.iter().any(|known| known.eq_ignore_ascii_case(field));
            rule.text("criteriaItems.field").is_some_and(is_never_empty)
                && rule.text("criteriaItems.operation") == Some("notEqual")
                && rule.text("criteriaItems.value").unwrap_or_default().is_empty()
        }
        _ => false,
    }
}

/// What PHI it opens, how far, and whether the defaults open as much.
fn say_phi(row: &mut Fact, rule: &Fact, object: &str, schema: &Schema) {
    let own = rule.item("accessLevel").map(|access| (object, access));
    let below = BELOW_ACCOUNTS.iter().filter_map(|(element, object)| {
        let access = rule.item(element).filter(|access| access.text != "None")?;
        Some((*object, access))
    });
    let (mut edits, mut unknown) = (false, None);
    let mut sure: Option<Confidence> = None;
    let (mut open, mut open_external) = (true, true);
    for (object, access) in own.into_iter().chain(below) {
        let Some(phi) = schema.object_phi(object) else {
            unknown = unknown.or((!is_known(schema, object)).then_some(object));
            continue;
        };
        sure = sure.max(Some(phi.confidence));
        edits |= access.text == "Edit";
        open &= opens(schema, object, "sharingModel", &access.text);
        open_external &= opens(schema, object, "externalSharingModel", &access.text);
        row.push("phi-objects", object, access.span);
    }
    let Some(sure) = sure else {
        if let Some(object) = unknown {
            mark_phi_unknown(row, object);
        }
        return;
    };
    row.confidence = row.confidence.map_or(Some(sure), |known| Some(known.min(sure)));
    row.derive("phi-access", if edits { "Edit" } else { "Read" });
    row.derive("already-open", open);
    row.derive("already-open-external", open_external);
}

/// The object, also where the name carries the token of a build tool before it.
fn defined<'s>(schema: &'s Schema, name: &str) -> Option<&'s Object> {
    schema.object(name).or_else(|| schema.object(without_build_token(name)))
}

/// Whether anything was retrieved that could show that the object holds PHI.
fn is_known(schema: &Schema, object: &str) -> bool {
    defined(schema, object).is_some_and(|o| o.is_retrieved() || !o.fields.is_empty())
}

fn mark_phi_unknown(row: &mut Fact, object: &str) {
    let why = format!("whether {object} holds PHI is not known; retrieve the object");
    for key in ["phi-objects", "phi-access", "already-open", "already-open-external"] {
        row.mark_unknown(key, why.as_str());
    }
}

/// Whether the object's org-wide default opens at least as much as `access`.
fn opens(schema: &Schema, object: &str, element: &str, access: &str) -> bool {
    let facts = defined(schema, object).into_iter().flat_map(|object| &object.facts);
    let models: Vec<&str> = facts.filter_map(|fact| fact.text(element)).collect();
    let enough: &[&str] = match access {
        "Edit" => &["ReadWrite", "ReadWriteTransfer", "FullAccess"],
        _ => &["Read", "ReadSelect", "ReadWrite", "ReadWriteTransfer", "FullAccess"],
    };
    !models.is_empty() && models.iter().all(|model| enough.contains(model))
}

#[cfg(test)]
#[path = "sharing_rule/tests.rs"]
mod tests;
