//! Kind `exposure`: each list view, report, dashboard, search or compact layout that shows
//! PHI fields.
//!
//! In: these components and the schema. Out: one row for each that shows PHI, with the
//! fields and who can open it. Field-level security still applies to whoever opens it, but
//! for a dashboard that runs as one fixed user.
//!
//! Sources: Metadata API types `ListView`, `Report`, `ReportFolder`, `Dashboard`,
//! `DashboardFolder`, `CompactLayout`, `CustomObject.searchLayouts`.

mod column;
mod folder;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::column::ReportType;
use self::folder::Folders;
use super::{Input, Kind};
use crate::fact::{Confidence, Fact, Item};
use crate::org::phi::Level;
use crate::org::resolve::FoundField;
use crate::org::schema::Schema;

/// The kind.
pub const KIND: Kind = Kind {
    name: "exposure",
    meaning: "a list view, report, dashboard, search layout or compact layout that shows PHI fields; it has the elements of its component too",
    reads: &[
        "ListView",
        "Report",
        "ReportFolder",
        "ReportFolder.folderShares",
        "Dashboard",
        "DashboardFolder",
        "DashboardFolder.folderShares",
        "CompactLayout",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("surface", "`list-view`, `report`, `dashboard`, `search-layout` or `compact-layout`"),
        ("object", "the object it is about, where it has one"),
        ("fields", "what it shows of PHI, as it is written; of a dashboard, the reports"),
        ("phi-fields", "full names of these PHI fields, each where it is named"),
        (
            "shared-to",
            "who it is shared to: for a list view the elements of `sharedTo`, for a report or dashboard the `sharedToType` of its folder",
        ),
        ("shared-with", "names of the groups, roles and users it is shared to"),
        ("audiences", "how many groups, roles or territories its folder is shared to"),
        (
            "everyone",
            "`true` where every user of the org can open it; unknown where its folder was not retrieved",
        ),
        (
            "external",
            "`true` where partner or customer users can open it; unknown where its folder was not retrieved",
        ),
        ("folder", "folder of a report or dashboard"),
        ("edit", "`true` where those it is shared to may change it"),
        (
            "running-user",
            "of a dashboard, `fixed` where everyone sees one user's data, else `viewer`",
        ),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let mut rows: Vec<Fact> = Vec::new();
    let schema = &input.org.schema;
    let of = |kind| input.facts.of(kind).iter();
    rows.extend(of("ListView").filter_map(|fact| list_view(schema, fact)));
    rows.extend(of("CompactLayout").filter_map(|fact| compact_layout(schema, fact)));
    rows.extend(of("CustomObject").filter_map(|fact| search_layout(schema, fact)));
    let folders = Folders::of(input.facts, "ReportFolder");
    let reports: Vec<Fact> = of("Report")
        .filter_map(|fact| report(schema, fact))
        .map(|row| folders.share(row))
        .collect();
    let folders = Folders::of(input.facts, "DashboardFolder");
    let shown = by_own_name(&reports);
    let dashboards = of("Dashboard").filter_map(|fact| dashboard(fact, &shown));
    rows.extend(dashboards.map(|row| folders.share(row)));
    rows.extend(reports);
    rows
}

/// A row on a component, with the PHI among the fields that its elements name; none where it
/// shows no PHI.
fn row<'s>(
    fact: &Arc<Fact>,
    surface: &str,
    keys: &[&str],
    find: impl Fn(&str) -> Option<FoundField<'s>>,
) -> Option<Fact> {
    let mut row = Fact::new(KIND.name, fact.name.clone(), fact.place);
    row.cap = fact.cap;
    row.derive("surface", surface);
    let mut sure: Option<Confidence> = None;
    for item in keys.iter().flat_map(|key| fact.items(key)) {
        let Some(found) = find(&item.text) else { continue };
        let known = |item: &Item| item.text.eq_ignore_ascii_case(&found.name);
        if found.recognition.level != Level::High || row.items("phi-fields").any(known) {
            continue;
        }
        let related = found.facts.first().map(|fact| fact.place);
        let confidence = found.recognition.confidence;
        sure = Some(sure.map_or(confidence, |known| known.max(confidence)));
        row.values.push(("fields".into(), item.clone()));
        let named = Item { related, ..Item::new(found.name, item.span) };
        row.values.push(("phi-fields".into(), named));
    }
    row.confidence = Some(sure?);
    // What the derived keys say stands; a compact layout has an element `fields` of its own.
    let derived = |key: &str| matches!(key, "fields" | "folder" | "object");
    row.values.extend(fact.values.iter().filter(|(key, _)| !derived(key)).cloned());
    Some(row)
}

/// A row on a component that belongs to one object.
fn row_of(
    schema: &Schema,
    fact: &Arc<Fact>,
    surface: &str,
    object: &str,
    keys: &[&str],
) -> Option<Fact> {
    let mut row = row(fact, surface, keys, |text| schema.phi_of(Some(object), text))?;
    row.derive("object", object);
    Some(row)
}

