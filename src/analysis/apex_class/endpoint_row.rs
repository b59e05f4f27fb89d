//! Rows of kind `apex-endpoint`.
//!
//! In: the classes of an org, and rows of `apex-class`, `apex-query` and `apex-flow`. Out:
//! one row for each method that people can call, with the PHI that is read on its way. The
//! way goes over methods of the same class, and from these into methods of other classes that
//! are called by their class; a call on an object is followed where only one class it names
//! has a method of that name.

use super::entry;
use super::program::{Class, Program};
use super::{ENDPOINT, View, check};
use crate::fact::Fact;
use crate::metadata::apex::model::{Expr, ExprKind, Method};
use crate::metadata::apex::touch::{Verb, touches};
use crate::metadata::apex::walk;

/// Methods that are looked at for one endpoint.
const MOST_METHODS: usize = 60;

/// Values that a row takes from that of its class.
const OF_CLASS: [&str; 9] = [
    "sharing",
    "enforces-sharing",
    "guest-callable",
    "external-callable",
    "internal-callable",
    "guest-holders",
    "external-holders",
    "site-login-only",
    "managed",
];

pub(super) fn rows(view: &View<'_>) -> Vec<Fact> {
    let mut out = Vec::new();
    for (number, class) in view.program.classes.iter().enumerate() {
        for method in &class.bodies {
            if let Some((kind, span)) = entry::of_method(class, method) {
                let name = format!("{}.{}", class.ty.full_name, method.name.text);
                let mut row = Fact::new(ENDPOINT.name, name, class.span(method.name.at));
                row.component = class.unit.fact.name.clone();
                row.cap = class.unit.fact.cap;
                row.derive("class", &class.ty.full_name);
                row.derive("method", &method.name.text);
                row.push("entry", kind, span);
                say_request(&mut row, class, method);
                say_way(&mut row, view, number, method);
                say_class(&mut row, view, class);
                out.push(row);
            }
        }
    }
    out
}

fn say_request(row: &mut Fact, class: &Class<'_>, method: &Method) {
    if let Some((word, annotation)) = entry::http_method(method) {
        row.push("http-method", word, class.span(annotation.at));
    }
    for annotation in class.ty.annotations.iter().filter(|a| a.name == "restresource") {
        for (_, value) in annotation.arguments.iter().filter(|(key, _)| key == "urlmapping") {
            row.push("url-mapping", value.clone(), class.span(annotation.at));
        }
    }
    for param in &method.params {
        row.push("params", param.name.text.clone(), class.span(param.name.at));
    }
}

fn say_class(row: &mut Fact, view: &View<'_>, class: &Class<'_>) {
    let rows = view.input.facts.named("apex-class", &class.ty.full_name);
    for known in rows {
        if known.place.file != class.unit.file {
            continue;
        }
        for (key, item) in &known.values {
            if OF_CLASS.contains(&key.as_str()) {
                row.values.push((key.clone(), item.clone()));
            }
        }
        let unknown = known.unknown.iter().filter(|(key, _)| OF_CLASS.contains(&key.as_str()));
        row.unknown.extend(unknown.cloned());
        row.related.extend(known.related.iter().cloned());
    }
}

/// The methods on the way, and what they read, write and ask for.
fn say_way(row: &mut Fact, view: &View<'_>, number: usize, method: &Method) {
    let way = way(&view.program, number, method);
    let mut sure = None;
    for (at, body) in &way {
        let Some(class) = view.program.class(*at) else { continue };
        for query in view.input.facts.of("apex-query") {
            let same = query.text("class") == Some(class.ty.full_name.as_str())
                && query.text("method") == Some(body.name.text.as_str())
                && query.place.file == class.unit.file;
            if !same {
                continue;
            }
            sure = sure.max(query.confidence);
            let open = query.found("open") == crate::fact::Found::Present && query.is_true("open");
            for item in query.items("phi-fields") {
                add(row, "reads-phi", item);
                if open && is_sure(view, &item.text) {
                    add(row, "open-phi", item);
                }
            }
            let high = query.text("level") == Some("high");
            if high || row.item("level").is_none() {
                row.values.retain(|(key, _)| key != "level");
                row.derive("level", if high { "high" } else { "medium" });
            }
        }
        for touch in touches(class.unit, class.ty, body) {
            let schema = &view.input.org.schema;
            if touch.verb != Verb::Read
                && let Some(name) = schema.phi_object_name(&touch.object)
                && !row.items("writes-phi").any(|item| item.text == name.as_str())
            {
                row.push("writes-phi", name, class.span(touch.at));
            }
        }
        if *at == number {
            for check in check::checks(body) {
                if !row.items("guard").any(|item| item.text == check.kind) {
                    row.push("guard", check.kind, class.span(check.at));
                }
            }
        }
    }
    row.confidence = sure;
    say_returned(row, view, number, method);
}

