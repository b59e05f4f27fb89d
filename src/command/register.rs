//! `phorce register`: what the register lacks, and what is to be looked at in it.
//!
//! In: the flags. Out: a list; with `--update`, the register with what it lacked, and what was
//! added. Whatever people wrote stays as it is.

use super::check::{day, write_whole};
use super::{CLEAN, Done, FOUND, INCOMPLETE, print};
use crate::cli;
use crate::output::render_register;
use crate::run::{Inventory, RegisterRequest, inventory};

/// Lists, or updates.
pub fn run(flags: &cli::Register) -> Done {
    let as_of = day(flags.as_of)?;
    let request = RegisterRequest {
        input: flags.path.clone(),
        config: flags.config.clone(),
        as_of,
        forceignore: !flags.no_forceignore,
        create: flags.update,
    };
    let found = inventory(&request)?;
    let code = match flags.update {
        true => update(&found)?,
        false => list(&found)?,
    };
    Ok(if found.report.not_read.is_empty() || flags.allow_incomplete { code } else { INCOMPLETE })
}

fn list(found: &Inventory) -> Done {
    print(&render_register(&found.report))?;
    let clean = found.report.missing.is_empty() && found.report.findings.is_empty();
    Ok(if clean { CLEAN } else { FOUND })
}

fn update(found: &Inventory) -> Done {
    let added = found.report.missing.len();
    let path = &found.report.path;
    if !found.differs {
        return print(&format!("{path} lists everything that has to be in it; nothing was added"));
    }
    if let Some(folder) = found.file.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| vec![format!("{} cannot be made: {error}", folder.display())])?;
    }
    // A link stays one: what it leads to is written.
    let file = found.file.canonicalize().unwrap_or_else(|_| found.file.clone());
    write_whole(&file, &found.updated)?;
    let entries = if added == 1 { "1 entry".to_owned() } else { format!("{added} entries") };
    print(&format!("{entries} added to {path}; fill in what is empty, then: phorce register"))
}
