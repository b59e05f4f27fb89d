//! Names that code gives to values, without an object beside them.
//!
//! In: the name of a variable, a property or a key in code. Out: the PHI it tells. A name with
//! the suffix of a custom field is looked up in every object; any other is judged by its words
//! alone, and only where these leave no doubt.

use super::kinds::ObjectKind;
use super::phi::{FieldShape, Level, Recognition, Surroundings};
use super::schema::Schema;
use super::tokens;
use super::vocabulary::Force;
use crate::fact::Confidence;

/// PHI told by a name in code.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// The full name of a field where the name is that of one, else the name as it is written.
    pub name: String,
    /// What it was recognised as.
    pub recognition: Recognition,
    /// It is the name of a PHI field of the org.
    pub is_field: bool,
}

impl Schema {
    /// What PHI a name in code tells. A word of its own is sure only as far as words go.
    pub fn spoken(&self, name: &str) -> Option<Spoken> {
        let custom = ["__c", "__pc"].contains(&tokens::parts(name).suffix.to_lowercase().as_str());
        if custom {
            let mut fields = self.objects().filter_map(|object| object.field(name)).peekable();
            if fields.peek().is_some() {
                let known = fields.filter_map(|field| Some((field, field.recognition.as_ref()?)));
                let best = known.max_by_key(|(_, recognition)| recognition.level)?;
                let (name, recognition) = (best.0.name.clone(), best.1.clone());
                let phi = recognition.level >= Level::Medium;
                return phi.then_some(Spoken { name, recognition, is_field: true });
            }
        }
        let mut recognition = self.by_words(name, custom)?;
        recognition.confidence = Confidence::Low;
        Some(Spoken { name: name.to_owned(), recognition, is_field: false })
    }

    /// What a merge expression of a page reads: `Patient__c.SSN__c`, `p.Doctor__r.Name`. The
    /// object is that of the page's standard controller.
    pub fn merged(&self, object: Option<&str>, path: &str) -> Option<Spoken> {
        let (first, rest) = path.split_once('.')?;
        if first.starts_with('$') {
            return None;
        }
        let is_record = object.is_some_and(|object| object.eq_ignore_ascii_case(first));
        let found = match is_record || self.object(first).is_some() {
            true => self.phi_of(Some(first), rest),
            false => None,
        };
        let found = found.filter(|found| found.recognition.level >= Level::Medium);
        if let Some(found) = found {
            return Some(Spoken {
                name: found.name,
                recognition: found.recognition,
                is_field: true,
            });
        }
        self.spoken(rest.rsplit('.').next().unwrap_or(rest))
    }

    /// Whether the words of a name speak of patients or their care.
    pub fn speaks_of_patients(&self, name: &str) -> bool {
        self.recogniser.kind_of(name).clinical.is_some()
    }

    /// The words near a number that speak of numbers of persons, or of patients.
    pub fn telling(&self, near: &[&str]) -> Vec<String> {
        let words: Vec<String> = near.iter().flat_map(|word| tokens::of_name(word)).collect();
        let vocabulary = self.recogniser.vocabulary();
        let strong = vocabulary.phrases.find(&words).filter(|hit| hit.value.force == Force::Strong);
        let clinical = vocabulary.clinical.find(&words).map(|hit| hit.start..hit.end);
        let phrases = strong.map(|hit| hit.start..hit.end).chain(clinical);
        let mut out: Vec<String> =
            phrases.filter_map(|range| Some(words.get(range)?.join(" "))).collect();
        out.dedup();
        out
    }

    fn by_words(&self, name: &str, custom: bool) -> Option<Recognition> {
        // The suffix keeps a property from being taken for a field of the platform.
        let asked = if custom { name.to_owned() } else { format!("{name}__c") };
        let nobody = ObjectKind::new(self.recogniser.vocabulary(), "Record__c");
        let shape = FieldShape { name: &asked, ..FieldShape::default() };
        let around = Surroundings { health: self.health.is, clinical: false };
        let found = self.recogniser.recognise(&nobody, &shape, around)?;
        (found.level == Level::High).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};

    #[test]
    fn only_words_that_leave_no_doubt_tell_something() {
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        let schema = Schema::build(&[], &Evidence::default(), recogniser);
        let told = |name: &str| schema.spoken(name).map(|spoken| spoken.recognition.class);
        for name in ["ssn", "patientSSN", "birthDate", "dateOfBirth", "SSN__c", "MRN"] {
            assert!(told(name).is_some(), "{name}");
        }
        for name in ["session", "className", "name", "email", "patient", "value", "isSSNValid"] {
            assert_eq!(told(name), None, "{name}");
        }
        assert!(schema.speaks_of_patients("getPatientList"));
        assert!(!schema.speaks_of_patients("getAccounts"));
    }
}
