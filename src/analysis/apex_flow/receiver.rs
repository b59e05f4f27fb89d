//! Methods of records, collections, requests and whatever else is not in the tree.
//!
//! In: what a method is called on, and its arguments. Out: what it gives back; what it is
//! called on, changed; what goes out.

use super::engine::{Engine, span};
use super::frame::Frame;
use super::name;
use super::platform::Given;
use super::source::Kind;
use super::value::{GAP, Loaded, Mark, Marks, Origin, Ty, Value};
use crate::fact::Confidence;
use crate::metadata::apex::model::{Expr, ExprKind};
use crate::source::Span;

/// Keys of answers that are about the answer.
const ABOUT: [&str; 12] = [
    "total",
    "status",
    "statuscode",
    "id",
    "error",
    "errors",
    "error_description",
    "message",
    "code",
    "type",
    "success",
    "resourcetype",
];

impl<'a> Engine<'a> {
    pub(super) fn on_list(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        base: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        match method {
            "add" | "addall" | "set" => {
                if let Some(added) = given.1.last() {
                    self.element_effect(frame, on, added);
                    let list = self.with_element(on.clone(), added);
                    self.write(frame, base, list);
                }
                Value::of(Ty::Bool)
            }
            "get" | "remove" | "next" => self.element(on, base),
            "clear" | "sort" | "retainall" | "removeall" => Value::default(),
            _ => on.clone(),
        }
    }

    pub(super) fn on_map(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        base: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        let first = given.1.first();
        match method {
            "put" => {
                if let Some((key, value)) = first.zip(given.1.get(1)) {
                    self.element_effect(frame, on, value);
                    let mut map = on.clone();
                    self.put(&mut map, key, value.clone());
                    self.write(frame, base, map);
                }
                Value::default()
            }
            "putall" => {
                if let Some(more) = first {
                    self.element_effect(frame, on, more);
                    let map = self.with_element(on.clone(), more);
                    self.write(frame, base, map);
                }
                Value::default()
            }
            "get" | "remove" => self.under_key(on, first, base),
            "values" => {
                let element = self.element(on, base);
                let ty = self.program.list_of(element.ty);
                Value { ty, ..element }
            }
            "keyset" => {
                let keys = on.field(self.syms.keys).map(|keys| keys.marks.clone());
                let ty = self.program.list_of(Ty::Text);
                Value { marks: keys.unwrap_or_default(), ..Value::of(ty) }
            }
            "clone" | "deepclone" => on.clone(),
            _ => Value::default(),
        }
    }

    /// What a map holds under a key.
    fn under_key(&mut self, on: &Value, key: Option<&Value>, base: &Expr) -> Value {
        let known = key.and_then(|key| self.key(key));
        if let Some(found) = known.and_then(|key| on.field(key)) {
            return found.clone();
        }
        let ty = self.program.element(on.ty);
        let mut found = match known {
            // Another literal key: not what stands under those that are known.
            Some(_) => {
                let unset = Value { fields: None, ..on.clone() };
                self.element(&unset, base)
            }
            None => self.element(on, base),
        };
        found.ty = ty;
        found.opaque = on.opaque || !on.marks.is_empty() || !on.closed;
        if let Some(text) = key.and_then(|key| key.text.as_ref()) {
            found.marks = self.narrowed(&found.marks, &text.text);
        }
        found
    }

    /// Of a body, what stands under a key that is about the answer is no PHI; of the answer of
    /// a token endpoint, only the token is a token.
    fn narrowed(&self, marks: &Marks, key: &str) -> Marks {
        if key.contains(GAP) {
            return marks.clone();
        }
        let about = ABOUT.contains(&key.to_ascii_lowercase().as_str());
        let secret = name::secret(key).is_some() || key.eq_ignore_ascii_case("id_token");
        let stays = |origin: Origin| match origin {
            Origin::Source(source) => {
                match self.sources.get(source as usize).map(|source| source.kind) {
                    Some(Kind::Token) => secret,
                    Some(Kind::RequestBody | Kind::ResponseBody | Kind::SomeBody) => !about,
                    _ => true,
                }
            }
            _ => true,
        };
        Marks::all(marks.iter().filter(|mark| stays(mark.origin)).cloned().collect::<Vec<_>>())
    }

