//! Kind `apex-create`: files and public links that Apex and flows make.
//!
//! In: Apex classes and triggers, the records flows create, custom fields. Out: one row for
//! each new `ContentDistribution`, `ContentVersion` and `ContentDocumentLink`, with what its
//! names speak of and whether anything in the org deletes files again. Fields that another
//! method sets are not seen.
//!
//! Source: Object Reference (`ContentDistribution`, `ContentVersion`, `ContentDocumentLink`).

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::apex::model::{
    At, Expr, ExprKind, Literal, Method, Name, StmtKind, Type, Unit,
};
use crate::metadata::apex::touch::{Verb, touches};
use crate::metadata::apex::walk;
use crate::metadata::collect::Collected;
use crate::org::schema::Schema;
use crate::org::tokens;
use crate::org::words::Words;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "apex-create",
    meaning: "a file, its link to a record or a public link to it, made in Apex or by a flow; named `Class.method/object`",
    reads: &[
        "ApexClass.source",
        "ApexTrigger.source",
        FLOW_CREATES,
        FLOW_DELETES,
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("via", "`apex` or `flow`"),
        ("class", "the class, trigger or flow"),
        ("method", "its method or element"),
        ("object", "`ContentDistribution`, `ContentVersion` or `ContentDocumentLink`"),
        ("fields", "the fields that are set, each where it is set"),
        ("expires", "`true` where a public link is given an end: `PreferencesExpires` and a date"),
        ("password", "`true` where a public link asks for a password"),
        ("protected", "`true` where a public link has both an end and a password"),
        ("original-download", "`true` where a public link gives the file as it was uploaded"),
        ("latest-version", "`true` where a public link follows later versions"),
        ("visibility", "of a link to a record: `Visibility`, where it is written down"),
        ("words", "the words of class, method, variable and title, lower case"),
        ("phi-objects", "objects with PHI that the class reads or writes"),
        (
            "purged",
            "`true` where something in the org deletes files: Apex, a flow, or a class named after retention",
        ),
        ("audited", "`true` where the class writes an audit record or publishes an event"),
        ("active", "of a flow: `false` where it is not the active version"),
    ],
    derive,
};

const FLOW_CREATES: &str = "Flow.recordCreates";
const FLOW_DELETES: &str = "Flow.recordDeletes";

/// What is made.
const MADE: [&str; 3] = ["ContentDistribution", "ContentVersion", "ContentDocumentLink"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let purged = is_purged(facts);
    let mut out = Vec::new();
    let mut counts = FxHashMap::default();
    for unit in &facts.apex {
        for (ty, method) in unit.methods() {
            for made in made_in(method) {
                out.push(of_apex(unit, ty, method, &made, schema, &mut counts));
            }
        }
    }
    out.extend(facts.of(FLOW_CREATES).iter().filter_map(of_flow));
    out.iter_mut().for_each(|row| row.derive("purged", purged));
    out
}

/// Whether anything deletes files.
fn is_purged(facts: &Collected) -> bool {
    let files = ["contentdocument", "contentversion"];
    let is_file = |object: &str| files.iter().any(|file| object.eq_ignore_ascii_case(file));
    let by_apex = facts.apex.iter().any(|unit| {
        unit.methods().any(|(ty, method)| {
            let deletes = |touch: &crate::metadata::apex::touch::Touch<'_>| {
                touch.verb == Verb::Delete && is_file(&touch.object)
            };
            touches(unit, ty, method).iter().any(deletes)
        })
    });
    let named = facts.apex.iter().any(|unit| {
        let words = tokens::of_name(&unit.fact.name);
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        has(&["retention", "purge", "purger", "cleanup"])
            && has(&[
                "file",
                "files",
                "content",
                "recording",
                "recordings",
                "document",
                "documents",
            ])
    });
    by_apex
        || named
        || facts.of(FLOW_DELETES).iter().any(|delete| delete.text("object").is_some_and(is_file))
}

/// A record that a method makes.
struct Made<'u> {
    object: &'static str,
    at: At,
    /// The variable it is put into.
    name: Option<&'u str>,
    fields: Vec<(&'u Name, &'u Expr)>,
}

