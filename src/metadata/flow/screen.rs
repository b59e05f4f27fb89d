//! The components of a screen, those in sections and columns included.
//!
//! In: a `screens` element. Out: its components in the order of the file, and the actions it
//! runs. It does not know when a condition of visibility holds.

use super::read::Reader;
use super::{Argument, ScreenField, Value};
use crate::metadata::xml::NodeId;

/// Every component below a `fields` element, itself included; no recursion on depth.
pub(super) fn read_fields(reader: &Reader<'_, '_>, node: NodeId, out: &mut Vec<ScreenField>) {
    let mut stack = vec![(node, false)];
    while let Some((node, hidden)) = stack.pop() {
        let field = read_field(reader, node, hidden);
        let inner: Vec<NodeId> = reader
            .document
            .children(node)
            .filter(|c| reader.document.name(*c) == "fields")
            .collect();
        stack.extend(inner.into_iter().rev().map(|child| (child, field.conditional)));
        out.push(field);
    }
}

fn read_field(reader: &Reader<'_, '_>, node: NodeId, hidden: bool) -> ScreenField {
    let mut field = ScreenField {
        name: reader.name(node),
        field_type: reader.child_text(node, "fieldType"),
        text: None,
        required: false,
        conditional: hidden,
        default: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
        choices: Vec::new(),
        record_field: None,
    };
    for child in reader.document.children(node) {
        match reader.document.name(child) {
            "fieldText" => field.text = reader.text(child),
            "isRequired" => field.required |= reader.is_true(child),
            "visibilityRule" => field.conditional = true,
            "defaultValue" => field.default = reader.value(child),
            "inputParameters" => field.inputs.extend(reader.argument(child)),
            "outputParameters" => field.outputs.extend(reader.output(child)),
            "choiceReferences" => field.choices.extend(reader.word(child)),
            "objectFieldReference" => field.record_field = reader.word(child),
            _ => {}
        }
    }
    field.required |= field.inputs.iter().any(asks_always);
    field
}

/// A component that is told to insist: `required` is `true`.
fn asks_always(input: &Argument) -> bool {
    let says_true =
        |value: &Value| matches!(value.word.text.as_str(), "true" | "$GlobalConstant.True");
    matches!(input.name.text.as_str(), "required" | "isRequired")
        && input.value.as_ref().is_some_and(says_true)
}
