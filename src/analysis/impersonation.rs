//! `impersonation`: what lets one person act as another, or hand out access to PHI.
//!
//! In: the org's security settings, delegated administration groups, holders, and the
//! settings of real-time events. Out: one row for the settings and one per group. Sources:
//! Metadata API types `SecuritySettings`, `DelegateGroup`, `RealTimeEventSettings`. Who is a
//! member of a group is data that metadata does not show.

use crate::analysis::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

/// What lets one person act as another.
pub const KIND: Kind = Kind {
    name: "impersonation",
    meaning: "the org's security settings or a delegated administration group, with the elements of either",
    reads: &["SecuritySettings", "DelegateGroup", EVENTS, "holder"],
    values: &[
        ("scope", "`org` or `group`"),
        (
            "login-as-event",
            "whether a login as another user leaves an event, `enabled` or `disabled`; absent where nothing says so",
        ),
        (
            "phi-holders",
            "of a group: profiles, permission sets and groups it may assign that read PHI",
        ),
    ],
    derive,
};

const EVENTS: &str = "RealTimeEventSettings.realTimeEvents";

/// Elements that list what a group may assign, and the type they name.
const ASSIGNABLE: &[(&str, &str)] = &[
    ("profiles", "Profile"),
    ("permissionSets", "PermissionSet"),
    ("permissionSetGroups", "PermissionSetGroup"),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let settings = facts.of("SecuritySettings").iter().map(|fact| row(fact, "org", facts));
    let groups = facts.of("DelegateGroup").iter().map(|fact| row(fact, "group", facts));
    settings.chain(groups).collect()
}

fn row(fact: &Fact, scope: &str, facts: &Collected) -> Fact {
    let mut row = fact.clone();
    row.kind = KIND.name.into();
    row.derive("scope", scope);
    if scope == "group" {
        list_phi_holders(&mut row, fact, facts);
    }
    say_login_as_event(&mut row, facts);
    row
}

fn list_phi_holders(row: &mut Fact, group: &Fact, facts: &Collected) {
    for (element, ty) in ASSIGNABLE {
        for item in group.items(element) {
            if let Some(holder) = phi_reader(facts, ty, &item.text) {
                let item = Item { related: Some(holder.place), ..item.clone() };
                row.values.push(("phi-holders".into(), item));
            }
        }
    }
}

/// The holder of that name, if it reads PHI.
fn phi_reader<'f>(facts: &'f Collected, ty: &str, name: &'f str) -> Option<&'f Fact> {
    let mut holders = facts.named("holder", name).filter(|holder| holder.text("type") == Some(ty));
    holders.find(|holder| holder.is_true("reads-phi")).map(|holder| &**holder)
}

fn say_login_as_event(row: &mut Fact, facts: &Collected) {
    if !facts.has(EVENTS) {
        row.mark_unknown(
            "login-as-event",
            "the settings of real-time events were not retrieved; retrieve RealTimeEventSettings",
        );
    }
    let mut events = facts.of(EVENTS).iter();
    let event = events.find(|event| event.text("entityName") == Some("LoginAsEvent"));
    let Some(enabled) = event.and_then(|event| event.item("isEnabled")) else { return };
    let text = if enabled.text == "true" { "enabled" } else { "disabled" };
    let item = Item { related: Some(enabled.span), ..Item::new(text, row.place) };
    row.values.push(("login-as-event".into(), item));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::holder::tests::{collect, fact};
    use crate::fact::Found;

    #[test]
    fn a_group_lists_the_holders_that_read_phi() {
        let holder =
            |name, ty, reads| fact(1, "holder", name, &[("type", ty), ("reads-phi", reads)]);
        let group = fact(
            0,
            "DelegateGroup",
            "Ward",
            &[
                ("permissionSets", "chart"),
                ("permissionSets", "Desk"),
                ("permissionSets", "Nurse"),
                ("permissionSetGroups", "Night"),
                ("profiles", "Nurse"),
            ],
        );
        let rows = rows(&collect(vec![
            holder("Chart", "PermissionSet", "true"),
            holder("Desk", "PermissionSet", "false"),
            holder("Night", "PermissionSetGroup", "true"),
            holder("Nurse", "Profile", "true"),
            group,
        ]));
        let items: Vec<(&str, u32)> =
            rows[0].items("phi-holders").map(|i| (i.text.as_str(), i.span.start)).collect();
        assert_eq!(items, [("Nurse", 5), ("chart", 1), ("Night", 4)]);
        assert_eq!(rows[0].text("scope"), Some("group"));
    }

    #[test]
    fn the_org_says_whether_login_as_leaves_an_event() {
        let of = |event: Option<(&str, &str)>| {
            let mut facts = vec![fact(0, "SecuritySettings", "Security", &[])];
            facts.extend(event.map(|(name, enabled)| {
                fact(1, EVENTS, "RealTimeEvent/1", &[("entityName", name), ("isEnabled", enabled)])
            }));
            rows(&collect(facts)).pop().expect("a row")
        };
        assert_eq!(of(Some(("LoginAsEvent", "false"))).text("login-as-event"), Some("disabled"));
        assert_eq!(of(Some(("LoginAsEvent", "true"))).text("login-as-event"), Some("enabled"));
        assert_eq!(of(Some(("LoginEvent", "true"))).found("login-as-event"), Found::Absent);
        assert!(matches!(of(None).found("login-as-event"), Found::Unknown(_)));
    }
}