fn made_in(method: &Method) -> Vec<Made<'_>> {
    let body = method.body.as_deref().unwrap_or_default();
    let mut names: FxHashMap<At, &str> = FxHashMap::default();
    walk::statements(body, &mut |statement| {
        if let StmtKind::Local { name, init: Some(init), .. } = &statement.kind {
            names.insert(init.at, &name.text);
        }
    });
    let mut sets: Vec<(&str, &Name, &Expr)> = Vec::new();
    let mut out: Vec<Made<'_>> = Vec::new();
    walk::expressions(body, &mut |expr| match &expr.kind {
        ExprKind::Assign { target, value, .. } => match &target.kind {
            ExprKind::Name(name) => drop(names.insert(value.at, name)),
            ExprKind::Member { base, name } => {
                if let ExprKind::Name(record) = &base.kind {
                    sets.push((record, name, value));
                }
            }
            _ => {}
        },
        ExprKind::New { ty, named, elements, .. } if elements.is_empty() => {
            let own = ty.name.rsplit('.').next().unwrap_or(&ty.name);
            let known = MADE.iter().find(|made| made.eq_ignore_ascii_case(own));
            if let Some(object) = known {
                let fields = named.iter().map(|(name, value)| (name, value)).collect();
                out.push(Made { object, at: expr.at, name: None, fields });
            }
        }
        _ => {}
    });
    for made in &mut out {
        made.name = names.get(&made.at).copied();
        let own = sets
            .iter()
            .filter(|(record, ..)| made.name.is_some_and(|name| name.eq_ignore_ascii_case(record)));
        made.fields.extend(own.map(|(_, name, value)| (*name, *value)));
    }
    // With an id it is a record that is there already.
    out.retain(|made| !made.fields.iter().any(|(name, _)| name.text.eq_ignore_ascii_case("Id")));
    out
}

fn of_apex(
    unit: &Unit,
    ty: &Type,
    method: &Method,
    made: &Made<'_>,
    schema: &Schema,
    counts: &mut FxHashMap<CompactString, usize>,
) -> Fact {
    let span = |at: At| Span { file: unit.file, start: at.start, end: at.end };
    let name = format_compact!("{}.{}/{}", ty.full_name, method.name.text, made.object);
    let count = counts.entry(name.clone()).or_insert(0);
    *count += 1;
    let name = if *count > 1 { format_compact!("{name}/{count}") } else { name };
    let mut row = Fact::new(KIND.name, name, span(made.at));
    row.component = ty.full_name.clone();
    row.cap = unit.fact.cap;
    row.derive("via", "apex");
    row.derive("class", &ty.full_name);
    row.derive("method", &method.name.text);
    row.derive("object", made.object);
    let value = |key: &str| {
        made.fields.iter().find(|(n, _)| n.text.eq_ignore_ascii_case(key)).map(|(_, value)| *value)
    };
    let mut words = tokens::of_name(&ty.name.text);
    words.extend(tokens::of_name(&method.name.text));
    words.extend(made.name.map(tokens::of_name).unwrap_or_default());
    for (name, expr) in &made.fields {
        row.push("fields", name.text.clone(), span(name.at));
        if ["title", "pathonclient", "name", "description"]
            .iter()
            .any(|key| name.text.eq_ignore_ascii_case(key))
        {
            words.extend(literals(expr));
        }
    }
    say_link(&mut row, &|key| value(key).map(is_no));
    if let Some(Expr { kind: ExprKind::Literal(Literal::Text, text), .. }) = value("Visibility") {
        row.derive("visibility", text);
    }
    words.iter().for_each(|word| row.derive("words", word));
    say_class(&mut row, unit, ty, schema);
    row
}

/// Whether a field is plainly switched off, or left empty.
fn is_no(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(Literal::Bool, text) => text.eq_ignore_ascii_case("false"),
        ExprKind::Literal(Literal::Null, _) => true,
        _ => false,
    }
}

