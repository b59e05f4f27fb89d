//! Recognition by words.
//!
//! In: the words of a field's name, label and description. Out: the best class they tell.
//! Whole words only; a word that stops weakens a strong phrase and drops a weak one. It knows
//! neither tags, nor the catalogue, nor what the project says.

use super::{Class, FieldShape, Ground, Level, Recognition, Surroundings, Vocabulary};
use crate::fact::Confidence;
use crate::org::kinds::{ObjectKind, any_eq};
use crate::org::phrases::Hit;
use crate::org::tokens;
use crate::org::vocabulary::{Force, Sense};

/// A phrase found and what it is worth.
struct Candidate<'v> {
    class: &'v Class,
    level: Level,
    ground: Ground,
    token: String,
    words: usize,
    strong: bool,
    stopped: bool,
}

/// Everything that is looked at for one field.
struct Reading<'r> {
    vocabulary: &'r Vocabulary,
    object: &'r ObjectKind,
    name: Vec<String>,
    label: Vec<String>,
    around: Surroundings,
}

/// What the words of a field tell.
pub fn recognise(
    vocabulary: &Vocabulary,
    object: &ObjectKind,
    field: &FieldShape<'_>,
    around: Surroundings,
) -> Option<Recognition> {
    let stop = &vocabulary.table.stop;
    let space = tokens::parts(field.name).namespace;
    let muted = object.mute.is_some() || space.is_some_and(|s| any_eq(&stop.namespaces, s));
    if muted || any_eq(&stop.pointer_types, field.kind.unwrap_or_default()) {
        return None;
    }
    let mut name = unnumbered(vocabulary, tokens::of_name(field.name));
    if name.iter().all(|word| is_anonymous(vocabulary, word)) {
        name.clear();
    }
    let label = unnumbered(vocabulary, field.label.map(tokens::of_text).unwrap_or_default());
    let reading = Reading { vocabulary, object, name, label, around };
    let found = reading.best(field).map(|best| reading.settle(best, field));
    match found {
        Some(found) => found,
        None => unique(&reading, field),
    }
}

/// A word of a name that was given before anybody knew what the field would hold: `field7`,
/// `custom`, `3`. Such a name weakens nothing that the label says.
fn is_anonymous(vocabulary: &Vocabulary, word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.is_empty() || vocabulary.table.stop.anonymous.iter().any(|known| known == stem)
}

/// The words in plain letters, without the number of a second field of the kind: `ssn2` is
/// `ssn`. `icd10`, a word of the table, stays, and so does `field7`, of which the table knows
/// no part.
fn unnumbered(vocabulary: &Vocabulary, mut words: Vec<String>) -> Vec<String> {
    for word in &mut words {
        if !word.is_ascii() {
            *word = tokens::folded(word);
        }
        let stem = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let known = word.get(..stem).is_some_and(|stem| vocabulary.words.contains(stem));
        if known && !vocabulary.words.contains(word) {
            word.truncate(stem);
        }
    }
    words
}

impl<'r> Reading<'r> {
    /// The best phrase of name and label, else of the description.
    fn best(&self, field: &FieldShape<'_>) -> Option<Candidate<'r>> {
        let name = self.candidate(&self.name, Ground::Name);
        if name.as_ref().is_some_and(|c| c.level == Level::High) {
            return name;
        }
        let label = self.candidate(&self.label, Ground::Label);
        let best = match (name, label) {
            (Some(name), Some(label)) if label.level > name.level => Some(label),
            (Some(name), _) => Some(name),
            (None, label) => label,
        };
        best.or_else(|| self.described(field))
    }

    /// A description speaks about many things: only a strong phrase counts, and only where
    /// the object is about patients.
    fn described(&self, field: &FieldShape<'_>) -> Option<Candidate<'r>> {
        if !self.around.health || !self.around.clinical {
            return None;
        }
        let texts = [field.description, field.help].into_iter().flatten();
        texts.map(tokens::of_text).find_map(|words| {
            let mut found = self.candidate(&words, Ground::Description)?;
            if !found.strong || found.stopped {
                return None;
            }
            found.level = Level::Medium;
            Some(found)
        })
    }

    /// The best phrase in one list of words: the surest, then what other laws protect further,
    /// then the longest, then the first of the table.
    fn candidate(&self, words: &[String], ground: Ground) -> Option<Candidate<'r>> {
        let mut best: Option<(Candidate<'r>, usize)> = None;
        for hit in self.hits(words) {
            let number = hit.value.class;
            let Some(next) = self.weigh(words, hit, ground) else { continue };
            let better = best.as_ref().is_none_or(|(best, at)| {
                (next.level, next.class.sensitive, next.words, *at)
                    > (best.level, best.class.sensitive, best.words, number)
            });
            if better {
                best = Some((next, number));
            }
        }
        best.map(|(best, _)| best)
    }

    /// Phrases that no other phrase covers.
    fn hits(&self, words: &[String]) -> Vec<Hit<'r, Sense>> {
        let beside = |word: &String| words.contains(word) || self.object.words.contains(word);
        let mut hits: Vec<Hit<'r, Sense>> = Vec::new();
        let spans: Vec<(usize, usize)> =
            self.vocabulary.harmless.find(words).map(|h| (h.start, h.end)).collect();
        for hit in self.vocabulary.phrases.find(words) {
            let harmless = spans.iter().any(|(start, end)| *start <= hit.start && hit.end <= *end);
            let with = &hit.value.with;
            if !harmless && (with.is_empty() || with.iter().any(beside)) {
                hits.push(hit);
            }
        }
        let covered = |a: &Hit<'_, Sense>| {
            hits.iter()
                .any(|b| b.start <= a.start && a.end <= b.end && b.end - b.start > a.end - a.start)
        };
        let keep: Vec<bool> = hits.iter().map(|hit| !covered(hit)).collect();
        hits.into_iter().zip(keep).filter_map(|(hit, keep)| keep.then_some(hit)).collect()
    }

