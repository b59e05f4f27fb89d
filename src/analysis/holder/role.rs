//! What a holder is for, and whether it is made for care at all.
//!
//! In: a holder's row with its audience and licence, and what `phorce.toml` says of it. Out:
//! its role and the ground of it, `non-clinical` and `for-everyone`. Heuristics decide only
//! where the configuration says nothing. It knows English only, and no person.

use super::words::first_phrase;
use crate::config::Role;
use crate::fact::Fact;
use crate::org::tokens::of_text as words;

/// Words of people who run the org.
const ADMINISTRATIVE: &[&str] =
    &["admin", "admins", "administrator", "administrators", "sysadmin", "superuser", "super user"];

/// Words of people who care for patients.
const CLINICAL: &[&str] = &[
    "nurse",
    "nurses",
    "nursing",
    "physician",
    "physicians",
    "doctor",
    "doctors",
    "clinician",
    "clinicians",
    "clinical",
    "therapist",
    "therapists",
    "pharmacist",
    "surgeon",
    "midwife",
    "dentist",
    "psychologist",
    "psychiatrist",
    "medical assistant",
    "care coordinator",
    "care manager",
    "care team",
];

/// Words of work that needs no chart.
const NON_CLINICAL: &[&str] = &[
    "sales",
    "marketing",
    "finance",
    "financial",
    "accounting",
    "accountant",
    "accountants",
    "payroll",
    "invoicing",
    "collections",
    "procurement",
    "purchasing",
    "fundraising",
    "human resources",
    "hr",
    "legal",
    "billing",
    "contract",
    "contracts",
    "solution",
    "solutions",
    "recruit",
    "recruiting",
    "recruiter",
    "recruitment",
    "standard user",
    "read only",
    "minimum access",
    "chatter",
    "partner",
    "developer",
    "developers",
];

/// Words of licences that no care is given with.
const NON_CLINICAL_LICENSE: &[&str] = &["chatter", "partner"];

/// Words of what every user gets.
const EVERYONE: &[&str] = &[
    "everyone",
    "all staff",
    "all users",
    "all employees",
    "every user",
    "every internal user",
    "every employee",
    "everybody",
    "all personnel",
    "whole staff",
    "company wide",
    "org wide",
    "organization wide",
    "organisation wide",
    "baseline",
    "all internal",
];