/// What a public link allows. `off` says of a field that is set whether it is switched off.
fn say_link(row: &mut Fact, off: &dyn Fn(&str) -> Option<bool>) {
    if row.text("object") != Some("ContentDistribution") {
        return;
    }
    let on = |key: &str| off(key) == Some(false);
    let expires = on("PreferencesExpires") && on("ExpiryDate");
    let password = on("PreferencesPasswordRequired");
    row.derive("expires", expires);
    row.derive("password", password);
    row.derive("protected", expires && password);
    row.derive("original-download", on("PreferencesAllowOriginalDownload"));
    row.derive("latest-version", on("PreferencesLinkLatestVersion"));
}

/// Words of the texts and names in an expression.
fn literals(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Literal(Literal::Text, text) => tokens::of_text(text),
        ExprKind::Name(name) => tokens::of_name(name),
        ExprKind::Member { name, .. } => tokens::of_name(&name.text),
        ExprKind::Binary { left, right, .. } => {
            let mut words = literals(left);
            words.extend(literals(right));
            words
        }
        _ => Vec::new(),
    }
}

/// What the class does besides.
fn say_class(row: &mut Fact, unit: &Unit, ty: &Type, schema: &Schema) {
    let words = Words::embedded();
    let mut audited = false;
    for method in ty.methods.iter().filter(|method| !method.is_test()) {
        for touch in touches(unit, ty, method) {
            audited |= touch.verb == Verb::Publish
                || (touch.verb == Verb::Create && words.keeps_record(&touch.object));
            let known =
                row.items("phi-objects").any(|o| o.text.eq_ignore_ascii_case(&touch.object));
            let file = MADE.iter().any(|made| made.eq_ignore_ascii_case(&touch.object));
            if !known && !file && schema.is_phi_object(&touch.object) {
                let at = Span { file: unit.file, start: touch.at.start, end: touch.at.end };
                row.push("phi-objects", touch.object.clone(), at);
            }
        }
    }
    row.derive("audited", audited);
}

fn of_flow(create: &Arc<Fact>) -> Option<Fact> {
    let object = create.text("object")?;
    let object = MADE.iter().find(|made| made.eq_ignore_ascii_case(object))?;
    let place = create.item("object").map_or(create.place, |item| item.span);
    let mut row = Fact::new(KIND.name, format_compact!("{}/{object}", create.name), place);
    row.component = create.component.clone();
    row.cap = create.cap;
    row.derive("via", "flow");
    row.derive("class", &create.component);
    row.derive("method", create.text("name").unwrap_or(""));
    row.derive("object", object);
    let status = create.text("parent.status");
    row.derive("active", status.is_none_or(|status| status == "Active"));
    let given = assignments(create);
    for (field, _, span) in &given {
        row.push("fields", field.clone(), *span);
    }
    let off = |key: &str| {
        let (_, text, _) = given.iter().find(|(field, ..)| field.eq_ignore_ascii_case(key))?;
        Some(text.eq_ignore_ascii_case("false"))
    };
    say_link(&mut row, &off);
    let visibility = given.iter().find(|(field, ..)| field.eq_ignore_ascii_case("Visibility"));
    if let Some((_, text, _)) = visibility {
        row.derive("visibility", text);
    }
    let mut words = tokens::of_name(&create.component);
    words.extend(tokens::of_name(create.text("name").unwrap_or("")));
    let title = given.iter().find(|(field, ..)| field.eq_ignore_ascii_case("Title"));
    words.extend(title.map(|(_, text, _)| tokens::of_text(text)).unwrap_or_default());
    words.iter().for_each(|word| row.derive("words", word));
    Some(row)
}

/// Field and value of each assignment, in the order of the file.
fn assignments(create: &Fact) -> Vec<(CompactString, CompactString, Span)> {
    let mut out: Vec<(CompactString, CompactString, Span)> = Vec::new();
    for (key, item) in &create.values {
        match key.strip_prefix("inputAssignments.") {
            Some("field") => out.push((item.text.clone(), CompactString::default(), item.span)),
            Some(value) if value.starts_with("value.") => {
                if let Some(last) = out.last_mut() {
                    last.1 = item.text.clone();
                }
            }
            _ => {}
        }
    }
    out
}
