//! Words of a name.
//!
//! In: an API name (`ns__Date_of_Birth__c`, `PatientMRN__c`) or a label. Out: its words in
//! lower case, and the parts a name is made of. It knows no vocabulary: whether a word means
//! anything is decided elsewhere, and always on whole words.

/// Suffixes of API names, longest first.
const SUFFIXES: [&str; 16] = [
    "__changeevent",
    "__history",
    "__share",
    "__feed",
    "__mdt",
    "__kav",
    "__pc",
    "__xo",
    "__c",
    "__r",
    "__x",
    "__e",
    "__b",
    "__s",
    "__latitude",
    "__longitude",
];

/// The longest namespace Salesforce allows.
const LONGEST_NAMESPACE: usize = 15;

/// The parts of an API name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'n> {
    /// The managed package, without its underscores.
    pub namespace: Option<&'n str>,
    /// The name itself.
    pub stem: &'n str,
    /// `__c` and the like, as written; empty for a standard name.
    pub suffix: &'n str,
}

/// Takes an API name apart. A token of a build tool (`%%%NAMESPACE%%%`) before it is dropped.
pub fn parts(name: &str) -> Parts<'_> {
    let name = without_build_token(name);
    let suffix_at = suffix_start(name);
    let (rest, suffix) = name.split_at_checked(suffix_at).unwrap_or((name, ""));
    match rest.split_once("__") {
        Some((space, stem)) if !stem.is_empty() && is_namespace(space) => {
            Parts { namespace: Some(space), stem, suffix }
        }
        _ => Parts { namespace: None, stem: rest, suffix },
    }
}

/// The name without `%%%…%%%` in front.
pub fn without_build_token(name: &str) -> &str {
    let inner = name.strip_prefix("%%%").and_then(|rest| rest.split_once("%%%"));
    match inner {
        Some((_, rest)) if !rest.is_empty() => rest.strip_prefix("__").unwrap_or(rest),
        _ => name,
    }
}

fn suffix_start(name: &str) -> usize {
    for suffix in SUFFIXES {
        let Some(at) = name.len().checked_sub(suffix.len()) else { continue };
        if at > 0 && name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(suffix)) {
            return at;
        }
    }
    name.len()
}

fn is_namespace(text: &str) -> bool {
    text.len() <= LONGEST_NAMESPACE
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The words of an API name, without namespace and suffix.
pub fn of_name(name: &str) -> Vec<String> {
    words(parts(name).stem)
}

/// The words of a label or of any other text.
pub fn of_text(text: &str) -> Vec<String> {
    words(text)
}

/// The words, then each two neighbours as one: `by`, `pass`, `bypass`.
pub fn with_neighbours(words: &[String]) -> Vec<String> {
    let pairs = words.iter().zip(words.iter().skip(1)).map(|(one, two)| format!("{one}{two}"));
    words.iter().cloned().chain(pairs).collect()
}

/// Splits at everything that is no letter or digit, at `aB` and `1B`, and before the last
/// capital of `ABc`; the plural of an abbreviation (`IDs`) loses its `s`.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() && !is_mark(c) {
            flush(&mut word, &mut out);
            before = None;
            continue;
        }
        if c.is_uppercase() {
            let after_small = before.is_some_and(|b| b.is_lowercase() || b.is_numeric());
            let starts_word = before.is_some_and(char::is_uppercase)
                && chars.peek().is_some_and(|next| next.is_lowercase())
                && !is_plural(chars.clone());
            if after_small || starts_word {
                flush(&mut word, &mut out);
            }
        }
        let abbreviated = word.len() > 1 && before.is_some_and(char::is_uppercase);
        if !(abbreviated && is_plural(std::iter::once(c).chain(chars.clone()))) {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    flush(&mut word, &mut out);
    out
}

/// Whether an `s` comes next, and with it the word ends.
fn is_plural(mut rest: impl Iterator<Item = char>) -> bool {
    rest.next() == Some('s') && !rest.next().is_some_and(|c| c.is_lowercase() || c.is_numeric())
}

/// A word without the accents of its letters: a label says `Diagnóstico`, an API name cannot.
pub fn folded(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut out = String::with_capacity(word.len());
    for c in word.nfd().filter(|c| !is_mark(*c)) {
        match c {
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            other => out.push(other),
        }
    }
    out
}

/// Combining marks belong to the letter before them (vowel points, decomposed accents).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn flush(word: &mut String, out: &mut Vec<String>) {
    if !word.is_empty() {
        out.push(std::mem::take(word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_namespace_and_suffix_and_splits_into_words() {
        let rows: [(&str, &[&str]); 20] = [
            ("SSNs__c", &["ssn"]),
            ("PatientIDsList__c", &["patient", "id", "list"]),
            ("IsMRNset__c", &["is", "mr", "nset"]),
            ("As_Is__c", &["as", "is"]),
            ("SSN__c", &["ssn"]),
            ("Date_of_Birth__c", &["date", "of", "birth"]),
            ("PatientMRN__c", &["patient", "mrn"]),
            ("MRNNumber__c", &["mrn", "number"]),
            ("HealthCloudGA__MedicalRecordNumber__c", &["medical", "record", "number"]),
            ("vlocity_ins__MemberId__c", &["member", "id"]),
            ("%%%NAMESPACE%%%SSN__c", &["ssn"]),
            ("SeismicDesignFactor__c", &["seismic", "design", "factor"]),
            ("ClassName__c", &["class", "name"]),
            ("ArchivedBy__c", &["archived", "by"]),
            ("ICD10Code__c", &["icd10", "code"]),
            ("HbA1c__c", &["hb", "a1c"]),
            ("Birthdate", &["birthdate"]),
            ("X__pc", &["x"]),
            ("Größe__c", &["größe"]),
            ("A_very_long_name_indeed__x__c", &["a", "very", "long", "name", "indeed", "x"]),
        ];
        for (name, expected) in rows {
            assert_eq!(of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn a_label_splits_and_keeps_other_scripts() {
        assert_eq!(of_text("Driver's License #"), ["driver", "s", "license"]);
        assert_eq!(of_text("תאריך לידה"), ["תאריך", "לידה"]);
        assert_eq!(of_text("e\u{301}tat civil"), ["e\u{301}tat", "civil"]);
        assert!(of_text("--").is_empty());
    }

    #[test]
    fn a_folded_word_has_plain_letters() {
        let rows = [("diagnóstico", "diagnostico"), ("fødselsdato", "fodselsdato"), ("ssn", "ssn")];
        for (word, expected) in rows {
            assert_eq!(folded(word), expected);
        }
        assert_eq!(folded("große"), "grosse");
        assert_eq!(folded("תאריך"), "תאריך");
    }

    #[test]
    fn parts_tell_namespace_stem_and_suffix() {
        assert_eq!(
            parts("ns__Patient__C"),
            Parts { namespace: Some("ns"), stem: "Patient", suffix: "__C" }
        );
        assert_eq!(parts("Patient__c"), Parts { namespace: None, stem: "Patient", suffix: "__c" });
        assert_eq!(
            parts("Patient__ChangeEvent"),
            Parts { namespace: None, stem: "Patient", suffix: "__ChangeEvent" }
        );
        assert_eq!(parts("Contact"), Parts { namespace: None, stem: "Contact", suffix: "" });
        assert_eq!(parts("__c").stem, "__c");
        assert_eq!(parts(""), Parts { namespace: None, stem: "", suffix: "" });
    }
}
