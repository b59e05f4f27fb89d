//! Ways into Apex: who may call each, and what PHI it touches.
//!
//! In: rows `apex-endpoint`, `apex-class`, `apex-query`, `intake`, pages. Out: one
//! [`EntryPoint`] for each method that can be called, for each other way in which a class comes
//! to run, and for each class that people outside are granted and that is not here. What is
//! called through an interface or by a name in a text is not known.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::caller::Callers;
use super::{line, list, word};
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::{Fact, Item};
use crate::report::audit::EntryPoint;
use crate::source::Span;

/// Ways in that are no method of their own.
const OF_CLASS: [&str; 7] =
    ["visualforce", "email", "batch", "schedulable", "queueable", "future", "auth-handler"];

/// Classes of one name, each with its own file.
type Classes<'f> = FxHashMap<String, Vec<&'f Fact>>;

/// Where its rows stand, besides what grants them.
pub(super) fn spans(org: &OrgFacts) -> impl Iterator<Item = Span> {
    let rows = org.facts.of("apex-endpoint").iter().map(|fact| fact.place);
    let classes = org.facts.of("apex-class").iter();
    rows.chain(classes.flat_map(|fact| fact.items("entry-points").map(|item| item.span)))
}

pub(super) fn rows(org: &OrgFacts, callers: &Callers<'_>, places: &Places<'_>) -> Vec<EntryPoint> {
    let mut classes = Classes::default();
    for fact in org.facts.of("apex-class") {
        classes.entry(fact.name.to_lowercase().to_string()).or_default().push(fact);
    }
    let endpoints = org.facts.of("apex-endpoint").iter();
    let mut rows: Vec<EntryPoint> =
        endpoints.map(|fact| of_method(org, fact, &classes, callers, places)).collect();
    for fact in org.facts.of("apex-class") {
        let ways = fact.items("entry-points").filter(|way| OF_CLASS.contains(&way.text.as_str()));
        rows.extend(ways.map(|way| of_class(org, fact, way, &classes, callers, places)));
    }
    rows.extend(callers.strangers(&|class| classes.contains_key(class)).map(
        |(class, callers, span)| EntryPoint {
            org: org.path.clone(),
            class: class.to_owned(),
            way: "unknown".to_owned(),
            callers: callers.told(places),
            sharing: "unknown".to_owned(),
            enforces_sharing: "unknown".to_owned(),
            unknown: vec!["its code was not retrieved: what it does was not examined".to_owned()],
            line: line(places, span),
            ..EntryPoint::default()
        },
    ));
    let key = |row: &EntryPoint| {
        (row.class.clone(), row.method.clone(), row.way.clone(), row.line.clone())
    };
    rows.sort_by_cached_key(key);
    rows
}

fn of_method(
    org: &OrgFacts,
    fact: &Fact,
    classes: &Classes<'_>,
    callers: &Callers<'_>,
    places: &Places<'_>,
) -> EntryPoint {
    let (class, way) = (word(fact, "class"), word(fact, "entry"));
    let own = fact.text("method");
    let queries = queries(org, &class, fact, &|row| row.text("method") == own);
    let http = [word(fact, "http-method"), word(fact, "url-mapping")];
    let http = http.join(" ").trim().to_owned();
    EntryPoint {
        org: org.path.clone(),
        method: word(fact, "method"),
        address: if http.is_empty() { Vec::new() } else { vec![http] },
        callers: callers.of(&outermost(classes, &class), &pages(org, &class)).told(places),
        sharing: word(fact, "sharing"),
        enforces_sharing: word(fact, "enforces-sharing"),
        checks: checks(list(fact, "guard"), &queries),
        reads: list(fact, "reads-phi"),
        open: list(fact, "open-phi"),
        returns: list(fact, "returns-phi"),
        writes: list(fact, "writes-phi"),
        level: word(fact, "level"),
        unknown: reasons(fact),
        line: line(places, fact.place),
        without_grant: match way.as_str() {
            // A flow may run it for somebody who is not granted the class.
            "invocable" => "flows that use it".to_owned(),
            _ => String::new(),
        },
        class,
        way,
    }
}

