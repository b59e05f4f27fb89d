//! What queries and searches give.
//!
//! In: a query, as an expression or inside a text. Out: records that hold the PHI fields it
//! selects, and no others.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::engine::{Engine, span};
use super::frame::Frame;
use super::source::{Kind, Source, secret_kind};
use super::value::{GAP, Loaded, Picked, Ty, Value};
use crate::metadata::apex::model::{Expr, ExprKind, Selected, Soql, Sosl};
use crate::metadata::apex::parse_soql;
use crate::org::tokens;

/// From this version on a query heeds the permissions of its user where it says nothing.
const USER_MODE_BY_DEFAULT: f32 = 67.0;

impl<'a> Engine<'a> {
    /// `[SELECT …]`
    pub(super) fn soql(&mut self, frame: &mut Frame<'a>, soql: &'a Soql) -> Value {
        for bind in &soql.binds {
            self.eval(frame, bind);
        }
        self.records_of(frame, soql, false)
    }

    /// `[FIND …]`
    pub(super) fn sosl(&mut self, frame: &mut Frame<'a>, sosl: &'a Sosl) -> Value {
        for bind in &sosl.binds {
            self.eval(frame, bind);
        }
        let mut all: Option<Value> = None;
        for part in &sosl.returning {
            let found = self.records_of(frame, part, is_secure(sosl.security.as_ref()));
            all = Some(all.map_or_else(|| found.clone(), |known| known.join(&found)));
        }
        let mut all = all.unwrap_or_default();
        all.ty = self.program.list_of(all.ty);
        all
    }

    /// A query whose text is in `value`.
    pub(super) fn query_text(
        &mut self,
        frame: &mut Frame<'a>,
        value: &Value,
        arguments: &'a [Expr],
    ) -> Value {
        let secure = arguments.iter().any(|argument| match &argument.kind {
            ExprKind::Member { name, .. } => name.text.eq_ignore_ascii_case("USER_MODE"),
            _ => false,
        });
        let nothing = Value { opaque: true, ..Value::default() };
        let Some(literal) = &value.text else { return nothing };
        let text = literal.text.replace(GAP, "x");
        let Some(soql) = parse_soql(&text, literal.at) else { return nothing };
        let found = self.records_of(frame, &soql, secure);
        // Of a select list that the text does not show nothing is known but the object.
        let head = literal.text.to_ascii_lowercase();
        let head = head.split(" from ").next().unwrap_or("");
        let heeds = secure || is_secure(soql.security.as_ref()) || self.heeds_by_default(frame);
        match head.contains(GAP) && !heeds {
            true => Value::of(found.ty),
            false => found,
        }
    }

    fn records_of(&mut self, frame: &Frame<'a>, soql: &Soql, secure: bool) -> Value {
        if soql.select.is_empty() && soql.children.is_empty() && soql.aggregate {
            return Value::of(Ty::Number);
        }
        let from = &soql.from.text;
        let secure = secure
            || is_secure(soql.security.as_ref())
            || soql.security.is_none() && self.heeds_by_default(frame);
        let mut picks = Vec::new();
        self.pick(frame, soql, from, "", secure, &mut picks);
        let record = match self.program.named(from, &self.org.schema, &mut self.symbols) {
            Ty::Named(name) => Ty::Record(name),
            record => record,
        };
        let loaded = Loaded::Query(Arc::new(picks));
        Value { loaded, ..Value::of(self.program.list_of(record)) }
    }

    /// Whether queries of a class heed the permissions of their user where they say nothing.
    fn heeds_by_default(&self, frame: &Frame<'a>) -> bool {
        self.api_version(frame.class).is_some_and(|version| version >= USER_MODE_BY_DEFAULT)
    }

