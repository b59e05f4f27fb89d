//! Where PHI goes inside flows and from one flow into another.
//!
//! In: the flows of an org and its schema. Out: [`Tracked`]: for each element, what its names
//! hold when it runs. A name holds what was put into it on some way to the element, unless it
//! was replaced on that way. Only `{!…}` and references carry PHI: what a decision on it
//! reveals does not count. Work is bounded for each flow; where it was cut short, that is said.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use compact_str::format_compact;
use rustc_hash::{FxHashMap, FxHashSet};

use super::effect::{Op, Sink, Source, ops, sinks};
use super::graph::marked;
use super::label::{Entered, Labels, Mark, by_field, by_type};
use super::model::{Model, Models, Site};
use super::reads::{leaves, names_of};
use super::scope::Path;
use crate::metadata::flow::{ResourceKind, Use};
use crate::org::schema::Schema;

/// Steps of work for one flow: edges walked and marks moved.
const MOST_WORK: usize = 2_000_000;

/// Names below names that are told apart: `Get.Visit__r.Patient__r.Name`.
const MOST_BELOW: usize = 6;

/// What one name holds, by the path below it, as it is written.
type Held = Vec<(String, Mark)>;
/// What tells apart what is put under names: name, path, label, how much of it, calls.
type Kept = (String, String, u32, Use, u32);
/// What names hold.
type Slots = BTreeMap<String, Held>;

/// Something a reference reads.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    /// The path below the reference at which it stands.
    pub(super) below: String,
    pub(super) mark: Mark,
    /// It is a field of a whole record.
    pub(super) whole: bool,
}

/// A mark to be put under a name after an element.
#[derive(Debug)]
struct Put {
    flow: usize,
    element: usize,
    base: String,
    path: String,
    mark: Mark,
}

/// One flow, element by element.
#[derive(Debug)]
struct Lowered<'f> {
    ops: Vec<Vec<Op<'f>>>,
    sinks: Vec<Vec<Sink<'f>>>,
    /// Elements that read a name.
    uses: FxHashMap<String, FxHashSet<usize>>,
    held: Vec<Slots>,
    /// What `held` holds at which element, each once.
    known: FxHashSet<(usize, Kept)>,
    left: usize,
    ways: FxHashMap<(usize, String, String), Rc<Vec<usize>>>,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Tracked<'m, 'f> {
    pub(super) models: &'m Models<'f>,
    pub(super) schema: &'m Schema,
    pub(super) labels: Labels,
    flows: Vec<Lowered<'f>>,
    /// What was put after which element of which flow.
    seen: FxHashSet<(usize, usize, Kept)>,
    waiting: VecDeque<Put>,
    queue: VecDeque<(usize, usize)>,
    queued: FxHashSet<(usize, usize)>,
    cut: FxHashSet<usize>,
}

/// Follows PHI through every flow.
pub(super) fn track<'m, 'f>(models: &'m Models<'f>, schema: &'m Schema) -> Tracked<'m, 'f> {
    let flows = models.list.iter().map(|model| lower(models, model)).collect();
    let mut tracked = Tracked {
        models,
        schema,
        labels: Labels::default(),
        flows,
        seen: FxHashSet::default(),
        waiting: VecDeque::new(),
        queue: VecDeque::new(),
        queued: FxHashSet::default(),
        cut: FxHashSet::default(),
    };
    for (flow, model) in models.list.iter().enumerate() {
        for (element, _) in model.elements() {
            tracked.enqueue(flow, element);
        }
    }
    while let Some((flow, element)) = tracked.queue.pop_front() {
        tracked.queued.remove(&(flow, element));
        tracked.run(flow, element);
        while let Some(put) = tracked.waiting.pop_front() {
            tracked.put(put);
        }
    }
    // Reading what reaches the sinks is work of its own.
    tracked.flows.iter_mut().for_each(|lowered| lowered.left = MOST_WORK);
    tracked
}

