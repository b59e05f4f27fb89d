//! Where PHI and secrets come into the code.
//!
//! In: fields of records, names, bodies of requests. Out: [`Source`]s by number, and what a
//! member of a record is. It knows no statement.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::engine::Engine;
use super::member::is_id_name;
use super::name::{self, Named};
use super::symbol::{Sym, number};
use super::value::Ty;
use crate::fact::Confidence;
use crate::org::phi::Level;
use crate::org::tokens;
use crate::source::Span;

/// A PHI field of an object.
#[derive(Debug, Clone)]
pub(super) struct PhiField {
    /// Object and field.
    pub(super) name: CompactString,
    pub(super) object: CompactString,
    pub(super) class: CompactString,
    pub(super) level: Level,
    pub(super) clinical: bool,
    pub(super) sensitive: bool,
    pub(super) confidence: Confidence,
    /// Where it is defined.
    pub(super) defined: Option<Span>,
    pub(super) encrypted: bool,
    pub(super) tracked: bool,
    /// Its type, where a file or its name tells.
    pub(super) ty: Ty,
}

/// What kind of source it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A field of a typed record.
    Field,
    /// A field a query selects.
    Query,
    /// A field of a record a trigger is about.
    Trigger,
    /// A whole record.
    Record,
    RequestBody,
    ResponseBody,
    /// The answer of some other system, in a class that works with PHI.
    SomeBody,
    /// Only a name says so.
    Name,
    SessionId,
    Token,
}

impl Kind {
    /// Its word in rows.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Query => "query",
            Self::Trigger => "trigger",
            Self::Record => "record",
            Self::RequestBody => "request-body",
            Self::ResponseBody | Self::SomeBody => "response-body",
            Self::Name => "name",
            Self::SessionId => "session-id",
            Self::Token => "token",
        }
    }

    /// Whether it opens a session, and is no PHI.
    pub(super) fn is_secret(self) -> bool {
        matches!(self, Self::SessionId | Self::Token)
    }
}

/// A source.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) kind: Kind,
    /// The field's full name, the object of a whole record, or the name in the code.
    pub(super) name: CompactString,
    pub(super) object: CompactString,
    pub(super) class: CompactString,
    pub(super) level: Level,
    pub(super) clinical: bool,
    pub(super) sensitive: bool,
    pub(super) confidence: Confidence,
    /// Where the code gets hold of it.
    pub(super) place: Span,
    /// The field, where it is one.
    pub(super) field: Option<Arc<PhiField>>,
    /// A query gave it that heeds the permissions of the user.
    pub(super) secured: bool,
    /// The method that gets hold of it.
    pub(super) method: u32,
}

/// What a member of a record is.
#[derive(Debug, Clone)]
pub(super) enum RecordMember {
    /// A PHI field.
    Phi(Arc<PhiField>),
    /// A field whose name is that of a token.
    Secret(Kind),
    /// Another record, or its child records.
    Relation(Ty),
    /// Any other field.
    Plain(Ty),
}

