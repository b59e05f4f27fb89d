//! How a change is judged: by what its base says, not by what it proposes.
//!
//! In: the base, and the project on disk. Out: rules and configuration of the base, and
//! remarks on what the change would alter in them. It judges no metadata.

use std::path::{Component, Path, PathBuf};

use super::base::Base;
use super::register::{self, Held};
use super::{NO_PAGE, Request, load_rules, read_config, settle, strings, wrong_folder};
use crate::change::policy::{Files, Kind, proposals};
use crate::config::{self, Config, FILE_NAME as CONFIG_FILE};
use crate::report::Notice;
use crate::rule::{Rule, library};
use crate::source::ignore::FORCEIGNORE;

/// How is judged: the base's rules and configuration, and what the change would alter.
pub(super) struct Policy {
    /// The built-in rules and the base's own.
    pub(super) rules: Vec<Rule>,
    /// The base's configuration.
    pub(super) config: Config,
    /// The base's register.
    pub(super) register: Option<Held>,
    /// What the change proposes.
    pub(super) notices: Vec<Notice>,
}

impl Policy {
    /// The base's policy.
    pub(super) fn of(base: &Base, root: &Path, request: &Request) -> Result<Self, Vec<String>> {
        let named = request.config.as_deref();
        // The proposal has to be sound too: it will be the policy after the merge.
        let draft = read_config(root, named)?;
        let folder = named.and_then(Path::parent).unwrap_or(root);
        let (rules, mut proposed) = load_rules(folder, draft, request.as_of)?;
        let register = register::on_disk(&mut proposed, root, named)?;
        let Some(path) = path_in(root, named) else {
            // A configuration that lies outside is not part of the change.
            return Ok(Self { rules, config: proposed, register, notices: Vec::new() });
        };
        let at_base = policy_at(base, &path, request).and_then(|(rules, mut config)| {
            let register = register_at(base, &path, &mut config)?;
            Ok((rules, config, register))
        });
        let (rules, config, register) = at_base.map_err(|errors| {
            let at =
                |error: String| format!("at {} ({}): {error}", base.commit.short(), base.reference);
            errors.into_iter().map(at).collect::<Vec<_>>()
        })?;
        let list = |folder: &str| pages_below(base.tree.paths(), folder);
        let old = policy_files(&path, &config, &|path| base.text(path), &list);
        let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
        let new = policy_files(&path, &proposed, &read, &|folder| pages_on_disk(root, folder));
        Ok(Self { rules, config, register, notices: proposals(&old, &new) })
    }
}

/// The path of the configuration below the root, if it lies there.
pub(super) fn path_in(root: &Path, named: Option<&Path>) -> Option<String> {
    let Some(named) = named else { return Some(CONFIG_FILE.to_owned()) };
    // A link is taken where it stands: one that leads out of the project would let a change
    // put any file in the place of the policy.
    let folder = named.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::path::absolute(folder.unwrap_or(Path::new("."))).ok()?;
    let places = [plain(&folder), folder.canonicalize().ok()?];
    let below = places.iter().find_map(|folder| folder.strip_prefix(root).ok())?;
    let path = below.join(named.file_name()?).to_str()?.to_owned();
    Some(if cfg!(windows) { path.replace('\\', "/") } else { path })
}

/// The folder without `.` and `..`, by its words alone.
fn plain(folder: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in folder.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Rules and configuration as the base has them; without a file, those of no file.
fn policy_at(
    base: &Base,
    path: &str,
    request: &Request,
) -> Result<(Vec<Rule>, Config), Vec<String>> {
    let text = match base.tree.has(path) {
        false => String::new(),
        true => match base.tree.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => return Err(vec![format!("{path}: it is not UTF-8")]),
            Err(why) => return Err(vec![format!("{path}: {why}")]),
        },
    };
    let draft = config::read(path, &text);
    let mut pages = Vec::new();
    for set in &draft.config.rule_pages {
        let folder = joined(path, &set.value);
        let found = pages_below(base.tree.paths(), &folder);
        if found.is_empty() {
            return Err(wrong_folder(&draft.config, set, NO_PAGE));
        }
        pages.extend(found);
    }
    let texts = pages.into_iter().filter_map(|path| base.text(&path).map(|text| (path, text)));
    let own = library::from_texts(texts.collect()).map_err(strings)?;
    settle(own, draft, request.as_of)
}

/// The register that the base's configuration names, as the base has it.
fn register_at(base: &Base, path: &str, config: &mut Config) -> Result<Option<Held>, Vec<String>> {
    let Some(set) = &config.register else { return Ok(None) };
    let path = joined(path, &set.value);
    let bytes = match base.tree.has(&path) {
        true => base.tree.read(&path),
        false => Err("it is not there".to_owned()),
    };
    register::take(config, path, bytes).map(Some)
}

/// A folder or file that a configuration names, relative to the root.
pub(super) fn joined(config: &str, folder: &str) -> String {
    let mut parts: Vec<&str> = config.split('/').collect();
    parts.pop();
    for part in folder.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// Pages in a folder or right below one of its folders, as on disk.
fn pages_below<'p>(paths: impl Iterator<Item = &'p str>, folder: &str) -> Vec<String> {
    let is_page = |path: &&str| {
        let below = match folder {
            "" => Some(*path),
            _ => path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')),
        };
        below.is_some_and(|below| below.ends_with(".md") && below.split('/').count() <= 2)
    };
    paths.filter(is_page).map(str::to_owned).collect()
}

fn pages_on_disk(root: &Path, folder: &str) -> Vec<String> {
    let entries = walkdir::WalkDir::new(root.join(folder)).max_depth(2).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    let relative = |path: PathBuf| {
        let path = path.strip_prefix(root).ok()?.to_str()?.to_owned();
        Some(if cfg!(windows) { path.replace('\\', "/") } else { path })
    };
    let paths: Vec<String> = files.filter_map(|entry| relative(entry.into_path())).collect();
    pages_below(paths.iter().map(String::as_str), folder)
}

/// The configuration, and the pages and the register it names, as texts.
fn policy_files(
    path: &str,
    config: &Config,
    read: &dyn Fn(&str) -> Option<String>,
    list: &dyn Fn(&str) -> Vec<String>,
) -> Files {
    let folders = config.rule_pages.iter().map(|set| joined(path, &set.value));
    let pages = folders.flat_map(|folder| list(&folder)).map(|page| (page, Kind::Page));
    let register = config.register.iter().map(|set| (joined(path, &set.value), Kind::Register));
    let files = pages.chain(register).chain([(path.to_owned(), Kind::Config)]);
    files.filter_map(|(path, kind)| read(&path).map(|text| (path, (kind, text)))).collect()
}

/// What the change alters in the `.forceignore` files among these paths.
pub(super) fn ignore_proposals(
    base: &Base,
    root: &Path,
    was: &[String],
    now: &[String],
) -> Vec<Notice> {
    let files = |paths: &[String], read: &dyn Fn(&str) -> Option<String>| {
        let paths = paths.iter().filter(|path| is_forceignore(path));
        let read = |path: &String| Some((path.clone(), (Kind::Ignore, read(path)?)));
        paths.filter_map(read).collect::<Files>()
    };
    let on_disk = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    proposals(&files(was, &|path| base.text(path)), &files(now, &on_disk))
}

/// Whether the path is one of a `.forceignore`.
pub(super) fn is_forceignore(path: &str) -> bool {
    path.rsplit('/').next() == Some(FORCEIGNORE)
}
