//! The access table for people: object by object, field by field, who and through what.
//!
//! In: an [`AccessReport`]. Out: text. It ends with what cannot be known, because a table
//! without it would read as complete.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::escape;
use crate::report::access::{AccessReport, AccessRow};

/// Writes the table.
pub(super) fn render(report: &AccessReport) -> String {
    let mut out = String::new();
    let mut groups: BTreeMap<(&str, &str, Option<&str>), Vec<&AccessRow>> = BTreeMap::new();
    for row in &report.rows {
        groups.entry((&row.org, &row.object, row.field.as_deref())).or_default().push(row);
    }
    for ((org, object, field), rows) in &groups {
        let name = field.map_or_else(|| (*object).to_owned(), |field| format!("{object}.{field}"));
        let holds = rows.first().and_then(|row| row.holds.as_deref());
        let holds = holds.map_or_else(String::new, |class| format!(" ({class})"));
        let org = if org.is_empty() { String::new() } else { format!(" in {org}") };
        let holders =
            if rows.len() == 1 { "1 holder".to_owned() } else { format!("{} holders", rows.len()) };
        let _ = writeln!(
            out,
            "{}{holds}{}: {holders} can reach it",
            escape::line(&name),
            escape::line(&org)
        );
        for row in rows {
            write_row(&mut out, row);
        }
        out.push('\n');
    }
    if groups.is_empty() {
        out.push_str("No holder in the files that were read reaches what was asked for.\n\n");
    }
    write_bypasses(&mut out, report);
    write_unknown(&mut out, report);
    out.push_str(
        "A row says who can be granted access by these files. Who is assigned a profile, set or \
         group, and who stands above whom in the role hierarchy, is data that metadata does not \
         show.\n",
    );
    out
}

fn write_row(out: &mut String, row: &AccessRow) {
    let kind = row.holder_kind.replace('-', " ");
    let records = match row.reach {
        "own" => "own records",
        "shared" => "own and shared records",
        "all" => "all records",
        _ => "records unknown: the object's sharing default was not retrieved",
    };
    let doubt =
        if row.known { "" } else { ", unless a muting set that was not retrieved takes it away" };
    let _ = writeln!(
        out,
        "  {} ({kind}, {}): {}, {records}{doubt}",
        escape::line(&row.holder),
        row.audience,
        row.level
    );
    for step in &row.through {
        let _ = writeln!(out, "      {} — {}:{}", step.what, escape::line(&step.path), step.line);
    }
    for rule in &row.restricted_by {
        let _ = writeln!(
            out,
            "      restriction rule {} may hide records from some",
            escape::line(rule)
        );
    }
}

fn write_bypasses(out: &mut String, report: &AccessReport) {
    if report.bypasses.is_empty() {
        return;
    }
    out.push_str("What shows it past or beside these routes\n");
    for bypass in &report.bypasses {
        let place = format!("{}:{}", bypass.path, bypass.line);
        let kind = bypass.kind.replace('-', " ");
        let name = escape::line(&bypass.name);
        let _ = writeln!(
            out,
            "  {kind} {name}: {} — {}",
            escape::line(&bypass.what),
            escape::line(&place)
        );
    }
    out.push('\n');
}

/// An object, or none for all, and why nothing is known of it.
type Missing<'r> = (Option<&'r str>, &'r str);

fn write_unknown(out: &mut String, report: &AccessReport) {
    for file in &report.not_read {
        let _ =
            writeln!(out, "Not read: {}:{}: {}", escape::line(&file.path), file.line, file.reason);
    }
    if report.unknown.is_empty() {
        return;
    }
    out.push_str("What cannot be known\n");
    let mut by_holder: BTreeMap<(&str, &str), Vec<Missing<'_>>> = BTreeMap::new();
    for unknown in &report.unknown {
        let entry = by_holder.entry((unknown.holder_kind, unknown.holder.as_str())).or_default();
        entry.push((unknown.object.as_deref(), unknown.reason.as_str()));
    }
    for ((kind, holder), reasons) in by_holder {
        let objects: Vec<&str> = reasons.iter().filter_map(|(object, _)| *object).collect();
        let kind = kind.replace('-', " ");
        let holder = escape::line(holder);
        if objects.len() > 1 {
            let names = escape::line(&objects.join(", "));
            let _ = writeln!(
                out,
                "  {kind} {holder}: its file does not speak of {names}: retrieve them together"
            );
        } else {
            for (_, reason) in reasons {
                let _ = writeln!(out, "  {kind} {holder}: {}", escape::line(reason));
            }
        }
    }
    out.push('\n');
}
