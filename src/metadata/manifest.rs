//! `package.xml` and `destructiveChanges*.xml`: lists of components, not components.
//!
//! In: the bytes of one. Out: [`Manifest`]: types with their members, and the API version; or
//! each [`Deletion`] with its place. At the root of a Metadata API tree a `package.xml` says
//! what was retrieved. Source: Metadata API type `Package`. It does not know what is there.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::xml::{self, Document};
use crate::source::lines::Lines;
use crate::source::{FileId, Span};

/// What a manifest lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Members by type; `*` stands for all of a type.
    pub types: BTreeMap<String, Vec<String>>,
    /// The API version.
    pub version: Option<String>,
}

impl Manifest {
    /// Whether every component of a type was asked for, so that none there means none.
    pub fn asks_for_all(&self, ty: &str) -> bool {
        self.types.get(ty).is_some_and(|members| members.iter().any(|member| member == "*"))
    }
}

/// One entry of a manifest of deletions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The type, as written.
    pub ty: CompactString,
    /// The full name, as written.
    pub name: CompactString,
    /// Where the name stands.
    pub span: Span,
    /// It is deleted after everything else is deployed, not before
    /// (`destructiveChangesPost.xml`).
    pub last: bool,
}

/// Reads the entries of `destructiveChanges*.xml`, in the order of the file.
///
/// # Errors
/// As [`parse`].
pub fn deletions(bytes: &[u8], file: FileId, path: &str) -> Result<Vec<Deletion>, (u32, String)> {
    let document = open(bytes)?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let last = name.eq_ignore_ascii_case("destructiveChangesPost.xml");
    let mut found = Vec::new();
    let types = document.children(document.root()).filter(|n| document.name(*n) == "types");
    for node in types {
        let named = document.child(node, "name").and_then(|name| document.text(name));
        let Some(ty) = named.map(|text| CompactString::from(text.value.as_ref())) else { continue };
        let members = document.children(node).filter(|n| document.name(*n) == "members");
        for text in members.filter_map(|member| document.text(member)) {
            let span = Span::new(file, text.range.start, text.range.end);
            let name = CompactString::from(text.value.as_ref());
            found.push(Deletion { ty: ty.clone(), name, span, last });
        }
    }
    Ok(found)
}

/// Reads a manifest.
///
/// # Errors
/// It is not well-formed, or no `Package`: the line and the reason.
pub fn parse(bytes: &[u8]) -> Result<Manifest, (u32, String)> {
    let document = open(bytes)?;
    let root = document.root();
    let text = |node| document.text(node).map(|text| text.value.into_owned());
    let mut manifest = Manifest::default();
    for node in document.children(root) {
        match document.name(node) {
            "version" => manifest.version = text(node),
            "types" => {
                let named = document.child(node, "name").and_then(text);
                let members = document.children(node).filter(|n| document.name(*n) == "members");
                let members: Vec<String> = members.filter_map(text).collect();
                if let Some(name) = named {
                    manifest.types.entry(name).or_default().extend(members);
                }
            }
            _ => {}
        }
    }
    Ok(manifest)
}

fn open(bytes: &[u8]) -> Result<Document<'_>, (u32, String)> {
    let fault = |fault: xml::Fault| {
        let text = String::from_utf8_lossy(bytes);
        (Lines::new(&text).position(fault.offset).line, fault.reason)
    };
    let text = xml::decode(bytes).map_err(fault)?;
    let document = xml::parse(text).map_err(fault)?;
    let name = document.name(document.root());
    if name != "Package" {
        return Err((1, format!("its root element is <{name}>, a manifest has <Package>")));
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_members_and_version_are_read() {
        let text = "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>*</members><name>Profile</name></types><types><members>Security</members><members>Event</members><name>Settings</name></types><version>66.0</version></Package>";
        let manifest = parse(text.as_bytes()).unwrap();
        assert!(manifest.asks_for_all("Profile") && !manifest.asks_for_all("Settings"));
        assert_eq!(manifest.types["Settings"], ["Security", "Event"]);
        assert_eq!(manifest.version.as_deref(), Some("66.0"));
    }

    #[test]
    fn deletions_have_their_places_and_their_turn() {
        let text = "<Package>\n<types><members>A&amp;B</members><members>C</members>\
                    <name>RestrictionRule</name></types><types><members>X</members></types>\
                    <version>66.0</version></Package>";
        let told = |path: &str| {
            let found = deletions(text.as_bytes(), FileId(7), path).unwrap();
            let told = |d: &Deletion| {
                let raw = text.get(d.span.start as usize..d.span.end as usize).unwrap();
                assert_eq!((d.ty.as_str(), d.span.file), ("RestrictionRule", FileId(7)));
                (d.name.to_string(), raw.to_owned(), d.last)
            };
            found.iter().map(told).collect::<Vec<_>>()
        };
        let pair = |name: &str, raw: &str, last| (name.to_owned(), raw.to_owned(), last);
        let first = [pair("A&B", "A&amp;B", false), pair("C", "C", false)];
        assert_eq!(told("x/destructiveChanges.xml"), first);
        assert_eq!(told("destructiveChangesPre.xml"), first);
        let last = [pair("A&B", "A&amp;B", true), pair("C", "C", true)];
        assert_eq!(told("x/destructiveChangesPost.xml"), last);
        assert_eq!(deletions(b"<Profile/>", FileId(0), "x").unwrap_err().0, 1);
    }

    #[test]
    fn what_is_no_manifest_is_said_with_its_line() {
        assert_eq!(parse(b"<Profile/>").unwrap_err().0, 1);
        assert_eq!(parse(b"<Package>\n<types>\n</Package>").unwrap_err().0, 3);
    }
}
