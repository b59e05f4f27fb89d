//! Groups and columns as rows that pages judge.
//!
//! In: the tally, columns, what each file is. Out: facts, and a place for each span in them. A
//! span of a scan is a number and no range of bytes: the line it stands for is told once and
//! never read again.

use std::collections::HashMap;

use compact_str::{CompactString, ToCompactString, format_compact};

use super::names::Name;
use super::noted::{ColumnFound, Sort};
use super::origin::class_of;
use super::recogniser::Recogniser;
use super::tally::{At, Group, GroupKey, Setting, Tally};
use super::{Kind, Request, Seen};
use crate::fact::Fact;
use crate::source::{FileId, Span};

/// Kinds of facts that scanning gives.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "scan-value",
        meaning: "a value that is left in a debug log, an export or another file: one row for each file, kind of value, and event and method, or column. The value itself is never part of it",
        values: &[
            ("in", "`debug-log`, `export`, `event-log` (of the platform) or `text`"),
            (
                "kind",
                "what it is: `ssn`, `mbi`, `date-of-birth`, `mrn`, `member-id`, `icd-10`, `ndc`, `rxnorm`, `card`, `name`, `phone`, `email`, `session-id`, `token`, or a kind of the project's own patterns",
            ),
            ("group", "`identifier`, `clinical`, `contact` or `credential`"),
            ("words", "the kind in words, in the plural"),
            ("where", "event, method and lines, or the column, in words"),
            (
                "event",
                "of a debug log: `USER_DEBUG`, `VARIABLE_ASSIGNMENT`, `SOQL_EXECUTE_BEGIN`, `CALLOUT_REQUEST`, `EXCEPTION_THROWN` …",
            ),
            (
                "class",
                "of a debug log: the class or trigger that runs there, as far as the log tells",
            ),
            ("method", "the same with its method"),
            ("statements", "lines of that class, as the event names them"),
            ("source", "with an org: `class:line` of each statement that was found in it"),
            ("column", "of a table: its header, or its number where the header could hold a value"),
            ("sheet", "of a workbook: the sheet"),
            ("count", "how often"),
            ("distinct", "how many different values; at least so many in very large files"),
            (
                "values",
                "`value 1`, `value 2` …, each at its first place: numbers are given by first appearance in the run, so that equal values can be told",
            ),
            (
                "combined",
                "`true` where another kind of value stands beside one of them and tells of the same person",
            ),
        ],
    },
    Kind {
        name: "scan-column",
        meaning: "a column of an export that is PHI by its header, where no value in it was recognised as a `scan-value` of the same class",
        values: &[
            ("in", "`export`"),
            ("column", "its header"),
            ("sheet", "of a workbook: the sheet"),
            ("where", "column and sheet in words"),
            ("class", "family of identifiers or health information, as of `phi-field`"),
            (
                "strong",
                "`true` where the header alone tells; else the table tells of persons by other columns",
            ),
            ("clinical", "`true` for health information, `false` for a mere identifier"),
            ("sensitive", "`true` where further laws protect it"),
            (
                "ground",
                "`header`, or with an org the ground of its field: `configured`, `declared`, `catalogue`, `name`, `label`, `description`",
            ),
            ("field", "with an org: full name of the field the header names"),
            ("count", "cells with something in them"),
        ],
    },
];

/// Makes rows.
pub(super) struct Rows<'r> {
    request: &'r Request<'r>,
    recogniser: &'r Recogniser,
    names: &'r [Name],
    sorts: &'r [Sort],
    places: HashMap<Span, Seen>,
    next: HashMap<u32, usize>,
}

impl<'r> Rows<'r> {
    pub(super) fn new(
        request: &'r Request<'r>,
        recogniser: &'r Recogniser,
        names: &'r [Name],
        sorts: &'r [Sort],
    ) -> Self {
        Self { request, recogniser, names, sorts, places: HashMap::new(), next: HashMap::new() }
    }

    /// Every row, in the order of files.
    pub(super) fn rows(
        mut self,
        tally: &Tally,
        columns: &[ColumnFound],
    ) -> (Vec<Fact>, HashMap<Span, Seen>) {
        let mut facts: Vec<Fact> =
            tally.groups().map(|(key, group)| self.value(key, group)).collect();
        let covered = |column: &&ColumnFound| {
            !tally.of_file(column.file).any(|((_, kind, setting), _)| {
                let class = self.recogniser.kind(*kind).and_then(|kind| kind.class.as_deref());
                let same = matches!(setting, Setting::Column { sheet, column: name }
                    if *sheet == column.sheet && *name == column.name);
                same && class == Some(column.verdict.class.as_str())
            })
        };
        let open: Vec<&ColumnFound> = columns.iter().filter(covered).collect();
        facts.extend(open.into_iter().map(|column| self.column(column)));
        (facts, self.places)
    }

