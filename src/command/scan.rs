//! `phorce scan`: what is left in logs and exports, and copies without it.
//!
//! In: the flags. Out: the report in one format, redacted copies, and the exit code, which
//! does not depend on the format.

use super::check::{day, exit_code, terminal_style};
use super::{Done, print};
use crate::cli::{self, ScanFormat};
use crate::config::FailOn;
use crate::fact::Severity;
use crate::output::{self, Output, Run};
use crate::rule::library;
use crate::run::{ScanRequest, scan};

/// Scans and reports.
pub fn run(flags: &cli::Scan) -> Done {
    let as_of = day(flags.as_of)?;
    let scanned = scan(&ScanRequest {
        inputs: flags.paths.clone(),
        org: flags.org.clone(),
        config: flags.config.clone(),
        redact: flags.redact.clone(),
        as_of,
    })?;
    let fail_on = flags.fail_on.or(scanned.config.fail_on.as_ref().map(|set| set.value));
    let threshold = fail_on.unwrap_or(FailOn::From(Severity::High)).threshold();
    let code = exit_code(&scanned.report, threshold, flags.exit_zero, flags.allow_incomplete);
    let hipaa: Vec<(String, String)> =
        library::citations().into_iter().map(|c| (c.id, c.title)).collect();
    let about = Run {
        version: env!("CARGO_PKG_VERSION"),
        fail_on: threshold,
        exit_code: code,
        category: "",
        hipaa: &hipaa,
    };
    let format = match flags.format {
        ScanFormat::Text => Output::Text(terminal_style(flags.full)),
        ScanFormat::Json => Output::Json,
        ScanFormat::Sarif => Output::Sarif { accepted: false },
        ScanFormat::Csv => Output::Csv,
    };
    let mut text = output::render(&scanned.report, &scanned.rules, &about, format)
        .map_err(|error| vec![format!("the report cannot be rendered: {error}")])?;
    if let (Some(folder), ScanFormat::Text) = (&flags.redact, flags.format) {
        let files = if scanned.copies == 1 { "copy" } else { "copies" };
        text.push_str(&format!(
            "Wrote {} redacted {files} to {}. What was not recognised is still in them.\n",
            scanned.copies,
            folder.display()
        ));
    }
    print(&text)?;
    Ok(code)
}
