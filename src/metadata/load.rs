//! Reading every file that somebody wants, in parallel.
//!
//! In: sources, their layout, the kinds wanted; of a change those of both trees. Out: facts
//! by org, and each file that could not be read with its reason. The order of results is the
//! order of paths, whatever the threads did. A file that is the same in both trees is parsed
//! once. It derives nothing.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::collect::Collected;
use super::fault::Fault;
use super::layout::{Entry, Layout, Role};
use super::read::{Origin, Reading, Wanted, read_component, read_part};
use super::{apex, bundle, client, literal, manifest, page, template, types, xml};
use crate::fact::Fact;
use crate::source::lines::Lines;
use crate::source::{FileId, Sources, digest};

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Facts of each org, in the order of the layout's orgs.
    pub orgs: Vec<Collected>,
    /// Files opened.
    pub files: usize,
    /// Components found.
    pub components: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Files that could not be read, sorted.
    pub not_read: Vec<Fault>,
    /// Parts of files that could not be read, sorted.
    pub notices: Vec<Fault>,
    /// The digest of each file that was opened.
    pub digests: FxHashMap<FileId, u64>,
}

/// What one file gave.
#[derive(Clone)]
struct One {
    org: usize,
    file: FileId,
    bytes: usize,
    digest: u64,
    reading: Result<Reading, (u32, String)>,
    /// The other tree has the same bytes under this path.
    shared: bool,
}

/// One tree: its files and which is what.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'t> {
    /// Its files.
    pub sources: &'t Sources,
    /// Which of them is what.
    pub layout: &'t Layout,
}

/// Reads the files of types that are wanted.
pub fn load(sources: &Sources, layout: &Layout, wanted: &Wanted) -> Loaded {
    let tree = Tree { sources, layout };
    let entries = opened(tree, wanted);
    let read = entries.par_iter().map(|entry| read_entry(sources, entry, wanted, None)).collect();
    collect(tree, read, wanted)
}

/// Reads two trees under one numbering. A file that is the same in both, and the same thing
/// in both, is parsed once.
pub fn load_pair(head: Tree<'_>, base: Tree<'_>, wanted: &Wanted) -> (Loaded, Loaded) {
    let entries = opened(head, wanted);
    let read: Vec<One> = entries
        .par_iter()
        .map(|entry| read_entry(head.sources, entry, wanted, Some(base.sources)))
        .collect();
    let shared: FxHashMap<FileId, (&Entry, &One)> = entries
        .iter()
        .zip(&read)
        .filter(|(_, one)| one.shared)
        .map(|(entry, one)| (one.file, (*entry, one)))
        .collect();
    let read_base = |entry: &&Entry| match shared.get(&entry.file) {
        Some((same, one)) if is_same_thing(same, entry) => One { org: entry.org, ..(*one).clone() },
        _ => read_entry(base.sources, entry, wanted, None),
    };
    let read_base: Vec<One> = opened(base, wanted).par_iter().map(read_base).collect();
    (collect(head, read, wanted), collect(base, read_base, wanted))
}

/// Whether reading the same bytes as this or as that gives the same.
fn is_same_thing(this: &Entry, that: &Entry) -> bool {
    let what = |entry: &Entry| (entry.ty, entry.role.clone(), entry.staging);
    this.full_name == that.full_name && what(this) == what(that)
}

/// The files to open.
fn opened<'t>(tree: Tree<'t>, wanted: &Wanted) -> Vec<&'t Entry> {
    let Tree { sources, layout } = tree;
    let opened = |entry: &&Entry| match is_xml(entry) {
        _ if literal::is_wanted(entry, sources.path(entry.file), wanted) => true,
        true => entry.ty.candidates().iter().any(|ty| wanted.opens(ty)),
        false => {
            bundle::is_wanted(entry, sources.path(entry.file), wanted)
                || template::is_wanted(entry, wanted)
                || client::is_wanted(entry, sources.path(entry.file), wanted)
                || apex::is_wanted(entry, wanted)
                || page::is_wanted(entry, wanted)
        }
    };
    layout.files.iter().filter(opened).collect()
}

/// Files of no component, in which only numbers are looked for.
fn read_others(tree: Tree<'_>, wanted: &Wanted) -> Vec<One> {
    let Tree { sources, layout } = tree;
    let others = literal::others(sources, layout, wanted);
    others.par_iter().map(|(org, file)| read_other(sources, *org, *file)).collect()
}

