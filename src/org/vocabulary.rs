//! `rules/phi.toml`, read and compiled.
//!
//! In: the table that travels in the binary. Out: [`Vocabulary`], maps that look names up in
//! time that does not grow with the table. It knows no field and takes no decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use glob::{MatchOptions, Pattern};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::phrases::{Phrases, set};
use super::words::Words;

/// The table in the binary.
const TABLE: &str = include_str!("../../rules/phi.toml");

/// How patterns on API names compare: as Salesforce does, without regard to case.
pub const ANY_CASE: MatchOptions = MatchOptions {
    case_sensitive: false,
    require_literal_separator: false,
    require_literal_leading_dot: false,
};

/// A family of identifiers or of health information.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Class {
    /// Its word: `ssn`, `diagnosis`.
    pub name: String,
    /// Where the law names it.
    #[serde(default)]
    pub cite: String,
    /// Phrases that say it anywhere.
    #[serde(default)]
    pub strong: Vec<String>,
    /// Phrases that say it in a clinical object of a health org, and there leave no doubt.
    #[serde(default)]
    pub clear: Vec<String>,
    /// Phrases that make it likely in a clinical object of a health org.
    #[serde(default)]
    pub weak: Vec<String>,
    /// Phrases that need one of these words beside them.
    #[serde(default)]
    pub with: BTreeMap<String, Vec<String>>,
    /// Words that turn a phrase of this class into something else.
    #[serde(default)]
    pub stop: Vec<String>,
    /// Health information by itself.
    #[serde(default)]
    pub clinical: bool,
    /// Protected by further laws.
    #[serde(default)]
    pub sensitive: bool,
    /// A year alone is no identifier.
    #[serde(default)]
    pub year_low: bool,
}

impl Class {
    /// Every phrase of it.
    pub fn phrases(&self) -> impl Iterator<Item = &String> {
        self.strong.iter().chain(&self.clear).chain(&self.weak)
    }
}

/// Words that stop, types that cap, packages that prove nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stop {
    /// Words about systems and money.
    pub words: Vec<String>,
    /// Words for those who give care or work here.
    pub providers: Vec<String>,
    /// The same, against weak phrases only.
    pub weak_providers: Vec<String>,
    /// Words of `providers` that before health information say who told it, not whose it is.
    pub caregivers: Vec<String>,
    /// Words of names that say nothing at all.
    pub anonymous: Vec<String>,
    /// Words that overrule `providers`.
    pub unless: Vec<String>,
    /// Phrases that hide what they cover.
    pub harmless: Vec<String>,
    /// First words of a yes-or-no name.
    pub leading: Vec<String>,
    /// Field types that are at most low.
    pub low_types: Vec<String>,
    /// Field types that only point at a record.
    pub pointer_types: Vec<String>,
    /// Field types on which a tag alone is suspicious.
    pub odd_tag_types: Vec<String>,
    /// Words for a year.
    pub year: Vec<String>,
    /// Words of objects that hold goods or configuration.
    pub objects: Vec<String>,
    /// Suffixes of objects that hold configuration.
    pub suffixes: Vec<String>,
    /// Namespaces that are not about health.
    pub namespaces: Vec<String>,
}

/// What declares a field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Declared {
    /// Values of `complianceGroup`.
    pub groups: Vec<String>,
}

/// What names of objects tell.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Objects {
    /// Phrases of objects about patients.
    pub clinical: Vec<String>,
    /// Phrases that overrule `clinical`.
    pub not_clinical: Vec<String>,
    /// Last words of objects that stand for a place or an organisation.
    pub organisations: Vec<String>,
    /// Last words of objects that list what may be chosen.
    pub definitions: Vec<String>,
    /// Words of components that tell of a health org.
    pub evidence: Vec<String>,
    /// Objects that stand for a person.
    pub persons: Vec<String>,
    /// Words of objects that stand for a person.
    pub person_words: Vec<String>,
    /// Definitions, as patterns.
    pub reference: Vec<String>,
    /// Objects of health products, as patterns.
    pub health: Vec<String>,
}

