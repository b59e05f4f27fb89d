//! Kind `email-template`: the PHI that an e-mail template merges into its subject or body.
//!
//! In: templates with their bodies, alerts that send them, and the schema. Out: one row for
//! the subject and one for the body of each template that merges PHI. Who a person picks as
//! recipient when sending by hand it does not know.
//!
//! Sources: Metadata API types `EmailTemplate` (`subject`, `relatedEntityType`) and
//! `WorkflowAlert` (`template`, `ccEmails`, `recipients`).

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact, Item};
use crate::metadata::template::{KIND as BODY, merges};
use crate::org::phi::Level;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "email-template",
    meaning: "PHI that an e-mail template merges into its subject or into its body",
    reads: &[
        "EmailTemplate",
        BODY,
        "WorkflowAlert",
        "WorkflowAlert.recipients",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("template", "full name of the template"),
        ("part", "`subject` or `body`"),
        ("fields", "the PHI fields it merges, each at its merge field"),
        ("classes", "their classes"),
        ("clinical", "`true` where one of them is health information by itself"),
        ("alerts", "alerts that send the template"),
        ("leaves-org", "`true` where one of these alerts goes to others than users of the org"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let templates = input.facts.of("EmailTemplate").iter();
    templates.flat_map(|template| rows(input, template)).collect()
}

fn rows(input: &Input<'_>, template: &Arc<Fact>) -> Vec<Fact> {
    let mut out = Vec::new();
    if let Some(subject) = template.item("subject") {
        let found = merges(&subject.text);
        let merged = found.into_iter().map(|(name, range)| {
            (name.to_owned(), subject.place_of(range).unwrap_or(subject.span))
        });
        out.extend(row(input, template, "subject", subject.span, merged.collect()));
    }
    for body in input.facts.named(BODY, &template.name) {
        let merged = body.items("merge").map(|item| (item.text.to_string(), item.span));
        out.extend(row(input, template, "body", body.place, merged.collect()));
    }
    out
}

fn row(
    input: &Input<'_>,
    template: &Arc<Fact>,
    part: &str,
    place: Span,
    merged: Vec<(String, Span)>,
) -> Option<Fact> {
    let name = compact_str::format_compact!("{}/{part}", template.name);
    let mut row = Fact::new(KIND.name, name, place);
    row.component = template.name.clone();
    row.cap = template.cap;
    let (mut sure, mut clinical): (Option<Confidence>, bool) = (None, false);
    for (reference, span) in merged {
        let reference = resolved(&reference, template);
        let found = input.org.schema.phi_of(None, &reference);
        let Some(found) = found.filter(|found| found.recognition.level == Level::High) else {
            continue;
        };
        let related = found.facts.first().map(|fact| fact.place);
        let item = Item { related, ..Item::new(found.name.as_str(), span) };
        if sure.is_none() {
            // The row stands where PHI first comes in.
            row.place = span;
        }
        row.values.push(("fields".into(), item));
        row.push("classes", found.recognition.class.clone(), span);
        clinical |= found.recognition.clinical;
        sure = sure.max(Some(found.recognition.confidence));
    }
    row.confidence = Some(sure?);
    row.derive("template", &template.name);
    row.derive("part", part);
    row.derive("clinical", clinical);
    alerts(input, template, &mut row);
    Some(row)
}

/// A merge field as object and field: `relatedTo` is what the template is about, `Recipient`
/// the person written to.
fn resolved(reference: &str, template: &Fact) -> String {
    let Some((head, field)) = reference.split_once('.') else { return reference.to_owned() };
    let object = match head.to_ascii_lowercase().as_str() {
        "relatedto" => template.text("relatedEntityType").unwrap_or(head),
        "recipient" => "Contact",
        _ => head,
    };
    format!("{object}.{field}")
}

/// Types of recipients that are no users of the org.
const OUTSIDE: [&str; 6] = [
    "email",
    "contactLookup",
    "portalRole",
    "customerPortalUser",
    "customerPortalOwner",
    "partnerUser",
];

fn alerts(input: &Input<'_>, template: &Fact, row: &mut Fact) {
    let mut leaves = false;
    for alert in input.facts.of("WorkflowAlert") {
        let Some(named) = alert.item("template") else { continue };
        if !named.text.eq_ignore_ascii_case(&template.name) {
            continue;
        }
        row.push("alerts", alert.name.clone(), named.span);
        row.related.push((named.span, "an alert sends it".into()));
        let outside = |text: &str| OUTSIDE.iter().any(|known| known.eq_ignore_ascii_case(text));
        let mut recipients = input.facts.of("WorkflowAlert.recipients").iter();
        leaves |= alert.item("ccEmails").is_some()
            || recipients.any(|recipient| {
                recipient.component == alert.name && recipient.text("type").is_some_and(outside)
            });
    }
    row.derive("leaves-org", leaves);
}
