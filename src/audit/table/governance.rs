//! Controls, changes since the pack before, and what was not examined.

use super::{Column, Table, column};
use crate::audit::Subject;
use crate::audit::changes::Changes;
use crate::audit::control::Controls;
use crate::report::{Outcome, Verdict};

const CONTROLS: [Column; 20] = [
    column("Framework", 10),
    column("Control", 22),
    column("Title", 44),
    column("Required or addressable", 14),
    column("Section", 28),
    column("Verdict", 28),
    column("Why", 60),
    column("Rules checked", 9),
    column("Rules", 9),
    column("Things examined", 10),
    column("Open findings", 10),
    column("Accepted risks", 10),
    column("To be shown by a person", 50),
    column("What is attested", 50),
    column("Attested by", 20),
    column("Attested on", 12),
    column("How often", 12),
    column("Attested until", 12),
    column("Weakened by configuration", 40),
    column("Judged by", 50),
];

pub(super) fn controls(controls: &Controls<'_>) -> Table {
    let mut table = Table::new(
        "controls",
        "Controls",
        "Every standard and implementation specification of 45 CFR 164.308-164.316, and every \
         control of the Security Benchmark for Salesforce, with how it ended.",
        &CONTROLS,
    );
    for control in &controls.all {
        let attested = control.attested;
        let until = attested.and_then(|attested| attested.until);
        table.push(vec![
            control.framework.to_owned(),
            control.id.clone(),
            control.title.clone(),
            control.status.clone(),
            control.section.clone(),
            control.verdict.clone(),
            control.why.clone(),
            control.checked.to_string(),
            control.rules.len().to_string(),
            control.examined.to_string(),
            control.open.to_string(),
            control.accepted.to_string(),
            control.attest.clone(),
            attested.map_or_else(String::new, |attested| attested.statement.clone()),
            attested.map_or_else(String::new, |attested| attested.by.clone()),
            attested.map_or_else(String::new, |attested| attested.on.to_string()),
            attested.map_or_else(String::new, |attested| attested.frequency.clone()),
            until.map_or_else(String::new, |until| until.to_string()),
            control.weakened.join("; "),
            control.rules.join("; "),
        ]);
    }
    table
}

const CHANGES: [Column; 6] = [
    column("About", 18),
    column("Change", 14),
    column("What", 50),
    column("Before", 40),
    column("Now", 40),
    column("Packs", 8),
];

pub(super) fn changes(changes: &Changes) -> Table {
    let mut table = Table::new(
        "changes",
        "Changes",
        "What is different from the pack before: OAuth clients, access to PHI, Apex, findings, \
         accepted risks.",
        &CHANGES,
    );
    for row in &changes.rows {
        let packs = row.packs.map_or_else(String::new, |packs| packs.to_string());
        table.push(vec![
            row.about.to_owned(),
            row.change.to_owned(),
            row.what.clone(),
            row.before.clone(),
            row.now.clone(),
            packs,
        ]);
    }
    table
}

const NOT_READ: [Column; 4] =
    [column("Kind", 22), column("What", 50), column("Line", 8), column("Why", 80)];

pub(super) fn not_read(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "not-read",
        "Not examined",
        "Files that could not be read, rules that could not be assessed, looked at a part only or \
         had nothing to look at, and holders, OAuth clients and classes of which not all is known.",
        &NOT_READ,
    );
    let report = subject.report;
    for file in &report.inputs.not_read {
        let line = file.line.to_string();
        table.push(vec!["file not read".into(), file.path.clone(), line, file.reason.clone()]);
    }
    for (verdict, kind) in [
        (Verdict::NotAssessed, "rule not assessed"),
        // A reason says what of it was not there to be looked at.
        (Verdict::Checked, "rule looked at a part only"),
        (Verdict::NothingToCheck, "rule had nothing to check"),
    ] {
        let told = |outcome: &&Outcome| {
            let is_part = verdict != Verdict::Checked || !outcome.reason.is_empty();
            outcome.verdict == verdict && is_part
        };
        for outcome in report.rules.iter().filter(told) {
            if super::super::is_told(subject, &outcome.id) {
                let rule = subject.rules.iter().find(|rule| rule.id == outcome.id);
                let title = rule.map_or("", |rule| rule.title.as_str()).replace('`', "");
                let what = format!("{title} ({})", outcome.id);
                let reason = outcome.reason.replace('`', "");
                table.push(vec![kind.to_owned(), what, String::new(), reason]);
            }
        }
    }
    let unknown = subject.access.unknown.iter();
    for unknown in unknown.filter(|_| subject.scope.has_table("phi-access")) {
        let object = unknown.object.as_deref().unwrap_or("every object");
        let what = format!("{} {} on {object}", unknown.holder_kind, unknown.holder);
        table.push(vec!["access not known".into(), what, String::new(), unknown.reason.clone()]);
    }
    let classes = subject.estate.entry_points.iter().filter(|entry| entry.way == "unknown");
    for entry in classes.filter(|_| subject.scope.has_table("apex-access")) {
        let (what, why) = (format!("Apex class {}", entry.class), entry.unknown.join("; "));
        table.push(vec!["code not here".into(), what, String::new(), why]);
    }
    let clients =
        subject.estate.clients.iter().filter(|_| subject.scope.has_table("oauth-clients"));
    for client in clients {
        let what = format!("OAuth client {}", client.name);
        for reason in &client.unknown {
            let why = reason.replace('`', "");
            table.push(vec!["client not known".into(), what.clone(), String::new(), why]);
        }
    }
    for notice in &report.notices {
        let place = notice.path.clone().unwrap_or_default();
        let line = notice.line.map_or_else(String::new, |line| line.to_string());
        table.push(vec!["remark on the run".into(), place, line, notice.message.clone()]);
    }
    table
}
