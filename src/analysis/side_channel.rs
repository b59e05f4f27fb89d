//! Kind `side-channel`: settings by which people see more than sharing gives them.
//!
//! In: duplicate rules, the org's sharing settings, and what is PHI. Out: one row for each
//! duplicate rule and for the sharing settings, with the PHI objects concerned. It does not
//! know the fields a duplicate rule shows, which the matched object's layout decides.
//!
//! Sources: Metadata API types `DuplicateRule` (its full name begins with the object),
//! `SharingSettings`.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Item};

/// The kind.
pub const KIND: Kind = Kind {
    name: "side-channel",
    meaning: "a duplicate rule or the sharing settings, which may show more than sharing does; it has the elements of its component too",
    reads: &["DuplicateRule", "SharingSettings", "CustomObject", "CustomField"],
    values: &[
        ("channel", "`duplicate-rule` or `sharing-settings`"),
        (
            "phi-objects",
            "PHI objects concerned: of a duplicate rule those it compares; of the settings every PHI object, at its definition",
        ),
        ("named-objects", "those of them whose record name identifies a person"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let rules = input.facts.of("DuplicateRule").iter().map(|rule| duplicate_rule(input, rule));
    let settings = input.facts.of("SharingSettings").iter().map(|fact| settings(input, fact));
    rules.chain(settings).collect()
}

fn start(fact: &Arc<Fact>, channel: &str) -> Fact {
    let mut row = fact.as_ref().clone();
    row.kind = KIND.name.into();
    row.derive("channel", channel);
    row
}

fn duplicate_rule(input: &Input<'_>, rule: &Arc<Fact>) -> Fact {
    let mut row = start(rule, "duplicate-rule");
    let own = rule.name.split('.').next().unwrap_or("");
    let own = Item::new(own, rule.place);
    let matched = rule.items("duplicateRuleMatchRules.matchRuleSObjectType").cloned();
    let mut sure = None;
    for object in std::iter::once(own).chain(matched) {
        let Some(phi) = input.org.schema.object_phi(&object.text) else { continue };
        sure = sure.max(Some(phi.confidence));
        if !row.items("phi-objects").any(|known| known.text.eq_ignore_ascii_case(&object.text)) {
            row.values.push(("phi-objects".into(), object));
        }
    }
    row.confidence = sure;
    row
}

fn settings(input: &Input<'_>, fact: &Arc<Fact>) -> Fact {
    let mut row = start(fact, "sharing-settings");
    let schema = &input.org.schema;
    for object in schema.objects().filter(|object| object.phi.is_some()) {
        let place = object.facts.first().map_or(fact.place, |fact| fact.place);
        row.push("phi-objects", object.name.as_str(), place);
        let names = object.field("Name").is_some_and(|field| field.recognition.is_some());
        let person = ["Contact", "Lead"].iter().any(|name| name.eq_ignore_ascii_case(&object.name));
        if names || person {
            row.push("named-objects", object.name.as_str(), place);
        }
    }
    row
}