    pub(super) fn on_record(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        base: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        let place = span(frame.file, call.at);
        let key = given.1.first().and_then(|value| value.text.as_ref());
        let key = key.filter(|text| !text.text.contains(GAP)).map(|text| text.text.clone());
        match (method, key) {
            ("get" | "getsobject" | "getsobjects", Some(key)) => {
                self.by_path(frame, on, &key, place)
            }
            ("get", None) => {
                let field = self.field_token(frame, given.0);
                match field {
                    Some(field) => self.by_path(frame, on, &field, place),
                    // A field that nobody names may be any of them.
                    None => self.any_field(on, place),
                }
            }
            ("put" | "putsobject", key) => {
                let key = key.or_else(|| self.field_token(frame, given.0));
                if let Some((key, value)) = key.zip(given.1.get(1)) {
                    let sym = self.symbols.of(&key);
                    let value = self.kept(value.clone(), sym, place);
                    self.set_unsaved(frame, on, sym, &value, call.at);
                    self.set_below(frame, base, on.clone(), sym, value);
                }
                Value::default()
            }
            ("clone" | "getpopulatedfieldsasmap", _) => on.clone(),
            _ => Value::default(),
        }
    }

    /// A field that nobody names, of a record that may hold PHI.
    fn any_field(&mut self, on: &Value, place: Span) -> Value {
        let object = match (&on.loaded, self.program.element(on.ty)) {
            (Loaded::Made, _) => return Value { marks: on.every_mark(), ..Value::default() },
            (Loaded::Query(picks), _) if picks.is_empty() => return Value::default(),
            (_, Ty::Record(object)) => object,
            _ => return Value::default(),
        };
        let source = self.whole_object(object, Kind::Record, place, Confidence::Low);
        let mark = source.map(|source| Mark::new(Origin::Source(source)));
        Value { marks: mark.map(Marks::one).unwrap_or_default(), ..Value::default() }
    }

    /// `Patient__c.SSN__c`, or `Schema.Patient__c.SSN__c`, as the name of a field.
    fn field_token(&mut self, frame: &Frame<'a>, arguments: &[Expr]) -> Option<String> {
        let ExprKind::Member { base, name } = &arguments.first()?.kind else { return None };
        self.type_path(frame, base).map(|_| name.text.to_string())
    }

    fn by_path(&mut self, frame: &Frame<'a>, on: &Value, path: &str, place: Span) -> Value {
        let mut value = on.clone();
        for step in path.split('.').take(5) {
            let sym = self.symbols.of(step);
            value = self.member(frame, &value, sym, place);
        }
        value.opaque = value.opaque || matches!(on.ty, Ty::AnyRecord);
        value
    }

