//! Calls into methods of the tree.
//!
//! In: a call and the summaries of the methods it may mean. Out: what it gives back; flows
//! where an argument goes out inside; arguments and fields changed.

use super::engine::{Engine, Summary, Way, span};
use super::frame::Frame;
use super::name;
use super::symbol::{PathId, Sym};
use super::value::{Mark, Marks, Origin, RECEIVER, Ty, Value, Words};
use crate::metadata::apex::model::{At, Expr, MethodKind, Name};
use crate::source::Span;

/// Levels of fields of what is given back.
const DEEPEST: usize = 3;

/// Ways that one method keeps for its callers.
const MOST_WAYS: usize = 250;

/// One call as it is bound.
struct Site<'a, 'v> {
    receiver: Option<(&'v Value, Option<&'a Expr>)>,
    expressions: &'a [Expr],
    given: &'v [Value],
    method: u32,
    place: Span,
}

impl<'a> Engine<'a> {
    /// A call of any kind.
    pub(super) fn call(
        &mut self,
        frame: &mut Frame<'a>,
        expr: &'a Expr,
        base: Option<&'a Expr>,
        name: &'a Name,
        arguments: &'a [Expr],
    ) -> Value {
        let given: Vec<Value> = arguments.iter().map(|a| self.eval(frame, a)).collect();
        let types: Vec<Ty> = given.iter().map(|value| value.ty).collect();
        let Some(base) = base else {
            return self.own_call(frame, expr.at, name, (arguments, &given), &types);
        };
        let sym = self.symbols.of(&name.text);
        if let Some(path) = self.type_path(frame, base) {
            let class = self.program.class_named(&path, Some(frame.class), &mut self.symbols);
            let callees = class.map(|c| self.program.callees(c, sym, &types)).unwrap_or_default();
            if callees.is_empty() {
                return self.platform_static(frame, &path, expr, (arguments, &given));
            }
            return self.invoke_on(frame, &callees, None, (arguments, &given), expr.at);
        }
        let receiver = self.eval(frame, base);
        if let Ty::Class(class) = receiver.ty {
            let callees = self.program.callees(class, sym, &types);
            if !callees.is_empty() {
                // A unit of work saves later, untyped, what it is given.
                if self.symbols.lower(sym).starts_with("register")
                    && let Some(records) = given.first()
                    && matches!(self.program.element(records.ty), Ty::Record(_))
                {
                    self.save(frame, expr.at, records);
                }
                let on = Some((&receiver, Some(base)));
                let found = self.invoke_on(frame, &callees, on, (arguments, &given), expr.at);
                return self.by_key(found, sym, &given, span(frame.file, expr.at));
            }
        }
        let found = self.platform_call(frame, expr, &receiver, (arguments, &given));
        self.by_key(found, sym, &given, span(frame.file, expr.at))
    }

    /// `get('birthDate')`: a literal key names what comes back, where nothing else tells.
    fn by_key(&mut self, value: Value, method: Sym, given: &[Value], place: Span) -> Value {
        let gets = self.symbols.lower(method).starts_with("get");
        let key = given.first().filter(|_| gets && given.len() == 1).and_then(|v| v.text.clone());
        let Some(key) = key.filter(|key| key.text.len() < 60) else { return value };
        let sym = self.symbols.of(&key.text);
        self.by_name(value, sym, place)
    }

