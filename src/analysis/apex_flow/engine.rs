//! Every method once, callees before callers, and again where calls go round.
//!
//! In: the org, its Apex. Out: flows from sources to sinks, by number. What a method does with
//! what it is given is its [`Summary`]. Work is bounded for each method and for the org; what
//! was left is said.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::evidence::Evidence;
use super::frame::Frame;
use super::name::Named;
use super::program::Program;
use super::sink::{Set, Sink};
use super::source::{Kind, RecordMember, Source};
use super::symbol::{PathId, Paths, Sym, Symbols, number};
use super::value::{Literal, Mark, Marks, Origin, RECEIVER, Ty, Value, Words};
use crate::analysis::Input;
use crate::config::Config;
use crate::fact::Confidence;
use crate::metadata::apex::model::{At, Method as Declared};
use crate::metadata::collect::Collected;
use crate::org::Org;
use crate::org::kinds::ObjectKind;
use crate::source::{FileId, Span};

/// Calls inside each other that are followed down.
const MOST_CALLS: usize = 60;

/// Rounds over what calls itself.
const MOST_ROUNDS: usize = 3;

/// Steps of work for one method, and for the org.
const MOST_WORK: u32 = 400_000;
const MOST_WORK_IN_ALL: u64 = 60_000_000;

/// A way from a parameter to a sink.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) param: u8,
    pub(super) path: PathId,
    pub(super) sink: u32,
    pub(super) steps: Vec<(Span, Words)>,
}

/// What a method does with what it is given.
#[derive(Debug, Clone, Default)]
pub(super) struct Summary {
    pub(super) returns: Value,
    /// Where parameters go out.
    pub(super) ways: Vec<Way>,
    /// Records of parameters that it writes to the database.
    pub(super) saves: Vec<Way>,
    /// Fields of parameters that it sets.
    pub(super) effects: Vec<(u8, PathId, Value)>,
    /// Fields of records among its parameters that it sets, which saves them where a trigger
    /// runs before its record is saved.
    pub(super) sets: Vec<Set>,
    /// Parameters that it keeps in fields of classes, by number of the cell.
    pub(super) stores: Vec<(u32, Mark)>,
    /// It checks permissions.
    pub(super) checks: bool,
}

/// How far a method is.
#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    New,
    Busy,
    Done,
}

/// A field of a class, whatever object it is of.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) class: u32,
    pub(super) marks: Marks,
    /// Its name in a frame, while a method has set it.
    pub(super) local: Sym,
}

/// A source and the way from it.
pub(super) type Arrived = (u32, Vec<(Span, Words)>);

/// The key of a source: kind, name, file, start.
type SourceKey = (Kind, CompactString, FileId, u32);

/// Everything that is known so far.
pub(super) struct Engine<'a> {
    pub(super) org: &'a Org,
    pub(super) facts: &'a Collected,
    pub(super) config: &'a Config,
    pub(super) symbols: Symbols,
    pub(super) paths: Paths,
    pub(super) program: Program<'a>,
    pub(super) members: FxHashMap<(Sym, Sym), RecordMember>,
    pub(super) names: FxHashMap<Sym, Option<Arc<Named>>>,
    pub(super) sources: Vec<Source>,
    pub(super) source_numbers: FxHashMap<SourceKey, u32>,
    pub(super) sinks: Vec<Sink>,
    pub(super) sink_numbers: FxHashMap<(FileId, u32, &'static str, CompactString), u32>,
    pub(super) cells: Vec<Cell>,
    cell_numbers: FxHashMap<(u32, Sym), u32>,
    /// What comes to each sink, and on which way.
    pub(super) flows: BTreeMap<(u32, Origin), Vec<(Span, Words)>>,
    /// The kind of object names in the code are taken as fields of.
    pub(super) value_kind: ObjectKind,
    /// Texts of constants, by number of the cell.
    pub(super) constants: FxHashMap<u32, Option<Arc<Literal>>>,
    pub(super) evidence: FxHashMap<FileId, Evidence>,
    /// Methods that hide what they are given, as the project says.
    pub(super) hiding: FxHashMap<u32, bool>,
    states: Vec<State>,
    summaries: Vec<Arc<Summary>>,
    /// Methods that something in the tree calls.
    pub(super) called: Vec<bool>,
    callers: FxHashSet<(u32, u32)>,
    again: FxHashSet<u32>,
    /// Methods that were not read to their end.
    pub(super) cut: Vec<bool>,
    calls: usize,
    /// Expressions inside each other.
    pub(super) nesting: usize,
    work: u64,
    /// The method that is read now.
    pub(super) current: u32,
    /// What is looked up for a caller is not read there: its names say nothing.
    pub(super) silent: bool,
    pub(super) syms: Own,
}

