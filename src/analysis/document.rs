//! Kind `document`: files kept in document folders, with the words of their names.
//!
//! In: documents. Out: one row for each, with the words of folder, name, keywords and
//! description. It never opens the file itself.
//!
//! Sources: Metadata API type `Document`.

use std::collections::BTreeSet;

use super::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::org::tokens;

/// The kind.
pub const KIND: Kind = Kind {
    name: "document",
    meaning: "a file in a document folder; it has the elements of its `Document` too",
    reads: &["Document"],
    values: &[("words", "the words of its folder, name, keywords and description, lower case")],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let rows = facts.of("Document").iter().map(|document| {
        let mut row = Fact { kind: KIND.name.into(), ..document.as_ref().clone() };
        let named = document.name.split('/').flat_map(tokens::of_text);
        let told = ["name", "keywords", "description"].into_iter();
        let told = told.filter_map(|key| document.text(key)).flat_map(tokens::of_text);
        for word in named.chain(told).collect::<BTreeSet<String>>() {
            row.derive("words", word);
        }
        row
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};

    #[test]
    fn words_come_from_all_that_names_it() {
        let values = [("description", "A scan"), ("keywords", "Intake"), ("public", "true")];
        let rows = rows(&collect(vec![fact("Document", "Ward_Files/LabScan.pdf", &values)]));
        let words = ["a", "files", "intake", "lab", "pdf", "scan", "ward"];
        assert_eq!(texts(&rows[0], "words"), words);
        assert!(rows[0].is_true("public"));
    }
}
