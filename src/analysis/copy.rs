//! Kind `copy`: PHI that a declaration carries from one field into another.
//!
//! In: formulas, roll-ups, default values and workflow field updates, the schema, and what
//! profiles and permission sets grant. Out: one row for each PHI field that one of them reads
//! and each field it ends in, with how the two are protected. It does not know what flows and
//! code copy, and evaluates no formula.
//!
//! Sources: Metadata API types `CustomField` (`formula`, `summarizedField`, `defaultValue`)
//! and `WorkflowFieldUpdate`.

mod manner;
mod protection;
mod readers;

use std::sync::Arc;

use compact_str::format_compact;

use self::manner::manner;
use self::readers::Readers;
use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::formula;
use crate::org::phi::Level;
use crate::org::resolve::FoundField;
use crate::org::schema::Schema;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "copy",
    meaning: "a PHI field that a formula, roll-up, default value, workflow field update or reporting snapshot carries into another field; it has the elements of the component that does so too. Rows of one component are one finding",
    reads: &[
        "CustomField",
        "CustomObject",
        "WorkflowFieldUpdate",
        MAPPINGS,
        "Profile",
        "PermissionSet",
        "holder",
    ],
    values: &[
        ("via", "`formula`, `roll-up`, `default-value`, `field-update` or `snapshot`"),
        ("source", "full name of the PHI field that is read, where it is named"),
        ("source-object", "its object"),
        ("target", "full name of the field it ends in"),
        ("target-object", "the object of that field"),
        (
            "manner",
            "`whole`, or what is left of it: `masked` (a few characters, a year), `tested` (only whether or which), `age` (a number worked out from a date)",
        ),
        (
            "stored",
            "`true` where the copy is stored, `false` for a formula field, which is worked out when it is read",
        ),
        ("same-object", "`true` where both fields are of one object"),
        ("target-phi", "`true` where the target is itself recognised as PHI"),
        (
            "target-kind",
            "`event` (a platform event), `activity` (tasks and events), `feed`, `log` (an object named as a log) or `record`",
        ),
        (
            "source-encrypted",
            "`true` where Shield encrypts the source; unknown where its file was not retrieved",
        ),
        ("target-encrypted", "the same of the target"),
        ("source-tracked", "`true` where field history tracks the source; unknown likewise"),
        ("target-tracked", "the same of the target"),
        (
            "source-classified",
            "`true` where the source has a compliance group or a security classification above `Public`; unknown likewise",
        ),
        ("target-classified", "the same of the target"),
        (
            "wider-default",
            "`true` where the org-wide default of the target's object opens more than that of the source's; unknown where one of them was not retrieved or leaves it to a parent",
        ),
        (
            "wider-readable",
            "each profile and permission set whose file lets it read the target and speaks of the source's object, and does not let it read the source",
        ),
        (
            "perhaps-wider",
            "each permission set whose file lets it read the target and says nothing of the source's object: another one may grant that",
        ),
        (
            "wider-external",
            "those of both that are made for guests or people outside the workforce",
        ),
    ],
    derive,
};

/// What carries values from field to field.
struct Carrier<'f> {
    /// How it is called: the value `via`.
    via: &'static str,
    fact: &'f Arc<Fact>,
    /// Where the names it reads start from.
    from: String,
    /// Object and field of the target.
    target: (String, String),
    /// The element that reads.
    reads: Item,
    /// Whether that is a formula; else it is one name.
    formula: bool,
}

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    let fields = input.facts.of("CustomField").iter().flat_map(field_carriers);
    let updates = input.facts.of("WorkflowFieldUpdate").iter();
    let updates = updates.filter_map(|fact| update_carrier(schema, fact));
    let snapshots = input.facts.of(MAPPINGS).iter().filter_map(snapshot_carrier);
    let carriers = fields.chain(updates).chain(snapshots);
    let mut rows: Vec<Fact> = carriers.flat_map(|carrier| copies(schema, &carrier)).collect();
    let readers = Readers::of(input.facts, schema, &rows);
    rows.iter_mut().for_each(|row| readers.say(row));
    rows
}

fn field_carriers(fact: &Arc<Fact>) -> Vec<Carrier<'_>> {
    let Some((object, field)) = fact.name.split_once('.') else { return Vec::new() };
    let carrier = |via, reads: &Item, from: &str, formula| Carrier {
        via,
        fact,
        from: from.to_owned(),
        target: (object.to_owned(), field.to_owned()),
        reads: reads.clone(),
        formula,
    };
    let mut found = Vec::new();
    found.extend(fact.item("formula").map(|item| carrier("formula", item, object, true)));
    found
        .extend(fact.item("defaultValue").map(|item| carrier("default-value", item, object, true)));
    let keeps = fact.text("summaryOperation").is_some_and(|how| KEEPING.contains(&how));
    let summed = fact.item("summarizedField").filter(|_| keeps);
    // It is a full name: `Visit__c.Weight__c`.
    found.extend(summed.map(|item| carrier("roll-up", item, "", false)));
    found
}

/// Operations of a roll-up whose result is a value of a child, or made of them.
const KEEPING: [&str; 3] = ["max", "min", "sum"];

