//! Orgs and their manifests.
//!
//! In: paths, and the bytes of each `sfdx-project.json`. Out: one [`OrgFolder`] for each and
//! one for the rest, with the manifests that belong to it. What a manifest says is not read
//! here.

use rustc_hash::FxHashMap;

use super::staging::{is_below, is_packaged};
use super::{Layout, OrgFolder, Role, TypeOf};
use crate::metadata::fault::Fault;
use crate::metadata::project;
use crate::source::ignore::is_unread_folder;
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
    let bytes = bytes.map_err(|reason| (1, reason));
    let text = bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    let project = bytes.and_then(|bytes| project::parse(&bytes));
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
    // The tools that deploy enter them all the same.
    for dir in project.package_dirs.iter().filter(|dir| dir.split('/').any(is_unread_folder)) {
        let last = dir.rsplit('/').next().unwrap_or(dir);
        let line = text.lines().zip(1..).find(|(line, _)| line.contains(last));
        let reason = format!(
            "its package directory {dir} is hidden, in node_modules or outside the project, where \
             nothing is read: what lies there is unknown; move it"
        );
        let line = line.map_or(1, |(_, number)| number);
        layout.problems.push(Fault { path: path.to_owned(), line, reason });
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
    let trees = main_trees(sources, layout);
    for (file, path) in sources.files() {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (index, _) = orgs.of(path, &layout.orgs);
        let Some(org) = layout.orgs.get_mut(index) else { continue };
        if name == "package.xml" {
            if trees.get(&index) == Some(&folder) {
                org.package_xml = Some(file);
            }
        } else if name.starts_with("destructiveChanges") && name.ends_with(".xml") {
            org.destructive.push(file);
        } else if name.ends_with("scratch-def.json") {
            org.scratch_definitions.push(file);
        }
    }
}

/// What is known of a folder that holds type folders.
#[derive(Default)]
struct Tree {
    files: usize,
    in_source: bool,
}

/// The root of each org's Metadata API tree: the folder whose type folders hold most of the
/// org's files, none of them in source format. A manifest in a source tree, or of a few files
/// that are deployed beside it, says what somebody once asked for, not what is there.
fn main_trees<'s>(sources: &'s Sources, layout: &Layout) -> FxHashMap<usize, &'s str> {
    let mut trees: FxHashMap<(usize, &str), Tree> = FxHashMap::default();
    let mut totals: FxHashMap<usize, usize> = FxHashMap::default();
    for entry in &layout.files {
        *totals.entry(entry.org).or_default() += 1;
        let path = sources.path(entry.file);
        let TypeOf::Known(ty) = entry.ty else { continue };
        let Some(folder) = above_type_folder(path, ty.folder) else { continue };
        let tree = trees.entry((entry.org, folder)).or_default();
        tree.files += 1;
        tree.in_source |= matches!(entry.role, Role::Whole | Role::Part { .. })
            && path.ends_with("-meta.xml")
            && !ty.name.ends_with("Folder");
    }
    let total = |org: &usize| totals.get(org).copied().unwrap_or(0);
    let has_manifest = |folder: &str| match folder.is_empty() {
        true => sources.find("package.xml"),
        false => sources.find(&format!("{folder}/package.xml")),
    };
    let main = trees.iter().filter(|((org, folder), tree)| {
        !tree.in_source && tree.files * 2 >= total(org) && has_manifest(folder).is_some()
    });
    let mut main: Vec<(usize, &str)> = main.map(|(key, _)| *key).collect();
    // Two halves: the first by path, inserted last.
    main.sort_unstable_by(|a, b| b.cmp(a));
    main.into_iter().collect()
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
