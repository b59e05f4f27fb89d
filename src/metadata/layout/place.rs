//! What one path is.
//!
//! In: a path, the org it lies in, and which other files there are. Out: type, full name and
//! role. The nearest folder that is a type's own and agrees with the suffix decides; inside a
//! bundle, nothing is anything else. It opens no file.

use compact_str::{CompactString, format_compact};

use super::org::is_in_package;
use super::{OrgFolder, Role, TypeOf};
use crate::metadata::fault::Fault;
use crate::metadata::name::decode;
use crate::metadata::types::{self, Content, Type};
use crate::source::{FileId, Sources};

mod bundle;
mod piece;

/// What a path turned out to be.
pub(super) type Judged = (TypeOf, CompactString, Role);

const META: &str = "-meta.xml";

/// A path taken apart.
pub(super) struct Place<'p> {
    path: &'p str,
    /// Folders below the org's own, or below the package directory.
    folders: Vec<&'p str>,
    /// The file's name without `-meta.xml`.
    name: &'p str,
    /// Whether there was a `-meta.xml`.
    meta: bool,
    org: &'p OrgFolder,
    sources: &'p Sources,
}

impl<'p> Place<'p> {
    pub(super) fn new(
        path: &'p str,
        below: &'p str,
        org: &'p OrgFolder,
        sources: &'p Sources,
    ) -> Self {
        let (folders, file) = below.rsplit_once('/').unwrap_or(("", below));
        let meta = file.strip_suffix(META);
        Self {
            path,
            folders: folders.split('/').filter(|folder| !folder.is_empty()).collect(),
            name: meta.unwrap_or(file),
            meta: meta.is_some(),
            org,
            sources,
        }
    }

    /// What the file is; nothing where it is no metadata that is told apart.
    pub(super) fn judge(&self) -> Option<Judged> {
        if self.is_manifest() {
            return None;
        }
        match self.tree() {
            Some(judged) => judged,
            None => self
                .permission_set_part()
                .or_else(|| self.child())
                .or_else(|| self.inward())
                .or_else(|| self.by_suffix_alone()),
        }
    }

    fn is_manifest(&self) -> bool {
        let destructive =
            self.name.starts_with("destructiveChanges") && self.name.ends_with(".xml");
        !self.meta && (destructive || matches!(self.name, "package.xml" | "sfdx-project.json"))
    }

    /// A remark on a file that looks like metadata kept by another tool.
    pub(super) fn notice(&self) -> Option<Fault> {
        let kept_elsewhere =
            [".yaml", ".yml", ".json", ".json5", ".toml", ".ini"].iter().any(|ending| {
                self.name.strip_suffix(ending).is_some_and(|stem| stem.ends_with("-meta"))
            });
        kept_elsewhere.then(|| Fault {
            path: self.path.to_owned(),
            line: 1,
            reason: "it is metadata in the form of a third-party splitter, which is not read: \
                     check the files that are deployed"
                .to_owned(),
        })
    }

    /// `Visits` and `report` of `Visits.report`; no suffix where there is no dot.
    fn stem(&self) -> (&'p str, &'p str) {
        self.name.rsplit_once('.').unwrap_or((self.name, ""))
    }

    /// The nearest folder, from the file upwards, that is a type's own and agrees.
    fn inward(&self) -> Option<Judged> {
        let (_, suffix) = self.stem();
        for (at, folder) in self.folders.iter().enumerate().rev() {
            for ty in types::by_folder(folder) {
                let judged = match ty.content {
                    Content::Tree => None,
                    Content::Bundle => self.in_bundle(ty, at),
                    Content::AnyFile => self.any_file(ty, at, suffix),
                    _ if suffix.eq_ignore_ascii_case(ty.suffix) => self.component(ty, at),
                    _ if ty.name.ends_with("Folder") => self.bare_folder(ty, at),
                    _ => None,
                };
                if judged.is_some() {
                    return judged;
                }
            }
        }
        None
    }

    /// A file in its type's folder `folders[at]`.
    fn component(&self, ty: &'static Type, at: usize) -> Option<Judged> {
        let (stem, _) = self.stem();
        // Markdown lies in folders of custom metadata too; a record's name has two parts.
        if stem.is_empty() || (ty.name == "CustomMetadata" && !stem.contains('.')) {
            return None;
        }
        let full_name = if ty.in_folder { self.nested_name(at, stem) } else { decode(stem) };
        Some((TypeOf::Known(ty), full_name, self.role(ty)))
    }

