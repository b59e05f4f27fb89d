//! What the page says besides its findings: sentences, tables, what stands in its charts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cells, safe};
use crate::audit::control::{End, counted};
use crate::audit::manifest::{Point, trend};
use crate::audit::table::{
    client_findings, ip_rule, is_open, permitted, reach_told, register_told, scopes_in_words,
};
use crate::audit::{Digest, Proposed, Published, Subject, chart, is_configured, is_told};
use crate::fact::Severity;
use crate::report::audit::Client;
use crate::report::{Status, Verdict};

/// More rows are counted on the page; the tables have them.
const MOST_ROWS: usize = 40;
const MOST_FIELDS: usize = 120;
const MOST_CLIENTS: usize = 60;

/// Changes of one kind.
pub(super) struct ChangeGroup {
    pub(super) title: &'static str,
    pub(super) told: String,
    pub(super) rows: Vec<Cells<5>>,
    pub(super) more: usize,
}

/// Things of one kind, each with a reason.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Cells<2>>,
    pub(super) more: usize,
}

/// An OAuth client.
pub(super) struct ClientView {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) place: String,
    pub(super) facts: Vec<(&'static str, String)>,
}

pub(super) fn headline(digest: &Digest<'_>) -> String {
    let count = |end| digest.controls.count("HIPAA", end);
    let (fail, accepted) = (count(End::Fail), count(End::FailAccepted));
    let unknown = count(End::NotAssessed);
    let all = digest.controls.of("HIPAA").count();
    format!(
        "Of {all} standards and specifications of the Security Rule, {fail} fail{}, {} pass in \
         what was examined, {unknown} could not be assessed; the others need a person or are not \
         about an org.",
        if accepted > 0 {
            format!(", {accepted} fail with the risk accepted")
        } else {
            String::new()
        },
        count(End::Pass),
    )
}

pub(super) fn compared(subject: &Subject<'_>) -> String {
    match subject.previous {
        None => "no pack before".to_owned(),
        Some(previous) => safe(&format!("{} ({})", previous.link.label, previous.link.as_of)),
    }
}

pub(super) fn cards(digest: &Digest<'_>) -> Vec<(String, String)> {
    let subject = digest.subject;
    let open = |least: Severity| {
        let told = crate::audit::table::told(subject);
        told.filter(|f| f.status == Status::Open && f.severity >= least).count()
    };
    let objects: BTreeSet<(&str, &str)> =
        subject.estate.fields.iter().map(|f| (f.org.as_str(), f.object.as_str())).collect();
    let told = subject.report.rules.iter().filter(|rule| is_told(subject, &rule.id));
    let checked = told.filter(|rule| rule.verdict == Verdict::Checked);
    let examined: usize = checked.clone().map(|rule| rule.examined).sum();
    let card = |number: usize, words: String| (number.to_string(), words);
    vec![
        card(open(Severity::High), "open findings, high or critical".to_owned()),
        card(open(Severity::Low), "open findings in all".to_owned()),
        card(
            subject.estate.fields.len(),
            format!("PHI fields on {}", counted(objects.len(), "object", "objects")),
        ),
        card(subject.estate.clients.len(), "OAuth clients".to_owned()),
        card(checked.count(), format!("rules checked, {examined} things examined")),
        card(subject.report.inputs.not_read.len(), "files could not be read".to_owned()),
    ]
}

pub(super) fn verdict_title(digest: &Digest<'_>) -> String {
    let all = digest.controls.of("HIPAA").count();
    format!("{all} standards and specifications of 45 CFR 164.308–164.316, by verdict")
}

fn before<'s>(subject: &'s Subject<'_>) -> Option<&'s Point> {
    subject.previous.and_then(|previous| previous.trend.last())
}

pub(super) fn reach_chart(subject: &Subject<'_>) -> String {
    let reach = chart::reach(subject);
    let class = |audience: &str| match audience {
        "guest" => "b-guest",
        "external" => "b-external",
        "integration" => "b-integration",
        "workforce" => "b-workforce",
        _ => "b-admin",
    };
    let bars: Vec<chart::Bar> = chart::AUDIENCES
        .into_iter()
        .map(|audience| chart::Bar {
            label: audience.to_owned(),
            value: reach.get(audience).copied().unwrap_or(0),
            before: before(subject).map(|point| point.reach.get(audience).copied().unwrap_or(0)),
            class: class(audience),
        })
        .collect();
    let most = subject.estate.fields.len();
    chart::bars("reach", "PHI fields by audience", &bars, most, &format!("of {most}"))
}

