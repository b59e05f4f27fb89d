//! Rows of kind `apex-endpoint`.
//!
//! In: a class, its row of `apex-class`, rows of `apex-flow`. Out: one row for each method that people can call, with the PHI that is read on its way. The
//! way goes over methods of the same class, and from these into methods of other classes that
//! are called by their class; a call on an object is followed where only one class it names
//! has a method of that name.

use super::program::{Class, Program};
use super::view::View;
use super::{ENDPOINT, entry, field, query};
use crate::fact::{Fact, Item};
use crate::metadata::apex::model::{Expr, ExprKind, Method};
use crate::metadata::apex::walk;
use crate::org::phi::Level;

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

pub(super) fn rows(view: &View<'_>, number: usize, class: &Class<'_>) -> Vec<Fact> {
    let mut out = Vec::new();
    for (body, method) in class.bodies.iter().enumerate() {
        let Some((kind, span)) = entry::of_method(class, method) else { continue };
        let name = format!("{}.{}", class.ty.full_name, method.name.text);
        let mut row = Fact::new(ENDPOINT.name, name, class.span(method.name.at));
        row.component = class.unit.fact.name.clone();
        row.cap = class.unit.fact.cap;
        row.derive("class", &class.ty.full_name);
        row.derive("method", &method.name.text);
        row.push("entry", kind, span);
        say_request(&mut row, class, method);
        say_way(&mut row, view, number, body);
        say_returned(&mut row, view, class, method);
        say_class(&mut row, view, class);
        out.push(row);
    }
    out
}

fn say_request(row: &mut Fact, class: &Class<'_>, method: &Method) {
    if let Some((word, annotation)) = entry::http_method(method) {
        row.push("http-method", word, class.span(annotation.at));
    }
    if let Some((url, at)) = entry::url_mapping(class) {
        row.push("url-mapping", url.clone(), class.span(at));
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
fn say_way(row: &mut Fact, view: &View<'_>, number: usize, body: usize) {
    let schema = &view.input.org.schema;
    let (mut level, mut sure) = (None, None);
    for (at, body) in way(&view.program, number, body) {
        let Some(class) = view.program.class(at) else { continue };
        for (_, query) in view.queries(at).iter().filter(|(own, _)| *own == body) {
            let open = !view.limits(at, body, &query.soql.from.text)
                && matches!(query::security(query, class), Some("none" | "system-mode"));
            for field in field::selected(schema, &query.soql) {
                let item = field.item(class.span(query.at));
                if open && field.level == Level::High {
                    add(row, "open-phi", &item);
                }
                add(row, "reads-phi", &item);
                level = level.max(Some(field.level));
                sure = sure.max(Some(field.confidence));
            }
        }
        for (_, written) in view.written(at).iter().filter(|(own, _)| *own == body) {
            if let Some(name) = schema.phi_object_name(&written.object) {
                add(row, "writes-phi", &Item::new(name, class.span(written.at)));
            }
        }
        for (_, check) in view.checks(at).iter().filter(|(own, _)| *own == body && at == number) {
            add(row, "guard", &Item::new(check.kind, class.span(check.at)));
        }
    }
    row.confidence = sure;
    if let Some(level) = level {
        row.derive("level", level.word());
    }
}

fn add(row: &mut Fact, key: &str, item: &Item) {
    if !row.items(key).any(|known| known.text == item.text) {
        row.values.push((key.into(), item.clone()));
    }
}

fn say_returned(row: &mut Fact, view: &View<'_>, class: &Class<'_>, method: &Method) {
    for flow in view.input.facts.of("apex-flow") {
        let same = flow.text("sink") == Some("response")
            && flow.text("class") == Some(class.ty.full_name.as_str())
            && flow.text("method") == Some(method.name.text.as_str())
            && flow.place.file == class.unit.file;
        if same {
            flow.items("fields").for_each(|item| add(row, "returns-phi", item));
        }
    }
}

/// Numbers of class and body: the method, and those on the way from it, each once.
fn way(program: &Program<'_>, number: usize, body: usize) -> Vec<(usize, usize)> {
    let mut out = vec![(number, body)];
    let mut next = 0;
    while let Some((at, body)) = out.get(next).copied() {
        next += 1;
        let body = program.class(at).and_then(|class| class.bodies.get(body));
        let body = body.and_then(|body| body.body.as_deref()).unwrap_or_default();
        walk::expressions(body, &mut |expr| {
            let ExprKind::Call { base, name, arguments } = &expr.kind else { return };
            for found in called(program, at, base.as_deref(), &name.text, arguments.len()) {
                if !out.contains(&found) && out.len() < MOST_METHODS {
                    out.push(found);
                }
            }
        });
    }
    out
}

/// The methods a call may mean.
fn called(
    program: &Program<'_>,
    from: usize,
    base: Option<&Expr>,
    name: &str,
    arguments: usize,
) -> Vec<(usize, usize)> {
    let of = |class: usize| {
        let own = program.ancestry(class).into_iter().find_map(|number| {
            let bodies = &program.class(number)?.bodies;
            let body = bodies.iter().position(|body| {
                body.params.len() == arguments && body.name.text.eq_ignore_ascii_case(name)
            })?;
            Some((number, body))
        });
        own.into_iter().collect::<Vec<_>>()
    };
    let named = |class: &str| program.resolve(class, Some(from));
    match base.map(|base| &base.kind) {
        None | Some(ExprKind::This | ExprKind::Super) => of(from),
        Some(ExprKind::New { ty, .. }) => named(&ty.name).map_or_else(Vec::new, of),
        Some(ExprKind::Name(class)) if named(class).is_some() => {
            named(class).map_or_else(Vec::new, of)
        }
        _ => {
            let names = program.class(from).map_or(&[][..], |class| &class.names);
            let mut all: Vec<(usize, usize)> = names.iter().flat_map(|n| of(*n)).collect();
            all.sort_unstable();
            all.dedup();
            if all.len() == 1 { all } else { Vec::new() }
        }
    }
}
