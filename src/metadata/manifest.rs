//! `package.xml` and `destructiveChanges*.xml`: lists of components, not components.
//!
//! In: the bytes of one. Out: [`Manifest`]: types with their members, and the API version.
//! At the root of a Metadata API tree a `package.xml` says what was retrieved. Source:
//! Metadata API type `Package`. It does not know what is there.

use std::collections::BTreeMap;

use super::xml;
use crate::source::lines::Lines;

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

/// Reads a manifest.
///
/// # Errors
/// It is not well-formed, or no `Package`: the line and the reason.
pub fn parse(bytes: &[u8]) -> Result<Manifest, (u32, String)> {
    let fault = |fault: xml::Fault| {
        let text = String::from_utf8_lossy(bytes);
        (Lines::new(&text).position(fault.offset).line, fault.reason)
    };
    let text = xml::decode(bytes).map_err(fault)?;
    let document = xml::parse(text).map_err(fault)?;
    let root = document.root();
    if document.name(root) != "Package" {
        let name = document.name(root);
        return Err((1, format!("its root element is <{name}>, a manifest has <Package>")));
    }
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
    fn what_is_no_manifest_is_said_with_its_line() {
        assert_eq!(parse(b"<Profile/>").unwrap_err().0, 1);
        assert_eq!(parse(b"<Package>\n<types>\n</Package>").unwrap_err().0, 3);
    }
}
