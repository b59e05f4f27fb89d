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

use std::sync::Arc;

use compact_str::CompactString;

use self::effect::{Step, Via};
use self::reach::Reach;
use self::table::{Access, Holder, Row, Table, grant_place, tabulate};
use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::source::Span;

/// The meaning of a value that its holder has too: what pages ask of it, none of its lists.
const SAME: &str = "as of its `holder`";

/// The kind.
pub const KIND: Kind = Kind {
    name: "access",
    meaning: "what one holder may do with one PHI object and its PHI fields, muting and dependencies resolved. A holder of which that cannot be known has a row whose values are unknown",
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
        ("type", SAME),
        ("label", SAME),
        ("license", SAME),
        ("standard", SAME),
        ("admin", SAME),
        ("audience", SAME),
        ("audience-ground", SAME),
        ("role", SAME),
        ("role-ground", SAME),
        ("role-by", SAME),
        ("non-clinical", SAME),
        ("non-clinical-ground", SAME),
        ("non-clinical-by", SAME),
        ("for-everyone", SAME),
        ("everyone-word", SAME),
        ("integration-license", SAME),
        ("guest-license", SAME),
        ("external-license", SAME),
        ("activation-required", SAME),
        ("emergency", SAME),
        ("break-glass", SAME),
        ("test-automation", SAME),
        ("api-only", SAME),
        ("api-only-integration", SAME),
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
        (
            "granted-access",
            "those of all of them that stand in an object permission of its own or of its sets",
        ),
        (
            "all-data",
            "`modify` or `view` where it has Modify All Data or View All Data, else `none`",
        ),
        ("fields", "the PHI fields it may read, each at the grant"),
        ("edit-fields", "those it may edit"),
        ("granted-fields", "those it may read through a field permission of its own"),
        ("declared-fields", "those it may read that the metadata or phorce.toml declares as PHI"),
        (
            "granted-declared-fields",
            "declared ones it may read through a field permission of its own",
        ),
        ("sensitive-fields", "those it may read that further laws protect"),
        ("field-count", "how many it may read"),
        ("reach", "`own`, `shared` or `all`: which records; unknown where the org-wide default is"),
        (
            "reach-by",
            "what gives that reach: `default`, `sharing`, `guest-rule`, `object`, `user-permission`, `nothing`; unknown as `reach` is",
        ),
        ("through-group", "`true` where it comes through a permission set group"),
        (
            "group-sets",
            "of a group, the sets that bring it a field permission on a PHI field and do not themselves seem made for something else than care, or for everyone",
        ),
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
    let restrictions = restrictions(input);
    let mut facts = Vec::new();
    // Rows stand together by holder and object, the object's own first.
    for rows in table.rows.chunk_by(|a, b| (a.holder, a.object) == (b.holder, b.object)) {
        facts.extend(fact(input, &table, rows, &restrictions));
    }
    facts.extend(unknown(&table));
    facts
}

fn start(holder: &Holder, name: CompactString, place: Span) -> Fact {
    let mut fact = Fact::new(KIND.name, name, place);
    fact.component = holder.name.clone();
    fact.cap = holder.row.cap;
    let carried = |key: &str| KIND.values.iter().any(|(k, meaning)| k == &key && *meaning == SAME);
    fact.values.extend(holder.row.values.iter().filter(|(key, _)| carried(key)).cloned());
    fact.derive("holder", &holder.name);
    fact
}

/// Active restriction rules: the object and the rule's name with its place.
fn restrictions(input: &Input<'_>) -> Vec<(CompactString, Item)> {
    let restricts = |rule: &&Arc<Fact>| {
        rule.text("enforcementType").is_some_and(|t| t.eq_ignore_ascii_case("Restrict"))
            && rule.is_true("active")
    };
    let rules = input.facts.of("RestrictionRule").iter().filter(restricts);
    let named = |rule: &Arc<Fact>| {
        Some((rule.text("targetEntity")?.into(), Item::new(rule.name.clone(), rule.place)))
    };
    rules.filter_map(named).collect()
}

/// One row for each holder of which something cannot be known: no test on what it may do
/// reads as "it may not".
fn unknown(table: &Table) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for holder in table.unknown.chunk_by(|a, b| a.holder == b.holder) {
        let Some(first) = holder.first() else { continue };
        let Some(of) = table.holders.get(first.holder) else { continue };
        let more = holder.len() - 1;
        let reason = match more {
            0 => format!("{}: {}", of.name, first.reason),
            1 => format!("{}: {}; and one more like it", of.name, first.reason),
            _ => format!("{}: {}; and {more} more like it", of.name, first.reason),
        };
        let mut fact = start(of, of.name.clone(), of.row.place);
        fact.mark_unknown("*", reason);
        facts.push(fact);
    }
    facts
}

