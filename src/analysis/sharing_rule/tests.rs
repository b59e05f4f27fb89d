//! Tests of what a sharing rule says by itself; what is PHI is tested with the schema.

use super::*;
use crate::analysis::holder::tests::fact;

fn catch_all(kind: &str, values: &[(&str, &str)]) -> bool {
    takes_every_record(&fact(0, "SharingCriteriaRule", "Patient__c.All", values), kind)
}

const ONE: (&str, &str) = ("criteriaItems", "");

#[test]
fn one_criterion_that_always_holds_takes_every_record() {
    let field = ("criteriaItems.field", "name");
    let not_empty = ("criteriaItems.operation", "notEqual");
    assert!(catch_all("criteria", &[ONE, field, not_empty, ("criteriaItems.value", "")]));
    assert!(catch_all("criteria", &[ONE, field, not_empty]));
    assert!(!catch_all("criteria", &[ONE, field, not_empty, ("criteriaItems.value", "A")]));
    assert!(!catch_all("criteria", &[ONE, field, ("criteriaItems.operation", "equals")]));
    assert!(!catch_all("criteria", &[ONE, ("criteriaItems.field", "Ward__c"), not_empty]));
    assert!(!catch_all("criteria", &[ONE, field, not_empty, ONE]));
}

#[test]
fn no_criterion_takes_every_record_where_the_rule_says_so() {
    assert!(catch_all("criteria", &[("includeRecordsOwnedByAll", "true")]));
    assert!(!catch_all("criteria", &[("includeRecordsOwnedByAll", "false")]));
    assert!(!catch_all("guest", &[("includeRecordsOwnedByAll", "true")]));
}

#[test]
fn records_of_any_internal_owner_are_every_record() {
    assert!(catch_all("owner", &[("sharedFrom.allInternalUsers", "")]));
    assert!(!catch_all("owner", &[("sharedFrom.role", "Ward")]));
}

#[test]
fn the_name_of_an_empty_element_stands_in_its_tag() {
    let tag = Span { start: 40, end: 58, ..Span::head(crate::source::FileId(0)) };
    let span = name_in(&Item::new("", tag), "allInternalUsers");
    assert_eq!((span.start, span.end), (41, 57));
    let span = name_in(&Item::new("Ward", tag), "group");
    assert_eq!((span.start, span.end), (40, 40));
}
