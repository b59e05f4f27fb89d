//! A first `phorce.toml` for a project.
//!
//! In: what was seen of the project, as plain values. Out: a commented file that changes
//! nothing until a line of it is uncommented. It looks at no metadata itself.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::config::FILE_NAME;

/// The longest list of names written out.
const MOST_NAMES: usize = 8;

/// What was seen of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// Package directories of `sfdx-project.json`.
    pub package_directories: Vec<String>,
    /// How many objects there are.
    pub objects: usize,
    /// Objects recognised as holding PHI.
    pub phi_objects: Vec<String>,
    /// How many fields are recognised as holding PHI.
    pub phi_fields: usize,
    /// Whether it looks like a health org.
    pub health_context: bool,
}

/// The text of the file: every key with its meaning and its default, all commented out.
pub fn propose(looked: &Looked) -> String {
    let mut text = String::from("# What this project tells Phorce about itself.\n");
    text.push_str("# Every line is a comment: nothing changes until you uncomment one.\n#\n");
    describe(looked, &mut text);
    text.push_str(BODY);
    text
}

/// The keys. A commented line with ` = ` or a `[` at its start is a setting; the test
/// uncomments these.
const BODY: &str = r##"
# From which severity open findings fail the run (exit code 1):
# critical, high, medium, low or never. The flag --fail-on goes first.
#
# fail-on = "high"

# Folders with your own rule pages, relative to this file.
#
# rule-pages = ["compliance/rules"]

# Findings that are known, relative to this file; `phorce baseline` writes the list.
# Only what it does not have is reported. It never hides a critical finding.
#
# baseline = "phorce-baseline.toml"

# The register that compliance owns: who answers for each OAuth client, host, package,
# privileged holder, bypass and PHI object; relative to this file.
# `phorce register --update` writes it, and adds to it what is missing.
#
# register = "compliance/register.toml"

# What is patient data in this org, where names and metadata do not say it.
# `*` stands for any characters, `?` for one; case does not matter.
#
# [phi]
# objects = ["Referral__c"]            # objects that hold PHI
# fields = ["Contact.Chart_Number__c"] # fields that hold PHI; "*.SSN__c" for every object
# not = ["Lead", "*.Class_Name__c"]    # no PHI, whatever their names say
# health-context = true                # a health org: weaker names count as well

# What profiles, permission sets and groups are for: full names or globs on them. Where
# nothing is said, licences and words of names tell, and a finding says so.
#
# [roles]
# clinical = ["Nurse*", "Physician"]   # people who care for patients; others are not
# administrative = ["Org Operations"]  # they count as System Administrator; no office staff
# integration = ["EHR Feed"]           # systems, not people
# break-glass = ["Chart_Emergency"]    # for emergencies

# Thresholds of a rule; `phorce explain RULE` shows its parameters. Neither a severity can
# be changed nor a rule be switched off. One that weakens a rule is shown in the report.
#
# [rules.some-rule]
# some-threshold = 3

# A risk you accept. The finding stays in every report, as accepted, until the last day:
# at most 365 days from the run, 90 for a critical finding. Then it opens again.
#
# [[accept]]
# rule = "some-rule"
# subject = "Admin"             # the full name the finding shows, or a glob on it
# members = ["ModifyAllData"]   # only these; without this key all of them
# reason = "Why this is acceptable, and what limits the damage"
# by = "Who takes the responsibility"
# until = 2026-12-31
# breadth = "Why so many at once"   # where the subject is a glob
#
# Where `phorce explain` shows an addressable specification, an entry counts only if it says
# why meeting that is not reasonable and appropriate here, and what is done instead.
# `phorce accept RULE SUBJECT` writes an entry and says what it still needs.
#
# not-reasonable-because = "…"
# instead = "…"
"##;

