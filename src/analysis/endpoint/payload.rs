//! Which PHI a URL is sent.
//!
//! In: the row of an outbound message or of a link, and the schema. Out: on the row, each PHI
//! field among the fields of the message or the merge fields of the link. What code sends to
//! a named credential is not seen here.

use crate::fact::{Fact, Item};
use crate::org::schema::Schema;

/// Says which PHI fields the URL of the row is sent.
pub(super) fn describe(row: &mut Fact, schema: &Schema) {
    let (object, _) = row.component.split_once('.').unwrap_or_default();
    let sent: Vec<(String, Item)> = match row.text("use") {
        Some("outbound-message") => {
            row.items("fields").map(|item| (item.text.to_string(), item.clone())).collect()
        }
        Some("web-link") => row.items("url").flat_map(merge_fields).collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (reference, item) in sent {
        if let Some(field) = schema.phi_of(Some(object), &reference) {
            let mut own = Item::new(field.name, item.span);
            own.related = field.facts.first().map(|fact| fact.place);
            found.push(("phi-fields".into(), own));
        }
    }
    row.values.extend(found);
}

/// The references in `{!…}` of a link: `Patient__c.SSN__c`, also inside functions.
fn merge_fields(url: &Item) -> Vec<(String, Item)> {
    let mut found = Vec::new();
    for after in url.text.split("{!").skip(1) {
        let formula = after.split_once('}').map_or(after, |(formula, _)| formula);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let names = formula.split(|c: char| !is_name(c)).filter(|name| name.contains('.'));
        found.extend(names.map(|name| (name.to_owned(), url.clone())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn merge_fields_are_found_inside_functions() {
        let text =
            "http://a.example/?q={!URLENCODE(Patient__c.SSN__c)}&p={!Patient__c.Name}&r={!x}";
        let url = Item::new(text, Span::head(FileId(0)));
        let names: Vec<String> = merge_fields(&url).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Patient__c.SSN__c", "Patient__c.Name"]);
    }
}
