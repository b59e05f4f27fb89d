//! Calls: what they put into sinks, hand over and give back.
//!
//! In: a call and the state of a walk. Out: the value it gives back. Calls of functions of the
//! component are followed; of others a name decides whether anything of the arguments comes
//! back: masking, hashing and checking let nothing through.

use compact_str::{CompactString, format_compact};

use super::sink::{self, Sink, Takes};
use super::value::{Is, Value};
use super::verbs::{ADDS, ASKS, GIVES_NUMBER, LETS_NOTHING_THROUGH, MAKES_INERT, MAPS, PICKS};
use super::walk::{Found, Walk};
use crate::metadata::apex::model::At;
use crate::metadata::script::model::{Expr, ExprKind, Host};
use crate::org::tokens;

impl<'c> Walk<'c> {
    /// The value of a call.
    pub(super) fn call(
        &mut self,
        expr: &'c Expr,
        callee: &'c Expr,
        arguments: &'c [Expr],
    ) -> Value {
        match &callee.kind {
            ExprKind::Member { base, name } => {
                let on = self.value(base);
                self.method(expr, base, on, &name.text, arguments)
            }
            ExprKind::Index { base, index } => {
                if index.chain().is_some_and(|chain| navigates(&chain)) {
                    arguments.iter().for_each(|argument| self.put_address(argument, expr.at));
                    return Value::default();
                }
                self.value(base);
                let given = self.given(arguments);
                join(&given).held()
            }
            _ => {
                let called = self.value(callee);
                self.function(expr, called, callee, arguments)
            }
        }
    }

    /// Parts of a page reference go into its URL: each where it is written down.
    fn put_address(&mut self, part: &'c Expr, around: At) {
        match &part.kind {
            ExprKind::Object(entries) => {
                for entry in entries {
                    let at = if entry.key.text.is_empty() { around } else { entry.key.at };
                    self.put_address(&entry.value, at);
                }
            }
            _ => {
                let value = self.value(part);
                self.put(Sink::Url, &value, around, None);
            }
        }
    }

    /// Values of arguments. A function among them is walked with nothing given, unless who
    /// takes it is known.
    fn given(&mut self, arguments: &'c [Expr]) -> Vec<Value> {
        arguments.iter().map(|argument| self.value(argument)).collect()
    }

    fn plain(&mut self, arguments: &'c [Expr]) -> Vec<Value> {
        let plain = |argument: &Expr| !matches!(handed(argument).kind, ExprKind::Function(_));
        arguments
            .iter()
            .map(|argument| match plain(argument) {
                true => self.value(argument),
                false => Value::constant(),
            })
            .collect()
    }

    /// Walks the functions among the arguments with these parameters; what they return.
    fn call_back(&mut self, arguments: &'c [Expr], params: &[Value]) -> Value {
        let mut out: Option<Value> = None;
        for argument in arguments.iter().map(handed) {
            let returned = match &argument.kind {
                ExprKind::Function(number) => self.inline(*number, params.to_vec()),
                ExprKind::Name(_) | ExprKind::Member { .. } => {
                    let Is::Function(script, number) = self.value(argument).is else { continue };
                    for (at, value) in params.iter().enumerate() {
                        self.hand_over(script, number, at, value);
                    }
                    self.returned_by(script, number)
                }
                _ => continue,
            };
            out = Some(match out {
                Some(known) => known.or(returned),
                None => returned,
            });
        }
        out.unwrap_or_default()
    }

    fn function(
        &mut self,
        expr: &'c Expr,
        called: Value,
        callee: &'c Expr,
        arguments: &'c [Expr],
    ) -> Value {
        match called.is.clone() {
            Is::Function(script, number) => self.own(script, number, arguments),
            Is::Apex(method) => {
                self.given(arguments);
                self.asked(&method, expr.at)
            }
            Is::Import(from, name) => self.imported_function(&from, &name, arguments),
            Is::Path(path) => self.global(expr, &path, arguments),
            Is::This | Is::Plain => {
                let word = callee.chain().and_then(|chain| chain.last().copied()).unwrap_or("");
                self.unknown(word, Value::default(), arguments)
            }
        }
    }

