//! Columns and rows of a table, whatever file they come from.
//!
//! In: a header row, then rows of cells. Out: values in cells, and what each column is by its
//! header. A column whose header is weak counts only in a table that tells of persons, which is
//! known at its end. It knows no file format.

use std::cmp::Ordering;

use compact_str::{CompactString, format_compact};

use super::encoding::text_of;
use super::header::{Headers, Verdict};
use super::label::{self, Label};
use super::lexicon::{Tag, placeholder};
use super::recogniser::{Recogniser, Spot, Together};
use super::text::together;

/// A longer header is no name.
const LONGEST_NAME: usize = 80;
/// A name has fewer digits.
const MOST_DIGITS: usize = 4;

/// Rows among which the header is looked for: reports have titles above it.
pub const HEADER_AMONG: usize = 20;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Above the header: a title, a filter, an empty row.
    Above,
    /// It is the header.
    AsHeader,
    /// Below it.
    Below,
}

/// The index of the fullest row, of the first ones, by how many cells of each are filled.
pub fn fullest(filled: impl Iterator<Item = usize>) -> usize {
    let first = filled.take(HEADER_AMONG).enumerate();
    first.max_by_key(|(at, count)| (*count, std::cmp::Reverse(*at))).map_or(0, |(at, _)| at)
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its header, or `column 3` where that could hold a value.
    pub name: CompactString,
    /// What the header says of the values below it.
    pub label: Label,
    /// What the header says of the column.
    pub verdict: Option<Verdict>,
    /// Cells with something in them that was not redacted.
    pub filled: u64,
}

/// A table.
pub struct Table<'t> {
    recogniser: &'t Recogniser,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The first row names the columns.
    pub has_header: bool,
    /// It is a log of events of the platform.
    pub event_log: bool,
    /// Some row tells of a person.
    pub anchored: bool,
}

/// A value in a cell.
#[derive(Debug, Clone)]
pub struct CellSpot {
    /// Index of the cell in its row.
    pub cell: usize,
    /// Where in the cell.
    pub spot: Spot,
    /// What it stands together with.
    pub together: Together,
}

impl<'t> Table<'t> {
    /// A table whose first row is this.
    pub fn new(recogniser: &'t Recogniser, headers: &Headers, first: &[&[u8]]) -> Self {
        let has_header = !first.iter().any(|cell| is_value(recogniser, cell));
        let texts: Vec<String> = first.iter().map(|cell| text_of(cell)).collect();
        let names = |name: &str| texts.iter().any(|text| text.trim() == name);
        let event_log = names("EVENT_TYPE") && (names("TIMESTAMP") || names("REQUEST_ID"));
        let column = |(at, text): (usize, &String)| {
            let header = text.trim();
            let judged = has_header && !header.is_empty();
            let mut column = Column {
                name: safe_name(header, at, has_header),
                label: if judged {
                    label::of_header(&recogniser.lexicon, header.as_bytes())
                } else {
                    Label::default()
                },
                verdict: None,
                filled: 0,
            };
            if judged && !event_log {
                // A weak word gives way to one that says that it is something else.
                let denied = column.label.denies();
                column.verdict = headers.judge(header).filter(|v| v.strong || !denied);
            }
            column
        };
        let columns = texts.iter().enumerate().map(column).collect();
        Self { recogniser, columns, has_header, event_log, anchored: false }
    }

    /// Where a row stands whose header is the row of this index.
    pub fn stands(&self, index: usize, header: usize) -> Stands {
        match index.cmp(&header) {
            _ if !self.has_header => Stands::Below,
            Ordering::Less => Stands::Above,
            Ordering::Equal => Stands::AsHeader,
            Ordering::Greater => Stands::Below,
        }
    }

    /// The name of a column; rows may be longer than the header.
    pub fn name(&self, at: usize) -> CompactString {
        let known = self.columns.get(at).map(|column| column.name.clone());
        known.unwrap_or_else(|| format_compact!("column {}", at + 1))
    }

