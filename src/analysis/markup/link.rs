//! URLs of buttons, links and formulas.
//!
//! In: `WebLink`, `CustomPageWebLink` and formula fields. Out: rows for PHI fields in them. What a script of a button does besides is not followed.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::KIND;
use crate::fact::{Confidence, Fact, Item};
use crate::metadata::collect::Collected;
use crate::metadata::formula;
use crate::org::phi::Level;
use crate::org::schema::Schema;

/// Whether a URL goes over the network as it is.
pub(super) fn is_cleartext(url: &str) -> bool {
    url.trim_start_matches(['"', '\'', ' ']).to_ascii_lowercase().starts_with("http:")
}

pub(super) fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let mut out = Vec::new();
    for kind in ["WebLink", "CustomPageWebLink"] {
        for link in facts.of(kind) {
            let object = link.name.split_once('.').map(|(object, _)| object);
            if let Some(url) = link.item("url") {
                for (start, merge) in merges(&url.text) {
                    out.extend(row(schema, link, "link", object, url, (start, merge)));
                }
            }
        }
    }
    for field in facts.of("CustomField") {
        let object = field.name.split_once('.').map(|(object, _)| object);
        let Some(formula) = field.item("formula") else { continue };
        let upper = formula.text.to_ascii_uppercase();
        if upper.contains("HYPERLINK(") {
            out.extend(row(schema, field, "formula", object, formula, (0, &formula.text)));
        }
    }
    out
}

/// The merge expressions of a URL, each with the byte it begins at.
fn merges(url: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(at) = url.get(from..).and_then(|rest| rest.find("{!")) {
        let start = from + at + 2;
        let Some(end) = url.get(start..).and_then(|rest| rest.find('}')) else { break };
        out.push((start, url.get(start..start + end).unwrap_or("")));
        from = start + end;
    }
    out
}

fn row(
    schema: &Schema,
    fact: &Arc<Fact>,
    dialect: &str,
    object: Option<&str>,
    item: &Item,
    (start, expression): (usize, &str),
) -> Vec<Fact> {
    let upper = expression.to_ascii_uppercase();
    let mut out = Vec::new();
    let shown: CompactString = expression.trim().chars().take(80).collect();
    let span = match dialect {
        "link" => item.place_of(start..start + expression.len()).unwrap_or(item.span),
        _ => item.span,
    };
    let begin = |what: &str| {
        let key = if dialect == "link" { shown.as_str() } else { "formula" };
        let mut row = Fact::new(KIND.name, format_compact!("{}/{what}/{key}", fact.name), span);
        row.component = fact.name.clone();
        row.cap = fact.cap;
        row.derive("page", &fact.name);
        row.derive("what", what);
        row.derive("expression", &shown);
        row.derive("dialect", dialect);
        row.derive("where", "attribute");
        row
    };
    let in_url = |reference: &&formula::Reference<'_>| {
        // Of a formula only what stands in the address.
        let address = reference
            .calls
            .iter()
            .any(|call| call.function.eq_ignore_ascii_case("HYPERLINK") && call.argument == 0);
        (dialect == "link" || address) && !super::is_looked_at(reference)
    };
    let references = formula::references(expression);
    let found = references.iter().filter(in_url).filter_map(|reference| {
        let name = match reference.name.contains('.') {
            true => return schema.merged(object, reference.name),
            false => reference.name,
        };
        schema.merged(object, &format!("{}.{name}", object?))
    });
    let told: Vec<_> = found.filter(|told| told.recognition.level >= Level::Medium).collect();
    if !told.is_empty() {
        let mut row = begin("merge-in-url");
        row.derive("content", "phi");
        row.derive("cleartext", is_cleartext(&item.text) || upper.contains("HYPERLINK(\"HTTP:"));
        for one in &told {
            row.derive("fields", &one.name);
            row.derive("classes", &one.recognition.class);
        }
        let level = told.iter().map(|one| one.recognition.level).max().unwrap_or(Level::Medium);
        row.derive("level", level.word());
        let sure = told.iter().map(|one| one.recognition.confidence).max();
        row.confidence = sure.filter(|sure| *sure < Confidence::High);
        out.push(row);
    }
    out
}
