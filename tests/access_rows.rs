//! Rows that pages on access stand on, over small orgs written here: what is not known must
//! not read as "no", and shares count only what is known.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::sync::Arc;

use jiff::civil::date;
use phorce::config;
use phorce::engine::gather::{Gathered, gather_kinds};
use phorce::fact::{Fact, Found};
use phorce::source::Sources;

const HEAD: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";
const READ: &str =
    "<objectPermissions><allowRead>true</allowRead><object>Patient__c</object></objectPermissions>";

fn mrn(readable: bool) -> String {
    format!(
        "<fieldPermissions><editable>false</editable><field>Patient__c.MRN__c</field>\
         <readable>{readable}</readable></fieldPermissions>"
    )
}

/// Gathers an org of profiles, permission sets and one PHI field.
fn gather(holders: &[(&str, &str)], toml: &str) -> Gathered {
    let field = "<fullName>MRN__c</fullName><complianceGroup>HIPAA</complianceGroup>\
                 <label>MRN</label><type>Text</type>";
    let field = ("objects/Patient__c/fields/MRN__c.field", "CustomField", field);
    let files = holders.iter().map(|(name, inner)| {
        let root = if name.starts_with("profiles/") { "Profile" } else { "PermissionSet" };
        (*name, root, *inner)
    });
    let files = files.chain([field]).map(|(path, root, inner)| {
        let text = format!("<{root} {HEAD}>{inner}</{root}>");
        (format!("force-app/{path}-meta.xml"), text.into_bytes())
    });
    let sources = Sources::in_memory(files.collect());
    let config = config::parse("phorce.toml", toml).unwrap();
    let kinds = ["access", "holder-reach", "profile-field", "holder"];
    gather_kinds(&sources, &kinds, &config, date(2026, 1, 15)).unwrap()
}

fn row(gathered: &Gathered, kind: &str, name: &str) -> Arc<Fact> {
    let rows = gathered.orgs[0].facts.of(kind);
    rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name}: {rows:?}")).clone()
}

#[test]
fn a_profile_without_grants_is_unknown_and_not_harmless() {
    let gathered = gather(&[("profiles/Billing.profile", "<custom>true</custom>")], "");
    let billing = row(&gathered, "access", "Billing");
    for key in ["wide-access", "granted-fields", "reach", "known", "object"] {
        assert!(matches!(billing.found(key), Found::Unknown(_)), "{key}");
    }
    // What the holder is, is known all the same.
    assert_eq!(billing.text("non-clinical-ground"), Some("“billing” in its name"));
    let reach = row(&gathered, "holder-reach", "Billing");
    assert!(matches!(reach.found("reaches-phi"), Found::Unknown(_)));
}

#[test]
fn which_records_are_reached_is_unknown_without_the_org_wide_default() {
    let wide = READ.replace("<object>", "<viewAllRecords>true</viewAllRecords><object>");
    let gathered = gather(
        &[("permissionsets/A.permissionset", READ), ("permissionsets/B.permissionset", &wide)],
        "",
    );
    let plain = row(&gathered, "access", "A/Patient__c");
    assert!(matches!(plain.found("reach"), Found::Unknown(_)));
    assert!(matches!(plain.found("reach-by"), Found::Unknown(_)));
    let wide = row(&gathered, "access", "B/Patient__c");
    assert_eq!((wide.text("reach"), wide.text("reach-by")), (Some("all"), Some("object")));
    assert_eq!(wide.text("wide-access"), Some("view-all"));
}

#[test]
fn a_share_counts_only_profiles_that_speak_of_the_object() {
    let custom = |inner: String| format!("<custom>true</custom>{inner}");
    let reads = custom(format!("{}{READ}", mrn(true)));
    let (denies, silent) = (custom(mrn(false)), custom(String::new()));
    let shipped = reads.replace("<custom>true", "<custom>false");
    let gathered = gather(
        &[
            ("profiles/Ward.profile", &reads),
            ("profiles/Desk.profile", &reads),
            ("profiles/Garden.profile", &denies),
            ("profiles/Kitchen.profile", &silent),
            ("profiles/Standard.profile", &shipped),
            ("permissionsets/Chart.permissionset", &format!("{}{READ}", mrn(true))),
        ],
        "",
    );
    let ward = row(&gathered, "profile-field", "Ward/Patient__c/MRN__c");
    let said = ["readers", "known-profiles", "profile-share"].map(|key| ward.text(key).unwrap());
    assert_eq!(said, ["2", "3", "66"]);
    assert_eq!(ward.component, "Ward/Patient__c");
    assert_eq!(gathered.orgs[0].facts.of("profile-field").len(), 2);
}

#[test]
fn what_the_project_says_of_its_holders_decides() {
    let toml = "[roles]\nadministrative = ['Ops']\nclinical = ['Ward*']\n\
                break-glass = ['Chart']\nintegration = ['Feed']\n";
    let active = format!("<hasActivationRequired>true</hasActivationRequired>{READ}");
    let gathered = gather(
        &[
            ("permissionsets/Ops.permissionset", READ),
            ("permissionsets/Ward_Billing.permissionset", READ),
            ("permissionsets/Chart.permissionset", &active),
            ("permissionsets/Feed.permissionset", READ),
            ("permissionsets/Other.permissionset", READ),
        ],
        toml,
    );
    let said = |name: &str| {
        let row = row(&gathered, "access", &format!("{name}/Patient__c"));
        ["role", "role-by", "admin", "break-glass", "non-clinical"]
            .map(|key| row.text(key).unwrap().to_owned())
            .join(" ")
    };
    assert_eq!(said("Ops"), "administrative configured true false false");
    assert_eq!(said("Ward_Billing"), "clinical configured false false false");
    assert_eq!(said("Chart"), "break-glass configured false true false");
    assert_eq!(said("Feed"), "integration configured false false false");
    assert_eq!(said("Other"), "none nothing false false true");
}
