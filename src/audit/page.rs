//! The page of a pack: one file that needs no script and no network, and prints.
//!
//! In: what was worked out for the pack. Out: HTML. The template escapes every value; what
//! cannot be seen was written out before. Charts are the only markup that comes from code.

mod apex;
mod found;
mod view;

use askama::Template;
use sha2::{Digest as _, Sha256};

use super::Digest;
use super::control::{Control, End};
use super::text::NO_CERTIFICATE;
use crate::escape;
use found::{RuleView, accepted, rules};
use view::{ChangeGroup, ClientView, Group};

const STYLE: &str = include_str!("page.css");

/// Names of a row's cells are in the template's table heads.
type Cells<const N: usize> = [String; N];

#[derive(Template)]
#[template(path = "page.html", config = "src/audit/askama.toml")]
struct Page {
    style: &'static str,
    style_digest: String,
    label: String,
    name: String,
    as_of: String,
    about: &'static str,
    version: String,
    headline: String,
    compared: String,
    no_certificate: &'static str,
    contents: Vec<(&'static str, &'static str)>,
    cards: Vec<(String, String)>,
    verdict_title: String,
    verdict_chart: String,
    legend: Vec<(&'static str, &'static str, usize)>,
    phi_fields: usize,
    reach_chart: String,
    by_control: String,
    trend_chart: String,
    /// That the chart of access may show too little.
    unknown_told: String,
    /// What a line in a chart is, where there are some.
    line_told: &'static str,
    changes: Vec<ChangeGroup>,
    no_changes: &'static str,
    unread_told: String,
    unread: Vec<Group>,
    sections: Vec<Section>,
    benchmark: Vec<ControlView>,
    benchmark_told: String,
    proposal: Option<&'static str>,
    proposal_told: String,
    proposed: Vec<Cells<5>>,
    scope_has_clients: bool,
    clients_told: String,
    clients: Vec<ClientView>,
    clients_more: usize,
    scope_has_access: bool,
    access_told: String,
    access: Vec<Cells<8>>,
    scope_has_apex: bool,
    apex_told: String,
    apex: Vec<Cells<6>>,
    apex_more: usize,
    scope_has_safeguards: bool,
    safeguards_told: String,
    safeguards: Vec<Cells<7>>,
    safeguards_more: usize,
    logs: Vec<Cells<5>>,
    logs_more: usize,
    findings_told: String,
    rules: Vec<RuleView>,
    accepted_told: String,
    accepted: Vec<Cells<5>>,
    judged_told: String,
    remarks: Vec<String>,
    files: Vec<Cells<3>>,
}

/// The controls of one section of the regulation.
struct Section {
    title: String,
    rows: Vec<ControlView>,
}

/// A control as it is shown.
struct ControlView {
    id: String,
    title: String,
    status: String,
    class: &'static str,
    verdict: String,
    why: String,
    weakened: Vec<String>,
    attest: String,
}

/// A text from anywhere, for the page: the template does the rest.
fn safe(text: &str) -> String {
    escape::line(text)
}

/// Writes the page.
pub(super) fn render(digest: &Digest<'_>) -> Result<String, String> {
    let page = page(digest);
    let text = page.render().map_err(|error| format!("index.html: {error}"))?;
    Ok(text)
}

fn page(digest: &Digest<'_>) -> Page {
    let subject = digest.subject;
    let has = |table| subject.scope.has_table(table);
    let (clients, clients_more) = view::clients(subject);
    let (safeguards, safeguards_more) = view::safeguards(subject);
    let (logs, logs_more) = view::logs(subject);
    let (apex, apex_more) = apex::rows(subject);
    Page {
        style: STYLE,
        style_digest: base64(&Sha256::digest(STYLE)),
        label: safe(subject.label),
        name: safe(subject.name),
        as_of: subject.as_of.to_string(),
        about: subject.scope.words(),
        version: subject.version.to_owned(),
        headline: view::headline(digest),
        compared: view::compared(subject),
        no_certificate: NO_CERTIFICATE,
        contents: contents(digest),
        cards: view::cards(digest),
        verdict_title: view::verdict_title(digest),
        verdict_chart: super::chart::verdicts(&digest.controls),
        legend: legend(digest),
        phi_fields: subject.estate.fields.len(),
        reach_chart: view::reach_chart(subject),
        by_control: view::control_chart(digest),
        trend_chart: view::trend_chart(digest),
        unknown_told: view::unknown_told(subject),
        line_told: match subject.previous {
            None => "",
            Some(_) => " A line across a bar marks the pack before.",
        },
        changes: view::changes(digest),
        no_changes: match subject.previous {
            None => "There is no pack before this one: name it with --previous next time.",
            Some(_) => "Nothing that both packs tell is different.",
        },
        unread_told: view::unread_told(subject),
        unread: view::unread(subject),
        sections: sections(digest),
        benchmark: digest.controls.of("SBS").map(control).collect(),
        benchmark_told: view::benchmark_told(digest),
        proposal: subject.proposal.map(|_| super::proposal::NOT_LAW),
        proposal_told: view::proposal_told(subject),
        proposed: view::proposed(digest),
        scope_has_clients: has("oauth-clients"),
        clients_told: view::clients_told(subject),
        clients,
        clients_more,
        scope_has_access: has("phi-access"),
        access_told: view::access_told(subject),
        access: view::access(subject),
        scope_has_apex: has("apex-access"),
        apex_told: apex::told(subject),
        apex,
        apex_more,
        scope_has_safeguards: has("safeguards"),
        safeguards_told: view::safeguards_told(subject),
        safeguards,
        safeguards_more,
        logs,
        logs_more,
        findings_told: found::told(subject),
        rules: rules(subject),
        accepted_told: found::accepted_told(subject),
        accepted: accepted(subject),
        judged_told: view::judged_told(subject),
        remarks: view::remarks(digest),
        files: files(digest),
    }
}

