//! Whether a field holds health information, and on what ground.
//!
//! In: the name of an object, the name, type, label and tags of a field, and what is known
//! about its surroundings. Out: a [`Recognition`], or nothing. It knows no file and no other
//! field; what surrounds a field is worked out in `schema`.

use std::sync::Arc;

use compact_str::CompactString;
use glob::Pattern;

use super::kinds::{ObjectKind, any_eq};
use super::tokens;
use super::vocabulary::{ANY_CASE, Class, Vocabulary};
use crate::fact::Confidence;

mod lexical;

/// How certain it is that a field holds health information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A trace of it: a flag, a year, a word that another word weakens.
    Low,
    /// Likely, in this object and this org.
    Medium,
    /// Taken as health information.
    High,
}

impl Level {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Why a field is taken as health information, strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// Its description or help text says so.
    Description,
    /// Its label says so.
    Label,
    /// Its API name says so.
    Name,
    /// It is a known field of the platform.
    Catalogue,
    /// Its compliance groups say so.
    Declared,
    /// The project says so.
    Configured,
}

impl Ground {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Label => "label",
            Self::Name => "name",
            Self::Catalogue => "catalogue",
            Self::Declared => "declared",
            Self::Configured => "configured",
        }
    }
}

/// What a field was recognised as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// Family of identifiers or of health information: `ssn`, `diagnosis`.
    pub class: CompactString,
    /// How certain.
    pub level: Level,
    /// Why.
    pub ground: Ground,
    /// The words, tag, field or pattern that told.
    pub token: CompactString,
    /// Protected by further laws.
    pub sensitive: bool,
    /// Health information by itself, not only an identifier.
    pub clinical: bool,
    /// How sure a finding about it can be.
    pub confidence: Confidence,
}

impl Recognition {
    /// Ground and token in words.
    pub fn because(&self) -> String {
        match self.ground {
            Ground::Configured => "named in phorce.toml".to_owned(),
            Ground::Declared => format!("declared: {}", self.token),
            Ground::Catalogue => "a clinical field of the platform".to_owned(),
            Ground::Name => format!("by its name: {}", self.token),
            Ground::Label => format!("by its label: {}", self.token),
            Ground::Description => format!("by its description: {}", self.token),
        }
    }
}

/// What the project says about PHI, in `phorce.toml`. Patterns compare without regard to
/// case.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Objects that hold PHI.
    pub objects: Vec<Pattern>,
    /// Fields that hold PHI, as `Object.Field`.
    pub fields: Vec<Pattern>,
    /// Fields (`Object.Field`) and objects that do not.
    pub not: Vec<Pattern>,
    /// Whether this is a health org; unset, it is worked out.
    pub health_context: Option<bool>,
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldShape<'f> {
    /// Its API name, without its object.
    pub name: &'f str,
    /// Its type, where the metadata says it.
    pub kind: Option<&'f str>,
    /// Its label.
    pub label: Option<&'f str>,
    /// Its description.
    pub description: Option<&'f str>,
    /// Its help text.
    pub help: Option<&'f str>,
    /// Its compliance groups, separated by `;`.
    pub groups: Option<&'f str>,
    /// It is computed.
    pub formula: bool,
    /// It is unique or an external ID.
    pub unique: bool,
}

/// What surrounds a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The org is about health.
    pub health: bool,
    /// The object is about patients or their care.
    pub clinical: bool,
}

/// Recognises fields.
#[derive(Debug, Clone)]
pub struct Recogniser {
    vocabulary: Arc<Vocabulary>,
    overrides: Overrides,
}

impl Recogniser {
    /// A recogniser with the project's overrides.
    ///
    /// # Errors
    /// The table in the binary is wrong: where, and how.
    pub fn new(overrides: &Overrides) -> Result<Self, String> {
        let vocabulary = Arc::new(Vocabulary::embedded()?);
        Ok(Self { vocabulary, overrides: overrides.clone() })
    }

    /// The words it knows.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// What the project says.
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// What the name of an object tells.
    pub fn kind_of(&self, object: &str) -> ObjectKind {
        ObjectKind::new(&self.vocabulary, object)
    }

    /// The pattern by which the project says that an object holds PHI.
    pub fn configured_object(&self, object: &str) -> Option<&str> {
        matching(&self.overrides.objects, object)
    }

    /// The pattern by which the project says that an object or a field holds no PHI.
    pub fn excluded(&self, name: &str) -> Option<&str> {
        matching(&self.overrides.not, name)
    }

    /// What a field is recognised as.
    pub fn recognise(
        &self,
        object: &ObjectKind,
        field: &FieldShape<'_>,
        around: Surroundings,
    ) -> Option<Recognition> {
        if let Some(configured) = self.by_project(object, field) {
            return configured;
        }
        let found = match self.by_catalogue(object, field.name, around.health) {
            Some(known) => known,
            None => lexical::recognise(&self.vocabulary, object, field, around),
        };
        match self.tag(field) {
            Some(tag) => Some(self.declared(tag, found, field, around)),
            None => found,
        }
    }