fn update_carrier<'f>(schema: &Schema, fact: &'f Arc<Fact>) -> Option<Carrier<'f>> {
    let (object, _) = fact.name.split_once('.')?;
    let reads = fact.item("formula").filter(|item| !item.text.is_empty())?.clone();
    let field = fact.text("field")?;
    // An update of a parent names the lookup that leads there.
    let reference = match fact.text("targetObject").filter(|text| !text.is_empty()) {
        Some(lookup) => format_compact!("{}.{field}", relation(lookup)),
        None => field.into(),
    };
    let target = schema.locate(Some(object), &reference)?;
    let from = object.to_owned();
    Some(Carrier { via: "field-update", fact, from, target, reads, formula: true })
}

/// The columns of a reporting snapshot's report, and the fields they are stored in.
const MAPPINGS: &str = "AnalyticSnapshot.mappings";

fn snapshot_carrier(fact: &Arc<Fact>) -> Option<Carrier<'_>> {
    let reads = fact.item("sourceField").filter(|item| !item.text.is_empty())?.clone();
    let object = fact.text("parent.targetObject")?.to_owned();
    let target = (object, fact.text("targetField")?.to_owned());
    Some(Carrier { via: "snapshot", fact, from: String::new(), target, reads, formula: false })
}

/// The relationship of a lookup field.
fn relation(lookup: &str) -> String {
    match (lookup.strip_suffix("__c"), lookup.strip_suffix("Id")) {
        (Some(stem), _) => format!("{stem}__r"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => lookup.to_owned(),
    }
}

/// A row for each PHI field that a carrier reads; of one read twice, the fuller reading.
fn copies(schema: &Schema, carrier: &Carrier<'_>) -> Vec<Fact> {
    let target = format!("{}.{}", carrier.target.0, carrier.target.1);
    let mut found: Vec<(FoundField<'_>, Span, &'static str)> = Vec::new();
    for (name, span, how) in readings(carrier) {
        let Some(source) = find(schema, &carrier.from, &name) else { continue };
        if source.recognition.level != Level::High || source.name.eq_ignore_ascii_case(&target) {
            continue;
        }
        let how = manner::settle(how, carrier.fact, &source);
        match found.iter_mut().find(|(known, _, _)| known.name == source.name) {
            Some(known) if known.2 != "whole" && how == "whole" => *known = (source, span, how),
            Some(_) => {}
            None => found.push((source, span, how)),
        }
    }
    found.into_iter().map(|(source, span, how)| row(schema, carrier, &source, span, how)).collect()
}

/// Each name a carrier reads, its place, and what is left of the value.
fn readings(carrier: &Carrier<'_>) -> Vec<(String, Span, &'static str)> {
    let item = &carrier.reads;
    if !carrier.formula {
        return vec![(item.text.to_string(), item.span, "whole")];
    }
    // A text that the file writes differently (with entities) has no places inside it.
    let written = item.span.end.saturating_sub(item.span.start) as usize;
    let same = written == item.text.len();
    let place = |start: usize, length: usize| match same {
        true => {
            let begin = item.span.start as usize + start;
            Span::new(item.span.file, begin, begin + length)
        }
        false => item.span,
    };
    let references = formula::references(&item.text);
    let read = references.iter().map(|reference| {
        let span = place(reference.start, reference.name.len());
        (reference.name.to_owned(), span, manner(reference))
    });
    read.collect()
}

/// A field by the name a formula has for it. Of the globals only the user has fields.
fn find<'s>(schema: &'s Schema, object: &str, name: &str) -> Option<FoundField<'s>> {
    match name.strip_prefix('$') {
        Some(global) => schema.phi_of(None, global).filter(|_| global.starts_with("User.")),
        None => schema.phi_of(Some(object).filter(|object| !object.is_empty()), name),
    }
}

fn row(
    schema: &Schema,
    carrier: &Carrier<'_>,
    source: &FoundField<'_>,
    span: Span,
    how: &'static str,
) -> Fact {
    let fact = carrier.fact;
    let mut row =
        Fact::new(KIND.name, format_compact!("{}/{}", fact.name, source.name), fact.place);
    row.component = fact.component.clone();
    row.grouped = true;
    row.cap = fact.cap;
    row.confidence = Some(source.recognition.confidence);
    row.values = fact.values.clone();
    let target = format!("{}.{}", carrier.target.0, carrier.target.1);
    let source_object = source.name.split_once('.').map_or("", |(object, _)| object);
    row.derive("via", carrier.via);
    let mut named = Item::new(source.name.as_str(), span);
    named.related = source.facts.first().map(|fact| fact.place);
    row.values.push(("source".into(), named));
    row.derive("source-object", source_object);
    row.derive("target", &target);
    row.derive("target-object", &carrier.target.0);
    row.derive("manner", how);
    row.derive("stored", carrier.via != "formula");
    row.derive("same-object", source_object.eq_ignore_ascii_case(&carrier.target.0));
    let phi = schema.phi_of(None, &target).filter(|f| f.recognition.level == Level::High);
    row.derive("target-phi", phi.is_some());
    row.derive("target-kind", protection::kind_of(&carrier.target.0));
    protection::describe(&mut row, schema, source, &carrier.target);
    row.trail.push((span, format_compact!("{} is read here", source.name)));
    let ends = match carrier.via {
        "field-update" => fact.item("field").map_or(fact.place, |item| item.span),
        "snapshot" => fact.item("targetField").map_or(fact.place, |item| item.span),
        _ => fact.place,
    };
    row.trail.push((ends, format_compact!("and ends in {target}")));
    row
}

#[cfg(test)]
mod tests;
