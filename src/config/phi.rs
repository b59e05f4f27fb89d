//! What the project says about patient data: the `[phi]` table.
//!
//! In: the table. Out: [`PhiConfig`]. It knows no object of the org; whether a glob matches
//! anything is found out where objects are known.

use toml::de::DeTable;

use super::error::quote;
use super::name::NameGlob;
use super::table::{Placed, Reader, Setting};

/// The keys of `[phi]`.
pub(super) const KEYS: [&str; 4] = ["objects", "fields", "not", "health-context"];

/// What the project says is patient data, and what is not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhiConfig {
    /// Objects that hold PHI: globs on `Object`.
    pub objects: Vec<Setting<NameGlob>>,
    /// Fields that hold PHI: globs on `Object.Field`.
    pub fields: Vec<Setting<NameGlob>>,
    /// Objects and fields that hold none; stronger than every other ground.
    pub not: Vec<Setting<NameGlob>>,
    /// Whether names that are clinical only in a health org count.
    pub health_context: Option<Setting<bool>>,
}

pub(super) fn read(reader: &mut Reader<'_>, table: &DeTable<'_>) -> PhiConfig {
    let mut phi = PhiConfig::default();
    for (key, value) in table.iter() {
        match key.get_ref().as_ref() {
            "objects" => phi.objects = globs(reader, "phi.objects", value, object_fault),
            "fields" => phi.fields = globs(reader, "phi.fields", value, field_fault),
            "not" => phi.not = globs(reader, "phi.not", value, |_| None),
            "health-context" => phi.health_context = reader.flag("phi.health-context", value),
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, " in [phi]", &KEYS);
            }
        }
    }
    phi
}

fn globs(
    reader: &mut Reader<'_>,
    name: &str,
    value: &Placed<'_>,
    fault: fn(&str) -> Option<String>,
) -> Vec<Setting<NameGlob>> {
    let mut globs = Vec::new();
    for Setting { value: text, line } in reader.texts(name, value) {
        let glob = NameGlob::new(&text).and_then(|glob| match fault(&text) {
            Some(fault) => Err(fault),
            None => Ok(glob),
        });
        match glob {
            Ok(value) => globs.push(Setting { value, line }),
            Err(fault) => reader.fail(line, format!("'{name}': {} {fault}", quote(&text))),
        }
    }
    globs
}

/// No object has a dot in its name.
fn object_fault(text: &str) -> Option<String> {
    text.contains('.').then(|| "names a field; put it into 'fields'".to_owned())
}

/// A field is named with its object, or it would match nothing.
fn field_fault(text: &str) -> Option<String> {
    match text.matches('.').count() {
        1 => None,
        0 => Some(format!("names no field; write 'Object.Field', for example '*.{text}'")),
        _ => Some("has more than one dot; write 'Object.Field'".to_owned()),
    }
}
