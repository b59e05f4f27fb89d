//! Merge fields of e-mail templates.
//!
//! In: the body of an `EmailTemplate`, a file beside its XML, or any text of one. Out: one
//! fact for the body with each merge field and its place. It knows neither what a merge field
//! means nor who gets the mail.
//!
//! Sources: Salesforce's two merge languages, `{!Contact.Name}` and `{{{Recipient.Name}}}`.

use std::ops::Range;
use std::sync::Arc;

use super::layout::{Entry, Role, TypeOf};
use super::read::{Reading, Wanted};
use super::xml;
use crate::fact::{Fact, Severity};
use crate::source::Span;
use crate::source::lines::Lines;

/// The kind of fact a body gives.
pub const KIND: &str = "EmailTemplate.body";

/// Whether a file is the body of a template, and somebody reads it.
pub fn is_wanted(entry: &Entry, wanted: &Wanted) -> bool {
    let is_template = matches!(entry.ty, TypeOf::Known(ty) if ty.name == "EmailTemplate");
    is_template && matches!(entry.role, Role::Content { .. }) && wanted.has(KIND)
}

/// Reads a body.
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
    for (name, range) in merges(text) {
        fact.push("merge", name, Span::new(entry.file, range.start, range.end));
    }
    Ok(Reading { facts: vec![Arc::new(fact)], ..Reading::default() })
}

/// The names in merge fields, with their bytes: `Contact.Name` of `{!Contact.Name}`.
pub fn merges(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut out = Vec::new();
    for (open, close) in [("{!", "}"), ("{{{", "}}}")] {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(open)) {
            let start = from + at + open.len();
            let Some(length) = text.get(start..).and_then(|rest| rest.find(close)) else { break };
            let inner = text.get(start..start + length).unwrap_or("");
            let lead = inner.len() - inner.trim_start().len();
            let name = inner.trim();
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
            if name.contains('.') && name.chars().all(plain) {
                out.push((name, start + lead..start + lead + name.len()));
            }
            from = start + length;
        }
    }
    out.sort_by_key(|(_, range)| range.start);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_read_with_their_places() {
        let text = "Dear {!Contact.Name}, {{{ Patient__c.Dx__c }}} {!IF(a.b, 1, 2)} {!open";
        let found: Vec<_> =
            merges(text).into_iter().map(|(n, r)| (n, text.get(r).unwrap())).collect();
        assert_eq!(
            found,
            [("Contact.Name", "Contact.Name"), ("Patient__c.Dx__c", "Patient__c.Dx__c")]
        );
        assert!(merges("{{{x}}} {!y} {{a.b}}").is_empty());
    }
}
