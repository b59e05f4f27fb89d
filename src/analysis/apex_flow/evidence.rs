//! What the body of a request or of its answer may hold, told by the code around it.
//!
//! In: the texts and types in a file and in a method. Out: whether a body holds PHI, a token,
//! or nothing that can be told.

use super::engine::Engine;
use super::frame::Frame;
use super::name;
use super::source::Kind;
use super::value::{Mark, Marks, Origin, Ty, Value};
use crate::fact::Confidence;
use crate::metadata::apex::model::{ExprKind, Literal, Stmt, TypeRef, Unit};
use crate::metadata::apex::walk;
use crate::org::schema::Schema;
use crate::org::tokens;
use crate::source::Span;

/// What a file speaks of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// It reads, makes or deserialises records with PHI, or its address names patients.
    pub(super) phi: bool,
}

/// What a method speaks of.
#[derive(Debug, Clone, Copy, Default)]
struct Spoken {
    /// It calls a resource about one patient.
    fhir: bool,
    /// It asks for a token.
    token: bool,
}

impl<'a> Engine<'a> {
    /// The body of a request to this class, or of an answer to it.
    pub(super) fn body(&mut self, frame: &Frame<'a>, kind: Kind, place: Span) -> Value {
        let found = if kind == Kind::RequestBody {
            self.speaks_of_phi(frame).then_some((kind, "the request body", Confidence::Medium))
        } else {
            let spoken = self.method_speaks(frame);
            match (spoken.token, spoken.fhir) {
                (true, _) => Some((Kind::Token, "the token response", Confidence::Medium)),
                (_, true) => Some((kind, "the response body", Confidence::Medium)),
                // In an org that is about something else a stray field tells too little.
                _ => (self.org.schema.health.is && self.speaks_of_phi(frame)).then_some((
                    Kind::SomeBody,
                    "the response body",
                    Confidence::Medium,
                )),
            }
        };
        let mut value = Value { opaque: true, ..Value::of(Ty::Text) };
        if let Some((kind, text, confidence)) = found {
            let source = self.other_source(kind, text, confidence, place);
            value.marks = Marks::one(Mark::new(Origin::Source(source)));
        }
        value
    }

    fn speaks_of_phi(&mut self, frame: &Frame<'a>) -> bool {
        if let Some(known) = self.evidence.get(&frame.file) {
            return known.phi;
        }
        let Some(unit) = self.program.class(frame.class).map(|class| class.unit) else {
            return false;
        };
        let phi = unit_speaks(unit, &self.org.schema);
        self.evidence.insert(frame.file, Evidence { phi });
        phi
    }

    fn method_speaks(&self, frame: &Frame<'a>) -> Spoken {
        let body = self.program.method(frame.method).map_or(&[][..], |method| method.body);
        let mut spoken = Spoken::default();
        walk::expressions(body, &mut |expr| {
            if let ExprKind::Literal(Literal::Text, text) = &expr.kind {
                spoken.fhir |= name::is_fhir(text);
                let lower = text.to_ascii_lowercase();
                spoken.token |= lower.contains("oauth2/token")
                    || lower.contains("grant_type=")
                    || lower.ends_with("/oauth/token");
            }
        });
        spoken
    }
}

fn unit_speaks(unit: &Unit, schema: &Schema) -> bool {
    let is_phi = |ty: &TypeRef| {
        std::iter::once(ty)
            .chain(&ty.arguments)
            .any(|ty| !tokens::parts(&ty.name).suffix.is_empty() && schema.is_phi_object(&ty.name))
    };
    let by_address = unit.types.iter().flat_map(|ty| &ty.annotations).any(|annotation| {
        let mapping = annotation.arguments.iter().find(|(key, _)| key == "urlmapping");
        mapping.is_some_and(|(_, url)| {
            let words = tokens::of_text(url);
            words.iter().any(|word| {
                matches!(
                    word.as_str(),
                    "patient" | "patients" | "observation" | "encounter" | "fhir"
                )
            })
        })
    });
    let methods = || unit.types.iter().flat_map(|ty| &ty.methods);
    let held = unit.types.iter().flat_map(|ty| &ty.fields).any(|field| is_phi(&field.ty));
    let by_type = held
        || methods().any(|method| {
            method.params.iter().map(|p| &p.ty).chain(&method.returns).any(is_phi)
                || method.body.as_deref().is_some_and(|body| body_speaks(body, schema, &is_phi))
        });
    by_address || by_type
}

fn body_speaks(body: &[Stmt], schema: &Schema, is_phi: &dyn Fn(&TypeRef) -> bool) -> bool {
    let mut found = false;
    walk::expressions(body, &mut |expr| match &expr.kind {
        ExprKind::New { ty, .. } | ExprKind::Class(ty) | ExprKind::Cast { ty, .. } => {
            found |= is_phi(ty);
        }
        ExprKind::Soql(soql) => found |= schema.is_phi_object(&soql.from.text),
        _ => {}
    });
    found
}
