//! The values of expressions.
//!
//! In: an expression and the state of a walk. Out: its [`Value`]. What is only compared or
//! counted holds nothing; a record that is asked for one of its fields gives that field.

use compact_str::{CompactString, format_compact};

use super::sink::{self, Sink};
use super::value::{Evidence, Is, Mark, Value};
use super::walk::Walk;
use crate::metadata::apex::model::At;
use crate::metadata::formula;
use crate::metadata::script::model::{Entry, Expr, ExprKind};
use crate::org::phi::Level;

/// Properties that lead into a record or a list, and are no field.
const STRUCTURE: [&str; 32] = [
    "data",
    "value",
    "values",
    "fields",
    "record",
    "records",
    "result",
    "results",
    "body",
    "detail",
    "details",
    "target",
    "currenttarget",
    "rows",
    "items",
    "list",
    "response",
    "payload",
    "displayvalue",
    "edges",
    "node",
    "uiapi",
    "query",
    "current",
    "children",
    "returnvalue",
    "params",
    "parameters",
    "state",
    "attributes",
    "content",
    "0",
];

/// Properties that tell nothing of what is in a value.
const TELLS_NOTHING: [&str; 12] = [
    "length",
    "size",
    "error",
    "errors",
    "status",
    "ok",
    "count",
    "total",
    "totalsize",
    "message",
    "id",
    "recordid",
];

/// Properties of elements, events and windows that are numbers.
const NUMBERS: [&str; 20] = [
    "clientx",
    "clienty",
    "pagex",
    "pagey",
    "screenx",
    "screeny",
    "offsetx",
    "offsety",
    "offsetwidth",
    "offsetheight",
    "offsettop",
    "offsetleft",
    "clientwidth",
    "clientheight",
    "scrolltop",
    "scrollleft",
    "scrollheight",
    "innerwidth",
    "innerheight",
    "devicepixelratio",
];

/// Names longer than this are made to hurt.
const LONGEST_PATH: usize = 160;

impl<'c> Walk<'c> {
    /// The value of an expression.
    pub(super) fn value(&mut self, expr: &'c Expr) -> Value {
        match &expr.kind {
            ExprKind::Text(text) => self.text(text),
            ExprKind::Literal => Value::constant(),
            ExprKind::Merge(text) => self.merge(text, expr.at),
            ExprKind::Name(name) => self.name(name, expr.at),
            ExprKind::This => Value { is: Is::This, ..Value::default() },
            ExprKind::Member { base, name } => {
                let base = self.value(base);
                self.member_of(base, &name.text, name.at)
            }
            ExprKind::Index { base, index } => {
                let base = self.value(base);
                let index = self.value(index);
                self.index_of(base, &index, expr.at)
            }
            ExprKind::Call { callee, arguments } => self.call(expr, callee, arguments),
            ExprKind::Assign { target, value, keeps } => {
                let value = self.value(value);
                self.assign_to(target, value.clone(), *keeps, expr.at);
                value
            }
            ExprKind::Object(entries) => self.object(entries),
            ExprKind::Array(parts) | ExprKind::Join(parts) => {
                let mut out = Value { inert: true, ..Value::constant() };
                for part in parts {
                    let part = self.value(part);
                    out.take_in(&part);
                    out.inert &= part.is_inert();
                    out.constant &= part.constant;
                }
                out.marks.iter_mut().for_each(|mark| {
                    mark.alone &= !matches!(expr.kind, ExprKind::Array(_));
                });
                out
            }
            ExprKind::Either(ways) => {
                let mut ways = ways.iter().map(|way| self.value(way)).collect::<Vec<_>>();
                let last = ways.pop().unwrap_or_default();
                ways.into_iter().rev().fold(last, |after, way| way.or(after))
            }
            ExprKind::Test(looked_at, value) => {
                for part in looked_at {
                    self.value(part);
                }
                value.as_ref().map_or_else(Value::constant, |value| self.value(value))
            }
            ExprKind::Function(number) => self.define(*number),
            ExprKind::Unknown => Value::default(),
        }
    }

