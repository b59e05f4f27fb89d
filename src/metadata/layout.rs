//! Which file is what: orgs, components and their parts, by paths alone.
//!
//! In: the paths of a run; of bytes only `sfdx-project.json` and `package.xml`. Out: [`Layout`]: one org for
//! each `sfdx-project.json` and one for files of none, and every metadata file with its type
//! and full name. Where a path leaves several types open, the root element decides later.

mod org;
mod place;
mod staging;

use compact_str::CompactString;

use super::fault::Fault;
use super::manifest::{self, Manifest};
use super::types::Type;
use crate::source::{FileId, Sources};

/// The type of a file, as far as its path tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeOf {
    /// The folder and the suffix name one type.
    Known(&'static Type),
    /// The suffix is used by several types, and no folder tells which.
    Ambiguous(&'static [&'static Type]),
}

impl TypeOf {
    /// Every type the file may be of, likeliest first: a root element may still tell that a
    /// file lies in the wrong folder.
    pub fn candidates(self) -> Vec<&'static Type> {
        match self {
            Self::Ambiguous(types) => types.to_vec(),
            Self::Known(ty) => {
                let shared = super::types::by_suffix(ty.suffix).iter().copied();
                std::iter::once(ty).chain(shared.filter(|other| other.name != ty.name)).collect()
            }
        }
    }
}

/// What a file is of its component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The component's XML, and all there is of it.
    Whole,
    /// Code, a page, a body, a file of a bundle: no XML of the component.
    Content {
        /// The XML beside it, if it is there.
        companion: Option<FileId>,
    },
    /// The component's XML beside its content.
    Companion {
        /// The content, if it is there; of a bundle its main file.
        content: Option<FileId>,
    },
    /// A piece of a permission set that is kept in several files.
    Part {
        /// The permission set's full name.
        owner: CompactString,
        /// The repeated element it holds; none where it holds several kinds.
        element: Option<&'static str>,
    },
}

/// A metadata file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file.
    pub file: FileId,
    /// Index into [`Layout::orgs`].
    pub org: usize,
    /// Its type.
    pub ty: TypeOf,
    /// The full name of its component: percent-decoded, in NFC; `Object.Field` of children.
    pub full_name: CompactString,
    /// What it is of its component.
    pub role: Role,
    /// It is meant for a test or scratch org.
    pub staging: bool,
}

/// An org: a folder with an `sfdx-project.json`, or everything that lies in none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgFolder {
    /// The folder relative to the project root; empty for the root.
    pub path: String,
    /// Its `sfdx-project.json`.
    pub project: Option<FileId>,
    /// Folders of packages relative to the project root.
    pub package_dirs: Vec<String>,
    /// The project's own namespace.
    pub namespace: Option<String>,
    /// The API version its source is in.
    pub source_api_version: Option<String>,
    /// Decomposition presets of the project.
    pub presets: Vec<String>,
    /// The project renames types or folders on its own.
    pub custom_registry: bool,
    /// The `package.xml` at the root of its Metadata API tree: what was retrieved. Of several
    /// trees the uppermost that is not meant for tests.
    pub package_xml: Option<FileId>,
    /// What that manifest lists.
    pub manifest: Option<Manifest>,
    /// Manifests of deletions.
    pub destructive: Vec<FileId>,
    /// Definitions of scratch orgs: evidence of licences, no settings.
    pub scratch_definitions: Vec<FileId>,
}

/// Which file is what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// The orgs, sorted by path.
    pub orgs: Vec<OrgFolder>,
    /// Every metadata file, sorted by path.
    pub files: Vec<Entry>,
    /// Project files that could not be read.
    pub problems: Vec<Fault>,
    /// What a person should know of how the files were understood.
    pub notices: Vec<Fault>,
}

/// Says of every file what it is. `read` is asked for `sfdx-project.json` and manifests only.
pub fn lay_out(sources: &Sources, read: &dyn Fn(FileId) -> Result<Vec<u8>, String>) -> Layout {
    let mut layout = Layout::default();
    let mut orgs = org::find(sources, read, &mut layout);
    for (file, path) in sources.files() {
        let (index, below) = orgs.of(path, &layout.orgs);
        let Some(org) = layout.orgs.get(index) else { continue };
        let place = place::Place::new(path, below, org, sources);
        let Some((ty, full_name, role)) = place.judge() else {
            layout.notices.extend(place.notice());
            continue;
        };
        let staging = staging::is_staging(path, ty, org);
        layout.files.push(Entry { file, org: index, ty, full_name, role, staging });
    }
    org::add_manifests(sources, &mut orgs, &mut layout);
    org::drop_empty_root(&mut layout);
    read_manifests(sources, read, &mut layout);
    layout
}

/// Reads the `package.xml` of each org that has one at the root of its tree.
fn read_manifests(
    sources: &Sources,
    read: &dyn Fn(FileId) -> Result<Vec<u8>, String>,
    layout: &mut Layout,
) {
    for org in &mut layout.orgs {
        let Some(file) = org.package_xml else { continue };
        let bytes = read(file).map_err(|reason| (1, reason));
        match bytes.and_then(|bytes| manifest::parse(&bytes)) {
            Ok(found) => org.manifest = Some(found),
            Err((line, reason)) => {
                let path = sources.path(file).to_owned();
                layout.problems.push(Fault { path, line, reason });
            }
        }
    }
}
