//! Walking the statements of a component.
//!
//! In: a component and what names tell. Out: [`Found`]: each place where a value is put into a
//! sink. Variables are followed in the order of the statements; properties of the component,
//! parameters and returned values are joined over all their uses, and the walk is repeated
//! until nothing new is learned. Every function is walked where it is written.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::component::Component;
use super::names::Names;
use super::sink::Sink;
use super::value::{Is, Mark, Value};
use crate::metadata::apex::model::At;
use crate::metadata::script::model::{Expr, ExprKind, Member, Script, Stmt};
use crate::source::{FileId, Span};

/// A value in a sink.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) script: usize,
    pub(super) at: At,
    pub(super) sink: Sink,
    pub(super) function: CompactString,
    pub(super) marks: Vec<Mark>,
    /// The key under which it is stored.
    pub(super) key: Option<CompactString>,
    /// The tracker that gets it.
    pub(super) host: Option<&'static str>,
    /// It comes from the URL.
    pub(super) parameter: bool,
    /// Every origin may take the message.
    pub(super) any_origin: bool,
    /// Nothing of it was written down in full.
    pub(super) open: bool,
}

type Scope = FxHashMap<CompactString, Value>;

/// How often a component is walked: the ways of values across methods are not longer.
const MOST_ROUNDS: usize = 5;

/// Statements and copied variables of one component.
const BUDGET: usize = 4_000_000;

/// The state of a walk.
pub(super) struct Walk<'c> {
    pub(super) names: &'c Names<'c>,
    pub(super) component: &'c Component<'c>,
    globals: Vec<Scope>,
    fields: Scope,
    params: FxHashMap<(usize, usize), Vec<Value>>,
    returns: FxHashMap<(usize, usize), Value>,
    scopes: Vec<Scope>,
    /// Scopes below this number belong to functions around the one that is walked.
    own_from: usize,
    returned: Vec<Value>,
    called: Vec<CompactString>,
    pub(super) script: usize,
    changed: bool,
    budget: usize,
    loops: usize,
    pub(super) found: BTreeMap<(usize, u32, Sink), Found>,
    /// PHI the component asks for by name.
    pub(super) works_with: Vec<Mark>,
}

impl<'c> Walk<'c> {
    /// Walks a component to the end.
    pub(super) fn run(names: &'c Names<'c>, component: &'c Component<'c>) -> Self {
        let mut walk = Self {
            names,
            component,
            globals: component.scripts.iter().map(|_| Scope::default()).collect(),
            fields: Scope::default(),
            params: FxHashMap::default(),
            returns: FxHashMap::default(),
            scopes: Vec::new(),
            own_from: 0,
            returned: Vec::new(),
            called: Vec::new(),
            script: 0,
            changed: true,
            budget: BUDGET,
            loops: 0,
            found: BTreeMap::new(),
            works_with: Vec::new(),
        };
        for _ in 0..MOST_ROUNDS {
            if !std::mem::take(&mut walk.changed) {
                break;
            }
            walk.found.clear();
            for number in 0..component.scripts.len() {
                walk.module(number);
            }
        }
        walk
    }

    /// The whole was too large to be walked to the end.
    pub(super) fn is_cut(&self) -> bool {
        self.budget == 0
    }

