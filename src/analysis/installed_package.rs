//! `installed-package`: the packages of an org, seen as one list.
//!
//! In: `InstalledPackage`. Out: one row per package, grouped, so that a remark on all of them
//! is one remark. It cannot know what a package may read, nor who uses it.

use crate::analysis::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::collect::Collected;

/// The packages of an org.
pub const KIND: Kind = Kind {
    name: "installed-package",
    meaning: "a package of the org, as a member of the list of all packages; it has the values of `InstalledPackage`. To judge one package by itself use `InstalledPackage`",
    reads: &["InstalledPackage"],
    values: &[],
    derive,
};

/// What a remark on the list is about.
const LIST: &str = "Installed packages";

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let packages = facts.of("InstalledPackage").iter();
    let rows = packages.map(|package| Fact {
        kind: "installed-package".into(),
        name: format!("{LIST}/{}", package.name).into(),
        component: LIST.into(),
        grouped: true,
        ..package.as_ref().clone()
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact};

    #[test]
    fn packages_are_members_of_one_list() {
        let package = |name| fact("InstalledPackage", name, &[("versionNumber", "1.4")]);
        let rows = rows(&collect(vec![package("acme"), package("labkit")]));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["Installed packages/acme", "Installed packages/labkit"]);
        assert!(rows.iter().all(|row| row.grouped && row.component == "Installed packages"));
        assert_eq!(rows[0].text("versionNumber"), Some("1.4"));
    }
}