/// A ground: a word for pages, and words for people.
type Ground = (&'static str, String);

/// Adds role, `non-clinical` and `for-everyone`; what the row says of audience, licence and
/// emergencies must be there already.
pub(super) fn say_role(row: &mut Fact, configured: Option<Role>, lists_clinical: bool) {
    let texts = [Some(row.name.as_str()), row.text("label")];
    let named: Vec<String> = texts.into_iter().flatten().flat_map(words).collect();
    let (role, (by, ground)) = match configured {
        Some(role) => (role.word(), ("configured", "configured".to_owned())),
        None => guess(row, &named),
    };
    let outside = match configured {
        Some(_) => None,
        None => non_clinical(row, &named, role, lists_clinical),
    };
    let everyone = everyone_word(row, &named);
    row.derive("role", role);
    row.derive("role-ground", ground);
    row.derive("role-by", by);
    row.derive("non-clinical", outside.is_some());
    if let Some((by, ground)) = outside {
        row.derive("non-clinical-by", by);
        row.derive("non-clinical-ground", ground);
    }
    row.derive("for-everyone", everyone.is_some());
    if let Some(word) = everyone {
        row.derive("everyone-word", word);
    }
}

fn in_name(word: &str) -> Ground {
    ("name", format!("“{word}” in its name"))
}

fn guess(row: &Fact, named: &[String]) -> (&'static str, Ground) {
    if let Some(word) = row.text("emergency-word") {
        return ("break-glass", ("name", format!("“{word}” in its name or description")));
    }
    if row.text("audience") == Some("admin") {
        return ("administrative", ("profile", "the System Administrator profile".to_owned()));
    }
    if row.text("audience") == Some("integration") {
        let ground = row.text("audience-ground").unwrap_or("").to_owned();
        let by = match () {
            () if ground.starts_with("the licence") => "licence",
            () if ground.starts_with("the permission") => "permission",
            () => "name",
        };
        return ("integration", (by, ground));
    }
    let unlike_care = first_phrase(named, NON_CLINICAL).is_some();
    let care = first_phrase(named, CLINICAL).filter(|_| !unlike_care);
    let administers = first_phrase(named, ADMINISTRATIVE);
    match (administers, care) {
        (Some(word), _) => ("administrative", in_name(word)),
        (None, Some(word)) => ("clinical", in_name(word)),
        (None, None) => ("none", ("nothing", "nothing says otherwise".to_owned())),
    }
}

/// Why it is not made for care. Profiles that Salesforce ships bear such names without being
/// used, so their names say nothing; and a name that speaks of both says nothing either.
fn non_clinical(row: &Fact, named: &[String], role: &str, lists_clinical: bool) -> Option<Ground> {
    if role != "none" {
        return None;
    }
    let care = first_phrase(named, CLINICAL).is_some();
    let license = row
        .text("license")
        .filter(|license| first_phrase(&words(license), NON_CLINICAL_LICENSE).is_some());
    if !row.is_true("standard") && !care {
        if let Some(license) = license {
            return Some(("licence", format!("the licence {license}")));
        }
        if let Some(word) = first_phrase(named, NON_CLINICAL) {
            return Some(in_name(word));
        }
    }
    let listed = "phorce.toml, which lists who is clinical and gives it no role";
    lists_clinical.then(|| ("configured", listed.to_owned()))
}

fn everyone_word(row: &Fact, named: &[String]) -> Option<&'static str> {
    let described = row.text("description").map(words).unwrap_or_default();
    first_phrase(named, EVERYONE).or_else(|| first_phrase(&described, EVERYONE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn row(name: &str, values: &[(&str, &str)]) -> Fact {
        let mut row = Fact::new("holder", name, Span::head(FileId(0)));
        for (key, text) in values {
            row.derive(*key, *text);
        }
        row
    }

    fn said(mut row: Fact, configured: Option<Role>, lists: bool) -> Vec<Option<String>> {
        say_role(&mut row, configured, lists);
        let keys = ["role", "role-by", "role-ground", "non-clinical", "non-clinical-ground"];
        keys.iter().map(|key| row.text(key).map(str::to_owned)).collect()
    }

    fn some(texts: [&str; 5]) -> Vec<Option<String>> {
        texts.iter().map(|text| (!text.is_empty()).then(|| (*text).to_owned())).collect()
    }

    #[test]
    fn the_configuration_decides_first() {
        let expected = some(["clinical", "configured", "configured", "false", ""]);
        assert_eq!(said(row("Billing", &[]), Some(Role::Clinical), true), expected);
    }

    #[test]
    fn licence_permission_and_name_decide_where_it_says_nothing() {
        type Values<'v> = &'v [(&'v str, &'v str)];
        let rows: [(&str, Values<'_>, [&str; 5]); 10] = [
            (
                "HR_Payroll",
                &[],
                ["none", "nothing", "nothing says otherwise", "true", "“payroll” in its name"],
            ),
            ("Legal Nurse", &[], ["none", "nothing", "nothing says otherwise", "false", ""]),
            ("Night Nurse", &[], ["clinical", "name", "“nurse” in its name", "false", ""]),
            ("Logger_Admin", &[], ["administrative", "name", "“admin” in its name", "false", ""]),
            (
                "Feed",
                &[
                    ("audience", "integration"),
                    ("audience-ground", "the licence Salesforce Integration"),
                ],
                ["integration", "licence", "the licence Salesforce Integration", "false", ""],
            ),
            (
                "Chart",
                &[("emergency-word", "break glass")],
                ["break-glass", "name", "“break glass” in its name or description", "false", ""],
            ),
            (
                "Billing",
                &[],
                ["none", "nothing", "nothing says otherwise", "true", "“billing” in its name"],
            ),
            (
                "Ward",
                &[("license", "Chatter Free")],
                ["none", "nothing", "nothing says otherwise", "true", "the licence Chatter Free"],
            ),
            ("Contract Nurse", &[], ["none", "nothing", "nothing says otherwise", "false", ""]),
            (
                "ContractManager",
                &[("standard", "true")],
                ["none", "nothing", "nothing says otherwise", "false", ""],
            ),
        ];
        for (name, values, expected) in rows {
            assert_eq!(said(row(name, values), None, false), some(expected), "{name}");
        }
    }

    #[test]
    fn who_is_listed_as_clinical_leaves_the_others_out() {
        let listed = "phorce.toml, which lists who is clinical and gives it no role";
        let said_of = |name| said(row(name, &[]), None, true);
        assert_eq!(
            said_of("Ward"),
            some(["none", "nothing", "nothing says otherwise", "true", listed])
        );
        assert_eq!(said_of("Ward Nurse").get(3), Some(&Some("false".to_owned())));
    }

    #[test]
    fn words_for_everyone_are_whole() {
        let word = |name: &str, description: &str| {
            let mut row = row(name, &[("description", description)]);
            say_role(&mut row, None, false);
            row.text("everyone-word").map(str::to_owned)
        };
        assert_eq!(word("Baseline_Access", ""), Some("baseline".to_owned()));
        assert_eq!(word("Ward", "Given to all staff"), Some("all staff".to_owned()));
        assert_eq!(word("Org-Wide Access", ""), Some("org wide".to_owned()));
        assert_eq!(word("Everybody", ""), Some("everybody".to_owned()));
        assert_eq!(word("Wall Staffing", "for all staffers"), None);
    }
}
