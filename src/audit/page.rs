//! The page of a pack: one file that needs no script and no network, and prints.
//!
//! In: what was worked out for the pack. Out: HTML. The templates, a file for each section,
//! escape every value; what cannot be seen was written out before. Bars are the only markup that
//! comes from code.

mod access;
mod apex;
mod appendix;
mod changes;
mod clients;
mod controls;
mod findings;
mod plan;
mod safeguards;
mod summary;

use askama::Template;
use sha2::{Digest as _, Sha256};

use super::Digest;
use super::text::NO_CERTIFICATE;
use crate::escape;

/// What the page looks like on a screen, and on paper.
const STYLE: &str = concat!(include_str!("page.css"), include_str!("page/print.css"));

/// What stands at the foot of a sheet, as the number of its page does.
const FOOT: &str = "font: 8pt sans-serif; color: #4c5a6b;";
const MOST_OF_FOOT: usize = 90;

/// Cells of a row, in the order of the table's head.
type Cells<const N: usize> = [String; N];

/// A cell that says by its class what its word says.
struct Cell {
    class: &'static str,
    text: String,
}

/// A bar, what it is of, and what it says in words.
struct ChartRow {
    label: String,
    note: String,
    bar: String,
    value: String,
    /// What its parts are, where it has some.
    parts: String,
}

#[derive(Template)]
#[template(path = "page.html", config = "src/audit/askama.toml")]
struct Page {
    style: String,
    style_digest: String,
    label: String,
    name: String,
    as_of: String,
    about: &'static str,
    version: String,
    compared: String,
    no_certificate: &'static str,
    contents: Vec<(&'static str, &'static str)>,
    summary: summary::Summary,
    since: changes::Since,
    findings: findings::Findings,
    clients: Option<clients::Clients>,
    access: Option<access::Access>,
    apex: Option<apex::Apex>,
    safeguards: Option<safeguards::Safeguards>,
    accepted: findings::Accepted,
    controls: controls::ControlsView,
    proposed: Option<controls::ProposedView>,
    appendix: appendix::Appendix,
}

/// A text from anywhere, for the page: the template does the rest.
fn safe(text: &str) -> String {
    escape::line(text)
}

/// Writes the page.
pub(super) fn render(digest: &Digest<'_>) -> Result<String, String> {
    page(digest).render().map_err(|error| format!("index.html: {error}"))
}

fn page(digest: &Digest<'_>) -> Page {
    let subject = digest.subject;
    let has = |table| subject.scope.has_table(table);
    let plan = plan::plan(subject);
    let style = style(&[subject.label, subject.name, &subject.as_of.to_string()]);
    Page {
        style_digest: base64(&Sha256::digest(&style)),
        style,
        label: safe(subject.label),
        name: safe(subject.name),
        as_of: subject.as_of.to_string(),
        about: subject.scope.words(),
        version: subject.version.to_owned(),
        compared: match subject.previous {
            None => "no pack before".to_owned(),
            Some(previous) => safe(&format!("{} ({})", previous.link.label, previous.link.as_of)),
        },
        no_certificate: NO_CERTIFICATE,
        contents: contents(digest),
        summary: summary::view(digest, &plan),
        since: changes::view(digest),
        findings: findings::view(digest, &plan),
        clients: has("oauth-clients").then(|| clients::view(subject, &plan)),
        access: has("phi-access").then(|| access::view(subject)),
        apex: has("apex-access").then(|| apex::view(subject)),
        safeguards: has("safeguards").then(|| safeguards::view(subject)),
        accepted: findings::accepted(digest),
        controls: controls::view(digest, &plan),
        proposed: controls::proposed(digest),
        appendix: appendix::view(digest),
    }
}

/// Our style, and what each sheet of paper says at its foot. A browser takes that from a style
/// alone; all but plain letters and digits are written as numbers, so that they end nothing.
fn style(foot: &[&str]) -> String {
    let mut words = String::new();
    for c in safe(&foot.join(" · ")).chars().take(MOST_OF_FOOT) {
        match c {
            ' ' | 'a'..='z' | 'A'..='Z' | '0'..='9' => words.push(c),
            _ => words.push_str(&format!("\\{:06x} ", u32::from(c))),
        }
    }
    format!("{STYLE}@page {{ @bottom-left {{ content: \"{words}\"; {FOOT} }} }}\n")
}

/// Parts of the page, and those of them that a pack of this scope has.
fn contents(digest: &Digest<'_>) -> Vec<(&'static str, &'static str)> {
    let parts = [
        ("summary", "Summary", ""),
        ("unknown", "What was not examined", ""),
        ("changes", "Since the pack before", ""),
        ("findings", "Findings and action plan", ""),
        ("clients", "OAuth clients", "oauth-clients"),
        ("access", "Who reaches PHI", "phi-access"),
        ("apex", "Apex that can be called", "apex-access"),
        ("safeguards", "PHI fields and safeguards", "safeguards"),
        ("logs", "What records who did what", "safeguards"),
        ("accepted", "Accepted risks", ""),
        ("controls", "Controls of the Security Rule", ""),
        ("benchmark", "Security Benchmark", ""),
        ("proposed", "Proposed rule of 2025 (not law)", "proposed-2025"),
        ("not-examined", "Appendix: not examined, in full", ""),
        ("judged", "Appendix: how it was judged", ""),
        ("words", "Appendix: words used here", ""),
        ("files", "Appendix: files of this pack", ""),
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
    fn a_foot_ends_no_style() {
        let style = style(&["a\"; } </style>", "Q\\1\u{202e}"]);
        let foot = style.strip_prefix(STYLE).unwrap();
        assert_eq!(
            foot,
            "@page { @bottom-left { content: \"a\\000022 \\00003b  \\00007d  \\00003c \\00002f style\\00003e  \\0000b7  \
             Q\\00005c 1\\00005c u\\00007b 202e\\00007d \"; font: 8pt sans-serif; color: #4c5a6b; } }\n"
        );
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("~~~?", "fn5+Pw==")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
