//! Tests of what shows PHI and who can open it, over facts written by hand.

use super::*;
use crate::analysis::holder::tests::{collect, fact};
use crate::fact::Found;
use crate::org::health::Evidence;
use crate::org::phi::{Overrides, Recogniser};

fn schema() -> Schema {
    let facts = [
        fact(1, "CustomObject", "Patient__c", &[("label", "Patient")]),
        fact(2, "CustomField", "Patient__c.SSN__c", &[("type", "Text"), ("label", "SSN")]),
        fact(3, "CustomField", "Patient__c.MRN__c", &[("type", "Text"), ("label", "MRN")]),
        fact(4, "CustomField", "Patient__c.Room__c", &[("type", "Text"), ("label", "Room")]),
    ];
    let recogniser = Recogniser::new(&Overrides::default()).expect("the words");
    Schema::build(&facts.map(Arc::new), &Evidence::default(), recogniser)
}

fn view(values: &[(&str, &str)]) -> Option<Fact> {
    list_view(&schema(), &Arc::new(fact(9, "ListView", "Patient__c.All", values)))
}

fn texts<'f>(row: &'f Fact, key: &'f str) -> Vec<&'f str> {
    row.items(key).map(|item| item.text.as_str()).collect()
}

#[test]
fn only_phi_fields_are_listed_and_each_once() {
    let row = view(&[
        ("columns", "Room__c"),
        ("columns", "SSN__c"),
        ("columns", "Patient__c.SSN__c"),
        ("columns", "MRN__c"),
    ])
    .expect("it shows PHI");
    assert_eq!(texts(&row, "fields"), ["SSN__c", "MRN__c"]);
    assert_eq!(texts(&row, "phi-fields"), ["Patient__c.SSN__c", "Patient__c.MRN__c"]);
    let starts: Vec<u32> = row.items("fields").map(|item| item.span.start).collect();
    assert_eq!(starts, [2, 4]);
    assert!(view(&[("columns", "Room__c")]).is_none());
}

#[test]
fn a_list_view_without_shares_is_for_everyone() {
    let said = |values: &[(&str, &str)]| {
        let values = [&[("columns", "SSN__c")], values].concat();
        let row = view(&values).expect("it shows PHI");
        (row.is_true("everyone"), row.is_true("external"))
    };
    assert_eq!(said(&[]), (true, false));
    assert_eq!(said(&[("sharedTo", ""), ("sharedTo.allInternalUsers", "")]), (true, false));
    assert_eq!(said(&[("sharedTo", ""), ("sharedTo.role", "Ward")]), (false, false));
    for outside in [
        "allCustomerPortalUsers",
        "allPartnerUsers",
        "portalRole",
        "channelProgramGroup",
        "guestUser",
    ] {
        let key = format!("sharedTo.{outside}");
        assert_eq!(said(&[("sharedTo", ""), (&key, "")]), (false, true), "{outside}");
    }
}

#[test]
fn every_search_layout_is_read() {
    for key in SEARCH {
        let object = fact(5, "CustomObject", "Patient__c", &[(key, "SSN__c")]);
        let row = search_layout(&schema(), &Arc::new(object)).expect("it shows PHI");
        assert_eq!(row.text("object"), Some("Patient__c"), "{key}");
    }
}

fn shown(column: (&str, &str)) -> Vec<String> {
    let values = [("reportType", "CustomEntity$Patient__c"), column];
    let row = report(&schema(), &Arc::new(fact(6, "Report", "Ward/All", &values)));
    row.map(|row| texts(&row, "phi-fields").into_iter().map(str::to_owned).collect())
        .unwrap_or_default()
}

