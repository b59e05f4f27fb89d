//! Where something leaves the code.
//!
//! In: values at the statements that let them out. Out: sinks by number, and what arrives at
//! them. Whether that is bad is for the pages.

use compact_str::CompactString;

use super::engine::{Engine, Way, span};
use super::frame::Frame;
use super::member::is_id_name;
use super::source::RecordMember;
use super::symbol::{PathId, Sym, number};
use super::value::{GAP, Loaded, Marks, Origin, RECEIVER, Ty, Value, Words};
use crate::metadata::apex::model::{At, Dml, Expr, ExprKind, Name};
use crate::source::Span;

/// A sink.
#[derive(Debug, Clone)]
pub(super) struct Sink {
    pub(super) method: u32,
    pub(super) word: &'static str,
    pub(super) place: Span,
    /// What is written: object and field.
    pub(super) target: Option<(CompactString, CompactString)>,
    /// Where a callout goes, as far as the code says.
    pub(super) endpoint: Option<String>,
}

/// A field of a record that a parameter is or holds, and what is put into it.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) param: u8,
    pub(super) path: PathId,
    pub(super) sink: u32,
    pub(super) marks: Marks,
}

/// Fields of given records that one method is known to set.
const MOST_SETS: usize = 60;

/// Stands in a text for the address of the org itself.
pub(super) const OWN_ORG: &str = "own-org:";

impl<'a> Engine<'a> {
    /// Whether a method is of a class that, by its name, writes logs.
    pub(super) fn is_in_logger(&self, method: u32) -> bool {
        let class = self.program.method(method).and_then(|found| self.program.class(found.class));
        class.is_some_and(|class| {
            crate::org::words::Words::embedded().is_logger(&class.ty.full_name)
        })
    }

    /// The number of a sink.
    fn sink(
        &mut self,
        frame: &Frame<'a>,
        word: &'static str,
        at: At,
        target: Option<(&str, &str)>,
    ) -> u32 {
        let target =
            target.map(|(object, field)| (CompactString::from(object), CompactString::from(field)));
        let text = target.as_ref().map_or_else(CompactString::default, |(object, field)| {
            compact_str::format_compact!("{object}.{field}")
        });
        let next = number(self.sinks.len());
        let known = *self.sink_numbers.entry((frame.file, at.start, word, text)).or_insert(next);
        if known == next {
            let place = span(frame.file, at);
            self.sinks.push(Sink { method: frame.method, word, place, target, endpoint: None });
        }
        known
    }

    /// A whole value goes out.
    pub(super) fn out(&mut self, frame: &mut Frame<'a>, word: &'static str, at: At, value: &Value) {
        let place = span(frame.file, at);
        let marks = self.whole(value, place);
        self.marks_out(frame, word, at, &marks);
    }

    /// Marks go out.
    pub(super) fn marks_out(
        &mut self,
        frame: &mut Frame<'a>,
        word: &'static str,
        at: At,
        marks: &Marks,
    ) {
        if !marks.is_empty() {
            let sink = self.sink(frame, word, at, None);
            self.arrive(frame, sink, marks, &[]);
        }
    }

    /// Something goes into a request that a variable holds.
    pub(super) fn fill_request(
        &mut self,
        frame: &mut Frame<'a>,
        word: &'static str,
        at: At,
        request: Option<Sym>,
        value: &Value,
    ) {
        let place = span(frame.file, at);
        let marks = self.whole(value, place);
        if marks.is_empty() {
            return;
        }
        let sink = self.sink(frame, word, at, None);
        if let Some(request) = request {
            frame.requests.push((sink, request));
        }
        self.arrive(frame, sink, &marks, &[]);
    }

    /// Where the requests of a method go is known at its end.
    pub(super) fn settle_requests(&mut self, frame: &mut Frame<'a>) {
        for (sink, request) in std::mem::take(&mut frame.requests) {
            let endpoint = frame.endpoints.get(&request).cloned();
            if let Some(sink) = self.sinks.get_mut(sink as usize) {
                sink.endpoint = endpoint.or(sink.endpoint.take());
            }
        }
    }

    /// The start of an address, as far as the code says it.
    pub(super) fn address(value: &Value) -> Option<String> {
        let text = &value.text.as_ref()?.text;
        let known = text.split(GAP).next().unwrap_or("");
        (!known.is_empty()).then(|| known.to_owned())
    }

