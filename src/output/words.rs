//! Words and counts that several formats share.
//!
//! In: numbers, names, a [`Report`]. Out: parts of sentences. What is escaped, and how, is
//! the format's own business.

use crate::fact::Severity;
use crate::report::{Finding, Outcome, Report, Status, Verdict};

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count as u64), if count == 1 { one } else { many })
}

/// `1,234,567`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Names in one sentence; more than `most` are counted.
pub(super) fn listed(names: impl Iterator<Item = String>, most: usize) -> String {
    let names: Vec<String> = names.collect();
    let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", thousands(more as u64)),
    }
}

/// The message, led by its subject where it does not name it.
pub(super) fn sentence(finding: &Finding) -> String {
    let Finding { subject, message, .. } = finding;
    let message_words = message.to_lowercase();
    // `Kiosk/http://a.example/cb` is named where the message has both halves.
    let halves = subject.split_once('/').unwrap_or((subject, ""));
    let has = |words: &str| message_words.contains(&words.to_lowercase());
    let named = has(subject) || (has(halves.0) && has(halves.1));
    if named || subject.is_empty() { message.clone() } else { format!("{subject}: {message}") }
}

/// Who accepted the finding, until when and why.
pub(super) fn acceptance(finding: &Finding) -> Option<String> {
    let accepted = finding.accepted.as_ref()?;
    Some(format!("accepted by {} until {}: {}", accepted.by, accepted.until, accepted.reason))
}

/// How many findings of a status there are.
pub(super) fn of_status(report: &Report, status: Status) -> usize {
    report.findings.iter().filter(|finding| finding.status == status).count()
}

/// How many findings of a status and a severity there are.
pub(super) fn of_severity(report: &Report, status: Status, severity: Severity) -> usize {
    let of = |finding: &&Finding| finding.status == status && finding.severity == severity;
    report.findings.iter().filter(of).count()
}

/// The rules that ended in this way.
pub(super) fn ended(report: &Report, verdict: Verdict) -> impl Iterator<Item = &Outcome> {
    report.rules.iter().filter(move |rule| rule.verdict == verdict)
}

/// What every status is called in a table.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Accepted => "accepted",
        Status::Unchanged => "unchanged",
        Status::Baselined => "baselined",
        Status::Fixed => "fixed",
        Status::NoLongerSeen => "no longer seen",
    }
}

/// Why a run did not end in 0, in words.
pub(super) fn exit_reason(code: u8) -> &'static str {
    match code {
        1 => "open findings",
        3 => "a file that a rule needs could not be read",
        _ => "see above",
    }
}

/// How a finding ended up as it is, besides its message: what a change does, who accepted it.
pub(super) fn told(finding: &Finding) -> Vec<String> {
    let change = finding.change.map(|change| change.words().to_owned());
    let known = (finding.status == Status::Baselined).then(|| "in the baseline".to_owned());
    change.into_iter().chain(known).chain(acceptance(finding)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(
            (counted(1, "a", "b"), counted(1000, "a", "b")),
            ("1 a".into(), "1,000 b".into())
        );
    }

    #[test]
    fn a_list_is_cut_and_counted() {
        let names = || ["a", "b", "c"].into_iter().map(str::to_owned);
        assert_eq!(listed(names(), 3), "a, b, c");
        assert_eq!(listed(names(), 1), "a and 2 more");
    }
}
