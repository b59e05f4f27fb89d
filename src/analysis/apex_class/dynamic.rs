//! Queries that are texts, and who can write into them.
//!
//! In: a method that runs a text as a query. Out: the query as far as the code shows it, and
//! what reaches it unescaped: parameters of methods that people call, request parameters,
//! properties of a page. A parameter of another method counts where a method that people call
//! hands it something of its own, over at most three methods.
//!
//! Source: Secure Coding Guide, "SOQL Injection".

use crate::metadata::apex::model::{At, Expr, ExprKind, Method, MethodKind, Soql};
use crate::metadata::apex::parse_soql;
use crate::source::Span;

use super::entry;
use super::fold::Fold;
use super::program::{Class, Program};
use super::query::{self, Query};
use super::text::{Hole, Text};

/// Methods between the one that is called and the query.
const MOST_CALLERS: usize = 3;

/// Something that reaches a query text unescaped.
#[derive(Debug, Clone)]
pub(super) struct Injection {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) trail: Vec<(Span, String)>,
}

/// The text and the other arguments of a call that runs a query.
pub(super) fn call(expr: &Expr) -> Option<(&Expr, &[Expr])> {
    let ExprKind::Call { base: Some(base), name, arguments } = &expr.kind else { return None };
    let class = match &base.kind {
        ExprKind::Name(class) => class,
        ExprKind::Member { name, .. } => &name.text,
        _ => return None,
    };
    let method = name.text.to_lowercase();
    let runs = match class.to_lowercase().as_str() {
        "database" => matches!(
            method.as_str(),
            "query"
                | "countquery"
                | "getquerylocator"
                | "querywithbinds"
                | "countquerywithbinds"
                | "getquerylocatorwithbinds"
        ),
        "search" => matches!(method.as_str(), "query" | "find"),
        _ => false,
    };
    let (first, rest) = arguments.split_first()?;
    // A locator of a query in brackets is that query.
    (runs && !matches!(first.kind, ExprKind::Soql(_))).then_some((first, rest))
}

