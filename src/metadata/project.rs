//! `sfdx-project.json`.
//!
//! In: its bytes. Out: what of it decides how the files below are read. A broken file is no
//! project description but still marks an org. It knows no other file.

use serde::Deserialize;
use serde_json::Value;

/// What a project says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// Folders of packages relative to the project, with forward slashes; empty for the
    /// project folder itself.
    pub package_dirs: Vec<String>,
    /// The project's own namespace.
    pub namespace: Option<String>,
    /// The API version its source is in.
    pub source_api_version: Option<String>,
    /// Decomposition presets.
    pub presets: Vec<String>,
    /// It renames types or folders on its own.
    pub custom_registry: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    package_directories: Vec<RawDirectory>,
    namespace: Option<Value>,
    source_api_version: Option<Value>,
    #[serde(default)]
    source_behavior_options: Vec<Value>,
    #[serde(default)]
    registry_presets: Vec<Value>,
    registry_customizations: Option<Value>,
}

#[derive(Deserialize)]
struct RawDirectory {
    path: String,
}

/// Reads a project file.
///
/// # Errors
/// The line, from 1, and what is wrong there.
pub fn parse(bytes: &[u8]) -> Result<Project, (u32, String)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let raw: Raw = serde_json::from_slice(bytes).map_err(|error| {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX).max(1);
        (line, describe(&error))
    })?;
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let mut presets: Vec<String> = Vec::new();
    for preset in raw.source_behavior_options.into_iter().chain(raw.registry_presets) {
        presets.extend(text(Some(preset)));
    }
    let custom = raw.registry_customizations;
    Ok(Project {
        package_dirs: raw.package_directories.iter().map(|dir| clean(&dir.path)).collect(),
        namespace: text(raw.namespace),
        source_api_version: text(raw.source_api_version),
        presets,
        custom_registry: custom
            .is_some_and(|value| value.as_object().is_some_and(|o| !o.is_empty())),
    })
}

/// `.\force-app/` is `force-app`. What leads out of the project begins with `..`.
fn clean(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match parts.last() {
            Some(last) if part == ".." && *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // The place follows behind; it is said apart.
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!(
        "it is no valid sfdx-project.json ({what}): mend it, else its package directories and namespace are unknown"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_is_read() {
        let text = r#"{
            "packageDirectories": [{"path": "./force-app/", "default": true}, {"path": "extra\\more"}],
            "namespace": "clinic", "sourceApiVersion": 62.0, "unknown": [],
            "sourceBehaviorOptions": ["decomposePermissionSetBeta2"],
            "registryCustomizations": {"types": {}}
        }"#;
        let project = parse(text.as_bytes()).unwrap();
        assert_eq!(project.package_dirs, ["force-app", "extra/more"]);
        assert_eq!(project.namespace.as_deref(), Some("clinic"));
        assert_eq!(project.source_api_version.as_deref(), Some("62.0"));
        assert_eq!(project.presets, ["decomposePermissionSetBeta2"]);
        assert!(project.custom_registry);
    }

    #[test]
    fn little_is_enough() {
        let project = parse(
            b"\xef\xbb\xbf{\"namespace\": \"\", \"packageDirectories\": [{\"path\": \".\"}]}",
        );
        let expected = Project { package_dirs: vec![String::new()], ..Project::default() };
        assert_eq!(project, Ok(expected));
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let (line, reason) = parse(b"{\n  \"packageDirectories\": [\n  oops\n]}").unwrap_err();
        assert_eq!(line, 3);
        assert!(
            reason.starts_with("it is no valid sfdx-project.json (expected value)"),
            "{reason}"
        );
        assert_eq!(parse(b"{\n\"packageDirectories\": 3}").unwrap_err().0, 2);
        assert_eq!(parse(b"").unwrap_err().0, 1);
    }
}
