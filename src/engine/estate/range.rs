//! Addresses that logins may come from.
//!
//! In: rows `ip-range`, profiles. Out: one [`LoginRange`] each, and one without addresses for
//! a profile whose file has none.

use std::collections::BTreeSet;

use super::{line, word};
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::Fact;
use crate::report::audit::LoginRange;

pub(super) fn rows(org: &OrgFacts, places: &Places<'_>) -> Vec<LoginRange> {
    let ranges = org.facts.of("ip-range");
    let mut rows: Vec<LoginRange> = ranges.iter().map(|fact| of_row(org, fact, places)).collect();
    let with: BTreeSet<String> = rows.iter().map(|row| row.owner.to_lowercase()).collect();
    let without = org.facts.of("Profile").iter();
    let without = without.filter(|profile| !with.contains(profile.name.to_lowercase().as_str()));
    rows.extend(without.map(|profile| LoginRange {
        org: org.path.clone(),
        owner: profile.name.to_string(),
        scope: "profile".to_owned(),
        size: "no range in its file: any address".to_owned(),
        line: line(places, profile.place),
        ..LoginRange::default()
    }));
    rows.sort_by(|a, b| {
        (&a.scope, &a.owner, &a.start, &a.line).cmp(&(&b.scope, &b.owner, &b.start, &b.line))
    });
    rows
}

fn of_row(org: &OrgFacts, fact: &Fact, places: &Places<'_>) -> LoginRange {
    let scope = word(fact, "scope");
    LoginRange {
        org: org.path.clone(),
        owner: word(fact, "owner"),
        scope: if scope == "network-access" { "org".to_owned() } else { scope },
        start: word(fact, "start"),
        end: word(fact, "end"),
        size: size(fact),
        line: line(places, fact.place),
    }
}

fn size(fact: &Fact) -> String {
    if fact.is_true("everything") {
        return "more than half of all addresses".to_owned();
    }
    if fact.is_true("single-address") {
        return "one address".to_owned();
    }
    let inside = if fact.is_true("private") { ", private" } else { "" };
    match (word(fact, "version").as_str(), word(fact, "bits").as_str()) {
        ("", _) | (_, "") => "its addresses cannot be read".to_owned(),
        ("6", bits) => format!("up to 2^{bits} networks{inside}"),
        (_, bits) => format!("up to 2^{bits} addresses{inside}"),
    }
}
