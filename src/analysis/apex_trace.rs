//! Kinds `apex-job`, `apex-deletion` and `apex-activation`: what Apex does that somebody must
//! be able to follow afterwards.
//!
//! In: Apex classes and triggers, the schema. Out: one row for each class that runs by itself
//! or for another system, for each place where records of an audit object are deleted, and for
//! each place that activates a session permission set. A record is a new record of an object
//! that keeps a trace by its name, an event, or a call of a class named as a logger. Types are
//! those the file declares. Of other classes those that a class names count as well, in one step.
//!
//! Sources: Apex Developer Guide (`Database.Batchable`, `Queueable`, `Schedulable`,
//! `@future`, `@RestResource`), Object Reference (`SessionPermSetActivation`).

use std::cell::OnceCell;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::apex::model::{At, ExprKind, Literal, Method, Soql, Type, Unit};
use crate::metadata::apex::touch::{Touch, Verb, touches};
use crate::metadata::apex::walk;
use crate::org::schema::Schema;
use crate::org::tokens;
use crate::org::words::Words;
use crate::source::Span;

mod age;

const READS: &[&str] = &["ApexClass.source", "ApexTrigger.source", "CustomObject", "CustomField"];

/// Classes that run by themselves, or for another system.
pub const JOB: Kind = Kind {
    name: "apex-job",
    meaning: "a class that runs by itself or for another system and writes PHI: a batch, a queueable, a schedulable, one with `@future(callout=true)`, a REST service",
    reads: READS,
    values: &[
        ("class", "the class"),
        ("unit", "`batch`, `queueable`, `schedulable`, `future`, `rest`"),
        (
            "untracked-writes",
            "PHI fields that its methods set on records they save and whose changes history does not track, each where it is set",
        ),
        (
            "audited",
            "`true` where the class, or one that it names, creates an audit record, publishes an event, or calls a class named as a logger",
        ),
    ],
    derive: |input| rows(input, job),
};

/// Where audit records are deleted.
pub const DELETION: Kind = Kind {
    name: "apex-deletion",
    meaning: "a place in Apex where records of an audit object are deleted",
    reads: READS,
    values: &[
        ("class", "the class or trigger"),
        ("method", "its method"),
        ("object", "the audit object"),
        ("technical", "`true` for a log of errors or debugging, by its name"),
        (
            "automated",
            "`true` in a class that runs by itself: a batch, a queueable, a schedulable, a trigger, `@future`",
        ),
        (
            "retention-days",
            "the age in days at which they go, where the query or a calculation beside it says so",
        ),
    ],
    derive: |input| rows(input, deletion),
};

/// Where a session permission set is activated.
pub const ACTIVATION: Kind = Kind {
    name: "apex-activation",
    meaning: "a place in Apex that activates a session permission set (`new SessionPermSetActivation`)",
    reads: READS,
    values: &[
        ("class", "the class or trigger"),
        ("method", "its method"),
        ("justified", "`true` where the method takes, reads or stores something named as a reason"),
        ("audited", "as of `apex-job`, of its class"),
    ],
    derive: |input| rows(input, activation),
};

/// Where code asks whether somebody is let around.
pub const BYPASS: Kind = Kind {
    name: "apex-bypass",
    meaning: "a custom permission that Apex asks for by its name, in a class that reads or writes PHI",
    reads: READS,
    values: &[
        ("class", "the class or trigger"),
        ("method", "its method"),
        ("switch", "the custom permission, where it stands"),
        (
            "words",
            "the words of its name, lower case; two neighbours as one word too: `by`, `pass`, `bypass`",
        ),
        ("phi-objects", "objects with PHI that the class reads or writes"),
    ],
    derive: |input| rows(input, bypass),
};

/// A type with what its methods touch.
struct Seen<'u> {
    unit: &'u Unit,
    ty: &'u Type,
    methods: Vec<&'u Method>,
    /// What each of them touches; worked out where somebody asks, for few types matter.
    touches: OnceCell<Vec<Vec<Touch<'u>>>>,
    schema: &'u Schema,
}

