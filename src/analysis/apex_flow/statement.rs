//! Statements: in order, branch by branch.
//!
//! In: the body of a method. Out: its summary. A condition is taken to hold and not to hold,
//! except `Test.isRunningTest()` and `true` and `false` as they stand. A loop's body runs
//! until nothing is new, at most three times.

use super::engine::{Engine, Summary, span};
use super::frame::{Changes, Frame, Outcome};
use super::value::{Loaded, Mark, Marks, Origin, RECEIVER, Ty, Value, Words};
use crate::metadata::apex::model::{Expr, ExprKind, Literal, MethodKind, Stmt, StmtKind};
use crate::metadata::apex::model::{Name, Param, TypeRef};

/// Rounds of a loop, by how many are around it.
const ROUNDS: [usize; 4] = [3, 3, 2, 2];

/// What is known of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Open,
    /// It holds only in tests, or never.
    Off,
    /// It holds except in tests, or always.
    On,
}

impl<'a> Engine<'a> {
    /// What a method does with what it is given.
    pub(super) fn interpret(&mut self, method: u32) -> Summary {
        let Some(found) = self.program.method(method) else { return Summary::default() };
        let (class, body, kind) = (found.class, found.body, found.kind);
        let (params, starts) = (found.params.clone(), found.starts.clone());
        let (has_this, returns) = (!found.is_static, found.returns);
        let Some(file) = self.program.class(class).map(|c| c.unit.file) else {
            return Summary::default();
        };
        let mut frame = Frame::new(method, class, file);
        frame.has_this = has_this && kind != MethodKind::Trigger;
        frame.answers = self.entry(method).is_some();
        if frame.has_this {
            let marks = Marks::one(Mark::new(Origin::Param(RECEIVER, Default::default())));
            frame.set(self.syms.this, Value { marks, ..Value::of(Ty::Class(class)) });
        }
        for (number, (name, ty)) in params.iter().enumerate().take(RECEIVER as usize) {
            let number = u8::try_from(number).unwrap_or(RECEIVER - 1);
            let marks = Marks::one(Mark::new(Origin::Param(number, Default::default())));
            frame.set(*name, Value { marks, opaque: true, ..Value::of(*ty) });
        }
        for (field, init) in starts {
            let value = self.eval(&mut frame, init);
            let at = span(file, init.at);
            self.write_field(&mut frame, class, field, value, at);
        }
        self.block(&mut frame, body);
        self.settle_requests(&mut frame);
        if frame.out.returns.ty == Ty::Unknown {
            frame.out.returns.ty = returns;
        }
        frame.out
    }

    pub(super) fn block(&mut self, frame: &mut Frame<'a>, body: &'a [Stmt]) -> Outcome {
        for statement in body {
            if !self.works(frame) {
                return Outcome::End;
            }
            let outcome = self.statement(frame, statement);
            if outcome != Outcome::On {
                return outcome;
            }
        }
        Outcome::On
    }

