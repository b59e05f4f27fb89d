//! What stands right of a dot.
//!
//! In: a value and the name of its field. Out: the field's value. A record of which a field is
//! read holds that field; one that was made here or selected holds what was set or selected.

use std::sync::Arc;

use super::engine::{Engine, span};
use super::frame::Frame;
use super::source::{Kind, RecordMember};
use super::symbol::Sym;
use super::value::{Literal, Loaded, Mark, Marks, Origin, Picked, Ty, Value};
use crate::fact::Confidence;
use crate::metadata::apex::model::{At, Expr, ExprKind, Literal as Form, Name};
use crate::source::Span;

/// Values inside values that a whole one is read to.
pub(super) const DEEPEST: usize = 4;

impl<'a> Engine<'a> {
    /// `base.name`
    pub(super) fn dotted(
        &mut self,
        frame: &mut Frame<'a>,
        expr: &'a Expr,
        base: &'a Expr,
        name: &'a Name,
    ) -> Value {
        let place = span(frame.file, expr.at);
        if let Some(path) = self.type_path(frame, base) {
            return self.static_member(frame, &path, name, place);
        }
        let sym = self.symbols.of(&name.text);
        let value = self.eval(frame, base);
        if let Ty::Class(class) = value.ty
            && let Some(getter) = self.program.member(class, sym).and_then(|(_, m)| m.getter)
            && getter != frame.method
        {
            return self.invoke_on(
                frame,
                &[getter],
                Some((&value, Some(base))),
                (&[], &[]),
                expr.at,
            );
        }
        self.member(frame, &value, sym, place)
    }