/// What makes rows of a type.
type Derive = for<'u> fn(&Tree<'u>, &Seen<'u>, &mut Vec<Fact>);

/// Every type of the org, and their numbers by name.
struct Tree<'u> {
    types: Vec<Seen<'u>>,
    by_name: FxHashMap<String, usize>,
}

fn rows(input: &Input<'_>, derive: Derive) -> Vec<Fact> {
    let mut tree = Tree { types: Vec::new(), by_name: FxHashMap::default() };
    for unit in &input.facts.apex {
        for (ty, method) in unit.methods() {
            match tree.types.last_mut().filter(|seen| std::ptr::eq(seen.ty, ty)) {
                Some(seen) => seen.methods.push(method),
                None => {
                    let (schema, touches) = (&input.org.schema, OnceCell::new());
                    let name = ty.full_name.to_lowercase().to_string();
                    tree.by_name.entry(name).or_insert(tree.types.len());
                    tree.types.push(Seen { unit, ty, methods: vec![method], touches, schema });
                }
            }
        }
    }
    let mut out = Vec::new();
    tree.types.iter().for_each(|seen| derive(&tree, seen, &mut out));
    out
}

impl<'u> Tree<'u> {
    /// Whether a class, or one that it names, leaves a record of what it does.
    fn leaves_record(&self, seen: &Seen<'u>) -> bool {
        seen.leaves_record() || self.named(seen).any(Seen::leaves_record)
    }

    /// The classes whose methods a class calls by name, or whose objects it makes.
    fn named<'t>(&'t self, seen: &'t Seen<'u>) -> impl Iterator<Item = &'t Seen<'u>> {
        let mut names: Vec<&str> = Vec::new();
        for method in &seen.methods {
            let body = method.body.as_deref().unwrap_or_default();
            walk::expressions(body, &mut |expr| match &expr.kind {
                ExprKind::New { ty, .. } => names.push(&ty.name),
                ExprKind::Call { base: Some(base), .. } => {
                    if let ExprKind::Name(name) = &base.kind {
                        names.push(name);
                    }
                }
                _ => {}
            });
        }
        names.sort_unstable();
        names.dedup();
        let own = seen.ty.full_name.to_lowercase();
        let inner = move |name: &str| format!("{own}.{}", name.to_lowercase());
        names.into_iter().filter_map(move |name| {
            let found = self.by_name.get(&inner(name));
            let found = found.or_else(|| self.by_name.get(&name.to_lowercase()));
            found.and_then(|number| self.types.get(*number))
        })
    }
}

impl Seen<'_> {
    fn span(&self, at: At) -> Span {
        Span { file: self.unit.file, start: at.start, end: at.end }
    }

    fn row(&self, kind: &str, name: CompactString, at: At) -> Fact {
        let mut row = Fact::new(kind, name, self.span(at));
        row.cap = self.unit.fact.cap;
        row.derive("class", &self.ty.full_name);
        row
    }

    /// How it comes to run.
    fn units(&self) -> Vec<(&'static str, At)> {
        let interfaces =
            [("batch", "batchable"), ("queueable", "queueable"), ("schedulable", "schedulable")];
        let mut out: Vec<(&'static str, At)> = interfaces
            .into_iter()
            .filter(|(_, interface)| self.ty.implements(interface))
            .map(|(unit, _)| (unit, self.ty.name.at))
            .collect();
        let calls_out = |method: &Method| {
            let future = method.annotations.iter().find(|a| a.name == "future");
            future.is_some_and(|annotation| {
                annotation
                    .arguments
                    .iter()
                    .any(|(key, value)| key == "callout" && value.eq_ignore_ascii_case("true"))
            })
        };
        let future = self.methods.iter().find(|method| calls_out(method));
        out.extend(future.map(|method| ("future", method.name.at)));
        let rest = self.ty.annotations.iter().find(|a| a.name == "restresource");
        out.extend(rest.map(|annotation| ("rest", annotation.at)));
        out
    }

    /// Whether the class leaves a record of what it does.
    fn leaves_record(&self) -> bool {
        let words = Words::embedded();
        let by_record = self.touched().any(|(_, touch)| match touch.verb {
            Verb::Publish => true,
            Verb::Create => words.keeps_record(&touch.object),
            _ => false,
        });
        by_record || self.methods.iter().any(|method| calls_logger(method))
    }

    fn touched(&self) -> impl Iterator<Item = (&Method, &Touch<'_>)> {
        let all = self.touches.get_or_init(|| {
            self.methods.iter().map(|method| touches(self.unit, self.ty, method)).collect()
        });
        self.methods
            .iter()
            .zip(all)
            .flat_map(|(method, touched)| touched.iter().map(move |touch| (*method, touch)))
    }
}