/// What tells of a health org beside objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Health {
    /// Namespaces of health packages.
    pub namespaces: Vec<String>,
    /// Settings, as patterns.
    pub settings: Vec<String>,
}

/// Fields of platform objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Standard {
    /// Objects, as patterns.
    pub objects: Vec<String>,
    /// Class of the fields.
    pub class: String,
    /// Every record is health information.
    #[serde(default)]
    pub phi: bool,
    /// Its presence proves a health org.
    #[serde(default)]
    pub health: bool,
    /// Counts in a health org only.
    #[serde(default)]
    pub person: bool,
    /// Its fields are protected by further laws.
    #[serde(default)]
    pub sensitive: bool,
    /// Fields that are certain.
    #[serde(default)]
    pub high: Vec<String>,
    /// Fields that are likely.
    #[serde(default)]
    pub medium: Vec<String>,
}

/// The table as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Table {
    /// Classes, in order of preference.
    pub class: Vec<Class>,
    /// What stops.
    pub stop: Stop,
    /// What declares.
    pub declared: Declared,
    /// What names of objects tell.
    pub objects: Objects,
    /// What else tells of a health org.
    pub health: Health,
    /// Fields of platform objects.
    pub standard: Vec<Standard>,
    /// Short forms of fields in list views and reports.
    pub short: BTreeMap<String, String>,
}

/// How much a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// It says it anywhere.
    Strong,
    /// It says it in a clinical object of a health org.
    Clear,
    /// It makes it likely in a clinical object of a health org.
    Weak,
}

/// What a phrase of a class is.
#[derive(Debug, Clone)]
pub struct Sense {
    /// Number of the class.
    pub class: usize,
    /// How much it says.
    pub force: Force,
    /// Words of which one must stand beside it; empty for none.
    pub with: Arc<[String]>,
}

/// Names, some exact, some patterns; both compare without regard to case.
#[derive(Debug, Clone, Default)]
pub struct Names {
    exact: FxHashSet<String>,
    patterns: Vec<Pattern>,
}

impl Names {
    fn new(names: &[String]) -> Result<Self, String> {
        let mut out = Self::default();
        for name in names {
            if name.contains(['*', '?', '[']) {
                out.patterns.push(Pattern::new(name).map_err(|e| format!("`{name}`: {e}"))?);
            } else {
                out.exact.insert(name.to_lowercase());
            }
        }
        Ok(out)
    }

    /// Whether `name` is one of them.
    pub fn contains(&self, name: &str) -> bool {
        self.contains_folded(name, &name.to_lowercase())
    }

    /// The same, for a caller that asks many lists and has lowered the name once.
    pub fn contains_folded(&self, name: &str, folded: &str) -> bool {
        self.exact.contains(folded) || self.patterns.iter().any(|p| p.matches_with(name, ANY_CASE))
    }
}

/// A compiled [`Standard`].
#[derive(Debug, Clone)]
pub struct Platform {
    /// Its objects.
    pub objects: Names,
    /// Number of its class.
    pub class: usize,
    /// As in the table.
    pub phi: bool,
    /// As in the table.
    pub health: bool,
    /// As in the table.
    pub person: bool,
    /// As in the table.
    pub sensitive: bool,
    /// Fields that are certain.
    pub high: Names,
    /// Fields that are likely.
    pub medium: Names,
}