    fn path(&self, file: u32) -> &'r str {
        self.names.get(file as usize).map_or("", |name| name.shown.as_str())
    }

    fn sort(&self, file: u32) -> &'static str {
        self.sorts.get(file as usize).copied().unwrap_or_default().word()
    }

    fn span(&mut self, file: u32, seen: Seen) -> Span {
        let next = self.next.entry(file).or_default();
        let span = Span::new(FileId(file), *next, *next);
        *next += 1;
        self.places.insert(span, seen);
        span
    }

    fn at(&mut self, file: u32, at: At) -> Span {
        let clip = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let (line, column) = (clip(at.line), clip(at.column));
        let path = self.path(file).to_owned();
        // How long the value is would be a part of it.
        self.span(file, Seen { path, line, column, end_column: column })
    }

    fn value(&mut self, key: &GroupKey, group: &Group) -> Fact {
        let (file, kind, setting) = key;
        let place = self.at(*file, group.first);
        let recogniser = self.recogniser;
        let (name, group_word, words) =
            recogniser.kind(*kind).map_or(("value", "identifier", "values"), |kind| {
                (kind.name.as_str(), kind.group.word(), kind.words.as_str())
            });
        let path = self.path(*file);
        let full = match setting {
            Setting::Event { event, method } => format!("{path}/{event}/{method}/{name}"),
            Setting::Column { sheet, column } => format!("{path}/{sheet}/{column}/{name}"),
            Setting::Text => format!("{path}/{name}"),
        };
        // Where event, method or sheet are not known there is nothing to name.
        let mut fact = Fact::new("scan-value", joined(&full), place);
        fact.component = path.into();
        fact.confidence = Some(group.confidence);
        fact.derive("in", self.sort(*file));
        fact.derive("kind", name);
        fact.derive("group", group_word);
        fact.derive("words", words);
        fact.derive("where", place_words(setting, group));
        fact.derive("count", group.count);
        fact.derive("distinct", group.distinct.max(1));
        fact.derive("combined", group.combined > 0);
        match setting {
            Setting::Event { event, method } => {
                derive_known(&mut fact, "event", event);
                derive_known(&mut fact, "method", method);
                derive_known(&mut fact, "class", class_of(method));
                self.statements(&mut fact, *file, method, group);
            }
            Setting::Column { sheet, column } => {
                derive_known(&mut fact, "column", column);
                derive_known(&mut fact, "sheet", sheet);
            }
            Setting::Text => {}
        }
        for (ordinal, at) in &group.members {
            let span = self.at(*file, *at);
            fact.push("values", format_compact!("value {ordinal}"), span);
        }
        fact
    }

    /// The statements that wrote it, and where they stand in the org.
    fn statements(&mut self, fact: &mut Fact, file: u32, method: &str, group: &Group) {
        for (line, at) in &group.statements {
            let span = self.at(file, *at);
            fact.push("statements", line.to_compact_string(), span);
            let origin = self.request.origin;
            let Some(found) = origin.and_then(|origin| origin.statement(method, *line)) else {
                continue;
            };
            let class = class_of(method);
            let debug = fact.text("event") == Some("USER_DEBUG");
            let words = match found.writes || !debug {
                true => format_compact!("{class} writes it here"),
                false => format_compact!(
                    "the log names this line of {class}; it holds no debug statement now"
                ),
            };
            let seen = Seen {
                path: found.path,
                line: found.line,
                column: found.column,
                end_column: found.end_column,
            };
            let span = self.span(u32::MAX, seen);
            fact.derive("source", format_compact!("{class}:{line}"));
            fact.related.push((span, words));
        }
    }

    fn column(&mut self, column: &ColumnFound) -> Fact {
        let place = self.at(column.file, column.first);
        let path = self.path(column.file);
        let verdict = &column.verdict;
        let full = format!("{path}/{}/{}/{}", column.sheet, column.name, verdict.class);
        let mut fact = Fact::new("scan-column", joined(&full), place);
        fact.component = path.into();
        fact.confidence = Some(verdict.confidence);
        fact.derive("in", self.sort(column.file));
        derive_known(&mut fact, "column", &column.name);
        derive_known(&mut fact, "sheet", &column.sheet);
        fact.derive("where", column_words(&column.sheet, &column.name));
        fact.derive("class", &verdict.class);
        fact.derive("strong", verdict.strong);
        fact.derive("clinical", verdict.clinical);
        fact.derive("sensitive", verdict.sensitive);
        fact.derive("ground", verdict.ground);
        if let Some(field) = &verdict.field {
            fact.derive("field", field);
        }
        fact.derive("count", column.filled);
        fact
    }
}

/// Without empty parts.
fn joined(full: &str) -> CompactString {
    full.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/").into()
}

fn derive_known(fact: &mut Fact, key: &'static str, value: &str) {
    if !value.is_empty() {
        fact.derive(key, value);
    }
}

fn column_words(sheet: &str, column: &str) -> String {
    let column = match column.strip_prefix("column ") {
        Some(_) => column.to_owned(),
        None => format!("column {column}"),
    };
    if sheet.is_empty() { column } else { format!("{column} of the sheet {sheet}") }
}

/// Lines a sentence lists.
const LISTED: usize = 4;

fn place_words(setting: &Setting, group: &Group) -> String {
    match setting {
        Setting::Text => "the text".to_owned(),
        Setting::Column { sheet, column } => column_words(sheet, column),
        Setting::Event { event, method } => {
            let lines: Vec<String> =
                group.statements.keys().take(LISTED).map(u32::to_string).collect();
            let more = if group.statements.len() > LISTED { " and more" } else { "" };
            let lines = match lines.as_slice() {
                [] => String::new(),
                [one] => format!(" line {one}"),
                many => format!(" lines {}{more}", many.join(", ")),
            };
            let event = if event.is_empty() { "the log" } else { event.as_str() };
            match (method.as_str(), lines.as_str()) {
                ("", "") => event.to_owned(),
                ("", lines) => format!("{event},{lines} of a class the log does not name"),
                (method, lines) => format!("{event} in {method}{lines}"),
            }
        }
    }
}