/// Whether a method calls a class named as a logger, or a method named as one that logs.
fn calls_logger(method: &Method) -> bool {
    let words = Words::embedded();
    let mut found = false;
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| {
        let ExprKind::Call { base, name, .. } = &expr.kind else { return };
        let of_class = match base.as_deref().map(|base| &base.kind) {
            Some(ExprKind::Name(class)) => words.leaves_trail(class),
            // `Nebula.Logger.info(…)`, `this.logger.info(…)`
            Some(ExprKind::Member { name, .. }) => words.leaves_trail(&name.text),
            _ => false,
        };
        found |= of_class || words.logs(&name.text);
    });
    found
}

fn job<'u>(tree: &Tree<'u>, seen: &Seen<'u>, out: &mut Vec<Fact>) {
    let units = seen.units();
    let Some((_, first)) = units.first() else { return };
    let mut row = seen.row(JOB.name, seen.ty.full_name.clone(), *first);
    for (unit, at) in &units {
        row.push("unit", *unit, seen.span(*at));
    }
    for (_, touch) in seen.touched() {
        if !matches!(touch.verb, Verb::Create | Verb::Update) {
            continue;
        }
        for field in &touch.fields {
            say_untracked(seen, &mut row, &touch.object, &field.text, field.at);
        }
    }
    if row.item("untracked-writes").is_some() {
        row.derive("audited", tree.leaves_record(seen));
        out.push(row);
    }
}

fn say_untracked(seen: &Seen<'_>, row: &mut Fact, object: &str, field: &str, at: At) {
    let found = seen.schema.object(object).and_then(|object| object.field(field));
    let Some(known) = found.filter(|known| known.is_phi()) else { return };
    let tracked = known.facts.iter().any(|fact| fact.is_true("trackHistory"));
    let name = format!("{object}.{}", known.own_name());
    let said = |row: &Fact| row.items("untracked-writes").any(|item| item.text == name.as_str());
    if !tracked && !known.facts.is_empty() && !said(row) {
        let mut item = Item::new(name, seen.span(at));
        item.related = known.facts.first().map(|fact| fact.place);
        row.values.push(("untracked-writes".into(), item));
    }
}

