//! Effective access: every holder against every PHI object and field.
//!
//! In: the schema, the grants, rows of holders, objects and sharing rules. Out: [`Table`]:
//! compact rows with the steps of each route, and what cannot be known. It judges nothing.
//!
//! Who is assigned a holder, is in a role, or has a licence is data: a row says "can be
//! granted by", never "this user has".

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::effect::{Effect, Step, Via};
use super::reach::{Reach, Reaches, Viewer};
use super::source::{Source, sources};
use super::universe::Universe;
use crate::analysis::Input;
use crate::fact::Fact;
use crate::metadata::grants::ObjectAccess;
use crate::source::Span;

/// A holder that can be assigned.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Full name.
    pub name: CompactString,
    /// `profile`, `permission-set` or `permission-set-group`.
    pub kind: &'static str,
    /// `guest`, `external`, `integration`, `workforce` or `admin`.
    pub audience: CompactString,
    /// Its row, of kind `holder`.
    pub row: Arc<Fact>,
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Read.
    Read,
    /// Edit, and read.
    Edit,
}

impl Access {
    /// The word in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Edit => "edit",
        }
    }
}

/// One row: a holder reaches an object, or a field of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Number of the holder.
    pub holder: usize,
    /// Number of the object.
    pub object: usize,
    /// Number of the field; none for the object itself.
    pub field: Option<usize>,
    /// What may be done.
    pub access: Access,
    /// Which records.
    pub reach: Reach,
    /// The route, in order.
    pub through: Vec<Step>,
    /// False where a muting set that was not retrieved may take it away.
    pub known: bool,
    /// Whether Modify All Data or View All Data opens every object: `modify`, `view`, `none`.
    pub all_data: &'static str,
    /// Of an object's row, every object permission in a word with its step.
    pub object_access: Vec<(&'static str, Step)>,
}

/// What cannot be known of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Number of the holder.
    pub holder: usize,
    /// Number of the object; none for everything.
    pub object: Option<usize>,
    /// Why, and what to retrieve.
    pub reason: String,
}

/// The whole table.
#[derive(Debug, Default)]
pub struct Table {
    /// Objects and fields.
    pub universe: Universe,
    /// Holders, in the order of kinds and names.
    pub holders: Vec<Holder>,
    /// Rows, by holder, object and field.
    pub rows: Vec<Row>,
    /// What cannot be known.
    pub unknown: Vec<Unknown>,
}

/// Works the table out.
pub fn tabulate(input: &Input<'_>) -> Table {
    let universe = Universe::of(&input.org.schema, input.facts);
    let sources = sources(input.facts, &universe);
    let reaches = Reaches::of(input.facts);
    let mut table = Table { universe, ..Table::default() };
    let index = Index::of(&sources);
    for row in input.facts.of("holder") {
        let Some(kind) = kind_word(row.text("type").unwrap_or("")) else { continue };
        let holder = Holder {
            name: row.name.clone(),
            kind,
            audience: row.text("audience").unwrap_or("workforce").into(),
            row: Arc::clone(row),
        };
        let number = table.holders.len();
        table.holders.push(holder);
        add_holder(&mut table, number, &index, &reaches);
    }
    table
}

fn kind_word(ty: &str) -> Option<&'static str> {
    match ty {
        "Profile" => Some("profile"),
        "PermissionSet" => Some("permission-set"),
        "PermissionSetGroup" => Some("permission-set-group"),
        _ => None,
    }
}

/// Sources by kind and name.
struct Index<'s> {
    by_name: FxHashMap<(&'s str, String), &'s Source>,
}

impl<'s> Index<'s> {
    fn of(sources: &'s [Source]) -> Self {
        let key =
            |source: &'s Source| (source.kind.as_str(), source.name.to_lowercase().to_string());
        Self { by_name: sources.iter().map(|source| (key(source), source)).collect() }
    }