fn is_sure(view: &View<'_>, field: &str) -> bool {
    let found = view.input.org.schema.phi_of(None, field);
    found.is_some_and(|found| found.recognition.level == crate::org::phi::Level::High)
}

fn add(row: &mut Fact, key: &str, item: &crate::fact::Item) {
    if !row.items(key).any(|known| known.text == item.text) {
        row.values.push((key.into(), item.clone()));
    }
}

fn say_returned(row: &mut Fact, view: &View<'_>, number: usize, method: &Method) {
    let Some(class) = view.program.class(number) else { return };
    for flow in view.input.facts.of("apex-flow") {
        let same = flow.text("sink") == Some("response")
            && flow.text("class") == Some(class.ty.full_name.as_str())
            && flow.text("method") == Some(method.name.text.as_str())
            && flow.place.file == class.unit.file;
        if same {
            for item in flow.items("fields") {
                add(row, "returns-phi", item);
            }
        }
    }
}

/// The method, and those on the way from it, each once.
fn way<'p>(
    program: &'p Program<'_>,
    number: usize,
    method: &'p Method,
) -> Vec<(usize, &'p Method)> {
    let mut out: Vec<(usize, &Method)> = vec![(number, method)];
    let mut next = 0;
    while let Some((at, body)) = out.get(next).copied() {
        next += 1;
        let mut found = Vec::new();
        walk::expressions(body.body.as_deref().unwrap_or_default(), &mut |expr| {
            if let ExprKind::Call { base, name, arguments } = &expr.kind {
                found.extend(called(program, at, base.as_deref(), &name.text, arguments.len()));
            }
        });
        for (class, body) in found {
            let known = out.iter().any(|(_, known)| std::ptr::eq(*known, body));
            if !known && out.len() < MOST_METHODS {
                out.push((class, body));
            }
        }
    }
    out
}

/// The methods a call may mean.
fn called<'p>(
    program: &'p Program<'_>,
    from: usize,
    base: Option<&Expr>,
    name: &str,
    arguments: usize,
) -> Vec<(usize, &'p Method)> {
    let of = |class: usize| {
        let own = program.ancestry(class).into_iter().find_map(|number| {
            let bodies = &program.class(number)?.bodies;
            let body = bodies.iter().find(|body| {
                body.name.text.eq_ignore_ascii_case(name) && body.params.len() == arguments
            })?;
            Some((number, body.as_ref()))
        });
        own.into_iter().collect::<Vec<_>>()
    };
    match base.map(|base| &base.kind) {
        None | Some(ExprKind::This | ExprKind::Super) => of(from),
        Some(ExprKind::New { ty, .. }) => {
            program.resolve(&ty.name, Some(from)).map_or_else(Vec::new, of)
        }
        Some(ExprKind::Name(class)) if program.resolve(class, Some(from)).is_some() => {
            program.resolve(class, Some(from)).map_or_else(Vec::new, of)
        }
        _ => {
            let names = program.class(from).map_or(&[][..], |class| &class.names);
            let mut all = names.iter().flat_map(|class| of(*class)).collect::<Vec<_>>();
            all.dedup_by(|a, b| std::ptr::eq(a.1, b.1));
            if all.len() == 1 { all } else { Vec::new() }
        }
    }
}