    /// `Clinic/Weekly/Visits` for `reports/Clinic/Weekly/Visits.report`.
    fn nested_name(&self, at: usize, stem: &str) -> CompactString {
        let above = self.folders.iter().skip(at + 1).copied();
        let parts: Vec<CompactString> = above.chain([stem]).map(decode).collect();
        parts.join("/").into()
    }

    fn role(&self, ty: &Type) -> Role {
        match (ty.content, self.meta) {
            (Content::None, _) => Role::Whole,
            (_, true) => Role::Companion { content: self.beside("") },
            (_, false) => Role::Content { companion: self.beside(META) },
        }
    }

    /// The file in the same folder called like this one, `-meta.xml` off, with `ending`.
    fn beside(&self, ending: &str) -> Option<FileId> {
        let path = if self.meta { self.path.strip_suffix(META)? } else { self.path };
        match ending.is_empty() {
            true => self.sources.find(path),
            false => self.sources.find(&format!("{path}{ending}")),
        }
    }

    /// `reports/Clinic-meta.xml`: a folder's own XML in the Metadata API format.
    fn bare_folder(&self, ty: &'static Type, at: usize) -> Option<Judged> {
        let bare = self.meta && !self.name.contains('.');
        let legacy = bare && ty.name != "EmailTemplateFolder";
        legacy.then(|| (TypeOf::Known(ty), self.nested_name(at, self.name), Role::Whole))
    }

    /// A type whose content has any extension, below its folder `folders[at]`.
    fn any_file(&self, ty: &'static Type, at: usize, suffix: &str) -> Option<Judged> {
        let own = suffix.eq_ignore_ascii_case(ty.suffix);
        let (stem, _) = self.stem();
        if ty.name == "ExternalServiceRegistration" {
            let header = [format!(".{}{META}", ty.suffix), format!(".{}", ty.suffix)];
            let folder = self.path.strip_suffix(self.name).unwrap_or("");
            let role = match (own, self.meta, suffix) {
                (true, ..) => Role::Whole,
                (_, false, "yaml" | "yml" | "json") => Role::Content {
                    companion: header
                        .iter()
                        .find_map(|end| self.sources.find(&format!("{folder}{stem}{end}"))),
                },
                _ => return None,
            };
            return Some((TypeOf::Known(ty), decode(stem), role));
        }
        // A document's full name keeps its extension; any file may lie in a folder
        // `documents`, so only those with XML beside them count.
        let (full, role) = match (self.meta, own) {
            (true, true) => (stem, Role::Companion { content: None }),
            (true, false) if suffix.is_empty() || suffix == "documentFolder" => return None,
            (true, false) => (self.name, Role::Companion { content: self.beside("") }),
            (false, _) => {
                let folder = self.path.strip_suffix(self.name).unwrap_or("");
                let header = self.sources.find(&format!("{folder}{stem}.document{META}"));
                (self.name, Role::Content { companion: Some(self.beside(META).or(header)?) })
            }
        };
        Some((TypeOf::Known(ty), self.nested_name(at, full), role))
    }

    /// No folder agrees: the suffix has to be enough.
    fn by_suffix_alone(&self) -> Option<Judged> {
        let (stem, suffix) = self.stem();
        let all = types::by_suffix(suffix);
        if stem.is_empty() || suffix.is_empty() || all.is_empty() {
            return None;
        }
        if let [_, _, ..] = all {
            let likely =
                suffix != "dataSource" && (self.meta || is_in_package(self.path, self.org));
            return likely.then(|| (TypeOf::Ambiguous(all), decode(stem), Role::Whole));
        }
        let ty = *all.first()?;
        // In source format a suffix says enough; else the file must be plainly metadata.
        let plain = match ty.content {
            Content::Sibling => {
                self.meta
                    || self.beside(META).is_some()
                    || (is_code(ty) && is_in_package(self.path, self.org))
            }
            _ => {
                self.meta
                    || self.folders.is_empty() && self.org.project.is_none() && suffix.len() > 4
            }
        };
        (plain && !ty.strict)
            .then(|| (TypeOf::Known(ty), self.nested_or_plain(ty, stem), self.role(ty)))
    }

    fn nested_or_plain(&self, ty: &Type, stem: &str) -> CompactString {
        match (ty.in_folder, self.folders.last()) {
            (true, Some(folder)) => format_compact!("{}/{}", decode(folder), decode(stem)),
            _ => decode(stem),
        }
    }
}

fn is_code(ty: &Type) -> bool {
    matches!(ty.name, "ApexClass" | "ApexTrigger")
}
