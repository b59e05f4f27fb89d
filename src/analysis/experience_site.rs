//! Kind `experience-site`: Experience Cloud sites, and whom their self-registration makes.
//!
//! In: `Network`, and rows of holders and access. Out: one row per network, with its elements
//! and the PHI that a person who registered may read. A permission set that a registration
//! handler assigns is not known.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

/// The kind.
pub const KIND: Kind = Kind {
    name: "experience-site",
    meaning: "an Experience Cloud site; it has the elements of its `Network` too",
    reads: &["Network", "Profile", "holder", "access", "phi-object"],
    values: &[
        ("live", "`true` where its `status` is `Live`"),
        (
            "registration-phi",
            "PHI objects that the profile of people who register themselves may read; unknown where that profile, or what it says of PHI objects, was not retrieved",
        ),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    facts.of("Network").iter().map(|network| row(network, facts)).collect()
}

fn row(network: &Arc<Fact>, facts: &Collected) -> Fact {
    let mut row = Fact { kind: KIND.name.into(), ..network.as_ref().clone() };
    let status = network.item("status");
    let live = status.is_some_and(|status| status.text.eq_ignore_ascii_case("Live"));
    row.push("live", if live { "true" } else { "false" }, status.map_or(row.place, |s| s.span));
    let profile = network.item("selfRegProfile").filter(|item| !item.text.is_empty());
    if let Some(profile) = profile.filter(|_| network.is_true("selfRegistration")) {
        say_registration(&mut row, facts, profile);
    }
    row
}

fn say_registration(row: &mut Fact, facts: &Collected, profile: &Item) {
    let named = |name: &str| name.eq_ignore_ascii_case(&profile.text);
    let is_profile = |fact: &&Arc<Fact>| fact.text("type") == Some("Profile");
    let own = facts
        .of("access")
        .iter()
        .filter(is_profile)
        .filter(|access| access.text("holder").is_some_and(named));
    let mut found = false;
    for object in own.filter_map(|access| access.text("object")) {
        row.push("registration-phi", object, profile.span);
        found = true;
    }
    if found {
        return;
    }
    let retrieved = facts.of("holder").iter().filter(is_profile).any(|holder| named(&holder.name));
    let speaks = facts.grants.iter().any(|grants| {
        grants.holder.kind == "Profile"
            && named(&grants.holder.name)
            && !grants.known_objects.is_empty()
    });
    if retrieved && (speaks || !facts.has("phi-object")) {
        return;
    }
    let why = match retrieved {
        true => format!(
            "the profile {} was retrieved without object permissions: retrieve it together with the objects",
            profile.text
        ),
        false => format!("the profile {} was not retrieved", profile.text),
    };
    row.mark_unknown("registration-phi", why);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};
    use crate::fact::Found;

    fn network(values: &[(&str, &str)]) -> Fact {
        fact("Network", "Portal", values)
    }

    const OPEN: &[(&str, &str)] =
        &[("selfRegProfile", "Patients"), ("selfRegistration", "true"), ("status", "Live")];

    #[test]
    fn registration_gives_what_its_profile_reads() {
        let values = [("type", "Profile"), ("holder", "patients"), ("object", "Visit__c")];
        let access = fact("access", "patients/Visit__c", &values);
        let row = &rows(&collect(vec![network(OPEN), access.clone()]))[0];
        assert_eq!(texts(row, "registration-phi"), ["Visit__c"]);
        assert_eq!(row.text("live"), Some("true"));
        let closed = [("selfRegProfile", "Patients"), ("selfRegistration", "false")];
        let row = &rows(&collect(vec![network(&closed), access]))[0];
        assert_eq!(row.found("registration-phi"), Found::Absent);
        assert_eq!(row.text("live"), Some("false"));
    }

    #[test]
    fn a_profile_that_is_missing_or_silent_is_unknown() {
        let row = &rows(&collect(vec![network(OPEN)]))[0];
        assert!(matches!(row.found("registration-phi"), Found::Unknown(_)));
        let silent = fact("holder", "Patients", &[("type", "Profile")]);
        let phi = fact("phi-object", "Visit__c", &[]);
        let row = &rows(&collect(vec![network(OPEN), silent.clone(), phi]))[0];
        assert!(matches!(row.found("registration-phi"), Found::Unknown(_)));
        let row = &rows(&collect(vec![network(OPEN), silent]))[0];
        assert_eq!(row.found("registration-phi"), Found::Absent);
    }
}
