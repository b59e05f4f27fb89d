//! Expressions: what each of them holds.
//!
//! In: an expression and the variables of its method. Out: a [`Value`]. Calls are in `call`,
//! what stands right of a dot in `member`.

use std::sync::Arc;

use super::engine::{Engine, span};
use super::frame::Frame;
use super::statement::{Test, known};
use super::symbol::Sym;
use super::value::{GAP, Literal, Loaded, Marks, Ty, Value};
use crate::metadata::apex::model::{Expr, ExprKind, Literal as Form, TypeRef};

/// Expressions inside each other that are read, calls into methods included.
const MOST_NESTING: usize = 4_000;

/// Bytes of a text that are kept.
const MOST_TEXT: usize = 4_000;

impl<'a> Engine<'a> {
    /// What an expression holds.
    pub(super) fn eval(&mut self, frame: &mut Frame<'a>, expr: &'a Expr) -> Value {
        if self.nesting >= MOST_NESTING || !self.works(frame) {
            self.cut_short(frame);
            return Value::default();
        }
        self.nesting += 1;
        let value = self.evaluate(frame, expr);
        self.nesting -= 1;
        value
    }

    fn evaluate(&mut self, frame: &mut Frame<'a>, expr: &'a Expr) -> Value {
        match &expr.kind {
            ExprKind::Literal(form, text) => literal(*form, text, expr),
            ExprKind::Name(name) => self.variable(frame, name, expr),
            ExprKind::This | ExprKind::Super => {
                frame.get(self.syms.this).cloned().unwrap_or_default()
            }
            ExprKind::Member { base, name } => self.dotted(frame, expr, base, name),
            ExprKind::Index { base, index } => {
                self.eval(frame, index);
                let list = self.eval(frame, base);
                self.element(&list, base)
            }
            ExprKind::Call { base, name, arguments } => {
                self.call(frame, expr, base.as_deref(), name, arguments)
            }
            ExprKind::New { .. } => self.make(frame, expr),
            ExprKind::Assign { target, value, keeps } => self.assign(frame, target, value, *keeps),
            ExprKind::Binary { operator, left, right } => self.binary(frame, operator, left, right),
            ExprKind::Unary(inner) | ExprKind::InstanceOf(inner) => {
                self.eval(frame, inner);
                Value::default()
            }
            ExprKind::Ternary { test, then, other } => {
                self.eval(frame, test);
                match known(test) {
                    Test::Off => self.eval(frame, other),
                    Test::On => self.eval(frame, then),
                    Test::Open => {
                        let then = self.eval(frame, then);
                        then.join(&self.eval(frame, other))
                    }
                }
            }
            ExprKind::Cast { ty, value } => {
                let ty = self.type_of(frame, ty);
                let value = self.eval(frame, value);
                self.cast(value, ty)
            }
            ExprKind::Soql(soql) => self.soql(frame, soql),
            ExprKind::Sosl(sosl) => self.sosl(frame, sosl),
            ExprKind::Dml(dml) => {
                self.dml(frame, dml, expr.at);
                Value::default()
            }
            ExprKind::Class(_) | ExprKind::Unknown => Value::default(),
        }
    }

    fn cast(&self, mut value: Value, ty: Ty) -> Value {
        let record = |ty: Ty| self.program.element(ty);
        let vague = !matches!(record(value.ty), Ty::Record(_) | Ty::Class(_));
        value.cast |= vague && matches!(record(ty), Ty::Record(_));
        self.fit(value, ty)
    }

    /// A name that stands alone: a variable, a field of this class or of those around it.
    fn variable(&mut self, frame: &mut Frame<'a>, name: &str, expr: &'a Expr) -> Value {
        let sym = self.symbols.of(name);
        let place = span(frame.file, expr.at);
        if let Some(value) = frame.get(sym) {
            let mut value = value.clone();
            value.part_of = value.part_of.or(Some(sym));
            return self.by_name(value, sym, place);
        }
        match self.field_in_scope(frame, sym) {
            Some(class) => self.read_field(frame, class, sym, place),
            None => Value::default(),
        }
    }

    /// The class whose field a name means where no variable has it.
    pub(super) fn field_in_scope(&self, frame: &Frame<'a>, name: Sym) -> Option<u32> {
        let mut around = Some(frame.class);
        while let Some(class) = around {
            if self.program.member(class, name).is_some() {
                return Some(class);
            }
            around = self.program.class(class).and_then(|class| class.outer);
        }
        None
    }

