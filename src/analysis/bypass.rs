//! Kind `bypass`: custom permissions that a holder has, and switches in custom metadata.
//!
//! In: rows of holders, and the values of custom metadata records. Out: one row for each
//! custom permission a profile or permission set enables, and one for each boolean of a
//! record that is `true`, each with the words of its name. Which words mean a bypass is the
//! page's to say. It cannot see custom settings, which are data.

use compact_str::format_compact;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::metadata::types;
use crate::org::tokens;
use std::sync::Arc;

/// The kind.
pub const KIND: Kind = Kind {
    name: "bypass",
    meaning: "a custom permission that a profile or permission set enables, or a boolean of a custom metadata record that is `true`: what may switch a control off",
    reads: &["Profile", "holder", VALUES, "CustomMetadata"],
    values: &[
        ("form", "`custom-permission` or `switch`"),
        ("permission", "the custom permission"),
        ("field", "of a switch: its field, at the value"),
        (
            "words",
            "the words of the permission's or field's name, lower case; two neighbours as one word too: `by`, `pass`, `bypass`. Those of wards (`emergency department`) are left out",
        ),
        ("holder-type", "`Profile` or `PermissionSet`"),
        ("activation-required", "`true` where the holder counts only in an activated session"),
        ("audience", "for whom the holder is made (see `holder`)"),
        ("holder-words", "the words of the holder's or record's name, lower case"),
        ("package", "`true` where it comes from a managed package"),
    ],
    derive,
};

const VALUES: &str = "CustomMetadata.values";

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let holders = facts
        .of("holder")
        .iter()
        .filter(|holder| matches!(holder.text("type"), Some("Profile" | "PermissionSet")));
    let permissions = holders.flat_map(|holder| {
        holder.items("custom-permissions").map(move |item| permission_row(holder, item))
    });
    permissions.chain(facts.of(VALUES).iter().filter_map(switch_row)).collect()
}

fn permission_row(holder: &Arc<Fact>, item: &Item) -> Fact {
    let mut row = Fact::new(KIND.name, format_compact!("{}/{}", holder.name, item.text), item.span);
    row.component = holder.name.clone();
    row.grouped = true;
    row.parent = Some(Arc::clone(holder));
    row.cap = holder.cap;
    row.confidence = holder.confidence;
    row.derive("form", "custom-permission");
    row.values.push(("permission".into(), item.clone()));
    say_words(&mut row, "words", &item.text);
    say_words(&mut row, "holder-words", &holder.name);
    for (key, from) in [
        ("holder-type", "type"),
        ("activation-required", "activation-required"),
        ("audience", "audience"),
    ] {
        if let Some(item) = holder.item(from) {
            row.values.push((key.into(), item.clone()));
        }
    }
    say_package(&mut row, &[&item.text, &holder.name]);
    row
}

/// A value of a record that is a boolean and `true`.
fn switch_row(value: &Arc<Fact>) -> Option<Fact> {
    let is_boolean = value.text("value.type").is_some_and(|ty| {
        ty.rsplit(':').next().is_some_and(|own| own.eq_ignore_ascii_case("boolean"))
    });
    let field = value.text("field")?;
    let on = value.item("value").filter(|_| is_boolean && value.is_true("value"))?;
    let mut row = Fact::new(KIND.name, value.name.clone(), on.span);
    row.component = value.component.clone();
    row.grouped = true;
    row.parent = value.parent.clone();
    row.cap = value.cap;
    row.derive("form", "switch");
    row.push("field", field, on.span);
    say_words(&mut row, "words", field);
    let record = value.component.clone();
    say_words(&mut row, "holder-words", record.rsplit('.').next().unwrap_or(""));
    let ty = record.split('.').next().unwrap_or("").to_owned();
    say_package(&mut row, &[field, &ty, record.rsplit('.').next().unwrap_or("")]);
    Some(row)
}

/// Wards and kinds of care, a phone number to call: their words are no emergency access.
const WARDS: [[&str; 2]; 6] = [
    ["emergency", "contact"],
    ["emergency", "contacts"],
    ["emergency", "department"],
    ["emergency", "medicine"],
    ["emergency", "room"],
    ["urgent", "care"],
];

/// Each word, and each two neighbours as one: `ByPass` is a bypass too.
fn say_words(row: &mut Fact, key: &str, name: &str) {
    let mut words = tokens::of_name(name);
    let is_ward = |pair: &[String]| WARDS.iter().any(|ward| pair == ward.as_slice());
    while let Some(at) = words.windows(2).position(is_ward) {
        words.drain(at..at + 2);
    }
    for word in tokens::with_neighbours(&words) {
        row.derive(key, word);
    }
}

fn say_package(row: &mut Fact, names: &[&str]) {
    let managed = names.iter().any(|name| types::namespace_of(name).is_some());
    row.derive("package", managed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};

    fn value(field: &str, ty: &str, text: &str) -> Fact {
        let values = [("field", field), ("value", text), ("value.type", ty)];
        let mut value = fact(VALUES, "Gate.Main/x", &values);
        value.component = "Gate.Main".into();
        value
    }

    #[test]
    fn a_custom_permission_is_a_row_of_its_holder() {
        let values = [
            ("type", "PermissionSet"),
            ("activation-required", "true"),
            ("audience", "integration"),
            ("custom-permissions", "ByPass_Flows"),
            ("custom-permissions", "acme__SkipAll"),
        ];
        let rows = rows(&collect(vec![fact("holder", "Data_Load", &values)]));
        assert_eq!(rows.len(), 2);
        assert_eq!(texts(&rows[0], "words"), ["by", "pass", "flows", "bypass", "passflows"]);
        assert_eq!(texts(&rows[0], "holder-words"), ["data", "load", "dataload"]);
        assert_eq!(rows[0].place, rows[0].item("permission").unwrap().span);
        assert_eq!(rows[0].text("package"), Some("false"));
        assert_eq!(rows[0].text("activation-required"), Some("true"));
        assert_eq!(
            (rows[1].name.as_str(), rows[1].is_true("package")),
            ("Data_Load/acme__SkipAll", true)
        );
    }

    #[test]
    fn a_ward_is_no_emergency() {
        let values = [("type", "Profile"), ("custom-permissions", "Override_Urgent_Care_Board")];
        let rows = rows(&collect(vec![fact("holder", "Nurse", &values)]));
        assert_eq!(texts(&rows[0], "words"), ["override", "board", "overrideboard"]);
    }

    #[test]
    fn a_muting_set_and_a_group_have_no_row() {
        for ty in ["MutingPermissionSet", "PermissionSetGroup"] {
            let holder = fact("holder", "X", &[("type", ty), ("custom-permissions", "Bypass")]);
            assert!(rows(&collect(vec![holder])).is_empty());
        }
    }

    #[test]
    fn only_a_boolean_that_is_true_is_a_switch() {
        let of = |field, ty, text| rows(&collect(vec![value(field, ty, text)]));
        assert_eq!(of("Disable_Audit__c", "xsd:boolean", "false").len(), 0);
        assert_eq!(of("Disable_Audit__c", "xsd:string", "true").len(), 0);
        let on = of("Disable_Audit__c", "xsd:boolean", "true");
        assert_eq!(texts(&on[0], "words"), ["disable", "audit", "disableaudit"]);
        assert_eq!((on[0].component.as_str(), on[0].text("form")), ("Gate.Main", Some("switch")));
    }
}
