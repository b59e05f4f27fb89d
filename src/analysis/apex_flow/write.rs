//! What is written: variables, fields of what they hold, fields of classes.
//!
//! In: a target and what it gets. Out: variables and cells changed. What is set in a parameter
//! is set for the caller too; what a variable is a part of changes with it.

use super::engine::{Engine, span};
use super::frame::Frame;
use super::member::DEEPEST;
use super::symbol::Sym;
use super::value::{Origin, Ty, Value};
use crate::metadata::apex::model::{At, Expr, ExprKind, Name};
use crate::source::Span;

impl<'a> Engine<'a> {
    /// `target = value`
    pub(super) fn write(&mut self, frame: &mut Frame<'a>, target: &'a Expr, value: Value) {
        match &target.kind {
            ExprKind::Name(name) => {
                let sym = self.symbols.of(name);
                let place = span(frame.file, target.at);
                let value = self.kept(value, sym, place);
                if let Some(known) = frame.get(sym) {
                    let ty = known.ty;
                    let value = self.fit(value, ty);
                    frame.set(sym, value);
                } else if let Some(class) = self.field_in_scope(frame, sym) {
                    self.write_field(frame, class, sym, value, place);
                }
            }
            ExprKind::Member { base, name } => self.write_member(frame, base, name, value),
            ExprKind::Index { base, .. } => {
                let list = self.eval(frame, base);
                let list = self.with_element(list, &value);
                self.write(frame, base, list);
            }
            ExprKind::Cast { value: inner, .. } => self.write(frame, inner, value),
            ExprKind::Call { base: Some(base), name, .. }
                if ["get", "values"].iter().any(|m| name.text.eq_ignore_ascii_case(m)) =>
            {
                let held = self.eval(frame, base);
                let held = self.with_element(held, &value);
                self.write(frame, base, held);
            }
            _ => {}
        }
    }

    fn write_member(
        &mut self,
        frame: &mut Frame<'a>,
        base: &'a Expr,
        name: &'a Name,
        value: Value,
    ) {
        let sym = self.symbols.of(&name.text);
        let place = span(frame.file, name.at);
        if let Some(path) = self.type_path(frame, base) {
            let class = self.program.class_named(&path, Some(frame.class), &mut self.symbols);
            if let Some(class) = class {
                let value = self.kept(value, sym, place);
                self.write_field(frame, class, sym, value, place);
            }
            return;
        }
        let held = self.eval(frame, base);
        if self.platform_write(frame, &held, name, &value) {
            return;
        }
        let value = self.kept(value, sym, place);
        if let Ty::Class(class) = held.ty
            && let Some(setter) = self.program.member(class, sym).and_then(|(_, m)| m.setter)
            && setter != frame.method
        {
            let given = [value];
            let on = Some((&held, Some(base)));
            self.invoke_on(frame, &[setter], on, (&[], &given), name.at);
            return;
        }
        self.set_unsaved(frame, &held, sym, &value, name.at);
        self.set_below(frame, base, held, sym, value);
    }

    /// Sets a field of what `base` holds, wherever that is kept.
    pub(super) fn set_below(
        &mut self,
        frame: &mut Frame<'a>,
        base: &'a Expr,
        mut held: Value,
        name: Sym,
        value: Value,
    ) {
        let many = matches!(held.ty, Ty::List(_) | Ty::Map(_));
        self.effect(frame, &held, name, &value);
        let part_of = held.part_of;
        held.set(name, value, many);
        if matches!(base.kind, ExprKind::This | ExprKind::Super) {
            frame.set(self.syms.this, held);
            return;
        }
        // What a variable is a part of changes with it.
        if let ExprKind::Name(own) = &base.kind
            && let Some(whole) = part_of
            && whole != self.symbols.of(own)
            && let Some(known) = frame.get(whole).cloned()
        {
            let ty = known.ty;
            let mut joined = self.with_element(known, &held);
            joined.ty = ty;
            frame.set(whole, joined);
        }
        self.write_back(frame, base, held);
    }

