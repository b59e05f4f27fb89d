//! One finding with its lines.
//!
//! In: a [`Finding`]. Out: what miette draws of it. miette's own source looks for the place
//! in the whole text again and again; this one knows it already.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::{Style, place};
use crate::escape;
use crate::fact::Severity;
use crate::output::remedy::remedy;
use crate::output::words::{sentence, told};
use crate::report::{Excerpt, Finding, Place};
use crate::rule::Rule;

/// More members and places are counted only; `--format json` has them all.
const MOST_LISTED: usize = 10;
/// How far miette indents the longest of its paragraphs.
const INDENT: usize = 8;
/// On a terminal narrower than this lines are too long rather than a word each.
const LEAST_WIDTH: usize = 32;

/// Draws `finding` at the end of `text`.
pub(super) fn draw(
    text: &mut String,
    finding: &Finding,
    rule: Option<&Rule>,
    style: Style,
) -> fmt::Result {
    let frame = Frame {
        head: head(finding, style),
        code: format!("{}[{}]", finding.severity.word(), escape::line(&finding.rule)),
        severity: finding.severity,
        help: help(finding, rule, style),
        lines: finding.excerpt.as_ref().map(|excerpt| ShownLines::new(excerpt, &finding.place)),
    };
    GraphicalReportHandler::new_themed(theme(style))
        .with_width(style.width)
        .with_links(false)
        .with_wrap_lines(false)
        .with_context_lines(1)
        .render_report(text, &frame)
}

fn theme(style: Style) -> GraphicalTheme {
    GraphicalTheme {
        characters: if style.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles: if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
    }
}

fn head(finding: &Finding, style: Style) -> String {
    let words = escape::line(&sentence(finding));
    let words = match finding.excerpt {
        Some(_) => words,
        None => format!("{} {words}", place(&finding.place)),
    };
    wrap(&words, style)
}

/// Breaks lines at blanks only: miette would break a path at its hyphens, and a broken path
/// can neither be clicked nor copied.
fn wrap(text: &str, style: Style) -> String {
    let width = style.width.saturating_sub(INDENT).max(LEAST_WIDTH);
    let (mut wrapped, mut used) = (String::new(), 0);
    for (at, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 && used + 1 + length > width {
            wrapped.push_str("\n  ");
            used = 2;
        } else if at > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += length;
    }
    wrapped
}

/// What belongs to the finding besides its place.
fn help(finding: &Finding, rule: Option<&Rule>, style: Style) -> String {
    let mut help: Vec<String> = told(finding).iter().map(|words| escape::line(words)).collect();
    let members: Vec<_> = finding.members.iter().map(|m| (&m.place, m.name.as_str())).collect();
    list(&mut help, &members, style, "it lists", |_| "-".to_owned());
    let related: Vec<_> = finding.related.iter().map(|r| (&r.place, r.message.as_str())).collect();
    list(&mut help, &related, style, "see also", |_| "-".to_owned());
    let trail: Vec<_> = finding.trail.iter().map(|r| (&r.place, r.message.as_str())).collect();
    list(&mut help, &trail, style, "step by step", |at| format!("{}.", at + 1));
    let fix =
        rule.map(|rule| remedy(finding.excerpt.as_ref(), &rule.fix)).filter(|fix| !fix.is_empty());
    if let Some(fix) = fix {
        help.push(escape::line(&format!("fix: {fix}")));
    }
    if !finding.hipaa.is_empty() {
        let citations: Vec<_> = finding.hipaa.iter().map(|c| format!("§{c}")).collect();
        help.push(escape::line(&format!("commonly mapped to {}", citations.join(", "))));
    }
    help.iter().map(|line| wrap(line, style)).collect::<Vec<_>>().join("\n")
}

fn list(
    help: &mut Vec<String>,
    items: &[(&Place, &str)],
    style: Style,
    heading: &str,
    bullet: impl Fn(usize) -> String,
) {
    if items.is_empty() {
        return;
    }
    let shown = if style.full { items.len() } else { MOST_LISTED };
    help.push(format!("{heading}:"));
    for (at, (at_place, words)) in items.iter().enumerate().take(shown) {
        let words = escape::line(words);
        help.push(format!("{} {words} ({})", bullet(at), place(at_place)));
    }
    if items.len() > shown {
        help.push(format!("- and {} more (--full shows them)", items.len() - shown));
    }
}

#[derive(Debug)]
struct Frame {
    head: String,
    code: String,
    severity: Severity,
    help: String,
    lines: Option<ShownLines>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)
    }
}

impl std::error::Error for Frame {}

impl Diagnostic for Frame {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Critical | Severity::High => miette::Severity::Error,
            Severity::Medium => miette::Severity::Warning,
            Severity::Low => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        if self.help.is_empty() { None } else { Some(Box::new(&self.help)) }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.lines.as_ref().map(|lines| lines as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let lines = self.lines.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(None, lines.mark);
        Some(Box::new(std::iter::once(label)))
    }
}

/// The lines of an excerpt, safe for a terminal.
#[derive(Debug)]
struct ShownLines {
    name: String,
    text: String,
    mark: SourceSpan,
    /// From 0, as miette counts.
    first_line: usize,
    line: usize,
    column: usize,
}

impl ShownLines {
    fn new(excerpt: &Excerpt, place: &Place) -> Self {
        let (mut text, mut start, mut end) = (String::with_capacity(excerpt.text.len()), 0, 0);
        for (at, c) in excerpt.text.char_indices() {
            if at <= excerpt.mark.start {
                start = text.len();
            }
            if at <= excerpt.mark.end {
                end = text.len();
            }
            match c {
                '\n' | '\t' => text.push(c),
                _ => escape::push(&mut text, c),
            }
        }
        let from_zero = |n: u32| (n as usize).saturating_sub(1);
        Self {
            name: escape::line(&place.path),
            text,
            mark: (start, end.saturating_sub(start)).into(),
            first_line: from_zero(excerpt.first_line),
            line: from_zero(place.line),
            column: from_zero(place.column),
        }
    }
}

impl SourceCode for ShownLines {
    /// All lines for a span with context; for one without, the place itself.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (range, line, column) = if before + after > 0 {
            (0..self.text.len(), self.first_line, 0)
        } else {
            (span.offset()..span.offset() + span.len(), self.line, self.column)
        };
        let data = self.text.as_bytes().get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let lines = data.iter().filter(|byte| **byte == b'\n').count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            (range.start, range.len()).into(),
            line,
            column,
            lines,
        )))
    }
}
