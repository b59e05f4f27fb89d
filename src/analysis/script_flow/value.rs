//! What a value of a script may hold.
//!
//! In: nothing. Out: [`Value`]: the PHI in it with the way it came, what it stands for, and
//! its text where it is one. Values are joined where ways meet; a value never forgets.

use compact_str::CompactString;

use crate::fact::Confidence;
use crate::org::phi::{Level, Recognition};
use crate::source::Span;

/// How it is known that a value holds PHI, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// A record was asked for with the field, through Lightning Data Service.
    Wire,
    /// An Apex method gives it.
    Apex,
    /// The name of a field of the org, or a merge expression of the page.
    Field,
    /// The name of the variable or property alone.
    Name,
    /// The component works with PHI; what this value holds is not known.
    Component,
}

impl Evidence {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Apex => "apex-import",
            Self::Field => "field",
            Self::Name => "name",
            Self::Component => "component",
        }
    }
}

/// One field of PHI in a value.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) evidence: Evidence,
    /// Full name where it is known, else the name in code.
    pub(super) field: CompactString,
    pub(super) class: CompactString,
    pub(super) level: Level,
    pub(super) sure: Confidence,
    pub(super) clinical: bool,
    pub(super) sensitive: bool,
    /// The value is that field, not a record that has it among others.
    pub(super) alone: bool,
    /// Where it comes from, and where it was kept and handed over, in order.
    pub(super) trail: Vec<(Span, CompactString)>,
}

/// Steps kept of one way: the first, which tell the source, and those after it.
const LONGEST_TRAIL: usize = 12;

impl Mark {
    pub(super) fn new(
        evidence: Evidence,
        field: &str,
        known: &Recognition,
        at: Span,
        said: CompactString,
    ) -> Self {
        Self {
            evidence,
            field: field.into(),
            class: known.class.clone(),
            level: known.level,
            sure: known.confidence,
            clinical: known.clinical,
            sensitive: known.sensitive,
            alone: true,
            trail: vec![(at, said)],
        }
    }

    /// The name without its object.
    pub(super) fn own(&self) -> &str {
        self.field.rsplit('.').next().unwrap_or(&self.field)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.field.eq_ignore_ascii_case(&other.field) && self.evidence == other.evidence
    }
}

/// A field that is named, not read.
#[derive(Debug, Clone)]
pub(super) struct FieldName {
    /// Full name.
    pub(super) name: CompactString,
    /// What it was recognised as; nothing where it is no PHI.
    pub(super) known: Option<Recognition>,
}

/// What a value stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Is {
    /// Nothing that is told apart.
    #[default]
    Plain,
    /// The component itself.
    This,
    /// Something of the browser or the framework, by its names: `localStorage.setItem`.
    Path(CompactString),
    /// A function: number of its script and its own.
    Function(usize, usize),
    /// An Apex method, `Class.method`.
    Apex(CompactString),
    /// Something imported: module and name.
    Import(CompactString, CompactString),
}

/// A value.
#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    pub(super) marks: Vec<Mark>,
    pub(super) is: Is,
    /// Its text, where it is one text and no other.
    pub(super) text: Option<CompactString>,
    /// Fields it names.
    pub(super) names: Vec<FieldName>,
    /// It was written down here in full: a literal.
    pub(super) constant: bool,
    /// It comes from the URL.
    pub(super) parameter: bool,
    /// It is a number, or was escaped: as HTML it is text.
    pub(super) inert: bool,
}

/// Marks kept of one value: past them it is enough to know that it holds PHI.
const MOST_MARKS: usize = 48;

impl Value {
    pub(super) fn of_path(path: impl Into<CompactString>) -> Self {
        Self { is: Is::Path(path.into()), ..Self::default() }
    }

    pub(super) fn constant() -> Self {
        Self { constant: true, ..Self::default() }
    }

    pub(super) fn path(&self) -> Option<&str> {
        match &self.is {
            Is::Path(path) => Some(path),
            _ => None,
        }
    }

    /// Takes in what another value holds; true where that is news.
    pub(super) fn take_in(&mut self, other: &Self) -> bool {
        let mut news = false;
        for mark in &other.marks {
            let full = self.marks.len() >= MOST_MARKS;
            let known = self.marks.iter_mut().find(|known| known.is_same(mark));
            match known {
                Some(known) => {
                    news |= known.alone && !mark.alone;
                    known.alone &= mark.alone;
                }
                None if !full => {
                    self.marks.push(mark.clone());
                    news = true;
                }
                None => {}
            }
        }
        for name in &other.names {
            if !self.names.iter().any(|known| known.name.eq_ignore_ascii_case(&name.name)) {
                self.names.push(name.clone());
                news = true;
            }
        }
        news |= !self.parameter && other.parameter;
        self.parameter |= other.parameter;
        news
    }

    /// Joins two values of which either may stand here.
    pub(super) fn or(mut self, other: Self) -> Self {
        let inert = self.is_inert() && other.is_inert();
        self.take_in(&other);
        if self.is == Is::Plain {
            self.is = other.is;
        }
        if self.text != other.text {
            self.text = None;
        }
        self.inert = inert;
        self.constant &= other.constant;
        self
    }

    /// Whether it can do nothing in a page.
    pub(super) fn is_inert(&self) -> bool {
        self.constant || self.inert
    }

    /// Only what it holds: put together with something else it stands for nothing any more.
    pub(super) fn held(&self) -> Self {
        Self {
            marks: self.marks.clone(),
            names: self.names.clone(),
            parameter: self.parameter,
            inert: self.is_inert(),
            ..Self::default()
        }
    }

    /// Notes a step of the way, unless it is where the last one is.
    pub(super) fn step(&mut self, at: Span, said: &str) {
        let inside = |a: Span, b: Span| a.file == b.file && a.start >= b.start && a.end <= b.end;
        let near = |last: Span| inside(last, at) || inside(at, last);
        for mark in &mut self.marks {
            let is_new = mark.trail.last().is_none_or(|(last, _)| !near(*last));
            if mark.trail.len() < LONGEST_TRAIL && is_new {
                mark.trail.push((at, said.into()));
            }
        }
    }
}

impl Value {
    /// Whether it says nothing at all.
    pub(super) fn is_nothing(&self) -> bool {
        self.marks.is_empty()
            && self.is == Is::Plain
            && self.text.is_none()
            && self.names.is_empty()
            && !self.constant
            && !self.parameter
    }
}