    /// Whether a name is a variable or a field here, and so no type.
    pub(super) fn is_variable(&mut self, frame: &Frame<'a>, name: &str) -> bool {
        let sym = self.symbols.of(name);
        frame.get(sym).is_some() || self.field_in_scope(frame, sym).is_some()
    }

    /// What a name says where nothing surer is known of the value.
    pub(super) fn by_name(
        &mut self,
        mut value: Value,
        name: Sym,
        place: crate::source::Span,
    ) -> Value {
        if !value.opaque || self.silent {
            return value;
        }
        let ty = self.program.element(value.ty);
        if !matches!(ty, Ty::Text | Ty::Moment | Ty::Object | Ty::Unknown) {
            return value;
        }
        if let Some(source) = self.source_by_name(name, place) {
            let mark = super::value::Mark::new(super::value::Origin::Source(source));
            value.marks = value.marks.with(&Marks::one(mark));
            value.opaque = false;
        }
        value
    }

    fn binary(
        &mut self,
        frame: &mut Frame<'a>,
        operator: &str,
        left: &'a Expr,
        right: &'a Expr,
    ) -> Value {
        // A long sum leans to the left: it is walked, not descended into.
        let mut operands = vec![right];
        let mut first = left;
        while let ExprKind::Binary { operator: inner, left, right } = &first.kind
            && inner == operator
        {
            operands.push(right);
            first = left;
        }
        let mut sum = self.eval(frame, first);
        for operand in operands.into_iter().rev() {
            let next = self.eval(frame, operand);
            sum = match operator {
                "+" => self.add(frame, &sum, &next, first),
                "??" => sum.join(&next),
                "-" => Value { marks: sum.marks.clone(), ..Value::of(sum.ty) },
                _ => Value::of(Ty::Bool),
            };
        }
        sum
    }

    /// Two values put together as a text.
    pub(super) fn add(&mut self, frame: &mut Frame<'a>, a: &Value, b: &Value, at: &Expr) -> Value {
        let place = span(frame.file, at.at);
        let marks = self.whole(a, place).with(&self.whole(b, place));
        let ty = match (a.ty, b.ty) {
            (Ty::Text, _) | (_, Ty::Text) => Ty::Text,
            (ty, _) => ty,
        };
        Value { marks, text: joined_text(a, b, at), ..Value::of(ty) }
    }

    fn make(&mut self, frame: &mut Frame<'a>, expr: &'a Expr) -> Value {
        let ExprKind::New { ty, arguments, named, elements, pairs } = &expr.kind else {
            return Value::default();
        };
        let made = self.type_of(frame, ty);
        let mut value = Value { loaded: Loaded::Made, closed: true, ..Value::of(made) };
        let given: Vec<Value> = arguments.iter().map(|a| self.eval(frame, a)).collect();
        for (name, set) in named {
            let sym = self.symbols.of(&name.text);
            let set = self.eval(frame, set);
            let set = self.kept(set, sym, span(frame.file, name.at));
            value.set(sym, set, false);
        }
        for element in elements {
            let element = self.eval(frame, element);
            value = self.with_element(value, &element);
        }
        for (key, element) in pairs {
            let key = self.eval(frame, key);
            let element = self.eval(frame, element);
            self.put(&mut value, &key, element);
        }
        match made {
            Ty::Class(class) => self.construct(frame, value, class, (arguments, &given), expr.at),
            // Another list, a map of the records of a list.
            Ty::List(_) | Ty::Map(_) => given.iter().fold(value, |v, g| self.with_element(v, g)),
            _ => self.make_of_platform(frame, value, ty, &given, expr),
        }
    }

    /// `new T(…)` of a type that is not in the tree.
    fn make_of_platform(
        &mut self,
        frame: &mut Frame<'a>,
        mut value: Value,
        ty: &TypeRef,
        given: &[Value],
        expr: &Expr,
    ) -> Value {
        let place = span(frame.file, expr.at);
        for argument in given {
            let marks = self.whole(argument, place);
            value.marks = value.marks.with(&marks);
        }
        let own = ty.name.rsplit('.').next().unwrap_or(&ty.name).to_ascii_lowercase();
        if own == "pagereference" {
            let marks = value.marks.clone();
            self.marks_out(frame, "url-parameter", expr.at, &marks);
        }
        value
    }

