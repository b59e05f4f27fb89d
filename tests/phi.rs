//! The table of names: what each is recognised as.
//!
//! In: `testdata/phi.tsv`, whose expectations were written by hand, and `rules/phi.toml`. It
//! holds the recognition to the table, and the table to the vocabulary: a word without a row
//! is a word nobody tried.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking; helpers of tests do too"
)]

use phorce::org::kinds::ObjectKind;
use phorce::org::phi::{FieldShape, Overrides, Recogniser, Surroundings};
use phorce::org::phrases;
use phorce::org::tokens;

const TABLE: &str = include_str!("../testdata/phi.tsv");

struct Row<'t> {
    line: usize,
    object: &'t str,
    field: &'t str,
    kind: &'t str,
    label: &'t str,
    health: bool,
    clinical: bool,
    groups: Option<&'t str>,
    class: &'t str,
    level: &'t str,
}

fn rows() -> Vec<Row<'static>> {
    let lines = TABLE.lines().enumerate().skip(1);
    lines
        .map(|(number, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 9, "line {}: nine columns", number + 1);
            let yes = |cell: &str| match cell {
                "yes" => true,
                "no" => false,
                other => panic!("line {}: `{other}` is neither yes nor no", number + 1),
            };
            let (clinical, groups) = match cells[5].split_once(' ') {
                Some((clinical, groups)) => (clinical, Some(groups)),
                None => (cells[5], None),
            };
            Row {
                line: number + 1,
                object: cells[0],
                field: cells[1],
                kind: cells[2],
                label: cells[3],
                health: yes(cells[4]),
                clinical: yes(clinical),
                groups,
                class: cells[6],
                level: cells[7],
            }
        })
        .collect()
}

fn recogniser() -> Recogniser {
    Recogniser::new(&Overrides::default()).unwrap()
}

fn filled(cell: &str) -> Option<&str> {
    Some(cell).filter(|cell| !cell.is_empty())
}

fn object_word(kind: &ObjectKind) -> &'static str {
    match (kind.mute, &kind.clinical) {
        (Some(_), _) => "definition",
        (None, Some(_)) => "clinical",
        (None, None) => "plain",
    }
}

#[test]
fn every_name_is_recognised_as_the_table_says() {
    let recogniser = recogniser();
    let mut wrong = Vec::new();
    for row in rows() {
        let kind = recogniser.kind_of(row.object);
        if row.field == "-" {
            if object_word(&kind) != row.level {
                wrong.push(format!("{}: {} is {}", row.line, row.object, object_word(&kind)));
            }
            continue;
        }
        let shape = FieldShape {
            name: row.field,
            kind: filled(row.kind),
            label: filled(row.label),
            groups: row.groups,
            ..FieldShape::default()
        };
        let around = Surroundings { health: row.health, clinical: row.clinical };
        let found = recogniser.recognise(&kind, &shape, around);
        let class = found.as_ref().map_or("-", |found| found.class.as_str());
        let level = found.as_ref().map_or("none", |found| found.level.word());
        if (class, level) != (row.class, row.level) {
            let name = format!("{}.{}", row.object, row.field);
            let wanted = format!("{} {}", row.class, row.level);
            wrong.push(format!("{}: {name} is {class} {level}, not {wanted}", row.line));
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_large() {
    assert!(rows().iter().filter(|row| row.field != "-").count() >= 300);
}

#[test]
fn every_word_of_the_vocabulary_stands_in_the_table() {
    let recogniser = recogniser();
    let table = &recogniser.vocabulary().table;
    let fold = |words: Vec<String>| words.iter().map(|word| tokens::folded(word)).collect();
    let fields: Vec<Vec<String>> = rows()
        .iter()
        .flat_map(|r| {
            [r.field, r.object].map(tokens::of_name).into_iter().chain([tokens::of_text(r.label)])
        })
        .map(fold)
        .collect();
    let stop = &table.stop;
    let mut words: Vec<&String> = Vec::new();
    for class in &table.class {
        words.extend(class.phrases().chain(&class.stop));
        words.extend(class.with.values().flatten());
    }
    for list in [&stop.words, &stop.providers, &stop.weak_providers, &stop.unless, &stop.anonymous]
    {
        words.extend(list);
    }
    for list in [&stop.harmless, &stop.leading, &stop.year, &stop.objects] {
        words.extend(list);
    }
    let heads = [&table.objects.organisations, &table.objects.definitions];
    for list in [&table.objects.clinical, &table.objects.not_clinical].into_iter().chain(heads) {
        words.extend(list);
    }
    words.extend(table.objects.evidence.iter().chain(&table.objects.person_words));
    let untried = |phrase: &&String| {
        let phrase = phrases::set(&[phrase.as_str()]);
        !fields.iter().any(|words| phrase.find(words).next().is_some())
    };
    let untried: Vec<&String> = words.into_iter().filter(untried).collect();
    assert!(untried.is_empty(), "no row tries {untried:?}");
    for kind in stop.low_types.iter().chain(&stop.pointer_types).chain(&stop.odd_tag_types) {
        assert!(rows().iter().any(|row| row.kind == kind), "no row has the type {kind}");
    }
    for space in &stop.namespaces {
        let prefix = format!("{space}__");
        let known = |name: &str| name.to_lowercase().starts_with(&prefix);
        assert!(rows().iter().any(|r| known(r.object) || known(r.field)), "no row has {space}");
    }
    for class in &table.class {
        let by_attribute = ["unique-id", "file"].contains(&class.name.as_str());
        assert!(by_attribute || rows().iter().any(|row| row.class == class.name), "{}", class.name);
    }
}
