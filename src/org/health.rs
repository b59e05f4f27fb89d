//! Whether the org is about health, and what says so.
//!
//! In: names of objects and of other components, and what the schema found so far. Out:
//! [`Health`], with its reasons in words. It decides on no field: a first name is health
//! information in a hospital and none in a bakery, and this tells the two apart.

use std::collections::BTreeSet;

use super::kinds::{ObjectKind, any_eq};
use super::tokens;
use super::vocabulary::Vocabulary;

/// What components other than objects and fields tell about the org.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Objects named in `objectPermissions`.
    pub granted_objects: Vec<String>,
    /// Names of record types, apps and permission set licences.
    pub components: Vec<String>,
    /// Root elements or file names of settings.
    pub settings: Vec<String>,
    /// Namespaces seen: installed packages, prefixes of components.
    pub namespaces: Vec<String>,
    /// Namespaces of the projects themselves: their own names stand with and without it.
    pub own_namespaces: Vec<String>,
}

/// Whether the org is about health.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// It is.
    pub is: bool,
    /// What says so, one clause each, sorted by weight; of a refusal, the refusal.
    pub reasons: Vec<String>,
}

/// What the schema knows before it is decided whether the org is about health.
#[derive(Debug, Clone, Copy)]
pub struct Traces<'t> {
    /// Every object with a file.
    pub objects: &'t [&'t ObjectKind],
    /// Objects granted somewhere.
    pub granted: &'t [ObjectKind],
    /// An object about patients and its first clinical field.
    pub clinical_field: Option<&'t str>,
    /// Fields that carry a tag and are no formula; with them whether anything else speaks
    /// for it.
    pub tagged: &'t [(String, bool)],
}

/// Decides whether the org is about health.
pub fn judge(
    words: &Vocabulary,
    wanted: Option<bool>,
    evidence: &Evidence,
    traces: Traces<'_>,
) -> Health {
    if let Some(is) = wanted {
        let reason = format!("phorce.toml sets health-context to {is}");
        return Health { is, reasons: vec![reason] };
    }
    let reasons: Vec<String> = [
        package(words, evidence),
        object(traces),
        traces.clinical_field.map(|field| format!("{field} is a clinical field")),
        tags(traces.tagged),
        names(words, evidence, traces),
        settings(words, evidence),
    ]
    .into_iter()
    .flatten()
    .collect();
    Health { is: !reasons.is_empty(), reasons }
}

fn package(words: &Vocabulary, evidence: &Evidence) -> Option<String> {
    let known = &words.table.health.namespaces;
    let space = evidence.namespaces.iter().filter(|space| any_eq(known, space)).min()?;
    Some(format!("the package {space} is used"))
}

fn object(traces: Traces<'_>) -> Option<String> {
    let mut present = traces.objects.iter().copied().filter(|kind| kind.health);
    if let Some(kind) = present.next() {
        return Some(format!("the object {} is there", kind.name));
    }
    let granted = traces.granted.iter().filter(|kind| kind.health).map(|kind| &kind.name).min()?;
    Some(format!("the object {granted} is granted"))
}

/// One tag may be a mistake; two, or one on a field that speaks for itself, are none.
fn tags(tagged: &[(String, bool)]) -> Option<String> {
    if let Some((name, _)) = tagged.iter().find(|(_, speaks)| *speaks) {
        return Some(format!("{name} is tagged as health information"));
    }
    match tagged {
        [(first, _), _, ..] => {
            Some(format!("{} fields are tagged as health information, {first} first", tagged.len()))
        }
        _ => None,
    }
}

/// Two different components named after patients and the like.
fn names(words: &Vocabulary, evidence: &Evidence, traces: Traces<'_>) -> Option<String> {
    let objects = traces.objects.iter().filter(|kind| kind.mute.is_none()).map(|k| &k.name);
    let speaking: BTreeSet<&String> = evidence
        .components
        .iter()
        .chain(objects)
        .filter(|name| words.evidence.find(&tokens::of_name(name)).next().is_some())
        .collect();
    let mut speaking = speaking.into_iter();
    let (first, second) = (speaking.next()?, speaking.next()?);
    Some(format!("components are named {first} and {second}"))
}

fn settings(words: &Vocabulary, evidence: &Evidence) -> Option<String> {
    let known = evidence.settings.iter().filter(|name| words.health_settings.contains(name));
    Some(format!("the settings {} are there", known.min()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(evidence: &Evidence, tagged: &[(String, bool)]) -> Health {
        let traces = Traces { objects: &[], granted: &[], clinical_field: None, tagged };
        judge(&Vocabulary::embedded().unwrap(), None, evidence, traces)
    }

    fn named(components: &[&str]) -> Evidence {
        let components = components.iter().map(|&name| name.to_owned()).collect();
        Evidence { components, ..Evidence::default() }
    }

    #[test]
    fn one_name_is_chance_and_two_are_not() {
        assert!(!judged(&named(&["Patient", "Patient"]), &[]).is);
        assert!(judged(&named(&["Patient", "Telehealth_Console"]), &[]).is);
        assert!(!judged(&named(&["Impatient", "Outpatients9"]), &[]).is);
    }

    #[test]
    fn one_tag_is_chance_unless_its_field_speaks_for_itself() {
        let tag = |name: &str, speaks| (name.to_owned(), speaks);
        assert!(!judged(&Evidence::default(), &[tag("A.X__c", false)]).is);
        assert!(judged(&Evidence::default(), &[tag("A.SSN__c", true)]).is);
        assert!(judged(&Evidence::default(), &[tag("A.X__c", false), tag("A.Y__c", false)]).is);
    }

    #[test]
    fn packages_and_settings_tell() {
        let mut evidence = Evidence { namespaces: vec!["SBQQ".to_owned()], ..Evidence::default() };
        assert!(!judged(&evidence, &[]).is);
        evidence.namespaces.push("healthcloudga".to_owned());
        assert_eq!(judged(&evidence, &[]).reasons, ["the package healthcloudga is used"]);
        let settings = vec!["HealthCloudSettings".to_owned()];
        assert!(judged(&Evidence { settings, ..Evidence::default() }, &[]).is);
        let settings = vec!["SecuritySettings".to_owned()];
        assert!(!judged(&Evidence { settings, ..Evidence::default() }, &[]).is);
    }
}
