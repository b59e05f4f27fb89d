//! Why a file is not read.
//!
//! In: an error of the tokenizer and the token it happened in. Out: a [`Fault`] with a reason
//! for a person. Reasons name tags and attributes, never what stands in a text or a value:
//! it may be a secret.

use std::ops::Range;

use quick_xml::Error;
use quick_xml::errors::{IllFormedError, SyntaxError};

/// Why a file is not read: where it goes wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The byte of the file at which it goes wrong, a byte order mark counted.
    pub offset: usize,
    /// What is wrong and what to do, for a person.
    pub reason: String,
}

impl Fault {
    pub(super) fn new(offset: usize, reason: impl Into<String>) -> Self {
        Self { offset, reason: reason.into() }
    }
}

pub(super) const AMPERSAND: &str =
    "an & stands here that begins no entity: write &amp; for the character &";
pub(super) const DOCTYPE: &str =
    "a DOCTYPE stands here: it can make a reader load other files, so it is refused; remove it";
pub(super) const CONFLICT: &str = "a Git conflict marker stands here: resolve the merge";
const MARKUP: &str = "after <! only a comment (<!-- … -->) or, in a text, <![CDATA[ … ]]> may \
                      follow: write &lt; for the character <";

/// The reason behind an error of the tokenizer in the token that begins at `start`.
pub(super) fn explain(text: &str, start: usize, error: &Error) -> Fault {
    let token = text.get(start..).unwrap_or("");
    Fault::new(start, reason(token, error))
}

fn reason(token: &str, error: &Error) -> String {
    let reason = match error {
        Error::IllFormed(IllFormedError::UnclosedReference) => AMPERSAND,
        Error::IllFormed(IllFormedError::MissingDoctypeName) => DOCTYPE,
        Error::Syntax(error) => syntax(token, *error),
        other => return format!("this is not well-formed XML ({other}): retrieve the file again"),
    };
    reason.to_owned()
}

fn syntax(token: &str, error: SyntaxError) -> &'static str {
    match error {
        SyntaxError::UnclosedDoctype => DOCTYPE,
        SyntaxError::UnclosedComment if token.starts_with("<!--") => {
            "this comment is not closed before the file ends: close it with -->"
        }
        SyntaxError::UnclosedCData if token.starts_with("<![CDATA[") => {
            "this CDATA section is not closed before the file ends: close it with ]]>"
        }
        SyntaxError::InvalidBangMarkup
        | SyntaxError::UnclosedComment
        | SyntaxError::UnclosedCData => MARKUP,
        SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => {
            "this processing instruction is not closed before the file ends: close it with ?>"
        }
        SyntaxError::UnclosedTag => {
            "this tag is not closed before the file ends: the file may be cut off, retrieve it \
             again; write &lt; for the character <"
        }
        SyntaxError::UnclosedSingleQuotedAttributeValue
        | SyntaxError::UnclosedDoubleQuotedAttributeValue => {
            "a value between quotes in this tag is not closed before the file ends: close the quote"
        }
    }
}

/// A fault in a token that holds a Git conflict marker is the marker's fault.
pub(super) fn blame_conflict(text: &str, token: Range<usize>, fault: Fault) -> Fault {
    let end = token.end.max(fault.offset);
    match find_marker(text, token.start..end, &["<<<<<<<"]) {
        Some(offset) => Fault::new(offset, CONFLICT),
        None => fault,
    }
}

/// What a half-resolved merge leaves between elements, where no text belongs.
pub(super) fn find_conflict_rest(text: &str, range: Range<usize>) -> Option<Fault> {
    let offset = find_marker(text, range, &["=======", ">>>>>>>", "|||||||"])?;
    Some(Fault::new(offset, CONFLICT))
}

/// The first line in `range` that begins with one of `markers`.
fn find_marker(text: &str, range: Range<usize>, markers: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    let part = bytes.get(range.clone())?;
    let breaks = part.iter().enumerate().filter(|(_, b)| matches!(b, b'\n' | b'\r'));
    let begins = breaks.map(|(at, _)| range.start + at + 1);
    let first = range.start.checked_sub(1).and_then(|before| bytes.get(before).copied());
    // Three bytes before the first line may be the byte order mark.
    let at_line = matches!(first, None | Some(b'\n' | b'\r'))
        || bytes.get(..range.start) == Some(crate::source::lines::BOM);
    at_line.then_some(range.start).into_iter().chain(begins).find(|begin| {
        let line = bytes.get(*begin..range.end).unwrap_or_default();
        markers.iter().any(|marker| line.starts_with(marker.as_bytes()))
    })
}
