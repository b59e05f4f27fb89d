//! The register of a run.
//!
//! In: a configuration, and where its register is read. Out: the configuration with the
//! entries, and the file, to be placed among those of the run. A register that is named and
//! cannot be read keeps the run from beginning.

use std::path::Path;

use super::policy::{joined, path_in};
use super::strings;
use crate::analysis::register::is_kind;
use crate::config::{Config, FILE_NAME as CONFIG_FILE, Register};
use crate::report::Notice;
use crate::rule::Rule;
use crate::source::{FileId, Sources};

/// The file of a register.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    /// Its path, as findings show it.
    pub(super) path: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

impl Held {
    /// Puts it among the files of a run, whatever stands there.
    pub(super) fn among(self, sources: &mut Sources) {
        sources.hold(&self.path, self.bytes);
    }
}

/// Reads the register that a configuration in `folder` names.
pub(super) fn on_disk(
    config: &mut Config,
    root: &Path,
    folder: &Path,
) -> Result<Option<Held>, Vec<String>> {
    let Some(file) = config.register.as_ref().map(|set| set.value.clone()) else {
        return Ok(None);
    };
    let bytes = read_file(folder, &file);
    take(config, place(root, folder, &file), bytes).map(Some)
}

fn read_file(folder: &Path, file: &str) -> Result<Vec<u8>, String> {
    match folder.join(file).symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("it is not there; `phorce register --update` writes it".to_owned())
        }
        _ => Sources::on_disk(folder, vec![file.to_owned()]).read(FileId(0)),
    }
}

/// The path of a register below the root; of one that lies outside, as it is named.
pub(super) fn place(root: &Path, folder: &Path, file: &str) -> String {
    match path_in(root, Some(&folder.join(CONFIG_FILE))) {
        Some(config) => joined(&config, file),
        None => folder.join(file).display().to_string(),
    }
}

/// Gives the configuration the entries of its register.
pub(super) fn take(
    config: &mut Config,
    path: String,
    bytes: Result<Vec<u8>, String>,
) -> Result<Held, Vec<String>> {
    let line = config.register.as_ref().map_or(1, |set| set.line);
    let fail = |why: &str| vec![format!("{}:{line}: 'register': {path}: {why}", config.path)];
    let bytes = bytes.map_err(|why| fail(&why))?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| fail("it is not UTF-8; save it with that encoding"))?;
    config.entries = Some(Register::read(&path, text).map_err(strings)?);
    Ok(Held { path, bytes })
}

/// Says of the entries that only a part of the project is looked at, if it is so: what they are
/// about may lie outside.
pub(super) fn limit(config: &mut Config, inputs: &[String]) {
    if let Some(register) = &mut config.entries
        && !inputs.iter().any(String::is_empty)
    {
        let why = "only a part of the project was looked at; check its root folder";
        register.partial = Some(why.to_owned());
    }
}

/// That there is none is said once, not by every rule.
pub(super) fn absent(config: &Config, rules: &[Rule]) -> Option<Notice> {
    let count = rules.iter().filter(|rule| rule.kinds().into_iter().any(is_kind)).count();
    config.entries.is_none().then(|| Notice {
        message: format!(
            "phorce.toml names no register, so {count} rules are not assessed; with \
             register = \"compliance/register.toml\" in it, `phorce register --update` writes one"
        ),
        path: None,
        line: None,
    })
}
