//! What holds for every XML text.
//!
//! In: trees made at random, written with random white space, line endings, references, CDATA
//! and comments; and rubbish. Out: a tree reads back as it was, every range is the bytes it
//! claims, and nothing makes the parser panic.

#![allow(clippy::unwrap_used, clippy::string_slice, clippy::indexing_slicing, reason = "tests may")]

use std::ops::Range;

use phorce::metadata::xml::{self, Document};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Element {
    name: &'static str,
    attributes: Vec<&'static str>,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Text(String),
    Elements(Vec<Element>),
}

/// What the document must say of an element, in the order of start tags.
#[derive(Debug, PartialEq)]
struct Expected {
    name: String,
    children: usize,
    tag: Range<usize>,
    element: Range<usize>,
    text: Option<(String, Range<usize>)>,
    nil: bool,
}

fn names() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "fields", "fullName", "x:y", "été", "b-1.c", "_"])
}

fn texts() -> impl Strategy<Value = String> {
    let characters = vec![
        'a', 'Z', '0', ' ', ' ', '\t', '\n', '\r', '<', '>', '&', '"', '\'', ']', ']', '-', ';',
        '#', '=', 'é', '病', '😀', '\u{a0}', '\u{feff}',
    ];
    prop::collection::vec(prop::sample::select(characters), 0..12)
        .prop_map(|characters| characters.into_iter().collect())
}

fn trees() -> impl Strategy<Value = Element> {
    let attributes =
        || prop::sample::subsequence(vec!["k='v>w'", "xsi:nil=\"true\"", "xmlns = 'urn:/'"], 0..=3);
    let leaf = (names(), attributes(), texts()).prop_map(|(name, attributes, text)| Element {
        name,
        attributes,
        content: Content::Text(text),
    });
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let children = prop::collection::vec(inner, 1..5);
        (names(), attributes(), children).prop_map(|(name, attributes, children)| Element {
            name,
            attributes,
            content: Content::Elements(children),
        })
    })
}

/// Writes a tree as one of its many texts, and notes what it wrote where.
struct Writer {
    out: String,
    dice: Vec<u8>,
    rolled: usize,
    line: &'static str,
    expected: Vec<Expected>,
}

impl Writer {
    fn roll(&mut self, sides: u8) -> u8 {
        self.rolled += 1;
        self.dice[self.rolled % self.dice.len()] % sides
    }

    fn space(&mut self) {
        for _ in 0..self.roll(4) {
            let space = [" ", "\t", self.line][self.roll(3) as usize];
            self.out.push_str(space);
        }
    }

    fn aside(&mut self) {
        let aside = ["", "", "", "<!-- <b> & -->", "<!---->", "<?pi a > b?>"];
        let aside = aside[self.roll(6) as usize];
        self.out.push_str(aside);
    }

    fn element(&mut self, element: &Element) {
        let start = self.out.len();
        let at = self.expected.len();
        self.out.push('<');
        self.out.push_str(element.name);
        for attribute in &element.attributes {
            let space = [" ", "\t ", self.line][self.roll(3) as usize];
            self.out.push_str(space);
            self.out.push_str(attribute);
        }
        self.space();
        let empty = matches!(&element.content, Content::Text(text) if text.is_empty());
        let closed = empty && self.roll(2) == 0;
        self.out.push_str(if closed { "/>" } else { ">" });
        let tag = start..self.out.len();
        self.expected.push(Expected {
            name: element.name.to_owned(),
            children: 0,
            tag: tag.clone(),
            element: 0..0,
            text: None,
            nil: element.attributes.iter().any(|attribute| attribute.contains("nil")),
        });
        match &element.content {
            Content::Text(text) => {
                let range = if closed { None } else { self.text(text) };
                let value = text.trim_matches([' ', '\t', '\n', '\r']).to_owned();
                self.expected[at].text = Some((value, range.unwrap_or(tag)));
            }
            Content::Elements(children) => {
                self.expected[at].children = children.len();
                for child in children {
                    self.space();
                    self.aside();
                    self.element(child);
                }
                self.space();
            }
        }
        if !closed {
            self.out.push_str("</");
            self.out.push_str(element.name);
            self.space();
            self.out.push('>');
        }
        self.expected[at].element = start..self.out.len();
    }

    fn text(&mut self, text: &str) -> Option<Range<usize>> {
        let mut range: Option<Range<usize>> = None;
        self.aside();
        for c in text.chars() {
            let start = self.out.len();
            self.character(c);
            let end = self.out.len();
            if !matches!(c, ' ' | '\t' | '\n' | '\r') {
                range = Some(range.map_or(start, |r| r.start)..end);
            }
            self.aside();
        }
        range
    }

