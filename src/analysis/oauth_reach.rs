//! Kind `oauth-reach`: the PHI that users pre-authorised for an OAuth client may read.
//!
//! In: rows of OAuth clients, holders and access. Out: one row for each client, each profile
//! or permission set it names, and each PHI object that this reaches; one without an object
//! where that is none, and one, unknown, for each name that was not retrieved. A client acts
//! as its user, and who is assigned a set is data: the row says what whoever has it reaches
//! at least. The user that the client credentials flow acts as is named, but not what that
//! user may do.

use std::sync::Arc;

use compact_str::format_compact;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

/// The kind.
pub const KIND: Kind = Kind {
    name: "oauth-reach",
    meaning: "a PHI object that a profile or permission set reaches which an OAuth client names as pre-authorised; the client is its `parent.`",
    reads: &["oauth-client", "access", "holder", "Profile", "PermissionSet"],
    values: &[
        ("client", "full name of the client"),
        ("holder", "the profile or permission set"),
        ("holder-type", "`Profile` or `PermissionSet`"),
        (
            "object",
            "the PHI object; absent where the profile or set reaches none, unknown where it was not retrieved",
        ),
        ("object-access", "what it may do with the object (see `access`)"),
        ("fields", "the PHI fields it may read"),
        ("edit-fields", "those it may edit"),
        ("reach", "which records: `own`, `shared`, `all` or `unknown`"),
    ],
    derive,
};

/// Profiles whose file is called otherwise than people call them.
const STANDARD: [(&str, &str); 7] = [
    ("System Administrator", "Admin"),
    ("Standard User", "Standard"),
    ("Standard Platform User", "StandardAul"),
    ("Read Only", "ReadOnly"),
    ("Solution Manager", "SolutionManager"),
    ("Marketing User", "MarketingProfile"),
    ("Contract Manager", "ContractManager"),
];

const NAMES: [(&str, &str); 2] =
    [("pre-authorised-profiles", "Profile"), ("pre-authorised-permission-sets", "PermissionSet")];

const COPIED: [&str; 4] = ["object-access", "fields", "edit-fields", "reach"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let mut rows = Vec::new();
    for client in facts.of("oauth-client") {
        for (key, ty) in NAMES {
            for named in client.items(key) {
                add_holder(&mut rows, facts, client, named, ty);
            }
        }
    }
    rows
}

/// The profile or set of that name: of a profile its label where Salesforce ships it, of a
/// set its label too, by which connected apps name it.
fn find_holder<'f>(facts: &'f Collected, named: &Item, ty: &str) -> Option<&'f Arc<Fact>> {
    let named = named.text.as_str();
    let own_name = STANDARD.iter().find(|(label, _)| label.eq_ignore_ascii_case(named));
    let own_name = own_name.filter(|_| ty == "Profile").map(|(_, name)| *name);
    let is_named = |holder: &&Arc<Fact>| {
        holder.name.eq_ignore_ascii_case(named)
            || own_name.is_some_and(|own| holder.name.eq_ignore_ascii_case(own))
    };
    let is_labelled =
        |holder: &&Arc<Fact>| holder.text("label").is_some_and(|l| l.eq_ignore_ascii_case(named));
    let mut holders = facts.of("holder").iter().filter(|holder| holder.text("type") == Some(ty));
    holders.clone().find(is_named).or_else(|| holders.find(is_labelled))
}

fn add_holder(rows: &mut Vec<Fact>, facts: &Collected, client: &Arc<Fact>, named: &Item, ty: &str) {
    let what = if ty == "Profile" { "profile" } else { "permission set" };
    let Some(holder) = find_holder(facts, named, ty) else {
        let why = format_compact!(
            "the {what} {} was not retrieved, so what it reaches is not known",
            named.text
        );
        rows.push(unknown(client, named, ty, &why));
        return;
    };
    let before = rows.len();
    let reaches = |row: &&Arc<Fact>| {
        row.text("type") == Some(ty) && row.text("holder") == Some(holder.name.as_str())
    };
    for access in facts.of("access").iter().filter(reaches) {
        let object = access.text("object").unwrap_or("");
        let mut row = start(client, named, ty, object);
        row.confidence = match (client.confidence, access.confidence) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        row.derive("object", object);
        for key in COPIED {
            row.values.extend(access.items(key).map(|item| (key.into(), item.clone())));
        }
        row.related.push((access.place, format_compact!("{} reaches {object} here", holder.name)));
        rows.push(row);
    }
    if rows.len() > before {
        return;
    }
    let speaks = facts.grants.iter().any(|grants| {
        grants.holder.kind == ty
            && grants.holder.name == holder.name
            && !grants.known_objects.is_empty()
    });
    rows.push(match ty == "Profile" && !speaks && facts.has("phi-object") {
        true => {
            let why = format_compact!(
                "the profile {} was retrieved without object permissions: retrieve it together with the objects",
                holder.name
            );
            unknown(client, named, ty, &why)
        }
        false => start(client, named, ty, "no PHI"),
    });
}

