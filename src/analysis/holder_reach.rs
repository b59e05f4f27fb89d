//! Kind `holder-reach`: what each holder reaches of PHI, over all objects.
//!
//! In: rows of holders and of effective access. Out: one row for each profile, permission set
//! and group, for pages that judge a holder and not one object. It judges nothing.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Fact, Found, Item};

/// The meaning of a value of its holder; those that are not listed are there too.
const SAME: &str = "as of its `holder`";

/// The kind.
pub const KIND: Kind = Kind {
    name: "holder-reach",
    meaning: "what a profile, permission set or permission set group reaches of PHI over all objects; it has the values of its `holder` too",
    reads: &["holder", "access"],
    values: &[
        ("type", SAME),
        ("license", SAME),
        ("standard", SAME),
        ("admin", SAME),
        ("audience", SAME),
        ("role", SAME),
        ("role-ground", SAME),
        ("role-by", SAME),
        ("non-clinical", SAME),
        ("for-everyone", SAME),
        ("integration-license", SAME),
        ("external-license", SAME),
        ("activation-required", SAME),
        ("break-glass", SAME),
        ("permissions", SAME),
        ("effective-permissions", SAME),
        ("api-only", SAME),
        ("has-login-ip-ranges", SAME),
        ("reads-phi", SAME),
        ("reaches-phi", "`true` where it may read an object with PHI, muting resolved"),
        ("phi-objects", "the PHI objects it may read, each at the grant"),
        ("phi-object-count", "how many they are"),
        ("phi-field-count", "how many PHI fields it may read"),
        ("wide-objects", "those it sees or changes past sharing, by an object permission"),
        (
            "all-data",
            "`modify` or `view` where it has Modify All Data or View All Data, else `none`",
        ),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let mut access: FxHashMap<(&str, CompactString), Vec<&Arc<Fact>>> = FxHashMap::default();
    for fact in input.facts.of("access") {
        let key = (fact.text("type").unwrap_or(""), fact.component.clone());
        access.entry(key).or_default().push(fact);
    }
    let holders = input.facts.of("holder").iter().filter(|holder| !holder.is_true("inverted"));
    holders
        .map(|holder| {
            let key = (holder.text("type").unwrap_or(""), holder.name.clone());
            row(holder, access.get(&key).map_or(&[][..], Vec::as_slice))
        })
        .collect()
}

fn row(holder: &Fact, access: &[&Arc<Fact>]) -> Fact {
    let mut row = holder.clone();
    row.kind = KIND.name.into();
    let reached: Vec<&&Arc<Fact>> =
        access.iter().filter(|fact| fact.item("object").is_some()).collect();
    let mut fields = 0;
    for fact in &reached {
        let Some(object) = fact.item("object") else { continue };
        let related = fact.related.first().map(|(span, _)| *span);
        let object = Item { related, ..object.clone() };
        let wide = fact.items("wide-access").find(|item| item.text != "view-all-fields");
        if let Some(wide) = wide {
            row.values.push(("wide-objects".into(), Item { span: wide.span, ..object.clone() }));
        }
        row.values.push(("phi-objects".into(), object));
        fields += fact.text("field-count").and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    }
    let unknown = access.iter().find_map(|fact| match fact.found("object") {
        Found::Unknown(reason) => Some(reason),
        _ => None,
    });
    let unread = match holder.found("reads-phi") {
        Found::Unknown(reason) => Some(reason),
        _ => None,
    };
    match unknown.or(unread).filter(|_| reached.is_empty()) {
        Some(reason) => {
            for key in ["reaches-phi", "phi-objects", "phi-object-count", "phi-field-count"] {
                row.mark_unknown(key, reason);
            }
        }
        None => {
            row.derive("reaches-phi", !reached.is_empty());
            row.derive("phi-object-count", reached.len());
            row.derive("phi-field-count", fields);
        }
    }
    if let Some(reason) = unknown.filter(|_| row.item("wide-objects").is_none()) {
        row.mark_unknown("wide-objects", reason);
    }
    say_all_data(&mut row);
    row
}

fn say_all_data(row: &mut Fact) {
    let named = |row: &Fact, name: &str| {
        row.items("effective-permissions").find(|item| item.text == name).cloned()
    };
    let modify = named(row, "ModifyAllData").map(|item| ("modify", item));
    match modify.or_else(|| named(row, "ViewAllData").map(|item| ("view", item))) {
        Some((word, item)) => row.push("all-data", word, item.span),
        None => match holder_unknown(row) {
            Some(reason) => row.mark_unknown("all-data", reason),
            None => row.derive("all-data", "none"),
        },
    }
}

fn holder_unknown(row: &Fact) -> Option<String> {
    match row.found("effective-permissions") {
        Found::Unknown(reason) => Some(reason.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn at(n: usize) -> Span {
        Span::new(FileId(0), n, n)
    }

    fn holder() -> Fact {
        let mut holder = Fact::new("holder", "Ward", at(0));
        holder.push("type", "PermissionSet", at(0));
        holder.push("effective-permissions", "ViewAllData", at(9));
        holder
    }

    #[test]
    fn objects_are_added_up_with_their_places() {
        let mut access = Fact::new("access", "Ward/Patient__c", at(1));
        access.push("object", "Patient__c", at(1));
        access.push("field-count", "3", at(1));
        access.push("wide-access", "view-all-fields", at(2));
        let mut wide = access.clone();
        wide.push("wide-access", "modify-all", at(4));
        let row = row(&holder(), &[&Arc::new(access), &Arc::new(wide)]);
        assert_eq!(row.text("phi-field-count"), Some("6"));
        assert_eq!(row.text("phi-object-count"), Some("2"));
        let wide: Vec<u32> = row.items("wide-objects").map(|item| item.span.start).collect();
        assert_eq!(wide, [4]);
        assert_eq!(
            row.item("all-data").map(|i| (i.text.as_str(), i.span.start)),
            Some(("view", 9))
        );
        assert!(row.is_true("reaches-phi"));
    }

    #[test]
    fn what_was_not_retrieved_is_not_taken_as_nothing() {
        let mut access = Fact::new("access", "Ward", at(1));
        access.mark_unknown("*", "why");
        let unknown = row(&holder(), &[&Arc::new(access)]);
        assert_eq!(unknown.found("reaches-phi"), Found::Unknown("why"));
        assert_eq!(unknown.found("wide-objects"), Found::Unknown("why"));
        assert_eq!(row(&holder(), &[]).text("reaches-phi"), Some("false"));
    }
}
