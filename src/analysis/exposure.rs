//! Kind `exposure`: each list view, report, dashboard, search or compact layout that shows
//! PHI fields.
//!
//! In: these components and the schema. Out: one row for each that shows PHI, with the
//! fields and who can open it. Field-level security still applies to whoever opens it.
//!
//! Sources: Metadata API types `ListView`, `Report`, `ReportFolder`, `Dashboard`,
//! `CompactLayout`, `CustomObject.searchLayouts`.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact, Item};

/// The kind.
pub const KIND: Kind = Kind {
    name: "exposure",
    meaning: "a list view, report, dashboard, search layout or compact layout that shows PHI fields",
    reads: &[
        "ListView",
        "Report",
        "ReportFolder",
        "ReportFolder.folderShares",
        "Dashboard",
        "CompactLayout",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("surface", "`list-view`, `report`, `dashboard`, `search-layout` or `compact-layout`"),
        ("object", "the object it is about, where it has one"),
        ("fields", "the PHI fields it shows, each where it is named"),
        (
            "shared-to",
            "who it is shared to: for a list view the elements of `sharedTo`, for a report the `sharedToType` of its folder",
        ),
        ("shared-with", "names of the groups and roles it is shared to"),
        ("everyone", "`true` where every user of the org can open it"),
        ("external", "`true` where partner or customer users can open it"),
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
    let of = |kind| input.facts.of(kind).iter();
    rows.extend(of("ListView").filter_map(|fact| list_view(input, fact)));
    rows.extend(of("CompactLayout").filter_map(|fact| compact_layout(input, fact)));
    rows.extend(of("CustomObject").filter_map(|fact| search_layout(input, fact)));
    rows.extend(of("Report").filter_map(|fact| report(input, fact)));
    let reports: Vec<Fact> =
        rows.iter().filter(|row| row.text("surface") == Some("report")).cloned().collect();
    rows.extend(of("Dashboard").filter_map(|fact| dashboard(fact, &reports)));
    rows
}

/// A row on a component, with the PHI among the fields that its elements name; none where it
/// shows no PHI.
fn row(
    input: &Input<'_>,
    fact: &Arc<Fact>,
    surface: &str,
    object: Option<&str>,
    keys: &[&str],
) -> Option<Fact> {
    let mut row = Fact::new(KIND.name, fact.name.clone(), fact.place);
    row.cap = fact.cap;
    row.derive("surface", surface);
    let mut sure: Option<Confidence> = None;
    for item in keys.iter().flat_map(|key| fact.items(key)) {
        let Some(found) = input.org.schema.phi_of(object, &item.text) else { continue };
        if found.recognition.level != crate::org::phi::Level::High {
            continue;
        }
        let related = found.facts.first().map(|fact| fact.place);
        let confidence = found.recognition.confidence;
        sure = Some(sure.map_or(confidence, |known| known.max(confidence)));
        let shown = Item { text: found.name.into(), span: item.span, secret: false, related };
        row.values.push(("fields".into(), shown));
    }
    row.confidence = Some(sure?);
    if let Some(object) = object {
        row.derive("object", object);
    }
    row.values.extend(fact.values.iter().cloned());
    Some(row)
}

fn owner(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn list_view(input: &Input<'_>, fact: &Arc<Fact>) -> Option<Fact> {
    let mut row = row(input, fact, "list-view", Some(owner(&fact.name)), &["columns"])?;
    let shares: Vec<(String, Item)> = fact
        .values
        .iter()
        .filter_map(|(key, item)| Some((key.strip_prefix("sharedTo.")?.to_owned(), item.clone())))
        .collect();
    let is = |name: &str, words: &[&str]| words.iter().any(|word| name.starts_with(word));
    let everyone = shares.is_empty() || shares.iter().any(|(name, _)| name == "allInternalUsers");
    let external = shares
        .iter()
        .any(|(name, _)| is(name, &["allCustomer", "allPartner", "portalRole", "channelProgram"]));
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

fn compact_layout(input: &Input<'_>, fact: &Arc<Fact>) -> Option<Fact> {
    row(input, fact, "compact-layout", Some(owner(&fact.name)), &["fields"])
}

/// Elements of `searchLayouts` that name fields.
const SEARCH: [&str; 5] = [
    "searchLayouts.searchResultsAdditionalFields",
    "searchLayouts.searchFilterFields",
    "searchLayouts.lookupDialogsAdditionalFields",
    "searchLayouts.lookupPhoneDialogsAdditionalFields",
    "searchLayouts.customTabListAdditionalFields",
];

fn search_layout(input: &Input<'_>, fact: &Arc<Fact>) -> Option<Fact> {
    row(input, fact, "search-layout", Some(&fact.name), &SEARCH)
}

fn report(input: &Input<'_>, fact: &Arc<Fact>) -> Option<Fact> {
    let keys = ["columns.field", "groupingsDown.field", "groupingsAcross.field"];
    let mut row = row(input, fact, "report", None, &keys)?;
    let folder = fact.name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    row.derive("folder", &folder);
    if folder.eq_ignore_ascii_case("unfiled$public") {
        row.derive("everyone", true);
        row.derive("external", false);
        return Some(row);
    }
    share_folder(input, &folder, &mut row);
    Some(row)
}

/// Who a report folder is shared to; a folder inside another takes the outermost one's shares.
fn share_folder(input: &Input<'_>, folder: &str, row: &mut Fact) {
    let outermost = folder.split('/').next().unwrap_or(folder);
    let files: Vec<&Arc<Fact>> = [folder, outermost]
        .into_iter()
        .flat_map(|name| input.facts.named("ReportFolder", name))
        .collect();
    let Some(file) = files.first() else {
        let why = format!("the report folder {folder} was not retrieved");
        for key in ["everyone", "external", "shared-to", "shared-with", "edit"] {
            row.mark_unknown(key, why.clone());
        }
        return;
    };
    let access = file.text("accessType").unwrap_or("");
    let mut everyone =
        ["Public", "PublicInternal"].iter().any(|word| access.eq_ignore_ascii_case(word));
    let (mut external, mut edit) = (false, file.text("publicFolderAccess") == Some("ReadWrite"));
    for share in input.facts.of("ReportFolder.folderShares") {
        if share.component != file.name {
            continue;
        }
        let Some(ty) = share.item("sharedToType") else { continue };
        let word = ty.text.as_str();
        everyone |= word == "Organization";
        external |= [
            "AllPrmUsers",
            "AllCspUsers",
            "PartnerUser",
            "CustomerPortalUser",
            "PortalRole",
            "PortalRoleAndSubordinates",
        ]
        .contains(&word);
        edit |= share.text("accessLevel").is_some_and(|level| level != "View");
        row.values.push(("shared-to".into(), Item { related: None, ..ty.clone() }));
        if let Some(name) = share.item("sharedTo") {
            row.values.push(("shared-with".into(), name.clone()));
        }
        row.related.push((share.place, "the folder is shared here".into()));
    }
    row.derive("everyone", everyone);
    row.derive("external", external);
    row.derive("edit", edit);
}

/// A dashboard that shows reports with PHI.
fn dashboard(fact: &Arc<Fact>, reports: &[Fact]) -> Option<Fact> {
    let mut row = Fact::new(KIND.name, fact.name.clone(), fact.place);
    row.cap = fact.cap;
    row.derive("surface", "dashboard");
    let named = |(key, _): &&(compact_str::CompactString, Item)| {
        key == "report" || key.ends_with(".report")
    };
    for (_, item) in fact.values.iter().filter(named) {
        let shown = reports.iter().filter(|report| report.name.eq_ignore_ascii_case(&item.text));
        for report in shown {
            row.confidence = row.confidence.max(report.confidence);
            row.related.push((report.place, format!("{} shows PHI", report.name).into()));
            for field in report.items("fields") {
                row.push("fields", field.text.clone(), item.span);
            }
        }
    }
    row.item("fields")?;
    let fixed = fact.text("dashboardType") == Some("SpecifiedUser");
    row.derive("running-user", if fixed { "fixed" } else { "viewer" });
    row.values.extend(fact.values.iter().cloned());
    Some(row)
}