/// Parts of the page, and those of them that a pack of this scope has.
fn contents(digest: &Digest<'_>) -> Vec<(&'static str, &'static str)> {
    let parts = [
        ("summary", "Summary", ""),
        ("changes", "Since the pack before", ""),
        ("not-examined", "What was not examined", ""),
        ("controls", "Controls of the Security Rule", ""),
        ("benchmark", "Security Benchmark", ""),
        ("proposed", "Proposed rule of 2025 (not law)", "proposed-2025"),
        ("clients", "OAuth clients", "oauth-clients"),
        ("access", "Who reaches PHI", "phi-access"),
        ("apex", "Apex that can be called", "apex-access"),
        ("safeguards", "PHI fields and safeguards", "safeguards"),
        ("logs", "What records who did what", "safeguards"),
        ("findings", "Findings", ""),
        ("accepted", "Accepted risks", ""),
        ("judged", "How it was judged", ""),
        ("files", "Files of this pack", ""),
        ("sign-off", "Sign-off", ""),
    ];
    let subject = digest.subject;
    let has = |table: &str| match table {
        "proposed-2025" => subject.proposal.is_some(),
        table => subject.scope.has_table(table),
    };
    let inside = parts.into_iter().filter(|(_, _, table)| has(table));
    inside.map(|(id, title, _)| (id, title)).collect()
}

fn legend(digest: &Digest<'_>) -> Vec<(&'static str, &'static str, usize)> {
    let counts = End::ALL.into_iter().map(|end| (end, digest.controls.count("HIPAA", end)));
    counts.filter(|(_, n)| *n > 0).map(|(end, n)| (end.class(), end.word(), n)).collect()
}

fn sections(digest: &Digest<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for one in digest.controls.of("HIPAA") {
        match sections.last_mut().filter(|section| section.title == one.section) {
            Some(section) => section.rows.push(control(one)),
            None => sections.push(Section { title: one.section.clone(), rows: vec![control(one)] }),
        }
    }
    sections
}

fn control(control: &Control<'_>) -> ControlView {
    // A standard is no status of its own: it says that specifications follow.
    let status = if control.status == "standard" { "" } else { control.status.as_str() };
    ControlView {
        id: safe(&control.id),
        title: safe(&control.title),
        status: status.to_owned(),
        class: control.end.class(),
        verdict: safe(&control.verdict),
        why: safe(&control.why),
        weakened: control.weakened.iter().map(|words| safe(words)).collect(),
        attest: safe(&control.attest),
    }
}

fn files(digest: &Digest<'_>) -> Vec<Cells<3>> {
    let mut files: Vec<Cells<3>> = digest
        .tables
        .iter()
        .map(|table| {
            let name = format!("{}.csv", table.name);
            [name, table.about.to_owned(), table.rows.len().to_string()]
        })
        .collect();
    for (name, about) in [
        ("phorce-audit.xlsx", "The same tables as sheets, with cells to fill in."),
        ("report.json", "Everything, for programs."),
        ("report.sarif", "The findings, for code scanning."),
        ("configuration/", "The files that decided how was judged."),
        ("README.txt", "How to read and verify the pack."),
        ("MANIFEST.json", "Every file with its digest, and the pack before."),
        ("statement.intoto.json", "A statement about the manifest, for a signer of your own."),
    ] {
        if name == "configuration/" && !super::is_configured(digest.subject) {
            continue;
        }
        files.push([name.to_owned(), about.to_owned(), String::new()]);
    }
    files
}

/// Bytes in base64, as a content security policy names a style.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let byte = |at: usize| u32::from(part.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (shift, at) in [18, 12, 6, 0].into_iter().zip(0..) {
            let digit = DIGITS.get((bits >> shift & 63) as usize);
            let digit = digit.filter(|_| at <= part.len()).map_or('=', |digit| char::from(*digit));
            text.push(digit);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("~~~?", "fn5+Pw==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