    /// A DML statement.
    pub(super) fn dml(&mut self, frame: &mut Frame<'a>, dml: &'a Dml, at: At) {
        let records = self.eval(frame, &dml.target);
        if let Some(merged) = &dml.merged {
            self.eval(frame, merged);
        }
        if matches!(dml.operation.to_ascii_lowercase().as_str(), "insert" | "update" | "upsert") {
            self.save(frame, at, &records);
        }
    }

    /// Records are written: what was set in them.
    pub(super) fn save(&mut self, frame: &mut Frame<'a>, at: At, records: &Value) {
        let object = match self.program.element(records.ty) {
            Ty::Record(object) => self.object_name(object),
            _ => String::new(),
        };
        // What a parameter holds is written where the caller is known.
        let place = span(frame.file, at);
        let word = self.save_word(&object);
        let fields = records.fields.clone();
        for (name, value) in fields.iter().flat_map(|fields| fields.iter()) {
            let marks = self.whole(value, place);
            if marks.is_empty() {
                continue;
            }
            let field = self.symbols.text(*name).to_owned();
            if field.starts_with('\'') {
                self.save(frame, at, value);
                continue;
            }
            if !self.is_written(records.ty, *name) {
                continue;
            }
            let sink = self.sink(frame, word, at, Some((&object, &field)));
            self.arrive(frame, sink, &marks, &[]);
        }
        if matches!(records.loaded, Loaded::Unknown) && !records.marks.is_empty() {
            let sink = self.sink(frame, word, at, Some((&object, "")));
            self.arrive_given(frame, sink, &records.marks);
            // Records that wait in a field of a class: what is set in them is kept there.
            if word != "record" {
                let kept = records.marks.iter().filter(|m| matches!(m.origin, Origin::Cell(_)));
                let kept = Marks::all(kept.cloned().collect::<Vec<_>>());
                self.arrive(frame, sink, &kept, &[]);
            }
        }
    }

    /// A field of a record is set. Where the record is one that a trigger is about, that saves
    /// it without a statement of its own; where a caller gave it, the caller knows.
    pub(super) fn set_unsaved(
        &mut self,
        frame: &mut Frame<'a>,
        held: &Value,
        name: Sym,
        value: &Value,
        at: At,
    ) {
        let Ty::Record(object) = self.program.element(held.ty) else { return };
        let trigger = matches!(held.loaded, Loaded::Trigger);
        let given = held.marks.iter().find_map(|mark| match mark.origin {
            Origin::Param(param, path) if param != RECEIVER => Some((param, path)),
            _ => None,
        });
        if !(trigger || given.is_some()) || !self.is_written(held.ty, name) {
            return;
        }
        let marks = self.whole(value, span(frame.file, at));
        let object = self.object_name(object);
        let word = self.save_word(&object);
        if marks.is_empty() || word != "record" {
            return;
        }
        let field = self.symbols.text(name).to_owned();
        let sink = self.sink(frame, word, at, Some((&object, &field)));
        if trigger {
            self.arrive(frame, sink, &marks, &[]);
        } else if let Some((param, path)) = given {
            Self::note_set(frame, Set { param, path, sink, marks });
        }
    }

    fn note_set(frame: &mut Frame<'a>, set: Set) {
        let same = |s: &&mut Set| (s.param, s.path, s.sink) == (set.param, set.path, set.sink);
        let full = frame.out.sets.len() >= MOST_SETS;
        match frame.out.sets.iter_mut().find(same) {
            Some(known) => known.marks = known.marks.with(&set.marks),
            None if full => {}
            None => frame.out.sets.push(set),
        }
    }

    /// A method of the tree sets a field of a record that the caller gave.
    pub(super) fn set_given(
        &mut self,
        frame: &mut Frame<'a>,
        set: &Set,
        records: &Value,
        marks: &Marks,
    ) {
        if matches!(records.loaded, Loaded::Trigger) {
            self.arrive(frame, set.sink, marks, &[]);
            return;
        }
        for mark in records.marks.iter() {
            let Origin::Param(param, path) = mark.origin else { continue };
            if param != RECEIVER {
                let (sink, marks) = (set.sink, marks.clone());
                Self::note_set(frame, Set { param, path, sink, marks });
            }
        }
    }

    /// Records that a caller gave: only what was set in them counts there.
    fn arrive_given(&mut self, frame: &mut Frame<'a>, sink: u32, marks: &Marks) {
        for mark in marks.iter() {
            let Origin::Param(param, path) = mark.origin else { continue };
            let same = |w: &Way| (w.param, w.path, w.sink) == (param, path, sink);
            if param != RECEIVER && !frame.out.saves.iter().any(same) && frame.out.saves.len() < 40
            {
                frame.out.saves.push(Way { param, path, sink, steps: mark.steps() });
            }
        }
    }