fn unknown(client: &Arc<Fact>, named: &Item, ty: &str, why: &str) -> Fact {
    let mut row = start(client, named, ty, "?");
    for key in ["object", "object-access", "fields", "edit-fields", "reach"] {
        row.mark_unknown(key, why);
    }
    row
}

/// A row stands at the name in the client's file.
fn start(client: &Arc<Fact>, named: &Item, ty: &str, object: &str) -> Fact {
    let name = format_compact!("{}/{}/{object}", client.name, named.text);
    let mut row = Fact::new(KIND.name, name, named.span);
    row.component = client.name.clone();
    row.grouped = true;
    row.parent = Some(Arc::clone(client));
    row.cap = client.cap;
    row.confidence = client.confidence;
    row.derive("client", &client.name);
    row.values.push(("holder".into(), named.clone()));
    row.derive("holder-type", ty);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};
    use crate::fact::Found;

    fn client(values: &[(&str, &str)]) -> Fact {
        fact("oauth-client", "Claims", values)
    }

    fn access(holder: &str, ty: &str, object: &str) -> Fact {
        let values = [("type", ty), ("holder", holder), ("object", object), ("fields", "MRN__c")];
        fact("access", &format!("{holder}/{object}"), &values)
    }

    #[test]
    fn a_named_set_gives_what_it_reaches() {
        let facts = vec![
            client(&[("pre-authorised-permission-sets", "claims_api")]),
            fact("holder", "Claims_API", &[("type", "PermissionSet")]),
            access("Claims_API", "PermissionSet", "Visit__c"),
            access("Claims_API", "Profile", "Room__c"),
            access("Other", "PermissionSet", "Claim__c"),
        ];
        let rows = rows(&collect(facts));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].component, "Claims");
        assert_eq!(texts(&rows[0], "object"), ["Visit__c"]);
        assert_eq!(texts(&rows[0], "fields"), ["MRN__c"]);
        assert_eq!(rows[0].place, rows[0].item("holder").unwrap().span);
    }

    #[test]
    fn a_profile_without_object_permissions_is_unknown() {
        let facts = vec![
            client(&[("pre-authorised-profiles", "Nurse")]),
            fact("holder", "Nurse", &[("type", "Profile")]),
            fact("phi-object", "Visit__c", &[]),
        ];
        let rows = rows(&collect(facts));
        assert!(matches!(rows[0].found("object"), Found::Unknown(why) if why.contains("Nurse")));
    }

    #[test]
    fn a_set_may_be_named_by_its_label() {
        let facts = vec![
            client(&[("pre-authorised-permission-sets", "Claims: API")]),
            fact("holder", "Other", &[("type", "PermissionSet"), ("label", "Claims")]),
            fact("holder", "Claims_API", &[("type", "PermissionSet"), ("label", "Claims: API")]),
            access("Claims_API", "PermissionSet", "Visit__c"),
        ];
        assert_eq!(texts(&rows(&collect(facts))[0], "object"), ["Visit__c"]);
    }

    #[test]
    fn people_call_standard_profiles_by_their_label() {
        let facts = vec![
            client(&[("pre-authorised-profiles", "System Administrator")]),
            fact("holder", "Admin", &[("type", "Profile")]),
            access("Admin", "Profile", "Visit__c"),
        ];
        assert_eq!(rows(&collect(facts)).len(), 1);
    }

    #[test]
    fn a_set_without_phi_has_no_object_and_a_missing_one_is_unknown() {
        let set = fact("holder", "Empty", &[("type", "PermissionSet")]);
        let named = |name| client(&[("pre-authorised-permission-sets", name)]);
        let none = rows(&collect(vec![named("Empty"), set.clone()]));
        assert_eq!((none.len(), none[0].found("object")), (1, Found::Absent));
        let rows = rows(&collect(vec![named("Lost"), set]));
        assert_eq!(rows.len(), 1);
        assert!(matches!(rows[0].found("object"), Found::Unknown(why) if why.contains("Lost")));
    }
}
