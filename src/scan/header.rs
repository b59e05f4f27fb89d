//! What the header of a column says: by the words of `rules/phi.toml`, or by the org's own
//! fields, labels and classification.
//!
//! In: a header as an export writes it, the schema of an org where there is one. Out: a
//! [`Verdict`]. It knows no cell.

use rustc_hash::FxHashMap;

use crate::config::PhiConfig;
use crate::fact::Confidence;
use crate::org::Org;
use crate::org::kinds::ObjectKind;
use crate::org::phi::{FieldShape, Level, Overrides, Recogniser, Recognition, Surroundings};
use crate::org::schema::Field;

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Family of identifiers or health information.
    pub class: String,
    /// It counts in any table; else only in one that tells of persons.
    pub strong: bool,
    /// Further laws protect it.
    pub sensitive: bool,
    /// Health information by itself.
    pub clinical: bool,
    /// `header`, or the ground the org gives: `declared`, `name` …
    pub ground: &'static str,
    /// The org's field.
    pub field: Option<String>,
    /// How sure.
    pub confidence: Confidence,
}

/// A field of the org, as headers name it.
#[derive(Debug, Clone)]
struct Known {
    name: String,
    recognition: Option<Recognition>,
}

/// Judges headers.
#[derive(Debug, Clone)]
pub struct Headers {
    recogniser: Recogniser,
    object: ObjectKind,
    fields: FxHashMap<String, Vec<Known>>,
    not: Vec<glob::Pattern>,
}

impl Headers {
    /// Judges by words, and by the fields of an org where there is one.
    ///
    /// # Errors
    /// The table of words in the binary is wrong.
    pub fn new(phi: &PhiConfig, orgs: &[Org]) -> Result<Self, String> {
        let recogniser = Recogniser::new(&Overrides::default())?;
        let object = recogniser.kind_of("Record__c");
        let mut fields: FxHashMap<String, Vec<Known>> = FxHashMap::default();
        for object in orgs.iter().flat_map(|org| org.schema.objects()) {
            for field in &object.fields {
                let known = Known { name: field.name.clone(), recognition: recognised(field) };
                for name in names(field) {
                    fields.entry(name).or_default().push(known.clone());
                }
            }
        }
        let not = phi.not.iter().filter_map(|set| glob::Pattern::new(set.value.text()).ok());
        Ok(Self { recogniser, object, fields, not: not.collect() })
    }

    /// What a header says.
    pub fn judge(&self, header: &str) -> Option<Verdict> {
        let own = last_part(header);
        if self.not.iter().any(|not| not.matches(own) || not.matches(header)) {
            return None;
        }
        match self.fields.get(&own.to_lowercase()) {
            Some(known) => by_org(known),
            None => self.by_words(own),
        }
    }

    fn by_words(&self, header: &str) -> Option<Verdict> {
        let plain = header.chars().map(|c| if c.is_alphanumeric() { c } else { '_' });
        let name: String = plain.collect();
        let name = name.trim_matches('_');
        let shape = FieldShape { name, label: Some(header), ..FieldShape::default() };
        let at = |clinical: bool| {
            let around = Surroundings { health: true, clinical };
            self.recogniser.recognise(&self.object, &shape, around)
        };
        let strong = at(false).filter(|found| found.level == Level::High);
        let is_strong = strong.is_some();
        let found = strong.or_else(|| at(true).filter(|found| found.level >= Level::Medium))?;
        Some(Verdict {
            class: found.class.to_string(),
            strong: is_strong,
            sensitive: found.sensitive,
            clinical: found.clinical,
            ground: "header",
            field: None,
            confidence: if is_strong { Confidence::Medium } else { Confidence::Low },
        })
    }
}

/// The end of `Contact.Birthdate`, `Patient: Date of Birth`, `Contact/Email`.
fn last_part(header: &str) -> &str {
    let last = header.rsplit(['.', ':', '/']).next().unwrap_or(header).trim();
    if last.is_empty() { header.trim() } else { last }
}

fn recognised(field: &Field) -> Option<Recognition> {
    field.recognition.clone().filter(|found| found.level >= Level::Medium)
}

/// A field's own name and its labels, in lower case.
fn names(field: &Field) -> Vec<String> {
    let labels = field.facts.iter().filter_map(|fact| {
        // The facts of a name field are those of its object, whose label is another thing.
        (fact.kind != "CustomObject").then(|| fact.text("label")).flatten()
    });
    let mut names: Vec<String> =
        labels.chain([field.own_name()]).map(|name| name.trim().to_lowercase()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| !name.is_empty());
    names
}

/// Fields of several objects may have one label: the strongest speaks, less surely where
/// another of them is no PHI.
fn by_org(known: &[Known]) -> Option<Verdict> {
    let told = known.iter().filter_map(|field| Some((field, field.recognition.as_ref()?)));
    let (field, found) = told.max_by_key(|(_, found)| (found.ground, found.level))?;
    let shared = known.iter().any(|other| other.recognition.is_none());
    let strong = found.level == Level::High;
    let sure = if shared { Confidence::Medium } else { found.confidence };
    Some(Verdict {
        class: found.class.to_string(),
        strong,
        sensitive: found.sensitive,
        clinical: found.clinical,
        ground: found.ground.word(),
        field: Some(field.name.clone()),
        confidence: sure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(header: &str) -> Option<(String, bool)> {
        let headers = Headers::new(&PhiConfig::default(), &[]).unwrap();
        headers.judge(header).map(|verdict| (verdict.class, verdict.strong))
    }

    #[test]
    fn headers_are_judged_by_their_words() {
        let strong = |class: &str| Some((class.to_owned(), true));
        let weak = |class: &str| Some((class.to_owned(), false));
        assert_eq!(judge("SSN__c"), strong("ssn"));
        assert_eq!(judge("Contact.Birthdate"), strong("date"));
        assert_eq!(judge("Patient: Date of Birth"), strong("date"));
        assert_eq!(judge("Primary Diagnosis"), strong("diagnosis"));
        assert_eq!(judge("Email"), weak("email"));
        assert_eq!(judge("LastName"), weak("name"));
        for header in ["Id", "CreatedDate", "Amount", "Case Number", "Status", ""] {
            assert_eq!(judge(header), None, "{header}");
        }
    }
}
