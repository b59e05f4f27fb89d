//! Hosts that no component names and Apex sends PHI to.
//!
//! In: rows of what Apex puts into callouts, the hosts that components name. Out: a row for
//! each class and host, like one of an endpoint. What a text in code does not begin with is
//! not known.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Thing;
use crate::analysis::Input;
use crate::analysis::url::Url;
use crate::fact::Fact;

pub(super) fn hosts(input: &Input<'_>, known: &FxHashSet<CompactString>) -> Vec<Thing> {
    let mut found: Vec<Thing> = Vec::new();
    let mut places: FxHashMap<(CompactString, CompactString), usize> = FxHashMap::default();
    for flow in input.facts.of("apex-flow").iter().filter(|flow| sends_phi(flow)) {
        let Some(host) = flow.text("endpoint").and_then(host).filter(|host| !known.contains(host))
        else {
            continue;
        };
        let next = found.len();
        let at = *places.entry((flow.component.to_lowercase(), host.clone())).or_insert(next);
        if at == next {
            let row = row(flow, &host);
            found.push((host, row));
        }
        if let Some((_, row)) = found.get_mut(at) {
            say_fields(row, flow);
        }
    }
    found
}

/// PHI, not a secret, by more than a name in the code.
fn sends_phi(flow: &Fact) -> bool {
    let called = flow.text("sink").is_some_and(|sink| sink.starts_with("callout-"));
    called && !flow.is_true("secret") && flow.text("level") != Some("low")
}

/// A host that is written out: neither a named credential nor the org itself.
fn host(endpoint: &str) -> Option<CompactString> {
    let url = Url::parse(endpoint);
    let is_name = |c: char| c.is_alphanumeric() || "-.:".contains(c);
    let host = url.host_name();
    let named = url.scheme.is_none() && host.contains(['.', ':']) && host.chars().all(is_name);
    named.then(|| host.into())
}

fn row(flow: &Fact, host: &str) -> Fact {
    let place = flow.item("endpoint").map_or(flow.place, |item| item.span);
    let url = Url::parse(host);
    let mut row = Fact::new("register-endpoint", flow.name.clone(), flow.place);
    row.component = flow.component.clone();
    row.confidence = flow.confidence;
    row.cap = flow.cap;
    row.push("host", host, place);
    for domain in url.domains() {
        row.push("domains", domain, place);
    }
    row.derive("loopback", url.is_loopback());
    row.derive("private-host", url.is_private());
    row.derive("use", "apex");
    row.push("reaches-phi", "true", place);
    row
}

fn say_fields(row: &mut Fact, flow: &Fact) {
    for field in flow.items("fields") {
        let said = row.items("phi-fields").any(|own| own.text.eq_ignore_ascii_case(&field.text));
        if !said {
            row.values.push(("phi-fields".into(), field.clone()));
        }
    }
}