#[test]
fn report_columns_are_resolved_as_they_are_written() {
    for key in COLUMNS {
        for written in ["Patient__c.SSN__c", "Patient__c$SSN__c", "SSN__c", "FK_$Patient__c.SSN__c"]
        {
            assert_eq!(shown((key, written)), ["Patient__c.SSN__c"], "{key} {written}");
        }
    }
    assert!(shown(("columns.field", "Patient__c.Room__c")).is_empty());
    assert!(shown(("filter.criteriaItems.value", "SSN__c")).is_empty());
}

fn shared(name: &str, folders: Vec<Fact>) -> Fact {
    Folders::of(&collect(folders), "ReportFolder").share(Fact::new(KIND.name, name, span()))
}

fn span() -> crate::source::Span {
    crate::source::Span::head(crate::source::FileId(0))
}

fn grant(folder: &str, ty: &str, level: &str) -> Fact {
    let values = [("accessLevel", level), ("sharedTo", "X"), ("sharedToType", ty)];
    let mut fact = fact(8, "ReportFolder.folderShares", &format!("{folder}/X"), &values);
    fact.component = folder.into();
    fact
}

#[test]
fn a_folder_says_who_opens_its_reports() {
    let said = |ty: &str| {
        let folders = vec![fact(7, "ReportFolder", "Ward", &[]), grant("Ward", ty, "View")];
        let row = shared("Ward/All", folders);
        let text = |key| row.text(key).expect("a value").to_owned();
        (text("everyone"), text("external"), text("audiences"))
    };
    let of = |everyone: bool, external: bool, audiences: u32| {
        (everyone.to_string(), external.to_string(), audiences.to_string())
    };
    assert_eq!(said("Organization"), of(true, false, 0));
    assert_eq!(said("AllInternalUsers"), of(true, false, 0));
    assert_eq!(said("Role"), of(false, false, 1));
    assert_eq!(said("User"), of(false, false, 0));
    assert_eq!(said("AllPrmUsers"), of(false, true, 1));
    assert_eq!(said("AllCspUsers"), of(false, true, 1));
    assert_eq!(said("PartnerUser"), of(false, true, 0));
    assert_eq!(said("CustomerPortalUser"), of(false, true, 0));
    assert_eq!(said("PortalRole"), of(false, true, 1));
    assert_eq!(said("PortalRoleAndSubordinates"), of(false, true, 1));
}

#[test]
fn a_folder_inside_another_is_shared_as_the_outermost_is() {
    let folders = vec![
        fact(7, "ReportFolder", "Ward", &[]),
        fact(7, "ReportFolder", "Ward/Night", &[]),
        grant("Ward", "Organization", "Manage"),
    ];
    let row = shared("ward/Night/All", folders);
    assert_eq!(row.text("folder"), Some("ward/Night"));
    assert!(row.is_true("everyone") && row.is_true("edit"));
    let own = vec![
        fact(7, "ReportFolder", "Ward", &[]),
        fact(7, "ReportFolder", "Ward/Night", &[]),
        grant("Ward/Night", "Organization", "View"),
    ];
    assert!(shared("Ward/Night/All", own.clone()).is_true("everyone"));
    assert!(shared("Ward/Night/Late/All", own.clone()).is_true("everyone"));
    assert!(!shared("Ward/Day/All", own).is_true("everyone"));
    let other = shared("Other/All", vec![fact(7, "ReportFolder", "Ward", &[])]);
    assert!(matches!(other.found("everyone"), Found::Unknown(_)));
}

