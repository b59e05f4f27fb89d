//! Kind `bypass-branch`: what leaves a check on PHI out.
//!
//! In: validation rules on objects with PHI, and who holds custom permissions. Out: one row
//! for each global a rule's formula asks (a custom permission, a setting, custom metadata, the
//! profile or the user), and one for each rule that is off. Which words mean a bypass is the
//! page's to say. It evaluates no formula: a switch may as well make a rule stricter.
//!
//! Sources: Metadata API type `ValidationRule` (`active`, `errorConditionFormula`).

use std::sync::Arc;

use compact_str::format_compact;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::metadata::formula::{self, Reference};
use crate::org::schema::{ObjectPhi, Schema};
use crate::org::tokens;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "bypass-branch",
    meaning: "a global that the formula of an active validation rule on an object with PHI asks, or such a rule that is switched off; it has the elements of the rule too. Rows of one rule are one finding",
    reads: &["ValidationRule", "CustomObject", "CustomField", "holder"],
    values: &[
        ("in", "what leaves something out: `validation-rule`"),
        ("object", "the object with PHI"),
        (
            "form",
            "`permission`, `setting`, `custom-metadata`, `profile`, `user`, or `inactive` where the rule is switched off",
        ),
        (
            "switch",
            "what the formula asks, where it does: `$Permission.Skip_Rules`; of an inactive rule `active`",
        ),
        (
            "words",
            "the words of that name, and of the profile or value it is compared with, lower case; two neighbours as one word too: `by`, `pass`, `bypass`",
        ),
        ("custom-permission", "the custom permission asked for"),
        ("holders", "profiles, permission sets and groups that hold it"),
        ("standing-holders", "those of them that need no activation in the session"),
        ("compared", "the texts it is compared with: the names of profiles"),
    ],
    derive,
};

/// Globals that can switch something, by the beginning of their name.
const GLOBALS: [(&str, &str); 5] = [
    ("$Permission.", "permission"),
    ("$Setup.", "setting"),
    ("$CustomMetadata.", "custom-metadata"),
    ("$Profile.", "profile"),
    ("$User.", "user"),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let rules = input.facts.of("ValidationRule").iter();
    rules.flat_map(|rule| rows(input.facts, &input.org.schema, rule)).collect()
}

fn rows(facts: &Collected, schema: &Schema, rule: &Arc<Fact>) -> Vec<Fact> {
    let Some((object, _)) = rule.name.split_once('.') else { return Vec::new() };
    let Some(phi) = schema.object_phi(object) else { return Vec::new() };
    if let Some(off) = rule.item("active").filter(|item| item.text == "false") {
        return vec![row(rule, object, &phi, "inactive", "active", off.span)];
    }
    let Some(item) = rule.item("errorConditionFormula") else { return Vec::new() };
    let mut found: Vec<Fact> = Vec::new();
    for reference in formula::references(&item.text) {
        let begins = |global: &str| {
            reference.name.get(..global.len()).is_some_and(|own| own.eq_ignore_ascii_case(global))
        };
        let Some((global, form)) = GLOBALS.iter().find(|(global, _)| begins(global)) else {
            continue;
        };
        let switch = reference.name;
        if found
            .iter()
            .any(|row| row.text("switch").is_some_and(|s| s.eq_ignore_ascii_case(switch)))
        {
            continue;
        }
        let mut row = row(rule, object, &phi, form, switch, span_of(item, &reference));
        say_words(&mut row, switch.get(global.len()..).unwrap_or(switch));
        for text in &reference.compared {
            row.derive("compared", text);
            say_words(&mut row, text);
        }
        if *form == "permission" {
            say_holders(&mut row, facts, switch.get(global.len()..).unwrap_or(""));
        }
        found.push(row);
    }
    found
}

fn row(
    rule: &Arc<Fact>,
    object: &str,
    phi: &ObjectPhi,
    form: &str,
    switch: &str,
    span: Span,
) -> Fact {
    let mut row = Fact::new(KIND.name, format_compact!("{}/{switch}", rule.name), rule.place);
    row.component = rule.name.clone();
    row.grouped = true;
    row.cap = rule.cap;
    row.confidence = Some(phi.confidence);
    row.values = rule.values.clone();
    row.derive("in", "validation-rule");
    row.derive("object", object);
    row.derive("form", form);
    row.push("switch", switch, span);
    row
}

/// Where a name stands; the whole formula where the file writes it differently (with entities).
fn span_of(item: &Item, reference: &Reference<'_>) -> Span {
    let written = item.span.end.saturating_sub(item.span.start) as usize;
    if written != item.text.len() {
        return item.span;
    }
    let begin = item.span.start as usize + reference.start;
    Span::new(item.span.file, begin, begin + reference.name.len())
}

