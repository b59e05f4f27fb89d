//! Kind `phi-literal`: numbers of persons written into source text.
//!
//! In: texts with the form of a Social Security or Medicare number, and the words around them.
//! Out: one row for each that stands near a word about health or identity, or in a file of
//! sample records. The number itself is in no value. Whether it belongs to anybody nobody can
//! tell from here.

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact};
use crate::metadata::collect::Collected;
use crate::metadata::literal;
use crate::org::schema::Schema;

/// The kind.
pub const KIND: Kind = Kind {
    name: "phi-literal",
    meaning: "a text with the form of a Social Security or Medicare number in code, data or configuration; named `Component/what/number`",
    reads: &[literal::KIND, "CustomObject", "CustomField"],
    values: &[
        ("what", "`ssn` or `mbi`"),
        ("number", "the same in words: `a Social Security number`, `a Medicare number`"),
        ("path", "the file"),
        ("component", "the component, or the path of a file that is none"),
        (
            "ground",
            "`word` (a word near it speaks of such numbers or of patients) or `data` (it stands in a file of sample records)",
        ),
        ("words", "the words near it that tell, lower case"),
        ("test", "`true` where the file is a test"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let mut counts: FxHashMap<CompactString, usize> = FxHashMap::default();
    let mut out = Vec::new();
    for fact in facts.of(literal::KIND) {
        let path = fact.text("path").unwrap_or("");
        let what = fact.text("what").unwrap_or("");
        let near: Vec<&str> = fact.items("near").map(|item| item.text.as_str()).collect();
        let words = schema.telling(&near);
        let data = is_data(path);
        if words.is_empty() && !(data && what == "ssn") {
            continue;
        }
        let name = format_compact!("{}/{what}", fact.name);
        let count = counts.entry(name.clone()).or_insert(0);
        *count += 1;
        let mut row = Fact::new(KIND.name, format_compact!("{name}/{count}"), fact.place);
        row.component = fact.name.clone();
        row.cap = fact.cap;
        row.derive("what", what);
        let number = match what {
            "ssn" => "a Social Security number",
            _ => "a Medicare number",
        };
        row.derive("number", number);
        row.derive("path", path);
        row.derive("component", &fact.name);
        row.derive("ground", if words.is_empty() { "data" } else { "word" });
        words.iter().for_each(|word| row.derive("words", word));
        row.derive("test", is_test(path));
        row.confidence = words.is_empty().then_some(Confidence::Medium);
        out.push(row);
    }
    out
}

/// A file of sample records.
fn is_data(path: &str) -> bool {
    let records = [".json", ".csv"].iter().any(|suffix| path.ends_with(suffix));
    records && path.split('/').any(|folder| folder == "data")
}

fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    let named = stem.ends_with("test") || stem.ends_with("tests") || stem.starts_with("test");
    named || path.split('/').any(|folder| folder == "__tests__")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};
    use crate::source::FileId;

    fn of(path: &str, text: &str) -> Vec<(String, String)> {
        let mut facts = Collected::default();
        for fact in literal::scan(text.as_bytes(), FileId(0), "X", path, false) {
            facts.add(Arc::clone(&fact));
        }
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        let schema = Schema::build(&[], &Evidence::default(), recogniser);
        let rows = rows(&facts, &schema);
        rows.iter()
            .map(|row| (row.name.to_string(), row.text("ground").unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn a_word_near_it_or_a_file_of_records_tells() {
        let word = || vec![("X/ssn/1".to_owned(), "word".to_owned())];
        assert_eq!(of("classes/A.cls", "c.SSN__c = '512-47-9083';"), word());
        assert_eq!(of("classes/A.cls", "// social security 512-47-9083"), word());
        assert_eq!(of("classes/A.cls", "String patientNumber = '512-47-9083';"), word());
        assert_eq!(
            of("data/C.json", "{\"a\": \"512-47-9083\"}"),
            [("X/ssn/1".into(), "data".into())]
        );
        assert!(of("classes/A.cls", "part = '512-47-9083';").is_empty());
        assert!(of("data/C.json", "{\"a\": \"3AC9K41NX27\"}").is_empty());
        assert_eq!(of("classes/A.cls", "mbi = '3AC9K41NX27'").len(), 1);
    }

    #[test]
    fn far_words_tell_nothing() {
        let far = format!("ssn {} '512-47-9083'", " ".repeat(70));
        assert!(of("classes/A.cls", &far).is_empty());
    }
}
