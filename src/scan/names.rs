//! Names of files, as outputs may show them.
//!
//! In: the path of a file. Out: the same with each value in it replaced by its kind, and of
//! what kinds they were. People name files by patients; a path goes into every output and is
//! the name of a copy.

use rustc_hash::FxHashSet;

use super::recogniser::Recogniser;
use super::text::together;

/// How a file is called in outputs and among the copies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// Its path without values.
    pub shown: String,
    /// The kinds of values in its path, in words.
    pub holds: Vec<String>,
}

/// The names of files, each of its own.
pub fn names<'p>(recogniser: &Recogniser, paths: impl Iterator<Item = &'p str>) -> Vec<Name> {
    let mut taken: FxHashSet<String> = FxHashSet::default();
    let mut own = |path: &str| {
        let mut name = Name::default();
        let parts: Vec<String> = path.split('/').map(|p| plain(recogniser, p, &mut name)).collect();
        name.shown = parts.join("/");
        if !name.holds.is_empty() {
            let (stem, ending) = apart(&name.shown);
            let mut numbered = (2..).map(|number| format!("{stem} ({number}){ending}"));
            let mut next = name.shown.clone();
            while taken.contains(&next.to_lowercase()) {
                next = numbered.next().unwrap_or_default();
            }
            name.shown = next;
        }
        taken.insert(name.shown.to_lowercase());
        name
    };
    paths.map(&mut own).collect()
}

/// A name of something in a file, such as a sheet, without values.
pub fn safe(recogniser: &Recogniser, name: &str) -> String {
    plain(recogniser, name, &mut Name::default())
}

fn plain(recogniser: &Recogniser, part: &str, name: &mut Name) -> String {
    let text = spaced(part);
    let mut out = String::new();
    let mut at = 0;
    for (spot, _) in together(recogniser, recogniser.read_alone(&text)) {
        let Some(kind) = recogniser.kind(spot.kind) else { continue };
        if !name.holds.contains(&kind.words) {
            name.holds.push(kind.words.clone());
        }
        out.push_str(part.get(at..spot.start).unwrap_or(""));
        out.push_str(&kind.placeholder);
        at = spot.end;
    }
    out.push_str(part.get(at..).unwrap_or(""));
    out
}

/// In names of files dashes and underscores part words too; what stands between digits stays.
fn spaced(part: &str) -> Vec<u8> {
    let bytes = part.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_digit())
    };
    let space = |(at, byte): (usize, &u8)| match byte {
        b'_' => b' ',
        b'-' if !digit(at.checked_sub(1)) || !digit(Some(at + 1)) => b' ',
        other => *other,
    };
    bytes.iter().enumerate().map(space).collect()
}

/// A path without its ending, and the ending.
fn apart(path: &str) -> (&str, &str) {
    let file = path.rfind('/').map_or(0, |at| at + 1);
    match path.rfind('.').filter(|dot| *dot > file) {
        Some(dot) => path.split_at(dot),
        None => (path, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ScanConfig;
    use crate::scan::lexicon::Lexicon;

    #[test]
    fn values_in_names_are_not_shown() {
        let lexicon = Lexicon::new(&ScanConfig::default()).unwrap();
        let recogniser = Recogniser::new(lexicon).unwrap();
        let paths = [
            "logs/apex-07L5g000004abcD.log",
            "in/patient_219-45-6781.log",
            "in/patient_318-22-4410.log",
            "in/export-318-22-4410-mrn-H0045127.csv",
            "in/2026-01-14_URI.csv",
            "in/ssn 219-45-6781/a.log",
        ];
        let names = names(&recogniser, paths.into_iter());
        let shown: Vec<&str> = names.iter().map(|name| name.shown.as_str()).collect();
        assert_eq!(
            shown,
            [
                "logs/apex-07L5g000004abcD.log",
                "in/patient_[SSN].log",
                "in/patient_[SSN] (2).log",
                "in/export-[SSN]-mrn-[MRN].csv",
                "in/2026-01-14_URI.csv",
                "in/ssn [SSN]/a.log",
            ]
        );
        assert_eq!(names[3].holds, ["Social Security numbers", "medical record numbers"]);
        assert_eq!(safe(&recogniser, "Patient 219-45-6781"), "Patient [SSN]");
    }
}