    /// Records that a method of the tree writes, given by the caller.
    pub(super) fn save_given(
        &mut self,
        frame: &mut Frame<'a>,
        way: &Way,
        records: &Value,
        step: (Span, Words),
    ) {
        let Some(sink) = self.sinks.get(way.sink as usize).cloned() else { return };
        let object = match self.program.element(records.ty) {
            Ty::Record(object) => self.object_name(object),
            _ => sink.target.map(|(object, _)| object.to_string()).unwrap_or_default(),
        };
        let word = self.save_word(&object);
        let at = At { start: sink.place.start, end: sink.place.end };
        let fields = records.fields.clone();
        for (name, value) in fields.iter().flat_map(|fields| fields.iter()) {
            let marks = self.whole(value, step.0);
            let field = self.symbols.text(*name).to_owned();
            if marks.is_empty() || field.starts_with('\'') || !self.is_written(records.ty, *name) {
                continue;
            }
            let mut there = Frame::new(sink.method, frame.class, sink.place.file);
            let target = self.sink(&there, word, at, Some((&object, &field)));
            there.work = frame.work;
            let marks = marks.step(step.0, &step.1);
            self.arrive(frame, target, &marks, &way.steps);
        }
        self.arrive_given(frame, way.sink, &records.marks);
    }

    /// Whether a field of a record goes to the database with it: other records do not.
    fn is_written(&mut self, ty: Ty, name: Sym) -> bool {
        let text = self.symbols.text(name);
        if text.starts_with('#') || is_id_name(text) {
            return false;
        }
        let Ty::Record(object) = self.program.element(ty) else { return true };
        !matches!(self.record_member(object, name), RecordMember::Relation(_))
    }

    /// An object as its own file writes it.
    fn object_name(&self, object: Sym) -> String {
        let text = self.symbols.text(object);
        self.org.schema.object(text).map_or(text, |object| &object.name).to_owned()
    }

    fn save_word(&self, object: &str) -> &'static str {
        let lower = object.to_ascii_lowercase();
        if lower.ends_with("__e") {
            "platform-event"
        } else if lower == "emailmessage" {
            "email"
        } else if crate::org::words::Words::embedded().is_log_object(object) {
            "log-record"
        } else {
            "record"
        }
    }

    /// What a method returns to a caller outside the org's code.
    pub(super) fn answer(&mut self, frame: &mut Frame<'a>, at: At, value: &Value) {
        if !frame.answers {
            return;
        }
        let place = span(frame.file, at);
        let marks = self.whole(value, place);
        self.marks_out(frame, "response", at, &marks);
    }

    /// Who a method answers, where that is somebody outside: a service, a component, a page.
    pub(super) fn entry(&self, method: u32) -> Option<&'static str> {
        let found = self.program.method(method)?;
        let annotated = found.annotations.iter().find_map(|annotation| {
            Some(match annotation.name.as_str() {
                "auraenabled" => "aura",
                "remoteaction" => "remote-action",
                "httpget" | "httppost" | "httpput" | "httppatch" | "httpdelete" => "rest",
                _ => return None,
            })
        });
        let service = found.modifiers.iter().any(|m| m == "webservice");
        annotated.or(service.then_some("webservice"))
    }

    /// A property of a type of the platform gets a value; whether it was one.
    pub(super) fn platform_write(
        &mut self,
        frame: &mut Frame<'a>,
        held: &Value,
        name: &Name,
        value: &Value,
    ) -> bool {
        let Ty::Named(ty) = held.ty else { return false };
        let ty = self.symbols.lower(ty).to_owned();
        let member = name.text.to_ascii_lowercase();
        match (ty.rsplit('.').next().unwrap_or(""), member.as_str()) {
            ("restresponse", "responsebody") => {
                let place = span(frame.file, name.at);
                let marks = self.whole(value, place);
                self.marks_out(frame, "response", name.at, &marks);
            }
            ("singleemailmessage", "plaintextbody" | "htmlbody" | "subject") => {
                self.out(frame, "email", name.at, value);
            }
            _ => return false,
        }
        true
    }

    /// The variable that holds what a call is made on.
    pub(super) fn variable_of(&mut self, base: &Expr) -> Option<Sym> {
        match &base.kind {
            ExprKind::Name(name) => Some(self.symbols.of(name)),
            ExprKind::Member { name, .. } => Some(self.symbols.of(&name.text)),
            _ => None,
        }
    }
}