    fn text(&mut self, text: &CompactString) -> Value {
        let mut out = Value { text: Some(text.clone()), ..Value::constant() };
        let words = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'));
        let is_field = |word: &&str| word.contains('.') || word.contains("__c");
        if text.len() <= 4_000 {
            for word in text.split(words).filter(is_field).take(64) {
                let name = match word.split_once('.') {
                    Some((object, field)) if !object.is_empty() && !field.is_empty() => {
                        self.names.field(word)
                    }
                    _ => match self.names.spoken(word).filter(|told| told.is_field) {
                        Some(told) => super::value::FieldName {
                            name: told.name.as_str().into(),
                            known: Some(told.recognition.clone()),
                        },
                        None => continue,
                    },
                };
                if name.known.is_some() || text.as_str() == word {
                    out.names.push(name);
                }
            }
        }
        out
    }

    /// What a merge expression puts into the script of a page.
    fn merge(&mut self, text: &str, at: At) -> Value {
        const LOOKED_AT: [&str; 5] = ["ISBLANK", "ISNULL", "NOT", "LEN", "URLFOR"];
        // What the org's builders wrote: labels, resources, ids of elements.
        const BUILT: [&str; 6] =
            ["$label", "$resource", "$component", "$objecttype", "$permission", "$action"];
        let mut out = Value::constant();
        let object = self.component.object.clone();
        for reference in formula::references(text) {
            let test = |call: &formula::Call<'_>| {
                formula::is_one_of(call.function, &LOOKED_AT)
                    || (call.function.eq_ignore_ascii_case("IF") && call.argument == 0)
            };
            if reference.calls.iter().any(test) || reference.in_comparison {
                continue;
            }
            let lower = reference.name.to_ascii_lowercase();
            if BUILT.iter().any(|global| lower.starts_with(global)) {
                continue;
            }
            out.constant = false;
            out.parameter |= lower.starts_with("$currentpage.parameters");
            if let Some(method) = reference.name.strip_prefix("$RemoteAction.") {
                out.is = Is::Apex(method.into());
            }
            let told = self.names.schema.merged(object.as_deref(), reference.name);
            if let Some(told) = told {
                let evidence = if told.is_field { Evidence::Field } else { Evidence::Name };
                let said = format_compact!("{} is merged into the script", told.name);
                let span = self.span(at);
                out.marks.push(Mark::new(evidence, &told.name, &told.recognition, span, said));
            }
        }
        out
    }

    fn name(&mut self, name: &CompactString, at: At) -> Value {
        if name == "undefined" {
            return Value::constant();
        }
        let Some(known) = self.variable(name) else {
            self.session(name, at);
            return Value::of_path(unqualified(name));
        };
        let known = known.clone();
        self.or_by_name(known, name, at)
    }

    /// The value, or what its name says where nothing else is known of it.
    fn or_by_name(&mut self, mut value: Value, name: &str, at: At) -> Value {
        let silent = value.marks.is_empty() && value.names.is_empty() && !value.constant;
        if silent && matches!(value.is, Is::Plain | Is::Path(_)) {
            value.marks.extend(self.names.mark(name, self.span(at)));
        }
        value
    }

    /// `base.name`
    pub(super) fn member_of(&mut self, base: Value, name: &str, at: At) -> Value {
        if base.is == Is::This && base.marks.is_empty() {
            return self.own_field(name, at);
        }
        if let Some(path) = base.path()
            && path.len() < LONGEST_PATH
        {
            let path = format_compact!("{path}.{name}");
            self.session(unqualified(&path), at);
            let from_url = ["location.search", "location.hash", "location.href"];
            let mut out = Value::of_path(unqualified(&path));
            out.parameter = base.parameter || from_url.iter().any(|url| path.ends_with(url));
            out.marks = narrowed(&base, name).unwrap_or_default();
            out.inert = is_number(name);
            return self.or_by_name(out, name, at);
        }
        if let Is::Import(from, whole) = &base.is
            && whole == "*"
        {
            return Value { is: Is::Import(from.clone(), name.into()), ..Value::default() };
        }
        let lower = name.to_ascii_lowercase();
        if TELLS_NOTHING.contains(&lower.as_str()) || base.constant {
            return Value::constant();
        }
        let marks = narrowed(&base, name);
        let inert = is_number(name);
        let mut out = Value { parameter: base.parameter, inert, ..Value::default() };
        match marks {
            Some(marks) => {
                out.marks = marks;
                out.names = base.names;
                out
            }
            None => {
                let mut out = self.or_by_name(out, name, at);
                // Another field of a record of which the fields with PHI are known.
                let known = base.marks.iter().any(|mark| mark.level > Level::Low);
                out.constant = out.marks.is_empty() && known;
                out
            }
        }
    }

    fn own_field(&mut self, name: &str, at: At) -> Value {
        if let Some((script, number, getter)) = self.component.method(name) {
            return match getter {
                true => {
                    let returned = self.returned_by(script, number);
                    self.or_by_name(returned, name, at)
                }
                false => Value { is: Is::Function(script, number), ..Value::default() },
            };
        }
        let known = self.field(name).cloned().unwrap_or_default();
        self.or_by_name(known, name, at)
    }

    pub(super) fn index_of(&mut self, base: Value, index: &Value, at: At) -> Value {
        if let Some(text) = index.text.clone() {
            return self.member_of(base, &text, at);
        }
        if let Some(name) = index.names.first() {
            let own = name.name.rsplit('.').next().unwrap_or("").to_owned();
            return self.member_of(base, &own, at);
        }
        match base.is {
            Is::Path(_) | Is::This => base.held(),
            _ => base,
        }
    }

    fn object(&mut self, entries: &'c [Entry]) -> Value {
        let mut out = Value::constant();
        for entry in entries {
            if let Some(computed) = &entry.computed {
                self.value(computed);
            }
            let value = self.value(&entry.value);
            out.constant &= value.constant;
            out.take_in(&value);
        }
        out.marks.iter_mut().for_each(|mark| mark.alone = false);
        out
    }

    /// Gives names of a pattern their parts of a value.
    pub(super) fn bind(&mut self, target: &'c Expr, value: Value) {
        match &target.kind {
            ExprKind::Name(name) => self.declare(name, value),
            ExprKind::Object(entries) => {
                for entry in entries {
                    let part = match entry.key.text.as_str() {
                        "..." => value.clone(),
                        "" => value.held(),
                        key => self.member_of(value.clone(), key, entry.key.at),
                    };
                    self.bind(&entry.value, part);
                }
            }
            ExprKind::Array(parts) => {
                parts.iter().for_each(|part| self.bind(part, value.held()));
            }
            _ => {}
        }
    }

    /// `target = value`
    fn assign_to(&mut self, target: &'c Expr, value: Value, keeps: bool, at: At) {
        match &target.kind {
            ExprKind::Name(name) => {
                if self.variable(name).is_none() {
                    self.set_path(unqualified(name), &value, at);
                }
                self.assign(name, value, keeps);
            }
            ExprKind::Member { base, name } => self.set_member(base, &name.text, value, at),
            ExprKind::Index { base, index } => {
                let index = self.value(index);
                let name = index.text.unwrap_or_default();
                self.set_member(base, &name, value, at);
            }
            ExprKind::Object(_) | ExprKind::Array(_) => self.rebind(target, &value, at),
            _ => {}
        }
    }

    /// A pattern on the left of an assignment: its names are there already.
    fn rebind(&mut self, target: &'c Expr, value: &Value, at: At) {
        match &target.kind {
            ExprKind::Object(entries) => {
                for entry in entries {
                    let part = self.member_of(value.clone(), &entry.key.text, entry.key.at);
                    self.assign_to(&entry.value, part, false, at);
                }
            }
            ExprKind::Array(parts) => {
                for part in parts {
                    self.assign_to(part, value.held(), false, at);
                }
            }
            _ => {}
        }
    }

    fn set_member(&mut self, base: &'c Expr, name: &str, mut value: Value, at: At) {
        let holder = self.value(base);
        if matches!(name, "innerHTML" | "outerHTML") {
            return self.put(Sink::InnerHtml, &value, at, None);
        }
        if let Some(path) = holder.path() {
            let path = format_compact!("{path}.{name}");
            return self.set_path(unqualified(&path), &value, at);
        }
        let span = self.span(base.at);
        if holder.is == Is::This {
            value.step(span, &format_compact!("it is kept in this.{name}"));
            return self.set_field(name, value);
        }
        // A property of a property: the outermost of them holds it among others.
        value.marks.iter_mut().for_each(|mark| mark.alone = false);
        let mut root = base;
        while let ExprKind::Member { base, .. } | ExprKind::Index { base, .. } = &root.kind {
            if matches!(base.kind, ExprKind::This) {
                break;
            }
            root = base;
        }
        match &root.kind {
            ExprKind::Name(name) => drop(self.assign(name, value.held(), true)),
            ExprKind::Member { name, .. } => {
                value.step(span, &format_compact!("it is kept in this.{}", name.text));
                self.set_field(&name.text, value.held());
            }
            _ => {}
        }
    }

    /// The id of the session is named: whoever has it is the user.
    fn session(&mut self, path: &str, at: At) {
        if sink::is_session_id(path) {
            self.put(Sink::SessionId, &Value::default(), at, None);
        }
    }

    fn set_path(&mut self, path: &str, value: &Value, at: At) {
        if let Some(sink) = sink::of_assignment(path) {
            let key = path.split_once('.').map(|(_, key)| CompactString::from(key));
            self.put(sink, value, at, key.filter(|_| sink != Sink::Cookie && sink != Sink::Url));
        }
    }

    /// What a decorator gives its property: `@wire(getRecord, { fields })`.
    pub(super) fn wired(&mut self, decorator: &'c Expr) -> Option<Value> {
        let ExprKind::Call { callee, arguments } = &decorator.kind else { return None };
        if callee.chain().as_deref() != Some(&["wire"]) {
            return None;
        }
        let adapter = self.value(arguments.first()?);
        let config = arguments.get(1).map(|config| self.value(config)).unwrap_or_default();
        let mut out = Value::default();
        let span = self.span(decorator.at);
        if let Is::Apex(method) = &adapter.is {
            out.marks = self.names.apex(method, span);
        }
        let asked = config.names.iter().filter(|_| !matches!(adapter.is, Is::Apex(_)));
        for name in asked {
            let Some(known) = &name.known else { continue };
            let said = format_compact!("{} is asked for", name.name);
            let mut mark = Mark::new(Evidence::Wire, &name.name, known, span, said);
            mark.alone = false;
            out.marks.push(mark);
        }
        for mark in out.marks.iter().filter(|mark| mark.level > Level::Low) {
            self.note_phi(mark.clone());
        }
        Some(out)
    }
}

