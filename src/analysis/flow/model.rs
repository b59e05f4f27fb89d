//! Every flow of an org, with what the other files make of it.
//!
//! In: flows, flow definitions. Out: [`Models`]: graphs and names, which version is active,
//! which flow another one calls. It knows no PHI.

use rustc_hash::FxHashMap;

use super::graph::{Graph, marked};
use super::scope::Scope;
use crate::fact::{Fact, Severity};
use crate::metadata::collect::Collected;
use crate::metadata::flow::{Call, CallKind, Element, Flow, ResourceKind};

/// One flow.
#[derive(Debug)]
pub(super) struct Model<'f> {
    pub(super) flow: &'f Flow,
    pub(super) graph: Graph,
    pub(super) scope: Scope<'f>,
    /// Elements that the start leads to.
    pub(super) reached: Vec<bool>,
    /// Whether it is the active version; none where nothing says so.
    pub(super) active: Option<bool>,
}

impl Model<'_> {
    pub(super) fn name(&self) -> &str {
        &self.flow.fact.name
    }

    /// A row about the flow, with its caps.
    pub(super) fn row(&self, kind: &str, name: impl Into<compact_str::CompactString>) -> Fact {
        let mut row = Fact::new(kind, name, self.flow.fact.place);
        row.component = self.flow.fact.name.clone();
        let inactive = (self.active == Some(false)).then_some(Severity::Low);
        row.cap = match (self.flow.fact.cap, inactive) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        row.confidence = self.flow.fact.confidence;
        row
    }

    /// Every element that the start leads to, with its number.
    pub(super) fn elements(&self) -> impl Iterator<Item = (usize, &Element)> {
        self.flow.elements.iter().enumerate().filter(|(n, _)| marked(&self.reached, *n))
    }
}

/// A place that calls a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Site {
    /// Number of the calling flow.
    pub(super) flow: usize,
    /// Number of its element.
    pub(super) element: usize,
    /// Number of the element's call.
    pub(super) call: usize,
}

/// Every flow of an org.
#[derive(Debug)]
pub(super) struct Models<'f> {
    pub(super) list: Vec<Model<'f>>,
    by_name: FxHashMap<String, usize>,
    /// Who calls each flow.
    callers: Vec<Vec<Site>>,
}

impl<'f> Models<'f> {
    pub(super) fn of(facts: &'f Collected) -> Self {
        let list: Vec<Model<'f>> = facts.flows.iter().map(|flow| model(flow, facts)).collect();
        let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
        for (number, model) in list.iter().enumerate() {
            let name = model.name().to_lowercase();
            let bare = version(&name).map(|(bare, _)| bare.to_owned());
            by_name.entry(name).or_insert(number);
            // Of several versions the active one is called, else the last.
            if let Some(bare) = bare
                && (model.active == Some(true) || !by_name.contains_key(&bare))
            {
                by_name.insert(bare, number);
            }
        }
        let mut models = Self { callers: vec![Vec::new(); list.len()], list, by_name };
        models.connect();
        models
    }

    /// Notes who calls whom, and what called flows give back.
    fn connect(&mut self) {
        let mut given = Vec::new();
        for (flow, model) in self.list.iter().enumerate() {
            for (element, one) in model.elements() {
                for (call, called) in one.calls.iter().enumerate() {
                    let Some(callee) = self.callee(called) else { continue };
                    if let Some(callers) = self.callers.get_mut(callee) {
                        callers.push(Site { flow, element, call });
                    }
                    given.extend(self.outputs(callee, called).map(|out| (flow, out)));
                }
            }
        }
        let given: Vec<_> = given;
        for (flow, (name, object)) in given {
            if let Some(model) = self.list.get_mut(flow) {
                model.scope.add_from_flow(&name, object);
            }
        }
    }

    /// Record variables a flow gives back, by the names they can be read under.
    fn outputs<'m>(
        &'m self,
        callee: usize,
        call: &'m Call,
    ) -> impl Iterator<Item = (String, &'f crate::metadata::flow::Word)> + use<'m, 'f> {
        let resources = self.list.get(callee).map(|model| &model.flow.resources);
        resources.into_iter().flatten().filter_map(|resource| {
            let is_out = resource.kind == ResourceKind::Variable && resource.is_true("isOutput");
            let object = resource.scalar("objectType").filter(|_| is_out)?;
            Some((format!("{}.{}", call.name.text, resource.name.text), &object.word))
        })
    }

    /// The flow that a call runs, if it was retrieved.
    pub(super) fn callee(&self, call: &Call) -> Option<usize> {
        let name = call.target.text.to_lowercase();
        (call.kind == CallKind::Flow).then(|| self.by_name.get(name.as_str()).copied()).flatten()
    }

    pub(super) fn get(&self, flow: usize) -> Option<&Model<'f>> {
        self.list.get(flow)
    }

    /// The places that call a flow.
    pub(super) fn callers(&self, flow: usize) -> &[Site] {
        self.callers.get(flow).map_or(&[], Vec::as_slice)
    }

    /// A call by its place.
    pub(super) fn call(&self, site: Site) -> Option<&'f Call> {
        self.get(site.flow)?.flow.elements.get(site.element)?.calls.get(site.call)
    }
}

fn model<'f>(flow: &'f Flow, facts: &Collected) -> Model<'f> {
    let graph = Graph::new(flow);
    let reached = graph.walk(&[0], |_, _| true);
    Model { scope: Scope::new(flow), reached, active: is_active(flow, facts), flow, graph }
}

/// `Intake-3` of an older project: the flow and its version.
fn version(name: &str) -> Option<(&str, u32)> {
    let (bare, number) = name.rsplit_once('-')?;
    Some((bare, number.parse().ok()?))
}

/// Whether the version runs: what its definition says goes before its own status.
fn is_active(flow: &Flow, facts: &Collected) -> Option<bool> {
    let name = flow.fact.name.as_str();
    let (bare, number) = version(name).map_or((name, None), |(bare, n)| (bare, Some(n)));
    let mut definitions = facts.named("FlowDefinition", bare);
    let stated = definitions.find_map(|fact| fact.text("activeVersionNumber"));
    let stated = stated.and_then(|text| text.parse::<u32>().ok());
    match (stated, number) {
        (Some(stated), Some(number)) => return Some(stated == number),
        (Some(0), None) => return Some(false),
        _ => {}
    }
    flow.scalar("status").map(|status| status.text.eq_ignore_ascii_case("Active"))
}