impl Engine<'_> {
    /// What a member of a record of `object` is.
    pub(super) fn record_member(&mut self, object: Sym, member: Sym) -> RecordMember {
        if let Some(known) = self.members.get(&(object, member)) {
            return known.clone();
        }
        let found = self.find_member(object, member);
        self.members.insert((object, member), found.clone());
        found
    }

    fn find_member(&mut self, object: Sym, member: Sym) -> RecordMember {
        let on = self.symbols.text(object).to_owned();
        let text = self.symbols.text(member).to_owned();
        let relates = tokens::parts(&text).suffix.eq_ignore_ascii_case("__r");
        if !relates {
            if let Some(kind) = secret_kind(&text).filter(|kind| *kind == Kind::Token) {
                return RecordMember::Secret(kind);
            }
            if let Some(found) = self.phi_field(&on, &text) {
                return RecordMember::Phi(found);
            }
        }
        let schema = &self.org.schema;
        let end = schema.locate(Some(&on), &format!("{text}.Id")).map(|(object, _)| object);
        if let Some(end) = end.filter(|_| relates || tokens::parts(&text).suffix.is_empty()) {
            let ty = self.program.named(&end, schema, &mut self.symbols);
            if matches!(ty, Ty::Record(_)) {
                return RecordMember::Relation(ty);
            }
        }
        let lower = self.symbols.lower(member);
        let is_id = lower.ends_with("id") && !lower.contains("__");
        RecordMember::Plain(if is_id { Ty::Id } else { Ty::Unknown })
    }

    /// A field that is PHI, or is likely to be.
    pub(super) fn phi_field(&self, object: &str, field: &str) -> Option<Arc<PhiField>> {
        // The id of another record says nothing by itself.
        if is_id_name(field.rsplit('.').next().unwrap_or(field)) {
            return None;
        }
        let found = self.org.schema.phi_of(Some(object), field)?;
        if found.recognition.level < Level::Medium {
            return None;
        }
        let is = |key: &str| {
            let mut facts = found.facts.iter();
            facts.any(|f| f.text(key).is_some_and(|t| !t.eq_ignore_ascii_case("None")))
        };
        let object = found.name.split_once('.').map_or(object, |(object, _)| object);
        Some(Arc::new(PhiField {
            name: found.name.as_str().into(),
            object: object.into(),
            class: found.recognition.class.clone(),
            level: found.recognition.level,
            clinical: found.recognition.clinical,
            sensitive: found.recognition.sensitive,
            confidence: found.recognition.confidence,
            defined: found.facts.first().map(|fact| fact.place),
            encrypted: is("encryptionScheme"),
            tracked: found.facts.iter().any(|fact| fact.is_true("trackHistory")),
            ty: field_type(found.facts.first().and_then(|fact| fact.text("type")), &found.name),
        }))
    }

    /// The PHI fields of an object.
    pub(super) fn phi_fields_of(&self, object: &str) -> Vec<Arc<PhiField>> {
        let fields = self.org.schema.object(object).map_or(&[][..], |object| &object.fields);
        let names = fields.iter().filter(|field| field.is_phi()).map(|field| field.own_name());
        names.filter_map(|name| self.phi_field(object, name)).collect()
    }

    /// The number of a source. One that is known keeps its first place.
    pub(super) fn source(&mut self, source: Source) -> u32 {
        // One name in one method is one source, wherever it is read.
        let start = match source.kind {
            Kind::Name => self.current,
            _ => source.place.start,
        };
        let key = (source.kind, source.name.clone(), source.place.file, start);
        let next = number(self.sources.len());
        let known = *self.source_numbers.entry(key).or_insert(next);
        if known == next {
            self.sources.push(Source { method: self.current, ..source });
        }
        known
    }

    /// A PHI field that is read at `place`.
    pub(super) fn field_source(&mut self, field: &Arc<PhiField>, kind: Kind, place: Span) -> u32 {
        self.source(Self::of_field(field, kind, place))
    }

    /// The source that a PHI field is.
    pub(super) fn of_field(field: &Arc<PhiField>, kind: Kind, place: Span) -> Source {
        Source {
            kind,
            name: field.name.clone(),
            object: field.object.clone(),
            class: field.class.clone(),
            level: field.level,
            clinical: field.clinical,
            sensitive: field.sensitive,
            confidence: field.confidence,
            place,
            field: Some(Arc::clone(field)),
            secured: false,
            method: 0,
        }
    }

    /// A whole record of an object, of which nobody chose the fields.
    pub(super) fn whole_object(
        &mut self,
        object: Sym,
        kind: Kind,
        place: Span,
        most: Confidence,
    ) -> Option<u32> {
        let name = self.symbols.text(object).to_owned();
        let schema = &self.org.schema;
        let phi = schema.object_phi(&name)?;
        let name: CompactString = schema.object(&name).map_or(name.as_str(), |o| &o.name).into();
        Some(self.source(Source {
            kind,
            name: name.clone(),
            object: name,
            class: "record".into(),
            level: Level::High,
            clinical: true,
            sensitive: false,
            confidence: phi.confidence.min(most),
            place,
            field: None,
            secured: false,
            method: 0,
        }))
    }

    /// What is known only by a name in the code.
    fn named_source(&mut self, text: &str, named: &Named, place: Span) -> u32 {
        self.source(Source {
            kind: Kind::Name,
            name: text.into(),
            object: CompactString::default(),
            class: named.class.clone(),
            level: Level::Low,
            clinical: named.clinical,
            sensitive: named.sensitive,
            confidence: Confidence::Low,
            place,
            field: None,
            secured: false,
            method: 0,
        })
    }

    /// A secret, or a body of a request or response.
    pub(super) fn other_source(
        &mut self,
        kind: Kind,
        text: &str,
        confidence: Confidence,
        place: Span,
    ) -> u32 {
        let class = if kind.is_secret() { kind.word() } else { "record" };
        self.source(Source {
            kind,
            name: text.into(),
            object: CompactString::default(),
            class: class.into(),
            level: if kind == Kind::SomeBody { Level::Medium } else { Level::High },
            clinical: !kind.is_secret(),
            sensitive: false,
            confidence,
            place,
            field: None,
            secured: false,
            method: 0,
        })
    }

    /// The source that a value is by its name.
    pub(super) fn source_by_name(&mut self, name: Sym, place: Span) -> Option<u32> {
        let text = self.symbols.text(name).to_owned();
        if let Some(named) = self.phi_name(name) {
            return Some(self.named_source(&text, &named, place));
        }
        let kind = secret_kind(&text)?;
        Some(self.other_source(kind, &text, Confidence::Low, place))
    }

    /// PHI that a name in the code speaks of.
    pub(super) fn phi_name(&mut self, sym: Sym) -> Option<Arc<Named>> {
        if let Some(known) = self.names.get(&sym) {
            return known.clone();
        }
        let recogniser = self.org.schema.recogniser();
        let text = self.symbols.text(sym);
        let found = name::phi(recogniser, &self.value_kind, text).map(Arc::new);
        self.names.insert(sym, found.clone());
        found
    }

    /// The first step of a way.
    pub(super) fn reads(source: &Source) -> CompactString {
        let name = &source.name;
        match source.kind {
            Kind::Query => format_compact!("the query selects {name}"),
            Kind::Trigger => format_compact!("the record of the trigger holds {name}"),
            Kind::Record => format_compact!("the record holds {name}"),
            Kind::RequestBody => "the body of the request holds it".into(),
            Kind::ResponseBody => "the body of the response holds it".into(),
            Kind::SomeBody => "the body of the response may hold it".into(),
            Kind::SessionId => "the session id is taken".into(),
            _ => format_compact!("{name} is read"),
        }
    }
}

/// The type Apex gives a field.
fn field_type(declared: Option<&str>, name: &str) -> Ty {
    match declared {
        Some("Date" | "DateTime" | "Time") => Ty::Moment,
        Some("Number" | "Currency" | "Percent") => Ty::Number,
        Some(_) => Ty::Text,
        None if name.to_ascii_lowercase().ends_with("date") => Ty::Moment,
        None => Ty::Unknown,
    }
}

/// The kind of secret a name speaks of.
pub(super) fn secret_kind(text: &str) -> Option<Kind> {
    name::secret(text).map(|word| if word == "token" { Kind::Token } else { Kind::SessionId })
}
