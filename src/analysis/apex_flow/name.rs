//! What the name of a variable, a key or a method says.
//!
//! In: a name as it is written. Out: whether it names PHI of a strong family, a token, a way
//! to hide a value. A name is the weakest ground there is: words that name the
//! field, its label or its length are left out.

use compact_str::CompactString;

use crate::org::kinds::ObjectKind;
use crate::org::phi::{FieldShape, Level, Recogniser, Surroundings};
use crate::org::tokens;

/// What a name says of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) class: CompactString,
    pub(super) clinical: bool,
    pub(super) sensitive: bool,
}

/// Last words of names that hold something about the thing, not the thing.
const ABOUT: [&str; 58] = [
    "id",
    "ids",
    "type",
    "types",
    "status",
    "count",
    "size",
    "index",
    "field",
    "fields",
    "name",
    "names",
    "label",
    "column",
    "columns",
    "format",
    "regex",
    "pattern",
    "error",
    "errors",
    "message",
    "exception",
    "prefix",
    "suffix",
    "path",
    "url",
    "api",
    "object",
    "config",
    "setting",
    "settings",
    "service",
    "controller",
    "handler",
    "helper",
    "map",
    "key",
    "keys",
    "mask",
    "masked",
    "hash",
    "hashed",
    "length",
    "limit",
    "page",
    "button",
    "section",
    "header",
    "title",
    "query",
    "filter",
    "operator",
    "sort",
    "order",
    "option",
    "options",
    "mapping",
    "token",
];

/// Families whose phrases are plain words unless they speak of a patient.
const PERSONAL: [&str; 5] = ["name", "phone", "email", "geography", "account-number"];

/// Families that names of variables use for other things.
const LOOSE: [&str; 9] = [
    "biometric",
    "ip-address",
    "vehicle",
    "device",
    "licence-number",
    "url",
    "fax",
    "photo",
    "risk",
];

/// Words of a plan number that leave no doubt.
const PLAN: [&str; 6] = ["mbi", "hicn", "medicaid", "medicare", "health", "insurance"];

/// PHI that a name speaks of.
pub(super) fn phi(recogniser: &Recogniser, kind: &ObjectKind, text: &str) -> Option<Named> {
    let words = tokens::of_name(text);
    let last = words.last()?;
    let about = ABOUT.contains(&last.as_str());
    // `patientName` is a name; `diagnosisName` may be anything.
    let of_patient = last == "name" && words.iter().any(|word| word == "patient");
    if words.len() > 6 || about && !of_patient {
        return None;
    }
    let field = compact_str::format_compact!("{}__c", tokens::parts(text).stem);
    let shape = FieldShape { name: &field, ..FieldShape::default() };
    let found = recogniser.recognise(kind, &shape, Surroundings::default())?;
    let has = |word: &str| found.token.split(' ').any(|own| own == word);
    let class = found.class.as_str();
    let loose = LOOSE.contains(&class)
        || PERSONAL.contains(&class) && !has("patient")
        || class == "health-plan-number" && !PLAN.iter().any(|word| has(word))
        // In Apex, `patientId` is the id of a record.
        || class == "medical-record-number" && (found.token == "patientid" || found.token.starts_with("patient id"));
    (found.level == Level::High && !loose).then_some(Named {
        class: found.class,
        clinical: found.clinical,
        sensitive: found.sensitive,
    })
}

/// Phrases of secrets that open a session, at the end of a name.
const TOKENS: [&[&str]; 9] = [
    &["access", "token"],
    &["accesstoken"],
    &["refresh", "token"],
    &["refreshtoken"],
    &["bearer", "token"],
    &["oauth", "token"],
    &["client", "secret"],
    &["clientsecret"],
    &["consumer", "secret"],
];

