//! How well a field that a flow writes to is protected, beside the field it comes from.
//!
//! In: a target, the labels that go there, the schema. Out: values of the row. What was not
//! retrieved is unknown. An object that follows its parent's sharing has no default here.

use compact_str::{CompactString, format_compact};

use super::label::{Label, phi};
use crate::fact::{Fact, Item};
use crate::org::schema::{Object, Schema};
use crate::org::tokens;
use crate::source::Span;

/// Objects whose records many people see as they work.
const OPEN: [&str; 8] = [
    "Task",
    "Event",
    "FeedItem",
    "FeedComment",
    "EmailMessage",
    "CollaborationGroupRecord",
    "ContentNote",
    "Case",
];

/// Adds what is known of the target.
pub(super) fn say_target(
    row: &mut Fact,
    schema: &Schema,
    object: &str,
    field: &str,
    span: Span,
    labels: &[&Label],
) {
    let known = schema.object(object);
    let facts = known.and_then(|object| object.field(field)).map(|field| field.facts.as_slice());
    let name = format_compact!("{object}.{field}");
    let item =
        |text: CompactString, related| Item { text, span, secret: false, related, parts: None };
    let defined = known.and_then(|object| object.facts.first()).map(|fact| fact.place);
    row.values.push(("target-object".into(), item(object.into(), defined)));
    let field_place = facts.and_then(|facts| facts.first()).map(|fact| fact.place);
    row.values.push(("target-field".into(), item(name.clone(), field_place)));
    row.push(
        "target-phi",
        if phi(schema, object, field).is_some() { "true" } else { "false" },
        span,
    );
    let same = labels.iter().all(|label| label.object.eq_ignore_ascii_case(object));
    row.push("same-object", if same { "true" } else { "false" }, span);
    let mut weaker: Vec<&str> = Vec::new();
    match facts.filter(|facts| !facts.is_empty()) {
        Some(facts) => {
            let encrypted = facts.iter().any(|fact| {
                fact.text("encryptionScheme").is_some_and(|s| !s.eq_ignore_ascii_case("None"))
            });
            let tracked = facts.iter().any(|fact| fact.is_true("trackHistory"));
            row.derive("target-encrypted", encrypted);
            row.derive("target-tracked", tracked);
            if !encrypted && labels.iter().any(|label| label.encrypted) {
                weaker.push("encryption");
            }
            if !tracked && labels.iter().any(|label| label.tracked) {
                weaker.push("history");
            }
        }
        None => {
            let why = format!("{name} was not retrieved; retrieve the object with its fields");
            row.mark_unknown("target-encrypted", why.clone());
            row.mark_unknown("target-tracked", why);
        }
    }
    row.derive("source-encrypted", labels.iter().any(|label| label.encrypted));
    let source = labels.first().and_then(|label| schema.object(&label.object));
    for (key, element, word) in [
        ("target-owd", "sharingModel", "sharing"),
        ("target-owd-external", "externalSharingModel", "sharing-external"),
    ] {
        match known.and_then(|object| default(object, element)) {
            Some(model) => {
                row.derive(key, model);
                let from = source.and_then(|object| default(object, element));
                if from.and_then(openness).zip(openness(model)).is_some_and(|(from, to)| from < to)
                {
                    weaker.push(word);
                }
            }
            None => row.mark_unknown(key, format!("the sharing of {object} was not retrieved")),
        }
    }
    let last_is_log = tokens::of_name(object).last().is_some_and(|word| word == "log");
    let event = known.is_some_and(|object| object.form_word() == "event")
        || object.to_ascii_lowercase().ends_with("__e");
    if event || last_is_log || OPEN.iter().any(|open| open.eq_ignore_ascii_case(object)) {
        weaker.push("surface");
    }
    for word in weaker {
        row.push("weaker", word, span);
    }
}

fn default<'o>(object: &'o Object, element: &str) -> Option<&'o str> {
    object.facts.iter().find_map(|fact| fact.text(element)).filter(|text| !text.is_empty())
}

/// How open a default is; none for one that its parent decides.
fn openness(model: &str) -> Option<u8> {
    Some(match model {
        "Private" => 0,
        "Read" => 1,
        "ReadWrite" => 2,
        "ReadWriteTransfer" | "FullAccess" => 3,
        _ => return None,
    })
}
