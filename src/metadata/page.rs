//! Which Apex classes a Visualforce page works with.
//!
//! In: the text of a page. Out: one fact with the classes its head names, each at its place.
//! The rest of the page it does not look at.
//!
//! Source: Visualforce Developer Guide, `apex:page`: `controller`, `extensions`.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::layout::{Entry, Role, TypeOf};
use super::read::{Reading, Wanted};
use super::xml;
use crate::fact::{Fact, Severity};
use crate::source::Span;
use crate::source::lines::Lines;

/// The kind of fact a page gives.
pub const KIND: &str = "ApexPage.controller";

static HEAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?is)<apex:page\b(?:[^>"']|"[^"]*"|'[^']*')*>"#).ok());

static ATTRIBUTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?is)\s(controller|extensions)\s*=\s*(?:"([^"]*)"|'([^']*)')"#).ok()
});

/// Whether a file is a page, and somebody reads what it works with.
pub fn is_wanted(entry: &Entry, wanted: &Wanted) -> bool {
    let is_page = matches!(entry.ty, TypeOf::Known(ty) if ty.name == "ApexPage");
    is_page && matches!(entry.role, Role::Content { .. }) && wanted.has(KIND)
}

/// Reads the head of a page.
///
/// # Errors
/// It is not UTF-8: the line, and what to do.
pub fn read(bytes: &[u8], entry: &Entry) -> Result<Reading, (u32, String)> {
    let text = xml::decode(bytes).map_err(|fault| {
        let text = String::from_utf8_lossy(bytes);
        (Lines::new(&text).position(fault.offset).line, fault.reason)
    })?;
    let mut fact = Fact::new(KIND, entry.full_name.clone(), Span::head(entry.file));
    fact.cap = entry.staging.then_some(Severity::Low);
    for (name, start) in classes(text) {
        fact.push("class", name, Span::new(entry.file, start, start + name.len()));
    }
    Ok(Reading { facts: vec![Arc::new(fact)], ..Reading::default() })
}

/// The names of the classes, each with its first byte.
fn classes(text: &str) -> Vec<(&str, usize)> {
    let mut out = Vec::new();
    let Some(head) = HEAD.as_ref().and_then(|head| head.find(text)) else { return out };
    for found in ATTRIBUTE.iter().flat_map(|attribute| attribute.captures_iter(head.as_str())) {
        let Some(value) = found.get(2).or_else(|| found.get(3)) else { continue };
        let mut start = head.start() + value.start();
        for part in value.as_str().split(',') {
            let lead = part.len() - part.trim_start().len();
            if !part.trim().is_empty() {
                out.push((part.trim(), start + lead));
            }
            start += part.len() + 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_names_its_classes() {
        let text = "<!-- x -->\n<apex:page title=\"a > b\" controller='Card'\n extensions=\"One, Two\">\
                    <c:x controller=\"No\"/></apex:page>";
        let found = classes(text);
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["Card", "One", "Two"]);
        for (name, start) in found {
            assert_eq!(text.get(start..start + name.len()), Some(name));
        }
        assert!(classes("<apex:page standardController=\"Case\"/>").is_empty());
        assert!(classes("<apex:page controller=\"X").is_empty());
    }
}
