//! What is different from the pack before.
//!
//! In: a [`Subject`] with the pack before. Out: rows about OAuth clients, access to PHI, Apex,
//! findings and accepted risks, and for how many packs each finding has been open. Cells are
//! compared as they are written: the pack before is all that is left of its quarter.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use super::previous::{Previous, Row};
use crate::escape;
use crate::fact::Severity;
use crate::report::{Finding, Status};

/// Something that is different.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) about: &'static str,
    pub(super) change: &'static str,
    pub(super) what: String,
    pub(super) before: String,
    pub(super) now: String,
    /// In how many packs it has stood.
    pub(super) packs: Option<usize>,
}

/// Since when a finding is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Age {
    pub(super) first: String,
    pub(super) packs: usize,
}

/// All of it; nothing where there is no pack before.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) rows: Vec<Change>,
    /// By fingerprint.
    pub(super) ages: BTreeMap<String, Age>,
}

impl Changes {
    pub(super) fn count(&self, about: &str, change: &str) -> usize {
        self.rows.iter().filter(|row| row.about == about && row.change == change).count()
    }
}

pub(super) fn compare(subject: &Subject<'_>) -> Changes {
    let Some(previous) = subject.previous else { return Changes::default() };
    let mut changes = Changes::default();
    let has = |table: &str| {
        // Only what both packs tell can be compared.
        let same = previous.scope == "all" || previous.scope == subject.scope.word();
        same && subject.scope.has_table(table)
    };
    if has("oauth-clients") {
        changes.rows.extend(clients(subject, previous));
    }
    if has("phi-access") {
        changes.rows.extend(access(subject, previous));
    }
    if let Some(before) = previous.apex.as_ref().filter(|_| has("apex-access")) {
        changes.rows.extend(entry_points(subject, before));
    }
    findings(subject, previous, &mut changes);
    changes.rows.extend(accepted(subject, previous));
    changes
}

fn cell<'r>(row: &'r Row, name: &str) -> &'r str {
    row.get(name).map_or("", String::as_str)
}

fn change(
    about: &'static str,
    change: &'static str,
    what: &str,
    before: &str,
    now: &str,
) -> Change {
    let (what, before, now) = (what.to_owned(), before.to_owned(), now.to_owned());
    Change { about, change, what, before, now, packs: None }
}

const CLIENT: &str = "OAuth client";
/// What of a client is compared, and whether something more in it widens what it may do.
const WATCHED: [(&str, bool); 8] = [
    ("Scopes", true),
    ("Pre-authorised", true),
    ("PHI its pre-authorised users reach", true),
    ("Callbacks", true),
    ("Other flows", true),
    ("Who may use it", false),
    ("Refresh token lives", false),
    ("IP rule", false),
];

fn clients(subject: &Subject<'_>, previous: &Previous) -> Vec<Change> {
    let about =
        About { about: CLIENT, name: "Client", kind: "Kind", told: "Scopes", watched: &WATCHED };
    about.compare(&previous.clients, &super::table::client_rows(subject))
}

const APEX: &str = "Apex entry point";
const WATCHED_OF_APEX: [(&str, bool); 7] = [
    ("Guests", true),
    ("External users", true),
    ("PHI it reads", true),
    ("Of it, not limited to what its user may see", true),
    ("PHI it gives back", true),
    ("PHI objects it writes", true),
    ("Sharing", false),
];

fn entry_points(subject: &Subject<'_>, before: &[Row]) -> Vec<Change> {
    let about = About {
        about: APEX,
        name: "Entry point",
        kind: "Way in",
        told: "Who may call it",
        watched: &WATCHED_OF_APEX,
    };
    about.compare(before, &super::table::apex_rows(subject))
}

/// How two tables of one kind are compared.
struct About {
    about: &'static str,
    /// The columns that say which thing a row is about.
    name: &'static str,
    kind: &'static str,
    /// The column that is told of what is new or gone.
    told: &'static str,
    watched: &'static [(&'static str, bool)],
}

