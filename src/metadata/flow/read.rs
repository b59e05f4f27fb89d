//! From the element tree of a `Flow` to a [`Flow`].
//!
//! In: a parsed file and the element fact of its component. Out: elements, resources, plain
//! values. Groups of elements mean the same wherever they stand (`inputParameters`,
//! `connector`), so one pass reads every type of element. It refuses nothing.

use std::sync::Arc;

use compact_str::CompactString;

use super::formula;
use super::screen::read_fields;
use super::{
    Argument, Assignment, Call, CallKind, Condition, Element, ElementKind, Flow, Link, Outcome,
    Output, Reference, Resource, ResourceKind, Role, Use, Value, Word,
};
use crate::fact::Fact;
use crate::metadata::xml::{Document, NodeId};
use crate::source::{FileId, Span};

/// Reads a flow.
pub fn read(document: &Document<'_>, file: FileId, fact: Arc<Fact>) -> Flow {
    let reader = Reader { document, file };
    let root = document.root();
    let mut flow = Flow { fact, scalars: Vec::new(), elements: Vec::new(), resources: Vec::new() };
    let mut start = None;
    let mut first = None;
    for node in document.children(root) {
        let tag = document.name(node);
        if tag == "start" {
            start = Some(reader.element(node, ElementKind::Start));
        } else if tag == "startElementReference" {
            first = reader.word(node);
        } else if let Some(kind) = ResourceKind::of(tag) {
            flow.resources.push(reader.resource(node, kind));
        } else if let Some(kind) = ElementKind::of(tag) {
            flow.elements.push(reader.element(node, kind));
        } else if document.is_container(node) && document.child(node, "name").is_some() {
            // Values kept for Process Builder have names too, and are no elements.
            if tag != "processMetadataValues" {
                flow.elements.push(reader.element(node, ElementKind::Unknown));
            }
        } else {
            flow.scalars.extend(reader.text(node).map(|text| (tag.into(), text)));
        }
    }
    let mut start = start.unwrap_or_else(|| reader.element(root, ElementKind::Start));
    start.links.extend(first.map(|to| Link { role: Role::Next, to }));
    flow.elements.insert(0, start);
    flow
}

pub(super) struct Reader<'d, 't> {
    pub(super) document: &'d Document<'t>,
    file: FileId,
}

impl Reader<'_, '_> {
    fn tag_span(&self, node: NodeId) -> Span {
        let range = self.document.start_tag(node);
        Span::new(self.file, range.start, range.end)
    }

    /// The text of an element without children.
    pub(super) fn word(&self, node: NodeId) -> Option<Word> {
        let text = self.document.text(node).filter(|_| !self.document.is_nil(node))?;
        let span = Span::new(self.file, text.range.start, text.range.end);
        Some(Word { text: text.value.as_ref().into(), span })
    }

    fn child_word(&self, node: NodeId, name: &str) -> Option<Word> {
        self.word(self.document.child(node, name)?)
    }

    pub(super) fn child_text(&self, node: NodeId, name: &str) -> CompactString {
        self.child_word(node, name).map_or_else(CompactString::default, |word| word.text)
    }

    /// The name of an element; an empty one stands at its start tag.
    pub(super) fn name(&self, node: NodeId) -> Word {
        let nameless = || Word { text: CompactString::default(), span: self.tag_span(node) };
        self.child_word(node, "name").unwrap_or_else(nameless)
    }

    pub(super) fn is_true(&self, node: NodeId) -> bool {
        self.document.text(node).is_some_and(|text| text.value == "true")
    }

    /// A plain element as a value: what its text refers to.
    pub(super) fn text(&self, node: NodeId) -> Option<Value> {
        let word = self.word(node)?;
        let raw = self.document.source().get(word.span.start as usize..word.span.end as usize);
        let (raw, start) = (raw.unwrap_or(""), word.span.start as usize);
        let references = match self.document.name(node) {
            _ if word.text.is_empty() => Vec::new(),
            "elementReference" => vec![Reference { word: word.clone(), usage: Use::Whole }],
            "expression" | "filterFormula" | "formulaExpression" | "formula" => {
                formula::in_formula(raw, start, self.file)
            }
            _ => formula::in_text(raw, start, self.file),
        };
        let is_reference = self.document.name(node) == "elementReference";
        Some(Value { word, references, is_reference })
    }

    /// A `value`: the first of its children that holds one.
    pub(super) fn value(&self, node: NodeId) -> Option<Value> {
        if !self.document.is_container(node) {
            return self.text(node).filter(|value| !value.word.text.is_empty());
        }
        self.document.children(node).find_map(|child| self.text(child))
    }