fn collect(tree: Tree<'_>, mut read: Vec<One>, wanted: &Wanted) -> Loaded {
    let Tree { sources, layout } = tree;
    read.extend(read_others(tree, wanted));
    let mut out = Loaded { orgs: Vec::new(), ..Loaded::default() };
    out.orgs.resize_with(layout.orgs.len(), Collected::default);
    let mut unread = Vec::new();
    for one in read {
        out.files += 1;
        out.bytes += one.bytes as u64;
        out.digests.insert(one.file, one.digest);
        match one.reading {
            Ok(mut reading) => {
                let notices = std::mem::take(&mut reading.notices);
                out.notices.extend(notices.into_iter().map(|(line, reason)| Fault {
                    path: sources.path(one.file).to_owned(),
                    line,
                    reason,
                }));
                out.take(one.org, reading);
            }
            Err((line, reason)) => {
                unread.push(one.file);
                out.not_read.push(Fault { path: sources.path(one.file).to_owned(), line, reason });
            }
        }
    }
    out.note_unread(layout, &unread);
    if wanted.has(DELETIONS) {
        out.read_deletions(tree);
    }
    let left_out = out.orgs.iter().filter_map(|facts| client::remark(&facts.left_out, sources));
    let left_out: Vec<Fault> = left_out.collect();
    out.notices.extend(left_out);
    out.not_read.sort();
    out.notices.sort();
    out
}

/// What reads the manifests of deletions, in the place of a type.
pub const DELETIONS: &str = "destructiveChanges";

impl Loaded {
    /// What is in a file that cannot be read is not gone.
    fn note_unread(&mut self, layout: &Layout, unread: &[FileId]) {
        let entries = layout.files.iter().filter(|entry| unread.binary_search(&entry.file).is_ok());
        for entry in entries {
            let Some(org) = self.orgs.get_mut(entry.org) else { continue };
            let name = entry.full_name.to_lowercase();
            let types = entry.ty.candidates().into_iter();
            org.unread.extend(types.map(|ty| (ty.name.to_lowercase(), name.to_string())));
        }
    }

    fn read_deletions(&mut self, tree: Tree<'_>) {
        for (org, folder) in self.orgs.iter_mut().zip(&tree.layout.orgs) {
            for file in &folder.destructive {
                let path = tree.sources.path(*file);
                let bytes = tree.sources.read(*file).map_err(|reason| (1, reason));
                if let Ok(bytes) = &bytes {
                    self.digests.insert(*file, digest(bytes));
                }
                match bytes.and_then(|bytes| manifest::deletions(&bytes, *file, path)) {
                    Ok(found) => org.deletions.extend(found),
                    Err((line, reason)) => {
                        self.not_read.push(Fault { path: path.to_owned(), line, reason });
                    }
                }
            }
        }
    }

    fn take(&mut self, org: usize, reading: Reading) {
        let Some(facts) = self.orgs.get_mut(org) else { return };
        // Code is counted by its companion.
        let code = |kind: &str| {
            kind == literal::KIND || kind == page::KIND || client::KINDS.contains(&kind)
        };
        let counts = |fact: &&Arc<Fact>| {
            fact.parent.is_none() && reading.apex.is_none() && !code(&fact.kind)
        };
        self.components += reading.facts.iter().filter(counts).count();
        reading.facts.into_iter().for_each(|fact| facts.add(fact));
        facts.grants.extend(reading.grants.filter(|grants| !grants.is_empty()));
        facts.flows.extend(reading.flow);
        facts.apex.extend(reading.apex);
        facts.scripts.extend(reading.script);
        facts.markups.extend(reading.markup);
        facts.left_out.extend(reading.left_out);
    }
}

/// Whether the file's metadata is XML: of a component with content, that is its companion.
fn is_xml(entry: &Entry) -> bool {
    !matches!(entry.role, Role::Content { .. })
}

/// `other` is the tree in which the same file may be.
fn read_entry(sources: &Sources, entry: &Entry, wanted: &Wanted, other: Option<&Sources>) -> One {
    let Entry { org, file, .. } = *entry;
    let bytes = match sources.read(file) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let reading = Err((1, reason));
            return One { org, file, bytes: 0, digest: 0, reading, shared: false };
        }
    };
    let reading = match is_xml(entry) {
        true => read_xml(&bytes, sources, entry, wanted),
        false => read_content(&bytes, sources, entry, wanted),
    };
    let shared = other.is_some_and(|other| other.is_known_as(file, &bytes));
    One { org, file, bytes: bytes.len(), digest: digest(&bytes), reading, shared }
}

