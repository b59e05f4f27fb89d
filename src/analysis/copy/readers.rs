//! Who reads the copy and not the original.
//!
//! In: the rows of copies, and the grants of profiles and permission sets. Out: on each row,
//! the holders whose file lets them read the target, and not the source. A person may hold
//! several; what they add up to is data that metadata does not show.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::fact::{Confidence, Fact, Found};
use crate::metadata::collect::Collected;
use crate::metadata::grants::{Grants, ObjectAccess};
use crate::org::schema::Schema;
use crate::source::Span;

/// A holder, by type and name.
type Holder = (String, String);

/// Who reads which of the fields that copies are about.
pub(super) struct Readers {
    /// What each holder reads, in lower case, each at its grant.
    holders: BTreeMap<Holder, Reading>,
    /// Names of the holders made for people outside the workforce, lower case.
    outside: FxHashSet<String>,
}

/// What one holder reads.
#[derive(Default)]
struct Reading {
    fields: FxHashMap<String, Span>,
    /// Objects its files speak of.
    known: FxHashSet<String>,
}

/// Audiences outside the workforce.
const OUTSIDE: [&str; 2] = ["guest", "external"];

impl Readers {
    /// Of the fields that the rows name.
    pub(super) fn of(facts: &Collected, schema: &Schema, rows: &[Fact]) -> Self {
        let wanted = Wanted::of(schema, rows);
        let mut holders: BTreeMap<Holder, Reading> = BTreeMap::new();
        if !wanted.by_name.is_empty() {
            let grants = facts.grants.iter().filter(|g| g.holder.kind != "MutingPermissionSet");
            for grants in grants {
                let key = (grants.holder.kind.to_string(), grants.holder.name.to_string());
                wanted.read(grants, holders.entry(key).or_default());
            }
        }
        let made = facts.of("holder").iter();
        let outside = made.filter(|h| h.text("audience").is_some_and(|a| OUTSIDE.contains(&a)));
        let outside = outside.map(|holder| holder.name.as_str().to_lowercase()).collect();
        Self { holders, outside }
    }

    /// Says on a row who reads its target and not its source. Where one of the two has no file
    /// here, the files of holders are not expected to speak of it.
    pub(super) fn say(&self, row: &mut Fact) {
        let known = |side| row.found(side) == Found::Present;
        if !known("source-encrypted") || !known("target-encrypted") {
            return;
        }
        let (source, target) = (lower(row, "source"), lower(row, "target"));
        // Many fields of the platform carry no field permission, and no list says which.
        let custom = source.ends_with("__c") || source.ends_with("__pc");
        if !custom && !self.holders.values().any(|reading| reading.fields.contains_key(&source)) {
            return;
        }
        let object = source.split_once('.').map_or("", |(object, _)| object);
        for ((ty, name), reading) in &self.holders {
            let Some(span) = reading.fields.get(&target) else { continue };
            let speaks = reading.known.contains(object);
            let silent = ty == "Profile" && !speaks;
            if silent || reading.fields.contains_key(&source) {
                continue;
            }
            let key = if speaks { "wider-readable" } else { "perhaps-wider" };
            row.push(key, name.as_str(), *span);
            if self.outside.contains(&name.to_lowercase()) {
                row.push("wider-external", name.as_str(), *span);
            }
        }
        // Another set of the same person may grant the source.
        if row.item("wider-readable").or(row.item("perhaps-wider")).is_some() {
            row.confidence = row.confidence.map(|sure| sure.min(Confidence::Medium));
        }
    }
}

fn lower(row: &Fact, key: &str) -> String {
    row.text(key).unwrap_or_default().to_lowercase()
}

/// The fields that copies are about.
struct Wanted {
    /// By each name that a field permission may have for it (the other side of a person
    /// account), lower case, the name the rows have.
    by_name: FxHashMap<String, String>,
    /// Those that no field permission guards, by object: whoever reads the object reads them.
    unguarded: FxHashMap<String, Vec<String>>,
}

impl Wanted {
    fn of(schema: &Schema, rows: &[Fact]) -> Self {
        let mut wanted = Self { by_name: FxHashMap::default(), unguarded: FxHashMap::default() };
        let keys = ["source", "target"];
        let names = rows.iter().flat_map(|row| keys.into_iter().filter_map(|key| row.text(key)));
        for full in names.collect::<FxHashSet<_>>() {
            let Some((object, field)) = full.split_once('.') else { continue };
            for (object, field) in schema.names_of(object, field) {
                let name = format!("{object}.{field}").to_lowercase();
                wanted.by_name.insert(name, full.to_lowercase());
            }
            if is_unguarded(schema, object, field) {
                let fields = wanted.unguarded.entry(object.to_lowercase()).or_default();
                fields.push(full.to_lowercase());
            }
        }
        wanted
    }

    /// Adds what a file lets its holder read: the object and the field.
    fn read(&self, grants: &Grants, reading: &mut Reading) {
        reading.known.extend(grants.known_objects.iter().map(ToString::to_string));
        let mut objects: FxHashSet<String> = FxHashSet::default();
        for grant in grants.objects.iter().filter(|grant| reads(grant.access)) {
            let object = grant.object.as_str().to_lowercase();
            for field in self.unguarded.get(&object).into_iter().flatten() {
                reading.fields.entry(field.clone()).or_insert(grant.span);
            }
            if grant.access.has(ObjectAccess::VIEW_ALL_FIELDS) {
                let of_object = self
                    .by_name
                    .iter()
                    .filter(|(name, _)| name.split_once('.').is_some_and(|(own, _)| own == object));
                for (_, field) in of_object {
                    reading.fields.entry(field.clone()).or_insert(grant.span);
                }
            }
            objects.insert(object);
        }
        for grant in &grants.fields {
            let name = grant.field.as_str().to_lowercase();
            let object = name.split_once('.').map_or("", |(object, _)| object);
            if let Some(field) = self.by_name.get(&name).filter(|_| objects.contains(object)) {
                reading.fields.entry(field.clone()).or_insert(grant.span);
            }
        }
    }
}

fn reads(access: ObjectAccess) -> bool {
    let bits = [ObjectAccess::READ, ObjectAccess::VIEW_ALL, ObjectAccess::MODIFY_ALL];
    bits.into_iter().any(|bit| access.has(bit))
}

/// Required fields and master-detail fields carry no field permission.
fn is_unguarded(schema: &Schema, object: &str, field: &str) -> bool {
    let known = schema.object(object).and_then(|object| object.field(field));
    known.is_some_and(|field| {
        let master = |fact: &Fact| fact.text("type") == Some("MasterDetail");
        field.facts.iter().any(|f| f.is_true("required") || master(f) || f.kind == "CustomObject")
    })
}
