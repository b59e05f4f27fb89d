//! Kind `access`: what each holder may do with each PHI object and its fields.
//!
//! In: the table of effective access. Out: one row for each holder and object, listing the
//! fields; each value stands at the grant that gives it. The table itself, with every route
//! step by step, is for `phorce access`. It judges nothing.

pub mod effect;
pub mod reach;
pub mod source;
pub mod table;
pub mod universe;

use std::collections::BTreeMap;

use self::effect::{Step, Via};
use self::table::{Access, Row, Table, grant_place, tabulate};
use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "access",
    meaning: "what one holder may do with one PHI object and its PHI fields, muting and dependencies resolved; it has the values of its `holder` too",
    reads: &[
        "holder",
        "phi-object",
        "sharing-rule",
        "Profile",
        "PermissionSet",
        "PermissionSetGroup",
        "MutingPermissionSet",
        "RestrictionRule",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("holder", "full name of the holder"),
        ("object", "full name of the object"),
        (
            "object-access",
            "`read`, `create`, `edit`, `delete`, `view-all`, `modify-all`, `view-all-fields`: each object permission, own or through a user permission",
        ),
        (
            "wide-access",
            "those of them that pass sharing or field-level security and stand in an object permission: `view-all`, `modify-all`, `view-all-fields`",
        ),
        ("fields", "the PHI fields it may read, each at the grant"),
        ("edit-fields", "those it may edit"),
        ("granted-fields", "those it may read through a field permission of its own"),
        ("declared-fields", "those it may read that the metadata or phorce.toml declares as PHI"),
        ("sensitive-fields", "those it may read that further laws protect"),
        ("field-count", "how many it may read"),
        ("reach", "`own`, `shared`, `all` or `unknown`: which records"),
        (
            "reach-by",
            "what gives that reach: `default`, `sharing`, `guest-rule`, `object`, `user-permission`, `nothing`",
        ),
        ("through-group", "`true` where it comes through a permission set group"),
        ("known", "`false` where a muting set that was not retrieved may take it away"),
        (
            "restricted-by",
            "active restriction rules on the object; whom they match is data, so they remove nothing here",
        ),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let table = tabulate(input);
    let mut groups: BTreeMap<(usize, usize), Vec<&Row>> = BTreeMap::new();
    for row in &table.rows {
        groups.entry((row.holder, row.object)).or_default().push(row);
    }
    groups.into_values().filter_map(|rows| fact(input, &table, &rows)).collect()
}

fn fact(input: &Input<'_>, table: &Table, rows: &[&Row]) -> Option<Fact> {
    let whole = rows.iter().find(|row| row.field.is_none())?;
    let holder = table.holders.get(whole.holder)?;
    let object = table.universe.objects.get(whole.object)?;
    let place = grant_place(whole).unwrap_or(holder.row.place);
    let name = compact_str::format_compact!("{}/{}", holder.name, object.name);
    let mut fact = Fact::new(KIND.name, name, place);
    fact.component = holder.name.clone();
    fact.cap = holder.row.cap;
    fact.values.clone_from(&holder.row.values);
    fact.values.retain(|(key, _)| key != "object");
    fact.derive("holder", &holder.name);
    fact.push("object", object.name.as_str(), place);
    if let Some(definition) = object.definition {
        fact.related
            .push((definition, compact_str::format_compact!("{} is defined here", object.name)));
    }
    push_object_access(&mut fact, whole);
    push_fields(input, &mut fact, table, rows);
    push_reach(&mut fact, whole);
    let group = rows.iter().any(|row| row.through.iter().any(|step| step.via == Via::Group));
    fact.derive("through-group", group);
    fact.derive("known", whole.known);
    push_restrictions(input, &mut fact, &object.name);
    let schema = &input.org.schema;
    fact.confidence = schema.object_phi(&object.name).map(|phi| phi.confidence);
    Some(fact)
}

fn push_object_access(fact: &mut Fact, whole: &Row) {
    for (word, step) in whole.object_access.iter().copied() {
        fact.push("object-access", word, step.span);
        let wide = ["view-all", "modify-all", "view-all-fields"].contains(&word);
        if wide && matches!(step.via, Via::Object(_)) {
            fact.push("wide-access", word, step.span);
        }
    }
}

fn push_fields(input: &Input<'_>, fact: &mut Fact, table: &Table, rows: &[&Row]) {
    let mut count = 0;
    for row in rows {
        let Some(field) = row.field.and_then(|number| table.universe.fields.get(number)) else {
            continue;
        };
        count += 1;
        let at = field_step(row);
        let span = at.map_or(fact.place, |step| step.span);
        let item = Item {
            text: field.name.as_str().into(),
            span,
            secret: false,
            related: field.definition,
        };
        let object = table.universe.objects.get(field.object).map_or("", |o| o.name.as_str());
        let found = input.org.schema.phi_of(Some(object), &field.name);
        let recognition = found.map(|found| found.recognition);
        let declared = recognition.as_ref().is_some_and(|r| {
            use crate::org::phi::Ground;
            matches!(r.ground, Ground::Declared | Ground::Configured)
        });
        let own = matches!(at.map(|step| step.via), Some(Via::Field(_)));
        let mut push = |key: &str, holds: bool| {
            if holds {
                fact.values.push((key.into(), item.clone()));
            }
        };
        push("fields", true);
        push("edit-fields", row.access == Access::Edit);
        push("granted-fields", own);
        push("declared-fields", declared);
        push("sensitive-fields", recognition.is_some_and(|r| r.sensitive));
    }
    fact.derive("field-count", count);
}

/// The step at the field: its field permission, or what opens every field.
fn field_step(row: &Row) -> Option<Step> {
    let is = |step: &&Step| {
        matches!(
            step.via,
            Via::Field(_) | Via::Object("viewAllFields") | Via::User("ViewAllFieldsGlobal")
        )
    };
    row.through.iter().find(is).copied()
}

fn push_reach(fact: &mut Fact, whole: &Row) {
    let decides = |step: &&Step| {
        matches!(step.via, Via::Default | Via::Sharing | Via::Guest)
            || matches!(step.via, Via::Object("viewAllRecords" | "modifyAllRecords"))
            || matches!(step.via, Via::User("ViewAllData" | "ModifyAllData"))
    };
    let step = whole.through.iter().rfind(decides).copied();
    let span: Span = step.map_or(fact.place, |step| step.span);
    let by = match step.map(|step| step.via) {
        Some(Via::Default) => "default",
        Some(Via::Sharing) => "sharing",
        Some(Via::Guest) => "guest-rule",
        Some(Via::Object(_)) => "object",
        Some(Via::User(_)) => "user-permission",
        _ => "nothing",
    };
    fact.push("reach", whole.reach.word(), span);
    fact.push("reach-by", by, span);
}

fn push_restrictions(input: &Input<'_>, fact: &mut Fact, object: &str) {
    for rule in input.facts.of("RestrictionRule") {
        let restricts =
            rule.text("enforcementType").is_some_and(|t| t.eq_ignore_ascii_case("Restrict"));
        let about = rule.text("targetEntity").is_some_and(|t| t.eq_ignore_ascii_case(object));
        if restricts && about && rule.is_true("active") {
            fact.push("restricted-by", rule.name.clone(), rule.place);
        }
    }
}