    fn character(&mut self, c: char) {
        let written = match (self.roll(6), c) {
            (_, '\r') => "&#13;".to_owned(),
            (0, _) => format!("&#{};", u32::from(c)),
            (1, _) => format!("&#x{:X};", u32::from(c)),
            (2, '\n') => format!("<![CDATA[{}]]>", self.line),
            (2, _) => format!("<![CDATA[{c}]]>"),
            (_, '<') => "&lt;".to_owned(),
            (_, '&') => "&amp;".to_owned(),
            (_, '>') if self.out.ends_with("]]") => "&gt;".to_owned(),
            (3, '"') => "&quot;".to_owned(),
            (3, '\'') => "&apos;".to_owned(),
            (_, '\n') => self.line.to_owned(),
            _ => c.to_string(),
        };
        self.out.push_str(&written);
    }
}

fn write(root: &Element, dice: Vec<u8>) -> (String, Vec<Expected>) {
    let line = if dice[0].is_multiple_of(2) { "\n" } else { "\r\n" };
    let mut writer = Writer { out: String::new(), dice, rolled: 0, line, expected: Vec::new() };
    if writer.roll(3) == 0 {
        writer.out.push('\u{feff}');
    }
    if writer.roll(2) == 0 {
        writer.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    }
    writer.space();
    writer.aside();
    writer.element(root);
    writer.space();
    writer.aside();
    (writer.out, writer.expected)
}

/// What a document says, through its public face.
fn read(document: &Document) -> Vec<Expected> {
    let mut found = Vec::new();
    let mut stack = vec![document.root()];
    while let Some(id) = stack.pop() {
        let children: Vec<_> = document.children(id).collect();
        found.push(Expected {
            name: document.name(id).to_owned(),
            children: children.len(),
            tag: document.start_tag(id),
            element: document.element(id),
            text: document.text(id).map(|text| (text.value.into_owned(), text.range)),
            nil: document.is_nil(id),
        });
        for child in children.into_iter().rev() {
            assert_eq!(document.parent(child), Some(id));
            stack.push(child);
        }
    }
    assert_eq!(found.len(), document.len());
    found
}

/// Whatever the text: no panic, and places that are in it.
fn probe(text: &str) {
    match xml::parse(text) {
        Ok(document) => {
            for element in read(&document) {
                assert!(text[element.tag.clone()].starts_with(&format!("<{}", element.name)));
                assert!(text[element.tag].ends_with('>'));
                assert!(text[element.element].ends_with('>'));
                if let Some((value, range)) = element.text {
                    let raw = &text[range];
                    assert!(raw.contains(['<', '&', '\r']) || raw == value);
                }
            }
        }
        Err(fault) => {
            assert!(text.is_char_boundary(fault.offset) && !fault.reason.is_empty());
        }
    }
}

fn dice() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..64)
}

/// Pieces of XML in no order.
fn rubbish() -> impl Strategy<Value = String> {
    let pieces = vec![
        "<",
        ">",
        "</",
        "/>",
        "<a>",
        "</a>",
        "<b ",
        "<a",
        "a",
        " ",
        "\n",
        "=",
        "\"",
        "'",
        "&",
        ";",
        "&amp;",
        "&#",
        "x41;",
        "<!--",
        "-->",
        "--",
        "-",
        "<![CDATA[",
        "]]>",
        "]",
        "<?",
        "?>",
        "<?xml",
        "xml",
        " version=\"1.0\"",
        "<!DOCTYPE",
        "[",
        "<!",
        "\u{feff}",
        "é",
        "\u{ffff}",
        "\r",
        "\0",
        "<<<<<<<",
        "=======",
        " c='1'",
        "xsi:nil='1'",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_reads_back_as_it_was(root in trees(), dice in dice()) {
        let (text, expected) = write(&root, dice);
        let document = xml::parse(&text).map_err(|f| TestCaseError::fail(format!("{f:?}: {text}")))?;
        prop_assert_eq!(read(&document), expected, "{}", text);
    }

    #[test]
    fn a_cut_file_never_parses(root in trees(), dice in dice()) {
        let (text, expected) = write(&root, dice);
        for cut in (0..expected[0].element.end).filter(|cut| text.is_char_boundary(*cut)) {
            prop_assert!(xml::parse(&text[..cut]).is_err(), "{}", &text[..cut]);
        }
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match xml::decode(&bytes) {
            Ok(text) => probe(text),
            Err(fault) => prop_assert!(fault.offset <= bytes.len()),
        }
    }

    #[test]
    fn rubbish_never_panics(text in rubbish(), wrap in any::<bool>()) {
        probe(&if wrap { format!("<a>{text}</a>") } else { text });
    }

    #[test]
    fn a_damaged_file_never_panics(
        root in trees(), dice in dice(), at in any::<prop::sample::Index>(), piece in rubbish(),
    ) {
        let (mut text, _) = write(&root, dice);
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &piece);
        probe(&text);
    }
}
