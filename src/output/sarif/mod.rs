//! The report for code scanning: SARIF 2.1.0.
//!
//! In: a [`Report`], the rules, the run. Out: one SARIF log with one run. Every rule is
//! declared, whether it found something or not; what could not be read or assessed is a
//! notification of the tool. It holds no absolute path and no line of a file.

mod notification;
mod result;
mod rule;

use std::collections::BTreeMap;
use std::io;

use serde_json::json;
use serde_sarif::sarif;

use crate::escape;
use crate::output::{HOME, Run};
use crate::report::{Place, Report, Status};
use crate::rule::Rule;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What paths are relative to. Its own place is not told: it differs between machines.
const ROOT: &str = "%SRCROOT%";
/// The name under which citations are referred to.
const TAXONOMY: &str = "HIPAA";
const REGULATION: &str = "https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C";
/// GitHub refuses a file with more results, whole.
const MOST_RESULTS: usize = 25_000;

/// What rules, results and notifications refer to by number.
struct Numbers<'r> {
    rules: BTreeMap<&'r str, i64>,
    taxa: BTreeMap<&'r str, i64>,
}

impl<'r> Numbers<'r> {
    fn new(rules: &'r [Rule], hipaa: &'r [(String, String)]) -> Self {
        Self {
            rules: rules.iter().map(|rule| rule.id.as_str()).zip(0..).collect(),
            taxa: hipaa.iter().map(|(citation, _)| citation.as_str()).zip(0..).collect(),
        }
    }

    /// A reference to every citation that is defined.
    fn taxa(&self, citations: &[String]) -> Vec<sarif::ReportingDescriptorReference> {
        let known = citations.iter().filter_map(|c| Some((c, self.taxa.get(c.as_str())?)));
        known
            .map(|(citation, index)| {
                sarif::ReportingDescriptorReference::builder()
                    .id(citation.clone())
                    .index(*index)
                    .tool_component(taxonomy_reference())
                    .build()
            })
            .collect()
    }
}

/// Writes `report` as SARIF, ended by a line break.
pub(super) fn render(
    report: &Report,
    rules: &[Rule],
    run: &Run<'_>,
    accepted: bool,
) -> io::Result<String> {
    let numbers = Numbers::new(rules, run.hipaa);
    let shown: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| accepted || finding.status == Status::Open)
        .collect();
    let left_out = shown.len().saturating_sub(MOST_RESULTS);
    let results: Vec<_> =
        shown.iter().take(MOST_RESULTS).map(|f| result::from_finding(f, &numbers)).collect();
    let driver = driver(rules, run, &numbers);
    let document = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .automation_details(
            sarif::RunAutomationDetails::builder().id(category(run.category)).build(),
        )
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![notification::invocation(report, run, &numbers, left_out)])
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root())]))
        .results(results)
        .taxonomies(vec![taxonomy(run.hipaa)])
        .build();
    let log =
        sarif::Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![document]).build();
    let text = serde_json::to_string_pretty(&log)?;
    Ok(escape::json(&text) + "\n")
}

fn driver(rules: &[Rule], run: &Run<'_>, numbers: &Numbers<'_>) -> sarif::ToolComponent {
    sarif::ToolComponent::builder()
        .name("Phorce")
        .full_name(format!("Phorce {}", run.version))
        .organization("Phorce")
        .semantic_version(run.version)
        .information_uri(HOME)
        .short_description(plain("A static linter for Salesforce metadata that holds PHI."))
        .rules(rules.iter().map(|rule| rule::declare(rule, numbers)).collect::<Vec<_>>())
        .notifications(notification::descriptors())
        .supported_taxonomies(vec![taxonomy_reference()])
        .build()
}

