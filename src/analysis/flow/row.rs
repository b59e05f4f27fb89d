//! Rows of kind `flow`: one for each version of a flow.
//!
//! In: flows, the schema, rows of `phi-flow`. Out: what each flow touches, who can run it, what
//! it leaves out. Objects stand at the element that touches them.

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::activation::activates;
use super::audience::Audiences;
use super::graph::marked;
use super::model::{Model, Models};
use super::paths::{Marks, audits, consents};
use super::touch::{Touch, Verb, touches};
use super::words;
use crate::fact::{Confidence, Fact, Item};
use crate::metadata::collect::Collected;
use crate::metadata::flow::{CallKind, Condition, Element, ElementKind};
use crate::org::schema::Schema;
use crate::source::Span;

/// Flows that are followed into each other for what subflows touch.
const DEPTH: usize = 3;

/// Writes of PHI after which callouts are looked for.
const MOST_WRITES: usize = 64;

/// What starts a flow, in a word.
pub(super) fn flow_type(model: &Model<'_>) -> &'static str {
    let process = model.flow.scalar("processType").map_or("", |word| word.text.as_str());
    let trigger = model.flow.start_scalar("triggerType").map_or("", |word| word.text.as_str());
    match (process, trigger) {
        ("Workflow" | "CustomEvent" | "InvocableProcess", _) => "process",
        ("Orchestrator" | "ApprovalWorkflow", _) => "orchestration",
        (_, "RecordAfterSave" | "RecordBeforeSave" | "RecordBeforeDelete") => "record-triggered",
        (_, "Scheduled" | "Segment") => "scheduled",
        (_, "PlatformEvent") => "platform-event",
        ("Flow" | "LoginFlow", "") => "screen",
        // Many products have a type of flow of their own.
        (_, "") => {
            let shows = model.flow.elements.iter().any(|e| e.kind == ElementKind::Screen);
            if shows { "screen" } else { "autolaunched" }
        }
        _ => "triggered",
    }
}

/// The rows of every flow.
pub(super) fn rows(
    models: &Models<'_>,
    schema: &Schema,
    facts: &Collected,
    audiences: &Audiences,
) -> Vec<Fact> {
    let audits = audits(models);
    let mut shown: FxHashSet<(String, String)> = FxHashSet::default();
    let mut cut: FxHashSet<&str> = FxHashSet::default();
    for row in facts.of("phi-flow") {
        let text = |key| row.text(key).unwrap_or("").to_lowercase();
        if !matches!(row.text("sink"), Some("record" | "platform-event")) {
            shown.insert((text("source-flow"), text("source")));
        }
        if row.is_true("cut") {
            cut.insert(row.component.as_str());
        }
    }
    let numbered = models.list.iter().enumerate();
    let rows = numbered.map(|(flow, model)| {
        let teller = Teller { models, schema, audits: &audits, shown: &shown, flow, model };
        let mut row = teller.row();
        audiences.say(&mut row, model);
        row.derive("cut", cut.contains(model.name()));
        row
    });
    rows.collect()
}

struct Teller<'m, 'f> {
    models: &'m Models<'f>,
    schema: &'m Schema,
    audits: &'m Marks,
    /// Flow and source of what leaves a flow otherwise than into records.
    shown: &'m FxHashSet<(String, String)>,
    flow: usize,
    model: &'m Model<'f>,
}

impl Teller<'_, '_> {
    fn row(&self) -> Fact {
        let model = self.model;
        let mut row = model.row("flow", model.flow.fact.name.clone());
        row.values.extend(model.flow.fact.values.iter().cloned());
        self.say_what(&mut row);
        let touched: Vec<(usize, Touch)> = model
            .elements()
            .flat_map(|(n, element)| touches(model, element).into_iter().map(move |t| (n, t)))
            .collect();
        self.say_phi(&mut row, &touched);
        self.say_audit(&mut row, &touched);
        self.say_actions(&mut row);
        for (name, place) in super::session::uses(model) {
            row.push("session-uses", name, place);
        }
        self.say_faults(&mut row, &touched);
        self.say_overfetch(&mut row);
        self.say_subflows(&mut row);
        row
    }

    /// What it is and how it runs.
    fn say_what(&self, row: &mut Fact) {
        let model = self.model;
        match model.active {
            Some(active) => row.derive("active", active),
            None => row.mark_unknown(
                "active",
                "the file states no status; retrieve the flow's definition or a newer version",
            ),
        }
        row.derive("type", flow_type(model));
        let own = model.flow.scalar("runInMode");
        let (mode, span) =
            own.map_or(("DefaultMode", row.place), |word| (word.text.as_str(), word.span));
        row.push("run-mode", mode, span);
        let start = [
            ("trigger", "triggerType"),
            ("trigger-object", "object"),
            ("record-trigger", "recordTriggerType"),
        ];
        for (key, element) in start {
            if let Some(word) = model.flow.start_scalar(element).filter(|w| !w.text.is_empty()) {
                row.push(key, word.text.clone(), word.span);
            }
        }
        let system = matches!(
            flow_type(model),
            "record-triggered" | "scheduled" | "platform-event" | "process" | "orchestration"
        );
        row.derive("system-context", system || mode.starts_with("SystemMode"));
        row.derive("elements", model.flow.elements.len().saturating_sub(1));
        for (_, element) in model.elements().filter(|(_, e)| e.kind == ElementKind::Unknown) {
            row.push("unknown-elements", element.tag.clone(), element.place);
        }
        for number in consents(model) {
            if let Some(element) = model.flow.elements.get(number) {
                row.push("consent-decisions", element.name.text.clone(), element.name.span);
            }
        }
    }

    /// An object's name with where it is defined.
    fn object(&self, name: &str, span: Span) -> Item {
        let object = self.schema.object(name);
        let related = object.and_then(|object| object.facts.first()).map(|fact| fact.place);
        Item { text: name.into(), span, secret: false, related, parts: None }
    }

    /// Objects with PHI that it touches.
    fn say_phi(&self, row: &mut Fact, touched: &[(usize, Touch)]) {
        let mut sure: Option<Confidence> = None;
        let mut add = |row: &mut Fact, keys: &[&str], name: &str, span: Span| {
            let Some(phi) = self.schema.object_phi(name) else { return };
            sure = Some(sure.map_or(phi.confidence, |known| known.max(phi.confidence)));
            for key in keys {
                row.values.push(((*key).into(), self.object(name, span)));
            }
        };
        for (_, touch) in touched {
            let keys: &[&str] = match touch.verb {
                Verb::Read => &["phi-objects", "phi-reads"],
                Verb::Create => &["phi-objects", "phi-creates", "phi-writes"],
                Verb::Update => &["phi-objects", "phi-updates", "phi-writes"],
                Verb::Delete => &["phi-objects", "phi-deletes"],
                Verb::Publish => continue,
            };
            add(row, keys, &touch.object, touch.span);
        }
        if let Some(object) = self.model.flow.start_scalar("object") {
            add(row, &["phi-trigger"], &object.text, object.span);
        }
        for resource in self.model.flow.resources.iter().filter(|r| r.is_true("isInput")) {
            if let Some(object) = resource.scalar("objectType") {
                add(row, &["phi-inputs"], &object.word.text, object.word.span);
            }
        }
        let known = row.confidence;
        row.confidence = sure.map(|sure| known.map_or(sure, |known| known.min(sure))).or(known);
        self.say_untracked(row);
    }

    /// PHI fields it sets whose changes history does not keep.
    fn say_untracked(&self, row: &mut Fact) {
        for (_, element) in self.model.elements() {
            let writes =
                matches!(element.kind, ElementKind::RecordCreate | ElementKind::RecordUpdate);
            let Some((object, _)) = super::touch::object_of(self.model, element).filter(|_| writes)
            else {
                continue;
            };
            for input in &element.inputs {
                let Some(found) = super::label::phi(self.schema, &object, &input.name.text) else {
                    continue;
                };
                let tracked = found.facts.iter().any(|fact| fact.is_true("trackHistory"));
                let related = found.facts.first().map(|fact| fact.place);
                let text = CompactString::from(found.name.as_str());
                let item =
                    Item { text, span: input.name.span, secret: false, related, parts: None };
                if !tracked && !found.facts.is_empty() {
                    row.values.push(("untracked-writes".into(), item));
                }
            }
        }
    }

    /// What it does to audit objects, and whether it leaves a record on every path.
    fn say_audit(&self, row: &mut Fact, touched: &[(usize, Touch)]) {
        for (number, touch) in touched {
            if touch.verb == Verb::Publish {
                row.push("publishes", touch.object.clone(), touch.span);
            }
            if !words::is_audit(&touch.object) {
                continue;
            }
            let key = match touch.verb {
                Verb::Create => "audit-creates",
                Verb::Update => "audit-updates",
                Verb::Delete => "audit-deletes",
                _ => continue,
            };
            row.values.push((key.into(), self.object(&touch.object, touch.span)));
            if touch.verb == Verb::Delete {
                self.say_age(row, *number);
            }
        }
        row.derive("audited", self.audits.always.get(self.flow).copied().unwrap_or(false));
    }

    /// After how many days audit records are deleted, where the flow says so.
    fn say_age(&self, row: &mut Fact, number: usize) {
        let Some(element) = self.model.flow.elements.get(number) else { return };
        let source = element.scalar("inputReference").map(|value| value.word.text.to_lowercase());
        let is_source = |other: &&Element| {
            source.as_ref().is_some_and(|name| other.name.text.eq_ignore_ascii_case(name))
        };
        let lookups = self.model.flow.elements.iter().filter(is_source);
        let conditions = lookups.chain([element]).flat_map(|element| &element.conditions);
        for condition in conditions.filter(|c| c.left.text.to_ascii_lowercase().ends_with("date")) {
            if let Some((days, span)) = self.days(condition) {
                row.push("audit-retention-days", days.to_string(), span);
            }
        }
    }

    /// `{!$Flow.CurrentDate} - 365` in the formula that a condition compares with.
    fn days(&self, condition: &Condition) -> Option<(u32, Span)> {
        let right = condition.right.as_ref()?;
        let base = super::scope::Path::of(&right.word.text).base;
        let formula = self.model.scope.computed(&base)?.value.as_ref()?;
        let after = formula.word.text.split("} -").nth(1).or_else(|| {
            formula.word.text.split("}-").nth(1).or_else(|| formula.word.text.split("() -").nth(1))
        })?;
        let digits: String = after.trim_start().chars().take_while(char::is_ascii_digit).collect();
        Some((digits.parse().ok()?, right.word.span))
    }

    /// What it calls.
    fn say_actions(&self, row: &mut Fact) {
        for (_, element) in self.model.elements() {
            for call in &element.calls {
                if call.kind == CallKind::Flow {
                    row.push("calls", call.target.text.clone(), call.target.span);
                    continue;
                }
                row.push("actions", call.action.text.clone(), call.action.span);
                let (sink, external) = words::sink_of(&call.action.text, &call.target.text);
                row.push("action-sinks", sink, call.action.span);
                if external {
                    row.push("external-actions", element.name.text.clone(), element.name.span);
                }
                if call.action.text.eq_ignore_ascii_case("emailAlert") {
                    row.push("email-alerts", call.target.text.clone(), call.target.span);
                }
                if activates(call) {
                    row.push("activates", element.name.text.clone(), call.action.span);
                }
            }
        }
    }

    /// Elements whose failure leads nowhere. Before a record is saved there are no fault paths.
    fn say_faults(&self, row: &mut Fact, touched: &[(usize, Touch)]) {
        let mut phi_writes = Vec::new();
        for (number, touch) in touched {
            let Some(element) = self.model.flow.elements.get(*number) else { continue };
            let can = element.kind != ElementKind::Assignment;
            let writes = !matches!(touch.verb, Verb::Read | Verb::Publish);
            let phi = writes && self.schema.is_phi_object(&touch.object);
            if phi {
                phi_writes.push(*number);
            }
            let audit = touch.verb == Verb::Create && words::is_audit(&touch.object)
                || touch.verb == Verb::Publish;
            for (key, is) in [("phi-write-without-fault", phi), ("audit-without-fault", audit)] {
                if is && can && !element.has_fault_path() {
                    row.push(key, element.name.text.clone(), element.name.span);
                }
            }
        }
        let after: Vec<Vec<bool>> = phi_writes
            .iter()
            .take(MOST_WRITES)
            .map(|write| self.model.graph.after(*write, |_, _| true))
            .collect();
        for (number, element) in self.model.elements() {
            let outside = element
                .calls
                .iter()
                .any(|call| words::sink_of(&call.action.text, &call.target.text).1);
            if !outside || element.has_fault_path() {
                continue;
            }
            row.push("external-without-fault", element.name.text.clone(), element.name.span);
            if after.iter().any(|walk| marked(walk, number)) {
                row.push("callout-after-phi-write", element.name.text.clone(), element.name.span);
            }
        }
    }

    /// Lookups of PHI that take every field.
    fn say_overfetch(&self, row: &mut Fact) {
        for (_, element) in self.model.elements() {
            let object = element.scalar("object").map(|value| &value.word);
            let all = element.kind == ElementKind::RecordLookup
                && element.is_true("storeOutputAutomatically")
                && element.scalars("queriedFields").count() == 0;
            let Some(object) = object.filter(|word| all && self.schema.is_phi_object(&word.text))
            else {
                continue;
            };
            row.push("phi-store-all", element.name.text.clone(), object.span);
            let key =
                (self.model.name().to_lowercase(), element.name.text.to_lowercase().to_string());
            if self.shown.contains(&key) {
                row.push("phi-store-all-exposed", element.name.text.clone(), object.span);
            }
        }
    }

    /// PHI that the flows it calls touch, at the call.
    fn say_subflows(&self, row: &mut Fact) {
        for (_, element) in self.model.elements() {
            for call in &element.calls {
                let Some(callee) = self.models.callee(call) else { continue };
                let mut seen: FxHashSet<usize> = FxHashSet::from_iter([callee, self.flow]);
                let mut level = vec![callee];
                let mut objects: Vec<CompactString> = Vec::new();
                for _ in 0..DEPTH {
                    let mut next = Vec::new();
                    for model in level.iter().filter_map(|flow| self.models.get(*flow)) {
                        for (_, inner) in model.elements() {
                            let touched = touches(model, inner).into_iter();
                            let touched = touched.filter(|t| t.verb != Verb::Publish);
                            objects.extend(touched.map(|touch| touch.object));
                            let called = inner.calls.iter().filter_map(|c| self.models.callee(c));
                            next.extend(called.filter(|flow| seen.insert(*flow)));
                        }
                    }
                    level = next;
                }
                objects.sort_unstable();
                objects.dedup();
                for object in objects.iter().filter(|name| self.schema.is_phi_object(name)) {
                    row.values.push((
                        "subflow-phi-objects".into(),
                        self.object(object, call.target.span),
                    ));
                }
            }
        }
    }
}
