//! Where a flow takes the session id of whoever runs it.
//!
//! In: a flow. Out: the elements and resources that refer to `$Api.Session_ID`, each at the
//! reference. What becomes of it in the flow is not followed; asking whether there is one is
//! no use of it.

use super::model::Model;
use crate::metadata::flow::{Argument, Element, Resource, Use, Value, Word};
use crate::source::Span;

/// Elements that are reached and resources that hold it.
pub(super) fn uses<'m>(model: &'m Model<'_>) -> Vec<(&'m str, Span)> {
    let of_elements = model.elements().flat_map(|(_, element)| {
        values(element).filter_map(|value| Some((element.name.text.as_str(), place(value)?)))
    });
    let of_resources = model.flow.resources.iter().flat_map(|resource| {
        held(resource).filter_map(|value| Some((resource.name.text.as_str(), place(value)?)))
    });
    let mut out: Vec<(&str, Span)> = of_elements.chain(of_resources).collect();
    out.sort_by_key(|(_, place)| *place);
    // The expression of a formula is an element of it and its value.
    out.dedup_by_key(|(_, place)| *place);
    out
}

/// What an element is given, shows or sets.
fn values(element: &Element) -> impl Iterator<Item = &Value> {
    let fields = &element.fields;
    let calls = element.calls.iter().flat_map(|call| &call.inputs);
    let given = element.inputs.iter().chain(calls).chain(fields.iter().flat_map(|f| &f.inputs));
    let given = given.filter_map(|argument: &Argument| argument.value.as_ref());
    let shown = fields.iter().flat_map(|field| field.text.iter().chain(&field.default));
    let set = element.assignments.iter().filter_map(|set| set.value.as_ref());
    given.chain(shown).chain(set)
}

fn held(resource: &Resource) -> impl Iterator<Item = &Value> {
    resource.scalars.iter().map(|(_, value)| value).chain(&resource.value)
}

/// Where a value takes it.
fn place(value: &Value) -> Option<Span> {
    let is = |word: &Word| word.text.eq_ignore_ascii_case("$Api.Session_ID");
    let merged = value.references.iter().find(|r| r.usage != Use::Test && is(&r.word));
    let called = value.word.text.to_ascii_uppercase().contains("GETSESSIONID(");
    merged.map(|found| found.word.span).or((called || is(&value.word)).then_some(value.word.span))
}