impl About {
    fn compare(&self, before: &[Row], now: &[Row]) -> Vec<Change> {
        let key = |row: &Row| {
            format!("{}/{}/{}", cell(row, "Org"), cell(row, self.name), cell(row, self.kind))
        };
        let old: BTreeMap<String, &Row> = before.iter().map(|row| (key(row), row)).collect();
        let new: BTreeMap<String, &Row> = now.iter().map(|row| (key(row), row)).collect();
        let mut rows = Vec::new();
        for (id, row) in &new {
            let (name, told) = (cell(row, self.name), cell(row, self.told));
            match old.get(id) {
                None => rows.push(change(self.about, "new", name, "", told)),
                Some(before) => rows.extend(self.differences(before, row)),
            }
        }
        for (id, row) in &old {
            if !new.contains_key(id) {
                let (name, told) = (cell(row, self.name), cell(row, self.told));
                rows.push(change(self.about, "gone", name, told, ""));
            }
        }
        rows
    }

    fn differences(&self, before: &Row, now: &Row) -> Vec<Change> {
        // A column that the pack before does not have says nothing of its quarter.
        let known = self.watched.iter().filter(|(name, _)| before.contains_key(*name));
        let differs = known.filter(|(name, _)| cell(before, name) != cell(now, name));
        differs
            .map(|(name, is_list)| {
                let (old, new) = (cell(before, name), cell(now, name));
                let parts = |text: &str| -> BTreeSet<String> {
                    let parts = text.split("; ").filter(|part| !part.is_empty());
                    // That nobody is named is nothing that could be taken away.
                    let parts = parts.filter(|part| !part.starts_with("nobody is "));
                    parts.map(str::to_owned).collect()
                };
                let word = match (is_list, parts(new).is_subset(&parts(old))) {
                    (true, true) => "narrowed",
                    (true, false) => "widened",
                    _ => "changed",
                };
                change(self.about, word, &format!("{}: {name}", cell(now, self.name)), old, new)
            })
            .collect()
    }
}

const ACCESS: &str = "access to PHI";

fn access(subject: &Subject<'_>, previous: &Previous) -> Vec<Change> {
    let key = |org: &str, holder: &str, object: &str, field: &str, level: &str| {
        let name = if field.is_empty() { object.to_owned() } else { format!("{object}.{field}") };
        let org = if org.is_empty() { String::new() } else { format!(" in {org}") };
        (name, format!("{holder}{org} may {level}"))
    };
    let text = |text: &str| escape::cell(text);
    let now: BTreeSet<(String, String)> = subject
        .access
        .rows
        .iter()
        .map(|row| {
            let field = row.field.as_deref().unwrap_or("");
            key(&text(&row.org), &text(&row.holder), &text(&row.object), &text(field), row.level)
        })
        .collect();
    let levels = ["read", "edit"];
    let old = previous.access.iter().filter(|row| levels.contains(&cell(row, "Level")));
    let old: BTreeSet<(String, String)> = old
        .map(|row| {
            let [org, holder, object, field, level] =
                ["Org", "Holder", "Object", "Field", "Level"].map(|name| cell(row, name));
            key(org, holder, object, field, level)
        })
        .collect();
    let gained = now.difference(&old).map(|(what, who)| change(ACCESS, "gained", what, "", who));
    let lost = old.difference(&now).map(|(what, who)| change(ACCESS, "lost", what, who, ""));
    gained.chain(lost).collect()
}

const FINDING: &str = "finding";

