//! How much of a value a formula keeps.
//!
//! In: a name in a formula with the calls around it; the type of the field it ends in. Out: a
//! word for what is left of the value. It evaluates nothing: a chain of conditions that spells
//! every value out is taken as a test.

use crate::fact::Fact;
use crate::metadata::formula::{Reference, is_one_of};
use crate::org::resolve::FoundField;

/// Functions that only say whether, or which of some.
const TESTS: [&str; 17] = [
    "AND",
    "BEGINS",
    "CONTAINS",
    "FIND",
    "INCLUDES",
    "ISBLANK",
    "ISCHANGED",
    "ISCLONE",
    "ISNEW",
    "ISNULL",
    "ISNUMBER",
    "ISPICKVAL",
    "LEN",
    "NOT",
    "OR",
    "REGEX",
    "WEEKDAY",
];
/// Functions whose first argument is a condition.
const CONDITIONS: [&str; 2] = ["IF", "CASE"];
/// Functions that leave a few characters, as many as their second argument says.
const SHORTENING: [&str; 2] = ["LEFT", "RIGHT"];
/// How many characters are few.
const FEW: u32 = 4;
/// Functions that leave a part which identifies nobody.
const PARTS: [&str; 3] = ["YEAR", "HASH", "MONTH"];

/// What is left of a value where a formula reads it.
pub(super) fn manner(reference: &Reference<'_>) -> &'static str {
    let mut around = reference.calls.iter().zip(&reference.lengths);
    let is_test = reference.in_comparison
        || reference.calls.iter().any(|call| {
            is_one_of(call.function, &TESTS)
                || (call.argument == 0 && is_one_of(call.function, &CONDITIONS))
        });
    if is_test {
        return "tested";
    }
    let masks = around.any(|(call, length)| {
        is_one_of(call.function, &PARTS)
            || (call.argument == 0
                && is_one_of(call.function, &SHORTENING)
                && length.is_some_and(|length| length <= FEW))
    });
    if masks { "masked" } else { "whole" }
}

/// The same, with the types of both fields: a checkbox holds an answer, and a number made of a
/// date an age.
pub(super) fn settle(how: &'static str, target: &Fact, source: &FoundField<'_>) -> &'static str {
    let is = |ty: Option<&str>, list: &[&str]| ty.is_some_and(|ty| is_one_of(ty, list));
    let ty = target.text("type");
    let from = source.facts.iter().find_map(|fact| fact.text("type"));
    let dated = match from {
        Some(_) => is(from, &["Date", "DateTime"]),
        None => source.name.to_ascii_lowercase().ends_with("birthdate"),
    };
    let number = is(ty, &["Number", "Percent", "Currency"]);
    match how {
        "whole" if is(ty, &["Checkbox"]) => "tested",
        "whole" if dated && number => "age",
        how => how,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::formula::references;

    #[test]
    fn what_is_left_of_a_value() {
        let expected = [
            ("SSN__c", "whole"),
            ("\"No. \" & TRIM(SSN__c)", "whole"),
            ("LEFT(SSN__c, 255)", "whole"),
            ("LEFT(SSN__c, LEN(\"abc\"))", "whole"),
            ("LEFT(SSN__c, 3)", "masked"),
            ("UPPER(RIGHT(TRIM(SSN__c), 4))", "masked"),
            ("TEXT(YEAR(SSN__c))", "masked"),
            ("IF(ISBLANK(SSN__c), \"no\", \"yes\")", "tested"),
            ("IF(SSN__c = \"x\", \"no\", \"yes\")", "tested"),
            ("CASE(SSN__c, \"a\", 1, 2)", "tested"),
            ("IF(TRUE, SSN__c, \"\")", "whole"),
            ("CASE(1, 1, SSN__c, \"\")", "whole"),
        ];
        for (formula, how) in expected {
            assert_eq!(manner(&references(formula)[0]), how, "{formula}");
        }
    }
}
