//! Reading one Apex file.
//!
//! In: the bytes of a class or a trigger. Out: its [`Unit`], one fact that stands for the
//! file, and a remark where a part could not be parsed. Of a test class, and of one in which
//! nothing can matter, only the head is read. The time spent on one file is bounded; it is a
//! bound that no file of an org comes near.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use super::model::{Gap, Name, Type, TypeKind, Unit};
use super::{Lower, mask, scan};
use crate::fact::{Fact, Severity};
use crate::metadata::layout::{Entry, Role, TypeOf};
use crate::metadata::read::{Reading, Wanted};
use crate::metadata::xml;
use crate::source::Span;
use crate::source::lines::Lines;

/// Salesforce takes at most a million characters of a class, of which each may have four
/// bytes.
const MAX_BYTES: usize = 4_000_000;

/// A class of a megabyte takes a tenth of a second; one that is no Apex may take for ever,
/// because the parser tries to make sense of every word of it.
const LEAST_TIME: Duration = Duration::from_secs(2);
const TIME_PER_MEGABYTE: Duration = Duration::from_secs(3);

fn kind(entry: &Entry) -> Option<&'static str> {
    let TypeOf::Known(ty) = entry.ty else { return None };
    if !matches!(entry.role, Role::Content { .. }) {
        return None;
    }
    match ty.name {
        "ApexClass" => Some("ApexClass.source"),
        "ApexTrigger" => Some("ApexTrigger.source"),
        _ => None,
    }
}

/// Whether a file is Apex, and somebody reads it.
pub fn is_wanted(entry: &Entry, wanted: &Wanted) -> bool {
    kind(entry).is_some_and(|kind| wanted.has(kind))
}

/// Reads a class or a trigger.
///
/// # Errors
/// It is not UTF-8, too large, or the parser got lost in it: the line, and what to do.
pub fn read(bytes: &[u8], entry: &Entry) -> Result<Reading, (u32, String)> {
    let written = xml::decode(bytes).map_err(|fault| {
        let text = String::from_utf8_lossy(bytes);
        (Lines::new(&text).position(fault.offset).line, fault.reason)
    })?;
    if written.len() > MAX_BYTES {
        return Err((1, "it is longer than an Apex class may be: split it".to_owned()));
    }
    let Parsed { types, gaps, skipped } = parse(written)?;
    let fact = Arc::new(fact(entry, &types, skipped));
    let notices = notices(&gaps);
    let unit = Unit { file: entry.file, fact: Arc::clone(&fact), types, gaps, skipped };
    Ok(Reading { facts: vec![fact], apex: Some(unit), notices, ..Reading::default() })
}

/// What one file declares.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) types: Vec<Type>,
    pub(super) gaps: Vec<Gap>,
    pub(super) skipped: bool,
}

pub(super) fn parse(written: &str) -> Result<Parsed, (u32, String)> {
    let (text, modes) = mask::cover(written);
    // A class of a package that cannot be read has this in place of its text.
    if text.trim() == "(hidden)" {
        return Ok(Parsed { types: Vec::new(), gaps: Vec::new(), skipped: true });
    }
    let head = scan::head(&text).and_then(|head| own_head(&head));
    let is_test = |ty: &Type| ty.annotations.iter().any(|a| a.name == "istest");
    let skipped = head.as_ref().is_some_and(is_test) || !scan::is_worth(&text);
    if skipped && let Some(head) = head {
        return Ok(Parsed { types: vec![head], gaps: Vec::new(), skipped: true });
    }
    if scan::is_trap(&text) {
        return Err(lost());
    }
    let tree = tree(&text).ok_or_else(lost)?;
    if !tree.root_node().has_error() {
        return Ok(lower(&tree, &text, written, &modes, head.as_ref()));
    }
    if let Some(repaired) = mask::repair(&text) {
        let again = tree_of_repaired(&repaired, &tree)?;
        let head = scan::head(&repaired).and_then(|head| own_head(&head)).or(head);
        return Ok(match again {
            Some(better) => lower(&better, &repaired, written, &modes, head.as_ref()),
            None => lower(&tree, &text, written, &modes, head.as_ref()),
        });
    }
    Ok(lower(&tree, &text, written, &modes, head.as_ref()))
}

