//! What happens on every path of a flow.
//!
//! In: flows and marks on their elements. Out: whether a path can do without a marked
//! element. A connector counts whatever condition stands before it; a failure of a marked
//! element leads on without what the element would have done.

use super::graph::marked;
use super::model::{Model, Models};
use super::touch::{Verb, touches};
use super::words;
use crate::metadata::flow::{CallKind, Element, ElementKind, Role, ScreenField};
use crate::org::words::Words;

/// Rounds in which flows learn from the flows they call.
const ROUNDS: usize = 3;

/// For each flow, which of its elements do something, and whether it does it on every path.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) flows: Vec<Vec<bool>>,
    pub(super) always: Vec<bool>,
}

impl Marks {
    /// `own` says of an element, `named` of a flow that was not retrieved.
    pub(super) fn of(
        models: &Models<'_>,
        own: impl Fn(&Model<'_>, &Element) -> bool,
        named: impl Fn(&str) -> bool,
    ) -> Self {
        let mut marks = Self { flows: Vec::new(), always: vec![false; models.list.len()] };
        for _ in 0..ROUNDS {
            let always = marks.always.clone();
            let flows = models.list.iter().map(|model| {
                let elements = model.flow.elements.iter();
                let of = |element: &Element| {
                    own(model, element)
                        || element.calls.iter().filter(|c| c.kind == CallKind::Flow).any(|call| {
                            match models.callee(call) {
                                Some(callee) => always.get(callee).copied().unwrap_or(false),
                                None => named(&call.target.text),
                            }
                        })
                };
                elements.map(of).collect()
            });
            marks.flows = flows.collect();
            let pairs = models.list.iter().zip(&marks.flows);
            marks.always = pairs.map(|(model, own)| !ends_without(model, own, &[0])).collect();
        }
        marks
    }

    /// The marks of one flow.
    pub(super) fn get(&self, flow: usize) -> &[bool] {
        self.flows.get(flow).map_or(&[], Vec::as_slice)
    }
}

fn passes(marks: &[bool]) -> impl Fn(usize, Role) -> bool + '_ {
    |at, role| !marked(marks, at) || role == Role::Fault
}

/// Whether the flow can end after one of `from` without a marked element.
fn ends_without(model: &Model<'_>, marks: &[bool], from: &[usize]) -> bool {
    let walk = model.graph.walk(from, passes(marks));
    let mut seen = walk.iter().enumerate().filter(|(_, seen)| **seen);
    seen.any(|(at, _)| !marked(marks, at) && model.graph.may_end(at))
}

/// Whether an element can be reached without a marked element before it.
pub(super) fn reached_without(model: &Model<'_>, marks: &[bool], element: usize) -> bool {
    marked(&model.graph.walk(&[0], passes(marks)), element)
}

/// Whether there is a path through an element with no marked element before or after it.
pub(super) fn passed_without(model: &Model<'_>, marks: &[bool], element: usize) -> bool {
    if marked(marks, element) || !reached_without(model, marks, element) {
        return false;
    }
    ends_without(model, marks, &[element])
}

/// Elements that leave a record of what was done: a record of an audit object, an event, a
/// logging action.
pub(super) fn audits(models: &Models<'_>) -> Marks {
    let logs = |name: &str| words::is_audit(name) || Words::embedded().leaves_trail(name);
    let own = |model: &Model<'_>, element: &Element| {
        let by_record = touches(model, element).iter().any(|touch| match touch.verb {
            Verb::Publish => true,
            Verb::Create => words::is_audit(&touch.object),
            _ => false,
        });
        let by_action = element.calls.iter().any(|call| {
            call.kind == CallKind::Action
                && matches!(call.action.text.as_str(), "apex" | "apexPlugin")
                && logs(&call.target.text)
        });
        by_record || by_action
    };
    Marks::of(models, own, logs)
}

