//! What the variables of one method hold as it runs.
//!
//! In: what is assigned. Out: what holds where ways of the code meet. Changes are written down
//! so that a branch can be taken back; a branch costs what it changes, not what there is.

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::Summary;
use super::symbol::{PathId, Sym};
use super::value::Value;
use crate::source::FileId;

/// One method as it is read.
pub(super) struct Frame<'a> {
    pub(super) method: u32,
    pub(super) class: u32,
    pub(super) file: FileId,
    /// It runs on an object of its class.
    pub(super) has_this: bool,
    /// What it returns leaves the org for a caller outside, and nobody checks who calls.
    pub(super) answers: bool,
    pub(super) out: Summary,
    /// The ways in it, to tell new ones.
    pub(super) ways: FxHashSet<(u8, PathId, u32)>,
    /// Steps of work so far.
    pub(super) work: u32,
    /// Loops inside each other.
    pub(super) loops: usize,
    /// The literal each variable with a request is sent to.
    pub(super) endpoints: FxHashMap<Sym, String>,
    /// Sinks on a variable with a request.
    pub(super) requests: Vec<(u32, Sym)>,
    variables: FxHashMap<Sym, Value>,
    changes: Vec<(Sym, Option<Value>)>,
    /// Branches that may be taken back.
    branches: usize,
    pub(super) source: std::marker::PhantomData<&'a ()>,
}

/// What variables hold at the end of a branch.
pub(super) type Changes = FxHashMap<Sym, Value>;

/// Whether what follows runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It does.
    On,
    /// The rest of the loop's body does not.
    Jump,
    /// Nothing more of the method does.
    End,
}

impl Frame<'_> {
    pub(super) fn new(method: u32, class: u32, file: FileId) -> Self {
        Self {
            method,
            class,
            file,
            has_this: false,
            answers: false,
            out: Summary::default(),
            ways: FxHashSet::default(),
            work: 0,
            loops: 0,
            endpoints: FxHashMap::default(),
            requests: Vec::new(),
            variables: FxHashMap::default(),
            changes: Vec::new(),
            branches: 0,
            source: std::marker::PhantomData,
        }
    }

    pub(super) fn get(&self, name: Sym) -> Option<&Value> {
        self.variables.get(&name)
    }

    pub(super) fn set(&mut self, name: Sym, value: Value) {
        let old = self.variables.insert(name, value);
        if self.branches > 0 {
            self.changes.push((name, old));
        }
    }

    /// A branch begins.
    pub(super) fn branch(&mut self) -> usize {
        self.branches += 1;
        self.changes.len()
    }

    /// A branch that began at `start` is taken back: what it changed.
    pub(super) fn take_back(&mut self, start: usize) -> Changes {
        let mut out = Changes::default();
        while self.changes.len() > start {
            let Some((name, old)) = self.changes.pop() else { break };
            let new = match old {
                Some(old) => self.variables.insert(name, old),
                None => self.variables.remove(&name),
            };
            if let Some(new) = new {
                out.entry(name).or_insert(new);
            }
        }
        self.branches = self.branches.saturating_sub(1);
        out
    }

    /// Several branches meet; one that changed nothing counts too.
    pub(super) fn meet(&mut self, ends: &[Changes]) {
        let mut names: Vec<Sym> = ends.iter().flat_map(|end| end.keys().copied()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let held =
                |end: &Changes| end.get(&name).or_else(|| self.variables.get(&name)).cloned();
            let values: Vec<Value> = ends.iter().filter_map(held).collect();
            let joined = values.into_iter().reduce(|a, b| a.join(&b));
            if let Some(joined) = joined {
                self.set(name, joined);
            }
        }
    }

    /// What a loop's body changed is joined with what was; whether anything is new.
    pub(super) fn grow(&mut self, changes: Changes) -> bool {
        let mut names: Vec<(Sym, Value)> = changes.into_iter().collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        let mut is_new = false;
        for (name, value) in names {
            let joined = match self.variables.get(&name) {
                Some(known) => {
                    let joined = known.join(&value);
                    if known.same(&joined) {
                        continue;
                    }
                    joined
                }
                None => value,
            };
            is_new = true;
            self.set(name, joined);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::super::symbol::Symbols;
    use super::super::value::{Mark, Marks, Origin};
    use super::*;

    fn held(number: u32) -> Value {
        Value { marks: Marks::one(Mark::new(Origin::Source(number))), ..Value::default() }
    }

    fn origins(frame: &Frame<'_>, name: Sym) -> usize {
        frame.get(name).map_or(0, |value| value.marks.iter().count())
    }

    #[test]
    fn branches_meet_and_loops_grow() {
        let mut symbols = Symbols::default();
        let (a, b) = (symbols.of("a"), symbols.of("b"));
        let mut frame = Frame::new(0, 0, FileId(0));
        frame.set(a, held(1));
        let start = frame.branch();
        frame.set(a, held(2));
        frame.set(b, held(3));
        let one = frame.take_back(start);
        assert_eq!((origins(&frame, a), origins(&frame, b)), (1, 0));
        frame.meet(&[one.clone(), Changes::default()]);
        assert_eq!((origins(&frame, a), origins(&frame, b)), (2, 1));
        assert!(!frame.grow(one));
    }

    #[test]
    fn where_every_branch_replaces_it_is_gone() {
        let mut symbols = Symbols::default();
        let a = symbols.of("a");
        let mut frame = Frame::new(0, 0, FileId(0));
        frame.set(a, held(1));
        let mut ends = Vec::new();
        for _ in 0..2 {
            let start = frame.branch();
            frame.set(a, Value::default());
            ends.push(frame.take_back(start));
        }
        frame.meet(&ends);
        assert_eq!(origins(&frame, a), 0);
    }
}
