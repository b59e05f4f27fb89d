//! Calls of the platform and of what is not in the tree.
//!
//! In: a call, what it is made on, its arguments. Out: what it gives back, and what it lets
//! out. Of a class that is not in the tree only a logger is a sink; what it gives back is not
//! known.

use super::engine::{Engine, span};
use super::frame::Frame;
use super::name;
use super::sink::OWN_ORG;
use super::source::Kind;
use super::symbol::Sym;
use super::value::{Literal, Mark, Marks, Origin, Ty, Value};
use crate::fact::Confidence;
use crate::metadata::apex::model::{Expr, ExprKind, Literal as Form, TypeRef};

/// The arguments of a call, as they stand and as they are.
pub(super) type Given<'a, 'v> = (&'a [Expr], &'v [Value]);

/// Classes of the platform whose static methods make one value of others.
const MAKERS: [&str; 10] = [
    "string",
    "json",
    "encodingutil",
    "blob",
    "date",
    "datetime",
    "time",
    "math",
    "formula",
    "xmlstreamwriter",
];

/// Methods that tell about a value and do not give it.
const ASKS: [&str; 40] = [
    "size",
    "length",
    "isempty",
    "isblank",
    "isnotblank",
    "isnotempty",
    "contains",
    "containskey",
    "containsany",
    "containsignorecase",
    "equals",
    "equalsignorecase",
    "startswith",
    "endswith",
    "startswithignorecase",
    "endswithignorecase",
    "indexof",
    "indexofignorecase",
    "lastindexof",
    "compareto",
    "hashcode",
    "isnumeric",
    "isalpha",
    "isalphanumeric",
    "countmatches",
    "year",
    "daysbetween",
    "monthsbetween",
    "issameday",
    "getsobjecttype",
    "isset",
    "isclone",
    "matches",
    "ordinal",
    "getstatuscode",
    "getstatus",
    "addseconds",
    "intvalue",
    "isleapyear",
    "charat",
];

impl<'a> Engine<'a> {
    /// `Type.method(…)` of a type that is not in the tree.
    pub(super) fn platform_static(
        &mut self,
        frame: &mut Frame<'a>,
        path: &str,
        call: &'a Expr,
        given: Given<'a, '_>,
    ) -> Value {
        let ExprKind::Call { name, .. } = &call.kind else { return Value::default() };
        let lower = path.to_ascii_lowercase();
        let ty = lower.strip_prefix("system.").unwrap_or(&lower);
        let method = name.text.to_ascii_lowercase();
        let first = given.1.first();
        let second = given.1.get(1);
        match (ty, method.as_str()) {
            ("system", "debug") => {
                if let Some(last) = given.1.last() {
                    self.out(frame, "log", call.at, last);
                }
                Value::default()
            }
            ("system", "schedule") => {
                if let Some(job) = given.1.last() {
                    self.out(frame, "async-state", call.at, job);
                }
                Value::default()
            }
            ("system", "enqueuejob") => {
                if let Some(job) = first {
                    self.out(frame, "async-state", call.at, job);
                }
                Value::default()
            }
            ("userinfo", "getsessionid") => {
                let place = span(frame.file, call.at);
                let source =
                    self.other_source(Kind::SessionId, "the session id", Confidence::High, place);
                Value {
                    marks: Marks::one(Mark::new(Origin::Source(source))),
                    ..Value::of(Ty::Text)
                }
            }
            ("database", _) => self.database(frame, &method, call, given),
            ("eventbus", "publish") => {
                if let Some(events) = first {
                    self.save(frame, call.at, events);
                }
                Value::default()
            }
            ("cache.org" | "cache.session", "put") => {
                if let Some(value) = second {
                    self.out(frame, "cache", call.at, value);
                }
                Value::default()
            }
            ("cache.org" | "cache.session", "getpartition") => {
                self.platform_value("cache.partition")
            }
            ("apexpages", "currentpage") => self.platform_value("PageReference"),
            ("security", "stripinaccessible") => {
                let records = second.cloned().unwrap_or_default();
                self.cleared(records)
            }
            ("featuremanagement", "checkpermission") => {
                frame.out.checks = true;
                Value::of(Ty::Bool)
            }
            ("url", _) if method.starts_with("getorg") || method.starts_with("getsalesforce") => {
                let text = Literal { text: OWN_ORG.to_owned(), at: call.at };
                Value { text: Some(text.into()), ..Value::default() }
            }
            _ => self.other_static(frame, (ty, &method), call, given),
        }
    }

