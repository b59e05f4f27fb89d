//! Places of spans in files on disk and in memory.

use std::collections::{BTreeMap, HashMap};

use phorce::report::locate::{Located, locate};
use phorce::source::lines::Lines;
use phorce::source::{FileId, Sources, Span, digest};
use proptest::prelude::*;

fn one(path: &str, bytes: &[u8], range: std::ops::Range<usize>) -> Located {
    let sources = Sources::in_memory(BTreeMap::from([(path.to_owned(), bytes.to_vec())]));
    let span = Span::new(FileId(0), range.start, range.end);
    let digests = HashMap::from([(FileId(0), digest(bytes))]);
    locate(&sources, &digests, &[span]).remove(&span).unwrap()
}

#[test]
fn a_span_becomes_a_place_with_its_lines() {
    let located = one("a b.xml", "<a>\r\n  <n>é患x</n>\r\n</a>\r\n".as_bytes(), 10..16);
    let place = &located.place;
    assert_eq!((place.path.as_str(), place.line, place.column), ("a b.xml", 2, 6));
    assert_eq!((place.end_line, place.end_column), (2, 9));
    assert_eq!(located.raw, "é患x");
    let excerpt = located.excerpt.unwrap();
    assert_eq!((excerpt.first_line, excerpt.text.as_str()), (1, "<a>\n  <n>é患x</n>\n</a>\n"));
    assert_eq!(excerpt.text.get(excerpt.mark), Some("é患x"));
}

#[test]
fn the_hash_is_that_of_the_line() {
    // Line 3 of a text that github/codeql-action is tested with.
    let text = "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n";
    assert_eq!(one("a.js", text.as_bytes(), 12..17).line_hash, "1131fd5871777f34:1");
}

#[test]
fn a_changed_or_missing_file_has_line_one_and_no_lines() {
    let files = BTreeMap::from([("a.xml".to_owned(), b"\n\n<a/>".to_vec())]);
    let sources = Sources::in_memory(files);
    let digests = HashMap::from([(FileId(0), digest(b"\n\n<b/>"))]);
    let (changed, missing) = (Span::new(FileId(0), 2, 6), Span::new(FileId(7), 0, 1));
    let located = locate(&sources, &digests, &[changed, missing]);
    for span in [changed, missing] {
        let located = &located[&span];
        assert_eq!((located.place.line, located.place.column), (1, 1));
        assert_eq!((located.excerpt.as_ref(), located.line_hash.as_str()), (None, ""));
    }
    assert_eq!(located[&changed].place.path, "a.xml");
    assert_eq!(locate(&sources, &HashMap::new(), &[changed])[&changed].place.line, 3);
}

#[test]
fn other_encodings_and_byte_order_marks_do_not_shift_a_place() {
    let located = one("a.xml", b"<a>\xE9\xE8</a>\n<b>x</b>", 13..14);
    assert_eq!((located.place.line, located.place.column, located.raw.as_str()), (2, 4, "x"));
    let located = one("a.xml", "\u{feff}<a>x</a>".as_bytes(), 6..7);
    assert_eq!((located.place.column, located.raw.as_str()), (4, "x"));
    assert_eq!(located.excerpt.unwrap().text, "<a>x</a>\n");
}

#[test]
fn secrets_are_neither_shown_nor_told() {
    let text = "<a><consumerSecret>made\nup</consumerSecret></a>\n<b>x</b>\n<c/>\n";
    let whole = one("a.connectedApp", text.as_bytes(), 3..19);
    let excerpt = whole.excerpt.unwrap();
    assert_eq!(excerpt.text, "<a><consumerSecret>[hidden]\n</consumerSecret></a>\n");
    assert_eq!(excerpt.text.get(excerpt.mark), Some("<consumerSecret>"));
    assert_eq!(whole.raw, "<consumerSecret>");

    let content = one("a.connectedApp", text.as_bytes(), 19..26);
    let excerpt = content.excerpt.unwrap();
    assert_eq!(excerpt.text.get(excerpt.mark), Some("[hidden]"));
    assert_eq!((content.raw.as_str(), content.place.end_column), ("", 24));

    let after = one("a.connectedApp", text.as_bytes(), 51..52);
    let excerpt = after.excerpt.unwrap();
    assert_eq!((excerpt.first_line, after.place.line), (2, 3));
    assert_eq!(excerpt.text, "</consumerSecret></a>\n<b>x</b>\n<c/>\n");
    assert_eq!(excerpt.text.get(excerpt.mark), Some("x"));
}

