//! From the table of effective access to a report with places.
//!
//! In: gathered orgs, sources, what is asked for. Out: [`AccessReport`]. Files that steps
//! stand in are read once more for their lines. It judges nothing.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::OrgFacts;
use super::gather::Gathered;
use super::places::Places;
use crate::analysis::Input;
use crate::analysis::access::table::{Row, Table, tabulate};
use crate::fact::Fact;
use crate::report::access::{AccessReport, AccessRow, AccessStep, AccessUnknown, Bypass};
use crate::source::{Sources, Span};

/// Kinds of facts the answer is made of.
pub const KINDS: [&str; 4] =
    ["access", "exposure", "PlatformEventChannelMember", "RestrictionRule"];

/// What is asked for; an empty question asks for everything.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// `Object.Field`.
    pub field: Option<String>,
    /// An object.
    pub object: Option<String>,
    /// A holder's full name.
    pub holder: Option<String>,
}

impl Question {
    fn wants_object(&self, object: &str) -> bool {
        let of_field = self.field.as_deref().and_then(|field| field.split_once('.'));
        let wanted = self.object.as_deref().or(of_field.map(|(object, _)| object));
        wanted.is_none_or(|wanted| same(wanted, object))
    }

    fn wants_field(&self, object: &str, field: Option<&str>) -> bool {
        match (&self.field, field) {
            (None, _) => true,
            (Some(wanted), Some(field)) => same(wanted, &format!("{object}.{field}")),
            (Some(_), None) => false,
        }
    }

    fn wants_holder(&self, holder: &str) -> bool {
        self.holder.as_deref().is_none_or(|wanted| same(wanted, holder))
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn tables(gathered: &Gathered, as_of: Date) -> Vec<Table> {
    let config = &gathered.config;
    let input =
        |org: &'_ OrgFacts| tabulate(&Input { org: &org.org, facts: &org.facts, config, as_of });
    gathered.orgs.iter().map(input).collect()
}

/// Who reaches what, without a word on how: no file is read for it.
pub fn reach(gathered: &Gathered, as_of: Date) -> AccessReport {
    let mut report = AccessReport::default();
    let no_restriction = FxHashMap::default();
    for (org, table) in gathered.orgs.iter().zip(&tables(gathered, as_of)) {
        let rows = table.rows.iter();
        report
            .rows
            .extend(rows.filter_map(|row| answer_row(org, table, row, &no_restriction, None)));
    }
    report
}

/// Answers a question.
pub fn answer(
    gathered: &Gathered,
    sources: &Sources,
    as_of: Date,
    question: &Question,
) -> AccessReport {
    let tables = tables(gathered, as_of);
    let mut places = Places::new(sources);
    let wanted = |table: &Table, row: &Row| {
        let object = table.universe.objects.get(row.object).map_or("", |o| o.name.as_str());
        let holder = table.holders.get(row.holder).map_or("", |h| h.name.as_str());
        question.wants_object(object)
            && question.wants_holder(holder)
            && question.wants_field(object, field_name(table, row))
    };
    let spans = tables.iter().flat_map(|table| {
        let rows = table.rows.iter().filter(|row| wanted(table, row));
        rows.flat_map(|row| row.through.iter().map(|step| step.span))
    });
    let spans: Vec<Span> = spans.chain(gathered.orgs.iter().flat_map(shown_spans)).collect();
    places.read(&spans);
    let mut report =
        AccessReport { not_read: gathered.not_read.clone(), ..AccessReport::default() };
    for (org, table) in gathered.orgs.iter().zip(&tables) {
        let restricted = restrictions(org);
        let rows = table.rows.iter().filter(|row| wanted(table, row));
        report
            .rows
            .extend(rows.filter_map(|row| answer_row(org, table, row, &restricted, Some(&places))));
        report.unknown.extend(answer_unknown(org, table, question));
        report.bypasses.extend(bypasses(org, question, &places));
    }
    sort(&mut report);
    report
}

fn sort(report: &mut AccessReport) {
    let key = |row: &AccessRow| {
        (
            row.org.clone(),
            row.object.clone(),
            row.field.clone(),
            row.holder_kind,
            row.holder.clone(),
        )
    };
    report.rows.sort_by_cached_key(key);
    report
        .unknown
        .sort_by_cached_key(|u| (u.org.clone(), u.holder_kind, u.holder.clone(), u.object.clone()));
    report.bypasses.sort_by_cached_key(|b| {
        (b.org.clone(), b.kind.clone(), b.name.clone(), b.path.clone(), b.line)
    });
    report.bypasses.dedup();
}

fn field_name<'t>(table: &'t Table, row: &Row) -> Option<&'t str> {
    let field = table.universe.fields.get(row.field?)?;
    Some(field.name.as_str())
}

