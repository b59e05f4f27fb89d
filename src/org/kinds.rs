//! What the name of an object tells by itself.
//!
//! In: the name of an object. Out: an [`ObjectKind`]: whether names of its fields prove
//! anything, whether it is about patients, which rows of the catalogue are about it. It knows
//! no field and no fact of the object.

use super::phrases::Phrases;
use super::tokens::{self, Parts};
use super::vocabulary::Vocabulary;

/// What kind of object a name stands for, by its suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An object of the platform.
    Standard,
    /// A custom object.
    Custom,
    /// A custom metadata type.
    MetadataType,
    /// A platform event.
    PlatformEvent,
    /// An external object.
    External,
    /// A big object.
    Big,
    /// An article type of Knowledge.
    Article,
}

impl Form {
    /// The form a suffix tells.
    pub fn of_suffix(suffix: &str) -> Self {
        match suffix.to_ascii_lowercase().as_str() {
            "__c" => Self::Custom,
            "__mdt" => Self::MetadataType,
            "__e" => Self::PlatformEvent,
            "__x" | "__xo" => Self::External,
            "__b" => Self::Big,
            "__kav" => Self::Article,
            _ => Self::Standard,
        }
    }
}

/// What the name of an object tells.
#[derive(Debug, Clone)]
pub struct ObjectKind {
    /// The name as written.
    pub name: String,
    /// What the suffix says.
    pub form: Form,
    /// Its words.
    pub words: Vec<String>,
    /// Names of its fields prove nothing, and why.
    pub mute: Option<&'static str>,
    /// The phrase that makes it an object about patients.
    pub clinical: Option<String>,
    /// It stands for a person.
    pub person: bool,
    /// It holds goods, configuration or technology.
    pub goods: bool,
    /// It is about those who give care or work here, or about a place where they do.
    pub provider: bool,
    /// It lists what may be chosen: kinds, codes, a catalogue.
    pub definition: bool,
    /// Rows of the catalogue about it.
    pub platform: Vec<usize>,
    /// Its presence proves a health org.
    pub health: bool,
}

impl ObjectKind {
    /// Reads the name of an object.
    pub fn new(words: &Vocabulary, name: &str) -> Self {
        let parts = tokens::parts(name);
        let split = tokens::of_name(name);
        let platform = rows(words, name);
        let mute = mute(words, name, parts);
        let health = platform.iter().any(|row| words.platform.get(*row).is_some_and(|p| p.health))
            || words.health_objects.contains(name)
            || parts.namespace.is_some_and(|space| any_eq(&words.table.health.namespaces, space));
        let unless = split.iter().any(|w| words.table.stop.unless.contains(w));
        let goods = split.iter().any(|w| words.table.stop.objects.contains(w));
        let head_is_provider = split.last().is_some_and(|w| words.table.stop.providers.contains(w));
        let provider = head_is_provider || ends(&words.organisations, &split);
        let definition = ends(&words.definitions, &split);
        Self {
            name: name.to_owned(),
            form: Form::of_suffix(parts.suffix),
            clinical: if mute.is_none() { clinical(words, &split) } else { None },
            person: is_person(words, name, &split),
            goods: goods && !unless,
            provider: provider && !unless,
            definition: definition && !unless,
            words: split,
            mute,
            platform,
            health,
        }
    }

    /// Whether every record is health information, as the catalogue has it.
    pub fn is_clinical_platform(&self, words: &Vocabulary, health: bool) -> bool {
        let mut rows = self.platform.iter().filter_map(|row| words.platform.get(*row));
        rows.any(|row| row.phi && (health || !row.person))
    }
}

fn rows(words: &Vocabulary, name: &str) -> Vec<usize> {
    let folded = name.to_lowercase();
    let rows = words.platform.iter().enumerate();
    let about = rows.filter(|(_, row)| row.objects.contains_folded(name, &folded));
    about.map(|(number, _)| number).collect()
}

fn mute(words: &Vocabulary, name: &str, parts: Parts<'_>) -> Option<&'static str> {
    let stop = &words.table.stop;
    if any_eq(&stop.suffixes, parts.suffix) {
        return Some("it holds configuration");
    }
    if parts.namespace.is_some_and(|space| any_eq(&stop.namespaces, space)) {
        return Some("its package is not about health");
    }
    words.reference.contains(name).then_some("it holds definitions, not patients")
}

/// Whether one of the phrases stands at the end, where a name says what it is the name of: a
/// hospital visit is a visit, a medical supplier a supplier.
fn ends(phrases: &Phrases<()>, split: &[String]) -> bool {
    phrases.find(split).any(|hit| hit.end == split.len())
}

/// The longest clinical phrase, unless another phrase unmakes it, or it is about a place or a
/// list to choose from.
pub(super) fn clinical(words: &Vocabulary, split: &[String]) -> Option<String> {
    let patient = split.iter().any(|word| words.table.stop.unless.contains(word));
    let apart = ends(&words.organisations, split) || ends(&words.definitions, split);
    if words.not_clinical.find(split).next().is_some() || (apart && !patient) {
        return None;
    }
    let hit = words.clinical.find(split).max_by_key(|hit| hit.end - hit.start)?;
    Some(split.get(hit.start..hit.end)?.join(" "))
}

/// Whether a name stands for a person.
pub fn is_person(words: &Vocabulary, name: &str, split: &[String]) -> bool {
    any_eq(&words.table.objects.persons, name) || words.persons.find(split).next().is_some()
}

/// Whether one of `list` is `name`, without regard to case.
pub fn any_eq(list: &[String], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> ObjectKind {
        ObjectKind::new(&Vocabulary::embedded().unwrap(), name)
    }

    #[test]
    fn an_object_about_patients_is_told_by_whole_words() {
        assert_eq!(kind("Care_Plan__c").clinical.as_deref(), Some("care plan"));
        assert_eq!(kind("HealthCloudGA__EhrCondition__c").clinical.as_deref(), Some("ehr"));
        for name in ["Health_Check__c", "Patient_Settings__c", "Healthy_Snack__c", "Career__c"] {
            assert_eq!(kind(name).clinical, None, "{name}");
        }
    }

    #[test]
    fn a_place_and_a_list_to_choose_from_are_not_about_patients() {
        for name in ["Hospital__c", "Medical_Group__c", "Referral_Source__c"] {
            let kind = kind(name);
            assert!(kind.provider && !kind.definition && kind.clinical.is_none(), "{name}");
        }
        for name in ["Diagnosis_Code__c", "Appointment_Type__c", "Medication_Catalog__c"] {
            let kind = kind(name);
            assert!(kind.definition && !kind.provider && kind.clinical.is_none(), "{name}");
        }
        for name in ["Hospital_Visit__c", "Referral__c", "Patient_Site__c", "Patient_Type__c"] {
            let kind = kind(name);
            assert!(!kind.provider && !kind.definition && kind.clinical.is_some(), "{name}");
        }
    }

    #[test]
    fn definitions_configuration_and_other_packages_are_mute() {
        let mute = ["Medication", "CodeSetBundle", "Clinic_Rule__mdt", "npsp__Care_Plan__c"];
        for name in mute {
            assert!(kind(name).mute.is_some(), "{name}");
        }
        assert!(kind("MedicationRequest").mute.is_none());
    }

    #[test]
    fn a_form_is_told_by_the_suffix() {
        let forms = [("A__c", Form::Custom), ("A__E", Form::PlatformEvent), ("A", Form::Standard)];
        for (name, form) in forms {
            assert_eq!(kind(name).form, form, "{name}");
        }
    }
}