/// Names the interpreter itself uses.
pub(super) struct Own {
    pub(super) this: Sym,
    /// Keys of a map that were not literals.
    pub(super) keys: Sym,
    /// One more element of a collection.
    pub(super) element: Sym,
    /// What the body of a request was set to.
    pub(super) body: Sym,
}

impl<'a> Engine<'a> {
    /// Reads what is declared.
    pub(super) fn new(input: &'a Input<'a>) -> Self {
        let mut symbols = Symbols::default();
        let program = Program::new(&input.facts.apex, &input.org.schema, &mut symbols);
        let methods = program.methods.len();
        let syms = Own {
            this: symbols.of("this"),
            keys: symbols.of("#keys"),
            element: symbols.of("#element"),
            body: symbols.of("#body"),
        };
        Self {
            org: input.org,
            facts: input.facts,
            config: input.config,
            symbols,
            paths: Paths::default(),
            program,
            members: FxHashMap::default(),
            names: FxHashMap::default(),
            sources: Vec::new(),
            source_numbers: FxHashMap::default(),
            sinks: Vec::new(),
            sink_numbers: FxHashMap::default(),
            cells: Vec::new(),
            cell_numbers: FxHashMap::default(),
            flows: BTreeMap::new(),
            value_kind: input.org.schema.recogniser().kind_of("Value__c"),
            constants: FxHashMap::default(),
            evidence: FxHashMap::default(),
            hiding: FxHashMap::default(),
            states: vec![State::New; methods],
            summaries: vec![Arc::default(); methods],
            called: vec![false; methods],
            callers: FxHashSet::default(),
            again: FxHashSet::default(),
            cut: vec![false; methods],
            calls: 0,
            nesting: 0,
            work: 0,
            current: 0,
            silent: false,
            syms,
        }
    }

    /// Reads every method.
    pub(super) fn run(&mut self) {
        for method in 0..number(self.program.methods.len()) {
            if matches!(self.states.get(method as usize), Some(State::New)) {
                self.read(method);
            }
        }
        for _ in 0..MOST_ROUNDS {
            let mut next: Vec<u32> = std::mem::take(&mut self.again).into_iter().collect();
            next.sort_unstable();
            let mut changed = FxHashSet::default();
            for method in next {
                let before = self.shape(method);
                self.read(method);
                if self.shape(method) != before {
                    changed.insert(method);
                }
            }
            let of_changed = self.callers.iter().filter(|(callee, _)| changed.contains(callee));
            self.again = of_changed.map(|(_, caller)| *caller).collect();
        }
        self.go_without_callers();
    }

    /// How much a summary knows.
    fn shape(&self, method: u32) -> [usize; 6] {
        let Some(known) = self.summaries.get(method as usize) else { return [0; 6] };
        let returns = known.returns.every_mark().iter().count();
        let (saves, sets) = (known.saves.len(), known.sets.len());
        [returns, known.ways.len(), saves, sets, known.effects.len(), known.stores.len()]
    }

    /// What a method does, as far as it is known.
    pub(super) fn summary(&mut self, method: u32, caller: u32) -> Arc<Summary> {
        self.callers.insert((method, caller));
        if let Some(called) = self.called.get_mut(method as usize) {
            *called = true;
        }
        match self.states.get(method as usize) {
            Some(State::New) if self.calls < MOST_CALLS => self.read(method),
            Some(State::Done) | None => {}
            Some(_) => {
                self.again.insert(caller);
            }
        }
        self.summaries.get(method as usize).cloned().unwrap_or_default()
    }

    /// Reads one method.
    fn read(&mut self, method: u32) {
        let at = method as usize;
        if let Some(state) = self.states.get_mut(at) {
            *state = State::Busy;
        }
        self.calls += 1;
        let outer = std::mem::replace(&mut self.current, method);
        let summary = self.interpret(method);
        self.current = outer;
        self.calls -= 1;
        if let Some(known) = self.summaries.get_mut(at) {
            *known = Arc::new(summary);
        }
        if let Some(state) = self.states.get_mut(at) {
            *state = State::Done;
        }
    }

    /// Counts one step of work; false where there may be no more.
    pub(super) fn works(&mut self, frame: &mut Frame<'a>) -> bool {
        frame.work += 1;
        self.work += 1;
        let goes_on = frame.work < MOST_WORK && self.work < MOST_WORK_IN_ALL;
        if !goes_on {
            self.cut_short(frame);
        }
        goes_on
    }

