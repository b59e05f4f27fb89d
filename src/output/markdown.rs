//! The report as a comment on a pull request: what a screen holds, the rest folded.
//!
//! In: a [`Report`], the rules, the run. Out: Markdown of the kind that GitHub and GitLab
//! show: verdict, counts, what the change does to access, then everything else in parts that
//! open. Every name is escaped, so none is markup, a link, a mention or a reference.

use std::collections::BTreeMap;

use crate::escape;
use crate::fact::Severity;
use crate::output::words::{
    acceptance, counted, ended, exit_reason, of_severity, of_status, status, thousands,
};
use crate::output::{Run, delta, rule_page};
use crate::report::change::{Change, PROPOSED};
use crate::report::{Finding, Notice, Report, Status, Verdict};
use crate::rule::Rule;

/// A comment has at most 65,536 characters; what stands after the list needs some.
const MOST_LENGTH: usize = 48_000;
/// What is not folded is short.
const MOST_SENTENCES: usize = 5;
const MOST_NAMES: usize = 4;
/// More members of a finding, and more lines of a list, are counted only.
const MOST_MEMBERS: usize = 8;
const MOST_LINES: usize = 40;

/// By this a program finds the comment it wrote before.
const MARK: &str = "<!-- phorce -->";

/// Findings of some statuses, and what one and several are called.
struct Part {
    statuses: &'static [Status],
    one: &'static str,
    many: &'static str,
}

const PARTS: &[Part] = &[
    Part { statuses: &[Status::Open], one: "open finding", many: "open findings" },
    Part {
        statuses: &[Status::Accepted],
        one: "accepted risk, still there",
        many: "accepted risks, still there",
    },
    Part { statuses: &[Status::Fixed], one: "finding fixed", many: "findings fixed" },
    Part {
        statuses: &[Status::NoLongerSeen],
        one: "finding no longer seen",
        many: "findings no longer seen",
    },
];

/// Writes `report` as Markdown.
pub(super) fn render(report: &Report, rules: &[Rule], run: &Run<'_>) -> String {
    let mut page = vec![MARK.to_owned(), heading(report, run), counts(report)];
    page.extend(worst(report, rules));
    page.extend(access(report));
    page.extend(not_read(report));
    page.extend(proposed(report));
    let mut left = MOST_LENGTH;
    for part in PARTS {
        page.extend(findings(report, rules, part, &mut left));
    }
    page.extend(unassessed(report));
    page.extend(remarks(report));
    page.push(footer(report, run));
    page.join("\n\n") + "\n"
}

fn heading(report: &Report, run: &Run<'_>) -> String {
    let open = of_status(report, Status::Open);
    let here = if report.change.is_some() { " in this change" } else { "" };
    let mut findings = match open {
        0 => format!("no open findings{here}"),
        _ => format!("{}{here}", counted(open, "open finding", "open findings")),
    };
    if let Some(least) = run.fail_on.filter(|_| run.exit_code == 1) {
        let failing = report.open_from(least);
        if failing < open {
            findings +=
                &format!(", {} of them {} or worse", thousands(failing as u64), least.word());
        }
    }
    let end = match (run.exit_code, run.fail_on) {
        (0, Some(least)) if open > 0 => {
            format!("{findings}, none of them fails the run (at {} or worse)", least.word())
        }
        (0, _) => findings,
        (1, _) => format!("fails with {findings}"),
        (code, _) => format!("fails, {}; {findings}", exit_reason(code)),
    };
    format!("### Phorce: {end}")
}

/// The worst open findings, a line each.
fn worst(report: &Report, rules: &[Rule]) -> Option<String> {
    let open = report.findings.iter().filter(|finding| finding.status == Status::Open);
    let lines: Vec<String> = open
        .map(|finding| {
            let change = finding.change.map_or_else(String::new, |c| format!("{}, ", c.words()));
            let (severity, title) = (finding.severity.word(), title(finding, rules));
            format!("- {change}**{severity}**: {title}: {}", escape::code(&finding.subject))
        })
        .collect();
    (!lines.is_empty()).then(|| cut(lines, MOST_SENTENCES))
}

fn title(finding: &Finding, rules: &[Rule]) -> String {
    let rule = rules.iter().find(|rule| rule.id == finding.rule);
    let title = rule.map_or(finding.rule.as_str(), |rule| rule.title.as_str());
    escape::markdown(&title.replace('`', ""))
}

