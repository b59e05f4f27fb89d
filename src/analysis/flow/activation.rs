//! Rows of kind `session-activation`: where a flow activates a session permission set.
//!
//! In: flows. Out: a row for each such action: whether a reason was asked for and a record
//! was left on every path. What an Apex class does with a reason is not known.

use compact_str::format_compact;

use super::model::{Model, Models};
use super::paths::{
    Marks, asks_reason, audits, is_insistent, passed_without, reached_without, reasons,
};
use super::row::flow_type;
use super::words;
use crate::fact::Fact;
use crate::metadata::flow::{Call, Element, ElementKind};

/// The rows of every flow.
pub(super) fn rows(models: &Models<'_>) -> Vec<Fact> {
    let (reasons, audits) = (reasons(models), audits(models));
    let mut out = Vec::new();
    for (flow, model) in models.list.iter().enumerate() {
        for (number, element) in model.elements() {
            for call in element.calls.iter().filter(|call| activates(call)) {
                out.push(row(models, (&reasons, &audits), flow, (number, element), call));
            }
        }
    }
    out
}

/// Whether an action activates a session permission set.
pub(super) fn activates(call: &Call) -> bool {
    call.action.text.eq_ignore_ascii_case("activateSessionPermSet")
}

fn row(
    models: &Models<'_>,
    (reasons, audits): (&Marks, &Marks),
    flow: usize,
    (number, element): (usize, &Element),
    call: &Call,
) -> Fact {
    let Some(model) = models.get(flow) else {
        return Fact::new("session-activation", "", call.action.span);
    };
    let name = format_compact!("{}/{}", model.name(), element.name.text);
    let mut row = model.row("session-activation", name);
    row.place = call.action.span;
    row.push("actionType", call.action.text.clone(), call.action.span);
    row.derive("flow", model.name());
    row.derive("element", &element.name.text);
    row.derive("type", flow_type(model));
    for input in &call.inputs {
        let value =
            input.value.as_ref().filter(|_| input.name.text.to_ascii_lowercase().contains("perm"));
        if let Some(value) = value {
            row.push("permission-set", value.word.text.clone(), value.word.span);
        }
    }
    let own = !reached_without(model, reasons.get(flow), number);
    let by_callers = !own && callers_ask(models, reasons, flow);
    row.derive("justified", own || by_callers);
    if own || by_callers {
        row.derive("justified-by", if own { "flow" } else { "caller" });
    }
    say_reasons(&mut row, model);
    row.derive("reason-tested", tests_reason(model, number));
    row.derive("audited", !passed_without(model, audits.get(flow), number));
    for (at, element) in model.elements() {
        if audits.get(flow).get(at) == Some(&true) {
            row.push("audit-elements", element.name.text.clone(), element.name.span);
        }
    }
    row.derive("fault-path", element.has_fault_path());
    row
}

/// The screens that ask for a reason, and those that do not insist.
fn say_reasons(row: &mut Fact, model: &Model<'_>) {
    for (_, element) in model.elements() {
        for field in element.fields.iter().filter(|field| asks_reason(field)) {
            let key = if is_insistent(field) { "reason-fields" } else { "reason-optional" };
            row.push(key, field.name.text.clone(), field.name.span);
        }
    }
}

/// Whether each retrieved flow that calls this one has asked before it calls.
fn callers_ask(models: &Models<'_>, reasons: &Marks, flow: usize) -> bool {
    let callers = models.callers(flow);
    !callers.is_empty()
        && callers.iter().all(|site| {
            models.get(site.flow).is_some_and(|caller| {
                !reached_without(caller, reasons.get(site.flow), site.element)
            })
        })
}

/// Whether each path to an element passes a decision on a reason that was given.
fn tests_reason(model: &Model<'_>, number: usize) -> bool {
    let tests = |element: &Element| {
        let mut conditions = element.outcomes.iter().flat_map(|outcome| &outcome.conditions);
        element.kind == ElementKind::Decision
            && conditions.any(|condition| words::asks_reason(&condition.left.text))
    };
    let marks: Vec<bool> = model.flow.elements.iter().map(tests).collect();
    !reached_without(model, &marks, number)
}