fn is_number(name: &str) -> bool {
    NUMBERS.contains(&name.to_ascii_lowercase().as_str())
}

/// A path without the window it is looked up in.
fn unqualified(path: &str) -> &str {
    if path == "window.open" {
        return path;
    }
    let mut path = path;
    for window in ["window.", "self.", "globalThis."] {
        path = path.strip_prefix(window).unwrap_or(path);
    }
    path
}

/// The marks of a record that a property of it has; nothing where the record has none of it.
fn narrowed(base: &Value, name: &str) -> Option<Vec<Mark>> {
    if base.marks.is_empty() {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let number = name.bytes().all(|byte| byte.is_ascii_digit());
    let is_object = |mark: &Mark| {
        mark.field.split_once('.').is_some_and(|(object, _)| object.eq_ignore_ascii_case(name))
    };
    let object = base.marks.iter().any(is_object);
    if number || object || lower.ends_with("__r") || STRUCTURE.contains(&lower.as_str()) {
        return Some(base.marks.clone());
    }
    let own = |mark: &&Mark| mark.alone || mark.own().eq_ignore_ascii_case(name);
    let found: Vec<Mark> =
        base.marks.iter().filter(own).map(|mark| Mark { alone: true, ..mark.clone() }).collect();
    (!found.is_empty()).then_some(found)
}