    fn weigh(
        &self,
        words: &[String],
        hit: Hit<'r, Sense>,
        ground: Ground,
    ) -> Option<Candidate<'r>> {
        let class = self.vocabulary.class(hit.value.class)?;
        let force = hit.value.force;
        let stopped = self.is_stopped(words, &hit, class);
        let about_patients = self.around.clinical && self.around.health;
        let level = match (force, stopped) {
            (Force::Strong, false) => Level::High,
            (Force::Strong, true) => Level::Low,
            (Force::Clear, false) if about_patients => Level::High,
            (Force::Weak, false) if about_patients => Level::Medium,
            (Force::Clear | Force::Weak, _) => return None,
        };
        let strong = force == Force::Strong;
        let found = words.get(hit.start..hit.end)?;
        let (token, words) = (found.join(" "), found.len());
        Some(Candidate { class, level, ground, token, words, strong, stopped })
    }

    fn is_stopped(&self, words: &[String], hit: &Hit<'_, Sense>, class: &Class) -> bool {
        let stop = &self.vocabulary.table.stop;
        let inside = words.get(hit.start..hit.end).unwrap_or_default();
        // What the label adds can make a weak phrase meaningless, never a strong one.
        let strong = hit.value.force == Force::Strong;
        let label = if strong { &[] } else { self.label.as_slice() };
        let all = || {
            let told = words.iter().chain(&self.name).chain(label);
            told.filter(|word| !inside.contains(word))
        };
        let stops = self.vocabulary.stops.get(hit.value.class);
        if all().any(|word| stops.is_some_and(|stops| stops.contains(word))) {
            return true;
        }
        let is_patient = |word: &String| stop.unless.contains(word);
        let of_patient = words.iter().chain(&self.name).chain(&self.label).any(is_patient);
        if of_patient {
            return false;
        }
        let object = self.object;
        let apart = if class.clinical { object.definition } else { object.provider };
        if object.goods || apart {
            return true;
        }
        let tells = |word: &String| class.clinical && self.is_teller(words, word, inside);
        let provider = |word: &String| {
            let known = stop.providers.contains(word);
            (known && !tells(word)) || (!strong && stop.weak_providers.contains(word))
        };
        all().chain(self.label.iter().filter(|word| !inside.contains(word))).any(provider)
    }

    /// Whether `word` stands for somebody who gives care and, wherever it stands, before the
    /// phrase: the diagnosis of a physician is that of his patient, a diagnosing physician is
    /// a physician.
    fn is_teller(&self, words: &[String], word: &String, phrase: &[String]) -> bool {
        if !self.vocabulary.table.stop.caregivers.contains(word) {
            return false;
        }
        let mut lists = [words, &self.name, &self.label].into_iter();
        lists.all(|list| match list.iter().position(|other| other == word) {
            Some(at) => {
                let told = |other: &String| phrase.contains(other);
                let mut after = list.iter().skip(at + 1);
                if list.iter().any(told) { after.any(told) } else { after.next().is_some() }
            }
            None => true,
        })
    }

    /// Caps and raises, then the answer.
    fn settle(&self, best: Candidate<'r>, field: &FieldShape<'_>) -> Option<Recognition> {
        let mut level = best.level;
        if self.is_capped(best.class, field) {
            level = level.min(Level::Low);
        }
        if best.class.sensitive && !best.stopped && self.around.health {
            level = if level == Level::Low { Level::Medium } else { Level::High };
        }
        let own = !tokens::parts(field.name).suffix.is_empty();
        if !own && !self.around.health && self.object.platform.is_empty() {
            // A field of the platform is health information only in an org about health.
            level = level.min(Level::Low);
        }
        Some(Recognition {
            class: best.class.name.as_str().into(),
            level,
            ground: best.ground,
            confidence: self.confidence(level, &best),
            token: best.token.into(),
            sensitive: best.class.sensitive,
            clinical: best.class.clinical,
        })
    }

    /// Fields that hold a yes or no, a count, a number of the system, or only a year.
    fn is_capped(&self, class: &Class, field: &FieldShape<'_>) -> bool {
        let stop = &self.vocabulary.table.stop;
        let first = self.name.first().filter(|_| self.name.len() > 1);
        any_eq(&stop.low_types, field.kind.unwrap_or_default())
            || first.is_some_and(|word| stop.leading.contains(word))
            || class.year_low && self.name.iter().any(|word| stop.year.contains(word))
    }

    fn confidence(&self, level: Level, best: &Candidate<'_>) -> Confidence {
        let known = self.around.health || self.around.clinical;
        match (level, best.ground) {
            (Level::Low, _) | (_, Ground::Description) => Confidence::Low,
            (Level::Medium, Ground::Label) => Confidence::Low,
            (Level::High, Ground::Name) if known && best.strong => Confidence::High,
            (Level::High, Ground::Label) if !known => Confidence::Low,
            _ => Confidence::Medium,
        }
    }
}

/// Any other unique identifier of a person: told by the attributes of the field.
fn unique(reading: &Reading<'_>, field: &FieldShape<'_>) -> Option<Recognition> {
    let around = reading.around;
    let kind = field.kind.unwrap_or_default();
    let holds_value = matches!(kind, "Text" | "Number" | "EncryptedText");
    if !(around.health && around.clinical && reading.object.person && field.unique && holds_value) {
        return None;
    }
    Some(Recognition {
        class: "unique-id".into(),
        level: Level::Medium,
        ground: Ground::Name,
        token: "unique".into(),
        sensitive: false,
        clinical: false,
        confidence: Confidence::Low,
    })
}