fn owner(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Beginnings of the elements of `sharedTo` that stand for people outside the workforce.
const OUTSIDE: [&str; 5] = ["allCustomer", "allPartner", "portalRole", "channelProgram", "guest"];

fn list_view(schema: &Schema, fact: &Arc<Fact>) -> Option<Fact> {
    let mut row = row_of(schema, fact, "list-view", owner(&fact.name), &["columns"])?;
    let shares: Vec<(String, Item)> = fact
        .values
        .iter()
        .filter_map(|(key, item)| Some((key.strip_prefix("sharedTo.")?.to_owned(), item.clone())))
        .collect();
    let everyone = shares.is_empty() || shares.iter().any(|(name, _)| name == "allInternalUsers");
    let outside = |name: &str| OUTSIDE.iter().any(|word| name.starts_with(word));
    let external = shares.iter().any(|(name, _)| outside(name));
    for (name, item) in shares {
        row.push("shared-to", name, item.span);
        if !item.text.is_empty() {
            row.push("shared-with", item.text, item.span);
        }
    }
    row.derive("everyone", everyone);
    row.derive("external", external);
    Some(row)
}

fn compact_layout(schema: &Schema, fact: &Arc<Fact>) -> Option<Fact> {
    row_of(schema, fact, "compact-layout", owner(&fact.name), &["fields"])
}

/// Elements of `searchLayouts` that name fields.
const SEARCH: [&str; 5] = [
    "searchLayouts.searchResultsAdditionalFields",
    "searchLayouts.searchFilterFields",
    "searchLayouts.lookupDialogsAdditionalFields",
    "searchLayouts.lookupPhoneDialogsAdditionalFields",
    "searchLayouts.customTabListAdditionalFields",
];

fn search_layout(schema: &Schema, fact: &Arc<Fact>) -> Option<Fact> {
    row_of(schema, fact, "search-layout", &fact.name, &SEARCH)
}

/// Elements of a report that name fields: what it shows, then what it filters by.
const COLUMNS: [&str; 4] = [
    "columns.field",
    "groupingsDown.field",
    "groupingsAcross.field",
    "filter.criteriaItems.column",
];

fn report(schema: &Schema, fact: &Arc<Fact>) -> Option<Fact> {
    let ty = ReportType::parse(fact.text("reportType").unwrap_or(""));
    let find = |column: &str| {
        let (object, reference) = ty.reference(column)?;
        schema.phi_of(object.as_deref(), &reference)
    };
    row(fact, "report", &COLUMNS, find)
}

/// Reports by their name without the folder, lower case.
fn by_own_name(reports: &[Fact]) -> FxHashMap<String, Vec<&Fact>> {
    let mut out: FxHashMap<String, Vec<&Fact>> = FxHashMap::default();
    for report in reports {
        out.entry(own_name(&report.name)).or_default().push(report);
    }
    out
}

fn own_name(report: &str) -> String {
    report.rsplit('/').next().unwrap_or(report).to_lowercase()
}

/// A dashboard that shows reports with PHI.
fn dashboard(fact: &Arc<Fact>, reports: &FxHashMap<String, Vec<&Fact>>) -> Option<Fact> {
    let mut row = Fact::new(KIND.name, fact.name.clone(), fact.place);
    row.cap = fact.cap;
    row.derive("surface", "dashboard");
    let mut seen: Vec<&str> = Vec::new();
    let named = fact.values.iter().filter(|(key, _)| key == "report" || key.ends_with(".report"));
    for (_, item) in named {
        let same = reports.get(&own_name(&item.text)).into_iter().flatten();
        let shown = same.filter(|report| names_report(&item.text, &report.name));
        for report in shown {
            if seen.contains(&report.name.as_str()) {
                continue;
            }
            seen.push(&report.name);
            row.confidence = row.confidence.max(report.confidence);
            row.related.push((report.place, format!("{} shows PHI", report.name).into()));
            row.values.push(("fields".into(), item.clone()));
            for field in report.items("phi-fields") {
                let known = row.items("phi-fields").any(|known| known.text == field.text);
                if !known {
                    row.push("phi-fields", field.text.clone(), item.span);
                }
            }
        }
    }
    row.item("fields")?;
    let fixed = fact.text("dashboardType") == Some("SpecifiedUser");
    row.derive("running-user", if fixed { "fixed" } else { "viewer" });
    row.values.extend(fact.values.iter().cloned());
    Some(row)
}

/// Whether a dashboard's reference means the report; one in a folder inside another may be
/// named by its own folder alone.
fn names_report(reference: &str, report: &str) -> bool {
    let ends = |long: &str, short: &str| {
        let at = long.len().checked_sub(short.len()).unwrap_or(usize::MAX);
        long.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(short))
            && long.get(..at).is_some_and(|head| head.is_empty() || head.ends_with('/'))
    };
    reference.contains('/') && ends(report, reference)
}

#[cfg(test)]
mod tests;
