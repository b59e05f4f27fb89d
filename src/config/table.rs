//! The walk over the tables of `phorce.toml`.
//!
//! In: the values as the TOML parser placed them. Out: typed [`Setting`]s, and every fault
//! met on the way: a wrong one is noted and left out, and the walk goes on. It knows no key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, quote, suggest};
use crate::source::lines::Lines;

/// A value of the configuration and the line it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Line, from 1.
    pub line: u32,
}

/// A value with its place, as the TOML parser gives it.
pub(super) type Placed<'t> = Spanned<DeValue<'t>>;

/// Reads values and keeps what is wrong with them.
pub(super) struct Reader<'t> {
    path: &'t str,
    lines: Lines<'t>,
    pub(super) errors: Vec<ConfigError>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(path: &'t str, text: &'t str) -> Self {
        Self { path, lines: Lines::new(text), errors: Vec::new() }
    }

    pub(super) fn line(&self, span: Range<usize>) -> u32 {
        self.lines.position(span.start).line
    }

    pub(super) fn fail(&mut self, line: u32, message: impl Into<String>) {
        self.errors.push(ConfigError { path: self.path.to_owned(), line, message: message.into() });
    }

    /// A key nobody knows; `place` is empty at the top and `" in [phi]"` below it.
    pub(super) fn unknown_key(&mut self, line: u32, key: &str, place: &str, known: &[&str]) {
        let hint = suggest(key, known, &format!("known keys: {}", known.join(", ")));
        self.fail(line, format!("unknown key {}{place}{hint}", quote(key)));
    }

    pub(super) fn wrong_kind(&mut self, name: &str, wanted: &str, value: &Placed<'_>) {
        let line = self.line(value.span());
        self.fail(line, format!("'{name}' must be {wanted}, not {}", kind(value.get_ref())));
    }

    pub(super) fn text(&mut self, name: &str, value: &Placed<'_>) -> Option<Setting<String>> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_kind(name, "a string", value);
            return None;
        };
        Some(Setting { value: text.to_string(), line: self.line(value.span()) })
    }

    /// A text that says something.
    pub(super) fn words(&mut self, name: &str, value: &Placed<'_>) -> Option<Setting<String>> {
        let setting = self.text(name, value)?;
        let trimmed = setting.value.trim();
        if trimmed.is_empty() {
            self.fail(setting.line, format!("'{name}' is empty"));
            return None;
        }
        Some(Setting { value: trimmed.to_owned(), line: setting.line })
    }

    pub(super) fn flag(&mut self, name: &str, value: &Placed<'_>) -> Option<Setting<bool>> {
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_kind(name, "true or false", value);
            return None;
        };
        Some(Setting { value: *flag, line: self.line(value.span()) })
    }

    /// Every string of a list of strings.
    pub(super) fn texts(&mut self, name: &str, value: &Placed<'_>) -> Vec<Setting<String>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_kind(name, "a list of strings", value);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => {
                    let line = self.line(item.span());
                    texts.push(Setting { value: text.to_string(), line });
                }
                _ => self.wrong_kind(name, "a list of strings", item),
            }
        }
        texts
    }

    pub(super) fn table<'v, 'd>(
        &mut self,
        name: &str,
        wanted: &str,
        value: &'v Placed<'d>,
    ) -> Option<&'v DeTable<'d>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_kind(name, wanted, value);
        }
        table
    }
}

/// What a value is, for a message.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