    pub(super) fn asked(&mut self, method: &str, at: At) -> Value {
        let marks = self.names.apex(method, self.span(at));
        for mark in marks.iter().filter(|mark| mark.level > crate::org::phi::Level::Low) {
            self.note_phi(mark.clone());
        }
        Value { marks, ..Value::default() }
    }

    /// A function of the component.
    fn own(&mut self, script: usize, number: usize, arguments: &'c [Expr]) -> Value {
        let given = self.given(arguments);
        for (at, (value, argument)) in given.iter().zip(arguments).enumerate() {
            let mut value = value.clone();
            value.step(self.span(argument.at), "it is handed over");
            value.text = None;
            self.hand_over(script, number, at, &value);
        }
        self.returned_by(script, number)
    }

    fn imported_function(&mut self, from: &str, name: &str, arguments: &'c [Expr]) -> Value {
        if let Some(script) = self.component.module(from) {
            let exported = self.exported(script, name).map(|value| value.is.clone());
            if let Some(Is::Function(script, number)) = exported {
                return self.own(script, number, arguments);
            }
        }
        if matches!(name, "getFieldValue" | "getFieldDisplayValue") {
            let given = self.given(arguments);
            let record = given.first().cloned().unwrap_or_default();
            let field = given.get(1).cloned().unwrap_or_default();
            let at = arguments.get(1).map_or(At::default(), |field| field.at);
            return self.field_value(record, &field, at);
        }
        if name == "gql" {
            return self.given(arguments).into_iter().next().unwrap_or_default();
        }
        if from.starts_with("lightning/") || from.starts_with("@salesforce/") {
            self.given(arguments);
            return Value::default();
        }
        self.unknown(name, Value::default(), arguments)
    }

    /// `getFieldValue(record, FIELD)`
    fn field_value(&mut self, record: Value, field: &Value, at: At) -> Value {
        let Some(name) = field.names.first() else { return record };
        let own = name.name.rsplit('.').next().unwrap_or("").to_owned();
        let mut out = Value::default();
        let marks = record.marks.iter().filter(|mark| mark.own().eq_ignore_ascii_case(&own));
        out.marks = marks.cloned().collect();
        if out.marks.is_empty()
            && let Some(known) = &name.known
        {
            let said = format_compact!("{} is read", name.name);
            let evidence = super::value::Evidence::Wire;
            let span = self.span(at);
            out.marks.push(super::value::Mark::new(evidence, &name.name, known, span, said));
        }
        out.marks.iter_mut().for_each(|mark| mark.alone = true);
        out.constant = out.marks.is_empty();
        out
    }

    /// Something of the browser, or a name that nothing here declares.
    fn global(&mut self, expr: &'c Expr, path: &str, arguments: &'c [Expr]) -> Value {
        if let Some((sink, takes)) = sink::of_call(path) {
            self.put_arguments(expr, path, sink, takes, arguments);
            return Value::of_path(format_compact!("{path}()"));
        }
        // The text of a number is one.
        if path == "String" {
            return join(&self.given(arguments)).held();
        }
        let inline = self.source().is_some_and(|script| script.host == Host::Inline);
        let class = path.split('.').next().unwrap_or(path);
        if inline && self.component.controllers.iter().any(|own| own.eq_ignore_ascii_case(class)) {
            self.plain(arguments);
            let result = self.asked(path, expr.at);
            return self.call_back(arguments, &[result]);
        }
        let word = path.rsplit('.').next().unwrap_or(path);
        let mut out = self.unknown(word, Value::default(), arguments);
        out.inert |= path.starts_with("Math.");
        let named = arguments.first().and_then(Expr::text).filter(|_| path == "$A.get");
        out.is = Is::Path(match named {
            Some(named) if named.len() < 60 => format_compact!("{path}({named})"),
            _ => format_compact!("{path}()"),
        });
        out
    }