    fn other_static(
        &mut self,
        frame: &mut Frame<'a>,
        called: (&str, &str),
        call: &'a Expr,
        given: Given<'a, '_>,
    ) -> Value {
        let (ty, method) = called;
        if ty == "crypto" {
            return self.crypto(frame, method, call, given);
        }
        if ASKS.contains(&method) {
            return Value::default();
        }
        if name::hides(method) || self.config.apex.hides(ty, method) {
            return Value::of(Ty::Text);
        }
        if ty == "json" && method.starts_with("deserialize") {
            return self.deserialised(frame, call, given);
        }
        // What is computed with is no name and no date.
        if matches!(ty, "double" | "decimal" | "integer" | "long") {
            return Value::of(Ty::Number);
        }
        if MAKERS.contains(&ty) || ty == "json" {
            return self.made(frame, call, given);
        }
        if crate::org::words::Words::embedded().is_logger(ty) && !method.starts_with("get") {
            for value in given.1 {
                self.out(frame, "logger", call.at, value);
            }
            return self.platform_value(ty);
        }
        if checks_permission(method) {
            frame.out.checks = true;
        }
        let describes = ty.starts_with("schema") || ty.starts_with("label") || ty == "userinfo";
        Value { opaque: !describes, ..Value::default() }
    }

    /// One value of all arguments: `String.valueOf`, `JSON.serialize`, `String.join`.
    fn made(&mut self, frame: &mut Frame<'a>, call: &'a Expr, given: Given<'a, '_>) -> Value {
        let place = span(frame.file, call.at);
        let mut made = Value::of(Ty::Text);
        for value in given.1 {
            let marks = self.whole(value, place);
            made.marks = made.marks.with(&marks);
            made.text = made.text.or_else(|| value.text.clone());
            made.opaque |= value.opaque;
        }
        // What stands between the parts is not the text of them.
        let joins = matches!(&call.kind, ExprKind::Call { name, .. } if name.text.eq_ignore_ascii_case("join"));
        made.text = made.text.filter(|_| !joins);
        made
    }

    fn deserialised(
        &mut self,
        frame: &mut Frame<'a>,
        call: &'a Expr,
        given: Given<'a, '_>,
    ) -> Value {
        let mut made = self.made(
            frame,
            call,
            (given.0.get(..1).unwrap_or(&[]), given.1.get(..1).unwrap_or(&[])),
        );
        made.text = None;
        made.opaque = true;
        made.ty = Ty::Unknown;
        match given.0.get(1).map(|argument| &argument.kind) {
            Some(ExprKind::Class(ty)) => made.ty = self.type_of(frame, ty),
            // `Wish.class`, as the parser has it where the type has one name.
            Some(ExprKind::Member { base, name }) if name.text.eq_ignore_ascii_case("class") => {
                if let ExprKind::Name(own) = &base.kind {
                    let ty = TypeRef { name: own.clone(), ..TypeRef::default() };
                    made.ty = self.type_of(frame, &ty);
                }
            }
            _ => {}
        }
        // Fields of a record speak for themselves, and so do those of a class.
        match self.program.element(made.ty) {
            Ty::Record(_) => made.marks = Marks::default(),
            Ty::Class(class) if self.holds_no_phi(class) => made.marks = Marks::default(),
            _ => {}
        }
        made
    }

    /// Whether every field of a class is plain, or a list of what is, and no name speaks of PHI.
    fn holds_no_phi(&mut self, class: u32) -> bool {
        let Some(found) = self.program.class(class).filter(|found| found.parent.is_none()) else {
            return false;
        };
        let fields: Vec<(Sym, Ty)> =
            found.fields.iter().map(|(name, member)| (*name, member.ty)).collect();
        let plain = |ty: Ty| self.program.element(ty).is_plain();
        !fields.is_empty()
            && fields.iter().all(|(_, ty)| plain(*ty))
            && fields.iter().all(|(name, _)| self.phi_name(*name).is_none())
    }

    /// A digest and a ciphertext are not what they were made of; MD5 and SHA1 hide little.
    fn crypto(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        given: Given<'a, '_>,
    ) -> Value {
        let weak = given.1.first().and_then(|value| value.text.as_ref()).is_some_and(|text| {
            matches!(text.text.to_ascii_lowercase().as_str(), "md5" | "sha1" | "sha-1")
        });
        let opens = method.starts_with("decrypt");
        if opens || method == "generatedigest" && weak {
            return self.made(frame, call, given).typed(Ty::Blob);
        }
        Value::of(Ty::Blob)
    }

    fn database(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        given: Given<'a, '_>,
    ) -> Value {
        let Some(first) = given.1.first() else { return Value::default() };
        let bare = method.trim_end_matches("immediate").trim_end_matches("async");
        match bare {
            "insert" | "update" | "upsert" => {
                self.save(frame, call.at, first);
                Value::default()
            }
            "query" | "querywithbinds" | "getquerylocator" | "getquerylocatorwithbinds" => {
                if first.ty != Ty::Text {
                    return first.clone();
                }
                self.query_text(frame, first, given.0)
            }
            "executebatch" => Value::default(),
            _ => Value::default(),
        }
    }