    fn get(&self, kind: &'s str, name: &str) -> Option<&'s Source> {
        self.by_name.get(&(kind, name.to_lowercase())).copied()
    }
}

fn add_holder(table: &mut Table, number: usize, index: &Index<'_>, reaches: &Reaches) {
    let Some(holder) = table.holders.get(number).cloned() else { return };
    let mut effect = Effect::default();
    let mut known = true;
    match holder.kind {
        "permission-set-group" => known = add_group(table, number, &holder, index, &mut effect),
        kind => {
            let ty = if kind == "profile" { "Profile" } else { "PermissionSet" };
            let source = index.get(ty, &holder.name);
            if let Some(source) = source {
                effect.add(source, session(&holder).as_slice());
            }
            if kind == "profile" {
                note_unknown(table, number, source);
            }
        }
    }
    add_rows(table, number, &holder, &effect, reaches, known);
}

/// The step before every other where a holder counts only in an activated session. What a set
/// requires does not matter in a group.
fn session(holder: &Holder) -> Option<Step> {
    let required = holder.row.item("activation-required").filter(|item| item.text == "true")?;
    Some(Step { via: Via::Session, span: required.span })
}

/// Adds the sets of a group and takes its muting away; false where a muting set is missing.
fn add_group(
    table: &mut Table,
    number: usize,
    holder: &Holder,
    index: &Index<'_>,
    effect: &mut Effect,
) -> bool {
    let mut missing = |name: &str, what: &str| {
        let reason = format!("the {what} {name} was not retrieved");
        table.unknown.push(Unknown { holder: number, object: None, reason });
    };
    for set in holder.row.items("permission-sets") {
        match index.get("PermissionSet", &set.text) {
            Some(source) => {
                let listed = Step { via: Via::Group, span: set.span };
                let before: Vec<Step> = session(holder).into_iter().chain([listed]).collect();
                effect.add(source, &before);
            }
            None => missing(&set.text, "permission set"),
        }
    }
    let mut known = true;
    for set in holder.row.items("muting-sets") {
        match index.get("MutingPermissionSet", &set.text) {
            Some(source) => effect.mute(source),
            None => {
                missing(&set.text, "muting permission set");
                known = false;
            }
        }
    }
    known
}

/// A profile's file holds only what was retrieved with it: about an object it does not speak
/// of, nothing is known.
fn note_unknown(table: &mut Table, number: usize, source: Option<&Source>) {
    let silent = source.is_none_or(|source| source.known_objects.is_empty());
    for (object, phi) in table.universe.objects.iter().enumerate() {
        let known = source.is_some_and(|source| source.knows(&phi.name));
        if known || phi.fields.is_empty() {
            continue;
        }
        let reason = match silent {
            true => "the profile was retrieved without object and field permissions: retrieve it together with the objects".to_owned(),
            false => format!("the profile's file does not speak of {}: retrieve both together", phi.name),
        };
        table.unknown.push(Unknown { holder: number, object: Some(object), reason });
    }
}

fn viewer(holder: &Holder) -> Viewer {
    match holder.audience.as_str() {
        "guest" => Viewer::Guest,
        "external" => Viewer::External,
        _ => Viewer::Internal,
    }
}

fn add_rows(
    table: &mut Table,
    number: usize,
    holder: &Holder,
    effect: &Effect,
    reaches: &Reaches,
    known: bool,
) {
    let all_data = effect.all_data();
    let objects: Vec<usize> = match all_data {
        "none" => effect.objects().collect(),
        _ => (0..table.universe.objects.len()).collect(),
    };
    let viewer = viewer(holder);
    let mut rows = Vec::new();
    for object in objects {
        let Some(phi) = table.universe.objects.get(object) else { continue };
        let Some(read) = effect.object(object, ObjectAccess::READ) else { continue };
        let edit = effect.object(object, ObjectAccess::EDIT);
        let all = effect.object(object, ObjectAccess::VIEW_ALL);
        let (reach, record) = match all {
            Some(steps) => (Reach::All, steps.last().copied()),
            None => reaches.get(&phi.name, viewer),
        };
        let mut add = |field, access, steps: &[&[Step]]| {
            let mut through: Vec<Step> = Vec::with_capacity(4);
            for step in steps.iter().copied().flatten().chain(record.as_ref()) {
                if !through.contains(step) {
                    through.push(*step);
                }
            }
            let object_access = Vec::new();
            rows.push(Row {
                holder: number,
                object,
                field,
                access,
                reach,
                through,
                known,
                all_data,
                object_access,
            });
        };
        let access = if edit.is_some() { Access::Edit } else { Access::Read };
        add(None, access, &[edit.unwrap_or(read)]);
        for field in &phi.fields {
            let Some((access, steps)) = field_access(table, effect, object, *field) else {
                continue;
            };
            let through = if access == Access::Edit { edit.unwrap_or(read) } else { read };
            add(Some(*field), access, &[through, &steps]);
        }
    }
    for row in rows.iter_mut().filter(|row| row.field.is_none()) {
        let had = OBJECT_WORDS.iter().filter_map(|(bit, word)| {
            Some((*word, effect.object(row.object, *bit)?.last().copied()?))
        });
        row.object_access = had.collect();
    }
    table.rows.append(&mut rows);
}

/// Object permissions in a word.
const OBJECT_WORDS: [(ObjectAccess, &str); 7] = [
    (ObjectAccess::READ, "read"),
    (ObjectAccess::CREATE, "create"),
    (ObjectAccess::EDIT, "edit"),
    (ObjectAccess::DELETE, "delete"),
    (ObjectAccess::VIEW_ALL, "view-all"),
    (ObjectAccess::MODIFY_ALL, "modify-all"),
    (ObjectAccess::VIEW_ALL_FIELDS, "view-all-fields"),
];

/// Whether a field of a readable object may be read or edited, and the steps at the field.
fn field_access(
    table: &Table,
    effect: &Effect,
    object: usize,
    number: usize,
) -> Option<(Access, Vec<Step>)> {
    let field = table.universe.fields.get(number)?;
    let editable = effect.object(object, ObjectAccess::EDIT).is_some() && !field.computed;
    if field.free.is_some() {
        let access = if editable { Access::Edit } else { Access::Read };
        return Some((access, Vec::new()));
    }
    if let Some(steps) = effect.field_edit(number).filter(|_| editable) {
        return Some((Access::Edit, steps.to_vec()));
    }
    let wide = || effect.object(object, ObjectAccess::VIEW_ALL_FIELDS);
    let read = effect.field_read(number).or_else(wide)?;
    Some((Access::Read, read.to_vec()))
}

/// The place that stands for a row: its last own step, the grant.
pub fn grant_place(row: &Row) -> Option<Span> {
    let own = |step: &&Step| {
        matches!(step.via, Via::Object(_) | Via::Field(_) | Via::User(_) | Via::Free(_))
    };
    row.through.iter().rfind(own).map(|step| step.span)
}
