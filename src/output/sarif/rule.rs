//! A rule page as a SARIF rule.
//!
//! In: a [`Rule`]. Out: its declaration, with all that GitHub and an editor show of it. It
//! knows no finding.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif;

use super::{Numbers, plain};
use crate::fact::Severity;
use crate::output::rule_page;
use crate::rule::Rule;

/// GitHub cuts descriptions at this many characters.
const MOST_CHARS: usize = 1024;

pub(super) fn declare(rule: &Rule, numbers: &Numbers<'_>) -> sarif::ReportingDescriptor {
    let properties = BTreeMap::from([
        ("precision".to_owned(), json!(rule.confidence.word())),
        ("security-severity".to_owned(), json!(security_severity(rule.severity))),
        ("problem.severity".to_owned(), json!(problem_severity(rule.severity))),
    ]);
    let relationships: Vec<_> = numbers
        .taxa(&rule.hipaa)
        .into_iter()
        .map(|target| {
            let kinds = vec!["relevant".to_owned()];
            sarif::ReportingDescriptorRelationship::builder().target(target).kinds(kinds).build()
        })
        .collect();
    let markdown = help(rule);
    let help = sarif::MultiformatMessageString::builder()
        .text(markdown.clone())
        .markdown(markdown)
        .build();
    let mut descriptor = sarif::ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(pascal_case(&rule.id))
        .short_description(plain(&sentence(&rule.title)))
        .full_description(plain(&full_description(rule)))
        .help(help)
        .help_uri(rule_page(&rule.family, &rule.id))
        .default_configuration(
            sarif::ReportingConfiguration::builder().level(json!(level(rule.severity))).build(),
        )
        .properties(
            sarif::PropertyBag::builder()
                .tags(tags(rule))
                .additional_properties(properties)
                .build(),
        )
        .build();
    if !relationships.is_empty() {
        descriptor.relationships = Some(relationships);
    }
    descriptor
}

/// The level of a result or a rule.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// GitHub shows 9.0 and above as critical, 7.0 as high, 4.0 as medium, the rest as low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "recommendation",
    }
}

fn tags(rule: &Rule) -> Vec<String> {
    let fixed = ["security", "hipaa", "salesforce"].map(str::to_owned);
    fixed.into_iter().chain([rule.family.clone()]).chain(rule.sbs.iter().cloned()).collect()
}

/// What a person reads beside the finding.
fn help(rule: &Rule) -> String {
    let mut markdown = String::new();
    for (heading, text) in [("Why", &rule.why), ("Fix", &rule.fix), ("Limits", &rule.limits)] {
        if !text.trim().is_empty() {
            markdown.push_str(&format!("## {heading}\n\n{}\n\n", text.trim()));
        }
    }
    if !rule.hipaa.is_empty() {
        let citations: Vec<_> = rule.hipaa.iter().map(|c| format!("§{c}")).collect();
        markdown.push_str(&format!("Commonly mapped to 45 CFR {}.\n\n", citations.join(", ")));
    }
    markdown.push_str(&format!("[The rule's page]({})\n", rule_page(&rule.family, &rule.id)));
    markdown
}

/// The first paragraph of the reason, else the title.
fn full_description(rule: &Rule) -> String {
    let paragraph = rule.why.trim().split("\n\n").next().unwrap_or("");
    let words: Vec<_> = paragraph.split_whitespace().collect();
    let text = if words.is_empty() { sentence(&rule.title) } else { words.join(" ") };
    match text.char_indices().nth(MOST_CHARS) {
        None => text.replace('`', ""),
        Some(_) => text.replace('`', "").chars().take(MOST_CHARS - 1).chain(['…']).collect(),
    }
}

fn sentence(title: &str) -> String {
    let title = title.replace('`', "");
    if title.ends_with(['.', '?', '!']) { title } else { format!("{title}.") }
}

fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
    };
    id.split('-').filter_map(word).collect()
}
