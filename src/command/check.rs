//! `phorce check`: run, write, and say by the exit code how it ended.
//!
//! In: the flags. Out: the report in every format asked for, and the exit code, which does
//! not depend on the format.

use std::io::{IsTerminal, Write};
use std::path::Path;

use jiff::civil::Date;

use super::{CLEAN, Done, FOUND, INCOMPLETE, print, progress};
use crate::cli::{self, Format};
use crate::config::FailOn;
use crate::fact::Severity;
use crate::init::Looked;
use crate::org::phi::Level;
use crate::output::{self, Output, Run, Style};
use crate::report::Report;
use crate::rule::library;
use crate::run::{Request, check, check_against, survey};

/// Checks and reports.
pub fn run(flags: &cli::Check) -> Done {
    let as_of = day(flags.as_of)?;
    let request = Request {
        inputs: flags.paths.clone(),
        config: flags.config.clone(),
        policy: flags.policy.clone(),
        baseline: flags.baseline.clone(),
        as_of,
        forceignore: !flags.no_forceignore,
        accepted: !flags.no_accepted,
        known: !flags.no_accepted,
    };
    let line = progress::show("examining");
    let checked = match &flags.base {
        Some(reference) => check_against(&request, reference)?,
        None => check(&request)?,
    };
    drop(line);
    let fail_on = flags.fail_on.or(checked.config.fail_on.as_ref().map(|set| set.value));
    let threshold = fail_on.unwrap_or(FailOn::From(Severity::High)).threshold();
    let code = exit_code(&checked.report, threshold, flags.exit_zero, flags.allow_incomplete);
    let hipaa: Vec<(String, String)> =
        library::citations().into_iter().map(|c| (c.id, c.title)).collect();
    let about = Run {
        version: env!("CARGO_PKG_VERSION"),
        fail_on: threshold,
        exit_code: code,
        category: "",
        hipaa: &hipaa,
    };
    let render = |format: Format, style: Style| {
        let output = match format {
            Format::Text => Output::Text(style),
            Format::Json => Output::Json,
            Format::Sarif => Output::Sarif { accepted: flags.sarif_accepted },
            Format::Github => Output::Github,
            Format::Gitlab => Output::Gitlab,
            Format::Junit => Output::Junit,
            Format::Csv => Output::Csv,
            Format::Markdown => Output::Markdown,
        };
        output::render(&checked.report, &checked.rules, &about, output)
            .map_err(|error| vec![format!("the report cannot be rendered: {error}")])
    };
    for target in &flags.outputs {
        write_whole(&target.path, &render(target.format, file_style(flags.full))?)?;
    }
    if flags.format == Format::Github {
        summarise(&render(Format::Markdown, file_style(flags.full))?)?;
    }
    print(&render(flags.format, terminal_style(flags.full))?)?;
    Ok(code)
}

/// Adds to the summary of a GitHub workflow's step, where there is one.
fn summarise(text: &str) -> Result<(), Vec<String>> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let path = Path::new(&path).display();
        vec![format!("GITHUB_STEP_SUMMARY: {path} cannot be written: {error}")]
    })
}

/// The day of the run.
pub(super) fn day(asked: Option<Date>) -> Result<Date, Vec<String>> {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    cli::day_of_run(asked, epoch.as_deref(), jiff::Timestamp::now()).map_err(|why| vec![why])
}

/// The exit code of a report: the same for every format.
pub(super) fn exit_code(
    report: &Report,
    threshold: Option<Severity>,
    exit_zero: bool,
    allow_incomplete: bool,
) -> u8 {
    if !report.inputs.not_read.is_empty() && !allow_incomplete {
        return INCOMPLETE;
    }
    let open = threshold.is_some_and(|least| report.open_from(least) > 0);
    if open && !exit_zero { FOUND } else { CLEAN }
}

fn file_style(full: bool) -> Style {
    Style { full, accepted: true, terminal: false, width: 100, colour: false, unicode: true }
}

/// How a terminal is written to.
pub(super) fn terminal_style(full: bool) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    Style {
        terminal,
        width: width.unwrap_or(100),
        colour: terminal && !plain && !dumb,
        unicode: !dumb,
        ..file_style(full)
    }
}

/// Writes a file beside its place and renames it: a stop leaves no half report.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), Vec<String>> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let written = std::fs::File::create(part)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(part, path));
    written.map_err(|error| {
        // Nobody would look for it; that it cannot be removed either says nothing new.
        let _ = std::fs::remove_file(part);
        vec![format!("{} cannot be written: {error}", path.display())]
    })
}

/// What `phorce init` says of a project.
///
/// # Errors
/// The folder cannot be walked.
pub fn look(folder: &Path) -> Result<Looked, Vec<String>> {
    let surveyed = survey(folder)?;
    let mut looked =
        Looked { package_directories: surveyed.package_directories, ..Looked::default() };
    for org in &surveyed.orgs {
        looked.health_context |= org.schema.health.is;
        looked.objects += org.schema.objects().count();
        looked.phi_fields += org.schema.recognised(Level::High).count();
        let phi = org.schema.objects().filter(|object| object.phi.is_some());
        looked.phi_objects.extend(phi.map(|object| object.name.clone()));
    }
    Ok(looked)
}