    fn pick(
        &mut self,
        frame: &Frame<'a>,
        soql: &Soql,
        object: &str,
        before: &str,
        secure: bool,
        picks: &mut Vec<Picked>,
    ) {
        let mut unnamed = 0;
        for selected in &soql.select {
            if selected.field.text.to_uppercase().starts_with("FIELDS(") {
                self.pick_all(frame, object, selected, (before, secure), picks);
                continue;
            }
            let selected = &without_alias(selected, soql.alias.as_deref());
            let counted = selected.function.as_deref().is_some_and(|f| f.starts_with("COUNT"));
            let key = key(selected, &mut unnamed);
            if counted {
                continue;
            }
            if let Some(source) = self.selected(frame, object, selected, secure) {
                picks.push(Picked { path: format_compact!("{before}{key}"), source });
            }
        }
        for child in &soql.children {
            let relation = &child.from.text;
            let located = self.org.schema.locate(Some(object), &format!("{relation}.Id"));
            let Some((of, _)) = located else { continue };
            let below = format!("{before}{}.", relation.to_lowercase());
            if before.len() < 100 {
                self.pick(frame, child, &of, &below, secure, picks);
            }
        }
    }

    /// `FIELDS(ALL)`: every PHI field that is known.
    fn pick_all(
        &mut self,
        frame: &Frame<'a>,
        object: &str,
        selected: &Selected,
        how: (&str, bool),
        picks: &mut Vec<Picked>,
    ) {
        let (before, secured) = how;
        let known = self.org.schema.object(object);
        let fields = known.into_iter().flat_map(|object| &object.fields);
        let names: Vec<String> = fields.map(|field| field.own_name().to_owned()).collect();
        let place = span(frame.file, selected.field.at);
        for name in names {
            if let Some(field) = self.phi_field(object, &name) {
                let source = Source { secured, ..Self::of_field(&field, Kind::Query, place) };
                let source = self.source(source);
                picks.push(Picked {
                    path: format_compact!("{before}{}", name.to_lowercase()),
                    source,
                });
            }
        }
    }

    fn selected(
        &mut self,
        frame: &Frame<'a>,
        object: &str,
        selected: &Selected,
        secured: bool,
    ) -> Option<u32> {
        let text = &selected.field.text;
        let place = span(frame.file, selected.field.at);
        let own = text.rsplit('.').next().unwrap_or(text);
        let custom = !tokens::parts(own).suffix.is_empty();
        if let Some(kind) = secret_kind(own).filter(|kind| custom && *kind == Kind::Token) {
            let confidence = crate::fact::Confidence::Medium;
            return Some(self.other_source(kind, own, confidence, place));
        }
        let field = self.phi_field(object, text)?;
        let number = self.source(Source { secured, ..Self::of_field(&field, Kind::Query, place) });
        Some(number)
    }

    /// The API version of the file a class stands in.
    pub(super) fn api_version(&self, class: u32) -> Option<f32> {
        let fact = &self.program.class(class)?.unit.fact;
        let kind = if fact.kind.starts_with("ApexTrigger") { "ApexTrigger" } else { "ApexClass" };
        let text = self.facts.named(kind, &fact.name).find_map(|f| f.text("apiVersion"));
        text.and_then(|text| text.parse().ok())
    }
}

/// A selected field without the alias of its object.
fn without_alias(selected: &Selected, alias: Option<&str>) -> Selected {
    let mut selected = selected.clone();
    if let Some((first, rest)) = selected.field.text.split_once('.')
        && alias.is_some_and(|alias| alias.eq_ignore_ascii_case(first))
    {
        selected.field.text = rest.into();
    }
    selected
}

/// What a selected field is called in the record, in lower case.
fn key(selected: &Selected, unnamed: &mut usize) -> CompactString {
    match (&selected.alias, &selected.function) {
        (Some(alias), _) => CompactString::from_str_to_lowercase(alias),
        (None, Some(function)) if function != "TOLABEL" && function != "FORMAT" => {
            let key = format_compact!("expr{unnamed}");
            *unnamed += 1;
            key
        }
        _ => CompactString::from_str_to_lowercase(&selected.field.text),
    }
}

fn is_secure(security: Option<&crate::metadata::apex::model::Name>) -> bool {
    security.is_some_and(|clause| {
        let clause = clause.text.to_uppercase();
        clause.contains("USER_MODE") || clause.contains("SECURITY_ENFORCED")
    })
}