fn taxonomy(hipaa: &[(String, String)]) -> sarif::ToolComponent {
    let taxon = |(citation, title): &(String, String)| {
        sarif::ReportingDescriptor::builder()
            .id(citation.as_str())
            .name(format!("45 CFR §{citation}"))
            .short_description(plain(title))
            .help_uri(format!("{REGULATION}/part-{}", part(citation)))
            .build()
    };
    sarif::ToolComponent::builder()
        .name(TAXONOMY)
        .full_name("Provisions of the HIPAA Rules")
        .organization("U.S. Department of Health and Human Services")
        .information_uri(REGULATION)
        .short_description(plain(
            "Provisions of 45 CFR Parts 160 and 164 that rules are commonly mapped to.",
        ))
        .is_comprehensive(false)
        .taxa(hipaa.iter().map(taxon).collect::<Vec<_>>())
        .build()
}

/// The part of the title a citation stands in: `164` of `164.312(a)(1)`.
fn part(citation: &str) -> &str {
    citation.split('.').next().unwrap_or(citation)
}

fn taxonomy_reference() -> sarif::ToolComponentReference {
    sarif::ToolComponentReference::builder().name(TAXONOMY).index(0).build()
}

/// GitHub takes what stands before the last `/` as the category of the upload.
fn category(category: &str) -> String {
    match category {
        "" => "phorce/".to_owned(),
        category => format!("phorce/{category}/"),
    }
}

fn root() -> sarif::ArtifactLocation {
    let text = "The folder of the project that was checked.";
    sarif::ArtifactLocation::builder()
        .description(sarif::Message::builder().text(text).build())
        .build()
}

fn plain(text: &str) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder().text(escape::line(text)).build()
}

/// A message of plain text. SARIF reads `{0}` as a place for an argument and `[a](b)` as a
/// link; in a name from a file they are neither.
fn message(text: &str) -> sarif::Message {
    let mut text = escape::line(text);
    if text.contains("](") {
        text = text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]");
    }
    if has_placeholder(&text) {
        text = text.replace('{', "{{").replace('}', "}}");
    }
    sarif::Message::builder().text(text).build()
}

fn has_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|after| {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && after.as_bytes().get(digits) == Some(&b'}')
    })
}

/// A place; a whole line where nothing on it is marked.
fn location(place: &Place) -> sarif::Location {
    let mut region = sarif::Region::builder()
        .start_line(i64::from(place.line))
        .end_line(i64::from(place.line))
        .build();
    if place.end_column > place.column {
        region.start_column = Some(i64::from(place.column));
        region.end_column = Some(i64::from(place.end_column));
    }
    at(&place.path, region)
}

fn line_of(path: &str, line: u32) -> sarif::Location {
    at(path, sarif::Region::builder().start_line(i64::from(line)).build())
}

fn at(path: &str, region: sarif::Region) -> sarif::Location {
    let artifact =
        sarif::ArtifactLocation::builder().uri(escape::uri_path(path)).uri_base_id(ROOT).build();
    let physical =
        sarif::PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    sarif::Location::builder().physical_location(physical).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(of: &str) -> String {
        message(of).text.unwrap()
    }

    #[test]
    fn names_are_neither_links_nor_placeholders() {
        assert_eq!(text("a [b](1) {c}"), r"a \[b\](1) {c}");
        assert_eq!(text("a {0} [b] {c}"), "a {{0}} [b] {{c}}");
        assert_eq!(text("a\nb"), r"a\u{a}b");
        assert_eq!(text(r"{!$User.Id} [x] \"), r"{!$User.Id} [x] \");
    }

    #[test]
    fn the_category_ends_with_a_slash() {
        assert_eq!((category(""), category("a")), ("phorce/".into(), "phorce/a/".into()));
    }

    #[test]
    fn a_place_without_width_is_its_line() {
        let place = Place { path: "a.xml".into(), line: 3, column: 1, end_line: 3, end_column: 1 };
        let region = location(&place).physical_location.unwrap().region.unwrap();
        assert_eq!((region.start_line, region.start_column), (Some(3), None));
    }
}
