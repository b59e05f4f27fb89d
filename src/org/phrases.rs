//! Phrases of whole words, found in a list of words in one pass.
//!
//! In: phrases ("date of birth", "medication(s)"), each with a value; then lists of words.
//! Out: where which phrase stands. It knows nothing of what a phrase means.

use rustc_hash::FxHashMap;

/// A set of phrases, by their first word.
#[derive(Debug, Clone)]
pub struct Phrases<V> {
    by_first: FxHashMap<String, Vec<(Vec<String>, V)>>,
}

/// A phrase found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'p, V> {
    /// The first word of it.
    pub start: usize,
    /// One past its last word.
    pub end: usize,
    /// What the phrase stands for.
    pub value: &'p V,
}

impl<V> Default for Phrases<V> {
    fn default() -> Self {
        Self { by_first: FxHashMap::default() }
    }
}

impl<V: Clone> Phrases<V> {
    /// Adds a phrase; one that ends in `(s)` is added with and without the `s`.
    pub fn add(&mut self, phrase: &str, value: &V) {
        match phrase.strip_suffix("(s)") {
            Some(stem) => {
                self.add_one(stem, value.clone());
                self.add_one(&format!("{stem}s"), value.clone());
            }
            None => self.add_one(phrase, value.clone()),
        }
    }

    fn add_one(&mut self, phrase: &str, value: V) {
        let mut words = phrase.split_whitespace().map(str::to_owned);
        if let Some(first) = words.next() {
            self.by_first.entry(first).or_default().push((words.collect(), value));
        }
    }

    /// Every phrase that stands in `words`.
    pub fn find<'p, 'w>(
        &'p self,
        words: &'w [String],
    ) -> impl Iterator<Item = Hit<'p, V>> + use<'p, 'w, V> {
        words.iter().enumerate().flat_map(move |(start, word)| {
            let rest = words.get(start + 1..).unwrap_or_default();
            let known = self.by_first.get(word).into_iter().flatten();
            known.filter(move |(more, _)| rest.starts_with(more)).map(move |(more, value)| Hit {
                start,
                end: start + 1 + more.len(),
                value,
            })
        })
    }
}

/// A set of phrases without values.
pub fn set<S: AsRef<str>>(phrases: &[S]) -> Phrases<()> {
    let mut out = Phrases::default();
    for phrase in phrases {
        out.add(phrase.as_ref(), &());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn found(phrases: &[&str], text: &str) -> Vec<(usize, usize)> {
        set(phrases).find(&words(text)).map(|hit| (hit.start, hit.end)).collect()
    }

    #[test]
    fn whole_words_in_a_row_are_found_and_nothing_else() {
        assert_eq!(found(&["date of birth"], "the date of birth"), [(1, 4)]);
        assert!(found(&["date of birth"], "date of").is_empty());
        assert!(found(&["date of birth"], "birth of date").is_empty());
        assert!(found(&["age"], "language page").is_empty());
    }

    #[test]
    fn a_plural_in_parentheses_is_optional() {
        assert_eq!(found(&["lab result(s)"], "lab result lab results"), [(0, 2), (2, 4)]);
        assert!(found(&["lab result(s)"], "lab resulting").is_empty());
    }

    #[test]
    fn a_short_phrase_and_a_long_one_are_both_found() {
        assert_eq!(found(&["care", "care plan"], "care plan"), [(0, 1), (0, 2)]);
    }
}
