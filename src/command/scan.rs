//! `phorce scan`: what is left in logs and exports, and copies without it.
//!
//! In: the flags. Out: the report in one format, redacted copies, and the exit code, which
//! does not depend on the format.

use std::io::IsTerminal;

use super::{CLEAN, Done, FOUND, INCOMPLETE, print};
use crate::cli::{self, ScanFormat};
use crate::config::FailOn;
use crate::fact::Severity;
use crate::output::{self, Output, Run, Style};
use crate::rule::library;
use crate::run::{ScanRequest, Scanned, scan};

/// Scans and reports.
pub fn run(flags: &cli::Scan) -> Done {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    let as_of = cli::day_of_run(flags.as_of, epoch.as_deref(), jiff::Timestamp::now())
        .map_err(|why| vec![why])?;
    let scanned = scan(&ScanRequest {
        inputs: flags.paths.clone(),
        org: flags.org.clone(),
        config: flags.config.clone(),
        redact: flags.redact.clone(),
        as_of,
    })?;
    let fail_on = flags.fail_on.or(scanned.config.fail_on.as_ref().map(|set| set.value));
    let threshold = fail_on.unwrap_or(FailOn::From(Severity::High)).threshold();
    let code = exit_code(&scanned, threshold, flags);
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
        ScanFormat::Text => Output::Text(style(flags)),
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

fn exit_code(scanned: &Scanned, threshold: Option<Severity>, flags: &cli::Scan) -> u8 {
    if !scanned.report.inputs.not_read.is_empty() && !flags.allow_incomplete {
        return INCOMPLETE;
    }
    let open = threshold.is_some_and(|least| scanned.report.open_from(least) > 0);
    if open && !flags.exit_zero { FOUND } else { CLEAN }
}

fn style(flags: &cli::Scan) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Style {
        full: flags.full,
        accepted: true,
        terminal,
        width: width.unwrap_or(100),
        colour: terminal && !plain && !dumb,
        unicode: !dumb,
    }
}