    fn statement(&mut self, frame: &mut Frame<'a>, statement: &'a Stmt) -> Outcome {
        match &statement.kind {
            StmtKind::Local { ty, name, init } => self.local(frame, ty, name, init.as_ref()),
            StmtKind::Expr(expr) => drop(self.eval(frame, expr)),
            StmtKind::If { test, then, other } => return self.choose(frame, test, then, other),
            StmtKind::ForEach { ty, name, value, body } => {
                self.each(frame, (ty, name), value, body);
            }
            StmtKind::Loop { before, test, body } => {
                self.block(frame, before);
                self.repeat(frame, test.as_ref(), body);
            }
            StmtKind::Switch { value, branches } => return self.switch(frame, value, branches),
            StmtKind::Try { body, catches, finally } => {
                return self.attempt(frame, body, catches, finally);
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    self.give_back(frame, value);
                }
                return Outcome::End;
            }
            StmtKind::Throw(value) => {
                let thrown = self.eval(frame, value);
                self.out(frame, "exception", statement.at, &thrown);
                return Outcome::End;
            }
            StmtKind::Dml(dml) => self.dml(frame, dml, statement.at),
            StmtKind::Block(body) => return self.block(frame, body),
            StmtKind::Jump => return Outcome::Jump,
        }
        Outcome::On
    }

    fn local(&mut self, frame: &mut Frame<'a>, ty: &TypeRef, name: &Name, init: Option<&'a Expr>) {
        let ty = self.type_of(frame, ty);
        let sym = self.symbols.of(&name.text);
        let value = match init {
            Some(init) => self.eval(frame, init),
            None => Value { loaded: Loaded::Made, closed: true, ..Value::default() },
        };
        let value = self.kept(value.clone(), sym, span(frame.file, name.at));
        let value = self.fit(value, ty);
        frame.set(sym, value);
    }

    /// One more step of what is put under a name.
    pub(super) fn kept(
        &self,
        mut value: Value,
        name: super::symbol::Sym,
        at: crate::source::Span,
    ) -> Value {
        value.marks = value.marks.step(at, &Words::Kept(name));
        value
    }

    /// What a variable of a type makes of a value: the surer of the two types.
    pub(super) fn fit(&self, mut value: Value, declared: Ty) -> Value {
        if !self.carries(declared) {
            return Value::of(declared);
        }
        let vague = matches!(declared, Ty::Unknown | Ty::Object | Ty::AnyRecord);
        let narrower = matches!((declared, value.ty), (Ty::Class(_), Ty::Class(_)));
        let known = value.ty != Ty::Unknown && value.ty != Ty::Object;
        if !((vague || narrower) && known) && declared != Ty::Unknown {
            value.ty = declared;
        }
        value
    }

    /// Whether a type can hold PHI: a yes or no, an id and what describes a field cannot.
    fn carries(&self, ty: Ty) -> bool {
        // A map may still have keys that do.
        if matches!(ty, Ty::Map(_)) {
            return true;
        }
        match self.program.element(self.program.element(ty)) {
            Ty::Bool | Ty::Id => false,
            Ty::Named(name) => {
                let name = self.symbols.lower(name);
                !name.starts_with("schema.") && !name.starts_with("describe")
            }
            _ => true,
        }
    }

    fn give_back(&mut self, frame: &mut Frame<'a>, value: &'a Expr) {
        let returned = self.eval(frame, value);
        self.answer(frame, value.at, &returned);
        let known = std::mem::take(&mut frame.out.returns);
        let fresh = known.ty == Ty::Unknown && known.marks.is_empty() && known.fields.is_none();
        let mut joined = if fresh { returned } else { known.join(&returned) };
        joined.part_of = None;
        frame.out.returns = joined;
    }

    fn choose(
        &mut self,
        frame: &mut Frame<'a>,
        test: &'a Expr,
        then: &'a [Stmt],
        other: &'a [Stmt],
    ) -> Outcome {
        self.eval(frame, test);
        match known(test) {
            Test::Off => self.block(frame, other),
            Test::On => self.block(frame, then),
            Test::Open => self.fork(frame, 2, &mut |engine, frame, branch| {
                engine.block(frame, if branch == 0 { then } else { other })
            }),
        }
    }

    /// Runs branches of which one is taken.
    fn fork(
        &mut self,
        frame: &mut Frame<'a>,
        count: usize,
        run: &mut dyn FnMut(&mut Self, &mut Frame<'a>, usize) -> Outcome,
    ) -> Outcome {
        let mut ends: Vec<Changes> = Vec::new();
        let mut goes_on = false;
        for branch in 0..count {
            let start = frame.branch();
            let outcome = run(self, frame, branch);
            let changes = frame.take_back(start);
            if outcome != Outcome::End {
                ends.push(changes);
            }
            goes_on |= outcome == Outcome::On;
        }
        frame.meet(&ends);
        match (goes_on, ends.is_empty()) {
            (true, _) => Outcome::On,
            (false, true) => Outcome::End,
            (false, false) => Outcome::Jump,
        }
    }

    fn each(
        &mut self,
        frame: &mut Frame<'a>,
        variable: (&'a TypeRef, &'a Name),
        value: &'a Expr,
        body: &'a [Stmt],
    ) {
        let (ty, name) = variable;
        let walked = self.eval(frame, value);
        let declared = self.type_of(frame, ty);
        let sym = self.symbols.of(&name.text);
        let element = self.element(&walked, value);
        let element = self.fit(element, declared);
        self.rounds(frame, &mut |engine, frame| {
            let element = engine.kept(element.clone(), sym, span(frame.file, name.at));
            frame.set(sym, element);
            engine.block(frame, body);
        });
    }

    fn repeat(&mut self, frame: &mut Frame<'a>, test: Option<&'a Expr>, body: &'a [Stmt]) {
        if test.is_some_and(|test| known(test) == Test::Off) {
            return;
        }
        self.rounds(frame, &mut |engine, frame| {
            if let Some(test) = test {
                engine.eval(frame, test);
            }
            engine.block(frame, body);
        });
    }

    fn rounds(&mut self, frame: &mut Frame<'a>, run: &mut dyn FnMut(&mut Self, &mut Frame<'a>)) {
        let rounds = ROUNDS.get(frame.loops).copied().unwrap_or(1);
        frame.loops += 1;
        for _ in 0..rounds {
            let start = frame.branch();
            run(self, frame);
            let changes = frame.take_back(start);
            if !frame.grow(changes) {
                break;
            }
        }
        frame.loops -= 1;
    }

    fn switch(
        &mut self,
        frame: &mut Frame<'a>,
        value: &'a Expr,
        branches: &'a [(Option<Param>, Vec<Expr>, Vec<Stmt>)],
    ) -> Outcome {
        let looked_at = self.eval(frame, value);
        let has_other =
            branches.iter().any(|(bound, values, _)| bound.is_none() && values.is_empty());
        let count = branches.len() + usize::from(!has_other);
        self.fork(frame, count, &mut |engine, frame, branch| {
            let Some((bound, _, body)) = branches.get(branch) else { return Outcome::On };
            if let Some(bound) = bound {
                let ty = engine.type_of(frame, &bound.ty);
                let sym = engine.symbols.of(&bound.name.text);
                frame.set(sym, looked_at.clone().typed(ty));
            }
            engine.block(frame, body)
        })
    }

    fn attempt(
        &mut self,
        frame: &mut Frame<'a>,
        body: &'a [Stmt],
        catches: &'a [(Param, Vec<Stmt>)],
        finally: &'a [Stmt],
    ) -> Outcome {
        let outcome = self.block(frame, body);
        let passes = usize::from(outcome != Outcome::End || catches.is_empty());
        let after = self.fork(frame, catches.len() + passes, &mut |engine, frame, branch| {
            let Some((caught, body)) = catches.get(branch) else { return outcome };
            let ty = engine.type_of(frame, &caught.ty);
            let sym = engine.symbols.of(&caught.name.text);
            frame.set(sym, Value::of(ty));
            engine.block(frame, body)
        });
        let last = self.block(frame, finally);
        if last == Outcome::End { last } else { after }
    }

    pub(super) fn type_of(&mut self, frame: &Frame<'a>, ty: &TypeRef) -> Ty {
        self.program.type_of(ty, Some(frame.class), &self.org.schema, &mut self.symbols)
    }
}

