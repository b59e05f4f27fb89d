//! GitHub's hash of a line: `primaryLocationLineHash`.
//!
//! In: a text and the lines wanted. Out: `hash:ordinal` for each, as the upload action of
//! GitHub's code scanning computes it (`src/fingerprints.ts` of github/codeql-action): a
//! rolling hash, modulo 2⁶⁴ with factor 37, over the 100 UTF-16 units from the line's start
//! on, blanks and tabs left out, line endings one LF, a unit 65535 at the end of the file and
//! zeros after it; the ordinal tells equal hashes of one file apart.

use std::collections::{BTreeSet, HashMap};

use rustc_hash::FxHashMap;

const WINDOW: usize = 100;
const FACTOR: u64 = 37;
const END_OF_FILE: u16 = u16::MAX;
const LF: u16 = 10;
const CR: u16 = 13;
const BLANKS: [u16; 2] = [9, 32];

/// The hashes of the lines `wanted`, counted from 1.
pub(super) fn of_lines(text: &str, wanted: &BTreeSet<u32>) -> HashMap<u32, String> {
    let (units, starts) = normalise(text);
    // What falls out of the window was multiplied once for every unit since.
    let leaving = (0..WINDOW).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let old = std::iter::repeat_n(0, WINDOW).chain(units.iter().copied());
    let mut starts = (1_u32..).zip(starts).peekable();
    let (mut hash, mut found) = (0_u64, HashMap::new());
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    for (read, (new, old)) in (1..).zip(units.iter().zip(old)) {
        hash = hash
            .wrapping_mul(FACTOR)
            .wrapping_add(u64::from(*new))
            .wrapping_sub(leaving.wrapping_mul(u64::from(old)));
        if let Some((line, _)) = starts.next_if(|(_, start)| start + WINDOW == read) {
            let ordinal = seen.entry(hash).or_default();
            *ordinal += 1;
            if wanted.contains(&line) {
                found.insert(line, format!("{hash:x}:{ordinal}"));
            }
        }
    }
    found
}

/// The units that are hashed, and the index of each line's first.
fn normalise(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + WINDOW + 1);
    let (mut starts, mut line_start, mut after_cr) = (Vec::new(), true, false);
    for unit in text.encode_utf16().chain([END_OF_FILE]) {
        if BLANKS.contains(&unit) || (after_cr && unit == LF) {
            after_cr = false;
            continue;
        }
        after_cr = unit == CR;
        if line_start {
            starts.push(units.len());
        }
        let unit = if after_cr { LF } else { unit };
        line_start = unit == LF;
        units.push(unit);
    }
    units.extend([0; WINDOW]);
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let found = of_lines(text, &(1..100).collect());
        (1..=u32::try_from(found.len()).unwrap()).map(|line| found[&line].clone()).collect()
    }

    // The inputs and hashes below are the ones github/codeql-action is tested with.

    #[test]
    fn an_empty_file_has_one_line() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn blanks_are_skipped() {
        assert_eq!(
            hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
    }

    #[test]
    fn line_endings_are_all_the_same() {
        let expected = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn equal_hashes_are_counted() {
        assert_eq!(
            hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10)),
            [
                "a7f2ff13bc495cf2:1",
                "a7f2ff13bc495cf2:2",
                "a7f2ff13bc495cf2:3",
                "a7f2ff13bc495cf2:4",
                "a7f2ff13bc495cf2:5",
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ]
        );
    }

    #[test]
    fn only_the_wanted_lines_come_out_and_ordinals_still_count_the_others() {
        let text = "Lorem ipsum dolor sit amet.\n".repeat(10);
        let found = of_lines(&text, &BTreeSet::from([3]));
        assert_eq!(found, HashMap::from([(3, "a7f2ff13bc495cf2:3".to_owned())]));
    }
}
