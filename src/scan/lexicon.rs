//! `rules/scan.toml` and the project's own patterns, read and compiled.
//!
//! In: the table that travels in the binary, `[scan]` of `phorce.toml`. Out: [`Lexicon`]: kinds
//! of values, the phrases beside them, and one pattern that finds the places worth a look. It
//! reads no file and takes no decision.

use regex::bytes::{Regex, RegexBuilder};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::shape::Shape;
use crate::config::ScanConfig;

/// The table in the binary.
const TABLE: &str = include_str!("../../rules/scan.toml");

/// What a value is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// It names a person.
    Identifier,
    /// It says something of somebody's health.
    Clinical,
    /// It reaches a person; it counts beside another value only.
    Contact,
    /// Whoever has it gets in.
    Credential,
}

impl Group {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Clinical => "clinical",
            Self::Contact => "contact",
            Self::Credential => "credential",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    kind: Vec<KindRow>,
    not: NotRow,
    nobody: Nobody,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindRow {
    name: String,
    words: String,
    shape: Shape,
    group: Group,
    class: Option<String>,
    #[serde(default)]
    anchor: bool,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotRow {
    labels: Vec<String>,
}

/// Values that stand for nobody.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nobody {
    /// Social Security numbers of advertisements and examples, digits only.
    pub ssn: FxHashSet<String>,
    /// Words that fill the place of a name or a secret, lower case.
    pub words: FxHashSet<String>,
}

/// A kind of value.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `ssn`.
    pub name: String,
    /// In words, in the plural.
    pub words: String,
    /// How it is written.
    pub shape: Option<Shape>,
    /// What it is part of.
    pub group: Group,
    /// The class of `rules/phi.toml` a column of it belongs to.
    pub class: Option<String>,
    /// A person is told by it.
    pub anchor: bool,
    /// What stands in its place in a redacted copy: `[SSN]`.
    pub placeholder: String,
}

/// A pattern of the project.
#[derive(Debug, Clone)]
pub struct Own {
    /// Index of its kind.
    pub kind: usize,
    /// The pattern.
    pub pattern: Regex,
    /// It counts only behind one of its words.
    pub in_context: bool,
}

/// What a phrase before a value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// The value is of this kind.
    Kind {
        /// Index of the kind.
        kind: usize,
        /// It counts beside an anchor only.
        weak: bool,
    },
    /// It is something else.
    Not,
}

/// A phrase, by its last word: the words before it from the last to the first.
type Phrase = (Vec<String>, Tag);

/// Kinds, phrases and patterns, ready for use.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// Every kind; others refer to them by index.
    pub kinds: Vec<Kind>,
    /// Patterns of the project.
    pub own: Vec<Own>,
    /// Values that stand for nobody.
    pub nobody: Nobody,
    /// Finds places worth a look.
    pub trigger: Regex,
    phrases: FxHashMap<String, Vec<Phrase>>,
}

impl Lexicon {
    /// The table of the binary and the project's patterns.
    ///
    /// # Errors
    /// The table in the binary is wrong, or a pattern is too large: in words.
    pub fn new(config: &ScanConfig) -> Result<Self, String> {
        let wrong = |why: toml::de::Error| format!("rules/scan.toml in the binary: {why}");
        let table: Table = toml::from_str(TABLE).map_err(wrong)?;
        let mut phrases = Phrases::default();
        let mut kinds = Vec::new();
        for row in table.kind {
            let kind = kinds.len();
            phrases.add_all(&row.labels, Tag::Kind { kind, weak: false });
            phrases.add_all(&row.weak, Tag::Kind { kind, weak: true });
            if row.shape.is_told_by_words() {
                phrases.triggers.extend(row.labels);
            }
            kinds.push(Kind {
                placeholder: placeholder(&row.name),
                name: row.name,
                words: row.words,
                shape: Some(row.shape),
                group: row.group,
                class: row.class,
                anchor: row.anchor,
            });
        }
        phrases.add_all(&table.not.labels, Tag::Not);
        let own = add_own(config, &mut kinds, &mut phrases)?;
        let alone = config.patterns.iter().filter(|own| own.context.is_empty());
        let alone = alone.map(|own| own.pattern.value.as_str()).collect::<Vec<_>>();
        let trigger = trigger(&phrases.triggers, &alone)?;
        Ok(Self { kinds, own, nobody: table.nobody, trigger, phrases: phrases.by_last })
    }

    /// What the longest phrases that end with the last of these words say, and of how many
    /// words they are.
    pub fn ending(&self, words: &[String]) -> Option<(usize, Vec<Tag>)> {
        let (last, before) = words.split_last()?;
        let known = self.phrases.get(last)?;
        let fits = |more: &[String]| {
            more.len() <= before.len() && before.iter().rev().zip(more).all(|(a, b)| a == b)
        };
        let longest = known.iter().filter(|p| fits(&p.0)).map(|p| p.0.len()).max()?;
        let tags = known.iter().filter(|p| p.0.len() == longest && fits(&p.0)).map(|p| p.1);
        Some((longest + 1, tags.collect()))
    }

    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.name == name)
    }
}

