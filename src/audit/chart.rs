//! Bars as inline SVG: no script, no style of their own.
//!
//! In: numbers. Out: SVG that a page takes in as it is; it holds numbers and names of our own
//! and nothing else. What a bar says stands beside it as text, so the picture itself is not
//! read out and is as wide as its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Subject;

/// Audiences from the one that should reach least to the one that is meant to.
pub(super) const AUDIENCES: [&str; 5] = ["guest", "external", "integration", "workforce", "admin"];

/// How many PHI fields somebody of each audience can read.
pub(super) fn reach(subject: &Subject<'_>) -> BTreeMap<String, usize> {
    let mut fields: BTreeMap<String, BTreeSet<(&str, &str, &str)>> =
        AUDIENCES.iter().map(|audience| ((*audience).to_owned(), BTreeSet::new())).collect();
    for row in &subject.access.rows {
        if let Some(field) = &row.field {
            let entry = fields.entry(row.audience.clone()).or_default();
            entry.insert((&row.org, &row.object, field));
        }
    }
    fields.into_iter().map(|(audience, fields)| (audience, fields.len())).collect()
}

/// The width of every bar, in units of its own.
const WIDTH: usize = 1000;
const HEIGHT: usize = 16;

/// A bar of parts, each with the class that colours it, as long as `most` is; a line marks
/// what was before.
pub(super) fn bar(parts: &[(&str, usize)], most: usize, before: Option<usize>) -> String {
    let total: usize = parts.iter().map(|(_, count)| count).sum();
    let most = most.max(total).max(before.unwrap_or(0)).max(1);
    let mut svg = format!(
        "<svg class=\"bar\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" \
         aria-hidden=\"true\"><rect class=\"track\" x=\"0\" y=\"0\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\"/>"
    );
    let (mut left, mut seen) = (0, 0);
    for (class, count) in parts.iter().filter(|(_, count)| *count > 0) {
        seen += count;
        // The end is worked out from the sum, so that rounding leaves no gap.
        let right = (WIDTH * seen / most).max(left + 1);
        let gap = if seen < total { 2 } else { 0 };
        let width = (right - left).saturating_sub(gap).max(1);
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{left}\" y=\"0\" width=\"{width}\" height=\"{HEIGHT}\"/>"
        );
        left = right;
    }
    if let Some(before) = before {
        let x = (WIDTH * before / most).clamp(2, WIDTH - 2) - 2;
        let _ = write!(
            svg,
            "<rect class=\"before\" x=\"{x}\" y=\"0\" width=\"4\" height=\"{HEIGHT}\"/>"
        );
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_numbers() {
        let svg = bar(&[("a", 1), ("b", 0), ("c", 1)], 4, Some(3));
        let rects: Vec<&str> = svg.split("<rect class=\"").skip(1).collect();
        assert_eq!(
            rects,
            [
                "track\" x=\"0\" y=\"0\" width=\"1000\" height=\"16\"/>",
                "a\" x=\"0\" y=\"0\" width=\"248\" height=\"16\"/>",
                "c\" x=\"250\" y=\"0\" width=\"250\" height=\"16\"/>",
                "before\" x=\"748\" y=\"0\" width=\"4\" height=\"16\"/></svg>",
            ]
        );
        assert!(bar(&[], 0, None).ends_with("width=\"1000\" height=\"16\"/></svg>"));
        assert!(bar(&[("a", 1)], 5000, Some(0)).contains("width=\"1\""));
    }
}
