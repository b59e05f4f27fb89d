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
    /// Card numbers that processors publish for tests, digits only.
    pub card: FxHashSet<String>,
    /// Words that fill the place of a name, lower case.
    pub words: FxHashSet<String>,
    /// Words that tell what became of something, and are no part of a name without a label.
    pub doings: FxHashSet<String>,
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

/// A phrase, found by its last word.
#[derive(Debug, Clone)]
struct Phrase {
    /// The words before that, from the last to the first.
    before: Vec<Box<[u8]>>,
    tags: Vec<Tag>,
}

/// Digits that may be counted off a word.
const MOST_COUNTING: usize = 2;

/// A set of kinds, by their indices. What does not fit in is taken to be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u128);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);

    fn bit(kind: usize) -> u128 {
        u32::try_from(kind).ok().and_then(|kind| 1u128.checked_shl(kind)).unwrap_or(u128::MAX)
    }

    /// Takes in what a phrase speaks of.
    pub fn add(&mut self, tags: &[Tag]) {
        for tag in tags {
            if let Tag::Kind { kind, .. } = tag {
                self.0 |= Self::bit(*kind);
            }
        }
    }

    /// Whether one of these is in it.
    pub fn has_any(self, kinds: &[usize]) -> bool {
        kinds.iter().any(|kind| self.0 & Self::bit(*kind) != 0)
    }
}

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
    phrases: FxHashMap<Box<[u8]>, Vec<Phrase>>,
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
        Ok(Self { kinds, own, nobody: table.nobody, trigger, phrases: phrases.longest_first() })
    }

    /// What the longest phrase says that ends with a word, and of how many words it is.
    /// `back` gives the word so many before the last, in lower case. A number at the end of a
    /// word counts nothing: `dx2` is one more `dx`.
    pub fn ending<'w>(&self, back: &dyn Fn(usize) -> Option<&'w [u8]>) -> Option<(usize, &[Tag])> {
        let last = back(0)?;
        let known = self.phrases.get(last).or_else(|| {
            let digits = last.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let plain = last.get(..last.len() - digits)?;
            (1..=MOST_COUNTING).contains(&digits).then(|| self.phrases.get(plain)).flatten()
        })?;
        let fits = |phrase: &&Phrase| {
            let mut more = phrase.before.iter().enumerate();
            more.all(|(at, word)| back(at + 1).is_some_and(|written| written == &**word))
        };
        let longest = known.iter().find(fits)?;
        Some((longest.before.len() + 1, &longest.tags))
    }

    /// How long the placeholder is that stands here; 0 where there is none.
    pub fn placeholder_at(&self, text: &[u8], at: usize) -> usize {
        let rest = text.get(at..).unwrap_or_default();
        let stands = |kind: &&Kind| rest.starts_with(kind.placeholder.as_bytes());
        self.kinds.iter().find(stands).map_or(0, |kind| kind.placeholder.len())
    }

    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.name == name)
    }
}

#[derive(Default)]
struct Phrases {
    by_last: FxHashMap<Box<[u8]>, Vec<Phrase>>,
    triggers: Vec<String>,
}

impl Phrases {
    fn add_all(&mut self, phrases: &[String], tag: Tag) {
        for phrase in phrases {
            let mut words = phrase.split_whitespace().rev().map(|word| word.as_bytes().into());
            let Some(last) = words.next() else { continue };
            let before: Vec<Box<[u8]>> = words.collect();
            let known = self.by_last.entry(last).or_default();
            match known.iter_mut().find(|phrase| phrase.before == before) {
                Some(phrase) => phrase.tags.push(tag),
                None => known.push(Phrase { before, tags: vec![tag] }),
            }
        }
    }

    fn longest_first(mut self) -> FxHashMap<Box<[u8]>, Vec<Phrase>> {
        for known in self.by_last.values_mut() {
            known.sort_by_key(|phrase| std::cmp::Reverse(phrase.before.len()));
        }
        self.by_last
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

/// What a label may follow: the beginning, no letter, or an escape that ends in one.
const BEFORE: &str = r"(?:^|[^a-zA-Z]|\\[nrt]|%[0-9A-F][A-F])";

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
        parts.push(format!("(?:{BEFORE}(?i:{first})|{capital})(?i:{rest})[^a-z]"));
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
        let ending = |text: &'static str| {
            let back = move |at: usize| text.split(' ').rev().nth(at).map(str::as_bytes);
            lexicon.ending(&back).map(|(length, tags)| (length, tags.to_vec()))
        };
        let mrn = Tag::Kind { kind: lexicon.kind("mrn").unwrap(), weak: false };
        assert_eq!(ending("the patient id"), Some((2, vec![mrn])));
        assert_eq!(ending("mrn2"), Some((1, vec![mrn])));
        assert_eq!(ending("mrn2024"), None);
        assert_eq!(ending("order id"), Some((2, vec![Tag::Not])));
        assert_eq!(ending("colour"), None);
    }
}
