//! Files of bundles: components that are folders.
//!
//! In: a path. Out: the bundle a file belongs to. Inside static resources, sites and
//! templates lies anything, also folders called `classes`; nothing of it is another component.

use compact_str::format_compact;

use super::{Judged, META, Place, Role, TypeOf, decode, types};
use crate::metadata::types::{Content, Type};
use crate::source::FileId;

impl Place<'_> {
    /// Whether the file lies in a tree of anything, and if so what it is there.
    #[expect(clippy::option_option, reason = "a file of a tree may be nothing, and that is final")]
    pub(super) fn tree(&self) -> Option<Option<Judged>> {
        let (at, ty) = self.folders.iter().enumerate().find_map(|(at, folder)| {
            let ty = types::by_folder(folder).iter().find(|ty| ty.content == Content::Tree)?;
            Some((at, *ty))
        })?;
        Some(match ty.name {
            "StaticResource" => self.static_resource(ty, at),
            "ExperienceBundle" => self.experience(ty, at),
            "DigitalExperienceBundle" => self.digital_experience(ty, at),
            _ => self.folders.get(at + 1).map(|name| self.inside(ty, name, None)),
        })
    }

    /// `staticresources/Kit.resource`, `Kit.js` or `Kit/…`, with `Kit.resource-meta.xml`.
    fn static_resource(&self, ty: &'static Type, at: usize) -> Option<Judged> {
        let head = self.head(at);
        if let Some(name) = self.folders.get(at + 1) {
            let header = self.sources.find(&format!("{head}/{name}.resource{META}"));
            return Some(self.inside(ty, name, header));
        }
        let name = self.name.split_once('.').map_or(self.name, |(name, _)| name);
        let role = match self.meta {
            true if !self.name.ends_with(".resource") => return None,
            true => Role::Companion { content: self.beside("") },
            false => Role::Content {
                companion: self.sources.find(&format!("{head}/{name}.resource{META}")),
            },
        };
        (!name.is_empty()).then(|| (TypeOf::Known(ty), decode(name), role))
    }

    /// `experiences/Portal.site-meta.xml` and `experiences/Portal/…`.
    fn experience(&self, ty: &'static Type, at: usize) -> Option<Judged> {
        if let Some(name) = self.folders.get(at + 1) {
            let header = self.sources.find(&format!("{}/{name}.site{META}", self.head(at)));
            return Some(self.inside(ty, name, header));
        }
        let (stem, suffix) = self.stem();
        let own = self.meta && suffix.eq_ignore_ascii_case(ty.suffix);
        own.then(|| (TypeOf::Known(ty), decode(stem), Role::Companion { content: None }))
    }

    /// `digitalExperiences/site/Portal/…`: the full name is `site/Portal`.
    fn digital_experience(&self, ty: &'static Type, at: usize) -> Option<Judged> {
        let (kind, name) = (self.folders.get(at + 1)?, self.folders.get(at + 2)?);
        let (_, suffix) = self.stem();
        let full_name = format_compact!("{}/{}", decode(kind), decode(name));
        if self.meta && suffix.eq_ignore_ascii_case(ty.suffix) {
            return Some((TypeOf::Known(ty), full_name, Role::Companion { content: None }));
        }
        let header = format!("{}/{kind}/{name}/{name}.{}{META}", self.head(at), ty.suffix);
        let (_, _, role) = self.inside(ty, name, self.sources.find(&header));
        Some((TypeOf::Known(ty), full_name, role))
    }

    /// `lwc/visitList/visitList.js`: a bundle of code, header `visitList.js-meta.xml`.
    pub(super) fn in_bundle(&self, ty: &'static Type, at: usize) -> Option<Judged> {
        let name = self.folders.get(at + 1)?;
        let tests = ["__tests__", "__mocks__", "__snapshots__"];
        if self.folders.iter().skip(at).any(|folder| tests.contains(folder)) {
            return None;
        }
        let (_, suffix) = self.stem();
        if self.meta || (!ty.suffix.is_empty() && suffix.eq_ignore_ascii_case(ty.suffix)) {
            let content = self.beside("").or_else(|| self.main_file(ty, at, name));
            let role = Role::Companion { content: content.filter(|_| self.meta) };
            return Some((TypeOf::Known(ty), decode(name), role));
        }
        let head = format!("{}/{name}/{name}", self.head(at));
        let header = self
            .main_suffixes(ty)
            .find_map(|suffix| self.sources.find(&format!("{head}.{suffix}{META}")));
        Some(self.inside(ty, name, header))
    }

    fn main_file(&self, ty: &'static Type, at: usize, name: &str) -> Option<FileId> {
        let head = format!("{}/{name}/{name}", self.head(at));
        self.main_suffixes(ty).find_map(|suffix| self.sources.find(&format!("{head}.{suffix}")))
    }

    fn main_suffixes(&self, ty: &'static Type) -> impl Iterator<Item = &'static str> {
        let code: &[&str] = match ty.name {
            "LightningComponentBundle" => &["js"],
            "AuraDefinitionBundle" => &["cmp", "app", "evt", "intf", "design", "tokens"],
            _ => &[],
        };
        code.iter().copied().chain((!ty.suffix.is_empty()).then_some(ty.suffix))
    }

    /// Any file inside a bundle.
    fn inside(&self, ty: &'static Type, name: &str, header: Option<FileId>) -> Judged {
        (TypeOf::Known(ty), decode(name), Role::Content { companion: header })
    }

    /// The path of `folders[at]` from the project root.
    fn head(&self, at: usize) -> String {
        let below = self.folders.get(..=at).unwrap_or_default().join("/");
        match self.org.path.is_empty() {
            true => below,
            false => format!("{}/{below}", self.org.path),
        }
    }
}
