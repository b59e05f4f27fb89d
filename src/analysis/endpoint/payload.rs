//! Which PHI a URL is sent.
//!
//! In: the row of an outbound message or of a link, and the schema. Out: on the row, each PHI
//! field among the fields of the message or the merge fields of the link; a mere trace of PHI does not count. What code sends to
//! a named credential is not seen here.

use crate::fact::{Fact, Item};
use crate::org::phi::Level;
use crate::org::schema::Schema;

/// Says which PHI fields the URL of the row is sent.
pub(super) fn describe(row: &mut Fact, schema: &Schema) {
    let (object, _) = row.component.split_once('.').unwrap_or_default();
    let sent: Vec<(String, Item)> = match row.text("use") {
        Some("outbound-message") => {
            row.items("fields").map(|item| (item.text.to_string(), item.clone())).collect()
        }
        Some("web-link") => row.items("url").flat_map(|url| merge_fields(object, url)).collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    let mut level: Option<Level> = None;
    for (reference, item) in sent {
        let field = schema.phi_of(Some(object), &reference);
        if let Some(field) = field.filter(|field| field.recognition.level != Level::Low) {
            level = level.max(Some(field.recognition.level));
            let mut own = Item::new(field.name, item.span);
            own.related = field.facts.first().map(|fact| fact.place);
            found.push(("phi-fields".into(), own));
        }
    }
    row.values.extend(found);
    if let Some(level) = level {
        row.derive("phi-level", level.word());
    }
}

/// The references in `{!…}` of a link, also inside functions: `Contact.Email`, and as old links
/// write it `Contact_Email`.
fn merge_fields(object: &str, url: &Item) -> Vec<(String, Item)> {
    let mut found = Vec::new();
    for after in url.text.split("{!").skip(1) {
        let formula = after.split_once('}').map_or(after, |(formula, _)| formula);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        for name in formula.split(|c: char| !is_name(c)) {
            let old = name.strip_prefix(object).and_then(|rest| rest.strip_prefix('_'));
            match old.filter(|field| !name.contains('.') && !field.is_empty()) {
                Some(field) => found.push((format!("{object}.{field}"), url.clone())),
                None if name.contains('.') => found.push((name.to_owned(), url.clone())),
                None => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn merge_fields_are_found_inside_functions() {
        let text = "http://a.example/?q={!URLENCODE(Patient__c.SSN__c)}&p={!Patient__c.Name}&r={!x}&s={!Contact_Email}&t={!Contact_}";
        let url = Item::new(text, Span::head(FileId(0)));
        let found = merge_fields("Contact", &url);
        let names: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Patient__c.SSN__c", "Patient__c.Name", "Contact.Email"]);
    }
}