/// What stands in the file is no XML of metadata.
fn read_content(
    bytes: &[u8],
    sources: &Sources,
    entry: &Entry,
    wanted: &Wanted,
) -> Result<Reading, (u32, String)> {
    let path = sources.path(entry.file);
    let reading = if template::is_wanted(entry, wanted) {
        template::read(bytes, entry)?
    } else if apex::is_wanted(entry, wanted) {
        apex::read(bytes, entry)?
    } else if bundle::is_wanted(entry, path, wanted) {
        bundle::read(bytes, entry, path)?
    } else {
        Reading::default()
    };
    let shown = match client::is_wanted(entry, path, wanted) {
        true => client::read(bytes, entry, sources)?,
        false => Reading::default(),
    };
    let controller = match page::is_wanted(entry, wanted) {
        true => page::read(bytes, entry)?,
        false => Reading::default(),
    };
    Ok(reading.with(shown).with(controller).with(numbers(bytes, sources, entry, wanted)))
}

/// A file of no component: only numbers in it are looked for.
fn read_other(sources: &Sources, org: usize, file: FileId) -> One {
    let path = sources.path(file);
    let (bytes, digest, reading) = match sources.read(file) {
        Err(reason) => (0, 0, Err((1, reason))),
        Ok(bytes) => {
            let facts = literal::scan(&bytes, file, path, path, false);
            (bytes.len(), digest(&bytes), Ok(Reading { facts, ..Reading::default() }))
        }
    };
    One { org, file, bytes, digest, reading, shared: false }
}

/// Numbers of persons in the file, where somebody asks for them.
fn numbers(bytes: &[u8], sources: &Sources, entry: &Entry, wanted: &Wanted) -> Reading {
    let path = sources.path(entry.file);
    let facts = match literal::is_wanted(entry, path, wanted) {
        true => literal::scan(bytes, entry.file, &entry.full_name, path, entry.staging),
        false => Vec::new(),
    };
    Reading { facts, ..Reading::default() }
}

fn read_xml(
    bytes: &[u8],
    sources: &Sources,
    entry: &Entry,
    wanted: &Wanted,
) -> Result<Reading, (u32, String)> {
    let reading = match entry.ty.candidates().iter().any(|ty| wanted.opens(ty)) {
        true => read_bytes(bytes, entry, wanted)?,
        false => Reading::default(),
    };
    Ok(reading.with(numbers(bytes, sources, entry, wanted)))
}

fn read_bytes(bytes: &[u8], entry: &Entry, wanted: &Wanted) -> Result<Reading, (u32, String)> {
    let fault = |fault: xml::Fault| {
        let text = String::from_utf8_lossy(bytes);
        let reason = open_secret(&text, fault.offset).map_or(fault.reason, unreadable_secret);
        (Lines::new(&text).position(fault.offset).line, reason)
    };
    let text = xml::decode(bytes).map_err(fault)?;
    let document = xml::parse(text).map_err(fault)?;
    let root = document.name(document.root());
    let origin = Origin { file: entry.file, name: entry.full_name.clone(), staging: entry.staging };
    if let Role::Part { element, .. } = &entry.role {
        return Ok(read_part(&document, &origin, element.as_deref(), wanted));
    }
    // The root decides between types that share a suffix; of settings it is the type's name.
    let candidates = entry.ty.candidates();
    let named = candidates.iter().find(|ty| ty.name.eq_ignore_ascii_case(root)).copied();
    match named.or_else(|| candidates.first().filter(|ty| ty.any_root).copied()) {
        Some(ty) if ty.any_root => Ok(super::read::read_settings(&document, root, &origin, wanted)),
        Some(ty) => Ok(read_component(&document, ty, &origin, wanted)),
        None => Err((1, wrong_root(root, &candidates))),
    }
}

/// The secret element that is open at a fault: what the fault says may quote its text.
fn open_secret(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset).unwrap_or(text);
    let starts = before.rmatch_indices('<').filter_map(|(at, _)| before.get(at + 1..));
    let mut named = starts.map(|rest| (rest, name_at_start(rest)));
    // What a credential's parameter holds is told by its siblings, which may be broken too.
    let may_be = |name: &str| types::is_secret(name) || name == "parameterValue";
    let (rest, name) = named.find(|(_, name)| may_be(name))?;
    (!rest.contains(&format!("</{name}"))).then_some(name)
}

fn name_at_start(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("")
}

fn unreadable_secret(element: &str) -> String {
    format!(
        "<{element}> is not closed, or what stands in it is no XML: write & as &amp; and < as &lt;, or take the secret out"
    )
}