/// The table, ready to be asked.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// As written.
    pub table: Table,
    /// Phrases of all classes.
    pub phrases: Phrases<Sense>,
    /// Every word of those phrases.
    pub words: FxHashSet<String>,
    /// Phrases that hide what they cover.
    pub harmless: Phrases<()>,
    /// Stop words of each class, general ones included.
    pub stops: Vec<FxHashSet<String>>,
    /// Phrases of clinical objects.
    pub clinical: Phrases<()>,
    /// Phrases that unmake a clinical object.
    pub not_clinical: Phrases<()>,
    /// Last words of places and organisations.
    pub organisations: Phrases<()>,
    /// Last words of lists to choose from.
    pub definitions: Phrases<()>,
    /// Words of evidence.
    pub evidence: Phrases<()>,
    /// Words of persons.
    pub persons: Phrases<()>,
    /// Reference objects.
    pub reference: Names,
    /// Objects of health products.
    pub health_objects: Names,
    /// Settings of health products.
    pub health_settings: Names,
    /// Fields of platform objects.
    pub platform: Vec<Platform>,
    /// Short forms, in upper case.
    pub short: FxHashMap<String, String>,
}

impl Vocabulary {
    /// The table that travels in the binary.
    ///
    /// # Errors
    /// The table is wrong: where, and how.
    pub fn embedded() -> Result<Self, String> {
        Words::check()?;
        Self::read(TABLE)
    }

    /// A table from its text.
    ///
    /// # Errors
    /// The text is no such table: the line and what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(text).map_err(|e| format!("rules/phi.toml: {e}"))?;
        Self::compile(table).map_err(|e| format!("rules/phi.toml: {e}"))
    }

    fn compile(table: Table) -> Result<Self, String> {
        let mut phrases = Phrases::default();
        let mut stops = Vec::new();
        for (number, class) in table.class.iter().enumerate() {
            add_class(&mut phrases, number, class);
            stops.push(class.stop.iter().chain(&table.stop.words).cloned().collect());
        }
        let rows = table.standard.iter().map(|row| platform(&table, row));
        let platform = rows.collect::<Result<_, _>>()?;
        let listed = table.class.iter().flat_map(|class| class.phrases());
        let plain = listed.flat_map(|phrase| {
            let plural = phrase.replace("(s)", "s");
            [phrase.replace("(s)", ""), plural]
        });
        let words = plain
            .flat_map(|phrase| phrase.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        Ok(Self {
            phrases,
            words: words.collect(),
            stops,
            platform,
            harmless: set(&table.stop.harmless),
            clinical: set(&table.objects.clinical),
            not_clinical: set(&table.objects.not_clinical),
            organisations: set(&table.objects.organisations),
            definitions: set(&table.objects.definitions),
            evidence: set(&table.objects.evidence),
            persons: set(&table.objects.person_words),
            reference: Names::new(&table.objects.reference)?,
            health_objects: Names::new(&table.objects.health)?,
            health_settings: Names::new(&table.health.settings)?,
            short: table.short.iter().map(|(k, v)| (k.to_uppercase(), v.clone())).collect(),
            table,
        })
    }

    /// The class of a number.
    pub fn class(&self, number: usize) -> Option<&Class> {
        self.table.class.get(number)
    }
}

fn add_class(phrases: &mut Phrases<Sense>, number: usize, class: &Class) {
    let lists =
        [(&class.strong, Force::Strong), (&class.clear, Force::Clear), (&class.weak, Force::Weak)];
    for (list, force) in lists {
        for phrase in list {
            let with = class.with.get(phrase).filter(|_| force == Force::Strong);
            let with = with.map(|words| words.clone().into()).unwrap_or_default();
            phrases.add(phrase, &Sense { class: number, force, with });
        }
    }
}

fn platform(table: &Table, row: &Standard) -> Result<Platform, String> {
    let class = table.class.iter().position(|c| c.name == row.class);
    Ok(Platform {
        objects: Names::new(&row.objects)?,
        class: class.ok_or_else(|| format!("`{}` is no class", row.class))?,
        phi: row.phi,
        health: row.health,
        person: row.person,
        sensitive: row.sensitive,
        high: Names::new(&row.high)?,
        medium: Names::new(&row.medium)?,
    })
}
