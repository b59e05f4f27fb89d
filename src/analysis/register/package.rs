//! Packages: those with a file, and those known only by names of components.
//!
//! In: package files, and the names of objects, fields and permission sets. Out: one thing for
//! each namespace but the project's own, with what shows that PHI goes there. It cannot look
//! into a package.

use compact_str::CompactString;

use super::Thing;
use crate::analysis::Input;
use crate::config::register::Section;
use crate::config::same_name;
use crate::fact::Fact;
use crate::metadata::types::namespace_of;

const NAMED: [&str; 3] = ["CustomObject", "CustomField", "PermissionSet"];

pub(super) fn packages(input: &Input<'_>) -> Vec<Thing> {
    let mut things: Vec<Thing> = Vec::new();
    for package in input.facts.of("InstalledPackage") {
        things.push((package.name.clone(), package.as_ref().clone()));
    }
    let own = input.org.folder.namespace.as_deref().unwrap_or("");
    for fact in NAMED.iter().flat_map(|kind| input.facts.of(kind)) {
        let Some(namespace) = namespace(fact) else { continue };
        let known = |name: &str| same_name(name, namespace);
        if known(own) || things.iter().any(|(name, _)| known(name)) {
            continue;
        }
        let mut thing = Fact::new("", namespace, fact.place);
        thing.cap = fact.cap;
        thing.derive("seen-in", &fact.name);
        things.push((namespace.into(), thing));
    }
    for (name, thing) in &mut things {
        say_reach(thing, name, input);
    }
    things
}

/// The namespace in a component's own name: `acme` of `Contact.acme__Score__c`.
fn namespace(fact: &Fact) -> Option<&str> {
    namespace_of(fact.name.rsplit('.').next().unwrap_or(&fact.name))
}

/// Its permission sets read PHI, or its fields are PHI.
fn say_reach(thing: &mut Fact, name: &CompactString, input: &Input<'_>) {
    let is_own = |full: &str| {
        let own = full.rsplit('.').next().unwrap_or(full);
        namespace_of(own).is_some_and(|namespace| same_name(namespace, name))
    };
    let sets = input.facts.of("holder").iter();
    let set = sets.filter(|set| is_own(&set.name)).find_map(|set| {
        let reads = set.item("reads-phi").filter(|item| item.text == "true")?;
        Some((reads.span, format!("{} reads PHI", set.name)))
    });
    let objects = input.org.schema.objects();
    let mut fields = objects.flat_map(|object| &object.fields).filter(|field| field.is_phi());
    let field = fields.find_map(|field| {
        let fact = field.facts.first().filter(|fact| is_own(&fact.name))?;
        Some((fact.place, format!("{} holds PHI", fact.name)))
    });
    if let Some((span, words)) = set.or(field) {
        thing.push("reaches-phi", "true", span);
        thing.related.push((span, words.into()));
    }
}

/// The version that was reviewed, and whether a newer one is installed.
pub(super) fn say_version(row: &mut Fact, input: &Input<'_>) {
    let Some(register) = &input.config.entries else { return };
    let name = row.name.clone();
    let Some(entry) = register.entry(Section::Package, &name) else { return };
    let Some(reviewed) = entry.text("version").map(|text| text.value.clone()) else { return };
    let installed = row.item("versionNumber").cloned();
    if let Some(installed) = installed.filter(|item| is_newer(&item.text, &reviewed)) {
        row.push("newer", "true", installed.span);
    }
    row.derive("reviewed-version", reviewed);
}

/// Whether the first version comes after the second, number by number: 1.10 after 1.9.
fn is_newer(installed: &str, reviewed: &str) -> bool {
    let numbers = |version: &str| {
        let mut numbers: Vec<u64> = version
            .trim_start_matches(['v', 'V'])
            .split('.')
            .map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>())
            .map(|digits| digits.parse().unwrap_or(0))
            .collect();
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        numbers
    };
    numbers(installed) > numbers(reviewed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_number_by_number() {
        for (installed, reviewed, newer) in [
            ("1.10", "1.9", true),
            ("1.9", "1.10", false),
            ("2.0", "2", false),
            ("2.0.1", "2", true),
            ("v3.1", "3.0", true),
            ("1.4-beta", "1.4", false),
            ("1.4", "", true),
        ] {
            assert_eq!(is_newer(installed, reviewed), newer, "{installed} {reviewed}");
        }
    }
}
