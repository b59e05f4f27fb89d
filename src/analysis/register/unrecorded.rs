//! What an org without a register has of vendors.
//!
//! In: packages and endpoints. Out: one row each, grouped, so that a remark on all of them is
//! one remark; none where a register is named, or where the org holds no PHI.

use compact_str::format_compact;

use super::{Thing, endpoints, package};
use crate::analysis::Input;
use crate::fact::Fact;

/// What a remark on a list is about.
const LISTS: [(&str, &str); 2] = [("package", "Packages"), ("host", "Hosts")];

pub(super) fn rows(input: &Input<'_>) -> Vec<Fact> {
    let holds_phi = input.org.schema.objects().any(|object| object.phi.is_some());
    if input.config.entries.is_some() || !holds_phi {
        return Vec::new();
    }
    let things = [package::packages(input), endpoints(input)];
    let listed = LISTS
        .iter()
        .zip(things)
        .flat_map(|(list, things)| things.into_iter().map(move |thing| row(thing, list)));
    listed.collect()
}

fn row((name, fact): Thing, (what, list): &(&str, &str)) -> Fact {
    let mut row = Fact {
        kind: "unrecorded-vendor".into(),
        name: format_compact!("{list}/{name}"),
        component: (*list).into(),
        grouped: true,
        ..fact
    };
    row.derive("what", what);
    let ways: Vec<_> = row.items("use").chain(row.items("directives")).cloned().collect();
    row.values.extend(ways.into_iter().map(|way| ("ways".into(), way)));
    row.derive("register-name", name);
    row
}
