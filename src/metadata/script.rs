//! Scripts: Lightning modules, controllers, static resources and the `<script>` of pages.
//!
//! In: the text of a file, and which parts of it are script. Out: a [`model::Script`], or why
//! it was left out: it is a library, minified, too large, or has nothing a value could be put
//! into. It knows no schema, no PHI and no rule.

use std::ops::{ControlFlow, Range};

use tree_sitter::{ParseOptions, ParseState, Parser};

use super::apex::model::{At, Gap};

mod lower;
pub mod model;
mod vendor;

use lower::Lowered;
pub use vendor::{Skip, skip};

/// Scripts above this size are not parsed: what people write has a hundredth of it.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A merge expression inside a script: its place with the braces, and what is between them.
pub type Merge<'t> = (At, &'t str);

/// What was parsed.
#[derive(Debug, Default)]
pub struct Parsed {
    /// See [`model::Script`].
    pub imports: Vec<model::Import>,
    /// See [`model::Script`].
    pub functions: Vec<model::Function>,
    /// See [`model::Script`].
    pub body: Vec<model::Stmt>,
    /// See [`model::Script`].
    pub gaps: Vec<Gap>,
}

/// Parses the parts of a text that are script, all of it where none is named.
pub fn parse(text: &str, parts: Option<&[Range<usize>]>, merges: &[Merge<'_>]) -> Parsed {
    let whole = At { start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
    let cut = || Parsed { gaps: vec![Gap { at: whole, line: 1, cut: true }], ..Parsed::default() };
    if text.len() > MAX_BYTES {
        return cut();
    }
    let masked = mask(text, parts, merges);
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_javascript::LANGUAGE.into()).is_err() {
        return cut();
    }
    // The parser reports every hundred steps; a text made to hurt takes many for each byte.
    let mut left = 2_000 + masked.len() / 4;
    let mut progress = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = masked.as_slice();
    let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
    let Some(tree) = parser.parse_with_options(&mut read, None, Some(options)) else {
        return cut();
    };
    let Lowered { imports, functions, body, gaps } = lower::lower(tree.root_node(), text, merges);
    Parsed { imports, functions, body, gaps }
}

/// The text with everything that is no script blank, and a name for each merge expression.
fn mask(text: &str, parts: Option<&[Range<usize>]>, merges: &[Merge<'_>]) -> Vec<u8> {
    let mut out = match parts {
        None => text.as_bytes().to_vec(),
        Some(parts) => {
            let blank = |byte: &u8| if *byte == b'\n' { b'\n' } else { b' ' };
            let mut out: Vec<u8> = text.as_bytes().iter().map(blank).collect();
            for part in parts {
                if let (Some(to), Some(from)) =
                    (out.get_mut(part.clone()), text.as_bytes().get(part.clone()))
                {
                    to.copy_from_slice(from);
                }
                // Blocks are programs of their own.
                if let Some(after) = out.get_mut(part.end) {
                    *after = b';';
                }
            }
            out
        }
    };
    for (at, _) in merges {
        if let Some(place) = out.get_mut(at.start as usize..at.end as usize) {
            place.fill(b'v');
        }
    }
    // `//` and `<!--` of old scripts, and a byte order mark, are no concern of the parser.
    if out.starts_with(b"\xef\xbb\xbf")
        && let Some(mark) = out.get_mut(..3)
    {
        mark.fill(b' ');
    }
    out
}

#[cfg(test)]
#[path = "script/tests.rs"]
mod tests;
