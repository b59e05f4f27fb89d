//! Who may open what lies in a folder of reports or dashboards.
//!
//! In: a row whose name has its folder, and the folders that were retrieved. Out: the row
//! with who its folder is shared to; unknown where the folder was not retrieved. It does not
//! know who is in a role or a group.

use rustc_hash::FxHashMap;

use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

/// Values of `sharedToType` that stand for people outside the workforce.
const OUTSIDE: [&str; 7] = [
    "AllPrmUsers",
    "AllCspUsers",
    "PartnerUser",
    "CustomerPortalUser",
    "PortalRole",
    "PortalRoleAndSubordinates",
    "ChannelProgramGroup",
];
/// The group of all internal users, which every org has; files name it as a type, too.
const ALL_INTERNAL: &str = "AllInternalUsers";
/// Values of `sharedToType` that stand for one person.
const PERSONS: [&str; 3] = ["User", "PartnerUser", "CustomerPortalUser"];
/// Values of `accessType`, the older way to share a folder, that stand for everyone.
const PUBLIC: [&str; 2] = ["Public", "PublicInternal"];

/// The folders of one kind, by name.
#[derive(Debug)]
pub(super) struct Folders<'f> {
    kind: &'static str,
    by_name: FxHashMap<String, Folder<'f>>,
}

#[derive(Debug, Default)]
struct Folder<'f> {
    files: Vec<&'f Fact>,
    shares: Vec<&'f Fact>,
}

#[derive(Debug, Default)]
struct Shares {
    everyone: bool,
    external: bool,
    edit: bool,
    audiences: usize,
}

impl<'f> Folders<'f> {
    /// The folders of `ReportFolder` or `DashboardFolder`.
    pub(super) fn of(facts: &'f Collected, kind: &'static str) -> Self {
        let mut by_name: FxHashMap<String, Folder<'f>> = FxHashMap::default();
        for file in facts.of(kind) {
            by_name.entry(file.name.as_str().to_lowercase()).or_default().files.push(file);
        }
        for share in facts.of(&format!("{kind}.folderShares")) {
            by_name.entry(share.component.as_str().to_lowercase()).or_default().shares.push(share);
        }
        Self { kind, by_name }
    }

    /// The row with who its folder is shared to. A folder inside another is shared as the
    /// outermost one is, and as its own file says where it says so.
    pub(super) fn share(&self, mut row: Fact) -> Fact {
        let folder = row.name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        row.derive("folder", &folder);
        let outermost = folder.split('/').next().unwrap_or("");
        if outermost.eq_ignore_ascii_case("unfiled$public") {
            say(&mut row, &Shares { everyone: true, ..Shares::default() });
            return row;
        }
        let inner = folder.match_indices('/').map(|(at, _)| folder.get(..at).unwrap_or(""));
        let inner = inner.skip(1).chain(folder.contains('/').then_some(folder.as_str()));
        let inner = inner.filter_map(|name| self.by_name.get(&name.to_lowercase()));
        let Some(known) = self.by_name.get(&outermost.to_lowercase()) else {
            let why = format!("the folder {outermost} was not retrieved: retrieve {}", self.kind);
            for key in ["everyone", "external", "shared-to", "shared-with", "audiences", "edit"] {
                row.mark_unknown(key, why.clone());
            }
            return row;
        };
        let mut shares = Shares::default();
        for known in std::iter::once(known).chain(inner) {
            known.files.iter().for_each(|file| legacy(file, &mut shares, &mut row));
            known.shares.iter().for_each(|share| take(share, &mut shares, &mut row));
        }
        say(&mut row, &shares);
        row
    }
}

/// `accessType`, `publicFolderAccess` and `sharedTo` of a folder.
fn legacy(file: &Fact, shares: &mut Shares, row: &mut Fact) {
    let changed = file.text("publicFolderAccess") == Some("ReadWrite");
    // Public access without an access type is public access.
    let access = file.text("accessType").unwrap_or(if changed { "Public" } else { "" });
    shares.everyone |= PUBLIC.iter().any(|word| access.eq_ignore_ascii_case(word));
    shares.edit |= changed;
    for (key, item) in &file.values {
        let Some(element) = key.strip_prefix("sharedTo.") else { continue };
        shares.everyone |= element == "allInternalUsers";
        shares.external |= ["allCustomer", "allPartner", "portalRole"]
            .iter()
            .any(|word| element.starts_with(word));
        shares.audiences += 1;
        row.push("shared-to", element, item.span);
        if !item.text.is_empty() {
            row.push("shared-with", item.text.clone(), item.span);
        }
    }
}

/// One `folderShares` of a folder.
fn take(share: &Fact, shares: &mut Shares, row: &mut Fact) {
    let Some(ty) = share.item("sharedToType") else { return };
    let is = |list: &[&str]| list.contains(&ty.text.as_str());
    let everyone = ["Organization", ALL_INTERNAL].contains(&ty.text.as_str())
        || share.text("sharedTo") == Some(ALL_INTERNAL);
    shares.everyone |= everyone;
    shares.external |= is(&OUTSIDE);
    shares.audiences += usize::from(!everyone && !is(&PERSONS));
    shares.edit |= share.text("accessLevel").is_some_and(|level| level != "View");
    row.values.push(("shared-to".into(), Item { related: None, ..ty.clone() }));
    if let Some(name) = share.item("sharedTo") {
        row.values.push(("shared-with".into(), name.clone()));
    }
    row.related.push((share.place, "the folder is shared here".into()));
}

fn say(row: &mut Fact, shares: &Shares) {
    row.derive("everyone", shares.everyone);
    row.derive("external", shares.external);
    row.derive("edit", shares.edit);
    row.derive("audiences", shares.audiences);
}
