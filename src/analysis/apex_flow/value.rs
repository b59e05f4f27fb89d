//! What an expression may hold: its type, where its content comes from, what its fields hold.
//!
//! In: nothing. Out: [`Value`]s, cheap to copy, and how two of them are joined where two ways
//! of the code meet. It knows no class and no PHI: a source is a number.

use std::sync::Arc;

use compact_str::CompactString;

use super::symbol::{PathId, Sym};
use crate::metadata::apex::model::At;
use crate::source::Span;

/// Stands in a text for what the code does not say.
pub(super) const GAP: char = '\u{1}';

/// A text and where its first literal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) text: String,
    pub(super) at: At,
}

/// Origins that one value is followed for.
const MOST_MARKS: usize = 32;

/// Steps of a way that are kept.
const MOST_STEPS: u16 = 60;

/// A static type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Ty {
    /// Not known.
    #[default]
    Unknown,
    /// `String`
    Text,
    /// `Date`, `Datetime`, `Time`
    Moment,
    /// `Integer` and the like
    Number,
    /// `Boolean`
    Bool,
    /// `Id`
    Id,
    /// `Blob`
    Blob,
    /// `Object`
    Object,
    /// A record of an object.
    Record(Sym),
    /// `SObject`
    AnyRecord,
    /// A type of the tree, by number.
    Class(u32),
    /// Any other type.
    Named(Sym),
    /// A list or a set; its elements' type by number.
    List(u32),
    /// A map; its values' type by number.
    Map(u32),
}

impl Ty {
    /// Whether it holds one value and no fields.
    pub(super) fn is_plain(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Moment | Self::Number | Self::Bool | Self::Id | Self::Blob
        )
    }
}

/// Where something comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Origin {
    /// A source, by number.
    Source(u32),
    /// What the method was given: the number of the parameter, and the fields below it.
    Param(u8, PathId),
    /// What a field of a class holds, by number.
    Cell(u32),
}

/// The parameter that is the object a method is called on.
pub(super) const RECEIVER: u8 = u8::MAX;

/// What a step of a way does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Words {
    /// It is put into a variable or a field.
    Kept(Sym),
    /// It is given to a method, by number.
    Given(u32),
    /// A method gives it back, by number.
    Back(u32),
}

/// One step of a way.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) span: Span,
    pub(super) words: Words,
    pub(super) before: Option<Arc<Step>>,
    length: u16,
}

/// An origin and the way from it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) origin: Origin,
    pub(super) way: Option<Arc<Step>>,
}

impl Mark {
    /// A mark at its origin.
    pub(super) fn new(origin: Origin) -> Self {
        Self { origin, way: None }
    }

    /// One step on. A way that is long already grows no more.
    pub(super) fn step(&self, span: Span, words: Words) -> Self {
        let length = self.way.as_ref().map_or(0, |way| way.length);
        if length >= MOST_STEPS {
            return self.clone();
        }
        let step = Step { span, words, before: self.way.clone(), length: length + 1 };
        Self { origin: self.origin, way: Some(Arc::new(step)) }
    }

    /// The steps of its way, first to last.
    pub(super) fn steps(&self) -> Vec<(Span, Words)> {
        let mut out = Vec::new();
        let mut at = self.way.as_ref();
        while let Some(step) = at {
            out.push((step.span, step.words.clone()));
            at = step.before.as_ref();
        }
        out.reverse();
        out
    }
}

/// Marks, sorted by origin, each origin once.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks(Option<Arc<Vec<Mark>>>);

impl Marks {
    /// One mark.
    pub(super) fn one(mark: Mark) -> Self {
        Self(Some(Arc::new(vec![mark])))
    }

