//! How to read and verify a pack, in plain text; and Markdown as plain text.
//!
//! In: what the pack is of, the texts of rule pages. Out: `README.txt`, sentences.

use pulldown_cmark::{Event, Parser, TagEnd};

use super::Digest;
use super::control::End;

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

/// A part of a text: words, or a name as it is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) is_name: bool,
    pub(super) text: String,
}

/// Markdown in pieces, for a page that shows names as names.
pub(super) fn pieces(markdown: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |is_name: bool, text: &str| match pieces.last_mut() {
        Some(last) if last.is_name == is_name => last.text.push_str(text),
        _ => pieces.push(Piece { is_name, text: text.to_owned() }),
    };
    for event in Parser::new(markdown) {
        match event {
            Event::Text(words) => push(false, &words),
            Event::Code(name) => push(true, &name),
            Event::SoftBreak | Event::HardBreak => push(false, " "),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => push(false, " "),
            _ => {}
        }
    }
    pieces
}

/// The first sentence of a text in pieces.
pub(super) fn first_sentence(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut sentence = Vec::new();
    for mut piece in pieces {
        let end = if piece.is_name { None } else { piece.text.find(". ") };
        if let Some(end) = end {
            piece.text.truncate(end + 1);
            sentence.push(piece);
            break;
        }
        sentence.push(piece);
    }
    sentence
}

/// What every part of a pack says.
pub(super) const NO_CERTIFICATE: &str = "This pack is evidence of what was examined and found in the files of an org. It is no \
     certification and no legal advice: it does not say that anybody meets the law.";

/// What each verdict means.
pub(super) const VERDICTS: [(End, &str); 8] = [
    (End::Fail, "Something was found, and it is open."),
    (
        End::FailAccepted,
        "Something was found, and somebody took the risk, by name and until a day.",
    ),
    (
        End::NotAssessed,
        "What would show it was not retrieved, could not be read, or is not there. It is neither \
         good nor bad.",
    ),
    (End::Manual, "Metadata does not show it, or not all of it: a person has to attest it."),
    (End::Attested, "A person did, by name and until a day. It is no pass."),
    (
        End::Pass,
        "Everything that judges it was checked, looked at something and found nothing; never \
         where nothing was examined or a file was not read.",
    ),
    (End::NotApplicable, "Somebody said so, by name, and why."),
    (End::NotCovered, "It is not about an org, or no rule judges it."),
];

/// Words that a reader may not know, as a pack uses them.
pub(super) const WORDS: [(&str, &str); 15] = [
    (
        "PHI",
        "Protected health information: health information about a person who can be identified (45 CFR 160.103).",
    ),
    ("Org", "A customer’s own Salesforce system, with its data and its settings."),
    (
        "Metadata",
        "The settings, permissions and code of an org as files. They hold no patient’s data, and do not show who is assigned what.",
    ),
    ("Profile", "What a user may do; each user has one."),
    (
        "Permission set, group",
        "Further permissions that a user may be given, and several of them together.",
    ),
    (
        "Holder of access",
        "A profile, permission set or group: whoever is assigned it has what it grants.",
    ),
    (
        "Audience",
        "Who a holder is for: guests (no login), external people (portal users), integrations (other systems), workforce (staff), admins.",
    ),
    (
        "OAuth client",
        "A program that acts on the org for a user or by itself: a connected app or an external client app.",
    ),
    ("Scope", "What an OAuth client may do on behalf of its user."),
    ("Sharing", "Which records of an object a user sees; private is the strictest default."),
    (
        "Register",
        "A list that compliance keeps beside the metadata: clients, vendors, agreements, privileged holders, with owners and reviews.",
    ),
    (
        "phorce.toml",
        "What the project tells this program: which fields hold PHI, which risks are accepted, \
         where the register is.",
    ),
    ("Rule", "A written statement of what is wrong and why, checked by this program."),
    ("Finding", "A place in the files where a rule says that something is wrong."),
    ("Component", "One thing that the files describe: a profile, a field, a class."),
];

/// Text in lines that a terminal and a print-out show, the later ones indented.
fn wrapped(text: &str, indent: usize) -> String {
    const WIDTH: usize = 92;
    let mut lines = String::new();
    let mut length = indent;
    for word in text.split_whitespace() {
        let wide = word.chars().count();
        if length > indent && length + 1 + wide > WIDTH {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            length = indent;
        } else if length > indent {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += wide;
    }
    lines
}

/// A name, and what is said of it beside it.
fn listed(name: &str, words: &str) -> String {
    const NAME: usize = 26;
    format!("{name:<NAME$}{}\n", wrapped(words, NAME))
}

pub(super) fn readme(digest: &Digest<'_>) -> String {
    let subject = digest.subject;
    let line = crate::escape::line;
    let mut text = format!(
        "Phorce evidence pack {}\n\
         Of {}, on {}, made by phorce {}\n\
         About: {}\n\n{}\n\n\
         HOW TO READ IT\n\n",
        line(subject.label),
        line(subject.name),
        subject.as_of,
        subject.version,
        subject.scope.words(),
        wrapped(NO_CERTIFICATE, 0),
    );
    text += &listed("index.html", "Begin here: a page that prints and needs no network.");
    text += &listed("phorce-audit.xlsx", "The tables below as sheets, with cells to fill in.");
    for table in &digest.tables {
        text += &listed(&format!("{}.csv", table.name), table.about);
    }
    text += &listed("report.json", "Everything, for programs.");
    text += &listed("report.sarif", "The findings, for code scanning.");
    if super::is_configured(subject) {
        text += &listed("configuration/", "The files that decided how was judged.");
    }
    text += "\nWHAT A VERDICT MEANS\n\n";
    for (end, meaning) in VERDICTS {
        text += &listed(end.word(), meaning);
    }
    text += "\nWORDS USED HERE\n\n";
    for (word, meaning) in WORDS {
        text += &listed(word, meaning);
    }
    text += VERIFY;
    text
}

const VERIFY: &str = "\n\
     A cell that a spreadsheet would compute begins with an apostrophe.\n\n\
     HOW TO VERIFY IT\n\n\
     \x20   phorce audit verify FOLDER\n\n\
     or, without this program,\n\n\
     \x20   sha256sum -c SHA256SUMS\n\n\
     MANIFEST.json names every file with its digest, and the digest of the manifest of the pack\n\
     before. Whoever can change a file can change the manifest too: keep its digest elsewhere, or\n\
     sign statement.intoto.json, an in-toto statement about it, with a signer of your own. Keep\n\
     packs side by side, for then the whole chain is verified.\n\n\
     45 CFR 164.316(b)(2)(i): documentation is kept six years from its creation or the day it was\n\
     last in effect, whichever is later.\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> Vec<(bool, &str)> {
        pieces.iter().map(|piece| (piece.is_name, piece.text.as_str())).collect()
    }

    #[test]
    fn names_are_pieces_of_their_own() {
        let text = pieces("Set `a.b. c` to *true*\nnow. Then `d`.");
        assert_eq!(
            shown(&text),
            [
                (false, "Set "),
                (true, "a.b. c"),
                (false, " to true now. Then "),
                (true, "d"),
                (false, ". ")
            ]
        );
        assert_eq!(
            shown(&first_sentence(text)),
            [(false, "Set "), (true, "a.b. c"), (false, " to true now.")]
        );
        assert_eq!(shown(&first_sentence(pieces("No end"))), [(false, "No end ")]);
    }
}
