//! Which objects an element reads, creates, changes or deletes.
//!
//! In: an element and the names of its flow. Out: [`Touch`]es. It knows no PHI.

use compact_str::CompactString;

use super::model::Model;
use super::scope::Path;
use crate::metadata::flow::{Element, ElementKind};
use crate::source::Span;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Read,
    Create,
    Update,
    Delete,
    /// A platform event is published.
    Publish,
}

/// An object and what an element does with it.
#[derive(Debug, Clone)]
pub(super) struct Touch {
    pub(super) verb: Verb,
    pub(super) object: CompactString,
    pub(super) span: Span,
}

/// Fields that say nothing of a person.
const SYSTEM: [&str; 8] = [
    "Id",
    "OwnerId",
    "RecordTypeId",
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
];

/// What an element does with records.
pub(super) fn touches(model: &Model<'_>, element: &Element) -> Vec<Touch> {
    let verb = match element.kind {
        ElementKind::RecordLookup => Verb::Read,
        ElementKind::RecordCreate => Verb::Create,
        ElementKind::RecordUpdate => Verb::Update,
        ElementKind::RecordDelete => Verb::Delete,
        ElementKind::Assignment => return before_save(model, element),
        _ => return Vec::new(),
    };
    let only_system = element.scalars("queriedFields").count() > 0
        && element
            .scalars("queriedFields")
            .all(|field| SYSTEM.iter().any(|name| name.eq_ignore_ascii_case(&field.word.text)));
    if only_system {
        return Vec::new();
    }
    let Some((object, span)) = object_of(model, element) else { return Vec::new() };
    let publishes = verb == Verb::Create && is_event(&object);
    vec![Touch { verb: if publishes { Verb::Publish } else { verb }, object, span }]
}

/// Whether the object is a platform event.
pub(super) fn is_event(object: &str) -> bool {
    object.len() > 3
        && object.get(object.len() - 3..).is_some_and(|s| s.eq_ignore_ascii_case("__e"))
}

/// The object of a record element: named, or the type of its record variable.
pub(super) fn object_of(model: &Model<'_>, element: &Element) -> Option<(CompactString, Span)> {
    let named = element.scalar("object").filter(|value| !value.word.text.is_empty());
    if let Some(named) = named {
        return Some((named.word.text.clone(), named.word.span));
    }
    let variable = &element.scalar("inputReference")?.word;
    let path = Path::of(&variable.text);
    let (records, below, _) = model.scope.records(&path)?;
    below.is_empty().then(|| (records.object.clone(), variable.span))
}

/// Before a record is saved, setting its fields changes it.
fn before_save(model: &Model<'_>, element: &Element) -> Vec<Touch> {
    let before =
        model.flow.start_scalar("triggerType").is_some_and(|t| t.text == "RecordBeforeSave");
    let Some(object) = model.flow.start_scalar("object").filter(|_| before) else {
        return Vec::new();
    };
    let own = element.assignments.iter().find(|a| Path::of(&a.to.text).base == "$record");
    let touch = own.map(|assignment| Touch {
        verb: Verb::Update,
        object: object.text.clone(),
        span: assignment.to.span,
    });
    touch.into_iter().collect()
}