pub(super) fn control_chart(digest: &Digest<'_>) -> String {
    let mut failing: Vec<_> = digest.controls.failing().collect();
    failing.sort_by(|a, b| b.open.cmp(&a.open).then_with(|| a.id.cmp(&b.id)));
    let bars: Vec<chart::Bar> = failing
        .iter()
        .take(12)
        .map(|control| chart::Bar {
            label: control.id.clone(),
            value: control.open,
            before: before(digest.subject)
                .map(|point| point.by_control.get(&control.id).copied().unwrap_or(0)),
            class: "f-fail",
        })
        .collect();
    if bars.is_empty() {
        return String::new();
    }
    chart::bars("by-control", "Open findings by control", &bars, 0, "")
}

pub(super) fn trend_chart(digest: &Digest<'_>) -> String {
    let points = trend(digest);
    if points.len() < 2 { String::new() } else { chart::trend(&points) }
}

pub(super) fn changes(digest: &Digest<'_>) -> Vec<ChangeGroup> {
    let kinds = [
        ("OAuth client", "OAuth clients", &["new", "gone", "widened", "narrowed", "changed"][..]),
        ("access to PHI", "Access to PHI", &["gained", "lost"]),
        (
            "Apex entry point",
            "Apex that can be called",
            &["new", "gone", "widened", "narrowed", "changed"],
        ),
        (
            "finding",
            "Findings",
            &["opened", "open again", "worsened", "accepted", "closed", "still there"],
        ),
        ("accepted risk", "Accepted risks", &["new", "renewed", "ended"]),
    ];
    let mut groups = Vec::new();
    for (about, title, words) in kinds {
        let told = words.iter().map(|word| (word, digest.changes.count(about, word)));
        let told: Vec<String> =
            told.filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
        if told.is_empty() {
            continue;
        }
        // What is as it was is counted; changes.csv has it.
        let rows = digest.changes.rows.iter().filter(|row| row.about == about);
        let rows: Vec<_> = rows.filter(|row| row.change != "still there").collect();
        let more = rows.len().saturating_sub(MOST_ROWS);
        let shown = rows.into_iter().take(MOST_ROWS).map(|row| {
            let packs = row.packs.map_or_else(String::new, |packs| packs.to_string());
            let cells = [row.change, &row.what, &row.before, &row.now, &packs];
            cells.map(safe)
        });
        let ages = if about == "finding" { ages(digest) } else { String::new() };
        groups.push(ChangeGroup {
            title,
            told: format!("{}.{ages}", told.join(", ")),
            rows: shown.collect(),
            more,
        });
    }
    groups
}

/// For how many packs findings that are open have been there: ` Open for 2 packs: 9; …`.
fn ages(digest: &Digest<'_>) -> String {
    let mut by_age: BTreeMap<usize, usize> = BTreeMap::new();
    let told = crate::audit::table::told(digest.subject);
    for finding in told.filter(|finding| finding.status == Status::Open) {
        let packs = digest.changes.ages.get(&finding.fingerprint).map_or(1, |age| age.packs);
        *by_age.entry(packs).or_default() += 1;
    }
    let old = by_age.iter().rev().filter(|(packs, _)| **packs > 1);
    let old: Vec<String> = old.map(|(packs, count)| format!("{count} for {packs} packs")).collect();
    match old.is_empty() {
        true => String::new(),
        false => format!(" Still open: {}.", old.join(", ")),
    }
}

pub(super) fn unread_told(subject: &Subject<'_>) -> String {
    let report = subject.report;
    let told = || report.rules.iter().filter(|rule| is_told(subject, &rule.id));
    let ended = |verdict| told().filter(|rule| rule.verdict == verdict).count();
    let access = match holders(subject) {
        0 => String::new(),
        count => format!("; of {} not all is known", counted(count, "holder", "holders")),
    };
    format!(
        "{} could not be read; {} could not be assessed, because what would show it was not \
         retrieved; {} had nothing to look at{access}. What was not examined is neither good nor \
         bad.",
        counted(report.inputs.not_read.len(), "file", "files"),
        counted(ended(Verdict::NotAssessed), "rule", "rules"),
        ended(Verdict::NothingToCheck),
    )
}

pub(super) fn unknown_told(subject: &Subject<'_>) -> String {
    match holders(subject) {
        0 => String::new(),
        count => {
            let holders = counted(count, "holder", "holders");
            format!(" Of {holders} not all is known: more may be granted.")
        }
    }
}

fn holders(subject: &Subject<'_>) -> usize {
    let unknown = subject.access.unknown.iter();
    let names: BTreeSet<(&str, &str)> =
        unknown.map(|one| (one.org.as_str(), one.holder.as_str())).collect();
    names.len()
}