    /// Any number of them.
    pub(super) fn all(marks: impl IntoIterator<Item = Mark>) -> Self {
        let mut list: Vec<Mark> = marks.into_iter().collect();
        if list.is_empty() {
            return Self(None);
        }
        list.sort_by_key(|mark| mark.origin);
        list.dedup_by_key(|mark| mark.origin);
        list.truncate(MOST_MARKS);
        Self(Some(Arc::new(list)))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Each of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Mark> {
        self.0.iter().flat_map(|list| list.iter())
    }

    /// These and those; of one origin the way known first stays.
    #[must_use]
    pub(super) fn with(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (_, None) => self.clone(),
            (None, _) => other.clone(),
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) => self.clone(),
            (Some(a), Some(b)) => {
                let has = |mark: &Mark| a.binary_search_by_key(&mark.origin, |m| m.origin).is_ok();
                if b.iter().all(has) {
                    return self.clone();
                }
                Self::all(a.iter().chain(b.iter()).cloned())
            }
        }
    }

    /// Each of them one step on.
    #[must_use]
    pub(super) fn step(&self, span: Span, words: &Words) -> Self {
        let Some(list) = &self.0 else { return Self(None) };
        Self(Some(Arc::new(list.iter().map(|mark| mark.step(span, words.clone())).collect())))
    }

    /// Whether both know the same origins.
    fn same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                Arc::ptr_eq(a, b)
                    || a.len() == b.len()
                        && a.iter().zip(b.iter()).all(|(a, b)| a.origin == b.origin)
            }
            _ => false,
        }
    }
}

/// A PHI field that a query selects.
#[derive(Debug, Clone)]
pub(super) struct Picked {
    /// The name below the record, in lower case: `ssn__c`, `patient__r.ssn__c`.
    pub(super) path: CompactString,
    /// Number of its source.
    pub(super) source: u32,
}

/// What records were given by.
#[derive(Debug, Clone, Default)]
pub(super) enum Loaded {
    /// Not known.
    #[default]
    Unknown,
    /// The code made them: they hold what was set.
    Made,
    /// What a trigger is about.
    Trigger,
    /// A query: the PHI fields it selects.
    Query(Arc<Vec<Picked>>),
}

impl Loaded {
    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Made, other) | (other, Self::Made) => other.clone(),
            (Self::Query(a), Self::Query(b)) if b.len() > a.len() => other.clone(),
            (Self::Query(_) | Self::Trigger, _) => self.clone(),
            (Self::Unknown, _) => other.clone(),
        }
    }
}

/// What an expression may hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    pub(super) ty: Ty,
    /// Where the whole of it comes from.
    pub(super) marks: Marks,
    /// Fields that were set, and keys of a map.
    pub(super) fields: Option<Arc<Vec<(Sym, Value)>>>,
    pub(super) loaded: Loaded,
    /// Its text as far as it is written in the code; what is not stands as [`GAP`].
    pub(super) text: Option<Arc<Literal>>,
    /// It was made here: a field that was not set holds nothing.
    pub(super) closed: bool,
    /// It comes from where the code does not tell: only a name says what it is.
    pub(super) opaque: bool,
    /// Its type is known from a cast alone: whoever gave it said less.
    pub(super) cast: bool,
    /// The variable it is a part of.
    pub(super) part_of: Option<Sym>,
}

/// Levels of fields that are joined and searched.
const DEEPEST: usize = 4;

impl Value {
    /// Nothing but a type.
    pub(super) fn of(ty: Ty) -> Self {
        Self { ty, ..Self::default() }
    }

    /// The same of another type.
    #[must_use]
    pub(super) fn typed(mut self, ty: Ty) -> Self {
        if ty != Ty::Unknown {
            self.ty = ty;
        }
        self
    }

    /// A field that was set.
    pub(super) fn field(&self, name: Sym) -> Option<&Self> {
        let fields = self.fields.as_ref()?;
        fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Sets a field; `weak` keeps what was there.
    pub(super) fn set(&mut self, name: Sym, value: Self, weak: bool) {
        let fields = Arc::make_mut(self.fields.get_or_insert_default());
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if weak => *known = known.join(&value),
            Some((_, known)) => *known = value,
            None => fields.push((name, value)),
        }
    }

    /// What holds wherever one of the two may be.
    #[must_use]
    pub(super) fn join(&self, other: &Self) -> Self {
        self.joined(other, 0)
    }