    pub(super) fn on_other(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        base: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        let full = match on.ty {
            Ty::Named(name) => self.symbols.lower(name).to_owned(),
            _ => String::new(),
        };
        let ty = full.rsplit('.').next().unwrap_or("");
        let first = given.1.first();
        match (ty, method) {
            ("httprequest", "getbody" | "getbodyasblob" | "getbodydocument") => {
                self.member(frame, on, self.syms.body, span(frame.file, call.at))
            }
            ("httprequest", _) => self.on_request(frame, method, call, (base, on), given),
            ("httpresponse", "getbody" | "getbodyasblob" | "getbodydocument") => {
                self.body(frame, Kind::ResponseBody, span(frame.file, call.at))
            }
            ("http", "send") => self.platform_value("HttpResponse"),
            (
                "singleemailmessage" | "massemailmessage",
                "setplaintextbody" | "sethtmlbody" | "setsubject" | "setfileattachments",
            ) => {
                if let Some(value) = first {
                    self.out(frame, "email", call.at, value);
                }
                Value::default()
            }
            ("singleemailmessage", _) => Value::default(),
            ("customnotification", "settitle" | "setbody") => {
                if let Some(value) = first {
                    self.out(frame, "notification", call.at, value);
                }
                Value::default()
            }
            ("pagereference", "getparameters") => self.platform_value("#parameters"),
            ("#parameters", "put") => {
                if let Some(value) = given.1.get(1) {
                    self.out(frame, "url-parameter", call.at, value);
                }
                Value::default()
            }
            // A line of an aggregate has its fields under their aliases.
            (_, "get") if matches!(on.loaded, Loaded::Query(_)) => {
                let key = first.and_then(|key| key.text.as_ref()).map(|text| text.text.clone());
                let Some(key) = key else { return Value::default() };
                let sym = self.symbols.of(&key);
                let record = Value { ty: Ty::Record(sym), ..on.clone() };
                self.member(frame, &record, sym, span(frame.file, call.at))
            }
            ("#parameters", _) => Value { opaque: true, ..Value::of(Ty::Text) },
            ("partition" | "orgpartition" | "sessionpartition", "put") => {
                if let Some(value) = given.1.get(1) {
                    self.out(frame, "cache", call.at, value);
                }
                Value::default()
            }
            _ if crate::org::words::Words::embedded().is_logger(ty)
                && !method.starts_with("get") =>
            {
                for value in given.1 {
                    self.out(frame, "logger", call.at, value);
                }
                on.clone()
            }
            _ => self.on_unknown(frame, method, call, base, on, given),
        }
    }

    fn on_request(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        request: (&'a Expr, &Value),
        given: Given<'a, '_>,
    ) -> Value {
        let (base, on) = request;
        let variable = self.variable_of(base);
        let word = match method {
            "setbody" | "setbodyasblob" | "setbodydocument" => "callout-body",
            "setendpoint" => "callout-url",
            "setheader" => "callout-header",
            _ => return Value::default(),
        };
        let Some(value) = given.1.last() else { return Value::default() };
        if word == "callout-url"
            && let Some(variable) = variable
            && let Some(address) = Self::address(value)
        {
            frame.endpoints.insert(variable, address);
        }
        if word == "callout-body" {
            let marks = self.whole(value, span(frame.file, call.at));
            let body = Value { marks, text: value.text.clone(), ..Value::of(Ty::Text) };
            self.set_below(frame, base, on.clone(), self.syms.body, body);
        }
        self.fill_request(frame, word, call.at, variable, value);
        Value::default()
    }

    /// What is not known: a writer keeps what it is given, a reader gives what was kept.
    fn on_unknown(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        base: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        const WRITES: [&str; 6] = ["set", "add", "append", "put", "write", "with"];
        let place = span(frame.file, call.at);
        if WRITES.iter().any(|verb| method.starts_with(verb)) {
            let mut marks = Marks::default();
            for value in given.1 {
                marks = marks.with(&self.whole(value, place));
            }
            let mut held = on.clone();
            if !marks.is_empty() {
                held.marks = held.marks.with(&marks);
                self.write(frame, base, held.clone());
            }
            return held;
        }
        let key = given.1.first().and_then(|value| value.text.as_ref());
        let mut marks = on.marks.clone();
        if let Some(key) = key.filter(|_| method.starts_with("get")) {
            marks = self.narrowed(&marks, &key.text);
        }
        let describes = matches!(
            method,
            "getname" | "getlabel" | "getlocalname" | "getdescribe" | "getmessage" | "getmap"
        );
        let text = on.text.clone().filter(|_| method.starts_with("to"));
        let mut found = Value { marks, text, opaque: !describes, ..Value::default() };
        if method == "getrecords" {
            (found.loaded, found.closed) = (on.loaded.clone(), on.closed);
        }
        found
    }
}