    pub(super) fn source(&self) -> Option<&'c Script> {
        self.component.scripts.get(self.script).copied()
    }

    pub(super) fn span(&self, at: At) -> Span {
        let file = self.source().map_or(FileId(0), |script| script.file);
        Span::new(file, at.start as usize, at.end as usize)
    }

    pub(super) fn function_name(&self) -> CompactString {
        self.called.iter().rev().find(|name| !name.is_empty()).cloned().unwrap_or_default()
    }

    fn module(&mut self, number: usize) {
        let Some(script) = self.component.scripts.get(number).copied() else { return };
        self.script = number;
        for import in &script.imports {
            let value = self.imported(&import.from.text, &import.imported, import.from.at);
            self.set_global(&import.local.text, value);
        }
        self.block(&script.body);
    }

    fn imported(&mut self, from: &str, name: &CompactString, at: At) -> Value {
        if let Some(method) = from.strip_prefix("@salesforce/apex/") {
            return Value { is: Is::Apex(method.into()), ..Value::default() };
        }
        if let Some(field) = from.strip_prefix("@salesforce/schema/") {
            let field = self.names.field(field);
            if let Some(known) = &field.known {
                let evidence = super::value::Evidence::Component;
                let said = compact_str::format_compact!("{} is imported", field.name);
                let mark = Mark::new(evidence, &field.name, known, self.span(at), said);
                self.note_phi(mark);
            }
            return Value { names: vec![field], ..Value::default() };
        }
        Value { is: Is::Import(from.into(), name.clone()), ..Value::default() }
    }

    /// Notes PHI that the component asks for, once.
    pub(super) fn note_phi(&mut self, mark: Mark) {
        if !self.works_with.iter().any(|known| known.field == mark.field) {
            self.works_with.push(mark);
        }
    }

    pub(super) fn block(&mut self, body: &'c [Stmt]) {
        for stmt in body {
            if let Stmt::Function(number) = stmt
                && let Some(function) = self.source().and_then(|s| s.functions.get(*number))
            {
                let value = Value { is: Is::Function(self.script, *number), ..Value::default() };
                self.declare(&function.name.text, value);
            }
        }
        for stmt in body {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &'c Stmt) {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return;
        }
        match stmt {
            Stmt::Expr(expr) => drop(self.value(expr)),
            Stmt::Let { target, value } => {
                let held = value.as_ref().map(|value| self.value(value)).unwrap_or_default();
                self.bind(target, held);
            }
            Stmt::Branch(branches) => self.branch(branches),
            Stmt::Loop(body) => self.repeat(&mut |walk: &mut Self| walk.block(body)),
            Stmt::Each { target, value, keys, body } => {
                let held = self.value(value);
                let held = if *keys { Value::constant() } else { held.held() };
                self.repeat(&mut |walk: &mut Self| {
                    walk.bind(target, held.clone());
                    walk.block(body);
                });
            }
            Stmt::Return(value) => {
                let held = value.as_ref().map(|value| self.value(value)).unwrap_or_default();
                if let Some(returned) = self.returned.last_mut() {
                    let before = std::mem::take(returned);
                    *returned = if before.is_nothing() { held } else { before.or(held) };
                }
            }
            Stmt::Function(number) => drop(self.define(*number)),
            Stmt::Class(members) => members.iter().for_each(|member| self.member(member)),
        }
    }

    fn branch(&mut self, branches: &'c [Vec<Stmt>]) {
        let before = self.scopes.clone();
        let mut after: Option<Vec<Scope>> = None;
        for branch in branches {
            let size: usize = before.iter().map(FxHashMap::len).sum();
            self.budget = self.budget.saturating_sub(size);
            self.scopes.clone_from(&before);
            self.block(branch);
            let ended = std::mem::take(&mut self.scopes);
            after = Some(match after {
                None => ended,
                Some(known) => meet(known, ended),
            });
        }
        self.scopes = after.unwrap_or(before);
    }

    fn repeat(&mut self, body: &mut dyn FnMut(&mut Self)) {
        let before = self.scopes.clone();
        let size: usize = before.iter().map(FxHashMap::len).sum();
        self.budget = self.budget.saturating_sub(size);
        self.loops += 1;
        body(self);
        // What the end of a round leaves is there at the start of the next.
        if self.loops <= 2 {
            body(self);
        }
        self.loops -= 1;
        let ended = std::mem::take(&mut self.scopes);
        self.scopes = meet(before, ended);
    }

    fn member(&mut self, member: &'c Member) {
        let name = &member.name.text;
        let wired = member.decorators.iter().find_map(|decorator| self.wired(decorator));
        match &member.value {
            Some(Expr { kind: ExprKind::Function(number), .. }) => {
                if let Some(wired) = wired {
                    self.hand_over(self.script, *number, 0, &wired);
                }
                self.define(*number);
            }
            Some(value) => {
                let held = self.value(value);
                self.set_field(name, held);
            }
            None => {
                if let Some(wired) = wired {
                    self.set_field(name, wired);
                }
            }
        }
    }

    /// Walks a function where it is written, with what it was ever called with.
    pub(super) fn define(&mut self, number: usize) -> Value {
        let id = (self.script, number);
        let given = self.params.get(&id).cloned().unwrap_or_default();
        let returned = self.inline(number, given);
        let known = self.returns.entry(id).or_default();
        let news = known.take_in(&returned);
        if known.is == Is::Plain {
            known.is = returned.is;
        }
        known.inert = returned.inert;
        known.constant = returned.constant;
        self.changed |= news;
        Value { is: Is::Function(id.0, id.1), ..Value::default() }
    }

    /// Walks a function here and now, and gives what it returns.
    pub(super) fn inline(&mut self, number: usize, given: Vec<Value>) -> Value {
        let Some(function) = self.source().and_then(|script| script.functions.get(number)) else {
            return Value::default();
        };
        self.scopes.push(Scope::default());
        let own_from = std::mem::replace(&mut self.own_from, self.scopes.len() - 1);
        self.returned.push(Value::default());
        self.called.push(function.name.text.clone());
        let mut given = given.into_iter();
        for param in &function.params {
            let value = given.next().unwrap_or_default();
            self.bind(param, value);
        }
        self.block(&function.body);
        self.called.pop();
        self.scopes.pop();
        self.own_from = own_from;
        self.returned.pop().unwrap_or_default()
    }

    /// Gives a parameter of a function what it is called with.
    pub(super) fn hand_over(&mut self, script: usize, number: usize, at: usize, value: &Value) {
        const MOST_PARAMS: usize = 32;
        if at >= MOST_PARAMS {
            return;
        }
        let params = self.params.entry((script, number)).or_default();
        if params.len() <= at {
            params.resize_with(at + 1, Value::default);
        }
        if let Some(param) = params.get_mut(at) {
            let news = param.take_in(value);
            if param.is == Is::Plain && value.is != Is::Plain {
                param.is = value.is.clone();
            }
            self.changed |= news;
        }
    }

    /// What a function returned so far.
    pub(super) fn returned_by(&self, script: usize, number: usize) -> Value {
        self.returns.get(&(script, number)).cloned().unwrap_or_default()
    }

    /// A variable, if there is one.
    pub(super) fn variable(&self, name: &str) -> Option<&Value> {
        let local = self.scopes.iter().rev().find_map(|scope| scope.get(name));
        local.or_else(|| self.globals.get(self.script)?.get(name))
    }

    /// What a module exports under a name.
    pub(super) fn exported(&self, script: usize, name: &str) -> Option<&Value> {
        self.globals.get(script)?.get(name)
    }

    /// A new variable of the innermost scope.
    pub(super) fn declare(&mut self, name: &str, value: Value) {
        match self.scopes.last_mut() {
            Some(scope) => drop(scope.insert(name.into(), value)),
            None => self.set_global(name, value),
        }
    }

    /// Gives a variable a value; false where there is none of that name.
    pub(super) fn assign(&mut self, name: &str, value: Value, keeps: bool) -> bool {
        let own_from = self.own_from;
        let mut scopes = self.scopes.iter_mut().enumerate().rev();
        let found = scopes.find_map(|(at, scope)| Some((at, scope.get_mut(name)?)));
        if let Some((at, known)) = found {
            // A function around this one may go on with what the variable held before.
            if keeps || at < own_from {
                known.take_in(&value);
                known.inert = known.is_inert() && value.is_inert();
                known.constant &= value.constant;
                known.text = None;
            } else {
                *known = value;
            }
            return true;
        }
        let known = self.globals.get(self.script).is_some_and(|globals| globals.contains_key(name));
        if known {
            self.set_global(name, value);
        }
        known
    }

    fn set_global(&mut self, name: &str, value: Value) {
        let Some(globals) = self.globals.get_mut(self.script) else { return };
        self.changed |= keep(globals, name, value);
    }

    /// A property of the component.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// Gives a property of the component a value; it may have had others.
    pub(super) fn set_field(&mut self, name: &str, value: Value) {
        self.changed |= keep(&mut self.fields, name, value);
    }
}

/// Keeps a value under a name beside those it may have had.
fn keep(scope: &mut Scope, name: &str, value: Value) -> bool {
    match scope.get_mut(name) {
        Some(known) => {
            let mut news = known.take_in(&value);
            news |= known.constant && !value.constant;
            known.inert = known.is_inert() && value.is_inert();
            known.constant &= value.constant;
            if known.text != value.text {
                known.text = None;
            }
            if known.is == Is::Plain && value.is != Is::Plain {
                known.is = value.is;
                news = true;
            }
            news
        }
        None => {
            scope.insert(name.into(), value);
            true
        }
    }
}

/// Two states that meet: either may be the one.
fn meet(mut left: Vec<Scope>, right: Vec<Scope>) -> Vec<Scope> {
    for (left, right) in left.iter_mut().zip(right) {
        for (name, value) in right {
            match left.remove(&name) {
                Some(known) => drop(left.insert(name, known.or(value))),
                None => drop(left.insert(name, value)),
            }
        }
    }
    left
}