#[derive(Default)]
struct Phrases {
    by_last: FxHashMap<String, Vec<Phrase>>,
    triggers: Vec<String>,
}

impl Phrases {
    fn add_all(&mut self, phrases: &[String], tag: Tag) {
        for phrase in phrases {
            let mut words = phrase.split_whitespace().rev().map(str::to_owned);
            if let Some(last) = words.next() {
                self.by_last.entry(last).or_default().push((words.collect(), tag));
            }
        }
    }
}

/// `[DATE-OF-BIRTH]` for `date-of-birth`.
pub fn placeholder(name: &str) -> String {
    format!("[{}]", name.to_uppercase())
}

fn add_own(
    config: &ScanConfig,
    kinds: &mut Vec<Kind>,
    phrases: &mut Phrases,
) -> Result<Vec<Own>, String> {
    let mut own = Vec::new();
    for set in &config.patterns {
        let name = &set.kind.value;
        let kind = kinds.iter().position(|kind| kind.name == *name).unwrap_or_else(|| {
            kinds.push(Kind {
                name: name.clone(),
                words: format!("values of the kind {name}"),
                shape: None,
                group: Group::Identifier,
                class: None,
                anchor: true,
                placeholder: placeholder(name),
            });
            kinds.len() - 1
        });
        phrases.add_all(&set.context, Tag::Kind { kind, weak: false });
        phrases.triggers.extend(set.context.iter().cloned());
        let pattern = Regex::new(&set.pattern.value)
            .map_err(|why| format!("{}:{}: {why}", config.path, set.pattern.line))?;
        own.push(Own { kind, pattern, in_context: !set.context.is_empty() });
    }
    Ok(own)
}

/// One pattern for every place worth a look: values that prove themselves, labels, and the
/// project's patterns that need none.
fn trigger(labels: &[String], own: &[&str]) -> Result<Regex, String> {
    let phrases: Vec<Vec<&str>> = labels.iter().map(|l| l.split_whitespace().collect()).collect();
    let within = |short: &[&str], long: &[&str]| {
        short.len() < long.len() && long.windows(short.len()).any(|part| part == short)
    };
    let needed = phrases.iter().filter(|long| !phrases.iter().any(|short| within(short, long)));
    let mut parts: Vec<String> = Shape::TRIGGERS.iter().map(|part| (*part).to_owned()).collect();
    for phrase in needed {
        // A label ends where no small letter follows: "ssn" is not in "className". It begins
        // after something that is no letter, or with a capital of its own.
        let words: Vec<String> = phrase.iter().map(|word| regex::escape(word)).collect();
        let plain = words.join("[^a-zA-Z0-9\\n]{0,2}");
        let Some((first, rest)) = plain.split_at_checked(1) else { continue };
        let capital = first.to_uppercase();
        parts.push(format!("(?:(?:^|[^a-zA-Z])(?i:{first})|{capital})(?i:{rest})[^a-z]"));
    }
    let mut whole = format!("(?-u:{})", parts.join("|"));
    for pattern in own {
        whole.push_str(&format!("|(?:{pattern})"));
    }
    let built = RegexBuilder::new(&whole).size_limit(64 << 20).build();
    built.map_err(|why| format!("the patterns of [scan] are too much together: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        Lexicon::new(&ScanConfig::default()).unwrap()
    }

    #[test]
    fn the_table_reads_and_names_each_kind_once() {
        let lexicon = lexicon();
        let mut names: Vec<&str> = lexicon.kinds.iter().map(|kind| kind.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), lexicon.kinds.len());
        assert_eq!(lexicon.kinds[0].placeholder, "[SSN]");
    }

    #[test]
    fn labels_are_whole_words_however_they_are_joined() {
        let trigger = lexicon().trigger;
        for text in
            [" ssn=", "{SSN__c=", "patientSsn:", "Date of Birth:", "dateOfBirth\"", "|MRN|", "dob "]
        {
            assert!(trigger.is_match(text.as_bytes()), "{text}");
        }
        for text in ["className=", "processName", "adobe ", "undoBuffer", "12345", "2024-01-02 x"] {
            assert!(!trigger.is_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_longest_phrase_that_ends_there_speaks() {
        let lexicon = lexicon();
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (length, tags) = lexicon.ending(&words("the patient id")).unwrap();
        let mrn = lexicon.kind("mrn").unwrap();
        assert_eq!((length, tags), (2, vec![Tag::Kind { kind: mrn, weak: false }]));
        assert_eq!(lexicon.ending(&words("order id")).unwrap(), (2, vec![Tag::Not]));
        assert_eq!(lexicon.ending(&words("colour")), None);
    }
}
