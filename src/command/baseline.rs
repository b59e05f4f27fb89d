//! `phorce baseline`: write down which findings are known.
//!
//! In: the flags. Out: the file, and what is not in it. What is accepted needs no entry, and
//! what is critical gets none.

use std::path::{Path, PathBuf};

use super::{CLEAN, Done, INCOMPLETE, check, print};
use crate::cli;
use crate::config::{Config, FILE_NAME};
use crate::report::baseline::{self, Baseline, Written};
use crate::run::{Checked, Request, check as run_check};

/// The name of the file where nobody says another.
const DEFAULT: &str = "phorce-baseline.toml";

/// Writes the baseline of a project.
pub fn run(flags: &cli::Baseline) -> Done {
    let as_of = check::day(flags.as_of)?;
    let request = Request {
        inputs: vec![flags.path.clone()],
        config: flags.config.clone(),
        policy: None,
        baseline: None,
        as_of,
        forceignore: !flags.no_forceignore,
        accepted: true,
        known: false,
    };
    let Checked { report, rules, config } = run_check(&request)?;
    let path = place(flags, &config);
    let old: Option<Baseline> = match std::fs::read_to_string(&path) {
        Ok(text) => {
            let old = baseline::parse(&path.display().to_string(), &text, &rules);
            Some(old.map_err(|why| {
                vec![format!("{why}; what is there is no baseline, or remove it")]
            })?)
        }
        Err(_) => None,
    };
    let written = baseline::write(&report.findings, old.as_ref(), as_of);
    check::write_whole(&path, &written.text)?;
    print(&told(&path, &written, &config))?;
    let unread = !report.inputs.not_read.is_empty() && !flags.allow_incomplete;
    Ok(if unread { INCOMPLETE } else { CLEAN })
}

/// Where it is written: where somebody says, else where the configuration names it, else
/// beside the configuration.
fn place(flags: &cli::Baseline, config: &Config) -> PathBuf {
    if let Some(output) = &flags.output {
        return output.clone();
    }
    let named = config.baseline.as_ref().map_or(DEFAULT, |set| set.value.as_str());
    let folder = match &flags.config {
        Some(config) => config.parent().map(Path::to_path_buf).unwrap_or_default(),
        None => project(&flags.path),
    };
    folder.join(named)
}

/// The folder of the project's configuration or of the project.
fn project(path: &Path) -> PathBuf {
    let Ok(whole) = path.canonicalize() else { return path.to_path_buf() };
    let above = |name: &str| whole.ancestors().find(|folder| folder.join(name).is_file());
    match above(FILE_NAME) {
        Some(folder) if folder != whole => folder.to_path_buf(),
        _ if path.is_dir() => path.to_path_buf(),
        _ => path.parent().map(Path::to_path_buf).unwrap_or_default(),
    }
}

fn told(path: &Path, written: &Written, config: &Config) -> String {
    let findings = |count: usize| match count {
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    let mut out = format!("{}: {} known\n", path.display(), findings(written.listed));
    if written.critical > 0 {
        out += &format!(
            "{} critical: a baseline never hides that, so it is not in it\n",
            findings(written.critical)
        );
    }
    if config.baseline.is_none() {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        out += &format!("use it with --baseline, or in {FILE_NAME}: baseline = \"{name}\"\n");
    }
    out
}