fn of_class(
    org: &OrgFacts,
    fact: &Fact,
    way: &Item,
    classes: &Classes<'_>,
    callers: &Callers<'_>,
    places: &Places<'_>,
) -> EntryPoint {
    let class = fact.name.to_string();
    let pages = pages(org, &class);
    let queries = queries(org, &class, fact, &|_| true);
    let reads = queries.iter().flat_map(|row| list(row, "phi-fields"));
    let reads: BTreeSet<String> = reads.collect();
    let (address, without_grant) = match way.text.as_str() {
        "visualforce" => (pages.clone(), String::new()),
        "email" => services(org, &class),
        "auth-handler" => (Vec::new(), "runs at a login".to_owned()),
        _ => (Vec::new(), background(fact)),
    };
    let granted = way.text == "visualforce";
    EntryPoint {
        org: org.path.clone(),
        way: way.text.to_string(),
        address,
        callers: match granted {
            true => callers.of(&outermost(classes, &class), &pages).told(places),
            false => Vec::new(),
        },
        without_grant,
        sharing: word(fact, "sharing"),
        enforces_sharing: word(fact, "enforces-sharing"),
        checks: checks(list(fact, "permission-check"), &queries),
        reads: reads.into_iter().collect(),
        open: list(fact, "open-phi"),
        writes: list(fact, "phi-written-objects"),
        level: word(fact, "level"),
        unknown: reasons(fact),
        line: line(places, way.span),
        class,
        ..EntryPoint::default()
    }
}

/// The queries for PHI in the class that a row stands in.
fn queries<'f>(
    org: &'f OrgFacts,
    class: &str,
    row: &Fact,
    wanted: &dyn Fn(&Fact) -> bool,
) -> Vec<&'f Fact> {
    let queries = org.facts.of("apex-query").iter().map(AsRef::as_ref);
    let own = |query: &&Fact| {
        query.text("class") == Some(class) && query.place.file == row.place.file && wanted(query)
    };
    queries.filter(own).collect()
}

/// What is asked for, in code and in queries.
fn checks(mut asked: Vec<String>, queries: &[&Fact]) -> Vec<String> {
    for mode in ["user-mode", "security-enforced"] {
        if queries.iter().any(|query| query.text("security") == Some(mode)) {
            asked.push(mode.to_owned());
        }
    }
    asked
}

/// The class that a grant names: of an inner class, the one around it.
fn outermost(classes: &Classes<'_>, class: &str) -> String {
    let mut name = class.to_owned();
    // Apex nests classes once; the bound keeps a loop in broken rows from turning forever.
    for _ in 0..4 {
        let around = classes.get(&name.to_lowercase()).into_iter().flatten();
        match around.filter_map(|fact| fact.text("outer")).next() {
            Some(outer) => outer.clone_into(&mut name),
            None => break,
        }
    }
    name
}

/// The pages that work with a class.
fn pages(org: &OrgFacts, class: &str) -> Vec<String> {
    let pages = org.facts.of("ApexPage.controller").iter();
    let with = pages.filter(|page| page.items("class").any(|item| same(&item.text, class)));
    let names: BTreeSet<String> = with.map(|page| page.name.to_string()).collect();
    names.into_iter().collect()
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// The e-mail services that hand a class their mail, and whose mail they take.
fn services(org: &OrgFacts, class: &str) -> (Vec<String>, String) {
    let services = org.facts.of("intake").iter();
    let services: Vec<_> = services
        .filter(|row| row.text("apexClass").is_some_and(|named| same(named, class)))
        .filter(|row| row.text("channel") == Some("email-service"))
        .collect();
    let names = services.iter().map(|row| row.name.to_string()).collect();
    let on = || services.iter().filter(|row| row.text("enabled") != Some("false"));
    let who = match (services.is_empty(), on().count()) {
        (true, _) => "no e-mail service in the files names it",
        (_, 0) => "its e-mail service is off",
        _ if on().all(|row| row.is_true("sender-list")) => "mail from listed senders",
        _ => "mail from anybody",
    };
    (names, who.to_owned())
}

fn background(fact: &Fact) -> String {
    match fact.is_true("called") {
        true => "runs in the background; code that people can call names it",
        false => "runs in the background",
    }
    .to_owned()
}

fn reasons(fact: &Fact) -> Vec<String> {
    let reasons = fact.unknown.iter().map(|(_, reason)| reason.replace('`', ""));
    reasons.collect::<BTreeSet<String>>().into_iter().collect()
}
