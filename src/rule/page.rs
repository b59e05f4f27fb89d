//! A rule page's text taken apart: heading, TOML block, sections.
//!
//! In: the Markdown of one page. Out: [`Page`], borrowing from it. It only splits: what the
//! TOML means is read in [`super::case`], the examples in [`super::example`].

/// The sections a page has, in their order.
pub const SECTIONS: [&str; 5] = ["Why", "Fix", "Limits", "Bad", "Good"];

/// A page in parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'p> {
    /// The heading.
    pub title: &'p str,
    /// The TOML block, and the line (from 1) its first line stands on.
    pub toml: (&'p str, u32),
    /// The text between the TOML block and the first section.
    pub description: &'p str,
    /// Each section's text, and the line (from 1) its first line stands on.
    pub sections: [(&'p str, u32); 5],
}

/// What is wrong with a page, and on which line (from 1).
#[derive(Debug, Clone, PartialEq)]
pub struct PageError {
    /// The line.
    pub line: u32,
    /// What is wrong and what to do.
    pub message: String,
}

impl PageError {
    /// An error on a line.
    pub fn new(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// Splits a page.
///
/// # Errors
/// A missing heading, TOML block or section, a section out of order or unknown.
pub fn split(text: &str) -> Result<Page<'_>, PageError> {
    let headings = headings(text);
    let Some(title) = headings.first().filter(|h| h.level == 1) else {
        return Err(PageError::new(1, "the page begins with its title: `# The wrong thing`"));
    };
    let mut sections = [("", 0); 5];
    let mut found = headings.iter().skip(1).filter(|h| h.level <= 2);
    for (slot, name) in sections.iter_mut().zip(SECTIONS) {
        let heading = found.next();
        match heading {
            Some(h) if h.title == name && h.level == 2 => {
                let end = end_of(text, &headings, h);
                *slot = (text.get(h.body..end).unwrap_or(""), h.line + 1);
            }
            other => {
                let line =
                    other.map_or(u32::try_from(text.lines().count()).unwrap_or(1), |h| h.line);
                return Err(PageError::new(
                    line,
                    format!(
                        "expected the section `## {name}` here; the sections are {SECTIONS:?}, in this order"
                    ),
                ));
            }
        }
    }
    if let Some(extra) = found.next() {
        return Err(PageError::new(extra.line, format!("unknown section `{}`", extra.title)));
    }
    let head = text.get(title.body..end_of(text, &headings, title)).unwrap_or("");
    let (toml, offset, rest) = toml_block(head)
        .ok_or_else(|| PageError::new(title.line + 1, "a ```toml block follows the title"))?;
    let line = title.line + 1 + u32::try_from(offset).unwrap_or(0);
    Ok(Page { title: title.title, toml: (toml, line), description: rest.trim(), sections })
}

struct Heading<'p> {
    level: usize,
    title: &'p str,
    /// From 1.
    line: u32,
    /// Byte offset of the line's beginning.
    start: usize,
    /// Byte offset after the line.
    body: usize,
}

/// Headings of level 1 and 2 outside code fences.
fn headings(text: &str) -> Vec<Heading<'_>> {
    let mut out = Vec::new();
    let mut fence: Option<&str> = None;
    let (mut start, mut line) = (0, 0);
    for row in text.split_inclusive('\n') {
        line += 1;
        let body = start + row.len();
        match (fence, fence_of(row)) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if mark.len() >= open.len() && row.trim() == mark => {
                fence = None
            }
            (None, None) => {
                let level = row.bytes().take_while(|b| *b == b'#').count();
                let title = row.get(level..).filter(|rest| rest.starts_with(' '));
                if let (1..=2, Some(title)) = (level, title) {
                    out.push(Heading { level, title: title.trim(), line, start, body });
                }
            }
            _ => {}
        }
        start = body;
    }
    out
}

/// The run of backticks that opens or closes a fence on this line.
fn fence_of(row: &str) -> Option<&str> {
    let ticks = row.bytes().take_while(|b| *b == b'`').count();
    if ticks >= 3 { row.get(..ticks) } else { None }
}

fn end_of(text: &str, headings: &[Heading<'_>], of: &Heading<'_>) -> usize {
    headings.iter().find(|h| h.start > of.start).map_or(text.len(), |h| h.start)
}

/// The first TOML fence of `head`: its text, the number of lines before its first line, and
/// what follows.
fn toml_block(head: &str) -> Option<(&str, usize, &str)> {
    let open = head.find("```toml\n")?;
    let start = open + "```toml\n".len();
    let length = head.get(start..)?.find("\n```")? + 1;
    let toml = head.get(start..start + length)?;
    let lines = head.get(..start)?.matches('\n').count();
    let after = head.get(start + length..)?;
    let rest = after.split_once('\n').map_or("", |(_, rest)| rest);
    Some((toml, lines, rest))
}