    fn put_arguments(
        &mut self,
        expr: &'c Expr,
        path: &str,
        sink: Sink,
        takes: Takes,
        arguments: &'c [Expr],
    ) {
        let given = self.given(arguments);
        let key = match takes {
            Takes::KeyAndValue => arguments.first().and_then(Expr::text).map(CompactString::from),
            _ => None,
        };
        let value = match takes {
            Takes::Only(at) => given.get(at).cloned().unwrap_or_else(Value::constant),
            _ => join(&given),
        };
        self.put(sink, &value, expr.at, key);
        let any = given.get(1).and_then(|origin| origin.text.as_deref()) == Some("*");
        if let Some(found) = self.found.get_mut(&(self.script, expr.at.start, sink)) {
            found.any_origin = any && sink == Sink::PostMessage;
            found.host = sink::tracker(path).filter(|_| sink == Sink::Tracker);
        }
    }

    /// A method of a value.
    fn method(
        &mut self,
        expr: &'c Expr,
        base: &'c Expr,
        on: Value,
        name: &str,
        arguments: &'c [Expr],
    ) -> Value {
        if let Some(found) = self.aura(&on, name, arguments, expr.at) {
            return found;
        }
        let helper = matches!(&base.kind, ExprKind::Name(own) if own == "helper");
        if (on.is == Is::This || helper)
            && let Some((script, number, _)) = self.component.method(name)
        {
            return self.own(script, number, arguments);
        }
        match on.is.clone() {
            Is::Path(path) if on.marks.is_empty() => {
                let path = format_compact!("{path}.{name}");
                let path = path.strip_prefix("window.").filter(|p| *p != "open").unwrap_or(&path);
                return match path {
                    "JSON.stringify" | "JSON.parse" | "Object.assign" | "Object.values"
                    | "Object.entries" | "Object.freeze" | "Promise.resolve" | "Promise.all"
                    | "Array.from" | "encodeURIComponent" => {
                        let given = self.given(arguments);
                        let mut out = join(&given).held();
                        out.inert |= path == "encodeURIComponent";
                        out.constant = given.iter().all(|value| value.constant);
                        out
                    }
                    "Object.keys" => {
                        self.given(arguments);
                        Value::constant()
                    }
                    _ => self.path_method(expr, path, on.parameter, arguments),
                };
            }
            Is::Import(from, whole) if whole == "*" => {
                return self.imported_function(&from, name, arguments);
            }
            Is::Apex(_)
            | Is::Function(..)
            | Is::This
            | Is::Plain
            | Is::Path(_)
            | Is::Import(..) => {}
        }
        if let Some((sink, takes)) = sink::of_method(name) {
            // `.html()` of anything but jQuery writes nothing.
            if name != "html" || !arguments.is_empty() {
                self.put_arguments(expr, name, sink, takes, arguments);
                return on.held();
            }
        }
        if name == "objectStore" {
            self.given(arguments);
            return Value::of_path("objectStore()");
        }
        self.on_value(base, on, name, arguments)
    }

    fn path_method(
        &mut self,
        expr: &'c Expr,
        path: &str,
        parameter: bool,
        arguments: &'c [Expr],
    ) -> Value {
        if path.ends_with(".then") {
            let before = path.strip_suffix(".then").unwrap_or(path);
            let result = Value::of_path(before);
            let mut out = self.call_back(arguments, &[result]);
            out.is = Is::Path(before.into());
            return out;
        }
        // A key is read: what comes out was put in elsewhere.
        let mut out = self.global(expr, path, arguments);
        out.parameter |= parameter;
        out
    }

    /// Methods of texts, lists, maps and promises.
    fn on_value(&mut self, base: &'c Expr, on: Value, name: &str, arguments: &'c [Expr]) -> Value {
        let lower = name.to_ascii_lowercase();
        let is = |list: &[&str]| list.contains(&lower.as_str());
        if lower == "catch" {
            self.call_back(arguments, &[Value::default()]);
            return on;
        }
        let walks = is(&MAPS) || is(&PICKS) || is(&ASKS);
        if walks || lower == "reduce" || lower == "setcallback" {
            self.plain(arguments);
            let mut item = on.held();
            item.is = match &on.is {
                Is::Path(path) => Is::Path(path.clone()),
                _ => Is::Plain,
            };
            let params = match lower.as_str() {
                "reduce" => vec![item.clone(), item],
                _ => vec![item],
            };
            let returned = self.call_back(arguments, &params);
            return match () {
                () if is(&MAPS) || lower == "reduce" => returned,
                () if is(&PICKS) => on,
                () => Value::constant(),
            };
        }
        if is(&ADDS) {
            let given = self.given(arguments);
            let mut all = join(&given).held();
            all.marks.iter_mut().for_each(|mark| mark.alone = false);
            self.add_to(base, &all);
            let mut out = on.held();
            out.take_in(&all);
            return out;
        }
        self.unknown(name, on, arguments)
    }

