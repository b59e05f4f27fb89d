//! Whether the rules and parameters a configuration names exist.
//!
//! In: a [`Config`] and a way to look a rule up. Out: a [`ConfigError`] for each unknown one,
//! and old ids replaced by the ones they stand for. It knows no rule page.

use std::collections::BTreeMap;

use super::error::{ConfigError, quote, suggest};
use super::table::Setting;
use super::{Config, Params};
use crate::param::Param;

/// What has to be known of a rule to check a configuration against it.
#[derive(Debug, Clone, Copy)]
pub struct KnownRule<'r> {
    /// Its id today, also when it was looked up by an alias.
    pub id: &'r str,
    /// Its parameters and their defaults.
    pub params: &'r BTreeMap<String, Param>,
}

/// Words people try in order to weaken a rule.
const NOT_SETTABLE: [&str; 8] =
    ["severity", "level", "enabled", "enable", "disabled", "disable", "skip", "off"];

/// The way out, said wherever somebody tries to change or to silence a rule.
pub(super) const ACCEPT_INSTEAD: &str =
    "a rule can be neither silenced nor re-rated; accept single findings with [[accept]]";

impl Config {
    /// Every unknown rule, unknown parameter and parameter of the wrong kind. `known` looks a
    /// rule up by id or alias; `ids` are those to propose.
    pub fn check<'r>(
        &self,
        known: &dyn Fn(&str) -> Option<KnownRule<'r>>,
        ids: &[&str],
    ) -> Vec<ConfigError> {
        let mut faults = Faults { path: &self.path, errors: Vec::new() };
        for named in self.named.iter().filter(|named| known(&named.value).is_none()) {
            let hint = suggest(&named.value, ids, "'phorce rules' lists them");
            faults.add(named.line, format!("unknown rule {}{hint}", quote(&named.value)));
        }
        let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for (rule, params) in &self.params {
            let Some(rule) = known(rule) else { continue };
            for (name, setting) in params {
                faults.check_param(rule, name, setting);
                if let Some(first) = seen.insert((rule.id, name), setting.line) {
                    let (name, id) = (quote(name), quote(rule.id));
                    let message =
                        format!("parameter {name} of rule {id} is set on line {first} as well");
                    faults.add(setting.line, message);
                }
            }
        }
        faults.errors.sort();
        faults.errors
    }

    /// Replaces old ids by the ones they stand for.
    pub(super) fn rename<'r>(&mut self, known: &dyn Fn(&str) -> Option<KnownRule<'r>>) {
        let mut params: BTreeMap<String, Params> = BTreeMap::new();
        for (rule, own) in std::mem::take(&mut self.params) {
            let id = known(&rule).map_or(rule, |rule| rule.id.to_owned());
            params.entry(id).or_default().extend(own);
        }
        self.params = params;
        let accepts = self.accepts.iter_mut().map(|accept| &mut accept.rule);
        for rule in accepts.chain(self.named.iter_mut().map(|named| &mut named.value)) {
            if let Some(known) = known(rule) {
                known.id.clone_into(rule);
            }
        }
    }
}

struct Faults<'c> {
    path: &'c str,
    errors: Vec<ConfigError>,
}

impl Faults<'_> {
    fn add(&mut self, line: u32, message: String) {
        self.errors.push(ConfigError { path: self.path.to_owned(), line, message });
    }

    fn check_param(&mut self, rule: KnownRule<'_>, name: &str, setting: &Setting<Param>) {
        let (quoted, id) = (quote(name), quote(rule.id));
        match rule.params.get(name) {
            None => {
                let names: Vec<&str> = rule.params.keys().map(String::as_str).collect();
                let otherwise = match names.as_slice() {
                    _ if NOT_SETTABLE.contains(&name) => ACCEPT_INSTEAD.to_owned(),
                    [] => "it has none".to_owned(),
                    names => format!("it has: {}", names.join(", ")),
                };
                let hint = suggest(name, &names, &otherwise);
                let message = format!("unknown parameter {quoted} of rule {id}{hint}");
                self.add(setting.line, message);
            }
            Some(default) if !setting.value.may_replace(default) => {
                let (wanted, is) = (default.kind(), setting.value.kind());
                let is = if is == wanted { "one of mixed values" } else { is };
                let message = format!("parameter {quoted} of rule {id} must be {wanted}, not {is}");
                self.add(setting.line, message);
            }
            Some(_) => {}
        }
    }
}