fn findings(subject: &Subject<'_>, previous: &Previous, changes: &mut Changes) {
    let old: BTreeMap<&str, &Row> =
        previous.findings.iter().map(|row| (cell(row, "Fingerprint"), row)).collect();
    let mut rows = Vec::new();
    let mut here = BTreeSet::new();
    for finding in super::table::told(subject) {
        here.insert(finding.fingerprint.as_str());
        let before = old.get(finding.fingerprint.as_str());
        let age = match before {
            None => Age { first: subject.label.to_owned(), packs: 1 },
            Some(row) => Age {
                first: cell(row, "First seen in").to_owned(),
                packs: cell(row, "Packs open").parse::<usize>().unwrap_or(1).saturating_add(1),
            },
        };
        let was = before.map_or("", |row| cell(row, "Status"));
        let word = match (was, state(finding)) {
            ("", _) => "opened",
            ("accepted", "open") => "open again",
            ("open", "accepted") => "accepted",
            ("open", "open") if is_worse(finding, before) => "worsened",
            _ => "still there",
        };
        let then = before.map_or_else(String::new, |row| as_it_was(row));
        let mut row = change(FINDING, word, &told(finding), &then, &as_it_is(finding));
        row.packs = Some(age.packs);
        rows.push(row);
        changes.ages.insert(finding.fingerprint.clone(), age);
    }
    for (fingerprint, row) in old {
        let inside = previous.scope == subject.scope.word();
        if inside && !here.contains(fingerprint) {
            let what = format!("{}: {}", cell(row, "Rule"), cell(row, "Subject"));
            let mut closed = change(FINDING, "closed", &what, &as_it_was(row), "");
            closed.packs = cell(row, "Packs open").parse().ok();
            rows.push(closed);
        }
    }
    let order = |row: &Change| match row.change {
        "opened" => 0,
        "open again" => 1,
        "worsened" => 2,
        "accepted" => 3,
        "closed" => 4,
        _ => 5,
    };
    rows.sort_by(|a, b| (order(a), b.packs, &a.what).cmp(&(order(b), a.packs, &b.what)));
    changes.rows.extend(rows);
}

/// More severe, or with a member that it did not list.
fn is_worse(finding: &Finding, before: Option<&&Row>) -> bool {
    let Some(before) = before else { return false };
    let worse = Severity::ALL.iter().find(|severity| severity.word() == cell(before, "Severity"));
    let known: BTreeSet<&str> = cell(before, "Members").split("; ").collect();
    let member = |name: &str| !known.contains(escape::cell(name).trim_start_matches('\''));
    worse.is_some_and(|old| finding.severity > *old)
        || finding.members.iter().any(|one| member(&one.name))
}

fn told(finding: &Finding) -> String {
    format!("{}: {}", finding.rule, finding.subject)
}

/// `open, high: Lab_Bridge may …`.
fn as_it_is(finding: &Finding) -> String {
    let (state, severity) = (state(finding), finding.severity.word());
    escape::cell(&format!("{state}, {severity}: {}", finding.message))
}

fn as_it_was(row: &Row) -> String {
    let [state, severity, message] = ["Status", "Severity", "Message"].map(|name| cell(row, name));
    format!("{state}, {severity}: {}", message.trim_start_matches('\''))
}

fn state(finding: &Finding) -> &'static str {
    if finding.status == Status::Accepted { "accepted" } else { "open" }
}

const RISK: &str = "accepted risk";

fn accepted(subject: &Subject<'_>, previous: &Previous) -> Vec<Change> {
    let old: BTreeMap<&str, &str> = previous
        .accepted
        .iter()
        .map(|row| (cell(row, "Fingerprint"), cell(row, "Until")))
        .collect();
    let mut rows = Vec::new();
    let mut here = BTreeSet::new();
    for finding in super::table::told(subject) {
        let Some(accepted) = &finding.accepted else { continue };
        here.insert(finding.fingerprint.as_str());
        match old.get(finding.fingerprint.as_str()) {
            None => rows.push(change(RISK, "new", &told(finding), "", &accepted.until)),
            Some(until) if *until != accepted.until => {
                rows.push(change(RISK, "renewed", &told(finding), until, &accepted.until));
            }
            Some(_) => {}
        }
    }
    for row in &previous.accepted {
        if previous.scope == subject.scope.word() && !here.contains(cell(row, "Fingerprint")) {
            let what = format!("{}: {}", cell(row, "Rule"), cell(row, "Subject"));
            rows.push(change(RISK, "ended", &what, cell(row, "Until"), ""));
        }
    }
    rows
}
