//! Kind `emergency-access`: permission sets and groups for emergencies, and what they open.
//!
//! In: rows of holders and of access. Out: one row for each set or group whose name, label or
//! description speaks of emergency access, or whose description calls it temporary while it
//! opens all records. When it is assigned, to whom and until when is data.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::org::tokens;

/// The kind.
pub const KIND: Kind = Kind {
    name: "emergency-access",
    meaning: "a permission set or group for emergencies, or one that is called temporary and opens all records; the holder is its `parent.`",
    reads: &["PermissionSet", "PermissionSetGroup", "holder", "access"],
    values: &[
        (
            "ground",
            "`emergency` where name, label or description speak of it, `temporary` where the description says so and it opens all records",
        ),
        ("phi-objects", "the PHI objects it reaches, each at the grant"),
        ("opens", "these objects and its user permissions that pass over sharing, in words"),
        ("assignment-expires", "`true` where its description says that assignments expire"),
    ],
    derive,
};

/// User permissions that pass over the sharing of every object, or over field permissions.
const WIDE: [&str; 3] = ["ModifyAllData", "ViewAllData", "ViewAllFieldsGlobal"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let assignable = |holder: &&Arc<Fact>| {
        matches!(holder.text("type"), Some("PermissionSet" | "PermissionSetGroup"))
    };
    facts.of("holder").iter().filter(assignable).filter_map(|holder| row(facts, holder)).collect()
}

fn row(facts: &Collected, holder: &Arc<Fact>) -> Option<Fact> {
    let own = |access: &&Arc<Fact>| {
        access.text("holder") == Some(holder.name.as_str())
            && access.text("type") == holder.text("type")
    };
    let access: Vec<&Arc<Fact>> = facts.of("access").iter().filter(own).collect();
    let wide: Vec<&str> = holder
        .items("permissions")
        .map(|item| item.text.as_str())
        .filter(|name| WIDE.iter().any(|known| known.eq_ignore_ascii_case(name)))
        .collect();
    let words = tokens::of_text(holder.text("description").unwrap_or(""));
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let opens_all =
        !wide.is_empty() || access.iter().any(|access| access.item("wide-access").is_some());
    let ground = match () {
        () if holder.is_true("emergency") => "emergency",
        () if has(&["temporary", "temporarily"]) && opens_all => "temporary",
        () => return None,
    };
    let mut row = Fact::new(KIND.name, holder.name.clone(), holder.place);
    row.parent = Some(Arc::clone(holder));
    row.cap = holder.cap;
    row.confidence = holder.confidence;
    row.derive("ground", ground);
    let expires = words.iter().any(|word| word.starts_with("expir"));
    row.derive("assignment-expires", expires && has(&["assignment", "assignments"]));
    let mut opened: Vec<&str> = Vec::new();
    for access in access {
        let Some(object) = access.text("object") else { continue };
        row.push("phi-objects", object, access.place);
        opened.push(object);
    }
    opened.extend(wide);
    for name in &opened {
        row.derive("opens", name);
    }
    if opened.is_empty() {
        row.derive("opens", "no PHI that is known here");
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};

    fn set(values: &[(&str, &str)]) -> Fact {
        let mut set = fact("holder", "Chart", &[("type", "PermissionSet")]);
        values.iter().for_each(|(key, text)| set.derive(*key, text));
        set
    }

    fn access(extra: &[(&str, &str)]) -> Fact {
        let values = [("type", "PermissionSet"), ("holder", "Chart"), ("object", "Visit__c")];
        fact("access", "Chart/Visit__c", &[&values, extra].concat())
    }

    #[test]
    fn says_what_an_emergency_set_opens() {
        let emergency = set(&[("emergency", "true"), ("permissions", "ViewAllData")]);
        let rows = rows(&collect(vec![emergency, access(&[])]));
        assert_eq!(texts(&rows[0], "opens"), ["Visit__c", "ViewAllData"]);
        assert_eq!(texts(&rows[0], "phi-objects"), ["Visit__c"]);
        assert_eq!(rows[0].text("ground"), Some("emergency"));
        assert_eq!(rows[0].text("assignment-expires"), Some("false"));
    }

    #[test]
    fn a_temporary_set_counts_where_it_opens_all_records() {
        let said = ("description", "Temporary, the assignment expires after a day");
        assert!(rows(&collect(vec![set(&[said]), access(&[])])).is_empty());
        let rows = rows(&collect(vec![set(&[said]), access(&[("wide-access", "view-all")])]));
        assert_eq!(rows[0].text("ground"), Some("temporary"));
        assert_eq!(rows[0].text("assignment-expires"), Some("true"));
    }

    #[test]
    fn profiles_and_plain_sets_have_no_row() {
        let profile = fact("holder", "P", &[("type", "Profile"), ("emergency", "true")]);
        assert!(rows(&collect(vec![profile, set(&[("emergency", "false")])])).is_empty());
        let nothing = rows(&collect(vec![set(&[("emergency", "true")])]));
        assert_eq!(texts(&nothing[0], "opens"), ["no PHI that is known here"]);
    }
}
