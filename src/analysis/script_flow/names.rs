//! What names of fields, methods and variables tell, asked once each.
//!
//! In: the schema, and Apex classes with what they are known to answer. Out: PHI of a field named in
//! full, of a name in code, and of what an Apex method gives back.

use std::cell::RefCell;
use std::rc::Rc;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::given;
use super::value::{Evidence, FieldName, Mark};
use crate::fact::Confidence;
use crate::metadata::collect::Collected;
use crate::org::phi::Level;
use crate::org::schema::Schema;
use crate::org::spoken::Spoken;
use crate::source::Span;

/// Answers, kept.
pub(super) struct Names<'s> {
    pub(super) schema: &'s Schema,
    facts: &'s Collected,
    spoken: RefCell<FxHashMap<CompactString, Option<Rc<Spoken>>>>,
    apex: RefCell<FxHashMap<CompactString, Rc<Vec<Mark>>>>,
}

impl<'s> Names<'s> {
    pub(super) fn new(schema: &'s Schema, facts: &'s Collected) -> Self {
        Self { schema, facts, spoken: RefCell::default(), apex: RefCell::default() }
    }

    /// The PHI that a name in code tells.
    pub(super) fn spoken(&self, name: &str) -> Option<Rc<Spoken>> {
        if let Some(known) = self.spoken.borrow().get(name) {
            return known.clone();
        }
        let told = self.schema.spoken(name).map(Rc::new);
        self.spoken.borrow_mut().insert(name.into(), told.clone());
        told
    }

    /// The mark a name in code gives its value.
    pub(super) fn mark(&self, name: &str, at: Span) -> Option<Mark> {
        let told = self.spoken(name)?;
        let evidence = if told.is_field { Evidence::Field } else { Evidence::Name };
        let said = match told.is_field {
            true => format_compact!("{} is read", told.name),
            false => format_compact!("{name} is read: its name says what it holds"),
        };
        Some(Mark::new(evidence, &told.name, &told.recognition, at, said))
    }

    /// The field that `Patient__c.SSN__c` names.
    pub(super) fn field(&self, full: &str) -> FieldName {
        let found = self.schema.phi_of(None, full);
        let known = found.as_ref().map(|found| found.recognition.clone());
        let name = found.map_or_else(|| full.into(), |found| found.name.as_str().into());
        FieldName { name, known: known.filter(|known| known.level >= Level::Medium) }
    }

    /// What an Apex method gives back, called at `at`.
    pub(super) fn apex(&self, method: &str, at: Span) -> Vec<Mark> {
        let known = self.apex.borrow().get(method).cloned();
        let marks = known.unwrap_or_else(|| {
            let marks = Rc::new(self.ask_apex(method, at));
            self.apex.borrow_mut().insert(method.into(), Rc::clone(&marks));
            marks
        });
        let said = format_compact!("{method} gives it");
        marks.iter().map(|mark| Mark { trail: vec![(at, said.clone())], ..mark.clone() }).collect()
    }

    fn ask_apex(&self, method: &str, at: Span) -> Vec<Mark> {
        let (class, name) = method.rsplit_once('.').unwrap_or(("", method));
        // Of a namespace only the class is known here.
        let class = class.rsplit('.').next().unwrap_or(class);
        let mut unit =
            self.facts.apex.iter().filter(|unit| unit.fact.name.eq_ignore_ascii_case(class));
        let Some(unit) = unit.next() else { return self.by_name(method, class, name, at) };
        let mut fields: Vec<CompactString> = Vec::new();
        let told = [("apex-endpoint", "returns-phi"), ("apex-query", "phi-fields")];
        for (kind, key) in told {
            let own = self.facts.of(kind).iter().filter(|row| {
                let is = |key: &str, wanted: &str| {
                    row.text(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
                };
                is("class", class) && is("method", name)
            });
            fields.extend(own.flat_map(|row| row.items(key)).map(|item| item.text.clone()));
        }
        fields.extend(given::fields(unit, name));
        let mut marks: Vec<Mark> = Vec::new();
        for field in fields {
            let mark = self.record_mark(&field, at, Confidence::Medium);
            marks.extend(mark.filter(|mark| !marks.iter().any(|known| known.field == mark.field)));
        }
        marks
    }

    /// A class that was not read, or not yet: its name alone tells.
    fn by_name(&self, method: &str, class: &str, name: &str, at: Span) -> Vec<Mark> {
        let gives = ["get", "find", "load", "fetch", "search", "list", "query", "read", "retrieve"];
        let lower = name.to_ascii_lowercase();
        let speaks = [name, class].iter().any(|word| self.schema.speaks_of_patients(word));
        if !speaks || !gives.iter().any(|verb| lower.starts_with(verb)) {
            return Vec::new();
        }
        vec![Mark {
            evidence: Evidence::Apex,
            field: method.into(),
            class: "record".into(),
            level: Level::Low,
            sure: Confidence::Low,
            clinical: true,
            sensitive: false,
            alone: false,
            trail: vec![(at, CompactString::default())],
        }]
    }

    fn record_mark(&self, field: &str, at: Span, sure: Confidence) -> Option<Mark> {
        if !field.contains('.') {
            let phi = self.schema.object_phi(field)?;
            return Some(Mark {
                evidence: Evidence::Apex,
                field: field.into(),
                class: "record".into(),
                level: Level::High,
                sure: phi.confidence.min(sure),
                clinical: true,
                sensitive: false,
                alone: false,
                trail: vec![(at, CompactString::default())],
            });
        }
        let FieldName { name, known } = self.field(field);
        let known = known?;
        let mut mark = Mark::new(Evidence::Apex, &name, &known, at, CompactString::default());
        mark.sure = mark.sure.min(sure);
        mark.alone = false;
        Some(mark)
    }
}