fn fact(
    input: &Input<'_>,
    table: &Table,
    rows: &[Row],
    restrictions: &[(CompactString, Item)],
) -> Option<Fact> {
    let whole = rows.iter().find(|row| row.field.is_none())?;
    let holder = table.holders.get(whole.holder)?;
    let object = table.universe.objects.get(whole.object)?;
    let place = grant_place(whole).unwrap_or(holder.row.place);
    let name = compact_str::format_compact!("{}/{}", holder.name, object.name);
    let mut fact = start(holder, name, place);
    fact.push("object", object.name.as_str(), place);
    if let Some(definition) = object.definition {
        fact.related
            .push((definition, compact_str::format_compact!("{} is defined here", object.name)));
    }
    push_object_access(&mut fact, whole);
    push_fields(&mut fact, table, rows);
    push_group_sets(&mut fact, table, holder, rows);
    push_reach(&mut fact, whole, &object.name);
    let group = rows.iter().any(|row| row.through.iter().any(|step| step.via == Via::Group));
    fact.derive("through-group", group);
    fact.derive("known", whole.known);
    let restricting = restrictions.iter().filter(|(of, _)| of.eq_ignore_ascii_case(&object.name));
    fact.values.extend(restricting.map(|(_, item)| ("restricted-by".into(), item.clone())));
    fact.confidence = input.org.schema.object_phi(&object.name).map(|phi| phi.confidence);
    Some(fact)
}

fn push_object_access(fact: &mut Fact, whole: &Row) {
    for (word, step) in whole.object_access.iter().copied() {
        fact.push("object-access", word, step.span);
        let wide = ["view-all", "modify-all", "view-all-fields"].contains(&word);
        if matches!(step.via, Via::Object(_)) {
            fact.push("granted-access", word, step.span);
            if wide {
                fact.push("wide-access", word, step.span);
            }
        }
    }
    fact.derive("all-data", whole.all_data);
}

fn push_fields(fact: &mut Fact, table: &Table, rows: &[Row]) {
    let mut count = 0;
    for row in rows {
        let Some(field) = row.field.and_then(|number| table.universe.fields.get(number)) else {
            continue;
        };
        count += 1;
        let at = field_step(row);
        let span = at.map_or(fact.place, |step| step.span);
        let item = Item { related: field.definition, ..Item::new(field.name.clone(), span) };
        let own = matches!(at.map(|step| step.via), Some(Via::Field(_)));
        let mut push = |key: &'static str, holds: bool| {
            if holds {
                fact.values.push((CompactString::const_new(key), item.clone()));
            }
        };
        push("fields", true);
        push("edit-fields", row.access == Access::Edit);
        push("granted-fields", own);
        push("declared-fields", field.declared);
        push("granted-declared-fields", own && field.declared);
        push("sensitive-fields", field.sensitive);
    }
    fact.derive("field-count", count);
}

/// The sets that bring a group its fields, where the group lists them. A set that is judged by
/// its own name is left to its own row.
fn push_group_sets(fact: &mut Fact, table: &Table, group: &Holder, rows: &[Row]) {
    let brings = |set: &Item| {
        let through = |row: &Row| {
            let own = matches!(field_step(row).map(|step| step.via), Some(Via::Field(_)));
            own && row.through.iter().any(|s| s.via == Via::Group && s.span == set.span)
        };
        rows.iter().any(|row| row.field.is_some() && through(row))
    };
    let judged = |set: &Item| {
        let of_set = |other: &&Holder| {
            other.kind == "permission-set" && other.name.eq_ignore_ascii_case(&set.text)
        };
        let set = table.holders.iter().find(of_set);
        set.is_some_and(|set| set.row.is_true("non-clinical") || set.row.is_true("for-everyone"))
    };
    for set in group.row.items("permission-sets").filter(|set| brings(set) && !judged(set)) {
        fact.values.push((CompactString::const_new("group-sets"), set.clone()));
    }
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

fn push_reach(fact: &mut Fact, whole: &Row, object: &str) {
    if whole.reach == Reach::Unknown {
        let reason = format!("the org-wide default of {object} was not retrieved");
        fact.mark_unknown("reach", reason.as_str());
        fact.mark_unknown("reach-by", reason);
        return;
    }
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
