//! Charts as inline SVG: no script, no style of their own, text beside every colour.
//!
//! In: numbers. Out: SVG that a page takes in as it is. Every label is escaped here; sizes are
//! in a coordinate system of their own, so a chart is as wide as its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Subject;
use super::control::{Controls, End};
use super::manifest::Point;
use crate::escape;

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

/// Text of an SVG element or attribute.
fn text(text: &str) -> String {
    let line = escape::line(text);
    let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    line.replace('"', "&quot;").replace('\'', "&#39;")
}

fn open(id: &str, width: usize, height: usize, title: &str, told: &str) -> String {
    format!(
        "<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc \
         id=\"{id}-d\">{}</desc>",
        text(title),
        text(told)
    )
}

/// The controls of the regulation by verdict, as one bar.
pub(super) fn verdicts(controls: &Controls<'_>) -> String {
    const WIDTH: usize = 720;
    let counts: Vec<(End, usize)> =
        End::ALL.into_iter().map(|end| (end, controls.count("HIPAA", end))).collect();
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    let told = counts.iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = told.map(|(end, count)| format!("{} {count}", end.word())).collect();
    let mut svg = open("verdicts", WIDTH, 34, "Controls by verdict", &told.join(", "));
    let mut left = 0;
    let mut seen = 0;
    for (end, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        seen += count;
        // The end is worked out from the sum, so that rounding leaves no gap.
        let right = WIDTH * seen / total.max(1);
        let (width, class) = (right - left, end.class());
        let _ = write!(
            svg,
            "<rect class=\"f-{class}\" x=\"{left}\" y=\"0\" width=\"{}\" height=\"34\"/>",
            width.saturating_sub(2).max(1)
        );
        if width > 26 {
            let middle = left + width / 2;
            let _ = write!(
                svg,
                "<text class=\"on\" x=\"{middle}\" y=\"23\" text-anchor=\"middle\">{count}</text>"
            );
        }
        left = right;
    }
    svg + "</svg>"
}

/// One bar of [`bars`].
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) value: usize,
    /// The same in the pack before.
    pub(super) before: Option<usize>,
    pub(super) class: &'static str,
}

/// Bars from left to right; what was before is a line across its bar.
pub(super) fn bars(id: &str, title: &str, bars: &[Bar], most: usize, of: &str) -> String {
    const WIDTH: usize = 720;
    const LABEL: usize = 190;
    const ROW: usize = 30;
    let room = WIDTH - LABEL - 145;
    let most = bars
        .iter()
        .map(|bar| bar.value.max(bar.before.unwrap_or(0)))
        .max()
        .unwrap_or(0)
        .max(most)
        .max(1);
    let told: Vec<String> = bars
        .iter()
        .map(|bar| {
            let before = bar.before.map_or_else(String::new, |n| format!(", {n} before"));
            format!("{} {}{before}", bar.label, bar.value)
        })
        .collect();
    let mut svg = open(id, WIDTH, bars.len().max(1) * ROW, title, &told.join("; "));
    for (bar, row) in bars.iter().zip(0..) {
        let (top, width) = (row * ROW, room * bar.value / most);
        let label = text(&bar.label);
        let _ = write!(
            svg,
            "<text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>\
             <rect class=\"track\" x=\"{LABEL}\" y=\"{}\" width=\"{room}\" height=\"16\" rx=\"3\"/>\
             <rect class=\"{}\" x=\"{LABEL}\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"3\"/>",
            LABEL - 12,
            top + 19,
            top + 6,
            bar.class,
            top + 6,
        );
        let value = match (bar.before, of) {
            (Some(before), _) if before != bar.value => format!("{} (was {before})", bar.value),
            (_, "") => bar.value.to_string(),
            (_, of) => format!("{} {of}", bar.value),
        };
        let _ = write!(
            svg,
            "<text class=\"value\" x=\"{}\" y=\"{}\">{}</text>",
            LABEL + room + 10,
            top + 19,
            text(&value)
        );
        if let Some(before) = bar.before {
            let x = LABEL + room * before / most;
            let _ = write!(
                svg,
                "<rect class=\"before\" x=\"{}\" y=\"{}\" width=\"2\" height=\"22\"/>",
                x.saturating_sub(1),
                top + 3
            );
        }
    }
    svg + "</svg>"
}

/// More packs are not drawn.
const MOST_POINTS: usize = 12;
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// Open findings by severity, a column for each pack of the chain.
pub(super) fn trend(points: &[Point]) -> String {
    const WIDTH: usize = 720;
    const HEIGHT: usize = 220;
    const FOOT: usize = 46;
    let from = points.len().saturating_sub(MOST_POINTS);
    let points = points.get(from..).unwrap_or_default();
    let sum = |point: &Point| -> usize { point.open.values().sum() };
    let most = points.iter().map(sum).max().unwrap_or(0).max(1);
    let told: Vec<String> =
        points.iter().map(|point| format!("{}: {} open", point.label, sum(point))).collect();
    let title = "Open findings by severity, pack by pack";
    let mut svg = open("trend", WIDTH, HEIGHT, title, &told.join("; "));
    let room = HEIGHT - FOOT - 20;
    let step = WIDTH / points.len().max(1);
    let wide = (step * 6 / 10).min(72);
    for (point, at) in points.iter().zip(0..) {
        let left = at * step + (step - wide) / 2;
        let middle = left + wide / 2;
        let mut bottom = HEIGHT - FOOT;
        for severity in SEVERITIES {
            let count = point.open.get(severity).copied().unwrap_or(0);
            let height = room * count / most;
            bottom -= height;
            let _ = write!(
                svg,
                "<rect class=\"s-{severity}\" x=\"{left}\" y=\"{bottom}\" width=\"{wide}\" height=\"{height}\"/>"
            );
        }
        let _ = write!(
            svg,
            "<text class=\"value\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text class=\"label\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text class=\"small\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            bottom.saturating_sub(6),
            sum(point),
            HEIGHT - FOOT + 20,
            text(&point.label.chars().take(14).collect::<String>()),
            HEIGHT - FOOT + 38,
            text(&point.as_of),
        );
    }
    svg + "</svg>"
}