fn ends(words: &[String], phrases: &[&[&str]]) -> bool {
    phrases.iter().any(|phrase| {
        let start = words.len().checked_sub(phrase.len());
        let end = start.and_then(|start| words.get(start..));
        end.is_some_and(|end| end.iter().zip(*phrase).all(|(a, b)| a == b))
    })
}

/// Whether a name is that of a token or a client secret: `token`; or of a session id:
/// `session-id`.
pub(super) fn secret(text: &str) -> Option<&'static str> {
    let words = tokens::of_name(text);
    if ends(&words, &TOKENS) {
        return Some("token");
    }
    ends(&words, &[&["session", "id"], &["sessionid"]]).then_some("session-id")
}

/// Whether a method, by its name, hides what it is given.
pub(super) fn hides(method: &str) -> bool {
    const STEMS: [&str; 8] =
        ["mask", "redact", "obfuscate", "scrub", "anonymi", "pseudonymi", "deidentif", "hash"];
    let words = tokens::of_name(method);
    words.iter().any(|word| word != "hashcode" && STEMS.iter().any(|stem| word.starts_with(stem)))
}

/// Whether a text is the address of a resource of FHIR that is about one patient: as FHIR
/// spells it, or below something that is called so.
pub(super) fn is_fhir(text: &str) -> bool {
    const RESOURCES: [&str; 16] = [
        "Patient",
        "Observation",
        "Condition",
        "Encounter",
        "MedicationRequest",
        "MedicationStatement",
        "AllergyIntolerance",
        "Immunization",
        "Procedure",
        "CarePlan",
        "DiagnosticReport",
        "Appointment",
        "Coverage",
        "Claim",
        "FamilyMemberHistory",
        "Specimen",
    ];
    let called = text.to_lowercase().contains("fhir");
    text.split('/').skip(1).any(|part| {
        let end = part.find(['?', '&', '$', ' ', '\u{1}']).unwrap_or(part.len());
        let part = part.get(..end).unwrap_or(part);
        RESOURCES.iter().any(|r| *r == part || called && r.eq_ignore_ascii_case(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::phi::Overrides;

    #[test]
    fn strong_names_are_phi_and_names_about_them_are_not() {
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        let kind = recogniser.kind_of("Value__c");
        let class = |name: &str| phi(&recogniser, &kind, name).map(|n| n.class.to_string());
        for (name, wanted) in [
            ("ssn", "ssn"),
            ("patientDob", "date"),
            ("birthDate", "date"),
            ("mrn", "medical-record-number"),
            ("primaryDiagnosis", "diagnosis"),
            ("medications", "medication"),
            ("patientName", "name"),
        ] {
            assert_eq!(class(name).as_deref(), Some(wanted), "{name}");
        }
        for name in [
            "name",
            "email",
            "phone",
            "patientId",
            "diagnosisId",
            "ssnField",
            "birthdateLabel",
            "fingerprint",
            "memberName",
            "sessionKey",
            "carePlanCount",
            "accessToken",
        ] {
            assert_eq!(class(name), None, "{name}");
        }
    }

    #[test]
    fn secrets_are_told_by_the_end_of_a_name() {
        for name in ["accessToken", "Access_Token__c", "access_token", "epicAccessToken"] {
            assert_eq!(secret(name), Some("token"), "{name}");
        }
        assert_eq!(secret("sessionId"), Some("session-id"));
        for name in ["accessTokenUrl", "token", "tokens", "sessionIds", "clientSecretName"] {
            assert_eq!(secret(name), None, "{name}");
        }
    }

    #[test]
    fn what_hides_and_what_is_fhir() {
        assert!(hides("maskSsn") && hides("redact") && hides("toHash"));
        assert!(!hides("hashcode") && !hides("unmask") && !hides("show"));
        assert!(is_fhir("https://x/FHIR/STU3/Patient?family="));
        assert!(is_fhir("callout:Lab/Patient/") && is_fhir("/fhir/patient"));
        assert!(!is_fhir("https://x/FHIR/metadata") && !is_fhir("/api/patient"));
    }
}