    /// A method is not read to its end.
    pub(super) fn cut_short(&mut self, frame: &Frame<'a>) {
        if let Some(cut) = self.cut.get_mut(frame.method as usize) {
            *cut = true;
        }
    }

    /// What nobody in the tree calls may be given anything: a whole record, by its type.
    fn go_without_callers(&mut self) {
        for method in 0..number(self.program.methods.len()) {
            if self.called.get(method as usize).copied().unwrap_or(true) {
                continue;
            }
            let ways =
                self.summaries.get(method as usize).map(|s| s.ways.clone()).unwrap_or_default();
            self.current = method;
            for way in ways.iter().filter(|way| way.path == PathId::default()) {
                if let Some(source) = self.given_record(method, way.param) {
                    let origin = Origin::Source(source);
                    self.flows.entry((way.sink, origin)).or_insert_with(|| way.steps.clone());
                }
            }
            let stores =
                self.summaries.get(method as usize).map(|s| s.stores.clone()).unwrap_or_default();
            for (cell, mark) in stores {
                let Origin::Param(param, path) = mark.origin else { continue };
                let whole = Some(param).filter(|_| path == PathId::default());
                let source = whole.and_then(|param| self.given_record(method, param));
                let found = source.map(|source| Mark { origin: Origin::Source(source), ..mark });
                if let Some((found, cell)) = found.zip(self.cells.get_mut(cell as usize)) {
                    cell.marks = cell.marks.with(&Marks::one(found));
                }
            }
        }
    }

    /// A whole record that a parameter is by its type.
    fn given_record(&mut self, method: u32, param: u8) -> Option<u32> {
        let (name, ty) = self.param(method, param)?;
        let Ty::Record(object) = self.program.element(ty) else { return None };
        let place = self.param_place(method, name)?;
        self.whole_object(object, Kind::Record, place, Confidence::Medium)
    }

    fn param(&self, method: u32, param: u8) -> Option<(Sym, Ty)> {
        self.program.method(method)?.params.get(param as usize).copied()
    }