pub(super) fn unread(subject: &Subject<'_>) -> Vec<Group> {
    let report = subject.report;
    let files = report.inputs.not_read.iter();
    let files = files.map(|file| [format!("{}:{}", file.path, file.line), file.reason.clone()]);
    let rules = |verdict: Verdict| {
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let told = report.rules.iter().filter(|rule| is_told(subject, &rule.id));
        for rule in told.filter(|rule| rule.verdict == verdict) {
            by_reason.entry(&rule.reason).or_default().push(&rule.id);
        }
        by_reason.into_iter().map(|(why, ids)| [ids.join(", "), why.replace('`', "")]).collect()
    };
    let group = |title, rows: Vec<Cells<2>>| Group {
        title,
        more: rows.len().saturating_sub(MOST_ROWS),
        rows: rows.into_iter().take(MOST_ROWS).map(|row| row.map(|cell| safe(&cell))).collect(),
    };
    let groups = vec![
        group("Files that could not be read", files.collect()),
        group("Rules that could not be assessed", rules(Verdict::NotAssessed)),
        group("Rules that had nothing to look at", rules(Verdict::NothingToCheck)),
    ];
    groups.into_iter().filter(|group| !group.rows.is_empty()).collect()
}

pub(super) fn benchmark_told(digest: &Digest<'_>) -> String {
    let all = digest.controls.of("SBS").count();
    let examined = digest.controls.of("SBS").filter(|control| control.examined > 0).count();
    format!("{examined} of {all} controls were examined.")
}

pub(super) fn proposal_told(subject: &Subject<'_>) -> String {
    subject.proposal.map_or_else(String::new, |proposal| {
        let Published { cite, published, state } = &proposal.proposal;
        safe(&format!("Notice of proposed rulemaking of {published}, {cite}. {state}"))
    })
}

pub(super) fn proposed(digest: &Digest<'_>) -> Vec<Cells<5>> {
    let row = |one: &Proposed<'_>| {
        let Proposed { change, today, control } = one;
        let cells = [&change.title, today, &change.proposed, &control.verdict, &control.why];
        cells.map(|cell| safe(cell))
    };
    digest.proposed.iter().map(row).collect()
}

pub(super) fn clients_told(subject: &Subject<'_>) -> String {
    let clients = &subject.estate.clients;
    let open = clients.iter().filter(|client| is_open(client)).count();
    match clients.len() {
        0 => "No connected app or external client app was retrieved.".to_owned(),
        all => {
            format!("{}; {open} of them any user may let in.", counted(all, "client", "clients"))
        }
    }
}

pub(super) fn clients(subject: &Subject<'_>) -> (Vec<ClientView>, usize) {
    let clients = &subject.estate.clients;
    let shown = clients.iter().take(MOST_CLIENTS).map(|client| view(subject, client)).collect();
    (shown, clients.len().saturating_sub(MOST_CLIENTS))
}

fn view(subject: &Subject<'_>, client: &Client) -> ClientView {
    let list = |items: &[String]| items.join(", ");
    let facts = [
        ("State", client.state.clone()),
        ("Scopes", list(&client.scopes)),
        ("They let it", scopes_in_words(client)),
        ("Who may use it", permitted(client).to_owned()),
        ("Pre-authorised", list(&client.holders)),
        ("PHI they reach", reach_told(client)),
        ("Refresh token lives", client.refresh_token.clone()),
        ("IP rule", ip_rule(client).to_owned()),
        ("Authentication", list(&client.authentication)),
        ("Other flows", list(&client.flows)),
        ("Acts as a user", client.run_as.clone()),
        ("Callbacks", list(&client.callbacks)),
        ("Open findings", client_findings(subject, client, Status::Open)),
        ("Accepted risks", client_findings(subject, client, Status::Accepted)),
        ("Last change", client.last_change.clone()),
        ("Register", register_told(client)),
        ("Not known", client.unknown.join("; ")),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    ClientView {
        name: safe(if client.label.is_empty() { &client.name } else { &client.label }),
        kind: safe(&format!("{}, {}", client.name, client.generation.replace('-', " "))),
        place: safe(&format!("{}:{}", client.line.path, client.line.line)),
        facts: facts.map(|(name, value)| (name, safe(&value))).collect(),
    }
}

pub(super) fn access_told(subject: &Subject<'_>) -> String {
    let rows = &subject.access.rows;
    let names: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.org.as_str(), row.holder.as_str())).collect();
    match names.len() {
        0 => "No holder in the files reaches PHI.".to_owned(),
        count => format!("{} can reach PHI.", counted(count, "holder", "holders")),
    }
}

/// What is counted of one object.
#[derive(Default)]
struct Reached<'s> {
    fields: BTreeSet<&'s str>,
    holders: BTreeMap<&'s str, BTreeSet<&'s str>>,
    past_sharing: BTreeSet<&'s str>,
}