    /// A collection with one more element, or the elements of another.
    pub(super) fn with_element(&self, collection: Value, element: &Value) -> Value {
        let (ty, part_of) = (collection.ty, collection.part_of);
        let mut joined = collection.join(element);
        joined.text = None;
        joined.part_of = part_of;
        joined.ty = match (ty, element.ty) {
            (Ty::Unknown, given) => given,
            (ty, _) => ty,
        };
        joined
    }

    /// Puts an element under a key; a literal key is told apart.
    pub(super) fn put(&mut self, map: &mut Value, key: &Value, element: Value) {
        if !key.marks.is_empty() {
            let keys = Value { marks: key.marks.clone(), ..Value::of(Ty::Text) };
            map.set(self.syms.keys, keys, true);
        }
        match self.key(key) {
            Some(key) => map.set(key, element, false),
            None => *map = self.with_element(std::mem::take(map), &element),
        }
    }

    /// The name under which a literal key is kept.
    pub(super) fn key(&mut self, key: &Value) -> Option<Sym> {
        let text = &key.text.as_ref()?.text;
        (!text.contains(GAP)).then(|| self.symbols.of(&format!("'{text}'")))
    }

    /// One element of a collection.
    pub(super) fn element(&mut self, collection: &Value, from: &Expr) -> Value {
        let ty = self.program.element(collection.ty);
        let root = root(from).map(|name| self.symbols.of(name));
        let mut element =
            Value { ty, text: None, part_of: collection.part_of.or(root), ..collection.clone() };
        if matches!(collection.ty, Ty::Map(_)) {
            element = self.unkeyed(element);
        }
        element
    }

    /// What may stand under any key of a map.
    fn unkeyed(&self, mut value: Value) -> Value {
        let Some(fields) = value.fields.take() else { return value };
        let is_key = |name: &Sym| self.symbols.text(*name).starts_with('\'');
        let mut own = Vec::new();
        for (name, field) in fields.iter() {
            if is_key(name) {
                let ty = value.ty;
                value = value.join(field).typed(ty);
            } else if *name != self.syms.keys {
                own.push((*name, field.clone()));
            }
        }
        for (name, field) in own {
            value.set(name, field, true);
        }
        value
    }

    fn assign(
        &mut self,
        frame: &mut Frame<'a>,
        target: &'a Expr,
        value: &'a Expr,
        keeps: bool,
    ) -> Value {
        let mut given = self.eval(frame, value);
        if keeps {
            let known = self.eval(frame, target);
            given = self.add(frame, &known, &given, target);
        }
        self.write(frame, target, given.clone());
        given
    }
}

/// The variable an expression is a part of.
pub(super) fn root(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Index { base, .. } | ExprKind::Cast { value: base, .. } => root(base),
        ExprKind::Call { base: Some(base), name, .. } => {
            let passes = ["get", "values"].iter().any(|m| name.text.eq_ignore_ascii_case(m));
            if passes { root(base) } else { None }
        }
        _ => None,
    }
}

fn literal(form: Form, text: &str, expr: &Expr) -> Value {
    match form {
        Form::Text => Value {
            text: Some(Arc::new(Literal { text: text.to_owned(), at: expr.at })),
            ..Value::of(Ty::Text)
        },
        Form::Number => Value::of(Ty::Number),
        Form::Bool => Value::of(Ty::Bool),
        Form::Null => Value { loaded: Loaded::Made, closed: true, ..Value::default() },
    }
}

/// The text of both, as far as the code says it.
fn joined_text(a: &Value, b: &Value, at: &Expr) -> Option<Arc<Literal>> {
    if a.text.is_none() && b.text.is_none() {
        return None;
    }
    let gap = || GAP.to_string();
    let part = |value: &Value| value.text.as_ref().map_or_else(gap, |text| text.text.clone());
    let mut text = part(a);
    if text.len() < MOST_TEXT {
        text.push_str(&part(b));
    }
    let at = a.text.as_ref().or(b.text.as_ref()).map_or(at.at, |text| text.at);
    Some(Arc::new(Literal { text, at }))
}
