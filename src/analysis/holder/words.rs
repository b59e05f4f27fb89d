//! What the words of a name say of a holder.
//!
//! In: words of a name, or a description. Out: whether
//! they speak of emergency access or of automated tests. Whole words only: `Glassbreaker`
//! breaks no glass. It knows English only.

use crate::org::tokens::of_text as words;

/// Whether the words of `phrase` stand in a row.
pub(super) fn has_phrase(words: &[String], phrase: &str) -> bool {
    position(words, phrase).is_some()
}

/// The first of the phrases that is there.
pub(super) fn first_phrase<'p>(words: &[String], phrases: &[&'p str]) -> Option<&'p str> {
    phrases.iter().copied().find(|phrase| has_phrase(words, phrase))
}

fn position(words: &[String], phrase: &str) -> Option<(usize, usize)> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    let at = words.windows(phrase.len()).position(|window| window == phrase.as_slice())?;
    Some((at, phrase.len()))
}

const EMERGENCY: &[&str] = &[
    "emergency",
    "emerg",
    "break glass",
    "break the glass",
    "breakglass",
    "btg",
    "fire fighter",
    "firefighter",
    "fire call",
    "firecall",
    "override",
    "urgent",
    "stat access",
    "crisis",
    "disaster",
    "on call",
    "oncall",
    "escalated access",
    "escalation access",
];

/// A ward, a kind of care, a phone number to call and a price are no emergency access.
const NO_EMERGENCY: &[&str] = &[
    "emergency contact",
    "emergency contacts",
    "emergency department",
    "emergency medicine",
    "emergency room",
    "urgent care",
    "crisis line",
    "crisis center",
    "on call schedule",
    "on call calendar",
    "price override",
    "pricing override",
    "discount override",
    "fee override",
];

/// The words of the text that speak of emergency access.
pub(super) fn emergency_word(text: &str) -> Option<&'static str> {
    let mut words = words(text);
    for phrase in NO_EMERGENCY {
        while let Some((at, length)) = position(&words, phrase) {
            words.drain(at..at + length);
        }
    }
    first_phrase(&words, EMERGENCY)
}

const TEST_AUTOMATION: &[&str] = &[
    "test automation",
    "automated test",
    "automated tests",
    "automated testing",
    "automation test",
    "automation testing",
    "regression test",
    "regression tests",
    "ui test",
    "ui tests",
    "selenium",
    "provar",
    "playwright",
    "cypress",
];

/// Whether the words say that it serves automated tests.
pub(super) fn is_test_automation(words: &[String]) -> bool {
    first_phrase(words, TEST_AUTOMATION).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_emergency_access_by_whole_words() {
        assert_eq!(emergency_word("Break-Glass Chart"), Some("break glass"));
        assert_eq!(emergency_word("BreakGlass"), Some("break glass"));
        assert_eq!(emergency_word("Break the Glass"), Some("break the glass"));
        assert_eq!(emergency_word("BTG_Chart"), Some("btg"));
        assert_eq!(emergency_word("STAT_Access"), Some("stat access"));
        assert_eq!(emergency_word("Nurse on call"), Some("on call"));
        assert_eq!(emergency_word("Emergencies2"), None);
        assert_eq!(emergency_word("Glassbreaker overrides"), None);
    }

    #[test]
    fn a_ward_is_no_emergency_access() {
        assert_eq!(emergency_word("Emergency Department Nurse"), None);
        assert_eq!(emergency_word("Urgent Care and Emergency Contacts"), None);
        assert_eq!(emergency_word("Emergency Room override"), Some("override"));
        assert_eq!(emergency_word("Price_Override"), None);
        assert_eq!(emergency_word("On_Call_Schedule"), None);
    }

    #[test]
    fn knows_test_automation() {
        assert!(is_test_automation(&words("Portal_UI_Tests")));
        assert!(!is_test_automation(&words("Lab Test Results")));
    }
}