/// Holders of each PHI object, by audience.
pub(super) fn access(subject: &Subject<'_>) -> Vec<Cells<8>> {
    let mut objects: BTreeMap<(&str, &str), Reached<'_>> = BTreeMap::new();
    for row in &subject.access.rows {
        let object = objects.entry((&row.org, &row.object)).or_default();
        object.fields.extend(row.field.as_deref());
        object.holders.entry(&row.audience).or_default().insert(&row.holder);
        if row.reach == "all" {
            object.past_sharing.insert(&row.holder);
        }
    }
    let cells = |((org, name), object): ((&str, &str), Reached<'_>)| {
        let name = if org.is_empty() { name.to_owned() } else { format!("{name} ({org})") };
        let of = |audience| object.holders.get(audience).map_or(0, BTreeSet::len).to_string();
        let [guest, external, integration, workforce, admin] = chart::AUDIENCES.map(of);
        let (fields, all) =
            (object.fields.len().to_string(), object.past_sharing.len().to_string());
        [safe(&name), fields, guest, external, integration, workforce, admin, all]
    };
    objects.into_iter().map(cells).collect()
}

pub(super) fn safeguards_told(subject: &Subject<'_>) -> String {
    let fields = &subject.estate.fields;
    let encrypted = ["probabilistic", "deterministic", "classic"];
    let encrypted = fields.iter().filter(|f| encrypted.contains(&f.encryption.as_str())).count();
    let tracked = fields.iter().filter(|f| f.tracked == "yes").count();
    let classified = fields.iter().filter(|f| !f.compliance.is_empty()).count();
    let all = fields.len();
    format!(
        "Of {}, {encrypted} are encrypted at rest by field, changes of {tracked} are recorded, \
         {classified} carry a compliance group.",
        counted(all, "PHI field", "PHI fields")
    )
}

pub(super) fn safeguards(subject: &Subject<'_>) -> (Vec<Cells<7>>, usize) {
    let fields = &subject.estate.fields;
    let row = |field: &crate::report::audit::PhiField| {
        let org = if field.org.is_empty() { String::new() } else { format!(" ({})", field.org) };
        let sharing = match field.internal == field.external {
            true => field.internal.clone(),
            false => format!("{} / {}", field.internal, field.external),
        };
        let encryption = match field.obstacle.as_str() {
            "" => field.encryption.clone(),
            obstacle => format!("{} ({obstacle})", field.encryption),
        };
        let cells = [
            format!("{}.{}{org}", field.object, field.field),
            field.class.clone(),
            field.level.clone(),
            encryption,
            field.tracked.clone(),
            sharing,
            field.compliance.join(", "),
        ];
        cells.map(|cell| safe(&cell))
    };
    let shown = fields.iter().take(MOST_FIELDS).map(row).collect();
    (shown, fields.len().saturating_sub(MOST_FIELDS))
}

pub(super) fn logs(subject: &Subject<'_>) -> (Vec<Cells<5>>, usize) {
    let logs = &subject.estate.logs;
    let row = |log: &crate::report::audit::LogSource| {
        let cells = [&log.kind, &log.name, &log.state, &log.retention, &log.note];
        cells.map(|cell| safe(cell))
    };
    let shown = logs.iter().take(MOST_FIELDS).map(row).collect();
    (shown, logs.len().saturating_sub(MOST_FIELDS))
}

pub(super) fn judged_told(subject: &Subject<'_>) -> String {
    let orgs =
        subject.estate.orgs.iter().map(|org| match (org.path.as_str(), org.api_version.as_str()) {
            ("", "") => "one org".to_owned(),
            ("", version) => format!("one org, API version {version}"),
            (path, "") => path.to_owned(),
            (path, version) => format!("{path}, API version {version}"),
        });
    let orgs: Vec<String> = orgs.collect();
    let inputs = &subject.report.inputs;
    safe(&format!(
        "{} rules over {} with {} ({}). {}",
        subject.rules.len(),
        counted(inputs.files, "file", "files"),
        counted(inputs.components, "component", "components"),
        orgs.join("; "),
        match is_configured(subject) {
            true => "The configuration is in the folder configuration.",
            false => "Nothing was configured: everything was judged as the pages of the rules say.",
        },
    ))
}

pub(super) fn remarks(digest: &Digest<'_>) -> Vec<String> {
    let notices = digest.subject.report.notices.iter().take(MOST_ROWS * 2);
    notices
        .map(|notice| match &notice.path {
            Some(path) => safe(&format!("{path}:{}: {}", notice.line.unwrap_or(1), notice.message)),
            None => safe(&notice.message),
        })
        .collect()
}