    /// `method(…)`, `this(…)`, `super(…)`
    fn own_call(
        &mut self,
        frame: &mut Frame<'a>,
        at: At,
        name: &Name,
        arguments: (&'a [Expr], &[Value]),
        types: &[Ty],
    ) -> Value {
        let this = frame.get(self.syms.this).cloned();
        let on = this.as_ref().map(|this| (this, None));
        let own = self.program.class(frame.class);
        let constructs = match name.text.to_ascii_lowercase().as_str() {
            "this" => Some(frame.class),
            "super" => own.and_then(|class| class.parent),
            _ => None,
        };
        if let Some(class) = constructs {
            let all = self.program.class(class).map_or(&[][..], |class| &class.constructors);
            let callees = self.program.fitting(all, types);
            return self.invoke_on(frame, &callees, on, arguments, at);
        }
        let sym = self.symbols.of(&name.text);
        let mut around = Some(frame.class);
        while let Some(class) = around {
            let callees = self.program.callees(class, sym, types);
            if !callees.is_empty() {
                let on = on.filter(|_| class == frame.class);
                return self.invoke_on(frame, &callees, on, arguments, at);
            }
            around = self.program.class(class).and_then(|class| class.outer);
        }
        Value { opaque: true, ..Value::default() }
    }

    /// `new T(…)` of a class of the tree.
    pub(super) fn construct(
        &mut self,
        frame: &mut Frame<'a>,
        mut made: Value,
        class: u32,
        arguments: (&'a [Expr], &[Value]),
        at: At,
    ) -> Value {
        let types: Vec<Ty> = arguments.1.iter().map(|value| value.ty).collect();
        let all = self.program.class(class).map_or(&[][..], |class| &class.constructors);
        let callees = self.program.fitting(all, &types);
        if callees.is_empty() {
            // An exception of the project takes its message without a constructor of its own.
            let place = span(frame.file, at);
            for given in arguments.1 {
                made.marks = made.marks.with(&self.whole(given, place));
            }
            return made;
        }
        for callee in callees {
            let summary = self.summary(callee, frame.method);
            let site = Site {
                receiver: None,
                expressions: arguments.0,
                given: arguments.1,
                method: callee,
                place: span(frame.file, at),
            };
            self.bind_flows(frame, &summary, &site);
            for (param, path, value) in &summary.effects {
                if *param == RECEIVER {
                    let value = self.bind(frame, value, &site, 0);
                    self.set_at(&mut made, *path, value);
                }
            }
            self.apply_effects(frame, &summary, &site);
        }
        made
    }

    /// Sets what lies at a path below a value.
    fn set_at(&mut self, held: &mut Value, path: PathId, value: Value) {
        let steps = self.paths.steps(path).to_vec();
        let Some((last, above)) = steps.split_last() else { return };
        if above.is_empty() {
            held.set(*last, value, false);
            return;
        }
        let Some(first) = above.first() else { return };
        let mut inner = held.field(*first).cloned().unwrap_or_default();
        inner.set(*last, value, true);
        held.set(*first, inner, false);
    }

    /// Calls methods of the tree and joins what they give back.
    pub(super) fn invoke_on(
        &mut self,
        frame: &mut Frame<'a>,
        callees: &[u32],
        receiver: Option<(&Value, Option<&'a Expr>)>,
        arguments: (&'a [Expr], &[Value]),
        at: At,
    ) -> Value {
        let mut all: Option<Value> = None;
        for callee in callees {
            let Some(found) = self.program.method(*callee) else { continue };
            let returns = found.returns;
            let summary = self.summary(*callee, frame.method);
            frame.out.checks |= summary.checks;
            let place = span(frame.file, at);
            let site = Site {
                receiver,
                expressions: arguments.0,
                given: arguments.1,
                method: *callee,
                place,
            };
            if self.runs_later(*callee) {
                for given in arguments.1 {
                    self.out(frame, "async-state", at, given);
                }
            }
            self.bind_flows(frame, &summary, &site);
            let value = if self.hides(*callee) {
                Value::of(returns)
            } else {
                self.apply_effects(frame, &summary, &site);
                let back = self.bind(frame, &summary.returns, &site, 0);
                self.fit(back, returns)
            };
            all = Some(all.map_or_else(|| value.clone(), |known| known.join(&value)));
        }
        all.unwrap_or(Value { opaque: true, ..Value::default() })
    }

    /// Whether it runs after this, with what it is given kept somewhere.
    fn runs_later(&self, method: u32) -> bool {
        let found = self.program.method(method);
        found.is_some_and(|m| m.annotations.iter().any(|a| a.name == "future"))
    }

    /// Whether a method hides what it is given: by its name, or as the project says.
    fn hides(&mut self, method: u32) -> bool {
        if let Some(known) = self.hiding.get(&method) {
            return *known;
        }
        let Some(found) = self.program.method(method) else { return false };
        let class = self.program.class(found.class);
        let class = class.map_or("", |class| class.ty.full_name.as_str());
        let own = self.symbols.text(found.name);
        let hides = found.kind == MethodKind::Method
            && (name::hides(own) || self.config.apex.hides(class, own));
        self.hiding.insert(method, hides);
        hides
    }

    /// What goes out inside, and what is kept in fields of classes.
    fn bind_flows(&mut self, frame: &mut Frame<'a>, summary: &Summary, site: &Site<'a, '_>) {
        // Most ways begin at the same few parameters.
        let mut given: Vec<((u8, PathId), Marks)> = Vec::new();
        for way in &summary.ways {
            if !self.works(frame) {
                return;
            }
            let key = (way.param, way.path);
            let known = given.iter().find(|(known, _)| *known == key);
            let marks = match known {
                Some((_, marks)) => marks.clone(),
                None => {
                    let value = self.project(frame, way.param, way.path, site);
                    let marks = self.whole(&value, site.place);
                    let marks = marks.step(site.place, &Words::Given(site.method));
                    given.push((key, marks.clone()));
                    marks
                }
            };
            self.arrive(frame, way.sink, &marks, &way.steps);
        }
        for way in &summary.saves {
            let records = self.project(frame, way.param, way.path, site);
            self.save_given(frame, way, &records, (site.place, Words::Given(site.method)));
        }
        for set in &summary.sets {
            let records = self.project(frame, set.param, set.path, site);
            let marks = self.bound(frame, &set.marks, site);
            self.set_given(frame, set, &records, &marks);
        }
        for (cell, mark) in &summary.stores {
            let Origin::Param(param, path) = mark.origin else { continue };
            let value = self.project(frame, param, path, site);
            let marks = self.whole(&value, site.place);
            if !marks.is_empty() {
                let marks = marks.step(site.place, &Words::Given(site.method));
                self.store(frame, *cell, &marks);
            }
        }
    }

    /// Marks of the method as the caller sees them.
    fn bound(&mut self, frame: &Frame<'a>, marks: &Marks, site: &Site<'a, '_>) -> Marks {
        let mut out = Marks::default();
        for mark in marks.iter() {
            let Origin::Param(param, path) = mark.origin else {
                out = out.with(&Marks::one(mark.clone()));
                continue;
            };
            let value = self.project(frame, param, path, site);
            let given = self.whole(&value, site.place);
            let given = given.step(site.place, &Words::Given(site.method));
            // What the method did with it comes after.
            let on = given.iter().map(|from| {
                mark.steps().into_iter().fold(from.clone(), |m, (at, words)| m.step(at, words))
            });
            out = out.with(&Marks::all(on.collect::<Vec<_>>()));
        }
        out
    }

    /// Marks arrive at a sink.
    pub(super) fn arrive(
        &mut self,
        frame: &mut Frame<'a>,
        sink: u32,
        marks: &Marks,
        after: &[(Span, Words)],
    ) {
        for mark in marks.iter() {
            match mark.origin {
                Origin::Param(RECEIVER, _) => {
                    for global in self.globalise(frame.class, mark) {
                        self.flow(sink, &global, after);
                    }
                }
                Origin::Param(param, path) => {
                    if frame.out.ways.len() >= MOST_WAYS {
                        self.cut_short(frame);
                    } else if frame.ways.insert((param, path, sink)) {
                        let steps = steps_to(mark, after);
                        frame.out.ways.push(Way { param, path, sink, steps });
                    }
                }
                _ => self.flow(sink, mark, after),
            }
        }
    }

    /// A way from a source or a field of a class to a sink; of two the first stays.
    fn flow(&mut self, sink: u32, mark: &Mark, after: &[(Span, Words)]) {
        self.flows.entry((sink, mark.origin)).or_insert_with(|| steps_to(mark, after));
    }

    /// Fields of arguments and of the object that the method sets.
    fn apply_effects(&mut self, frame: &mut Frame<'a>, summary: &Summary, site: &Site<'a, '_>) {
        for (param, path, value) in &summary.effects {
            let value = self.bind(frame, value, site, 0);
            let steps = self.paths.steps(*path).to_vec();
            let Some((last, above)) = steps.split_last() else { continue };
            if *param == RECEIVER {
                self.set_on_receiver(frame, site, (above, *last), value);
                continue;
            }
            let Some(target) = site.expressions.get(*param as usize) else { continue };
            let Some(held) = site.given.get(*param as usize) else { continue };
            if above.is_empty() {
                let held = self.eval_again(frame, target, held);
                self.apply(frame, target, held, *last, value);
            }
        }
    }

    /// One field that is set, or one more element.
    fn apply(
        &mut self,
        frame: &mut Frame<'a>,
        target: &'a Expr,
        held: Value,
        name: Sym,
        value: Value,
    ) {
        if name == self.syms.element {
            self.element_effect(frame, &held, &value);
            let held = self.with_element(held, &value);
            self.write(frame, target, held);
        } else {
            self.set_below(frame, target, held, name, value);
        }
    }

    /// A collection that was given takes one more element.
    pub(super) fn element_effect(&mut self, frame: &mut Frame<'a>, held: &Value, value: &Value) {
        let element = self.syms.element;
        for mark in held.marks.iter() {
            if let Origin::Param(param, path) = mark.origin
                && param != RECEIVER
            {
                let path = self.paths.below(path, element);
                Self::note_effect(frame, (param, path), value);
            }
        }
    }

    /// What is set in a parameter is set for the caller.
    pub(super) fn note_effect(frame: &mut Frame<'a>, at: (u8, PathId), value: &Value) {
        match frame.out.effects.iter_mut().find(|(param, path, _)| (*param, *path) == at) {
            Some((_, _, known)) => *known = known.join(value),
            None => frame.out.effects.push((at.0, at.1, value.clone())),
        }
    }

    fn set_on_receiver(
        &mut self,
        frame: &mut Frame<'a>,
        site: &Site<'a, '_>,
        path: (&[Sym], Sym),
        value: Value,
    ) {
        let (above, last) = path;
        match site.receiver {
            Some((held, Some(target))) if above.is_empty() => {
                let held = self.eval_again(frame, target, held);
                self.apply(frame, target, held, last, value);
            }
            // A method of the same object.
            Some((_, None)) if above.is_empty() => {
                let mut this = frame.get(self.syms.this).cloned().unwrap_or_default();
                this.set(last, value.clone(), true);
                frame.set(self.syms.this, this);
                let path = self.paths.below(PathId::default(), last);
                Self::note_effect(frame, (RECEIVER, path), &value);
            }
            _ => {}
        }
    }

    /// What a variable holds by now; of anything else, what it held.
    fn eval_again(&mut self, frame: &Frame<'a>, target: &Expr, held: &Value) -> Value {
        use crate::metadata::apex::model::ExprKind;
        match &target.kind {
            ExprKind::Name(name) => {
                let sym = self.symbols.of(name);
                frame.get(sym).cloned().unwrap_or_else(|| held.clone())
            }
            _ => held.clone(),
        }
    }

    /// A value of the method as the caller sees it.
    fn bind(
        &mut self,
        frame: &Frame<'a>,
        value: &Value,
        site: &Site<'a, '_>,
        depth: usize,
    ) -> Value {
        let mut out =
            Value { marks: Marks::default(), fields: None, part_of: None, ..value.clone() };
        let plain = value.ty.is_plain();
        let mut own = Vec::new();
        for mark in value.marks.iter() {
            let Origin::Param(param, path) = mark.origin else {
                own.push(mark.step(site.place, Words::Back(site.method)));
                continue;
            };
            let given = self.project(frame, param, path, site);
            if plain {
                let marks = self.whole(&given, site.place);
                let marks = marks.step(site.place, &Words::Back(site.method));
                own.extend(marks.iter().cloned());
                out.opaque &= given.opaque;
            } else {
                let ty = out.ty;
                let opaque = given.opaque;
                let closed = given.closed;
                out = out.join(&given);
                out.opaque = opaque;
                out.closed = closed;
                out.ty = if matches!(ty, Ty::Unknown | Ty::AnyRecord | Ty::Object) {
                    out.ty
                } else {
                    ty
                };
            }
        }
        let own: Marks = Marks::all(own.into_iter().collect::<Vec<Mark>>());
        out.marks = out.marks.with(&own);
        if depth < DEEPEST {
            for (name, field) in value.fields.iter().flat_map(|fields| fields.iter()) {
                let field = self.bind(frame, field, site, depth + 1);
                out.set(*name, field, false);
            }
        }
        out
    }

    /// A parameter, or what lies below it, as the caller gave it.
    fn project(
        &mut self,
        frame: &Frame<'a>,
        param: u8,
        path: PathId,
        site: &Site<'a, '_>,
    ) -> Value {
        let given = match param {
            RECEIVER => site.receiver.map(|(value, _)| value.clone()),
            _ => site.given.get(param as usize).cloned(),
        };
        let Some(mut value) = given else { return Value::default() };
        let outer = std::mem::replace(&mut self.silent, true);
        for step in self.paths.steps(path).to_vec() {
            value = self.member(frame, &value, step, site.place);
        }
        self.silent = outer;
        value
    }
}

/// The way of a mark, and what comes after it.
fn steps_to(mark: &Mark, after: &[(Span, Words)]) -> Vec<(Span, Words)> {
    let mut steps = mark.steps();
    steps.extend(after.iter().cloned());
    steps
}