/// Elements that ask for a reason and do not go on without one.
pub(super) fn reasons(models: &Models<'_>) -> Marks {
    let own = |_: &Model<'_>, element: &Element| {
        element.fields.iter().any(|field| asks_reason(field) && is_insistent(field))
    };
    Marks::of(models, own, words::asks_reason)
}

/// Whether a component of a screen asks for a reason.
pub(super) fn asks_reason(field: &ScreenField) -> bool {
    let takes_text = matches!(
        field.field_type.as_str(),
        "InputField"
            | "LargeTextArea"
            | "ComponentInstance"
            | "ComponentInput"
            | "DropdownBox"
            | "RadioButtons"
    );
    let label = field.text.as_ref().map_or("", |value| value.word.text.as_str());
    takes_text && (words::asks_reason(&field.name.text) || words::asks_reason(label))
}

/// Whether a component of a screen is always there and must be filled in.
pub(super) fn is_insistent(field: &ScreenField) -> bool {
    field.required && !field.conditional
}

/// Decisions that test consent or who may receive.
pub(super) fn consents(model: &Model<'_>) -> Vec<usize> {
    let mut out = Vec::new();
    for (number, element) in model.elements() {
        let outcomes = element.outcomes.iter();
        let conditions = outcomes.clone().flat_map(|outcome| &outcome.conditions);
        let named = outcomes.flat_map(|outcome| [Some(&outcome.name), outcome.label.as_ref()]);
        let named = named.chain([Some(&element.name), element.label.as_ref()]).flatten();
        let mut said = conditions.map(|condition| &condition.left).chain(named);
        let decides = element.kind == ElementKind::Decision
            && said.any(|word| words::asks_consent(&word.text));
        if decides {
            out.push(number);
        }
    }
    out
}

/// Decisions on consent that are followed for one flow.
const MOST_DECISIONS: usize = 64;

/// For elements of a flow: whether each path to them passes a decision on consent that could
/// have kept the flow away from it.
#[derive(Debug)]
pub(super) struct Consent {
    /// Each decision with where its branches lead.
    decisions: Vec<(usize, Vec<Vec<bool>>)>,
    /// The start tests it.
    entry: bool,
}

impl Consent {
    pub(super) fn of(model: &Model<'_>) -> Self {
        let decisions = consents(model).into_iter().take(MOST_DECISIONS).map(|decision| {
            let edges = model.graph.edges(decision);
            let mut branches: Vec<Vec<bool>> =
                edges.iter().map(|edge| model.graph.walk(&[edge.to], |_, _| true)).collect();
            if model.graph.may_end(decision) {
                branches.push(Vec::new());
            }
            (decision, branches)
        });
        let start = model.flow.start();
        let filters = start.into_iter().flat_map(|start| &start.conditions);
        let mut filters = filters.map(|filter| filter.left.text.as_str());
        let formula = start.and_then(|start| start.scalar("filterFormula"));
        let mut formula = formula.into_iter().flat_map(|value| &value.references);
        Self {
            decisions: decisions.collect(),
            entry: filters.any(words::asks_consent)
                || formula.any(|reference| words::asks_consent(&reference.word.text)),
        }
    }

    /// Whether a lookup takes only records of those who consented.
    pub(super) fn filters(model: &Model<'_>, lookup: &str) -> bool {
        model.flow.elements.iter().any(|element| {
            element.kind == ElementKind::RecordLookup
                && element.name.text.eq_ignore_ascii_case(lookup)
                && element.conditions.iter().any(|c| words::asks_consent(&c.left.text))
        })
    }

    /// Whether each path to an element passes such a decision.
    pub(super) fn guards(&self, model: &Model<'_>, element: usize) -> bool {
        if self.entry {
            return true;
        }
        let mut marks = vec![false; model.flow.elements.len()];
        for (decision, branches) in &self.decisions {
            let decides = branches.iter().any(|branch| !marked(branch, element));
            if let Some(mark) = marks.get_mut(*decision).filter(|_| decides) {
                *mark = true;
            }
        }
        !reached_without(model, &marks, element)
    }
}