    fn joined(&self, other: &Self, depth: usize) -> Self {
        Self {
            ty: if self.ty == Ty::Unknown { other.ty } else { self.ty },
            marks: self.marks.with(&other.marks),
            fields: join_fields(self, other, depth),
            loaded: self.loaded.join(&other.loaded),
            text: self.text.clone().or_else(|| other.text.clone()),
            closed: self.closed && other.closed,
            opaque: self.opaque || other.opaque,
            cast: self.cast || other.cast,
            part_of: self.part_of.or(other.part_of),
        }
    }

    /// Whether a joined value knows nothing new.
    pub(super) fn same(&self, other: &Self) -> bool {
        let fields = |value: &Self| value.fields.as_ref().map_or(0, |fields| fields.len());
        self.marks.same(&other.marks)
            && self.opaque == other.opaque
            && self.closed == other.closed
            && std::mem::discriminant(&self.loaded) == std::mem::discriminant(&other.loaded)
            && fields(self) == fields(other)
            && self
                .fields
                .iter()
                .flat_map(|list| list.iter())
                .all(|(name, value)| other.field(*name).is_some_and(|other| value.same(other)))
    }

    /// Every mark in it, those of its fields too.
    pub(super) fn every_mark(&self) -> Marks {
        self.marks_to(0)
    }

    fn marks_to(&self, depth: usize) -> Marks {
        let Some(fields) = self.fields.as_ref().filter(|_| depth < DEEPEST) else {
            return self.marks.clone();
        };
        fields.iter().fold(self.marks.clone(), |all, (_, v)| all.with(&v.marks_to(depth + 1)))
    }
}

fn join_fields(a: &Value, b: &Value, depth: usize) -> Option<Arc<Vec<(Sym, Value)>>> {
    match (&a.fields, &b.fields) {
        (None, other) | (other, None) => other.clone(),
        (Some(x), Some(y)) if Arc::ptr_eq(x, y) || depth >= DEEPEST => Some(Arc::clone(x)),
        (Some(x), Some(y)) => {
            let mut fields = x.as_ref().clone();
            for (name, value) in y.iter() {
                match fields.iter_mut().find(|(known, _)| known == name) {
                    Some((_, known)) => *known = known.joined(value, depth + 1),
                    None => fields.push((*name, value.clone())),
                }
            }
            Some(Arc::new(fields))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::symbol::Symbols;
    use super::*;
    use crate::source::FileId;

    fn mark(number: u32) -> Mark {
        Mark::new(Origin::Source(number))
    }

    #[test]
    fn marks_are_a_set_that_keeps_the_first_way() {
        let span = Span::new(FileId(0), 1, 2);
        let here = Marks::one(mark(1)).step(span, &Words::Given(1));
        let both = here.with(&Marks::all([mark(2), mark(1)]));
        let found: Vec<_> = both.iter().map(|m| (m.origin, m.steps().len())).collect();
        assert_eq!(found, [(Origin::Source(1), 1), (Origin::Source(2), 0)]);
    }

    #[test]
    fn a_way_has_an_end() {
        let span = Span::new(FileId(0), 1, 2);
        let long = (0..200).fold(mark(1), |m, _| m.step(span, Words::Given(1)));
        assert_eq!(long.steps().len(), 60);
    }

    #[test]
    fn where_ways_meet_both_hold() {
        let mut symbols = Symbols::default();
        let name = symbols.of("text");
        let mut a = Value { closed: true, loaded: Loaded::Made, ..Value::of(Ty::Object) };
        a.set(name, Value { marks: Marks::one(mark(1)), ..Value::default() }, false);
        let b = Value { closed: true, marks: Marks::one(mark(2)), ..Value::default() };
        let both = a.join(&b);
        assert_eq!(both.ty, Ty::Object);
        assert!(both.closed);
        let found: Vec<_> = both.every_mark().iter().map(|m| m.origin).collect();
        assert_eq!(found, [Origin::Source(1), Origin::Source(2)]);
        assert!(both.same(&both.join(&a)));
        assert!(!a.same(&both));
    }
}
