//! Kind `lone-field-grant`: field permissions on PHI without a permission on the object.
//!
//! In: what the files of holders grant, rows of holders and of access. Out: one row for each
//! holder and PHI object of which its file opens fields and not the object. Whether another
//! set of the same person opens the object is data, and a profile's file may lack it.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::grants::FieldGrant;
use crate::org::phi::{Ground, Level};
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "lone-field-grant",
    meaning: "the PHI fields of one object that one profile or permission set has field permissions for, while its file has no permission on the object",
    reads: &["access", "holder", "Profile", "PermissionSet", "CustomObject", "CustomField"],
    values: &[
        ("holder", "full name of the profile or permission set"),
        ("object", "full name of the object"),
        ("fields", "names of these fields without the object, each at the grant"),
        ("declared-fields", "those that the metadata or phorce.toml declares as PHI"),
        ("type", "as of its `holder`"),
        ("audience", "as of its `holder`"),
        ("non-clinical", "as of its `holder`"),
        ("non-clinical-ground", "as of its `holder`"),
        ("for-everyone", "as of its `holder`"),
        ("everyone-word", "as of its `holder`"),
    ],
    derive,
};

/// What a row takes from its holder.
const CARRIED: [&str; 6] =
    ["type", "audience", "non-clinical", "non-clinical-ground", "for-everyone", "everyone-word"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let key = |kind: &str, holder: &str| (kind.to_owned(), holder.to_lowercase());
    let holders: FxHashMap<(String, String), &Arc<Fact>> = input
        .facts
        .of("holder")
        .iter()
        .filter_map(|row| Some((key(row.text("type")?, &row.name), row)))
        .collect();
    let opened: FxHashSet<(&str, &str, String)> = input
        .facts
        .of("access")
        .iter()
        .filter_map(|row| {
            let object = row.text("object")?.to_lowercase();
            Some((row.text("type")?, row.text("holder")?, object))
        })
        .collect();
    let mut rows: Vec<Fact> = Vec::new();
    for grants in &input.facts.grants {
        let found = holders.get(&key(&grants.holder.kind, &grants.holder.name));
        let Some(holder) = found.filter(|_| grants.holder.kind != "MutingPermissionSet") else {
            continue;
        };
        let kind = grants.holder.kind.as_str();
        for grant in &grants.fields {
            let Some((object, field, declared)) = phi(input, grant) else { continue };
            if opened.contains(&(kind, holder.name.as_str(), object.to_lowercase())) {
                continue;
            }
            add(&mut rows, holder, &object, Item::new(field, grant.span), declared);
        }
    }
    rows
}

/// Object and field of a grant on a field that surely holds PHI, and whether it is declared.
fn phi(input: &Input<'_>, grant: &FieldGrant) -> Option<(String, String, bool)> {
    let found = input.org.schema.phi_of(None, &grant.field)?;
    if found.recognition.level != Level::High {
        return None;
    }
    let declared = matches!(found.recognition.ground, Ground::Declared | Ground::Configured);
    let (object, field) = found.name.split_once('.')?;
    Some((object.to_owned(), field.to_owned(), declared))
}

fn add(rows: &mut Vec<Fact>, holder: &Fact, object: &str, field: Item, declared: bool) {
    let name = format_compact!("{}/{object}", holder.name);
    let same = |row: &Fact| row.name == name && row.text("type") == holder.text("type");
    let known = rows.iter().rposition(same);
    if known.is_none() {
        rows.push(start(holder, object, name.clone(), field.span));
    }
    let known = known.unwrap_or(rows.len() - 1);
    let Some(row) = rows.get_mut(known) else { return };
    if declared {
        row.values.push(("declared-fields".into(), field.clone()));
    }
    row.values.push(("fields".into(), field));
}

fn start(holder: &Fact, object: &str, name: CompactString, place: Span) -> Fact {
    let mut row = Fact::new(KIND.name, name, place);
    row.component = holder.name.clone();
    row.cap = holder.cap;
    row.derive("holder", &holder.name);
    row.derive("object", object);
    let carried = holder.values.iter().filter(|(key, _)| CARRIED.contains(&key.as_str()));
    row.values.extend(carried.cloned());
    row
}
