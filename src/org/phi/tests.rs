//! Tests of what the project, the tags and the org decide about a field.

use super::*;

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| Pattern::new(text).unwrap()).collect()
}

fn recognise(overrides: &Overrides, object: &str, field: FieldShape<'_>) -> Option<Recognition> {
    let recogniser = Recogniser::new(overrides).unwrap();
    recogniser.recognise(&recogniser.kind_of(object), &field, Surroundings::default())
}

fn named(name: &str) -> FieldShape<'_> {
    FieldShape { name, kind: Some("Text"), ..FieldShape::default() }
}

#[test]
fn the_project_has_the_last_word() {
    let overrides = Overrides {
        fields: patterns(&["case.secret*__C", "Case.*_Template__c"]),
        not: patterns(&["*.Public_SSN__c", "Animal__c"]),
        ..Overrides::default()
    };
    let found = recognise(&overrides, "Case", named("Secret_Word__c")).unwrap();
    assert_eq!((found.level, found.ground), (Level::High, Ground::Configured));
    assert_eq!((found.class.as_str(), found.token.as_str()), ("named", "case.secret*__C"));
    let found = recognise(&overrides, "Case", named("MRN_Template__c")).unwrap();
    assert_eq!((found.level, found.class.as_str()), (Level::High, "medical-record-number"));
    assert_eq!(recognise(&overrides, "Case", named("Public_SSN__c")), None);
    assert_eq!(recognise(&overrides, "animal__c", named("Diagnosis__c")), None);
    let tagged = FieldShape { groups: Some("HIPAA"), ..named("Public_SSN__c") };
    assert_eq!(recognise(&overrides, "Case", tagged), None);
    assert!(recognise(&overrides, "Case", named("SSN__c")).is_some());
}

#[test]
fn a_recognition_says_what_told_and_how_sure_it_is() {
    let plain = Overrides::default();
    let found = recognise(&plain, "Case", named("Date_of_Birth__c")).unwrap();
    assert_eq!((found.token.as_str(), found.ground), ("date of birth", Ground::Name));
    assert_eq!(found.confidence, Confidence::Medium);
    let labelled = FieldShape { label: Some("Date of Birth"), ..named("F1__c") };
    let found = recognise(&plain, "Case", labelled).unwrap();
    assert_eq!((found.ground, found.confidence), (Ground::Label, Confidence::Low));
    let tagged = FieldShape { groups: Some("PII; hipaa"), ..named("F1__c") };
    let found = recognise(&plain, "Case", tagged).unwrap();
    assert_eq!((found.ground, found.confidence), (Ground::Declared, Confidence::High));
    let computed = FieldShape { formula: true, ..tagged };
    assert_eq!(recognise(&plain, "Case", computed).unwrap().level, Level::Low);
}

#[test]
fn descriptions_and_uniqueness_count_only_about_patients() {
    let recogniser = Recogniser::new(&Overrides::default()).unwrap();
    let kind = recogniser.kind_of("Patient__c");
    let here = Surroundings { health: true, clinical: true };
    let described = FieldShape { description: Some("Holds the SSN."), ..named("F1__c") };
    let found = recogniser.recognise(&kind, &described, here).unwrap();
    assert_eq!((found.level, found.ground), (Level::Medium, Ground::Description));
    let unique = FieldShape { unique: true, ..named("F1__c") };
    let found = recogniser.recognise(&kind, &unique, here).unwrap();
    assert_eq!((found.level, found.class.as_str()), (Level::Medium, "unique-id"));
    for field in [described, unique] {
        let elsewhere = Surroundings { health: true, clinical: false };
        assert_eq!(recogniser.recognise(&kind, &field, elsewhere), None);
    }
}

#[test]
fn a_wrong_table_is_told_with_its_name() {
    let error = Vocabulary::read("[stop]\nwrods = []").unwrap_err();
    assert!(error.contains("rules/phi.toml") && error.contains('2'), "{error}");
}
