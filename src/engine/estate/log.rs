//! What records who did what, and how long it is kept.
//!
//! In: the org's row (settings), rows `phi-object` and `transaction-policy`. Out: one
//! [`LogSource`] each. What Salesforce always records is told too: an auditor asks for it.

use std::collections::BTreeMap;

use super::{line, word};
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::{Fact, Found};
use crate::report::audit::{Line, LogSource};

const NO_ARCHIVE: &str = "18 months, 24 through the API";
/// Where a source goes besides, as far as files show.
const NOT_SHOWN: &str = "not shown by metadata";

pub(super) fn rows(org: &OrgFacts, places: &Places<'_>) -> Vec<LogSource> {
    let mut rows = Vec::new();
    if let Some(row) = org.row() {
        rows.push(event_log(row, places));
        rows.extend(real_time(row, places));
        rows.push(relay(row));
    }
    rows.extend(policies(org, places));
    rows.extend(history(org, places));
    rows.extend(always());
    for row in &mut rows {
        row.org.clone_from(&org.path);
    }
    rows
}

/// On, off or unknown; what is not said is off only where the file was read.
fn state(row: &Fact, key: &str) -> String {
    match row.found(key) {
        Found::Present if row.is_true(key) => "on",
        Found::Present => "off",
        Found::Unknown(_) => "unknown",
        Found::Absent => "not stated",
    }
    .to_owned()
}

fn why(row: &Fact, key: &str) -> String {
    match row.found(key) {
        // Reasons name files in the Markdown of pages.
        Found::Unknown(reason) => reason.replace('`', ""),
        _ => String::new(),
    }
}

fn at(row: &Fact, key: &str, places: &Places<'_>) -> Line {
    row.item(key).map_or_else(Line::default, |item| line(places, item.span))
}

fn event_log(row: &Fact, places: &Places<'_>) -> LogSource {
    let key = "EventSettings.enableEventLogGeneration";
    let days = word(row, "EventSettings.eventLogRetentionDuration");
    let state = state(row, key);
    let retention = match (state.as_str(), days.as_str()) {
        ("off", _) => "nothing is recorded".to_owned(),
        (_, "") => "not stated".to_owned(),
        (_, "unknown") => days,
        (_, days) => format!("{days} days"),
    };
    LogSource {
        kind: "event log files".to_owned(),
        name: "all event types".to_owned(),
        state,
        retention,
        export: NOT_SHOWN.to_owned(),
        note: why(row, key),
        line: at(row, key, places),
        ..LogSource::default()
    }
}

/// Names and switches stand in pairs, in the order of the file.
fn real_time(row: &Fact, places: &Places<'_>) -> Vec<LogSource> {
    const EVENTS: &str = "RealTimeEventSettings.realTimeEvents";
    let kind = || "real-time event, stored".to_owned();
    if let Found::Unknown(reason) = row.found("RealTimeEventSettings") {
        return vec![LogSource {
            kind: kind(),
            name: "all real-time events".to_owned(),
            state: "unknown".to_owned(),
            retention: "unknown".to_owned(),
            export: NOT_SHOWN.to_owned(),
            note: reason.replace('`', ""),
            ..LogSource::default()
        }];
    }
    let (name_key, on_key) = (format!("{EVENTS}.entityName"), format!("{EVENTS}.isEnabled"));
    let mut rows: Vec<LogSource> = Vec::new();
    for (key, item) in &row.values {
        if *key == name_key {
            rows.push(LogSource {
                kind: kind(),
                name: item.text.to_string(),
                state: "not stated".to_owned(),
                retention: "set by Salesforce; not in metadata".to_owned(),
                export: NOT_SHOWN.to_owned(),
                line: line(places, item.span),
                ..LogSource::default()
            });
        } else if *key == on_key
            && let Some(last) = rows.last_mut()
        {
            let on = item.text == "true";
            last.state = if on { "on" } else { "off" }.to_owned();
            if !on {
                "nothing is recorded".clone_into(&mut last.retention);
            }
        }
    }
    rows
}