    /// Records without the fields the user may not see.
    fn cleared(&mut self, records: Value) -> Value {
        Value {
            ty: records.ty,
            closed: true,
            loaded: super::value::Loaded::Made,
            ..Value::default()
        }
    }

    /// `value.method(…)` of anything that is not a method of the tree.
    pub(super) fn platform_call(
        &mut self,
        frame: &mut Frame<'a>,
        call: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        let ExprKind::Call { base: Some(base), name, .. } = &call.kind else {
            return Value::default();
        };
        let method = name.text.to_ascii_lowercase();
        if method == "adderror" {
            for value in given.1 {
                self.out(frame, "error-message", call.at, value);
            }
            return Value::default();
        }
        if ASKS.contains(&method.as_str()) {
            return Value::default();
        }
        if checks_permission(&method) {
            frame.out.checks = true;
        }
        if name::hides(&method) {
            return Value::of(Ty::Text);
        }
        if method.starts_with("register") {
            for value in given.1.iter().take(1) {
                self.save(frame, call.at, value);
            }
        }
        match on.ty {
            Ty::Text | Ty::Moment | Ty::Number | Ty::Id | Ty::Blob => {
                self.on_text(frame, &method, call, on, given)
            }
            Ty::List(_) => self.on_list(frame, &method, base, on, given),
            Ty::Map(_) => self.on_map(frame, &method, base, on, given),
            Ty::Record(_) | Ty::AnyRecord => self.on_record(frame, &method, call, base, on, given),
            Ty::Bool => Value::default(),
            Ty::Named(_) | Ty::Class(_) | Ty::Object | Ty::Unknown => {
                self.on_other(frame, &method, call, base, on, given)
            }
        }
    }

    /// Methods of texts, dates and numbers.
    fn on_text(
        &mut self,
        frame: &mut Frame<'a>,
        method: &str,
        call: &'a Expr,
        on: &Value,
        given: Given<'a, '_>,
    ) -> Value {
        if takes_part(method, given.0) || hides_all(method, given.1) {
            return Value::of(Ty::Text);
        }
        let arguments = self.made(frame, call, given);
        let ty = match method {
            "split" => self.program.list_of(Ty::Text),
            "date" | "adddays" | "addmonths" | "addyears" | "dategmt" | "addhours" => Ty::Moment,
            _ => Ty::Text,
        };
        let marks = on.marks.with(&arguments.marks);
        Value { marks, opaque: on.opaque, text: on.text.clone(), ..Value::of(ty) }
    }
}

/// Whether only a small part of a text is taken: the last four of a number.
fn takes_part(method: &str, arguments: &[Expr]) -> bool {
    const FEW: i64 = 5;
    let literal = |at: usize| match &arguments.get(at)?.kind {
        ExprKind::Literal(Form::Number, text) => text.parse::<i64>().ok(),
        _ => None,
    };
    match method {
        "left" | "right" | "abbreviate" => literal(0).is_some_and(|n| n <= FEW),
        "substring" | "mid" => match (literal(0), literal(1)) {
            (Some(n), Some(m)) if method == "mid" => m <= FEW && n >= 0,
            (Some(from), Some(to)) => to - from <= FEW,
            (Some(from), None) => from >= FEW,
            // The end, counted from the end: `number.substring(number.length() - 4)`.
            (None, None) => arguments.len() == 1 && arguments.first().is_some_and(from_the_end),
            _ => false,
        },
        _ => false,
    }
}

fn from_the_end(argument: &Expr) -> bool {
    let ExprKind::Binary { operator, right, .. } = &argument.kind else { return false };
    let few = match &right.kind {
        ExprKind::Literal(Form::Number, text) => text.parse::<i64>().is_ok_and(|n| n <= 5),
        _ => false,
    };
    operator == "-" && few
}

/// Whether every sign of a text is replaced: `replaceAll('[0-9]', '*')`.
fn hides_all(method: &str, given: &[Value]) -> bool {
    let to = given.get(1).and_then(|value| value.text.as_ref());
    let what = given.first().and_then(|value| value.text.as_ref());
    let masks = |text: &str| text.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '#' | '•'));
    let wide = |text: &str| {
        ["[0-9]", "\\d", "[a-z", "\\w", "."].iter().any(|w| text.to_lowercase().contains(w))
    };
    matches!(method, "replaceall" | "replacefirst")
        && to.is_some_and(|text| masks(&text.text))
        && what.is_some_and(|text| wide(&text.text))
}

/// Whether a method, by its name, asks what the user may do.
fn checks_permission(method: &str) -> bool {
    matches!(
        method,
        "isaccessible"
            | "isupdateable"
            | "iscreateable"
            | "isdeletable"
            | "isqueryable"
            | "checkpermission"
            | "stripinaccessible"
            | "enforcefls"
            | "checkobjectisreadable"
            | "checkfieldisreadable"
            | "checkread"
            | "haspermission"
    )
}
