//! Who gains and who loses access to PHI.
//!
//! In: the tables of access of base and head, and what components each has. Out: what differs,
//! sorted. A holder that may edit may read too: gaining both is told as both. It knows no rule.

use std::collections::BTreeSet;

use super::Side;
use super::component::Components;
use crate::report::access::{AccessReport, AccessRow};
use crate::report::change::AccessDelta;

/// The levels, with those they include.
const LEVELS: [(&str, &[&str]); 2] = [("read", &["read"]), ("edit", &["read", "edit"])];

/// What the change gives and takes. A holder, an object or a field that is neither there nor
/// deleted on purpose says nothing of what it has in the org.
pub fn delta(
    base: &AccessReport,
    head: &AccessReport,
    before: Side<'_>,
    after: Side<'_>,
) -> Vec<AccessDelta> {
    let mut delta = differences(base, head);
    if delta.iter().any(|row| !row.gained) {
        let (was, is) = (Components::of(before), Components::of(after));
        for row in delta.iter_mut().filter(|row| !row.gained) {
            row.seen = !is.misses(&was, &row.org, &components(row));
        }
        delta.sort();
    }
    delta
}

/// What a row is about: types and names.
fn components(row: &AccessDelta) -> [(&'static str, String); 3] {
    let holder = match row.holder_kind {
        "profile" => "Profile",
        "permission-set-group" => "PermissionSetGroup",
        _ => "PermissionSet",
    };
    let field = row.field.as_ref().map_or_else(String::new, |f| format!("{}.{f}", row.object));
    [(holder, row.holder.clone()), ("CustomObject", row.object.clone()), ("CustomField", field)]
}

fn differences(base: &AccessReport, head: &AccessReport) -> Vec<AccessDelta> {
    let (before, after) = (reached(base), reached(head));
    // Names compare without regard to case; what is told is spelled as in its own tree.
    let keys = |all: &BTreeSet<AccessDelta>| all.iter().map(key).collect::<BTreeSet<_>>();
    let (known, left) = (keys(&before), keys(&after));
    let gained = after.into_iter().filter(|row| !known.contains(&key(row)));
    let lost = before.into_iter().filter(|row| !left.contains(&key(row)));
    let lost = lost.map(|row| AccessDelta { gained: false, ..row });
    let mut delta: Vec<AccessDelta> = gained.chain(lost).collect();
    delta.sort();
    delta
}

fn reached(report: &AccessReport) -> BTreeSet<AccessDelta> {
    report.rows.iter().flat_map(levels).collect()
}

fn levels(row: &AccessRow) -> impl Iterator<Item = AccessDelta> + '_ {
    let included = LEVELS.iter().find(|(level, _)| *level == row.level);
    included.into_iter().flat_map(|(_, levels)| levels.iter()).map(|level| AccessDelta {
        org: row.org.clone(),
        object: row.object.clone(),
        field: row.field.clone(),
        level,
        gained: true,
        seen: true,
        holder: row.holder.clone(),
        holder_kind: row.holder_kind,
    })
}

fn key(row: &AccessDelta) -> (String, &'static str, String, String, Option<String>, &'static str) {
    (
        row.org.clone(),
        row.holder_kind,
        row.holder.to_lowercase(),
        row.object.to_lowercase(),
        row.field.as_ref().map(|field| field.to_lowercase()),
        row.level,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(holder: &str, field: Option<&str>, level: &'static str) -> AccessRow {
        AccessRow {
            org: String::new(),
            holder: holder.to_owned(),
            holder_kind: "profile",
            audience: "workforce".to_owned(),
            object: "Patient__c".to_owned(),
            field: field.map(str::to_owned),
            holds: None,
            level,
            reach: "own",
            through: Vec::new(),
            known: true,
            restricted_by: Vec::new(),
        }
    }

    fn told(base: Vec<AccessRow>, head: Vec<AccessRow>) -> Vec<(String, &'static str, bool)> {
        let report = |rows| AccessReport { rows, ..AccessReport::default() };
        let delta = differences(&report(base), &report(head));
        delta.into_iter().map(|row| (row.holder, row.level, row.gained)).collect()
    }

    #[test]
    fn a_raise_to_edit_gains_edit_only() {
        let ssn = Some("SSN__c");
        let got = told(vec![row("Desk", ssn, "read")], vec![row("desk", ssn, "edit")]);
        assert_eq!(got, [("desk".to_owned(), "edit", true)]);
    }

    #[test]
    fn what_is_lost_is_told_as_lost() {
        let got = told(vec![row("Desk", None, "edit"), row("Lab", None, "read")], Vec::new());
        assert_eq!(
            got,
            [
                ("Desk".to_owned(), "edit", false),
                ("Desk".to_owned(), "read", false),
                ("Lab".to_owned(), "read", false)
            ]
        );
    }
}