fn relay(row: &Fact) -> LogSource {
    LogSource {
        kind: "event relay".to_owned(),
        name: "to a system outside".to_owned(),
        // No relay in the files may be a relay that was not retrieved.
        state: if row.is_true("event-relay") { "on" } else { "none in the files" }.to_owned(),
        retention: "as the system outside keeps it".to_owned(),
        export: if row.is_true("event-relay") { "streams events out" } else { "nowhere" }
            .to_owned(),
        note: "logs kept outside the org are to be attested".to_owned(),
        ..LogSource::default()
    }
}

/// What a policy does when its event comes.
fn effect(word: &str) -> &str {
    match word {
        "acts" => "blocks, ends the session or asks for more proof",
        "notifies" => "tells somebody, and stops nobody",
        "none" => "stops nobody and tells nobody",
        other => other,
    }
}

fn policies(org: &OrgFacts, places: &Places<'_>) -> Vec<LogSource> {
    let policies = org.facts.of("transaction-policy").iter();
    let mut rows: Vec<LogSource> = policies
        .map(|fact| LogSource {
            kind: "transaction security policy".to_owned(),
            name: format!("{} ({})", fact.name, word(fact, "event")),
            state: state(fact, "active"),
            retention: "keeps nothing of its own".to_owned(),
            note: effect(&word(fact, "effect")).to_owned(),
            line: line(places, fact.place),
            ..LogSource::default()
        })
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

/// One row for each object: of several files about it the one that says most.
fn history(org: &OrgFacts, places: &Places<'_>) -> Vec<LogSource> {
    let mut objects: BTreeMap<String, &Fact> = BTreeMap::new();
    for fact in org.facts.of("phi-object") {
        let known = objects.entry(fact.name.to_lowercase().to_string()).or_insert(fact);
        if says(fact) > says(known) {
            *known = fact;
        }
    }
    objects.into_values().map(|fact| of_object(fact, places)).collect()
}

/// On says more than off, and off more than nothing.
fn says(fact: &Fact) -> u8 {
    match state(fact, "history").as_str() {
        "on" => 2,
        "off" => 1,
        _ => 0,
    }
}

fn of_object(fact: &Fact, places: &Places<'_>) -> LogSource {
    let (state, years) = (state(fact, "history"), word(fact, "retention-years"));
    let (tracked, fields) = (word(fact, "tracked-phi-fields"), fact.items("phi-fields").count());
    LogSource {
        kind: "field history".to_owned(),
        name: fact.name.to_string(),
        retention: match (state.as_str(), years.as_str()) {
            ("off", _) => "nothing is recorded".to_owned(),
            ("on", "" | "unknown") => NO_ARCHIVE.to_owned(),
            (_, "" | "unknown") => format!("where it is on: {NO_ARCHIVE}"),
            (_, years) => format!("{years} years, by its archive policy"),
        },
        state,
        export: NOT_SHOWN.to_owned(),
        note: match fields {
            0 => "none of its fields is known to hold PHI".to_owned(),
            fields => format!("{tracked} of {fields} PHI fields tracked"),
        },
        line: line(places, fact.place),
        ..LogSource::default()
    }
}

/// What nobody can switch off, and what becomes of it. Salesforce Help, "Setup Audit Trail"
/// and "Login History".
fn always() -> Vec<LogSource> {
    let row = |name: &str, retention: &str| LogSource {
        kind: "platform log".to_owned(),
        name: name.to_owned(),
        state: "always on".to_owned(),
        retention: retention.to_owned(),
        export: NOT_SHOWN.to_owned(),
        note: "an export that is kept is to be attested".to_owned(),
        ..LogSource::default()
    };
    vec![row("Setup audit trail", "180 days"), row("Login history", "6 months")]
}
