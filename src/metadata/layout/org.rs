//! Orgs and their manifests.
//!
//! In: paths, and the bytes of each `sfdx-project.json`. Out: one [`OrgFolder`] for each and
//! one for the rest, with the manifests that belong to it. What a manifest says is not read
//! here.

use rustc_hash::{FxHashMap, FxHashSet};

use super::staging::{is_below, is_packaged};
use super::{Layout, OrgFolder, Role, TypeOf};
use crate::metadata::load::Fault;
use crate::metadata::project;
use crate::source::{FileId, Sources};

/// Finds the org of a path.
pub(super) struct Orgs {
    by_path: FxHashMap<String, usize>,
    /// The folder asked for last, and its org: paths come sorted.
    last: (String, usize),
}

impl Orgs {
    /// The org of a file, and the part of its path below the org's folder.
    pub(super) fn of<'p>(&mut self, path: &'p str, orgs: &[OrgFolder]) -> (usize, &'p str) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if self.last.0 != folder {
            self.last = (folder.to_owned(), self.look_up(folder));
        }
        let index = self.last.1;
        let base = orgs.get(index).map_or("", |org| org.path.as_str());
        (index, path.strip_prefix(base).unwrap_or(path).trim_start_matches('/'))
    }

    fn look_up(&self, mut folder: &str) -> usize {
        loop {
            if let Some(index) = self.by_path.get(folder) {
                return *index;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
}

/// Finds every `sfdx-project.json`. There is always an org at the root, first in the list.
pub(super) fn find(
    sources: &Sources,
    read: &dyn Fn(FileId) -> Result<Vec<u8>, String>,
    layout: &mut Layout,
) -> Orgs {
    let mut orgs = vec![OrgFolder::default()];
    for (file, path) in sources.files() {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name == "sfdx-project.json" {
            let org = describe(file, path, folder, read(file), layout);
            match folder.is_empty() {
                true => orgs = std::iter::once(org).chain(orgs.into_iter().skip(1)).collect(),
                false => orgs.push(org),
            }
        }
    }
    orgs.sort_by(|a, b| a.path.cmp(&b.path));
    let by_path = orgs.iter().enumerate().map(|(index, org)| (org.path.clone(), index)).collect();
    layout.orgs = orgs;
    Orgs { by_path, last: (String::new(), 0) }
}

fn describe(
    file: FileId,
    path: &str,
    folder: &str,
    bytes: Result<Vec<u8>, String>,
    layout: &mut Layout,
) -> OrgFolder {
    let project = bytes.map_err(|reason| (1, reason)).and_then(|bytes| project::parse(&bytes));
    let project = project.unwrap_or_else(|(line, reason)| {
        layout.problems.push(Fault { path: path.to_owned(), line, reason });
        project::Project::default()
    });
    if project.custom_registry {
        let reason = "it renames metadata types in registryCustomizations; files known by their \
                      usual names are checked, files known only by the custom names are not"
            .to_owned();
        layout.notices.push(Fault { path: path.to_owned(), line: 1, reason });
    }
    let below = |dir: String| match (folder.is_empty(), dir.is_empty()) {
        (true, _) => dir,
        (false, true) => folder.to_owned(),
        (false, false) => format!("{folder}/{dir}"),
    };
    OrgFolder {
        path: folder.to_owned(),
        project: Some(file),
        package_dirs: project.package_dirs.into_iter().map(below).collect(),
        namespace: project.namespace,
        source_api_version: project.source_api_version,
        presets: project.presets,
        custom_registry: project.custom_registry,
        ..OrgFolder::default()
    }
}

/// Finds the manifests of each org.
pub(super) fn add_manifests(sources: &Sources, orgs: &mut Orgs, layout: &mut Layout) {
    let trees = find_trees(sources, layout);
    // The uppermost tree that is not for tests speaks for the org; then the first by path.
    let mut best: FxHashMap<usize, (bool, usize)> = FxHashMap::default();
    for (file, path) in sources.files() {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (index, _) = orgs.of(path, &layout.orgs);
        let Some(org) = layout.orgs.get_mut(index) else { continue };
        if name == "package.xml" && trees.contains(folder) {
            let rank = (is_for_tests(path, org), path.matches('/').count());
            if best.get(&index).is_none_or(|known| rank < *known) {
                best.insert(index, rank);
                org.package_xml = Some(file);
            }
        } else if name.starts_with("destructiveChanges") && name.ends_with(".xml") {
            org.destructive.push(file);
        } else if name.ends_with("scratch-def.json") {
            org.scratch_definitions.push(file);
        }
    }
}

fn is_for_tests(path: &str, org: &OrgFolder) -> bool {
    let any = crate::metadata::types::by_name("Profile").map(TypeOf::Known);
    any.is_some_and(|ty| super::staging::is_staging(path, ty, org))
}

/// Folders that are the root of a Metadata API tree: type folders lie in them, and no file in
/// these is in source format. A manifest in a source tree says what somebody once asked for,
/// not what is there.
fn find_trees<'s>(sources: &'s Sources, layout: &Layout) -> FxHashSet<&'s str> {
    let (mut trees, mut source) = (FxHashSet::default(), FxHashSet::default());
    for entry in &layout.files {
        let path = sources.path(entry.file);
        let TypeOf::Known(ty) = entry.ty else { continue };
        let Some(tree) = above_type_folder(path, ty.folder) else { continue };
        let in_source = matches!(entry.role, Role::Whole | Role::Part { .. })
            && path.ends_with("-meta.xml")
            && !ty.name.ends_with("Folder");
        match in_source {
            true => source.insert(tree),
            false => trees.insert(tree),
        };
    }
    trees.retain(|tree| !source.contains(tree));
    trees
}

/// `src` of `src/reports/Clinic/Visits.report`.
fn above_type_folder<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let mut rest = path;
    while let Some((above, last)) = rest.rsplit_once('/') {
        if last.eq_ignore_ascii_case(folder) && rest.len() < path.len() {
            return Some(above);
        }
        rest = above;
    }
    (rest.eq_ignore_ascii_case(folder) && rest.len() < path.len()).then_some("")
}

/// Drops the org at the root where nothing belongs to it.
pub(super) fn drop_empty_root(layout: &mut Layout) {
    let root = layout.orgs.first();
    let empty = root.is_some_and(|org| org.project.is_none() && org.path.is_empty());
    if empty && layout.orgs.len() > 1 && layout.files.iter().all(|entry| entry.org != 0) {
        layout.orgs.remove(0);
        layout.files.iter_mut().for_each(|entry| entry.org -= 1);
    }
}

/// Whether files here may be metadata though their folder does not say so.
pub(super) fn is_in_package(path: &str, org: &OrgFolder) -> bool {
    is_packaged(path, org) && is_below(path, &org.path)
}
