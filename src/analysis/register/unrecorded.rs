//! What an org without a register has of vendors.
//!
//! In: packages and endpoints. Out: one row for each package and each host, grouped, so that a
//! remark on all of them is one remark; none where a register is named, or where the org is not
//! about health or holds no PHI. It leaves out what is switched off, and does not know what code calls.

use compact_str::format_compact;

use super::{Thing, endpoints, package};
use crate::analysis::Input;
use crate::fact::{Fact, Item};

pub(super) fn rows(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    let holds_phi = schema.health.is && schema.objects().any(|object| object.phi.is_some());
    if input.config.entries.is_some() || !holds_phi {
        return Vec::new();
    }
    let packages = package::packages(input).into_iter();
    let packages = packages.map(|thing| row(thing, "package", "Packages"));
    packages.chain(hosts(input)).collect()
}

/// A host that several components name is one row, at the first of them.
fn hosts(input: &Input<'_>) -> Vec<Fact> {
    let mut rows: Vec<Fact> = Vec::new();
    for thing in endpoints(input) {
        if !thing.1.is_true("active") {
            continue;
        }
        let mut new = row(thing, "host", "Hosts");
        let ways: Vec<Item> = new.items("use").chain(new.items("directives")).cloned().collect();
        let ways = ways.into_iter().map(|way| ("ways".into(), way));
        match rows.iter_mut().find(|row| row.name == new.name) {
            Some(row) => row.values.extend(ways),
            None => {
                new.values.extend(ways);
                rows.push(new);
            }
        }
    }
    rows
}

fn row((name, fact): Thing, what: &str, list: &str) -> Fact {
    let mut row = Fact {
        kind: "unrecorded-vendor".into(),
        name: format_compact!("{list}/{name}"),
        component: list.into(),
        grouped: true,
        ..fact
    };
    row.derive("what", what);
    row.derive("register-name", name);
    row
}