fn wrong_root(root: &str, candidates: &[&types::Type]) -> String {
    let names: Vec<&str> = candidates.iter().map(|ty| ty.name).collect();
    let expected = names.join("> or <");
    format!(
        "its root element is <{root}>, and by its name it should be <{expected}>: rename or remove it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::metadata::layout::lay_out;
    use std::sync::Arc;

    fn tree(files: &[(&str, &str)]) -> Sources {
        let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        Sources::in_memory(files.iter().map(file).collect())
    }

    const RULE: &str = "<RestrictionRule><active>true</active></RestrictionRule>";
    const LIST: &str =
        "<Package><types><members>Own</members><name>RestrictionRule</name></types></Package>";

    /// Both trees read, head first.
    fn pair(head: &[(&str, &str)], base: &[(&str, &str)]) -> (Loaded, Loaded) {
        let (head, base) = Sources::pair(tree(head), tree(base));
        let lay = |sources: &Sources| lay_out(sources, &|file| sources.read(file));
        let layouts = (lay(&head), lay(&base));
        let wanted = Wanted::new(["RestrictionRule", "Profile", DELETIONS]);
        let tree = |sources, layout| Tree { sources, layout };
        load_pair(tree(&head, &layouts.0), tree(&base, &layouts.1), &wanted)
    }

    fn is_shared(loaded: &(Loaded, Loaded), name: &str) -> bool {
        let find = |side: &Loaded| side.orgs[0].named("RestrictionRule", name).next().cloned();
        let (now, was) = (find(&loaded.0).unwrap(), find(&loaded.1).unwrap());
        assert_eq!(now.place, was.place);
        Arc::ptr_eq(&now, &was)
    }

    #[test]
    fn what_is_the_same_in_both_trees_is_parsed_once() {
        let other = RULE.replace("true", "1234");
        let head = [
            ("restrictionRules/Same.rule", RULE),
            ("restrictionRules/Other.rule", &other),
            ("a/restrictionRules/New.rule", RULE),
        ];
        let base = [("restrictionRules/Same.rule", RULE), ("restrictionRules/Other.rule", RULE)];
        let loaded = pair(&head, &base);
        assert!(is_shared(&loaded, "Same") && !is_shared(&loaded, "Other"));
        assert_eq!((loaded.0.files, loaded.1.files), (3, 2));
        assert_eq!((loaded.0.components, loaded.1.components), (3, 2));
        assert_eq!((loaded.0.bytes, loaded.1.bytes), (56 * 3, 56 * 2));
        let text = |side: &Loaded| {
            let fact = side.orgs[0].named("RestrictionRule", "Other").next().unwrap().clone();
            fact.text("active").unwrap().to_owned()
        };
        assert_eq!((text(&loaded.0).as_str(), text(&loaded.1).as_str()), ("1234", "true"));
    }

    #[test]
    fn the_same_bytes_as_another_thing_are_parsed_again() {
        let project = |dir: &str| format!("{{\"packageDirectories\": [{{\"path\": \"{dir}\"}}]}}");
        let path = "qa/restrictionRules/Own.rule-meta.xml";
        let (staged, packaged) = (project("force-app"), project("qa"));
        let head = [("sfdx-project.json", staged.as_str()), (path, RULE)];
        let base = [("sfdx-project.json", packaged.as_str()), (path, RULE)];
        let loaded = pair(&head, &base);
        assert!(!is_shared(&loaded, "Own"), "outside every package it is for tests");
        assert!(is_shared(&pair(&head, &head), "Own"));
    }

    #[test]
    fn what_is_unread_is_known_by_its_name() {
        let head =
            [("restrictionRules/Own.rule", "<RestrictionRule>"), ("destructiveChanges.xml", "<x>")];
        let base = [("restrictionRules/Own.rule", RULE), ("destructiveChangesPost.xml", LIST)];
        let (head, base) = pair(&head, &base);
        let unread: Vec<&str> = head.not_read.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(unread, ["destructiveChanges.xml", "restrictionRules/Own.rule"]);
        assert!(head.orgs[0].may_be_unread("RestrictionRule", "OWN"));
        assert!(!head.orgs[0].may_be_unread("RestrictionRule", "Other"));
        assert!(!head.orgs[0].may_be_unread("Profile", "Own"));
        assert!(base.orgs[0].unread.is_empty() && base.not_read.is_empty());
        let [deletion] = &base.orgs[0].deletions[..] else {
            panic!("{:?}", base.orgs[0].deletions)
        };
        assert_eq!((deletion.name.as_str(), deletion.last), ("Own", true));
        assert!(base.digests.contains_key(&deletion.span.file));
    }

    #[test]
    fn a_secret_is_open_until_it_is_closed() {
        let text = "<A><password>x<y>z</password><key>&";
        let open = |before: &str| open_secret(text, text.find(before).unwrap());
        assert_eq!(open("<y>"), Some("password"));
        assert_eq!(open("</password>"), Some("password"));
        assert_eq!(open("<password>"), None);
        assert_eq!(open("&"), None);
        assert_eq!(open_secret("<passwordPolicies>&", 18), None);
        assert_eq!(open_secret("<a:password>&", 12), None);
        assert_eq!(open_secret("<password", 99), Some("password"));
    }
}