    /// A method as it is declared; nothing for accessors.
    fn declaration(&self, method: u32) -> Option<&'a Declared> {
        let found = self.program.method(method)?;
        let class = self.program.class(found.class)?;
        let same = |declared: &&Declared| {
            declared.body.as_deref().is_some_and(|body| std::ptr::eq(body, found.body))
        };
        class.ty.methods.iter().filter(|m| !m.name.text.is_empty()).find(same)
    }

    /// Where a parameter is declared.
    fn param_place(&self, method: u32, name: Sym) -> Option<Span> {
        let class = self.program.class(self.program.method(method)?.class)?;
        let text = self.symbols.lower(name);
        let params = &self.declaration(method)?.params;
        let param = params.iter().find(|p| p.name.text.to_lowercase() == text)?;
        Some(span(class.unit.file, param.name.at))
    }

    /// The name of a method as it is declared.
    pub(super) fn declared_name(&self, method: u32) -> Option<&'a str> {
        self.declaration(method).map(|declared| declared.name.text.as_str())
    }

    /// Where the name of a method stands.
    pub(super) fn declared_at(&self, method: u32) -> Option<At> {
        self.declaration(method).map(|declared| declared.name.at)
    }

    /// The method whose body holds a place.
    pub(super) fn method_at(&self, place: Span) -> Option<u32> {
        let holds = |method: &u32| {
            let Some(found) = self.program.method(*method) else { return false };
            let here = self.program.class(found.class).is_some_and(|c| c.unit.file == place.file);
            let ends = found.body.first().zip(found.body.last());
            here && ends.is_some_and(|(first, last)| {
                first.at.start <= place.start && place.end <= last.at.end
            })
        };
        (0..number(self.program.methods.len())).find(holds)
    }

    /// Whether two methods are of one class.
    pub(super) fn same_class(&self, one: u32, other: u32) -> bool {
        let class = |method: u32| self.program.method(method).map(|method| method.class);
        class(one) == class(other)
    }

    /// Whether a method, or one that it calls, asks what the user may do.
    pub(super) fn checks(&self, method: u32) -> bool {
        self.summaries.get(method as usize).is_some_and(|summary| summary.checks)
    }

    /// The cell of a field of a class.
    pub(super) fn cell(&mut self, class: u32, field: Sym) -> u32 {
        let next = number(self.cells.len());
        let known = *self.cell_numbers.entry((class, field)).or_insert(next);
        if known == next {
            let local = self.symbols.of(&format!("#{next}"));
            self.cells.push(Cell { class, marks: Marks::default(), local });
        }
        known
    }

    /// Puts marks into a cell; those of parameters are left to the callers.
    pub(super) fn store(&mut self, frame: &mut Frame<'a>, cell: u32, marks: &Marks) {
        let mut own = Vec::new();
        for mark in marks.iter() {
            match mark.origin {
                Origin::Param(RECEIVER, _) => own.extend(self.globalise(frame.class, mark)),
                Origin::Param(..) => {
                    let known =
                        |(at, known): &(u32, Mark)| *at == cell && known.origin == mark.origin;
                    if !frame.out.stores.iter().any(known) {
                        frame.out.stores.push((cell, mark.clone()));
                    }
                }
                Origin::Cell(from) if from == cell => {}
                Origin::Source(_) | Origin::Cell(_) => own.push(mark.clone()),
            }
        }
        if let Some(cell) = self.cells.get_mut(cell as usize) {
            cell.marks = cell.marks.with(&Marks::all(own));
        }
    }

    /// A field of the object a method is called on, as a field of its class.
    pub(super) fn globalise(&mut self, class: u32, mark: &Mark) -> Vec<Mark> {
        let Origin::Param(RECEIVER, path) = mark.origin else { return vec![mark.clone()] };
        let steps = self.paths.steps(path).to_vec();
        let Some((first, below)) = steps.split_first() else {
            let fields = self.own_fields(class);
            return fields.into_iter().map(|field| self.cell_mark(class, field, mark)).collect();
        };
        let (mut class, mut field) = (class, *first);
        for next in below {
            match self.program.member(class, field).map(|(_, member)| member.ty) {
                // A PHI field of a record is a source where it is read.
                Some(Ty::Record(_)) => return Vec::new(),
                Some(Ty::Class(inner)) => (class, field) = (inner, *next),
                _ => break,
            }
        }
        vec![self.cell_mark(class, field, mark)]
    }

    fn cell_mark(&mut self, class: u32, field: Sym, mark: &Mark) -> Mark {
        let owner = self.program.member(class, field).map_or(class, |(owner, _)| owner);
        let origin = Origin::Cell(self.cell(owner, field));
        Mark { origin, way: mark.way.clone() }
    }

    /// Names of the fields an object of a class has, sorted; none where there are very many.
    pub(super) fn own_fields(&self, class: u32) -> Vec<Sym> {
        const MOST: usize = 40;
        let fields = self.program.class(class).map(|class| &class.fields);
        let own = fields.into_iter().flatten().filter(|(_, member)| !member.is_static);
        let mut names: Vec<Sym> = own.map(|(name, _)| *name).collect();
        names.sort_unstable();
        if names.len() > MOST { Vec::new() } else { names }
    }

    /// Sources that come to a sink, each with its whole way.
    pub(super) fn arrivals(&self) -> BTreeMap<u32, Vec<Arrived>> {
        let mut out: BTreeMap<u32, Vec<Arrived>> = BTreeMap::new();
        for ((sink, origin), steps) in &self.flows {
            let list = out.entry(*sink).or_default();
            let found = match origin {
                Origin::Source(source) => vec![(*source, Vec::new())],
                Origin::Cell(cell) => self.sources_of(*cell),
                Origin::Param(..) => Vec::new(),
            };
            for (source, mut way) in found {
                if list.iter().all(|(known, _)| *known != source) {
                    way.extend(steps.iter().cloned());
                    list.push((source, way));
                }
            }
        }
        out
    }

    /// What a cell holds, from whatever cells.
    pub(super) fn sources_of(&self, cell: u32) -> Vec<Arrived> {
        const MOST: usize = 200;
        let mut seen = FxHashSet::default();
        let mut next: Vec<Arrived> = vec![(cell, Vec::new())];
        let mut out: Vec<Arrived> = Vec::new();
        while let Some((cell, after)) = next.pop() {
            if seen.len() > MOST || !seen.insert(cell) {
                continue;
            }
            let Some(found) = self.cells.get(cell as usize) else { continue };
            for mark in found.marks.iter() {
                let mut way = mark.steps();
                way.extend(after.iter().cloned());
                match mark.origin {
                    Origin::Source(source) => out.push((source, way)),
                    Origin::Cell(before) => next.push((before, way)),
                    Origin::Param(..) => {}
                }
            }
        }
        out
    }
}

/// A part of a file as a span.
pub(super) fn span(file: FileId, at: crate::metadata::apex::model::At) -> Span {
    Span { file, start: at.start, end: at.end }
}