fn deletion<'u>(_: &Tree<'u>, seen: &Seen<'u>, out: &mut Vec<Fact>) {
    let words = Words::embedded();
    let queried: Vec<(&Method, &Touch<'_>)> =
        seen.touched().filter(|(_, touch)| touch.verb == Verb::Read).collect();
    let batch = seen.ty.implements("batchable");
    for (method, touch) in seen.touched().filter(|(_, touch)| touch.verb == Verb::Delete) {
        // A batch is handed what its own query found, of whatever type it calls it.
        let own = queried.iter().filter(|(_, read)| {
            batch && (touch.object.is_empty() || read.object.eq_ignore_ascii_case(&touch.object))
        });
        let given: Option<&(&Method, &Touch<'_>)> = own.clone().next();
        let object = match touch.object.is_empty() {
            true => given.map(|(_, read)| read.object.clone()).unwrap_or_default(),
            false => touch.object.clone(),
        };
        if words.evidence(&object).is_none() {
            continue;
        }
        let name = format!("{}.{}/{object}", seen.ty.full_name, method.name.text);
        let mut row = seen.row(DELETION.name, name.into(), touch.at);
        row.component = seen.ty.full_name.clone();
        row.derive("method", &method.name.text);
        row.derive("object", &object);
        row.derive("technical", words.is_technical_log(&object));
        let automated =
            !seen.units().is_empty() || seen.ty.trigger.is_some() || method.has("future");
        row.derive("automated", automated);
        let query: Option<&Soql> = touch.query.as_ref().or_else(|| given?.1.query.as_ref());
        let beside = [Some(method), given.map(|(method, _)| *method)];
        if let Some((days, at)) = age::of(query, seen.ty, beside.into_iter().flatten()) {
            row.push("retention-days", days.to_string(), seen.span(at));
        }
        out.push(row);
    }
}

fn activation<'u>(tree: &Tree<'u>, seen: &Seen<'u>, out: &mut Vec<Fact>) {
    let words = Words::embedded();
    for method in &seen.methods {
        let mut made: Vec<At> = Vec::new();
        let mut reason = method.params.iter().any(|param| words.asks_reason(&param.name.text));
        walk::expressions(
            method.body.as_deref().unwrap_or_default(),
            &mut |expr| match &expr.kind {
                ExprKind::New { ty, named, .. } => {
                    reason |= named.iter().any(|(name, _)| words.asks_reason(&name.text));
                    if ty.name.eq_ignore_ascii_case("SessionPermSetActivation") {
                        made.push(expr.at);
                    }
                }
                ExprKind::Name(name) => reason |= words.asks_reason(name),
                ExprKind::Member { name, .. } => reason |= words.asks_reason(&name.text),
                _ => {}
            },
        );
        for at in made {
            let name = format!("{}.{}", seen.ty.full_name, method.name.text);
            let mut row = seen.row(ACTIVATION.name, name.into(), at);
            row.component = seen.ty.full_name.clone();
            row.derive("method", &method.name.text);
            row.derive("justified", reason);
            row.derive("audited", tree.leaves_record(seen));
            out.push(row);
        }
    }
}

fn bypass<'u>(_: &Tree<'u>, seen: &Seen<'u>, out: &mut Vec<Fact>) {
    let asked = seen.methods.iter().map(|method| (*method, permissions_asked(method)));
    let asked: Vec<_> = asked.filter(|(_, permissions)| !permissions.is_empty()).collect();
    if asked.is_empty() {
        return;
    }
    let objects = phi_objects(seen);
    if objects.is_empty() {
        return;
    }
    for (method, permissions) in asked {
        for (permission, at) in permissions {
            let name = format!("{}.{}/{permission}", seen.ty.full_name, method.name.text);
            let mut row = seen.row(BYPASS.name, name.into(), at);
            row.component = seen.ty.full_name.clone();
            row.derive("method", &method.name.text);
            row.push("switch", permission.clone(), seen.span(at));
            for word in tokens::with_neighbours(&tokens::of_name(&permission)) {
                row.derive("words", word);
            }
            for (object, at) in &objects {
                row.push("phi-objects", object.clone(), seen.span(*at));
            }
            out.push(row);
        }
    }
}

/// Objects with PHI that a type touches, each where it first does.
fn phi_objects(seen: &Seen<'_>) -> Vec<(CompactString, At)> {
    let mut objects: Vec<(CompactString, At)> = Vec::new();
    for (_, touch) in seen.touched() {
        let known = objects.iter().any(|(object, _)| object.eq_ignore_ascii_case(&touch.object));
        if !known && seen.schema.is_phi_object(&touch.object) {
            objects.push((touch.object.clone(), touch.at));
        }
    }
    objects
}

/// Custom permissions that a method asks for by their names.
fn permissions_asked(method: &Method) -> Vec<(CompactString, At)> {
    let mut out = Vec::new();
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| {
        let ExprKind::Call { base: Some(base), name, arguments } = &expr.kind else { return };
        let asks = name.text.eq_ignore_ascii_case("checkPermission")
            && matches!(&base.kind, ExprKind::Name(class) if class.eq_ignore_ascii_case("FeatureManagement"));
        let first = arguments.first();
        if let (true, Some(first)) = (asks, first)
            && let ExprKind::Literal(Literal::Text, permission) = &first.kind
        {
            out.push((permission.clone(), first.at));
        }
    });
    out
}
