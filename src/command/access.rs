//! `phorce access`: who can reach which PHI, and through what.
//!
//! In: the flags. Out: the table in one format. Findings are `phorce check`'s; this only
//! shows.

use super::{CLEAN, Done, INCOMPLETE, print, progress};
use crate::cli::{self, AccessFormat};
use crate::engine::access::Question;
use crate::output::{AccessOutput, render_access};
use crate::run::{AccessRequest, access};

/// Answers and writes.
pub fn run(flags: &cli::Access) -> Done {
    let request = AccessRequest {
        input: flags.path.clone(),
        config: flags.config.clone(),
        forceignore: !flags.no_forceignore,
        question: Question {
            field: flags.field.clone(),
            object: flags.object.clone(),
            holder: flags.holder.clone(),
        },
    };
    let line = progress::show("examining");
    let report = access(&request)?;
    drop(line);
    let output = match flags.format {
        AccessFormat::Text => AccessOutput::Text,
        AccessFormat::Json => AccessOutput::Json,
        AccessFormat::Csv => AccessOutput::Csv,
    };
    let text = render_access(&report, output)
        .map_err(|error| vec![format!("the table cannot be rendered: {error}")])?;
    print(&text)?;
    Ok(if report.not_read.is_empty() || flags.allow_incomplete { CLEAN } else { INCOMPLETE })
}