    /// What stands in the place of a value of this kind.
    pub fn placeholder(&self, kind: usize) -> &'t str {
        self.recogniser.kind(kind).map_or("[VALUE]", |kind| kind.placeholder.as_str())
    }

    /// Takes in a row and gives the values in it. A row above the header is `headed` by nothing.
    pub fn row(&mut self, cells: &[(usize, &[u8])], headed: bool) -> Vec<CellSpot> {
        let mut found: Vec<(usize, Spot)> = Vec::new();
        let mut unread = Vec::new();
        for (index, (at, cell)) in cells.iter().enumerate() {
            if self.is_blank(cell) {
                continue;
            }
            let column = self.columns.get_mut(*at).filter(|_| headed);
            if let Some(column) = column {
                column.filled += 1;
            }
            let label = self.columns.get(*at).filter(|_| headed).map(|column| &column.label);
            let told = label.is_some_and(|l| l.tags.iter().any(|t| matches!(t, Tag::Kind { .. })));
            if told || self.recogniser.lexicon.trigger.is_match(cell) {
                let spots = self.recogniser.read(cell, label);
                found.extend(spots.into_iter().map(|spot| (index, spot)));
            } else {
                unread.push((index, *cell));
            }
        }
        let lexicon = &self.recogniser.lexicon;
        let kinds = |found: &[(usize, Spot)]| {
            let kinds = found.iter().filter_map(|(_, spot)| {
                Some((spot.kind, lexicon.kinds.get(spot.kind)?, spot.beside))
            });
            Together::of(kinds)
        };
        if kinds(&found).anchor {
            self.anchored = true;
            // Beside a person also what needs a neighbour counts.
            for (index, cell) in unread {
                let spots = self.recogniser.read(cell, None);
                found.extend(spots.into_iter().map(|spot| (index, spot)));
            }
        }
        let together = kinds(&found);
        let stays = found.into_iter().filter(|(_, spot)| !spot.beside || together.anchor);
        stays.map(|(cell, spot)| CellSpot { cell, spot, together }).collect()
    }

    /// Whether a cell has nothing in it, or what stands in a redacted copy.
    fn is_blank(&self, cell: &[u8]) -> bool {
        let text = cell.trim_ascii();
        text.is_empty() || is_placeholder(text)
    }

    /// For each column, whether it counts as PHI by its header.
    pub fn counts(&self) -> Vec<bool> {
        let strong = |column: &Column| column.verdict.as_ref().is_some_and(|v| v.strong);
        let persons = self.anchored || self.columns.iter().any(|c| strong(c) && c.filled > 0);
        let counts = |column: &Column| {
            column.filled > 0 && column.verdict.as_ref().is_some_and(|v| v.strong || persons)
        };
        self.columns.iter().map(counts).collect()
    }

    /// What a redacted copy has in the cells of each column that counts as PHI.
    pub fn replacements(&self) -> Vec<Option<String>> {
        let kind = |column: &Column| {
            let named = column.label.tags.iter().find_map(|tag| match tag {
                Tag::Kind { kind, .. } => self.recogniser.kind(*kind),
                Tag::Not => None,
            });
            let class = column.verdict.as_ref().map(|verdict| placeholder(&verdict.class));
            named.map(|kind| kind.placeholder.clone()).or(class)
        };
        let columns = self.columns.iter().zip(self.counts());
        columns.map(|(column, counts)| counts.then(|| kind(column)).flatten()).collect()
    }
}

/// `[SSN]`, and nothing else.
fn is_placeholder(text: &[u8]) -> bool {
    let inner = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"));
    inner.is_some_and(|inner| {
        let plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
        !inner.is_empty() && inner.iter().all(plain)
    })
}

/// Whether a cell of the first row is a value and no header.
fn is_value(recogniser: &Recogniser, cell: &[u8]) -> bool {
    let spots = recogniser.read(cell, None);
    let alone = spots.iter().any(|spot| spot.start == 0 && spot.end == cell.len());
    alone || !together(recogniser, spots).is_empty()
}

/// A header that could hold a value is named by its number.
fn safe_name(header: &str, at: usize, has_header: bool) -> CompactString {
    let digits = header.chars().filter(char::is_ascii_digit).count();
    let letters = header.chars().any(char::is_alphabetic);
    let safe = has_header
        && letters
        && digits < MOST_DIGITS
        && header.chars().count() <= LONGEST_NAME
        && !header.contains('@');
    match safe {
        true => header.split_whitespace().collect::<Vec<_>>().join(" ").into(),
        false => format_compact!("column {}", at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{PhiConfig, ScanConfig};
    use crate::scan::lexicon::Lexicon;

    fn with<T>(header: &str, run: impl Fn(&mut Table<'_>) -> T) -> T {
        let lexicon = Lexicon::new(&ScanConfig::default()).unwrap();
        let recogniser = Recogniser::new(lexicon).unwrap();
        let headers = Headers::new(&PhiConfig::default(), &[]).unwrap();
        let cells: Vec<&[u8]> = header.split(',').map(str::as_bytes).collect();
        run(&mut Table::new(&recogniser, &headers, &cells))
    }

    fn row(table: &mut Table<'_>, text: &str) -> Vec<String> {
        let cells: Vec<(usize, &[u8])> = text.split(',').map(str::as_bytes).enumerate().collect();
        let spots = table.row(&cells, true);
        let show = |found: CellSpot| {
            let name = &table.recogniser.kind(found.spot.kind).unwrap().name;
            format!("{} {name}", found.cell)
        };
        spots.into_iter().map(show).collect()
    }

    #[test]
    fn values_are_told_by_their_header_and_their_neighbours() {
        with("Id,SSN__c,DOB,Email,Notes", |table| {
            assert_eq!(
                row(table, "003,219456781,2/3/1980,a@b.example,call (617) 555-0142"),
                ["1 ssn", "2 date-of-birth", "3 email", "4 phone"]
            );
            assert_eq!(row(table, "003,,,a@b.example,call (617) 555-0142"), Vec::<String>::new());
            assert_eq!(row(table, "003,[SSN],[DATE-OF-BIRTH],,"), Vec::<String>::new());
        });
        with("Order Number,Created Date", |table| {
            assert_eq!(row(table, "219-45-6781,2/3/1980"), Vec::<String>::new());
        });
    }

    #[test]
    fn weak_headers_count_beside_persons_only() {
        with("LastName,Email", |table| {
            row(table, "Ruiz,a@b.example");
            assert_eq!(table.counts(), [false, false]);
        });
        with("LastName,Email,Primary Diagnosis", |table| {
            row(table, "Ruiz,a@b.example,Asthma");
            assert_eq!(table.counts(), [true, true, true]);
            assert_eq!(table.replacements()[2].as_deref(), Some("[ICD-10]"));
        });
    }

    #[test]
    fn a_first_row_of_values_is_no_header() {
        with("Ruiz,219-45-6781", |table| {
            assert!(!table.has_header);
            assert_eq!(table.name(1), "column 2");
        });
        with("Column 12345678,ok", |table| assert_eq!(table.name(0), "column 1"));
    }
}
