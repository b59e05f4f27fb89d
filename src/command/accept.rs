//! `phorce accept`: write an accepted risk into `phorce.toml`.
//!
//! In: the flags. Out: the file with one more `[[accept]]` at its end, and what that still
//! needs. It looks at no metadata: whether the entry matches anything is said by the next
//! check.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{CLEAN, Done, FOUND, check, pages, print};
use crate::cli;
use crate::config::stanza::{Asked, Stanza, append};
use crate::config::{
    FILE_NAME, MAX_DAYS, MAX_DAYS_CRITICAL, last_day, parse, read_subject, same_name,
};
use crate::fact::Severity;
use crate::rule::{Rule, library};
use crate::run::{built_in_rules, rules_in};
use crate::source::ignore::PROJECT;

/// Writes the entry.
pub fn run(flags: &cli::Accept) -> Done {
    let as_of = check::day(flags.as_of)?;
    let (path, rules) = place(flags)?;
    let Some(rule) = pages::named(&flags.rule, &rules) else {
        let hint = pages::suggestion(&flags.rule, &rules);
        return Err(vec![format!("no rule is called `{}`; {hint}", flags.rule)]);
    };
    let stanza = stanza(flags, rule);
    let subject = read_subject(&stanza.subject)
        .map_err(|fault| vec![format!("the subject '{}' {fault}", stanza.subject)])?;
    refuse_day(stanza.until, rule, as_of)?;
    let asked = Asked { breadth: !subject.is_exact(), addressable: is_addressable(rule) };
    let old = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(vec![format!("{}: it cannot be read: {error}", path.display())]),
    };
    refuse_twice(&path, &old, &stanza)?;
    let missing = stanza.missing(asked);
    // With everything filled in, the file has to be sound.
    let probe = append(&old, &filled(&stanza, as_of).text(asked));
    parse(&path.display().to_string(), &probe).map_err(|errors| {
        errors.iter().map(|error| format!("nothing was written: {error}")).collect::<Vec<_>>()
    })?;
    check::write_whole(&path, &append(&old, &stanza.text(asked)))?;
    print(&told(&path, rule, &stanza, &missing))?;
    Ok(if missing.is_empty() { CLEAN } else { FOUND })
}

/// The configuration: the one named, else the nearest at or above the working directory, else
/// a new one beside the nearest project file, else here. With the rules that it may name.
fn place(flags: &cli::Accept) -> Result<(PathBuf, Vec<Rule>), Vec<String>> {
    let gone = |error| vec![format!("the working directory is gone: {error}")];
    let here = std::env::current_dir().map_err(gone)?;
    if let Some(named) = &flags.config {
        let folder = named.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = here.join(folder.unwrap_or(Path::new("")));
        let own = named.file_name().is_some_and(|name| name == FILE_NAME);
        let rules = if own { rules_in(&folder)? } else { built_in_rules()? };
        return Ok((named.clone(), rules));
    }
    let above = |name: &str| here.ancestors().find(|folder| folder.join(name).is_file());
    let folder = above(FILE_NAME).or_else(|| above(PROJECT)).unwrap_or(&here);
    let shown = folder.strip_prefix(&here).unwrap_or(folder).join(FILE_NAME);
    Ok((shown, rules_in(folder)?))
}

fn stanza(flags: &cli::Accept, rule: &Rule) -> Stanza {
    Stanza {
        rule: rule.id.clone(),
        subject: flags.subject.clone(),
        members: flags.members.clone(),
        reason: flags.reason.clone(),
        by: flags.by.clone(),
        until: flags.until,
        breadth: flags.breadth.clone(),
        not_reasonable_because: flags.not_reasonable_because.clone(),
        instead: flags.instead.clone(),
    }
}

/// The entry as if somebody had filled it in.
fn filled(stanza: &Stanza, as_of: Date) -> Stanza {
    let said = |answer: &Option<String>| answer.clone().or_else(|| Some("…".to_owned()));
    Stanza {
        reason: said(&stanza.reason),
        by: said(&stanza.by),
        until: stanza.until.or(Some(as_of)),
        ..stanza.clone()
    }
}

fn is_addressable(rule: &Rule) -> bool {
    let law = library::citations();
    rule.hipaa.iter().any(|id| law.iter().any(|c| c.id == *id && c.status == "addressable"))
}

fn refuse_day(until: Option<Date>, rule: &Rule, as_of: Date) -> Result<(), Vec<String>> {
    let Some(until) = until else { return Ok(()) };
    let last = last_day(as_of, MAX_DAYS);
    if until < as_of {
        return Err(vec![format!("{until} is over; the last day is {last}")]);
    }
    if until > last {
        return Err(vec![format!(
            "{until} is more than {MAX_DAYS} days ahead; the last day is {last}"
        )]);
    }
    // Only a rule all of whose findings are critical is known to be refused.
    let least = rule.cases.iter().map(|case| case.severity).min();
    let last = last_day(as_of, MAX_DAYS_CRITICAL);
    if least == Some(Severity::Critical) && until > last {
        return Err(vec![format!(
            "findings of {} are critical, and one may be accepted for {MAX_DAYS_CRITICAL} days at most; the last day is {last}",
            rule.id
        )]);
    }
    Ok(())
}

/// A second entry on the same would hide that the first one is there.
fn refuse_twice(path: &Path, text: &str, stanza: &Stanza) -> Result<(), Vec<String>> {
    let shown = path.display().to_string();
    let config = parse(&shown, text).map_err(|errors| {
        errors.iter().map(|error| format!("mend this first: {error}")).collect::<Vec<_>>()
    })?;
    let same = config.accepts.iter().find(|known| {
        known.rule == stanza.rule
            && same_name(known.subject.text(), &stanza.subject)
            && known.members == stanza.members
    });
    match same {
        None => Ok(()),
        Some(known) => Err(vec![format!(
            "{shown}:{}: {} is accepted for '{}' already, until {}; renew that entry",
            known.line, stanza.rule, stanza.subject, known.until
        )]),
    }
}

fn told(path: &Path, rule: &Rule, stanza: &Stanza, missing: &[(&str, &str)]) -> String {
    let mut out = format!("{}: accepts {} for {}", path.display(), rule.id, stanza.subject);
    if missing.is_empty() {
        out += "; `phorce check` shows it as accepted";
        return out + "\n";
    }
    out += "\nThe entry is not complete, and `phorce check` refuses the file until it is. It still needs:\n";
    for (key, advice) in missing {
        out += &format!("  {key}  {advice}\n");
    }
    out
}
