//! What the project says its profiles, permission sets and groups are for: the `[roles]` table.
//!
//! In: the table. Out: [`RoleConfig`], which says the [`Role`] of a holder. It knows no holder
//! of the org; whether a glob matches anything is found out where holders are known.

use toml::de::DeTable;

use super::error::quote;
use super::name::NameGlob;
use super::table::{Placed, Reader, Setting};

/// The keys of `[roles]`.
pub(super) const KEYS: [&str; 4] = ["clinical", "administrative", "integration", "break-glass"];

/// What a holder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// People who care for patients.
    Clinical,
    /// People who run the org; they count as its administrators.
    Administrative,
    /// A system, not a person.
    Integration,
    /// Access in an emergency.
    BreakGlass,
}

impl Role {
    /// The word used in the file and on rows.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clinical => "clinical",
            Self::Administrative => "administrative",
            Self::Integration => "integration",
            Self::BreakGlass => "break-glass",
        }
    }
}

/// What the project says of its holders.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RoleConfig {
    /// Holders of people who care for patients: globs on full names.
    pub clinical: Vec<Setting<NameGlob>>,
    /// Holders of people who run the org.
    pub administrative: Vec<Setting<NameGlob>>,
    /// Holders of systems.
    pub integration: Vec<Setting<NameGlob>>,
    /// Holders for emergencies.
    pub break_glass: Vec<Setting<NameGlob>>,
}

impl RoleConfig {
    /// The role of a holder. A full name goes before a glob; among equals the role that
    /// excuses least goes first, and administrative, which excuses most, last.
    pub fn role(&self, holder: &str) -> Option<Role> {
        let lists = [
            (Role::Integration, &self.integration),
            (Role::BreakGlass, &self.break_glass),
            (Role::Clinical, &self.clinical),
            (Role::Administrative, &self.administrative),
        ];
        [true, false].into_iter().find_map(|exact| {
            let names = |glob: &Setting<NameGlob>| {
                glob.value.is_exact() == exact && glob.value.matches(holder)
            };
            lists.iter().find(|(_, globs)| globs.iter().any(names)).map(|(role, _)| *role)
        })
    }
}

pub(super) fn read(reader: &mut Reader<'_>, table: &DeTable<'_>) -> RoleConfig {
    let mut roles = RoleConfig::default();
    for (key, value) in table.iter() {
        match key.get_ref().as_ref() {
            "clinical" => roles.clinical = globs(reader, "roles.clinical", value),
            "administrative" => {
                roles.administrative = globs(reader, "roles.administrative", value);
            }
            "integration" => roles.integration = globs(reader, "roles.integration", value),
            "break-glass" => roles.break_glass = globs(reader, "roles.break-glass", value),
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, " in [roles]", &KEYS);
            }
        }
    }
    roles
}

fn globs(reader: &mut Reader<'_>, name: &str, value: &Placed<'_>) -> Vec<Setting<NameGlob>> {
    let mut globs = Vec::new();
    for Setting { value: text, line } in reader.texts(name, value) {
        match NameGlob::new(&text) {
            Ok(value) => globs.push(Setting { value, line }),
            Err(fault) => reader.fail(line, format!("'{name}': {} {fault}", quote(&text))),
        }
    }
    globs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    fn role(text: &str, holder: &str) -> Option<Role> {
        parse("p", &format!("[roles]\n{text}\n")).unwrap().roles.role(holder)
    }

    #[test]
    fn a_holder_has_the_role_whose_list_names_it() {
        let text = "clinical = ['Nurse*', 'Chart']\nbreak-glass = ['Chart_Emergency']";
        assert_eq!(role(text, "nurse_night"), Some(Role::Clinical));
        assert_eq!(role(text, "CHART"), Some(Role::Clinical));
        assert_eq!(role(text, "Chart_Emergency"), Some(Role::BreakGlass));
        assert_eq!(role(text, "Billing"), None);
    }

    #[test]
    fn a_full_name_goes_before_a_glob_and_administrative_goes_last() {
        let text = "administrative = ['*', 'Ops']\nintegration = ['Ops*', 'EHR Feed']";
        assert_eq!(role(text, "Ops"), Some(Role::Administrative));
        assert_eq!(role(text, "Ops Feed"), Some(Role::Integration));
        assert_eq!(role(text, "EHR Feed"), Some(Role::Integration));
        assert_eq!(role(text, "Nurse"), Some(Role::Administrative));
    }
}
