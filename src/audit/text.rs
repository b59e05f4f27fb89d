//! How to read and verify a pack, in plain text; and Markdown as plain text.
//!
//! In: what the pack is of, the texts of rule pages. Out: `README.txt`, sentences.

use pulldown_cmark::{Event, Parser, TagEnd};

use super::Digest;

/// The first paragraph of a text.
pub(super) fn first_paragraph(markdown: &str) -> &str {
    markdown.trim().split("\n\n").next().unwrap_or("")
}

/// Markdown without its marks, in one line.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => text.push(' '),
            _ => {}
        }
    }
    text.trim_end().to_owned()
}

/// What every part of a pack says.
pub(super) const NO_CERTIFICATE: &str = "This pack is evidence of what was examined and found in the files of an org. It is no \
     certification and no legal advice: it does not say that anybody meets the law.";

pub(super) fn readme(digest: &Digest<'_>) -> String {
    let subject = digest.subject;
    let line = crate::escape::line;
    let mut text = format!(
        "Phorce evidence pack {}\n\
         Of {}, on {}, made by phorce {}\n\
         About: {}\n\n{NO_CERTIFICATE}\n\n\
         HOW TO READ IT\n\n\
         index.html         begin here: a page that prints and needs no network\n\
         phorce-audit.xlsx  the tables below as sheets, with cells to fill in\n",
        line(subject.label),
        line(subject.name),
        subject.as_of,
        subject.version,
        subject.scope.words(),
    );
    for table in &digest.tables {
        let name = format!("{}.csv", table.name);
        text.push_str(&format!("{name:<18} {}\n", table.about));
    }
    text.push_str(
        "report.json        everything, for programs\n\
         report.sarif       the findings, for code scanning\n",
    );
    if super::is_configured(subject) {
        text.push_str("configuration/     the files that decided how was judged\n");
    }
    text.push_str(
        "\n\
         WHAT A VERDICT MEANS\n\n\
         Pass           what judges the control was checked whole, looked at something and found\n\
         \x20              nothing; never where nothing was examined or a file was not read\n\
         Fail           something was found; \"accepted until\" where somebody took the risk\n\
         Manual         metadata does not show it: a person has to attest it\n\
         Attested       a person did, by name and until a day; it is no pass\n\
         Not assessed   what would show it was not retrieved or not read, or is not there\n\
         Not applicable somebody said so, and why\n\
         Not covered    it is not about an org, or no rule judges it\n\n\
         A cell that a spreadsheet would compute begins with an apostrophe.\n\n\
         HOW TO VERIFY IT\n\n\
         \x20   phorce audit verify FOLDER\n\n\
         or, without this program,\n\n\
         \x20   sha256sum -c SHA256SUMS\n\n\
         MANIFEST.json names every file with its digest, and the digest of the manifest of the\n\
         pack before. Whoever can change a file can change the manifest too: keep its digest\n\
         elsewhere, or sign statement.intoto.json, an in-toto statement about it, with a signer\n\
         of your own. Keep packs side by side, for then the whole chain is verified.\n\n\
         45 CFR 164.316(b)(2)(i): documentation is kept six years from its creation or the day it\n\
         was last in effect, whichever is later.\n",
    );
    text
}