/// The tree of the repaired text, if it has fewer broken parts.
fn tree_of_repaired(repaired: &str, first: &Tree) -> Result<Option<Tree>, (u32, String)> {
    let again = tree(repaired).ok_or_else(lost)?;
    let broken = |tree: &Tree| {
        let mut lower = Lower::new("", "", &[]);
        lower.find_gaps(tree.root_node());
        lower.gaps.len()
    };
    Ok((broken(&again) < broken(first)).then_some(again))
}

fn lower(tree: &Tree, text: &str, written: &str, modes: &[Name], head: Option<&Type>) -> Parsed {
    let root = tree.root_node();
    let mut lower = Lower::new(text, written, modes);
    if root.has_error() {
        lower.find_gaps(root);
    }
    let types = lower.types(root, head);
    let mut gaps = lower.gaps;
    gaps.sort_by_key(|gap| (gap.at, gap.cut));
    gaps.dedup();
    Parsed { types, gaps, skipped: false }
}

fn lost() -> (u32, String) {
    let reason = "it is so broken that it could not be parsed: check whether it compiles";
    (1, reason.to_owned())
}

/// The type that a head with an empty body declares.
fn own_head(head: &str) -> Option<Type> {
    let tree = tree(head)?;
    let mut lower = Lower::new(head, head, &[]);
    lower.types(tree.root_node(), None).into_iter().next()
}

/// The parser's tree; nothing where it took too long.
fn tree(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_sfapex::apex::LANGUAGE.into()).ok()?;
    let bytes = text.as_bytes();
    let budget = LEAST_TIME + TIME_PER_MEGABYTE.mul_f64(bytes.len() as f64 / 1e6);
    let start = Instant::now();
    let mut go_on = |_: &ParseState| match start.elapsed() > budget {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or(&[]), None, Some(options))
}

fn fact(entry: &Entry, types: &[Type], skipped: bool) -> Fact {
    let span = types.first().map_or(Span::head(entry.file), |ty| Span {
        file: entry.file,
        start: ty.name.at.start,
        end: ty.name.at.end,
    });
    let mut fact =
        Fact::new(kind(entry).unwrap_or("ApexClass.source"), entry.full_name.clone(), span);
    fact.cap = entry.staging.then_some(Severity::Low);
    let first = types.first();
    let is_test = first.is_some_and(|ty| ty.annotations.iter().any(|a| a.name == "istest"));
    fact.derive("test", is_test);
    fact.derive("skipped", skipped);
    let word = first.map(|ty| match ty.kind {
        TypeKind::Class => "class",
        TypeKind::Interface => "interface",
        TypeKind::Enum => "enum",
        TypeKind::Trigger => "trigger",
    });
    if let Some(word) = word {
        fact.derive("type", word);
    }
    fact
}

/// One remark for the file, on the first part that could not be parsed.
fn notices(gaps: &[Gap]) -> Vec<(u32, String)> {
    let say = |gaps: Vec<&Gap>, why: &str| {
        let first = gaps.first()?;
        let more = match gaps.len() {
            1 => String::new(),
            n => format!(" (and {} more parts)", n - 1),
        };
        let line = first.line;
        Some((line, format!("{why} from line {line}{more}; the rest was judged")))
    };
    let (cut, broken): (Vec<&Gap>, Vec<&Gap>) = gaps.iter().partition(|gap| gap.cut);
    let broken = say(broken, "a part could not be parsed as Apex,");
    let cut = say(cut, "a part is nested too deep to be followed,");
    broken.into_iter().chain(cut).collect()
}