/// The queries that a body runs as texts.
pub(super) fn queries(
    program: &Program<'_>,
    number: usize,
    class: &Class<'_>,
    method: &Method,
) -> Vec<Query> {
    let mut found: Vec<(At, Text, Option<&'static str>)> = Vec::new();
    let mut fold = Fold::new(program, number, method);
    fold.run(&mut |fold, expr| {
        if let Some((text, rest)) = call(expr) {
            found.push((expr.at, fold.text(text), query::level(rest)));
        }
    });
    let mut out: Vec<Query> = Vec::new();
    for (at, text, level) in found {
        let injected: Vec<Injection> = text
            .holes
            .iter()
            .filter_map(|hole| proven(program, number, class, method, hole, MOST_CALLERS))
            .map(|injection| ending(injection, class.span(at)))
            .collect();
        let all = asked(&text.text, at);
        for soql in all {
            let stated = level.or_else(|| query::mode(&soql.security.as_ref()?.text));
            let injected = injected.clone();
            out.push(Query { soql, at, dynamic: true, stated, injected });
        }
    }
    out
}

fn ending(mut injection: Injection, span: Span) -> Injection {
    injection.trail.push((span, "the text is run as a query".to_owned()));
    injection
}

/// The queries in a text; one without an object where it does not show one.
fn asked(text: &str, at: At) -> Vec<Soql> {
    if let Some(mut soql) = parse_soql(text, at) {
        // What is put before or behind a name is a namespace, or begins with a blank.
        let object = soql.from.text.trim_matches('?').into();
        soql.from.text = object;
        return vec![soql];
    }
    let found = returning(text, at);
    if found.is_empty() { vec![Soql { at, ..Soql::default() }] } else { found }
}

/// What a search text returns: `RETURNING Patient__c(Id, SSN__c), Account`.
fn returning(text: &str, at: At) -> Vec<Soql> {
    let upper = text.to_ascii_uppercase();
    let Some(start) = upper.find("RETURNING") else { return Vec::new() };
    let mut rest = text.get(start + "RETURNING".len()..).unwrap_or("").trim_start();
    let mut out = Vec::new();
    loop {
        let name = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let object = rest.get(..name).unwrap_or("");
        if object.is_empty() {
            return out;
        }
        rest = rest.get(name..).unwrap_or("").trim_start();
        let mut fields = "Id";
        if let Some(inner) = rest.strip_prefix('(') {
            let end = inner.find(')').unwrap_or(inner.len());
            fields = inner.get(..end).unwrap_or("");
            rest = inner.get(end + 1..).unwrap_or("").trim_start();
        }
        out.extend(parse_soql(&format!("SELECT {fields} FROM {object}"), at));
        let Some(more) = rest.strip_prefix(',') else { return out };
        rest = more.trim_start();
    }
}

/// Whether somebody outside writes what stands in the hole.
fn proven(
    program: &Program<'_>,
    number: usize,
    class: &Class<'_>,
    method: &Method,
    hole: &Hole,
    left: usize,
) -> Option<Injection> {
    let Some(param) = hole.param else {
        let words = format!("{} comes from outside", hole.name);
        return Some(Injection {
            name: hole.name.clone(),
            span: hole.span,
            trail: vec![(hole.span, words)],
        });
    };
    if entry::of_method(class, method).is_some() {
        let words = format!("{} comes from outside", hole.name);
        return Some(Injection {
            name: hole.name.clone(),
            span: hole.span,
            trail: vec![(hole.span, words)],
        });
    }
    let left = left.checked_sub(1)?;
    for (caller, body, given) in callers(program, number, class, method) {
        let Some(from) = program.class(caller) else { continue };
        let mut holes: Vec<(Span, Hole)> = Vec::new();
        let mut fold = Fold::new(program, caller, body);
        fold.run(&mut |fold, expr| {
            let ExprKind::Call { arguments, .. } = &expr.kind else { return };
            if expr.at == given
                && let Some(argument) = arguments.get(param)
            {
                let place = from.span(argument.at);
                holes.extend(fold.text(argument).holes.into_iter().map(|hole| (place, hole)));
            }
        });
        for (place, inner) in holes {
            let found = proven(program, caller, from, body, &inner, left);
            if let Some(mut found) = found {
                found.trail.push((place, format!("it is handed on as {}", hole.name)));
                found.name.clone_from(&hole.name);
                found.span = hole.span;
                return Some(found);
            }
        }
    }
    None
}

/// Bodies that call a method, each with the place of the call.
fn callers<'p>(
    program: &'p Program<'_>,
    number: usize,
    class: &Class<'_>,
    method: &Method,
) -> Vec<(usize, &'p Method, At)> {
    if method.kind != MethodKind::Method {
        return Vec::new();
    }
    let mut out = Vec::new();
    let around = program.named_by(number).iter().copied().chain([number, class.outermost]);
    let mut seen: Vec<usize> = Vec::new();
    for caller in around {
        if seen.contains(&caller) {
            continue;
        }
        seen.push(caller);
        let Some(from) = program.class(caller) else { continue };
        for body in &from.bodies {
            let statements = body.body.as_deref().unwrap_or_default();
            crate::metadata::apex::walk::expressions(statements, &mut |expr| {
                let ExprKind::Call { base, name, arguments } = &expr.kind else { return };
                let same = name.text.eq_ignore_ascii_case(&method.name.text)
                    && arguments.len() == method.params.len();
                if same && means(program, caller, number, base.as_deref()) {
                    out.push((caller, body.as_ref(), expr.at));
                }
            });
        }
    }
    out
}

/// Whether a call on this base, seen from a class, may mean a method of another.
fn means(program: &Program<'_>, caller: usize, number: usize, base: Option<&Expr>) -> bool {
    match base.map(|base| &base.kind) {
        None | Some(ExprKind::This) => caller == number,
        Some(ExprKind::Super) => program.ancestry(caller).contains(&number),
        Some(ExprKind::Name(name)) => {
            // A variable is called as it likes; the class must be named for it to have one.
            program.resolve(name, Some(caller)).is_none_or(|found| found == number)
                && (caller != number || program.resolve(name, Some(caller)).is_some())
        }
        Some(ExprKind::New { ty, .. }) => program.resolve(&ty.name, Some(caller)) == Some(number),
        Some(_) => caller != number,
    }
}
