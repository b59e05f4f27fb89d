//! What is a value and what is none, in sentences as logs and exports have them.

use super::*;
use crate::config::ScanConfig;

fn recogniser() -> Recogniser {
    Recogniser::new(Lexicon::new(&ScanConfig::default()).unwrap()).unwrap()
}

/// `kind=value` of everything found, `~` where it wants a neighbour.
fn found(text: &str) -> Vec<String> {
    let recogniser = recogniser();
    let spots = recogniser.read(text.as_bytes(), None);
    let show = |spot: Spot| {
        let mark = if spot.beside { "~" } else { "" };
        let name = &recogniser.kind(spot.kind).unwrap().name;
        format!("{mark}{name}={}", text.get(spot.start..spot.end).unwrap())
    };
    spots.into_iter().map(show).collect()
}

#[test]
fn values_are_recognised_in_what_logs_say() {
    let rows: &[(&str, &[&str])] = &[
        ("Patient SSN: 219-45-6781", &["ssn=219-45-6781"]),
        ("value 219-45-6781 given", &["ssn=219-45-6781"]),
        ("ssn is 219456781", &["ssn=219456781"]),
        (
            "Contact:{LastName=Ruiz, FirstName=Ana, Birthdate=1980-02-03 00:00:00, CreatedDate=2024-01-02 10:00:00}",
            &["~name=Ruiz", "~name=Ana", "date-of-birth=1980-02-03"],
        ),
        (
            "{\"mrn\":\"H0045127\",\"dob\":\"03/02/1980\"}",
            &["mrn=H0045127", "date-of-birth=03/02/1980"],
        ),
        ("member 1EG4-TE5-MK73 enrolled", &["mbi=1EG4-TE5-MK73"]),
        ("Dx: E11.9, I10; Z79.4", &["icd-10=E11.9", "icd-10=I10", "icd-10=Z79.4"]),
        ("Medication NDC 00093-7214-01", &["ndc=00093-7214-01"]),
        ("paid with 4716 2210 5188 5662", &["card=4716 2210 5188 5662"]),
        (
            "sid=00D5g000004abcD!AQEAQH0dMHZfz972Szmpkb58urFRkgeBGsxL_QJWwYMfAbUeeG7c1E6",
            &["session-id=00D5g000004abcD!AQEAQH0dMHZfz972Szmpkb58urFRkgeBGsxL_QJWwYMfAbUeeG7c1E6"],
        ),
        ("Authorization: Bearer aB3dEfGh1jKlMn0pQr", &["token=aB3dEfGh1jKlMn0pQr"]),
        ("password=Hunter2xyz", &["token=Hunter2xyz"]),
        ("Patient Name: Ana Ruiz", &["name=Ana Ruiz"]),
        (
            "mail ana@clinic.example or (617) 555-0142",
            &["~email=ana@clinic.example", "~phone=(617) 555-0142"],
        ),
        (
            "|VARIABLE_ASSIGNMENT|[15]|dob|\"1980-02-03T00:00:00.000Z\"|0x1f",
            &["date-of-birth=1980-02-03"],
        ),
        ("WHERE SSN__c = '219-45-6781' AND LastModifiedDate > 2024-01-01", &["ssn=219-45-6781"]),
        (
            "q=SSN%3A219-45-6781&dob=02%2F03%2F1980&email=ana%40clinic.example",
            &["ssn=219-45-6781", "date-of-birth=02%2F03%2F1980", "~email=ana%40clinic.example"],
        ),
        (r#"{\"LastName\":\"Ruiz\",\"SSN\":\"219456781\"}"#, &["~name=Ruiz", "ssn=219456781"]),
        (
            "{\"field\":\"SSN__c\",\"newValue\":\"219456781\",\"oldValue\":\"318224410\"}",
            &["ssn=219456781", "ssn=318224410"],
        ),
        ("SSN__c from 219456781 to 318224410", &["ssn=219456781", "ssn=318224410"]),
        ("mrns: H0045127, H0045128", &["mrn=H0045127", "mrn=H0045128"]),
        ("|abc|{!recPatient.MRN__c}|ASSIGN|H0045127", &["mrn=H0045127"]),
        ("dx1=E11.9, dx2=I10", &["icd-10=E11.9", "icd-10=I10"]),
        ("icd10Code=E11.9", &["icd-10=E11.9"]),
        ("rxcui=860975 RxNorm 197361", &["rxnorm=860975", "rxnorm=197361"]),
        ("client_secret=8135222962832894264&x=1", &["token=8135222962832894264"]),
        ("password=Spring!!2025&user=ana", &["token=Spring!!2025"]),
        ("Authorization: Basic YW5hOlNwcmluZzIwMjU=", &["token=YW5hOlNwcmluZzIwMjU="]),
        ("MRN#10045127 NDC#00093-7214-01", &["mrn=10045127", "ndc=00093-7214-01"]),
        ("DOB-02/03/1980", &["date-of-birth=02/03/1980"]),
        ("Ana Ruiz (DOB 2/3/1980)", &["~name=Ana Ruiz", "date-of-birth=2/3/1980"]),
        ("Patient Ana Ruiz (MRN H0045127) left", &["~name=Ana Ruiz", "mrn=H0045127"]),
        ("LastName=Van der Berg, DOB=2/3/1980", &["~name=Van der Berg", "date-of-birth=2/3/1980"]),
        ("Patient: SSN 219-45-6781", &["ssn=219-45-6781"]),
        ("born on March 3, 1980", &["date-of-birth=March 3, 1980"]),
    ];
    for (text, expected) in rows {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_value_is_none() {
    for text in [
        "Id=0035g00000AbCdEAAV, OwnerId=0055g00000XyZwQ",
        "version 1.219-45-6781",
        "Order Number: 219-45-6781",
        "tracking no 4111111111111111",
        "10:21:33.0 (4111111111111)",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "CreatedDate=1980-02-03 00:00:00",
        "uuid 550e8400-e29b-41d4-a716-446655440000",
        "amount 1,234.56 and 219.45",
        "000-12-3456 666-12-3456 900-12-3456",
        "build E11.9",
        "password=required",
        "SSN__c=null, MRN__c=null, CaseNumber=00001026",
        "mrn|null|0x1f2e3d4c",
        "apiKey|null|0x1f2e3d4c",
        "Patient Name: null",
        "[SSN] 219456781",
        "SSN: [SSN], DOB: [DATE-OF-BIRTH]",
        "SESSION_ID_REMOVED",
        "patient id 0035g00000AbCdEAAV",
        "test card 4111 1111 1111 1111",
        "EAN 4006381333931",
        "Order#219-45-6781 and #219456781",
        "MRN: **** / records processed: 69311",
        "Authorization: Bearer **** / Id=a0B5g0000QhFJJN",
        "Named Credential Name=Payer",
        "Update Failed, DOB: missing",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}