    fn child_value(&self, node: NodeId, name: &str) -> Option<Value> {
        self.value(self.document.child(node, name)?)
    }

    pub(super) fn argument(&self, node: NodeId) -> Option<Argument> {
        let name = self.child_word(node, "name").or_else(|| self.child_word(node, "field"))?;
        Some(Argument { name, value: self.child_value(node, "value") })
    }

    pub(super) fn output(&self, node: NodeId) -> Option<Output> {
        let name = self.child_word(node, "name").or_else(|| self.child_word(node, "field"))?;
        Some(Output { name, to: self.child_word(node, "assignToReference")? })
    }

    fn assignment(&self, node: NodeId) -> Option<Assignment> {
        Some(Assignment {
            to: self.child_word(node, "assignToReference")?,
            operator: self.child_text(node, "operator"),
            value: self.child_value(node, "value"),
        })
    }

    /// The fields of a transform's result.
    fn mapping(&self, node: NodeId, out: &mut Vec<Assignment>) {
        for action in self.document.children(node) {
            let Some(to) = self.child_word(action, "outputFieldApiName") else { continue };
            let operator = self.child_text(action, "transformType");
            let value = self.child_value(action, "value");
            let inputs = self.document.children(action);
            let inputs = inputs.filter(|child| self.document.name(*child) == "inputParameters");
            let inputs = inputs.filter_map(|child| self.argument(child)?.value);
            for value in value.into_iter().chain(inputs) {
                let operator = operator.clone();
                out.push(Assignment { to: to.clone(), operator, value: Some(value) });
            }
        }
    }

    fn condition(&self, node: NodeId) -> Option<Condition> {
        let left = self.child_word(node, "leftValueReference");
        let right = self.document.child(node, "rightValue");
        Some(Condition {
            left: left.or_else(|| self.child_word(node, "field"))?,
            operator: self.child_text(node, "operator"),
            right: right.or_else(|| self.document.child(node, "value")).and_then(|n| self.value(n)),
        })
    }

    fn link(&self, node: NodeId, role: Role) -> Option<Link> {
        Some(Link { role, to: self.child_word(node, "targetReference")? })
    }

    fn outcome(&self, node: NodeId, out: &mut Element) {
        let conditions = self.document.children(node);
        let conditions = conditions.filter(|child| self.document.name(*child) == "conditions");
        let outcome = Outcome {
            name: self.name(node),
            label: self.child_word(node, "label"),
            conditions: conditions.filter_map(|child| self.condition(child)).collect(),
        };
        let number = out.outcomes.len();
        out.outcomes.push(outcome);
        let connector = self.document.child(node, "connector");
        out.links.extend(connector.and_then(|c| self.link(c, Role::Outcome(number))));
    }

    /// A call that stands in an element of its own: a step of a stage, an action of a screen.
    fn inner_call(&self, node: NodeId) -> Option<Call> {
        let action = self.child_word(node, "actionType")?;
        let target = self.child_word(node, "actionName")?;
        let mut call = self.call(action, target, self.name(node));
        for child in self.document.children(node) {
            match self.document.name(child) {
                "inputParameters" => call.inputs.extend(self.argument(child)),
                "outputParameters" => call.outputs.extend(self.output(child)),
                _ => {}
            }
        }
        Some(call)
    }

    fn call(&self, action: Word, target: Word, name: Word) -> Call {
        // A step of an orchestration runs the flow it names.
        let runs_flow = ["flow", "createWorkItem", "stepInteractive", "stepBackground"]
            .contains(&&*action.text);
        let kind = if runs_flow { CallKind::Flow } else { CallKind::Action };
        Call { kind, action, target, inputs: Vec::new(), outputs: Vec::new(), name }
    }

    fn element(&self, node: NodeId, kind: ElementKind) -> Element {
        let is_root = node == self.document.root();
        let mut name = self.name(node);
        if kind == ElementKind::Start {
            name = Word { text: "Start".into(), span: self.tag_span(node) };
        }
        let mut element = Element {
            kind,
            tag: if is_root { "start" } else { self.document.name(node) }.into(),
            name,
            label: None,
            place: self.tag_span(node),
            scalars: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            conditions: Vec::new(),
            outcomes: Vec::new(),
            assignments: Vec::new(),
            fields: Vec::new(),
            calls: Vec::new(),
            links: Vec::new(),
        };
        // A flow of an older version has no start; its other elements are not the start's.
        if !is_root {
            element.label = self.child_word(node, "label");
            self.document.children(node).for_each(|child| self.part(child, &mut element));
            self.own_call(&mut element);
        }
        element
    }

