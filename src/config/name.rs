//! Globs on full names: `Patient__c`, `*.SSN__c`, `Sales_*/ModifyAllData`.
//!
//! In: a name or pattern as a person wrote it. Out: [`NameGlob`], which compares as
//! Salesforce does: without regard to case, in NFC. It knows no object and no field.

use glob::{MatchOptions, Pattern};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A full name is at most some hundred characters; a longer pattern is a mistake.
const MAX_CHARS: usize = 255;

/// A name, or a pattern with `*` (any characters), `?` (one) and `[…]` (one of these).
#[derive(Debug, Clone, PartialEq)]
pub struct NameGlob {
    text: String,
    form: Form,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Exact(String),
    Glob(Pattern),
}

impl NameGlob {
    /// Reads a name or pattern.
    ///
    /// # Errors
    /// It is empty, has blanks around it, is too long or no valid glob; the text completes
    /// "'…' …".
    pub fn new(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("is empty; name something".to_owned());
        }
        if text.trim() != text {
            return Err("begins or ends with a blank, so it matches nothing".to_owned());
        }
        if text.chars().count() > MAX_CHARS {
            return Err(format!("is longer than the {MAX_CHARS} characters a name may have"));
        }
        if text.contains("**") {
            return Err("is no valid glob: write one '*', it stands for any characters".to_owned());
        }
        let form =
            if text.contains(['*', '?', '[']) {
                Form::Glob(Pattern::new(&fold(text)).map_err(|e| {
                    format!("is no valid glob: {} at character {}", e.msg, e.pos + 1)
                })?)
            } else {
                Form::Exact(fold(text))
            };
        Ok(Self { text: text.to_owned(), form })
    }

    /// Whether `name` is the name or fits the pattern.
    pub fn matches(&self, name: &str) -> bool {
        if name.is_ascii() {
            return self.matches_folded(name);
        }
        self.matches_folded(&fold(name))
    }

    /// The pattern is folded already; ASCII of any case and folded text compare rightly.
    fn matches_folded(&self, name: &str) -> bool {
        let options = MatchOptions {
            case_sensitive: false,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        match &self.form {
            Form::Exact(exact) => exact.eq_ignore_ascii_case(name),
            Form::Glob(pattern) => pattern.matches_with(name, options),
        }
    }

    /// What was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names one thing and has no wildcard.
    pub fn is_exact(&self) -> bool {
        matches!(self.form, Form::Exact(_))
    }
}

/// Whether two full names are the same to Salesforce.
pub fn same_name(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    fold(one) == fold(other)
}

/// Lower case in NFC: the form names are compared in.
pub(super) fn fold(name: &str) -> String {
    let lower = name.to_lowercase();
    if is_nfc(&lower) { lower } else { lower.nfc().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(pattern: &str, name: &str) -> bool {
        NameGlob::new(pattern).unwrap().matches(name)
    }

    #[test]
    fn names_compare_without_regard_to_case_and_in_nfc() {
        assert!(hits("patient__C.ssn__c", "Patient__c.SSN__c"));
        assert!(hits("GRÖSSE__c", "größe__c".replace('ß', "ss").as_str()));
        assert!(hits("Größe", "gro\u{308}ße"));
        assert!(hits("*ÖSS*", "Gro\u{308}sse"));
        assert!(!hits("Patient__c", "Patient__c.SSN__c"));
        assert!(same_name("Größe", "GRO\u{308}ßE"));
        assert!(!same_name("Größe", "Grosse"));
    }

    #[test]
    fn wildcards_stand_for_characters_of_a_name() {
        assert!(hits("*.SSN__c", "Patient__c.ssn__c"));
        assert!(!hits("*.SSN__c", "Patient__c.Old_SSN__c"));
        assert!(hits("Sales_?", "sales_1"));
        assert!(hits("Sales_[1-3]", "Sales_2"));
        assert!(!hits("Sales_[1-3]", "Sales_4"));
        assert!(hits("Admin*", "Admin/ModifyAllData"));
        assert!(hits("[A-C]*", "beta"));
    }

    #[test]
    fn what_could_never_match_is_refused() {
        for text in ["", " ", " Patient__c", "a**", "Patient[", &"x".repeat(256)] {
            assert!(NameGlob::new(text).is_err(), "{text}");
        }
        assert!(NameGlob::new(&"x".repeat(255)).is_ok());
    }
}