    /// The same value, changed, back to where it was.
    fn write_back(&mut self, frame: &mut Frame<'a>, base: &'a Expr, held: Value) {
        match &base.kind {
            ExprKind::Name(name) => {
                let sym = self.symbols.of(name);
                if frame.get(sym).is_some() {
                    frame.set(sym, held);
                } else if let Some(class) = self.field_in_scope(frame, sym) {
                    self.set_cell(frame, class, sym, held);
                }
            }
            ExprKind::Member { base: outer, name } => {
                if self.type_path(frame, outer).is_some() {
                    return;
                }
                let mut around = self.eval(frame, outer);
                let sym = self.symbols.of(&name.text);
                around.set(sym, held, false);
                if matches!(outer.kind, ExprKind::This | ExprKind::Super) {
                    frame.set(self.syms.this, around);
                } else {
                    self.write_back(frame, outer, around);
                }
            }
            _ => self.write(frame, base, held),
        }
    }

    /// What is set in a parameter is set for the caller; in an object of a class, for whoever
    /// reads that field.
    fn effect(&mut self, frame: &mut Frame<'a>, held: &Value, name: Sym, value: &Value) {
        let mut given = Vec::new();
        for mark in held.marks.iter() {
            if let Origin::Param(param, path) = mark.origin {
                given.push((param, self.paths.below(path, name)));
            }
        }
        for at in given {
            Self::note_effect(frame, at, value);
        }
        if let Ty::Class(class) = self.program.element(held.ty) {
            self.keep_in_cell(frame, class, name, value);
        }
    }

    fn keep_in_cell(&mut self, frame: &mut Frame<'a>, class: u32, name: Sym, value: &Value) {
        let Some((owner, member)) = self.program.member(class, name) else { return };
        if matches!(member.ty, Ty::Bool | Ty::Id) {
            return;
        }
        let cell = self.cell(owner, name);
        let place = Span { file: frame.file, start: 0, end: 0 };
        // What a map is asked by is not what it holds.
        let value = self.without_keys(value, 0);
        let marks = self.whole(&value, place);
        self.store(frame, cell, &marks);
    }

    fn without_keys(&self, value: &Value, depth: usize) -> Value {
        let mut out = Value { fields: None, ..value.clone() };
        for (name, field) in value.fields.iter().flat_map(|fields| fields.iter()) {
            if *name != self.syms.keys && depth < DEEPEST {
                out.set(*name, self.without_keys(field, depth + 1), true);
            }
        }
        out
    }

    /// A field of a class gets a value.
    pub(super) fn write_field(
        &mut self,
        frame: &mut Frame<'a>,
        class: u32,
        name: Sym,
        value: Value,
        place: Span,
    ) {
        let Some((_, member)) = self.program.member(class, name) else { return };
        let (ty, setter) = (member.ty, member.setter);
        let value = self.fit(value, ty);
        if let Some(setter) = setter.filter(|setter| *setter != frame.method) {
            let this = frame.get(self.syms.this).cloned().unwrap_or_default();
            let at = At { start: place.start, end: place.end };
            let given = [value];
            self.invoke_on(frame, &[setter], Some((&this, None)), (&[], &given), at);
            return;
        }
        self.set_cell(frame, class, name, value);
    }

    fn set_cell(&mut self, frame: &mut Frame<'a>, class: u32, name: Sym, value: Value) {
        let Some((owner, member)) = self.program.member(class, name) else { return };
        let is_static = member.is_static;
        if !is_static && frame.has_this && self.is_own(frame.class, owner) {
            let mut this = frame.get(self.syms.this).cloned().unwrap_or_default();
            self.effect(frame, &this, name, &value);
            this.set(name, value, false);
            frame.set(self.syms.this, this);
            return;
        }
        self.keep_in_cell(frame, class, name, &value);
        let cell = self.cell(owner, name);
        let local = self.cells.get(cell as usize).map(|cell| cell.local).unwrap_or_default();
        frame.set(local, value);
    }
}
