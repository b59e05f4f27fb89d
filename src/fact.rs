//! Facts: what rules judge.
//!
//! An element of metadata and a row of an analysis are both a [`Fact`]: a kind, a name,
//! values, and a place for each value. Facts know no rule. Elements keep Salesforce's own
//! spelling (`oauthConfig.scopes`); kinds and values that an analysis derived are kebab-case.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Inventory, hygiene or evidence.
    Low,
    /// The exposure depends on one fact that metadata cannot show.
    Medium,
    /// The exposure is in the file itself.
    High,
    /// One grant opens PHI to guests, to everyone, or to the whole org.
    Critical,
}

impl Severity {
    /// Every severity, worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word used on pages, on the command line and in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure a finding is, apart from how bad it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess by a name.
    Low,
    /// Likely; a person should look.
    Medium,
    /// The metadata says so.
    High,
}

impl Confidence {
    /// The word used on pages and in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One value of a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The value, unescaped and trimmed; empty for an element that only contains others.
    pub text: CompactString,
    /// The value in its file; for an empty, secret or containing element its start tag.
    pub span: Span,
    /// The value may never be printed.
    pub secret: bool,
    /// Where the thing named by the value is defined, when that is another place.
    pub related: Option<Span>,
    /// Of a text of several lines that the file writes in other words, with entities or the
    /// line ends of Windows: where parts of it begin, by byte in the text and in the file.
    pub parts: Option<Arc<[(usize, usize)]>>,
}

impl Item {
    /// A printable value.
    pub fn new(text: impl Into<CompactString>, span: Span) -> Self {
        Self { text: text.into(), span, secret: false, related: None, parts: None }
    }

    /// Where these bytes of the text stand in the file; nothing where it cannot be told.
    pub fn place_of(&self, bytes: std::ops::Range<usize>) -> Option<Span> {
        let written = self.span.end.saturating_sub(self.span.start) as usize;
        if self.secret {
            return None;
        }
        let Some(parts) = &self.parts else {
            let begin = self.span.start as usize;
            return (written == self.text.len())
                .then(|| Span::new(self.span.file, begin + bytes.start, begin + bytes.end));
        };
        let part = |number: usize| parts.get(number).copied();
        let first = part(parts.partition_point(|part| part.0 <= bytes.start).checked_sub(1)?)?;
        // The end lies before whatever begins there.
        let after = parts.partition_point(|part| part.0 < bytes.end);
        let last = part(after.checked_sub(1)?)?;
        let begins_there = part(after).filter(|next| next.0 == bytes.end);
        let end = begins_there.map_or(last.1 + (bytes.end - last.0), |next| next.1);
        Some(Span::new(self.span.file, first.1 + (bytes.start - first.0), end))
    }
}

/// What a fact says under one key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Found<'f> {
    /// Nothing: Salesforce's default applies, and the page must state it to rely on it.
    Absent,
    /// It cannot be known, because what would say it was not retrieved: the reason.
    Unknown(&'f str),
    /// One or more values are there; walk them with [`Fact::items`].
    Present,
}

/// One thing a rule can judge.
#[derive(Debug, Clone)]
pub struct Fact {
    /// `CustomField`, `Profile.userPermissions`, `oauth-client`.
    pub kind: CompactString,
    /// Salesforce's full name; of a nested element `Component/key`.
    pub name: CompactString,
    /// The component's full name; what a finding that lists members is about.
    pub component: CompactString,
    /// Findings of one rule in one component are one finding that lists its members.
    pub grouped: bool,
    /// Where the fact stands: the start tag of its element.
    pub place: Span,
    /// The values, in the order of the file.
    pub values: Vec<(CompactString, Item)>,
    /// Keys whose values cannot be known, each with the reason. A key covers `key.…` too.
    pub unknown: Vec<(CompactString, CompactString)>,
    /// The component a nested element stands in; its values are read under `parent.`.
    pub parent: Option<Arc<Fact>>,
    /// Places that belong to the story, with words of their own.
    pub related: Vec<(Span, CompactString)>,
    /// Steps in order, where order matters: the way of a value from its source to its sink.
    pub trail: Vec<(Span, CompactString)>,
    /// A finding on this fact is at most this bad: the component is inactive, or lies in a
    /// test folder outside every package directory.
    pub cap: Option<Severity>,
    /// A finding on this fact is at most this sure: the ground of a PHI recognition.
    pub confidence: Option<Confidence>,
}

impl Fact {
    /// A fact without values.
    pub fn new(
        kind: impl Into<CompactString>,
        name: impl Into<CompactString>,
        place: Span,
    ) -> Self {
        let name = name.into();
        Self {
            kind: kind.into(),
            component: name.clone(),
            name,
            grouped: false,
            place,
            values: Vec::new(),
            unknown: Vec::new(),
            parent: None,
            related: Vec::new(),
            trail: Vec::new(),
            cap: None,
            confidence: None,
        }
    }

    /// Every value under `key`, in the order of the file.
    pub fn items<'f>(&'f self, key: &'f str) -> impl Iterator<Item = &'f Item> {
        let own = self.values.iter().filter(move |(k, _)| k == key).map(|(_, item)| item);
        let inherited = key.strip_prefix("parent.").zip(self.parent.as_deref());
        let inherited = inherited.into_iter().flat_map(|(key, parent)| {
            parent.values.iter().filter(move |(k, _)| k == key).map(|(_, item)| item)
        });
        own.chain(inherited)
    }

    /// The first value under `key`.
    pub fn item(&self, key: &str) -> Option<&Item> {
        match key.strip_prefix("parent.") {
            Some(rest) => self.parent.as_deref()?.item(rest),
            None => self.values.iter().find(|(k, _)| k == key).map(|(_, item)| item),
        }
    }

    /// The text of the last value under `key`: of a repeated singleton Salesforce takes the
    /// last one.
    pub fn text(&self, key: &str) -> Option<&str> {
        match key.strip_prefix("parent.") {
            Some(rest) => self.parent.as_deref()?.text(rest),
            None => self.values.iter().rfind(|(k, _)| k == key).map(|(_, i)| i.text.as_str()),
        }
    }

    /// Whether the value under `key` is `true`.
    pub fn is_true(&self, key: &str) -> bool {
        self.text(key).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Whether `key` has a value, none, or one that cannot be known.
    pub fn found<'f>(&'f self, key: &str) -> Found<'f> {
        if self.item(key).is_some() {
            return Found::Present;
        }
        if let Some((rest, parent)) = key.strip_prefix("parent.").zip(self.parent.as_deref()) {
            return parent.found(rest);
        }
        let covers = |known: &str| {
            key.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match self.unknown.iter().find(|(k, _)| k == "*" || covers(k)) {
            Some((_, reason)) => Found::Unknown(reason),
            None => Found::Absent,
        }
    }

    /// Adds a value that stands at `span`.
    pub fn push(
        &mut self,
        key: impl Into<CompactString>,
        text: impl Into<CompactString>,
        span: Span,
    ) {
        self.values.push((key.into(), Item::new(text, span)));
    }

    /// Adds a derived value that has no place of its own: it stands where the fact stands.
    pub fn derive(&mut self, key: impl Into<CompactString>, text: impl std::fmt::Display) {
        let text = compact_str::format_compact!("{text}");
        self.push(key, text, self.place);
    }

    /// Says that `key` cannot be known, and why.
    pub fn mark_unknown(
        &mut self,
        key: impl Into<CompactString>,
        reason: impl Into<CompactString>,
    ) {
        self.unknown.push((key.into(), reason.into()));
    }
}
