//! PHI fields, how each is guarded, and what records what happens to it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, Table, column};
use crate::audit::Subject;
use crate::report::audit::PhiField;

const INVENTORY: [Column; 10] = [
    column("Org", 14),
    column("Object", 28),
    column("Field", 30),
    column("What it holds", 26),
    column("Certainty", 10),
    column("What says so", 44),
    column("Further laws", 10),
    column("Compliance groups", 24),
    column("Path", 60),
    column("Line", 8),
];

pub(super) fn inventory(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "phi-inventory",
        "PHI inventory",
        "Every field that holds PHI, and what says so. What is recognised by its name is a \
         guess to be confirmed.",
        &INVENTORY,
    );
    for field in &subject.estate.fields {
        table.push(vec![
            field.org.clone(),
            field.object.clone(),
            field.field.clone(),
            field.class.clone(),
            field.level.clone(),
            field.because.clone(),
            if field.sensitive { "yes" } else { "" }.to_owned(),
            field.compliance.join("; "),
            field.line.path.clone(),
            field.line.line.to_string(),
        ]);
    }
    table
}

const SAFEGUARDS: [Column; 13] = [
    column("Org", 14),
    column("Object", 28),
    column("Field", 30),
    column("Certainty", 10),
    column("Encryption at rest", 18),
    column("Cannot be encrypted because", 22),
    column("Changes recorded", 12),
    column("History of the object", 12),
    column("Sharing, internal", 16),
    column("Sharing, external", 16),
    column("Classified", 14),
    column("Holders that read it", 10),
    column("By audience", 44),
];

pub(super) fn safeguards(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "safeguards",
        "Safeguards",
        "For every PHI field: encryption, history, sharing default, classification, and how many \
         holders can be granted it.",
        &SAFEGUARDS,
    );
    let readers = readers(subject);
    for field in &subject.estate.fields {
        let audiences = readers.get(&key(&field.org, &field.object, &field.field));
        let count: usize = audiences.into_iter().flatten().map(|(_, holders)| holders.len()).sum();
        let told = audiences.into_iter().flatten();
        let told: Vec<String> =
            told.map(|(audience, holders)| format!("{} {audience}", holders.len())).collect();
        table.push(vec![
            field.org.clone(),
            field.object.clone(),
            field.field.clone(),
            field.level.clone(),
            field.encryption.clone(),
            obstacle(&field.obstacle).to_owned(),
            field.tracked.clone(),
            field.object_history.clone(),
            field.internal.clone(),
            field.external.clone(),
            classified(field),
            count.to_string(),
            told.join("; "),
        ]);
    }
    table
}

/// Why a field cannot be encrypted.
pub(in crate::audit) fn obstacle(word: &str) -> &str {
    match word {
        "computed" => "its value is computed",
        "object" => "not on such an object",
        "package" => "a package's own field",
        "unlisted" => "the platform does not offer it",
        "type" => "not for its type",
        other => other,
    }
}

fn classified(field: &PhiField) -> String {
    if field.compliance.is_empty() { "no".to_owned() } else { field.compliance.join("; ") }
}

type Readers<'s> = BTreeMap<String, BTreeMap<&'s str, BTreeSet<&'s str>>>;

/// The holders that read each field, by audience.
fn readers<'s>(subject: &'s Subject<'_>) -> Readers<'s> {
    let mut readers = Readers::new();
    for row in &subject.access.rows {
        let Some(field) = &row.field else { continue };
        let audiences = readers.entry(key(&row.org, &row.object, field)).or_default();
        audiences.entry(&row.audience).or_default().insert(&row.holder);
    }
    readers
}

fn key(org: &str, object: &str, field: &str) -> String {
    format!("{org}/{object}.{field}").to_lowercase()
}

const LOGS: [Column; 9] = [
    column("Org", 14),
    column("Source", 28),
    column("Of", 34),
    column("State", 12),
    column("Kept for", 30),
    column("Goes to", 24),
    column("Remark", 60),
    column("Path", 60),
    column("Line", 8),
];

pub(super) fn logs(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "log-sources",
        "Log sources",
        "What records who did what: whether it is on, how long it is kept, where it goes.",
        &LOGS,
    );
    for log in &subject.estate.logs {
        let line = if log.line.path.is_empty() { String::new() } else { log.line.line.to_string() };
        table.push(vec![
            log.org.clone(),
            log.kind.clone(),
            log.name.clone(),
            log.state.clone(),
            log.retention.clone(),
            log.export.clone(),
            log.note.clone(),
            log.line.path.clone(),
            line,
        ]);
    }
    table
}
