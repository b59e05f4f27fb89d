//! Kind `guest-apex-grant`: the Apex that guests are let call.
//!
//! In: rows of kinds `apex-class` and `holder`, pages, and what guest holders are granted.
//! Out: one row for each class or page such a holder is granted. A class of a package is not
//! here to be read; which permission sets the guest user of a site has is data.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Kind;
use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::metadata::grants::NamedGrant;
use crate::metadata::{page, types};

/// The kind.
pub const KIND: Kind = Kind {
    name: "guest-apex-grant",
    meaning: "a class or page that a profile or permission set for guests is granted; named `Holder/Class`",
    reads: &["Profile", "PermissionSet", "holder", "apex-class", "ApexPage.controller"],
    values: &[
        ("holder", "full name of the profile or permission set"),
        ("class", "the class; of a page, those it works with"),
        ("page", "the page, where it is one"),
        ("entry-points", "as of `apex-class`"),
        ("callable", "as of `apex-class`"),
        ("sharing", "as of `apex-class`"),
        ("enforces-sharing", "as of `apex-class`"),
        ("phi-objects", "objects with PHI that the class or a class it names queries or writes"),
        ("own-phi-objects", "those that the class itself queries or writes"),
        ("phi-queried-objects", "those that the class itself queries"),
        ("phi-fields", "as of `apex-class`"),
        ("permission-check", "as of `apex-class`"),
        ("site-login-only", "as of `apex-class`"),
        ("unresolved", "`true` where the class is not here"),
        ("managed", "`true` where it is of a package"),
    ],
    derive: |input| rows(input.facts),
};

/// Values taken from the row of the class.
const OF_CLASS: [&str; 8] = [
    "entry-points",
    "callable",
    "sharing",
    "enforces-sharing",
    "phi-queried-objects",
    "phi-fields",
    "permission-check",
    "site-login-only",
];

fn rows(facts: &Collected) -> Vec<Fact> {
    let guests: FxHashMap<(String, String), &Arc<Fact>> = facts
        .of("holder")
        .iter()
        .filter(|holder| holder.text("audience") == Some("guest"))
        .filter(|holder| holder.text("type") != Some("MutingPermissionSet"))
        .map(|holder| ((holder.text("type").unwrap_or("").to_owned(), key(&holder.name)), holder))
        .collect();
    let mut out = Vec::new();
    for grants in &facts.grants {
        let held = (grants.holder.kind.to_string(), key(&grants.holder.name));
        let Some(holder) = guests.get(&held) else { continue };
        for grant in &grants.classes {
            out.push(of_class(facts, holder, grant));
        }
        for grant in &grants.pages {
            out.extend(of_page(facts, holder, grant));
        }
    }
    out
}

fn key(name: &str) -> String {
    name.to_lowercase()
}

fn start(holder: &Fact, grant: &NamedGrant) -> Fact {
    let name = format!("{}/{}", holder.name, grant.name);
    let mut row = Fact::new(KIND.name, name, grant.span);
    row.component = holder.name.clone();
    row.cap = holder.cap;
    row.derive("holder", &holder.name);
    row
}

/// `ns__Class` and `ns.Class` are of a package.
fn is_managed(name: &str) -> bool {
    name.contains('.') || types::namespace_of(name).is_some()
}

fn of_class(facts: &Collected, holder: &Fact, grant: &NamedGrant) -> Fact {
    let mut row = start(holder, grant);
    row.derive("class", &grant.name);
    let found: Vec<&Arc<Fact>> = facts.named("apex-class", &grant.name).collect();
    say_missing(&mut row, &grant.name, found.is_empty());
    found.into_iter().for_each(|class| say_class(&mut row, class));
    row
}

fn say_missing(row: &mut Fact, name: &str, missing: bool) {
    row.derive("unresolved", missing);
    row.derive("managed", is_managed(name));
    if !missing || is_managed(name) {
        return;
    }
    let reason = format!(
        "guests are granted {name}, which was not retrieved: retrieve ApexClass and ApexPage"
    );
    let keys = ["phi-objects", "own-phi-objects"];
    for key in OF_CLASS.into_iter().chain(keys) {
        row.mark_unknown(key, reason.as_str());
    }
}

fn say_class(row: &mut Fact, class: &Fact) {
    for (key, item) in &class.values {
        let to = match key.as_str() {
            "reached-phi-objects" => "phi-objects",
            "phi-objects" => "own-phi-objects",
            key if OF_CLASS.contains(&key) => key,
            _ => continue,
        };
        row.values.push((to.into(), item.clone()));
    }
    row.unknown
        .extend(class.unknown.iter().filter(|(k, _)| OF_CLASS.contains(&k.as_str())).cloned());
    row.confidence = row.confidence.max(class.confidence);
    row.related.push((class.place, format!("{} is declared here", class.name).into()));
}

/// The controllers of a page; nothing where it has none.
fn of_page(facts: &Collected, holder: &Fact, grant: &NamedGrant) -> Option<Fact> {
    let mut row = start(holder, grant);
    row.derive("page", &grant.name);
    let mut pages = facts.named(page::KIND, &grant.name).peekable();
    say_missing(&mut row, &grant.name, pages.peek().is_none());
    let mut any = pages.peek().is_none();
    for item in pages.flat_map(|page| page.items("class")) {
        any = true;
        row.values.push(("class".into(), item.clone()));
        facts.named("apex-class", &item.text).for_each(|class| say_class(&mut row, class));
    }
    any.then_some(row)
}
