//! Kind `profile-field`: how many profiles read a PHI field that a profile's own field
//! permission opens.
//!
//! In: rows of effective access, of holders, and the objects each profile's file speaks of.
//! Out: one row for each such field permission. About an object that a profile's file does
//! not speak of, nothing is known, so that profile is not counted. Profiles that Salesforce
//! ships are not counted either: whether anybody uses them cannot be seen.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Input, Kind};
use crate::fact::Fact;

/// The kind.
pub const KIND: Kind = Kind {
    name: "profile-field",
    meaning: "a field permission that lets a profile of the workforce read a PHI field; findings on the fields of one holder and object are one",
    reads: &["access", "holder", "Profile"],
    values: &[
        ("holder", "full name of the profile"),
        ("object", "full name of the object"),
        ("field", "name of the field without the object, at the grant"),
        (
            "known-profiles",
            "how many of the org's own workforce profiles say what they read of the object",
        ),
        ("readers", "how many of these read the field"),
        ("profile-share", "the same in percent, rounded down"),
        ("role", "as of its holder"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let counts = |fact: &Fact| {
        fact.text("type") == Some("Profile")
            && fact.text("audience") == Some("workforce")
            && !fact.is_true("standard")
            && !fact.is_true("admin")
    };
    let holders = input.facts.of("holder").iter().filter(|holder| counts(holder));
    let profiles: FxHashSet<&str> = holders.map(|holder| holder.name.as_str()).collect();
    let known = known(input, &profiles);
    let rows: Vec<&Fact> = input
        .facts
        .of("access")
        .iter()
        .map(AsRef::as_ref)
        .filter(|fact| counts(fact) && profiles.contains(fact.component.as_str()))
        .collect();
    let mut readers: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for fact in &rows {
        let object = fact.text("object").unwrap_or("");
        for field in fact.items("fields") {
            *readers.entry((object, field.text.as_str())).or_default() += 1;
        }
    }
    rows.iter()
        .flat_map(|fact| {
            let object = fact.text("object").unwrap_or("");
            let known = known.get(&object.to_lowercase()).copied().unwrap_or(0);
            let readers = &readers;
            fact.items("granted-fields").map(move |field| {
                let readers = readers.get(&(object, field.text.as_str())).copied().unwrap_or(0);
                row(fact, field, readers, known.max(readers))
            })
        })
        .collect()
}

/// How many of these profiles speak of each object.
fn known(input: &Input<'_>, profiles: &FxHashSet<&str>) -> FxHashMap<String, usize> {
    let mut by_object: FxHashMap<String, FxHashSet<&str>> = FxHashMap::default();
    for grants in &input.facts.grants {
        let holder = &grants.holder;
        if holder.kind != "Profile" || !profiles.contains(holder.name.as_str()) {
            continue;
        }
        for object in &grants.known_objects {
            by_object.entry(object.to_string()).or_default().insert(&holder.name);
        }
    }
    by_object.into_iter().map(|(object, profiles)| (object, profiles.len())).collect()
}

fn row(access: &Fact, field: &crate::fact::Item, readers: usize, known: usize) -> Fact {
    let name = compact_str::format_compact!("{}/{}", access.name, field.text);
    let mut row = Fact::new(KIND.name, name, field.span);
    row.component = access.name.clone();
    row.grouped = true;
    row.cap = access.cap;
    row.confidence = access.confidence;
    row.related.clone_from(&access.related);
    for key in ["holder", "object", "role"] {
        row.derive(key, access.text(key).unwrap_or(""));
    }
    row.values.push(("field".into(), field.clone()));
    row.derive("known-profiles", known);
    row.derive("readers", readers);
    row.derive("profile-share", (readers * 100).checked_div(known).unwrap_or(0));
    row
}