    /// The dotted name of a type, where an expression is one.
    pub(super) fn type_path(&mut self, frame: &Frame<'a>, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Name(name) => (!self.is_variable(frame, name)).then(|| name.to_string()),
            ExprKind::Member { base, name } => {
                let path = self.type_path(frame, base)?;
                // A static field of a class is a value, not a type.
                let class = self.program.class_named(&path, Some(frame.class), &mut self.symbols);
                let sym = self.symbols.of(&name.text);
                let is_value = class.is_some_and(|class| self.program.member(class, sym).is_some());
                let trigger = path.eq_ignore_ascii_case("Trigger");
                let context = path.to_ascii_lowercase().ends_with("restcontext");
                (!is_value && !trigger && !context).then(|| format!("{path}.{}", name.text))
            }
            _ => None,
        }
    }

    fn static_member(
        &mut self,
        frame: &mut Frame<'a>,
        path: &str,
        name: &Name,
        place: Span,
    ) -> Value {
        let sym = self.symbols.of(&name.text);
        if let Some(class) = self.program.class_named(path, Some(frame.class), &mut self.symbols)
            && self.program.member(class, sym).is_some()
        {
            return self.read_field(frame, class, sym, place);
        }
        let path = path.to_ascii_lowercase();
        let member = self.symbols.lower(sym).to_owned();
        match (path.strip_prefix("system.").unwrap_or(&path), member.as_str()) {
            ("trigger", "new" | "old" | "newmap" | "oldmap") => {
                self.trigger_records(frame, &member)
            }
            ("restcontext", "request") => self.platform_value("RestRequest"),
            ("restcontext", "response") => self.platform_value("RestResponse"),
            _ => Value::default(),
        }
    }

    /// A value of a type of the platform.
    pub(super) fn platform_value(&mut self, name: &str) -> Value {
        Value::of(Ty::Named(self.symbols.of(name)))
    }

    fn trigger_records(&mut self, frame: &Frame<'a>, member: &str) -> Value {
        let found = self.program.class(frame.class).and_then(|class| class.ty.trigger.as_ref());
        let of_trigger = found.map(|(object, _)| object.text.clone());
        let record = match of_trigger.or_else(|| self.program.handled(frame.class)) {
            Some(object) => Ty::Record(self.symbols.of(&object)),
            None => Ty::AnyRecord,
        };
        let map = member.ends_with("map");
        let ty = if map { self.program.map_of(record) } else { self.program.list_of(record) };
        Value { loaded: Loaded::Trigger, ..Value::of(ty) }
    }

    /// A field of a class, of the object at hand or static.
    pub(super) fn read_field(
        &mut self,
        frame: &mut Frame<'a>,
        class: u32,
        name: Sym,
        place: Span,
    ) -> Value {
        let Some((owner, member)) = self.program.member(class, name) else {
            return Value::default();
        };
        let (ty, getter) = (member.ty, member.getter);
        let (declared, constant) = (member.declared, member.constant);
        if let Some(getter) = getter.filter(|getter| *getter != frame.method) {
            let this = frame.get(self.syms.this).cloned().unwrap_or_default();
            let at = At { start: place.start, end: place.end };
            return self.invoke_on(frame, &[getter], Some((&this, None)), (&[], &[]), at);
        }
        if constant && let Some(init) = &declared.init {
            if let ExprKind::Literal(form, _) = &init.kind {
                return match form {
                    Form::Text => self.eval(frame, init),
                    _ => Value::of(ty),
                };
            }
            let mut value = self.own_value(frame, class, name, place);
            value.text = self.constant_text(owner, name, init);
            return value;
        }
        self.own_value(frame, class, name, place)
    }

    /// The text of a constant, as far as the code says it.
    fn constant_text(&mut self, owner: u32, name: Sym, init: &'a Expr) -> Option<Arc<Literal>> {
        let cell = self.cell(owner, name);
        if let Some(known) = self.constants.get(&cell) {
            return known.clone();
        }
        // A constant that is made of itself has no text.
        self.constants.insert(cell, None);
        let file = self.program.class(owner)?.unit.file;
        let mut there = Frame::new(self.current, owner, file);
        let text = self.eval(&mut there, init).text;
        self.constants.insert(cell, text.clone());
        text
    }

    /// What a field holds, whatever it starts with.
    fn own_value(&mut self, frame: &mut Frame<'a>, class: u32, name: Sym, place: Span) -> Value {
        let Some((owner, member)) = self.program.member(class, name) else {
            return Value::default();
        };
        let (ty, is_static, constant) = (member.ty, member.is_static, member.constant);
        if !is_static && frame.has_this && self.is_own(frame.class, owner) {
            let this = frame.get(self.syms.this).cloned().unwrap_or_default();
            return self.member(frame, &this, name, place);
        }
        let cell = self.cell(owner, name);
        let local = self.cells.get(cell as usize).map(|cell| cell.local).unwrap_or_default();
        if let Some(value) = frame.get(local) {
            return value.clone();
        }
        let value = self.of_cell(cell, ty, constant);
        self.by_name(value, name, place)
    }

    /// Whether `owner` is a class or one above it.
    pub(super) fn is_own(&self, class: u32, owner: u32) -> bool {
        let mut at = Some(class);
        for _ in 0..12 {
            if at == Some(owner) {
                return true;
            }
            at = at.and_then(|at| self.program.class(at)).and_then(|class| class.parent);
        }
        false
    }

    fn of_cell(&self, cell: u32, ty: Ty, constant: bool) -> Value {
        if matches!(ty, Ty::Bool | Ty::Id) {
            return Value::of(ty);
        }
        let marks = Marks::one(Mark::new(Origin::Cell(cell)));
        Value { marks, opaque: !constant, ..Value::of(ty) }
    }

    /// A field of a value.
    pub(super) fn member(
        &mut self,
        frame: &Frame<'a>,
        value: &Value,
        name: Sym,
        place: Span,
    ) -> Value {
        if name == self.syms.body {
            let set = value.field(name).cloned();
            let given = self.below(&value.marks, name, Ty::Text);
            return set.unwrap_or(Value { marks: given, ..Value::of(Ty::Text) });
        }
        let ty = self.program.element(value.ty);
        if !matches!(ty, Ty::Class(_)) && is_id_name(self.symbols.text(name)) {
            return Value::of(Ty::Id);
        }
        if let Some(set) = value.field(name) {
            let mut set = set.clone();
            set.part_of = value.part_of;
            return set;
        }
        let mut found = match ty {
            Ty::Record(object) => self.of_record(value, object, name, place),
            Ty::Class(class) => self.of_object(value, class, name, place),
            Ty::AnyRecord => {
                Value { marks: self.below(&value.marks, name, ty), ..Value::default() }
            }
            _ => self.of_other(frame, value, name, place),
        };
        found.part_of = value.part_of;
        found
    }

    /// A field of a record.
    fn of_record(&mut self, value: &Value, object: Sym, name: Sym, place: Span) -> Value {
        let member = self.record_member(object, name);
        let ty = match &member {
            RecordMember::Relation(ty) | RecordMember::Plain(ty) => *ty,
            RecordMember::Phi(field) => field.ty,
            RecordMember::Secret(_) => Ty::Text,
        };
        let mut found = Value::of(ty);
        match &value.loaded {
            Loaded::Made => {
                found.loaded = Loaded::Made;
                found.marks = found.marks.with(&self.below(&value.marks, name, ty));
                return found;
            }
            Loaded::Query(picks) => {
                let wanted = self.symbols.lower(name).to_owned();
                let exact = picks.iter().find(|pick| pick.path == wanted);
                let mark = exact.map(|pick| Mark::new(Origin::Source(pick.source)));
                found.marks = found.marks.with(&mark.map(Marks::one).unwrap_or_default());
                found.loaded = Loaded::Query(Arc::new(picks_below(picks, &wanted)));
                return found;
            }
            Loaded::Unknown | Loaded::Trigger => {}
        }
        let kind =
            if matches!(value.loaded, Loaded::Trigger) { Kind::Trigger } else { Kind::Field };
        match member {
            RecordMember::Phi(field) => {
                let source = self.field_source(&field, kind, place);
                found.marks = found.marks.with(&Marks::one(Mark::new(Origin::Source(source))));
            }
            RecordMember::Secret(kind) => {
                let text = self.symbols.text(name).to_owned();
                let source = self.other_source(kind, &text, Confidence::Medium, place);
                found.marks = found.marks.with(&Marks::one(Mark::new(Origin::Source(source))));
            }
            RecordMember::Relation(_) | RecordMember::Plain(_) => {
                found.marks = found.marks.with(&self.below(&value.marks, name, ty));
            }
        }
        found
    }

    /// What a field of a parameter is to the caller.
    fn below(&mut self, marks: &Marks, name: Sym, ty: Ty) -> Marks {
        if matches!(ty, Ty::Bool | Ty::Id) {
            return Marks::default();
        }
        let mut out = Vec::new();
        for mark in marks.iter() {
            if let Origin::Param(param, path) = mark.origin {
                let origin = Origin::Param(param, self.paths.below(path, name));
                out.push(Mark { origin, way: mark.way.clone() });
            }
        }
        Marks::all(out)
    }

    /// A field of an object of a class of the tree.
    fn of_object(&mut self, value: &Value, class: u32, name: Sym, place: Span) -> Value {
        let Some((owner, member)) = self.program.member(class, name) else {
            return Value::default();
        };
        let (ty, constant) = (member.ty, member.constant);
        if value.closed {
            return Value { loaded: Loaded::Made, closed: true, ..Value::of(ty) };
        }
        if matches!(ty, Ty::Bool | Ty::Id) {
            return Value::of(ty);
        }
        let given = self.below(&value.marks, name, ty);
        let text = value.marks.iter().filter(|m| matches!(m.origin, Origin::Source(_))).cloned();
        let mut found = if given.is_empty() {
            let cell = self.cell(owner, name);
            self.of_cell(cell, ty, constant)
        } else {
            Value { marks: given, opaque: !constant, ..Value::of(ty) }
        };
        found.marks = found.marks.with(&Marks::all(text));
        self.by_name(found, name, place)
    }

    /// A field of anything else.
    fn of_other(&mut self, frame: &Frame<'a>, value: &Value, name: Sym, place: Span) -> Value {
        let ty = match value.ty {
            Ty::Named(ty) => self.symbols.lower(ty).to_owned(),
            _ => String::new(),
        };
        let member = self.symbols.lower(name).to_owned();
        if ty.ends_with("restrequest") && member == "requestbody" {
            return self.body(frame, Kind::RequestBody, place).typed(Ty::Blob);
        }
        let found = Value { marks: value.marks.clone(), opaque: value.opaque, ..Value::default() };
        self.by_name(found, name, place)
    }

    /// Everything a value holds, where it goes out as a whole.
    pub(super) fn whole(&mut self, value: &Value, place: Span) -> Marks {
        self.whole_to(value, place, 0)
    }

    fn whole_to(&mut self, value: &Value, place: Span, depth: usize) -> Marks {
        let mut marks = value.marks.clone();
        let element = self.program.element(value.ty);
        match &value.loaded {
            Loaded::Query(picks) => {
                let is_set = |pick: &Picked| {
                    let set = value.fields.iter().flat_map(|fields| fields.iter());
                    set.into_iter().any(|(name, _)| self.symbols.lower(*name) == pick.path)
                };
                let own = picks.iter().filter(|pick| !is_set(pick));
                let own = own.map(|pick| Mark::new(Origin::Source(pick.source)));
                marks = marks.with(&Marks::all(own.collect::<Vec<_>>()));
            }
            Loaded::Made => {}
            loaded @ (Loaded::Unknown | Loaded::Trigger) => {
                let given = !value.cast
                    && marks
                        .iter()
                        .any(|m| matches!(m.origin, Origin::Param(..) | Origin::Cell(_)));
                if let Ty::Record(object) = element
                    && !given
                {
                    let trigger = matches!(loaded, Loaded::Trigger);
                    let kind = if trigger { Kind::Trigger } else { Kind::Record };
                    let source = self.whole_object(object, kind, place, Confidence::Medium);
                    let mark = source.map(|source| Mark::new(Origin::Source(source)));
                    marks = marks.with(&mark.map(Marks::one).unwrap_or_default());
                }
            }
        }
        if let Ty::Class(class) = element
            && !value.closed
            && marks.iter().all(|m| !matches!(m.origin, Origin::Param(..)))
        {
            let fields = self.own_fields(class);
            let cells: Vec<Mark> =
                fields.into_iter().map(|f| Mark::new(Origin::Cell(self.cell(class, f)))).collect();
            marks = marks.with(&Marks::all(cells));
        }
        let fields = value.fields.clone();
        for (name, field) in fields.iter().flat_map(|fields| fields.iter()).take(64) {
            // A request as a text is its method and address.
            if depth < DEEPEST && *name != self.syms.body {
                marks = marks.with(&self.whole_to(field, place, depth + 1));
            }
        }
        marks
    }
}

/// Whether a standard field, by its name, holds the id of a record: `AccountId`.
pub(super) fn is_id_name(name: &str) -> bool {
    let named = name.strip_suffix("Id").or_else(|| name.strip_suffix("ID"));
    name.eq_ignore_ascii_case("id")
        || named.is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_lowercase()))
}

/// What a query selected through one relationship.
fn picks_below(picks: &[Picked], relation: &str) -> Vec<Picked> {
    let below = picks.iter().filter_map(|pick| {
        let rest = pick.path.strip_prefix(relation)?.strip_prefix('.')?;
        Some(Picked { path: rest.into(), source: pick.source })
    });
    below.collect()
}