/// A table of numbers; no name is in it.
fn counts(report: &Report) -> String {
    let mut rows: Vec<(String, [usize; 4])> = Vec::new();
    if report.change.is_some() {
        for change in Change::ALL {
            let of = |severity| {
                let is = |f: &&Finding| f.change == Some(change) && f.severity == severity;
                let told = |f: &&Finding| f.status != Status::Accepted;
                report.findings.iter().filter(is).filter(told).count()
            };
            rows.push((change.words().to_owned(), Severity::ALL.map(of)));
        }
    } else {
        let of = |severity| of_severity(report, Status::Open, severity);
        rows.push((status(Status::Open).to_owned(), Severity::ALL.map(of)));
    }
    for known in [Status::Accepted, Status::Baselined] {
        let of = |severity| of_severity(report, known, severity);
        rows.push((status(known).to_owned(), Severity::ALL.map(of)));
    }
    // The first row stays, for a table without rows says nothing.
    let first = rows.first().map(|(name, _)| name.clone());
    rows.retain(|(name, counts)| Some(name) == first.as_ref() || counts.iter().any(|n| *n > 0));
    let words: Vec<&str> = Severity::ALL.iter().map(|severity| severity.word()).collect();
    let mut lines =
        vec![format!("| | {} |", words.join(" | ")), "|---|--:|--:|--:|--:|".to_owned()];
    lines.extend(rows.iter().map(|(name, counts)| {
        let counts: Vec<String> = counts.iter().map(|n| thousands(*n as u64)).collect();
        format!("| {name} | {} |", counts.join(" | "))
    }));
    lines.join("\n")
}

fn access(report: &Report) -> Option<String> {
    let changed = report.change.as_ref()?;
    let manner = delta::Manner { sentences: MOST_SENTENCES, names: MOST_NAMES, name: escape::code };
    let (sentences, left) = delta::sentences(&changed.access_delta, manner);
    if sentences.is_empty() {
        return Some(delta::NOTHING.to_owned());
    }
    let mut lines = vec!["**Access to PHI**\n".to_owned()];
    lines.extend(sentences.iter().map(|sentence| format!("- {sentence}")));
    if left > 0 {
        lines.push(format!("- {}", counted(left, "more sentence", "more sentences")));
    }
    Some(lines.join("\n"))
}

fn not_read(report: &Report) -> Option<String> {
    let files = &report.inputs.not_read;
    if files.is_empty() {
        return None;
    }
    let count = counted(
        files.len(),
        "file was not read; what is in it is unknown",
        "files were not read; what is in them is unknown",
    );
    let head = format!("**{count}**\n");
    let place = |path: &str, line: u32| escape::code(&format!("{path}:{line}"));
    let lines = files.iter().map(|file| {
        format!("- {}: {}", place(&file.path, file.line), escape::markdown(&file.reason))
    });
    Some(format!("{head}\n{}", cut(lines.collect(), MOST_SENTENCES)))
}

fn findings(report: &Report, rules: &[Rule], part: &Part, left: &mut usize) -> Option<String> {
    let found: Vec<&Finding> =
        report.findings.iter().filter(|finding| part.statuses.contains(&finding.status)).collect();
    if found.is_empty() {
        return None;
    }
    let mut text = String::new();
    let mut shown = 0;
    for finding in &found {
        let item = item(finding, rules);
        if item.len() > *left {
            break;
        }
        *left -= item.len();
        text.push_str(&item);
        shown += 1;
    }
    if shown < found.len() {
        let more = counted(found.len() - shown, "more is", "more are");
        text.push_str(&format!("- {more} in the other formats\n"));
    }
    Some(folded(&counted(found.len(), part.one, part.many), &text))
}

/// A finding in three lines.
fn item(finding: &Finding, rules: &[Rule]) -> String {
    let rule = rules.iter().find(|rule| rule.id == finding.rule);
    let title = title(finding, rules);
    let name = escape::code(&finding.rule);
    // The page of a rule of one's own is nowhere on the web.
    let page = rule
        .filter(|rule| rule.path == format!("rules/{}/{}.md", rule.family, rule.id))
        .map(|rule| rule_page(&rule.family, &rule.id).replace('(', "%28").replace(')', "%29"));
    let link = page.map_or_else(|| name.clone(), |page| format!("[{name}]({page})"));
    let severity = finding.severity.word();
    let mut told = Vec::new();
    if let Some(change) =
        finding.change.filter(|change| matches!(change, Change::New | Change::Worsened))
    {
        told.push(change.words().to_owned());
    }
    told.extend(acceptance(finding).map(|words| escape::markdown(&words)));
    let told: String = told.iter().map(|words| format!(" *({words})*")).collect();
    let place = escape::code(&format!("{}:{}", finding.place.path, finding.place.line));
    let message = escape::markdown(&finding.message);
    let members = members(finding);
    // A sentence that names its subject needs no other.
    let subject = match says(&finding.message, &finding.subject) {
        true => String::new(),
        false => format!("{}: ", escape::code(&finding.subject)),
    };
    format!(
        "- **{severity}** · {title} {link}{told}<br>\n  {subject}{message}{members}<br>\n  {place}\n"
    )
}