/// What is known of a condition without running it.
pub(super) fn known(test: &Expr) -> Test {
    match &test.kind {
        ExprKind::Literal(Literal::Bool, text) if text.eq_ignore_ascii_case("false") => Test::Off,
        ExprKind::Literal(Literal::Bool, text) if text.eq_ignore_ascii_case("true") => Test::On,
        ExprKind::Call { base: Some(base), name, .. }
            if name.text.eq_ignore_ascii_case("isRunningTest") && is_test_class(base) =>
        {
            Test::Off
        }
        ExprKind::Unary(inner) => match known(inner) {
            Test::Off => Test::On,
            Test::On => Test::Off,
            Test::Open => Test::Open,
        },
        ExprKind::Binary { operator, left, right } => match operator.as_str() {
            "&&" if known(left) == Test::Off || known(right) == Test::Off => Test::Off,
            "||" if known(left) == Test::On || known(right) == Test::On => Test::On,
            _ => Test::Open,
        },
        _ => Test::Open,
    }
}

fn is_test_class(base: &Expr) -> bool {
    match &base.kind {
        ExprKind::Name(name) => name.eq_ignore_ascii_case("Test"),
        ExprKind::Member { name, .. } => name.text.eq_ignore_ascii_case("Test"),
        _ => false,
    }
}
