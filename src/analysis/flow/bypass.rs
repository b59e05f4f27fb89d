//! Rows of kind `flow-bypass`: a decision or an entry condition that lets some people around.
//!
//! In: flows and the schema. Out: a row for each test of a switch that speaks of a bypass,
//! with what the branch of those people leaves out. A string compared with a switch counts as
//! the bypass where it is equal.

use compact_str::format_compact;

use super::graph::marked;
use super::model::{Model, Models};
use super::paths::audits;
use super::row::flow_type;
use super::scope::Path;
use super::touch::touches;
use super::words;
use crate::fact::Fact;
use crate::metadata::flow::{Condition, Element, ElementKind, Role, Word};
use crate::org::schema::Schema;

/// The rows of every flow.
pub(super) fn rows(models: &Models<'_>, schema: &Schema) -> Vec<Fact> {
    let audits = audits(models);
    let mut out = Vec::new();
    for (flow, model) in models.list.iter().enumerate() {
        let judge = Judge { model, schema, audits: audits.get(flow) };
        for (number, element) in model.elements() {
            match element.kind {
                ElementKind::Decision => judge.decision(number, element, &mut out),
                ElementKind::Start => judge.start(element, &mut out),
                _ => {}
            }
        }
    }
    out
}

struct Judge<'m, 'f> {
    model: &'m Model<'f>,
    schema: &'m Schema,
    audits: &'m [bool],
}

impl Judge<'_, '_> {
    fn decision(&self, number: usize, element: &Element, out: &mut Vec<Fact>) {
        for (outcome, one) in element.outcomes.iter().enumerate() {
            for condition in &one.conditions {
                let Some((reference, inverted)) = self.switch(condition) else { continue };
                let holds = says_yes(condition) != inverted;
                let skipped = self.skipped(number, outcome, holds);
                let mut row = self.row(&element.name.text, &condition.left, &reference);
                if let Some(value) = &condition.right {
                    row.push("compared-with", value.word.text.clone(), value.word.span);
                }
                self.say_skipped(&mut row, &skipped);
                out.push(row);
            }
        }
    }

    /// An entry condition: whoever it lets around skips everything.
    fn start(&self, start: &Element, out: &mut Vec<Fact>) {
        let formula = start.scalar("filterFormula");
        for reference in formula.into_iter().flat_map(|value| &value.references) {
            if words::is_bypass(&reference.word.text) {
                let mut row = self.row("Start", &reference.word, &reference.word.text);
                self.say_skipped(&mut row, &self.model.reached);
                out.push(row);
            }
        }
    }

    /// The switch that a condition tests, itself or through a formula, and whether the
    /// formula turns it round.
    fn switch(&self, condition: &Condition) -> Option<(String, bool)> {
        let left = &condition.left;
        if words::is_bypass(&left.text) {
            return Some((left.text.to_string(), false));
        }
        let right = condition.right.as_ref().map_or("", |value| value.word.text.as_str());
        if left.text.eq_ignore_ascii_case("$Profile.Name") && words::names_admin(right) {
            return Some((left.text.to_string(), false));
        }
        let formula = self.model.scope.computed(&Path::of(&left.text).base)?.value.as_ref()?;
        let found = formula.references.iter().find(|r| words::is_bypass(&r.word.text))?;
        let compact: String = formula.word.text.chars().filter(|c| !c.is_whitespace()).collect();
        let inverted = compact.to_ascii_uppercase().contains("NOT({!$") || compact.contains("!{!$");
        Some((found.word.text.to_string(), inverted))
    }

    /// Elements that run only for those the switch does not let around.
    fn skipped(&self, decision: usize, outcome: usize, holds: bool) -> Vec<bool> {
        let edges = self.model.graph.edges(decision);
        let is_own = |role: Role| role == Role::Outcome(outcome);
        let side = |own: bool| {
            let from: Vec<usize> =
                edges.iter().filter(|edge| is_own(edge.role) == own).map(|edge| edge.to).collect();
            self.model.graph.walk(&from, |at, _| at != decision)
        };
        let (bypass, other) = (side(holds), side(!holds));
        other.iter().zip(&bypass).map(|(other, bypass)| *other && !*bypass).collect()
    }

    fn row(&self, element: &str, place: &Word, reference: &str) -> Fact {
        let name = format_compact!("{}/{element}", self.model.name());
        let mut row = self.model.row("flow-bypass", name);
        row.place = place.span;
        row.derive("flow", self.model.name());
        row.derive("element", element);
        row.derive("type", flow_type(self.model));
        row.push("switch", reference, place.span);
        let (base, _) = reference.split_once('.').unwrap_or((reference, ""));
        row.push("switch-kind", base.trim_start_matches('$').to_lowercase(), place.span);
        row
    }

    fn say_skipped(&self, row: &mut Fact, skipped: &[bool]) {
        let mut skips: Vec<&str> = Vec::new();
        let mut phi: Vec<String> = Vec::new();
        let elements = self.model.flow.elements.iter().enumerate();
        for (number, element) in elements {
            let touched = touches(self.model, element);
            let is_phi = |name: &str| self.schema.is_phi_object(name);
            phi.extend(touched.iter().filter(|t| is_phi(&t.object)).map(|t| t.object.to_string()));
            if !marked(skipped, number) {
                continue;
            }
            let sends = element.calls.iter().any(|call| {
                words::is_message(words::sink_of(&call.action.text, &call.target.text).0)
            });
            let decides = element.kind == ElementKind::Decision
                && (words::asks_consent(&element.name.text)
                    || element
                        .outcomes
                        .iter()
                        .flat_map(|outcome| &outcome.conditions)
                        .any(|condition| words::asks_consent(&condition.left.text)));
            let error = element.kind == ElementKind::CustomError;
            let found = [
                ("audit", marked(self.audits, number)),
                ("notification", sends),
                ("authorisation", decides || error),
                ("phi", touched.iter().any(|t| is_phi(&t.object))),
            ];
            for (word, _) in found.iter().filter(|(_, found)| *found) {
                if !skips.contains(word) {
                    skips.push(word);
                }
            }
            if found.iter().any(|(_, found)| *found) {
                row.push("skipped", element.name.text.clone(), element.name.span);
            }
        }
        phi.extend(self.trigger_phi());
        phi.sort_unstable();
        phi.dedup();
        for word in skips {
            row.derive("skips", word);
        }
        for object in phi {
            row.derive("phi-objects", object);
        }
    }

    fn trigger_phi(&self) -> Option<String> {
        let object = &self.model.flow.start_scalar("object")?.text;
        self.schema.is_phi_object(object).then(|| object.to_string())
    }
}

/// Whether a condition holds for those whom the switch lets around.
fn says_yes(condition: &Condition) -> bool {
    let right = condition.right.as_ref().map_or("true", |value| value.word.text.as_str());
    let no = matches!(right.to_ascii_lowercase().as_str(), "false" | "$globalconstant.false");
    let differs = condition.operator == "NotEqualTo";
    let is_null = condition.operator == "IsNull";
    match is_null {
        // `IsNull true`: nothing is set, so nobody is let around.
        true => no,
        false => no == differs,
    }
}