#[test]
fn the_public_folder_and_older_shares_are_known() {
    assert!(shared("unfiled$public/All", vec![]).is_true("everyone"));
    let old =
        |values: &[(&str, &str)]| shared("Old/All", vec![fact(7, "ReportFolder", "Old", values)]);
    assert!(old(&[("accessType", "Public")]).is_true("everyone"));
    assert!(old(&[("accessType", "PublicInternal")]).is_true("everyone"));
    assert!(!old(&[("accessType", "Hidden")]).is_true("everyone"));
    assert!(old(&[("publicFolderAccess", "ReadWrite")]).is_true("edit"));
    assert!(old(&[("publicFolderAccess", "ReadWrite")]).is_true("everyone"));
    let hidden = old(&[("accessType", "Hidden"), ("publicFolderAccess", "ReadWrite")]);
    assert!(!hidden.is_true("everyone"));
    let mut group = grant("Old", "Group", "View");
    group.values.retain(|(key, _)| key != "sharedTo");
    group.derive("sharedTo", "AllInternalUsers");
    let listed = shared("Old/All", vec![fact(7, "ReportFolder", "Old", &[]), group]);
    assert!(listed.is_true("everyone"));
    let listed = old(&[("accessType", "Shared"), ("sharedTo.group", "A"), ("sharedTo.role", "B")]);
    assert_eq!(listed.text("audiences"), Some("2"));
    assert_eq!(texts(&listed, "shared-with"), ["A", "B"]);
    assert!(old(&[("sharedTo.allInternalUsers", "")]).is_true("everyone"));
    assert!(old(&[("sharedTo.allCustomerPortalUsers", "")]).is_true("external"));
}

#[test]
fn a_dashboard_shows_what_its_reports_show() {
    let column = [("columns.field", "Patient__c.SSN__c")];
    let report = report(&schema(), &Arc::new(fact(6, "Report", "Ward/Night/All", &column)));
    let reports = [report.expect("it shows PHI")];
    let reports = by_own_name(&reports);
    let of = |values: &[(&str, &str)]| {
        dashboard(&Arc::new(fact(9, "Dashboard", "Ward/Board", values)), &reports)
    };
    let fixed = of(&[
        ("dashboardType", "SpecifiedUser"),
        ("leftSection.components.report", "Night/all"),
        ("rightSection.components.report", "Ward/Night/All"),
    ])
    .expect("it shows PHI");
    assert_eq!(texts(&fixed, "fields"), ["Night/all"]);
    assert_eq!(texts(&fixed, "phi-fields"), ["Patient__c.SSN__c"]);
    assert_eq!(fixed.text("running-user"), Some("fixed"));
    let viewer = of(&[("dashboardType", "LoggedInUser"), ("report", "Ward/Night/All")]);
    assert_eq!(viewer.expect("it shows PHI").text("running-user"), Some("viewer"));
    assert!(of(&[("report", "Day/All"), ("report", "All"), ("report", "ght/All")]).is_none());
}

#[test]
fn short_names_of_standard_fields_are_known_without_their_files() {
    let overrides = Overrides {
        fields: vec![glob::Pattern::new("Contact.*").expect("a pattern")],
        health_context: Some(true),
        ..Overrides::default()
    };
    let recogniser = Recogniser::new(&overrides).expect("the words");
    let schema = Schema::build(&[], &Evidence::default(), recogniser);
    let shown = |ty: &str, column: &str| {
        let values = [("reportType", ty), ("columns.field", column)];
        let row = report(&schema, &Arc::new(fact(6, "Report", "Ward/All", &values)));
        row.map(|row| row.text("phi-fields").expect("a field").to_owned())
    };
    for (column, field) in [
        ("BIRTHDATE", "Contact.Birthdate"),
        ("FIRST_NAME", "Contact.FirstName"),
        ("LAST_NAME", "Contact.LastName"),
        ("EMAIL", "Contact.Email"),
        ("PHONE1", "Contact.Phone"),
        ("Contact.Ward__c", "Contact.Ward__c"),
    ] {
        assert_eq!(shown("ContactList", column).as_deref(), Some(field), "{column}");
        assert_eq!(shown("User", column).is_some(), column.contains('.'), "{column}");
    }
    for column in ["CONTACT.EMAIL", "CONTACT.PHONE1", "PC_EMAIL", "PC_LAST_NAME"] {
        let found = shown("AccountList", column).unwrap_or_default().to_lowercase();
        assert!(found.starts_with("contact."), "{column}: {found}");
    }
}