fn lower<'f>(models: &Models<'f>, model: &Model<'f>) -> Lowered<'f> {
    let count = model.flow.elements.len();
    let mut lowered = Lowered {
        ops: Vec::with_capacity(count),
        sinks: Vec::with_capacity(count),
        uses: FxHashMap::default(),
        held: vec![Slots::new(); count],
        known: FxHashSet::default(),
        left: MOST_WORK,
        ways: FxHashMap::default(),
    };
    for (number, element) in model.flow.elements.iter().enumerate() {
        let (ops, sinks) = (ops(model, element), sinks(models, model, element));
        let mut bases = FxHashSet::default();
        let sources = ops.iter().map(|op| &op.from).chain(sinks.iter().map(|sink| &sink.from));
        sources.for_each(|source| names_of(model, source, &mut bases));
        let inputs = element.calls.iter().flat_map(|call| &call.inputs);
        lowered.left = lowered.left.saturating_sub(bases.len());
        for value in inputs.filter_map(|input| input.value.as_ref()) {
            names_of(model, &Source::Value(value), &mut bases);
        }
        for base in bases {
            lowered.uses.entry(base).or_default().insert(number);
        }
        lowered.ops.push(ops);
        lowered.sinks.push(sinks);
    }
    lowered
}

impl<'f> Tracked<'_, 'f> {
    /// Whether the work on a flow was cut short.
    pub(super) fn is_cut(&self, flow: usize) -> bool {
        self.cut.contains(&flow)
    }

    /// The sinks of an element.
    pub(super) fn sinks(&self, flow: usize, element: usize) -> Vec<Sink<'f>> {
        let sinks = self.flows.get(flow).and_then(|lowered| lowered.sinks.get(element));
        sinks.cloned().unwrap_or_default()
    }

    /// What a source reads when the element runs.
    pub(super) fn at(&mut self, flow: usize, element: usize, source: &Source<'f>) -> Vec<Hit> {
        let held = self.held(flow, element);
        self.read(flow, source, &held)
    }

    fn held(&self, flow: usize, element: usize) -> Slots {
        let held = self.flows.get(flow).and_then(|lowered| lowered.held.get(element));
        held.cloned().unwrap_or_default()
    }

    fn enqueue(&mut self, flow: usize, element: usize) {
        if self.queued.insert((flow, element)) {
            self.queue.push_back((flow, element));
        }
    }

    /// Takes work from what is left for the flow; false where there is not enough.
    fn spend(&mut self, flow: usize, work: usize) -> bool {
        let Some(lowered) = self.flows.get_mut(flow) else { return false };
        match lowered.left.checked_sub(work) {
            Some(left) => {
                lowered.left = left;
                true
            }
            None => {
                self.cut.insert(flow);
                false
            }
        }
    }

    /// Runs an element with what its names hold.
    fn run(&mut self, flow: usize, element: usize) {
        let mut local = self.held(flow, element);
        let weight = 1 + local.values().map(Vec::len).sum::<usize>();
        if !self.spend(flow, weight) {
            return;
        }
        let ops = self.flows.get(flow).and_then(|lowered| lowered.ops.get(element));
        let ops = ops.cloned().unwrap_or_default();
        let mut written: Vec<(String, String, Mark)> = Vec::new();
        for op in &ops {
            let hits = self.read(flow, &op.from, &local);
            let typed = self.is_record(flow, &op.to);
            let into = op.to.below.clone();
            if op.replaces {
                let gone = |path: &str| covers(&into, path);
                if let Some(held) = local.get_mut(&op.to.base) {
                    held.retain(|(path, _)| !gone(path));
                }
                written.retain(|(base, path, _)| *base != op.to.base || !gone(path));
            }
            // Records of a known type say by themselves what PHI they hold.
            for hit in hits.into_iter().filter(|hit| !(hit.whole && typed)) {
                let path = join(&into, &hit.below);
                let mark = self.labels.step(hit.mark, op.span, op.words.clone());
                local.entry(op.to.base.clone()).or_default().push((path.clone(), mark));
                written.push((op.to.base.clone(), path, mark));
            }
        }
        for (base, path, mark) in written {
            self.waiting.push_back(Put { flow, element, base, path, mark });
        }
        self.call(flow, element, &local);
    }

    fn is_record(&self, flow: usize, path: &Path) -> bool {
        let model = self.models.get(flow);
        path.below.is_empty() && model.is_some_and(|model| model.scope.records(path).is_some())
    }

    /// What a source reads, given what names hold.
    fn read(&mut self, flow: usize, source: &Source<'f>, held: &Slots) -> Vec<Hit> {
        let Some(model) = self.models.get(flow) else { return Vec::new() };
        if !self.spend(flow, 1) {
            return Vec::new();
        }
        match source {
            Source::All(word) => self.read_path(flow, &Path::of(&word.text), held),
            Source::Field { object, field, name } => {
                let mark =
                    by_field(&mut self.labels, self.schema, model, flow, name, object, field);
                let hit = |mark| Hit { below: String::new(), mark, whole: false };
                mark.map(hit).into_iter().collect()
            }
            Source::Value(value) => {
                let mut out = Vec::new();
                for (reference, usage, through) in leaves(model, value) {
                    let path = Path::of(&reference.word.text);
                    for mut hit in self.read_path(flow, &path, held) {
                        hit.mark.usage = hit.mark.usage.max(usage);
                        for name in through.iter().rev() {
                            let words = format_compact!("{name} takes it in");
                            hit.mark = self.labels.step(hit.mark, reference.word.span, words);
                        }
                        out.push(hit);
                    }
                    if !self.spend(flow, 1 + out.len()) {
                        break;
                    }
                }
                out
            }
        }
    }

    fn read_path(&mut self, flow: usize, path: &Path, held: &Slots) -> Vec<Hit> {
        let wanted = path.below.as_str();
        let mut out = Vec::new();
        for (below, mark) in held.get(&path.base).into_iter().flatten() {
            let rest = below_of(below, wanted).or_else(|| covers(below, wanted).then_some(""));
            let hit = |rest: &str| Hit { below: rest.to_owned(), mark: *mark, whole: false };
            out.extend(rest.map(hit));
        }
        // A field that was set here holds what was put there, whatever its type says.
        if (out.is_empty() || wanted.is_empty())
            && let Some(model) = self.models.get(flow)
        {
            let found = by_type(&mut self.labels, self.schema, model, flow, path);
            out.extend(found.into_iter().map(|(mark, whole)| Hit {
                below: String::new(),
                mark,
                whole,
            }));
        }
        out
    }

    /// Puts a mark under a name after an element, for every element that reads it later.
    fn put(&mut self, put: Put) {
        let Put { flow, element, base, path, mark } = put;
        let kept = (base.clone(), path.clone(), mark.label, mark.usage, mark.stack);
        let is_new = self.seen.insert((flow, element, kept.clone()));
        if path.matches('.').count() >= MOST_BELOW || !is_new {
            return;
        }
        let ways = self.ways(flow, element, &base, &path);
        if !self.spend(flow, 1 + ways.len()) {
            return;
        }
        for reader in ways.iter() {
            let Some(lowered) = self.flows.get_mut(flow) else { continue };
            let Some(held) = lowered.held.get_mut(*reader) else { continue };
            if lowered.known.insert((*reader, kept.clone())) {
                held.entry(base.clone()).or_default().push((path.clone(), mark));
                self.enqueue(flow, *reader);
            }
        }
        self.give_back(flow, &base, &path, mark);
    }

    /// The elements that may read what was put under a name after an element.
    fn ways(&mut self, flow: usize, element: usize, base: &str, path: &str) -> Rc<Vec<usize>> {
        let none = || Rc::new(Vec::new());
        let key = (element, base.to_owned(), path.to_owned());
        let Some(lowered) = self.flows.get(flow) else { return none() };
        if let Some(known) = lowered.ways.get(&key) {
            return Rc::clone(known);
        }
        let Some(uses) = lowered.uses.get(base).filter(|uses| !uses.is_empty()) else {
            return none();
        };
        let Some(model) = self.models.get(flow) else { return none() };
        let uses = uses.clone();
        if !self.spend(flow, model.graph.size()) {
            return none();
        }
        let Some(lowered) = self.flows.get_mut(flow) else { return none() };
        let replaced = |at: usize| {
            at != element
                && lowered
                    .ops
                    .get(at)
                    .into_iter()
                    .flatten()
                    .any(|op| op.replaces && op.to.base == base && covers(&op.to.below, path))
        };
        let walk = model.graph.after(element, |at, _| !replaced(at));
        let mut readers: Vec<usize> =
            uses.iter().copied().filter(|reader| marked(&walk, *reader)).collect();
        readers.sort_unstable();
        let readers = Rc::new(readers);
        lowered.ways.insert(key, Rc::clone(&readers));
        readers
    }

    /// Hands over what the calls of an element are given.
    fn call(&mut self, flow: usize, element: usize, local: &Slots) {
        let Some(model) = self.models.get(flow) else { return };
        let calls = model.flow.elements.get(element).map(|element| &element.calls);
        for (number, call) in calls.into_iter().flatten().enumerate() {
            let Some(callee) = self.models.callee(call) else { continue };
            let site = Site { flow, element, call: number };
            for input in &call.inputs {
                let Some(value) = &input.value else { continue };
                let base = input.name.text.to_lowercase();
                let to = Path { base: base.to_string(), below: String::new() };
                let typed = self.is_record(callee, &to);
                for hit in self.read(flow, &Source::Value(value), local) {
                    if hit.whole && typed {
                        continue;
                    }
                    let mark = match self.labels.enter(hit.mark, site) {
                        Entered::In(mark) => mark,
                        Entered::Known => continue,
                        Entered::TooDeep => {
                            self.cut.insert(flow);
                            continue;
                        }
                    };
                    let words = format_compact!(
                        "{} hands it to {} as {}",
                        call.name.text,
                        call.target.text,
                        input.name.text
                    );
                    let mark = self.labels.step(mark, value.word.span, words);
                    let base = to.base.clone();
                    let path = hit.below;
                    self.waiting.push_back(Put { flow: callee, element: 0, base, path, mark });
                }
            }
        }
    }

    /// Hands what an output variable holds back to those that call the flow.
    fn give_back(&mut self, flow: usize, base: &str, path: &str, mark: Mark) {
        let Some(model) = self.models.get(flow) else { return };
        let resource = model.scope.resource(base);
        let is_output =
            resource.is_some_and(|r| r.kind == ResourceKind::Variable && r.is_true("isOutput"));
        if !is_output {
            return;
        }
        for site in self.models.callers(flow) {
            let Some(call) = self.models.call(*site) else { continue };
            let Some(mark) = self.labels.leave(mark, *site) else { continue };
            let words = format_compact!("{} gives it back as {base}", call.target.text);
            let mark = self.labels.step(mark, call.target.span, words);
            for output in call.outputs.iter().filter(|o| o.name.text.eq_ignore_ascii_case(base)) {
                let to = Path::of(&output.to.text);
                let below = join(&to.below, path);
                self.give(*site, to.base, below, mark);
            }
            self.give(*site, call.name.text.to_lowercase().into(), join(base, path), mark);
        }
    }
}

impl Tracked<'_, '_> {
    fn give(&mut self, site: Site, base: String, path: String, mark: Mark) {
        let Site { flow, element, .. } = site;
        self.waiting.push_back(Put { flow, element, base, path, mark });
    }
}

/// Whether replacing what stands at `outer` replaces what stands at `inner`.
fn covers(outer: &str, inner: &str) -> bool {
    below_of(inner, outer).is_some()
}

/// What is left of a path below another one, if it lies there; names compare in any case.
fn below_of<'p>(path: &'p str, head: &str) -> Option<&'p str> {
    if head.is_empty() {
        return Some(path);
    }
    let (start, rest) = path.split_at_checked(head.len())?;
    let lies = start.eq_ignore_ascii_case(head) && (rest.is_empty() || rest.starts_with('.'));
    lies.then(|| rest.trim_start_matches('.'))
}

fn join(head: &str, tail: &str) -> String {
    match (head.is_empty(), tail.is_empty()) {
        (true, _) => tail.to_owned(),
        (_, true) => head.to_owned(),
        _ => format!("{head}.{tail}"),
    }
}