    /// What the project says: `Some(None)` is "no PHI".
    fn by_project(
        &self,
        object: &ObjectKind,
        field: &FieldShape<'_>,
    ) -> Option<Option<Recognition>> {
        if self.overrides.not.is_empty() && self.overrides.fields.is_empty() {
            return None;
        }
        let full = format!("{}.{}", object.name, field.name);
        if self.excluded(&full).is_some() || self.excluded(&object.name).is_some() {
            return Some(None);
        }
        let pattern = matching(&self.overrides.fields, &full)?;
        let around = Surroundings { health: true, clinical: true };
        let found = self
            .by_catalogue(object, field.name, true)
            .flatten()
            .or_else(|| lexical::recognise(&self.vocabulary, object, field, around));
        Some(Some(restate(found, Ground::Configured, pattern)))
    }

    /// A known field of the platform: `Some(None)` is "known, and not PHI in this org".
    fn by_catalogue(
        &self,
        object: &ObjectKind,
        field: &str,
        health: bool,
    ) -> Option<Option<Recognition>> {
        if !tokens::parts(field).suffix.is_empty() {
            return None;
        }
        let known = self.catalogued(&object.platform, field, health);
        if known.is_some() || !object.name.eq_ignore_ascii_case("Account") {
            return known;
        }
        // The person of a person account is stored on the contact side.
        let of_contact = strip_prefix_any_case(field, "Person")?;
        self.catalogued(&self.kind_of("Contact").platform, of_contact, health)
    }

    fn catalogued(&self, rows: &[usize], field: &str, health: bool) -> Option<Option<Recognition>> {
        let rows = rows.iter().filter_map(|row| self.vocabulary.platform.get(*row));
        let (row, high) = rows.into_iter().find_map(|row| {
            let high = row.high.contains(field);
            (high || row.medium.contains(field)).then_some((row, high))
        })?;
        let level = match (high, row.person && !health) {
            (true, false) => Level::High,
            (false, false) => Level::Medium,
            (true, true) => Level::Low,
            (false, true) => return Some(None),
        };
        let class = self.vocabulary.class(row.class);
        let confidence = match (level, row.person) {
            (Level::Low, _) => Confidence::Low,
            (Level::High, false) => Confidence::High,
            _ => Confidence::Medium,
        };
        Some(Some(Recognition {
            class: class.map(|c| c.name.as_str()).unwrap_or_default().into(),
            level,
            ground: Ground::Catalogue,
            token: field.into(),
            sensitive: row.sensitive || class.is_some_and(|c| c.sensitive),
            clinical: class.is_some_and(|c| c.clinical),
            confidence,
        }))
    }

    /// The compliance group that declares a field.
    fn tag<'f>(&self, field: &FieldShape<'f>) -> Option<&'f str> {
        let mut groups = field.groups?.split(';').map(str::trim);
        groups.find(|group| any_eq(&self.vocabulary.table.declared.groups, group))
    }

    /// A tag makes a field certain, except where nothing else speaks for it: a tag on a
    /// computed value or a number of an object that is not about patients is suspicious.
    fn declared(
        &self,
        tag: &str,
        found: Option<Recognition>,
        field: &FieldShape<'_>,
        around: Surroundings,
    ) -> Recognition {
        let kind = field.kind.unwrap_or_default();
        let odd = field.formula || any_eq(&self.vocabulary.table.stop.odd_tag_types, kind);
        let alone = found.as_ref().is_none_or(|found| found.level == Level::Low);
        let mut out = restate(found, Ground::Declared, tag);
        if odd && alone && !around.clinical {
            out.level = Level::Low;
            out.confidence = Confidence::Low;
        }
        out
    }
}

/// The same field, on a stronger ground.
fn restate(found: Option<Recognition>, ground: Ground, token: &str) -> Recognition {
    Recognition {
        class: found.as_ref().map_or_else(|| "named".into(), |f| f.class.clone()),
        level: Level::High,
        ground,
        token: token.into(),
        sensitive: found.as_ref().is_some_and(|f| f.sensitive),
        clinical: found.as_ref().is_some_and(|f| f.clinical),
        confidence: Confidence::High,
    }
}

fn matching<'p>(patterns: &'p [Pattern], name: &str) -> Option<&'p str> {
    patterns.iter().find(|p| p.matches_with(name, ANY_CASE)).map(Pattern::as_str)
}

/// What follows `prefix`, without regard to case, if anything does.
pub(super) fn strip_prefix_any_case<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let (head, rest) = name.split_at_checked(prefix.len())?;
    (head.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
#[path = "phi/tests.rs"]
mod tests;
