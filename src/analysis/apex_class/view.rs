//! What the rows of the three kinds are derived from, each part worked out once.
//!
//! In: the input of an analysis. Out: [`View`]: the program, who is granted what, and for
//! each class its ways in, its queries, what it touches and what it asks for.

use std::sync::OnceLock;

use compact_str::CompactString;
use rayon::prelude::*;

use super::audience::Audiences;
use super::calls;
use super::check::{self, Check};
use super::entry::{self, CALLABLE, Entry};
use super::program::{Class, Program};
use super::query::{self, Query};
use crate::analysis::Input;
use crate::fact::Fact;
use crate::metadata::apex::model::{At, MethodKind, Name};
use crate::metadata::apex::touch::{Mode, Verb, touches};

/// Records that a body writes.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) verb: Verb,
    pub(super) object: CompactString,
    pub(super) at: At,
    pub(super) fields: Vec<Name>,
    pub(super) mode: Option<Mode>,
}

/// What a class does, by the number of the body.
#[derive(Debug, Default)]
struct Seen {
    queries: OnceLock<Vec<(usize, Query)>>,
    written: OnceLock<Vec<(usize, Written)>>,
    checks: OnceLock<Vec<(usize, Check)>>,
    entries: OnceLock<Vec<Entry>>,
    groups: OnceLock<Vec<usize>>,
}

/// What every row is derived from.
pub(super) struct View<'i> {
    pub(super) input: &'i Input<'i>,
    pub(super) program: Program<'i>,
    pub(super) audiences: Audiences,
    seen: Vec<Seen>,
}

/// The rows of every class, in the order of the files.
pub(super) fn rows(
    input: &Input<'_>,
    of_class: fn(&View<'_>, usize, &Class<'_>) -> Vec<Fact>,
) -> Vec<Fact> {
    if input.facts.apex.is_empty() {
        return Vec::new();
    }
    let program = Program::of(input.facts);
    let mut seen = Vec::new();
    seen.resize_with(program.classes.len(), Seen::default);
    let view = View { input, program, audiences: Audiences::of(input.facts), seen };
    let classes = view.program.classes.par_iter().enumerate();
    classes.flat_map_iter(|(number, class)| of_class(&view, number, class)).collect()
}

impl View<'_> {
    /// The queries of a class.
    pub(super) fn queries(&self, number: usize) -> &[(usize, Query)] {
        let work = |class: &Class<'_>| {
            let bodies = class.bodies.iter().enumerate();
            let each = bodies.flat_map(|(at, body)| {
                let found = query::queries(&self.program, number, body);
                found.into_iter().map(move |query| (at, query))
            });
            each.collect()
        };
        self.once(number, |seen| &seen.queries, work)
    }

    /// What a class writes.
    pub(super) fn written(&self, number: usize) -> &[(usize, Written)] {
        let work = |class: &Class<'_>| {
            let mut out = Vec::new();
            for (at, body) in class.bodies.iter().enumerate() {
                let touched = touches(class.unit, class.ty, body);
                let writes = touched.into_iter().filter(|touch| touch.verb != Verb::Read);
                out.extend(writes.map(|touch| {
                    let fields = touch.fields.into_iter().cloned().collect();
                    let (verb, object, place) = (touch.verb, touch.object, touch.at);
                    (at, Written { verb, object, at: place, fields, mode: touch.mode })
                }));
            }
            out
        };
        self.once(number, |seen| &seen.written, work)
    }

    /// What a class asks for.
    pub(super) fn checks(&self, number: usize) -> &[(usize, Check)] {
        let work = |class: &Class<'_>| {
            let bodies = class.bodies.iter().enumerate();
            let each = bodies.flat_map(|(at, body)| {
                check::checks(body).into_iter().map(move |check| (at, check))
            });
            each.collect()
        };
        self.once(number, |seen| &seen.checks, work)
    }

    /// The ways into a class.
    pub(super) fn entries(&self, number: usize) -> &[Entry] {
        self.once(number, |seen| &seen.entries, entry::entries)
    }

    /// Whether people can call a class.
    pub(super) fn is_callable(&self, number: usize) -> bool {
        self.entries(number).iter().any(|entry| CALLABLE.contains(&entry.kind))
    }

    /// A class and those that name it, as far as people can call them.
    pub(super) fn called(&self, number: usize) -> Vec<usize> {
        let Some(class) = self.program.class(number) else { return Vec::new() };
        let around = [number, class.outermost].into_iter();
        let around = around.chain(self.program.named_by(number).iter().copied());
        let mut callable: Vec<usize> = around.filter(|number| self.is_callable(*number)).collect();
        callable.sort_unstable();
        callable.dedup();
        callable
    }

    /// Whether a class asks for rights on an object before or after what its body `body` does:
    /// in that body, in one that it calls or is called by, or where an object of it is made.
    pub(super) fn limits(&self, number: usize, body: usize, object: &str) -> bool {
        let Some(class) = self.program.class(number) else { return false };
        let groups = self.groups(number);
        let made = |at: usize| {
            class.bodies.get(at).is_some_and(|body| body.kind == MethodKind::Constructor)
        };
        let mut checks = self.checks(number).iter().filter(|(_, check)| check.limits(object));
        checks.any(|(at, _)| groups.get(*at) == groups.get(body) || made(*at))
    }

    /// Bodies that call one another have one number.
    fn groups(&self, number: usize) -> &[usize] {
        self.once(number, |seen| &seen.groups, calls::groups)
    }

    fn once<T>(
        &self,
        number: usize,
        part: fn(&Seen) -> &OnceLock<Vec<T>>,
        work: impl FnOnce(&Class<'_>) -> Vec<T>,
    ) -> &[T] {
        let Some(seen) = self.seen.get(number) else { return &[] };
        part(seen).get_or_init(|| self.program.class(number).map_or_else(Vec::new, work))
    }
}
