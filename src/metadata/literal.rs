//! Numbers in source text that look like those of a person.
//!
//! In: the bytes of code, data and configuration. Out: one fact for each text that has the
//! form of a Social Security or a Medicare number, with the words around it; never the number.
//! Whether it is one, only its surroundings can tell. Archives and pictures are left alone.
//!
//! Sources: SSA (numbers never assigned: area 000, 666, 900–999, group 00, serial 0000), CMS
//! (format of the Medicare Beneficiary Identifier).

use std::ops::Range;
use std::sync::Arc;

use compact_str::CompactString;

use super::layout::{Entry, Layout, TypeOf};
use super::read::Wanted;
use crate::fact::{Fact, Severity};
use crate::source::{FileId, Sources, Span};

/// The kind of fact.
pub const KIND: &str = "SourceText.literal";

/// Bytes before and after that are looked at.
const AROUND: usize = 60;

/// Numbers kept of one file.
const MOST: usize = 50;

/// Types whose files hold values that people write.
const TYPES: [&str; 12] = [
    "ApexClass",
    "ApexTrigger",
    "ApexPage",
    "ApexComponent",
    "LightningComponentBundle",
    "AuraDefinitionBundle",
    "StaticResource",
    "CustomMetadata",
    "CustomObject",
    "ListView",
    "Report",
    "Document",
];

/// Whether somebody reads what the file gives.
pub fn is_wanted(entry: &Entry, path: &str, wanted: &Wanted) -> bool {
    let TypeOf::Known(ty) = entry.ty else { return false };
    wanted.has(KIND) && TYPES.contains(&ty.name) && !is_picture(path)
}

fn is_picture(path: &str) -> bool {
    let suffix = path.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let other = [
        "png", "jpg", "jpeg", "gif", "svg", "ico", "css", "woff", "woff2", "ttf", "eot", "zip",
        "pdf", "map", "mp4",
    ];
    other.contains(&suffix.as_str())
}

/// Files that are no component and hold data or test values: org, file.
pub fn others(sources: &Sources, layout: &Layout, wanted: &Wanted) -> Vec<(usize, FileId)> {
    if !wanted.has(KIND) {
        return Vec::new();
    }
    let mut known = vec![false; sources.len()];
    for entry in &layout.files {
        if let Some(known) = known.get_mut(entry.file.0 as usize) {
            *known = true;
        }
    }
    let is_new = |file: FileId| !known.get(file.0 as usize).copied().unwrap_or(true);
    let holds = sources.files().filter(|(file, path)| is_new(*file) && holds_data(path));
    holds.map(|(file, path)| (org_of(path, layout), file)).collect()
}

/// Trees of records for scratch orgs, anonymous Apex, tests of components.
fn holds_data(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let suffix = name.rsplit('.').next().unwrap_or("");
    let below = |words: &[&str]| folders.split('/').any(|folder| words.contains(&folder));
    match suffix {
        "apex" => true,
        "json" | "csv" => below(&["data", "sample-data", "sampledata", "__tests__"]),
        "js" => below(&["__tests__"]),
        _ => false,
    }
}

fn org_of(path: &str, layout: &Layout) -> usize {
    let below = |folder: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let orgs = layout.orgs.iter().enumerate().filter(|(_, org)| below(&org.path));
    orgs.max_by_key(|(_, org)| org.path.len()).map_or(0, |(number, _)| number)
}

/// The numbers in a file: `name` is its component's, or its path.
pub fn scan(bytes: &[u8], file: FileId, name: &str, path: &str, staging: bool) -> Vec<Arc<Fact>> {
    if bytes.get(..bytes.len().min(1_024)).is_some_and(|head| head.contains(&0)) {
        return Vec::new();
    }
    let mut found: Vec<(&str, Range<usize>)> = Vec::new();
    for at in bytes.iter().enumerate().filter_map(|(at, byte)| (*byte == b'-').then_some(at)) {
        found.extend(ssn_at(bytes, at).map(|range| ("ssn", range)));
        if found.len() >= MOST {
            break;
        }
    }
    found.extend(mbis(bytes).into_iter().map(|range| ("mbi", range)));
    found.sort_by_key(|(_, range)| range.start);
    let fact = |(what, range): (&str, Range<usize>)| {
        let place = Span::new(file, range.start, range.end);
        let mut fact = Fact::new(KIND, name, place);
        fact.cap = staging.then_some(Severity::Low);
        fact.derive("what", what);
        fact.derive("path", path);
        for word in words_around(bytes, &range) {
            fact.derive("near", word);
        }
        Arc::new(fact)
    };
    found.into_iter().map(fact).collect()
}

/// Numbers that everybody uses as an example, or that are plainly made up.
fn is_dummy(digits: &[u8]) -> bool {
    let known: [&[u8]; 10] = [
        b"123456789",
        b"078051120",
        b"219099999",
        b"111223333",
        b"222334444",
        b"333445555",
        b"123121234",
        b"123456780",
        b"123451234",
        b"001010001",
    ];
    let same = |part: &[u8]| part.windows(2).all(|pair| pair.first() == pair.last());
    let groups = [digits.get(..3), digits.get(3..5), digits.get(5..)];
    known.contains(&digits) || groups.into_iter().flatten().all(same)
}