    /// One child of an element.
    fn part(&self, node: NodeId, out: &mut Element) {
        match self.document.name(node) {
            "name" | "label" | "processMetadataValues" => {}
            "connector" | "connectors" => out.links.extend(self.link(node, Role::Next)),
            "faultConnector" => out.links.extend(self.link(node, Role::Fault)),
            "defaultConnector" => out.links.extend(self.link(node, Role::Default)),
            "nextValueConnector" => out.links.extend(self.link(node, Role::Item)),
            "noMoreValuesConnector" => out.links.extend(self.link(node, Role::Done)),
            "inputParameters" | "inputAssignments" => out.inputs.extend(self.argument(node)),
            "outputParameters" | "outputAssignments" => out.outputs.extend(self.output(node)),
            "assignmentItems" | "mapItems" => out.assignments.extend(self.assignment(node)),
            "filters" | "conditions" => out.conditions.extend(self.condition(node)),
            "rules" if self.document.is_container(node) => self.outcome(node, out),
            "waitEvents" => self.outcome(node, out),
            "fields" if self.document.is_container(node) => {
                read_fields(self, node, &mut out.fields);
            }
            "actions" | "stageSteps" | "steps" => out.calls.extend(self.inner_call(node)),
            "transformValues" => self.mapping(node, &mut out.assignments),
            "customErrorMessages" => {
                let name = self.document.child(node, "errorMessage");
                let message = name.and_then(|node| self.text(node));
                out.inputs.extend(message.map(|value| Argument {
                    name: Word { text: "errorMessage".into(), span: value.word.span },
                    value: Some(value),
                }));
            }
            "scheduledPaths" => self.other_links(node, Role::Scheduled, out),
            _ if self.document.is_container(node) => self.other_links(node, Role::Next, out),
            tag => out.scalars.extend(self.text(node).map(|text| (tag.into(), text))),
        }
    }

    /// Connectors anywhere below a group that is not known further.
    fn other_links(&self, node: NodeId, role: Role, out: &mut Element) {
        let mut stack: Vec<NodeId> = vec![node];
        while let Some(node) = stack.pop() {
            match self.document.name(node) {
                "faultConnector" => out.links.extend(self.link(node, Role::Fault)),
                name if name.ends_with("onnector") || name == "connectors" => {
                    out.links.extend(self.link(node, role));
                }
                _ => {
                    let inner: Vec<NodeId> = self.document.children(node).collect();
                    stack.extend(inner.into_iter().rev());
                }
            }
        }
    }

    /// What the element itself calls; its inputs and outputs are then the call's.
    fn own_call(&self, element: &mut Element) {
        let word = |name: &str| element.scalar(name).map(|value| value.word.clone());
        let flow = |word: &Word| Word { text: "flow".into(), span: word.span };
        let named = match element.kind {
            ElementKind::Action => word("actionType").zip(word("actionName")),
            ElementKind::ApexPlugin => word("apexClass")
                .map(|class| (Word { text: "apexPlugin".into(), span: class.span }, class)),
            ElementKind::Subflow => word("flowName").map(|name| (flow(&name), name)),
            _ => None,
        };
        let Some((action, target)) = named else { return };
        let mut call = self.call(action, target, element.name.clone());
        call.inputs = std::mem::take(&mut element.inputs);
        call.outputs = std::mem::take(&mut element.outputs);
        element.calls.insert(0, call);
    }

    fn resource(&self, node: NodeId, kind: ResourceKind) -> Resource {
        let mut resource = Resource {
            kind,
            name: self.name(node),
            place: self.tag_span(node),
            scalars: Vec::new(),
            value: None,
            outputs: Vec::new(),
        };
        for child in self.document.children(node) {
            match self.document.name(child) {
                "name" => {}
                "value" => resource.value = self.value(child),
                "outputAssignments" => resource.outputs.extend(self.output(child)),
                tag => {
                    resource.scalars.extend(self.text(child).map(|text| (tag.into(), text)));
                }
            }
        }
        let text = match kind {
            ResourceKind::Formula => resource.scalar("expression"),
            ResourceKind::TextTemplate => resource.scalar("text"),
            _ => None,
        };
        if let Some(text) = text.cloned() {
            resource.value = Some(text);
        }
        resource
    }
}
