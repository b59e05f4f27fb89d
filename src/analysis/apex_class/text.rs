//! A text as far as it is known.
//!
//! In: parts of a text. Out: [`Text`]: what it is, with `?` for what is not known, and its
//! holes: what of it somebody may write.

use crate::source::Span;

/// A text longer than this is cut.
const LONGEST: usize = 20_000;

/// A part of a text that somebody may write.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hole {
    /// Its number among the parameters of the body; none where it comes from outside anyway.
    pub(super) param: Option<usize>,
    pub(super) name: String,
    pub(super) span: Span,
}

/// A text.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) holes: Vec<Hole>,
}

impl Text {
    pub(super) fn unknown() -> Self {
        Self { text: "?".to_owned(), holes: Vec::new() }
    }

    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), holes: Vec::new() }
    }

    pub(super) fn add(&mut self, other: &Self) {
        if self.text.len() < LONGEST {
            self.text.push_str(&other.text);
        }
        self.take(&other.holes);
    }

    pub(super) fn take(&mut self, holes: &[Hole]) {
        for hole in holes {
            if !self.holes.contains(hole) {
                self.holes.push(hole.clone());
            }
        }
    }

    /// What it is after one branch or the other.
    pub(super) fn or(mut self, other: Self) -> Self {
        if other.text.len() > self.text.len() {
            self.text = other.text;
        }
        self.take(&other.holes);
        self
    }
}