/// A Social Security number whose first hyphen stands at `at`.
fn ssn_at(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(3)?;
    let range = start..at + 8;
    let text = bytes.get(range.clone())?;
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let form = [0, 1, 2, 4, 5, 7, 8, 9, 10].into_iter().all(digit) && text.get(6) == Some(&b'-');
    if !form || touches(bytes, &range) {
        return None;
    }
    let digits: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
    let area = digits.get(..3)?;
    let never = area == b"000" || area == b"666" || area.first() == Some(&b'9');
    let unused = digits.get(3..5) == Some(b"00") || digits.get(5..) == Some(b"0000");
    (!never && !unused && !is_dummy(&digits)).then_some(range)
}

/// Whether letters, digits or hyphens go on before or after.
fn touches(bytes: &[u8], range: &Range<usize>) -> bool {
    let goes_on = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    let after = bytes.get(range.end).filter(|byte| **byte != b'.');
    goes_on(before) || goes_on(after)
}

/// Medicare numbers, with or without their hyphens.
fn mbis(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(next) = bytes.get(from..).and_then(|rest| rest.iter().position(is_mbi_start)) {
        let start = from + next;
        from = start + 1;
        for length in [11, 13] {
            let range = start..start + length;
            let Some(text) = bytes.get(range.clone()) else { continue };
            if is_mbi(text) && !touches(bytes, &range) {
                out.push(range);
                break;
            }
        }
        if out.len() >= MOST {
            break;
        }
    }
    out
}

fn is_mbi_start(byte: &u8) -> bool {
    matches!(byte, b'1'..=b'9')
}

fn is_mbi(text: &[u8]) -> bool {
    // Cheap first: the second character is a letter.
    if !text.get(1).is_some_and(u8::is_ascii_uppercase) {
        return false;
    }
    let hyphens = text.len() == 13 && text.get(4) == Some(&b'-') && text.get(8) == Some(&b'-');
    let plain: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'-').collect();
    if plain.len() != 11 || (text.len() == 13 && !hyphens) {
        return false;
    }
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
    let fits = |(at, byte): (usize, &u8)| match at {
        0 | 3 | 6 | 9 | 10 => byte.is_ascii_digit(),
        1 | 4 | 7 | 8 => letter(*byte),
        _ => byte.is_ascii_digit() || letter(*byte),
    };
    let example = plain.starts_with(b"1EG4TE5MK7");
    plain.iter().enumerate().all(fits) && !example
}

/// The words around a number, lower case, without digits.
fn words_around(bytes: &[u8], range: &Range<usize>) -> Vec<CompactString> {
    let before = bytes.get(range.start.saturating_sub(AROUND)..range.start).unwrap_or_default();
    let after = bytes.get(range.end..bytes.len().min(range.end + AROUND)).unwrap_or_default();
    let mut out = Vec::new();
    for part in [before, after] {
        let text = String::from_utf8_lossy(part);
        let words = text.split(|c: char| !c.is_alphabetic() && c != '_');
        out.extend(words.filter(|word| word.len() > 1).map(CompactString::from));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, &str)> {
        let facts = scan(text.as_bytes(), FileId(0), "X", "X.cls", false);
        let part = |fact: &Arc<Fact>| {
            let at = fact.place.start as usize..fact.place.end as usize;
            (fact.text("what").unwrap().to_owned(), text.get(at).unwrap())
        };
        facts.iter().map(part).collect()
    }

    #[test]
    fn a_number_has_its_form_and_stands_alone() {
        let text =
            "ssn '512-47-9083', id 1-512-47-9083, 512-47-90831, a512-47-9083 MBI=3AC9K41NX27.";
        assert_eq!(found(text), [("ssn".into(), "512-47-9083"), ("mbi".into(), "3AC9K41NX27")]);
        assert_eq!(found("mbi: 3AC9-K41-NX27"), [("mbi".into(), "3AC9-K41-NX27")]);
    }

    #[test]
    fn examples_and_numbers_that_are_never_given_out_are_none() {
        for text in [
            "123-45-6789",
            "078-05-1120",
            "987-65-4321",
            "111-11-1111",
            "219-09-9999",
            "000-12-3456",
            "666-12-3456",
            "512-00-9083",
            "512-47-0000",
            "222-33-4444",
            "1EG4-TE5-MK73",
            "1EG4TE5MK72",
            "3SC9K41NX27",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_words_around_hold_no_number() {
        let facts = scan(b"Contact.SSN__c = '512-47-9083'; // 419", FileId(0), "X", "X", false);
        let near: Vec<&str> = facts[0].items("near").map(|item| item.text.as_str()).collect();
        assert_eq!(near, ["Contact", "SSN__c"]);
        assert!(facts[0].values.iter().all(|(_, item)| !item.text.contains("9083")));
    }

    #[test]
    fn data_and_tests_are_looked_at_and_other_files_are_not() {
        for path in ["data/Contacts.json", "a/data/x.csv", "scripts/x.apex", "lwc/a/__tests__/a.js"]
        {
            assert!(holds_data(path), "{path}");
        }
        for path in ["package.json", "docs/data.md", "config/x.json"] {
            assert!(!holds_data(path), "{path}");
        }
    }
}