/// Whether a sentence has this name, with nothing of a name around it.
fn says(message: &str, name: &str) -> bool {
    let (message, name) = (message.to_lowercase(), name.to_lowercase());
    let part = |c: char| c.is_alphanumeric() || c == '_';
    message.match_indices(&name).any(|(at, _)| {
        let before = message.get(..at).and_then(|before| before.chars().next_back());
        let after = message.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn members(finding: &Finding) -> String {
    if finding.members.iter().all(|member| says(&finding.message, &member.name)) {
        return String::new();
    }
    let names = finding.members.iter().map(|member| escape::code(&member.name));
    format!(" ({})", super::words::listed(names, MOST_MEMBERS))
}

fn unassessed(report: &Report) -> Option<String> {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut count = 0;
    for outcome in ended(report, Verdict::NotAssessed) {
        by_reason.entry(&outcome.reason).or_default().push(&outcome.id);
        count += 1;
    }
    let lines: Vec<String> = by_reason
        .iter()
        .map(|(reason, ids)| {
            let ids = ids.iter().map(|id| escape::code(id));
            let reason = escape::markdown(&reason.replace('`', ""));
            format!("- {reason}: {}", super::words::listed(ids, MOST_MEMBERS))
        })
        .collect();
    let head = counted(count, "rule could not be assessed", "rules could not be assessed");
    (count > 0).then(|| folded(&head, &cut(lines, MOST_LINES)))
}

/// What the change alters in how is judged: who opens a hole may have hidden it there.
fn proposed(report: &Report) -> Option<String> {
    let lines: Vec<String> = report
        .notices
        .iter()
        .filter_map(|notice| {
            let what = notice.message.strip_prefix(PROPOSED)?.strip_prefix(": ")?;
            Some(remark(notice, what))
        })
        .collect();
    let head = "**This change alters what is judged, or how; that takes effect after the merge**\n";
    (!lines.is_empty()).then(|| format!("{head}\n{}", cut(lines, MOST_SENTENCES)))
}

fn remarks(report: &Report) -> Option<String> {
    let others = report.notices.iter().filter(|notice| !notice.message.starts_with(PROPOSED));
    let lines: Vec<String> = others.map(|notice| remark(notice, &notice.message)).collect();
    let head = counted(lines.len(), "remark on the run", "remarks on the run");
    (!lines.is_empty()).then(|| folded(&head, &cut(lines, MOST_LINES)))
}

fn remark(notice: &Notice, words: &str) -> String {
    let line = notice.line.unwrap_or(1);
    let place = notice.path.as_ref().map(|path| escape::code(&format!("{path}:{line}")));
    let place = place.map_or_else(String::new, |place| format!("{place}: "));
    format!("- {place}{}", escape::markdown(words))
}

fn footer(report: &Report, run: &Run<'_>) -> String {
    let [checked, nothing, unknown] =
        [Verdict::Checked, Verdict::NothingToCheck, Verdict::NotAssessed]
            .map(|verdict| ended(report, verdict).count());
    let examined: usize = ended(report, Verdict::Checked).map(|rule| rule.examined).sum();
    let since = report.change.as_ref().map_or_else(String::new, |changed| {
        format!(" Compared with {}.", escape::code(&changed.short))
    });
    format!(
        "<sub>Phorce {}: {} read; {} examined {}, {nothing} had nothing to check, {unknown} not \
         assessed.{since} Exit code {}. What was not read or not retrieved may differ.</sub>",
        run.version,
        counted(report.inputs.files, "file", "files"),
        counted(checked, "rule", "rules"),
        counted(examined, "thing", "things"),
        run.exit_code,
    )
}

/// A part that opens. A blank line lets Markdown begin again inside.
fn folded(head: &str, text: &str) -> String {
    format!("<details><summary>{head}</summary>\n\n{}\n\n</details>", text.trim_end())
}

fn cut(lines: Vec<String>, most: usize) -> String {
    let mut shown: Vec<String> = lines.iter().take(most).cloned().collect();
    let more = lines.len().saturating_sub(most);
    if more > 0 {
        shown.push(format!("- and {} more", thousands(more as u64)));
    }
    shown.join("\n")
}