    /// `list.push(value)`: the list holds it from now on.
    fn add_to(&mut self, base: &'c Expr, value: &Value) {
        if value.marks.is_empty() {
            return;
        }
        match &base.kind {
            ExprKind::Name(name) => drop(self.assign(name, value.clone(), true)),
            ExprKind::Member { base, name } if matches!(base.kind, ExprKind::This) => {
                self.set_field(&name.text, value.clone());
            }
            _ => {}
        }
    }

    /// A function nobody knows: what goes in may come out, unless its name says otherwise.
    fn unknown(&mut self, name: &str, on: Value, arguments: &'c [Expr]) -> Value {
        let mut given = self.plain(arguments);
        given.push(on);
        let mut all = join(&given).held();
        let remote = given.iter().find_map(|value| match &value.is {
            Is::Apex(method) => Some(method.clone()),
            _ => None,
        });
        if let Some(method) = remote {
            let at = arguments.first().map_or(At::default(), |first| first.at);
            all.take_in(&self.asked(&method, at));
        }
        let returned = self.call_back(arguments, std::slice::from_ref(&all));
        all.take_in(&returned);
        let words = tokens::of_name(name);
        let makes = words.iter().any(|word| MAKES_INERT.contains(&word.as_str()));
        all.inert |= makes || GIVES_NUMBER.contains(&name.to_ascii_lowercase().as_str());
        if words.iter().any(|word| LETS_NOTHING_THROUGH.contains(&word.as_str())) {
            return Value::constant();
        }
        all
    }

    /// Notes that a value goes into a sink.
    pub(super) fn put(&mut self, sink: Sink, value: &Value, at: At, key: Option<CompactString>) {
        let mut marks = value.marks.clone();
        if let Some(key) = &key
            && !value.constant
            && marks.is_empty()
        {
            marks.extend(self.names.mark(key, self.span(at)));
        }
        let found = Found {
            script: self.script,
            at,
            sink,
            function: self.function_name(),
            marks,
            key,
            host: None,
            parameter: value.parameter,
            any_origin: false,
            open: !(value.constant || sink == Sink::InnerHtml && value.inert),
        };
        let id = (self.script, at.start, sink);
        match self.found.get_mut(&id) {
            Some(known) => {
                let mut held =
                    Value { marks: std::mem::take(&mut known.marks), ..Value::default() };
                held.take_in(&Value { marks: found.marks, ..Value::default() });
                known.marks = held.marks;
                known.parameter |= found.parameter;
                known.open |= found.open;
            }
            None => drop(self.found.insert(id, found)),
        }
    }
}

/// A function as it is handed over, without what binds it: `$A.getCallback(f)`, `f.bind(this)`.
fn handed(argument: &Expr) -> &Expr {
    let ExprKind::Call { callee, arguments } = &argument.kind else { return argument };
    if callee.chain().as_deref() == Some(&["$A", "getCallback"]) {
        return arguments.first().unwrap_or(argument);
    }
    match &callee.kind {
        ExprKind::Member { base, name }
            if name.text == "bind" && matches!(base.kind, ExprKind::Function(_)) =>
        {
            base
        }
        _ => argument,
    }
}

/// `NavigationMixin.Navigate`, `NavigationMixin.GenerateUrl`
fn navigates(chain: &[&str]) -> bool {
    matches!(chain, ["NavigationMixin", "Navigate" | "GenerateUrl"])
}

fn join(values: &[Value]) -> Value {
    let mut out = Value { inert: true, ..Value::constant() };
    for value in values {
        out.take_in(value);
        out.inert &= value.is_inert();
        out.constant &= value.constant;
    }
    out
}