/// Names come from untrusted files: none may end the comment it stands in.
fn describe(looked: &Looked, text: &mut String) {
    let directories = match looked.package_directories.as_slice() {
        [] => "none".to_owned(),
        names => list(names),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# Package directories: {directories}");
    let _ = writeln!(text, "# Objects: {}", looked.objects);
    let found = match looked.phi_objects.as_slice() {
        [] => "none".to_owned(),
        names => format!("{}: {}", names.len(), list(names)),
    };
    let _ = writeln!(text, "# Objects that look like they hold PHI: {found}");
    let _ = writeln!(text, "# Fields that look like they hold PHI: {}", looked.phi_fields);
    let health = if looked.health_context { "yes" } else { "no sign of it" };
    let _ = writeln!(text, "# A health org: {health}");
}

fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| clean(name)).collect();
    let rest = names.len().saturating_sub(MOST_NAMES);
    let end = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{end}", shown.join(", "))
}

fn clean(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect()
}

/// Writes the file into `folder`; one that is there is replaced only with `force`.
///
/// # Errors
/// It is there already, or cannot be written; the text says what to do.
pub fn write(folder: &Path, text: &str, force: bool) -> Result<PathBuf, String> {
    let path = folder.join(FILE_NAME);
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        // Also refuses a link that leads nowhere.
        options.create_new(true);
    }
    let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(path),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(format!("{FILE_NAME} is there already; --force replaces it"))
        }
        Err(e) => Err(format!("{FILE_NAME} cannot be written: {e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, parse};

    fn looked() -> Looked {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Looked {
            package_directories: names(&["force-app", "unpackaged"]),
            objects: 12,
            phi_objects: names(&["Patient__c"]),
            phi_fields: 7,
            health_context: true,
        }
    }

    #[test]
    fn the_proposal_says_what_was_seen_and_changes_nothing() {
        let text = propose(&looked());
        for line in [
            "# Package directories: force-app, unpackaged",
            "# Objects: 12",
            "# Objects that look like they hold PHI: 1: Patient__c",
            "# Fields that look like they hold PHI: 7",
            "# A health org: yes",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        let default = Config { path: "phorce.toml".to_owned(), ..Config::default() };
        assert_eq!(parse("phorce.toml", &text), Ok(default));
    }

    #[test]
    fn every_setting_of_the_proposal_is_valid_once_uncommented() {
        let setting = |line: &&str| line.starts_with('[') || line.contains(" = ");
        let lines = BODY.lines().filter_map(|line| line.strip_prefix("# ")).filter(setting);
        let text = lines.collect::<Vec<_>>().join("\n");
        let config = parse("phorce.toml", &text).unwrap();
        assert!(config.fail_on.is_some() && config.phi.health_context.is_some());
        assert_eq!((config.rule_pages.len(), config.phi.fields.len()), (1, 1));
        assert_eq!(
            config.register.map(|set| set.value).as_deref(),
            Some("compliance/register.toml")
        );
        assert_eq!((config.roles.clinical.len(), config.roles.break_glass.len()), (2, 1));
        assert_eq!((config.params.len(), config.accepts.len()), (1, 1));
        assert_eq!(config.baseline.unwrap().value, "phorce-baseline.toml");
        let accept = &config.accepts[0];
        assert!(accept.breadth.is_some() && accept.not_reasonable_because.is_some());
        assert!(accept.instead.is_some());
    }

    #[test]
    fn a_name_cannot_leave_its_comment() {
        let mut looked = looked();
        looked.package_directories = vec!["x\nfail-on = \"never\"\r\u{85}".to_owned()];
        let config = parse("phorce.toml", &propose(&looked)).unwrap();
        assert_eq!(config.fail_on, None);
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (1..=10).map(|n| format!("N{n}")).collect();
        assert_eq!(list(&names), "N1, N2, N3, N4, N5, N6, N7, N8 and 2 more");
    }

    #[test]
    fn a_file_that_is_there_is_kept_unless_forced() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "one", false).unwrap();
        assert!(write(folder.path(), "two", false).unwrap_err().contains("--force"));
        let path = folder.path().join("phorce.toml");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write(folder.path(), "2", true).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "2");
        assert!(write(&folder.path().join("none"), "x", false).is_err());
    }
}