fn answer_row(
    org: &OrgFacts,
    table: &Table,
    row: &Row,
    restricted: &FxHashMap<String, Vec<String>>,
    places: Option<&Places<'_>>,
) -> Option<AccessRow> {
    let holder = table.holders.get(row.holder)?;
    let object = table.universe.objects.get(row.object)?;
    let step = |step: &crate::analysis::access::effect::Step| {
        let (path, line) = places?.of(step.span);
        Some(AccessStep { what: step.via.words(), path, line })
    };
    Some(AccessRow {
        org: org.path.clone(),
        holder: holder.name.to_string(),
        holder_kind: holder.kind,
        audience: holder.audience.to_string(),
        object: object.name.clone(),
        field: field_name(table, row).map(str::to_owned),
        holds: row.field.and_then(|at| Some(table.universe.fields.get(at)?.class.to_string())),
        level: row.access.word(),
        reach: row.reach.word(),
        through: row.through.iter().filter_map(step).collect(),
        known: row.known,
        restricted_by: restricted.get(&object.name).cloned().unwrap_or_default(),
    })
}

/// Active restriction rules by object.
fn restrictions(org: &OrgFacts) -> FxHashMap<String, Vec<String>> {
    let mut by_object = FxHashMap::default();
    for fact in org.facts.of("access") {
        let Some(object) = fact.text("object") else { continue };
        by_object.entry(object.to_owned()).or_insert_with(|| {
            fact.items("restricted-by").map(|item| item.text.to_string()).collect()
        });
    }
    by_object
}

fn answer_unknown(org: &OrgFacts, table: &Table, question: &Question) -> Vec<AccessUnknown> {
    let mut out = Vec::new();
    for unknown in &table.unknown {
        let Some(holder) = table.holders.get(unknown.holder) else { continue };
        let object = unknown.object.and_then(|number| table.universe.objects.get(number));
        let fits = object.is_none_or(|object| question.wants_object(&object.name));
        if fits && question.wants_holder(&holder.name) {
            out.push(AccessUnknown {
                org: org.path.clone(),
                holder: holder.name.to_string(),
                holder_kind: holder.kind,
                object: object.map(|object| object.name.clone()),
                reason: unknown.reason.clone(),
            });
        }
    }
    out
}

/// Places of everything that shows PHI past permissions.
fn shown_spans(org: &OrgFacts) -> Vec<Span> {
    let fields = org.facts.of("exposure").iter().flat_map(|fact| fact.items("fields"));
    let members = org.facts.of("PlatformEventChannelMember").iter().map(|fact| fact.place);
    let holders = org.facts.of("holder").iter().flat_map(|fact| fact.items("permissions"));
    fields.map(|item| item.span).chain(members).chain(holders.map(|item| item.span)).collect()
}

/// User permissions that pass the record or the field check for every object.
const PASS_ALL: [&str; 3] = ["ViewAllData", "ModifyAllData", "ViewAllFieldsGlobal"];

fn bypasses(org: &OrgFacts, question: &Question, places: &Places<'_>) -> Vec<Bypass> {
    let mut out = Vec::new();
    let mut push = |kind: &str, name: &str, what: String, span: Span| {
        let (path, line) = places.of(span);
        out.push(Bypass {
            org: org.path.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            what,
            path,
            line,
        });
    };
    for fact in org.facts.of("exposure") {
        for item in fact.items("fields") {
            let (object, field) = item.text.split_once('.').unwrap_or((&item.text, ""));
            if question.wants_object(object) && question.wants_field(object, Some(field)) {
                let what = format!("shows {} to whoever may open it and read the field", item.text);
                push(fact.text("surface").unwrap_or(""), &fact.name, what, item.span);
            }
        }
    }
    for fact in org.facts.of("PlatformEventChannelMember") {
        let Some(entity) = fact.text("selectedEntity") else { continue };
        let Some(object) = org.org.schema.phi_object_name(entity) else { continue };
        if question.wants_object(&object) {
            push("change-event", &fact.name, format!("publishes changes of {object}"), fact.place);
        }
    }
    for fact in org.facts.of("holder").iter().filter(|fact| question.wants_holder(&fact.name)) {
        for item in fact.items("permissions") {
            if PASS_ALL.iter().any(|name| name.eq_ignore_ascii_case(&item.text)) {
                let what = pass_words(fact, &item.text);
                push("user-permission", &fact.name, what, item.span);
            }
        }
    }
    out
}

fn pass_words(fact: &Fact, permission: &str) -> String {
    let opens = match permission.eq_ignore_ascii_case("ViewAllFieldsGlobal") {
        true => "passes field-level security on every object",
        false => "passes object permissions and sharing on every object, not field-level security",
    };
    format!("{permission} in {} {opens}", fact.name)
}
