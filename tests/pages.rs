//! Every page inside the binary proves itself, weakening included.

use phorce::proof::prove;
use phorce::rule::library;
use rayon::prelude::*;

#[test]
fn every_page_proves_itself() {
    let rules = library::built_in().unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert!(rules.len() >= 48, "only {} pages", rules.len());
    let flaws: Vec<String> = rules
        .par_iter()
        .flat_map_iter(|rule| prove(rule, true))
        .map(|flaw| flaw.to_string())
        .collect();
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn ids_are_kebab_case_and_aliases_are_free() {
    let rules = library::built_in().unwrap();
    for rule in &rules {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(rule.id.chars().all(kebab), "{}", rule.path);
        for alias in &rule.definition.aliases {
            assert!(
                !rules.iter().any(|other| other.id == *alias),
                "{}: {alias} is taken",
                rule.path
            );
        }
    }
}

#[test]
fn pages_say_nothing_the_law_does_not() {
    let rules = library::built_in().unwrap();
    for rule in &rules {
        let text = rule.markdown.to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            for barred in ["compliant", "penalty", "penalties", "guarantees", "guaranteed", "todo"]
            {
                assert!(word != barred, "{} says `{barred}`", rule.path);
            }
        }
    }
}