fn say_words(row: &mut Fact, name: &str) {
    let words: Vec<String> = name.split('.').flat_map(tokens::of_text).collect();
    for word in tokens::with_neighbours(&words) {
        row.derive("words", word);
    }
}

fn say_holders(row: &mut Fact, facts: &Collected, permission: &str) {
    row.derive("custom-permission", permission);
    for holder in facts.of("holder").iter().filter(|holder| !holder.is_true("inverted")) {
        let mut held = holder.items("custom-permissions");
        let Some(item) = held.find(|item| item.text.eq_ignore_ascii_case(permission)) else {
            continue;
        };
        row.push("holders", holder.name.as_str(), item.span);
        if !holder.is_true("activation-required") {
            row.push("standing-holders", holder.name.as_str(), item.span);
        }
        row.related.push((item.span, format_compact!("{} holds {permission}", holder.name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};

    fn schema() -> Schema {
        let facts = [
            fact("CustomObject", "Patient__c", &[("label", "Patient")]),
            fact("CustomField", "Patient__c.SSN__c", &[("type", "Text"), ("label", "SSN")]),
            fact("CustomObject", "Truck__c", &[("label", "Truck")]),
        ];
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        Schema::build(&facts.map(Arc::new), &Evidence::default(), recogniser)
    }

    fn of(facts: Vec<Fact>, name: &str, active: &str, formula: &str) -> Vec<Fact> {
        let values = [("active", active), ("errorConditionFormula", formula)];
        rows(&collect(facts), &schema(), &Arc::new(fact("ValidationRule", name, &values)))
    }

    #[test]
    fn each_global_is_a_row_at_its_place() {
        let formula = "AND(NOT($Permission.ByPass_Rules), NOT($permission.bypass_rules), $Setup.Gate__c.Skip__c, \
            NOT($CustomMetadata.Gate__mdt.Main.Off__c), $Profile.Name <> \"Data Admin\", \
            $User.Is_Robot__c, ISBLANK(SSN__c), $Label.Bypass = \"x\")";
        let rows = of(vec![], "Patient__c.Needs_SSN", "true", formula);
        let forms: Vec<&str> = rows.iter().filter_map(|row| row.text("form")).collect();
        assert_eq!(forms, ["permission", "setting", "custom-metadata", "profile", "user"]);
        assert_eq!(texts(&rows[0], "words"), ["by", "pass", "rules", "bypass", "passrules"]);
        assert_eq!(texts(&rows[3], "compared"), ["Data Admin"]);
        assert!(texts(&rows[3], "words").contains(&"admin"));
        let at = rows[1].item("switch").unwrap().span;
        let start = 2000 + formula.find("$Setup").unwrap();
        assert_eq!((at.start as usize, at.end as usize), (start, start + 22));
        assert!(rows.iter().all(|row| row.grouped && row.component == "Patient__c.Needs_SSN"));
    }

    #[test]
    fn holders_of_a_custom_permission_are_named() {
        let held = |name, more: &[(&str, &str)]| {
            let own = [("custom-permissions", "bypass")];
            fact("holder", name, &[&own[..], more].concat())
        };
        let facts = vec![
            held("Nurse", &[]),
            held("Emergency", &[("activation-required", "true")]),
            held("Mute", &[("inverted", "true")]),
            fact("holder", "Clerk", &[("custom-permissions", "Other")]),
        ];
        let rows = of(facts, "Patient__c.Rule", "true", "NOT($Permission.Bypass)");
        assert_eq!(rows[0].text("custom-permission"), Some("Bypass"));
        assert_eq!(texts(&rows[0], "holders"), ["Nurse", "Emergency"]);
        assert_eq!(texts(&rows[0], "standing-holders"), ["Nurse"]);
        assert_eq!(rows[0].related.len(), 2);
    }

    #[test]
    fn a_rule_that_is_off_is_one_row_and_asks_nothing() {
        let rows = of(vec![], "Patient__c.Rule", "false", "NOT($Permission.Bypass)");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].text("form"), Some("inactive"));
        assert_eq!(rows[0].item("switch").unwrap().span.start, 1000);
    }

    #[test]
    fn rules_on_other_objects_have_no_row() {
        assert!(of(vec![], "Truck__c.Rule", "false", "NOT($Permission.Bypass)").is_empty());
        assert!(of(vec![], "Patient__c.Rule", "true", "ISBLANK(SSN__c)").is_empty());
    }
}
