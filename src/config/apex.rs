//! What the project says about its Apex: the `[apex]` table.
//!
//! In: the table. Out: [`ApexConfig`]. It knows no class: whether a glob matches a method is
//! found out where methods are known.

use toml::de::DeTable;

use super::error::quote;
use super::name::NameGlob;
use super::table::{Placed, Reader, Setting};

/// The keys of `[apex]`.
pub(super) const KEYS: [&str; 1] = ["sanitisers"];

/// What the project says about its Apex.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ApexConfig {
    /// Methods whose result holds no PHI whatever they are given: globs on `Class.method`.
    pub sanitisers: Vec<Setting<NameGlob>>,
}

impl ApexConfig {
    /// Whether the project says that a method hides what it is given.
    pub fn hides(&self, class: &str, method: &str) -> bool {
        !self.sanitisers.is_empty() && {
            let name = format!("{class}.{method}");
            self.sanitisers.iter().any(|glob| glob.value.matches(&name))
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, table: &DeTable<'_>) -> ApexConfig {
    let mut apex = ApexConfig::default();
    for (key, value) in table.iter() {
        match key.get_ref().as_ref() {
            "sanitisers" => apex.sanitisers = methods(reader, value),
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, " in [apex]", &KEYS);
            }
        }
    }
    apex
}

fn methods(reader: &mut Reader<'_>, value: &Placed<'_>) -> Vec<Setting<NameGlob>> {
    let mut globs = Vec::new();
    for Setting { value: text, line } in reader.texts("apex.sanitisers", value) {
        let glob = NameGlob::new(&text).and_then(|glob| match text.contains('.') {
            true => Ok(glob),
            false => {
                Err(format!("names no method; write 'Class.method', for example '{text}.mask*'"))
            }
        });
        match glob {
            Ok(value) => globs.push(Setting { value, line }),
            Err(fault) => reader.fail(line, format!("'apex.sanitisers': {} {fault}", quote(&text))),
        }
    }
    globs
}

#[cfg(test)]
mod tests {
    use crate::config::parse;

    #[test]
    fn a_glob_names_methods_of_classes() {
        let config = parse("phorce.toml", "[apex]\nsanitisers = [\"Masker.mask*\"]\n").unwrap();
        assert!(config.apex.hides("masker", "maskSsn"));
        assert!(!config.apex.hides("Other", "maskSsn"));
    }

    #[test]
    fn a_name_without_a_method_and_an_unknown_key_are_faults() {
        let faults = parse("phorce.toml", "[apex]\nsanitisers = [\"Masker\"]\n").unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.contains("'Masker.mask*'"), "{}", faults[0].message);
        let faults = parse("phorce.toml", "[apex]\nsanitizers = [\"Masker.mask*\"]\n").unwrap_err();
        assert_eq!(faults[0].line, 2);
    }
}
