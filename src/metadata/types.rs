//! Metadata types: their suffix, their folder, what of them is a component of its own.
//!
//! In: a suffix, a folder name or a root element. Out: a [`Type`]. It knows the names of
//! types that rules speak of, no file and no element's meaning.

mod keys;
mod table;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

pub use super::name::namespace as namespace_of;
pub use keys::{is_secret, key_elements, stands_once};
pub use table::TYPES;

/// What stands beside the XML of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Nothing: the XML is the component.
    None,
    /// One file `X.suffix`, with its XML in `X.suffix-meta.xml`, in both formats.
    Sibling,
    /// One file of any extension, or of this type's suffix, beside `X.suffix-meta.xml`.
    AnyFile,
    /// Every file below `folder/Name/`.
    Bundle,
    /// Every file below `folder/`, whatever it is: nothing in there is another component.
    Tree,
}

/// A repeated element of one type that is a component of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    /// The element in the parent's XML: `fields`.
    pub element: &'static str,
    /// The component it is: `CustomField`. Its file's root element too.
    pub ty: &'static str,
    /// The element that names it.
    pub key: &'static str,
    /// Suffix of its own file, where the parent is decomposed.
    pub suffix: &'static str,
    /// Folder of its own files, below the parent's; empty when they lie beside it.
    pub folder: &'static str,
}

/// A metadata type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    /// Salesforce's name, and the root element of its files; files of `Settings` have the
    /// root `SecuritySettings`, `EventSettings` …
    pub name: &'static str,
    /// What follows the last dot of its files; empty for bundles known by their folder only.
    pub suffix: &'static str,
    /// The folder its files lie in.
    pub folder: &'static str,
    /// Names have folders: `Clinic/Visits`.
    pub in_folder: bool,
    /// A file counts only inside the folder, because its suffix is common elsewhere.
    pub strict: bool,
    /// The root element is not the type's name, but says what the file holds.
    pub any_root: bool,
    /// What stands beside the XML.
    pub content: Content,
    /// Repeated elements that are components of their own.
    pub children: &'static [Child],
}

impl Type {
    /// The child whose components are of type `ty`.
    pub fn child(&self, ty: &str) -> Option<&'static Child> {
        self.children.iter().find(|child| child.ty == ty)
    }
}

type Index = FxHashMap<String, Vec<&'static Type>>;

static BY_SUFFIX: LazyLock<Index> = LazyLock::new(|| index(|ty| ty.suffix));
static BY_FOLDER: LazyLock<Index> = LazyLock::new(|| index(|ty| ty.folder));
static BY_NAME: LazyLock<FxHashMap<&str, &'static Type>> =
    LazyLock::new(|| TYPES.iter().map(|ty| (ty.name, ty)).collect());

static CHILDREN: LazyLock<FxHashMap<String, (&'static Type, &'static Child)>> =
    LazyLock::new(|| {
        let pairs = TYPES.iter().flat_map(|ty| ty.children.iter().map(move |child| (ty, child)));
        pairs.map(|(ty, child)| (child.suffix.to_ascii_lowercase(), (ty, child))).collect()
    });

fn index(key: impl Fn(&Type) -> &'static str) -> Index {
    let mut index = Index::default();
    for ty in TYPES.iter().filter(|ty| !key(ty).is_empty()) {
        index.entry(key(ty).to_ascii_lowercase()).or_default().push(ty);
    }
    index
}

fn look_up(index: &'static Index, key: &str) -> &'static [&'static Type] {
    match key.bytes().any(|b| b.is_ascii_uppercase()) {
        true => index.get(&key.to_ascii_lowercase()),
        false => index.get(key),
    }
    .map_or(&[], Vec::as_slice)
}

/// The types whose files end in `.suffix`, without regard to case; several where Salesforce
/// uses one suffix twice.
pub fn by_suffix(suffix: &str) -> &'static [&'static Type] {
    look_up(&BY_SUFFIX, suffix)
}

/// The types whose files lie in `folder`, without regard to case.
pub fn by_folder(folder: &str) -> &'static [&'static Type] {
    look_up(&BY_FOLDER, folder)
}

/// The child whose own files end in `.suffix`, with its parent's type.
pub fn child_by_suffix(suffix: &str) -> Option<(&'static Type, &'static Child)> {
    CHILDREN.get(&suffix.to_ascii_lowercase()).copied()
}

/// The type called `name`, a child's type included: `ConnectedApp`, `CustomField`.
pub fn by_name(name: &str) -> Option<&'static Type> {
    BY_NAME.get(name).copied()
}

/// Whether `name` is the root of a settings file: `SecuritySettings`.
pub fn is_settings(name: &str) -> bool {
    name.len() > "Settings".len() && name.ends_with("Settings") && by_name(name).is_none()
}

/// Whether components of the type hold grants: their files are read into grants.
pub fn is_holder(name: &str) -> bool {
    matches!(name, "Profile" | "PermissionSet" | "MutingPermissionSet")
}

/// Whether every org has a component of the type: where there is no file, none was retrieved.
pub fn always_exists(name: &str) -> bool {
    matches!(name, "Profile" | "CustomObject" | "CustomField") || is_settings(name)
}

/// The type for a person who has to retrieve it.
pub fn in_words(name: &str) -> String {
    match name.strip_suffix("Settings").filter(|_| is_settings(name)) {
        Some(file) => format!("the settings file `{file}.settings`"),
        None => format!("the metadata type `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_and_folders_are_found_without_regard_to_case() {
        assert_eq!(by_suffix("connectedapp")[0].name, "ConnectedApp");
        assert_eq!(by_folder("ConnectedApps")[0].name, "ConnectedApp");
        assert!(by_suffix("nothing").is_empty());
    }

    #[test]
    fn shared_suffixes_yield_every_type() {
        let names = |suffix| by_suffix(suffix).iter().map(|ty| ty.name).collect::<Vec<_>>();
        assert_eq!(names("rule"), ["RestrictionRule", "FieldRestrictionRule", "ModerationRule"]);
        assert_eq!(names("site"), ["CustomSite", "SiteDotCom", "ExperienceBundle"]);
    }

    #[test]
    fn settings_are_known_by_their_root() {
        assert!(is_settings("SecuritySettings"));
        assert!(!is_settings("ExtlClntAppOauthSettings"), "a type of its own");
        assert!(!is_settings("Settings"));
        assert!(by_name("Settings").unwrap().any_root);
        assert!(always_exists("SecuritySettings") && !always_exists("ConnectedApp"));
        assert_eq!(in_words("EventSettings"), "the settings file `Event.settings`");
        assert_eq!(in_words("Profile"), "the metadata type `Profile`");
    }

    #[test]
    fn every_name_is_there_once_and_every_child_is_a_type() {
        assert_eq!(BY_NAME.len(), TYPES.len());
        for child in TYPES.iter().flat_map(|ty| ty.children) {
            assert!(by_name(child.ty).is_some(), "{} is no type", child.ty);
        }
    }
}
