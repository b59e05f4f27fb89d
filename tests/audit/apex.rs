//! Ways into Apex, as `testdata/audit/expected/apex-access.csv` says them by hand.

use super::pack::{Packed, audit, files, rows};
use super::support::{Project, copy, testdata};

pub fn project() -> Project {
    let project = Project::new(&[]);
    copy(&testdata("audit/code"), project.path());
    project
}

const SITE: &str = "force-app/main/default/profiles/Booking Site Guest.profile-meta.xml";
const BOOKING: &str = "force-app/main/default/classes/Booking.cls";

#[test]
fn every_way_in_is_told() {
    let pack = Packed::of(&project(), &[]);
    let mut expected = csv::Reader::from_path(testdata("audit/expected/apex-access.csv")).unwrap();
    let columns = expected.headers().unwrap().clone();
    let wanted: Vec<Vec<String>> = expected
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let told: Vec<Vec<String>> = pack
        .rows("apex-access")
        .into_iter()
        .map(|row| columns.iter().map(|column| row[column].clone()).collect())
        .collect();
    assert_eq!(told, wanted);
}

#[test]
fn what_gives_it_has_its_line() {
    let pack = Packed::of(&project(), &[]);
    let all = pack.rows("apex-access");
    let row = |name: &str| all.iter().find(|row| row["Entry point"] == name).unwrap();
    assert_eq!(
        row("VisitPage.load")["What gives it"],
        "Admin: Author Apex (force-app/main/default/profiles/Admin.profile-meta.xml:7); Patient \
         Portal: page Visit (force-app/main/default/profiles/Patient Portal.profile-meta.xml:9)"
    );
    let booking = row("Booking.find");
    let found: Vec<&str> = booking["Open findings"].split("; ").collect();
    assert!(found.contains(&"phi-endpoint-without-authorization"), "{found:?}");
    assert!(!row("PatientDesk.ping")["Open findings"].contains("phi-"), "{found:?}");
    assert_eq!(booking["Path"], BOOKING);
    // What is not here was not examined, and is said to be so.
    let missing = pack.rows("not-read");
    let missing = missing.iter().find(|row| row["Kind"] == "code not here").unwrap();
    assert_eq!(missing["What"], "Apex class lettra__Survey");
}

#[test]
fn an_empty_file_of_grants_is_nobody() {
    let project = project();
    let none = "<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\"><custom>true</custom>\
                <userLicense>Guest User License</userLicense></Profile>";
    project.write(SITE, none);
    let pack = Packed::of(&project, &[]);
    let all = pack.rows("apex-access");
    assert!(all.iter().all(|row| row["Guests"].is_empty()));
    assert!(!all.iter().any(|row| row["Entry point"] == "lettra__Survey"));
}

/// The page lists what is open to people outside or touches PHI, and counts the rest.
#[test]
fn the_page_tells_of_apex() {
    let page = Packed::of(&project(), &[]).text("index.html");
    let page = page.replace("<wbr/>", "");
    let section = page.split("<section id=\"apex\">").nth(1).unwrap();
    let section = section.split("</section>").next().unwrap();
    assert!(section.contains("12 ways in; guests or external users are granted 5 of them, and 8"));
    assert!(section.contains(">Booking.book<") && section.contains(">lettra__Survey<"));
    assert!(!section.contains(">PatientDesk.ping<"));
    assert!(section.contains(">Patient__c.SSN__c (not limited)<"));
}

#[test]
fn a_pack_about_code_has_its_table_alone() {
    let pack = Packed::of(&project(), &["--scope", "apex"]);
    let names: Vec<String> = files(&pack.folder).into_keys().collect();
    assert!(names.contains(&"apex-access.csv".to_owned()));
    for other in ["oauth-clients", "phi-access", "phi-inventory", "safeguards", "log-sources"] {
        assert!(!names.contains(&format!("{other}.csv")), "{other}");
    }
    for scope in ["oauth", "access"] {
        let pack = Packed::of(&project(), &["--scope", scope]);
        assert!(!files(&pack.folder).contains_key("apex-access.csv"), "{scope}");
        assert!(!pack.text("index.html").contains("id=\"apex\""), "{scope}");
    }
}

/// What opens, closes and changes hands since the pack before.
#[test]
fn changes_of_entry_points_are_told() {
    let project = project();
    let keep = tempfile::tempdir().unwrap();
    let (first, second) = (keep.path().join("one"), keep.path().join("two"));
    assert_eq!(audit(&project, &first, &[]).code, 0);
    let text = project.read(BOOKING).replace("    @HttpPost\n", "");
    project.write(BOOKING, &text.replace("SSN__c FROM", "SSN__c, Diagnosis__c FROM"));
    let desk = project.read(SITE).replace("lettra__Survey", "PatientDesk");
    project.write(SITE, &desk);
    assert_eq!(audit(&project, &second, &["--previous", first.to_str().unwrap()]).code, 0);
    let told: Vec<[String; 2]> = rows(&second.join("changes.csv"))
        .into_iter()
        .filter(|row| row["About"] == "Apex entry point")
        .map(|row| [row["Change"].clone(), row["What"].clone()])
        .collect();
    let expected = [
        ["widened", "Booking.find: PHI it reads"],
        ["widened", "Booking.find: Of it, not limited to what its user may see"],
        ["widened", "Booking.find: PHI it gives back"],
        ["widened", "PatientDesk.find: Guests"],
        ["widened", "PatientDesk.ping: Guests"],
        ["widened", "PatientDesk.tidy: Guests"],
        ["gone", "Booking.book"],
        ["gone", "lettra__Survey"],
    ];
    assert_eq!(told, expected.map(|row| row.map(str::to_owned)));
}