#[test]
fn every_file_is_asked_for_its_own_spans() {
    let files = [("a.xml", "<a/>"), ("b.xml", "\n<b/>")];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let sources = Sources::in_memory(BTreeMap::from(files));
    let spans = [Span::head(FileId(1)), Span::new(FileId(1), 1, 5), Span::head(FileId(0))];
    let located = locate(&sources, &HashMap::new(), &spans);
    let lines = spans.map(|span| (located[&span].place.path.clone(), located[&span].place.line));
    assert_eq!(lines, [("b.xml".into(), 1), ("b.xml".into(), 2), ("a.xml".into(), 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_span_of_any_bytes_has_a_place_of_one_line(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "[<>/a\\r\\n\t é患\"'=\u{feff}]{0,200}".prop_map(String::into_bytes),
            "(<password>|</password>|x|\\n|\\r|<!--|-->|<a>|</a>| ){0,60}"
                .prop_map(String::into_bytes),
        ],
        start in 0usize..320,
        length in 0usize..320,
        code in any::<bool>(),
    ) {
        let path = if code { "A.cls" } else { "a.xml" };
        let located = one(path, &bytes, start..start + length);
        let place = &located.place;
        prop_assert!(place.line >= 1 && place.column >= 1);
        prop_assert_eq!(place.line, place.end_line);
        prop_assert!(place.end_column >= place.column);
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let line = Lines::new(text).line(place.line);
        prop_assert!(place.end_column as usize <= line.chars().count() + 1);
        let excerpt = located.excerpt.unwrap();
        prop_assert!(excerpt.text.get(excerpt.mark.clone()).is_some());
        let offset = place.line - excerpt.first_line;
        let before: usize =
            excerpt.text.split_inclusive('\n').take(offset as usize).map(str::len).sum();
        let shown = excerpt.text.get(before..).unwrap().lines().next().unwrap_or("").len();
        prop_assert!((before..=before + shown).contains(&excerpt.mark.start));
        prop_assert!(excerpt.mark.end <= before + shown);
        prop_assert!(located.line_hash.contains(':'));
        if !located.raw.is_empty() {
            let width = (place.end_column - place.column) as usize;
            let at = line.chars().skip(place.column as usize - 1).take(width);
            prop_assert_eq!(at.collect::<String>(), located.raw);
        }
    }

    #[test]
    fn a_secret_is_never_shown(
        lead in "[a-z<>/! \\n-]{0,20}",
        lines in "[ \\r\\n]{0,4}",
        at in 0usize..80,
    ) {
        let text = format!("{lead}<password>{lines}QQQ{lines}QQQ</password>\n<a/>");
        let located = one("a.xml", text.as_bytes(), at..at + 5);
        prop_assert!(!located.excerpt.unwrap().text.contains("QQ"));
    }

    #[test]
    fn an_offset_counts_lines_and_columns_as_a_person_does(
        lines in prop::collection::vec("[a-zé患👩]{0,8}", 1..8),
        pick in any::<prop::sample::Index>(),
        ending in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let text = lines.join(ending);
        let line = pick.index(lines.len());
        let start: usize = lines[..line].iter().map(|l| l.len() + ending.len()).sum();
        let index = Lines::new(&text);
        prop_assert_eq!(index.count() as usize, lines.len());
        for (column, (at, _)) in lines[line].char_indices().enumerate() {
            let position = index.position(start + at);
            prop_assert_eq!(position.line as usize, line + 1);
            prop_assert_eq!(position.column as usize, column + 1);
        }
        prop_assert_eq!(index.line(u32::try_from(line).unwrap() + 1), lines[line].as_str());
    }
}
