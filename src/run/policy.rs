//! How a run is judged: by what the project says, or where a change is compared, by what its
//! base says, not by what the change proposes; or by what another place says.
//!
//! In: the project on disk, the base, what was asked for. Out: rules, configuration, register,
//! baseline and what is left out, with remarks. It judges no metadata.

use std::path::{Component, Path, PathBuf};

use super::base::Base;
use super::register::{self, Held};
use super::{NO_PAGE, Request, load_rules, read_config, settle, strings, wrong_folder};
use crate::change::policy::{EFFECT, Files, Kind, proposals};
use crate::config::{self, Config, FILE_NAME as CONFIG_FILE};
use crate::report::Notice;
use crate::report::baseline::{self, Baseline};
use crate::rule::{Rule, library};
use crate::source::git::{Repository, Tree};
use crate::source::ignore::{FORCEIGNORE, Sifted, sift};

/// How is judged.
pub(super) struct Policy {
    /// The built-in rules and the project's own.
    pub(super) rules: Vec<Rule>,
    /// The configuration.
    pub(super) config: Config,
    /// What the change proposes, and what does not count.
    pub(super) notices: Vec<Notice>,
    /// The register that the configuration names.
    pub(super) register: Option<Held>,
    /// Where the files are that the configuration names.
    shelf: Shelf,
    ignore: Ignore,
}

/// Where the files of a policy are.
#[derive(Clone)]
enum Shelf {
    /// Below a folder on disk.
    Disk(PathBuf),
    /// Beside this configuration of a commit.
    Commit { tree: Tree, config: String, said: String },
}

/// Which `.forceignore` counts.
#[derive(Clone)]
enum Ignore {
    /// Those of a commit.
    Commit(Tree),
    /// This one alone, as if it lay at the root. The project's own is for the walk, so without
    /// one nothing more is left out.
    One(Option<Vec<u8>>),
}

impl Policy {
    /// The policy of a run; with a base, the base's.
    pub(super) fn of(
        root: &Path,
        request: &Request,
        base: Option<&Base>,
    ) -> Result<Self, Vec<String>> {
        let mut policy = match &request.policy {
            Some(place) if is_folder(place) => Self::in_folder(root, place, request, base)?,
            Some(reference) => Self::at_reference(root, reference, request)?,
            None => Self::of_project(root, request.config.as_deref(), request, base)?,
        };
        let unused = request.policy.as_ref().filter(|_| root.join(CONFIG_FILE).is_file());
        policy.notices.extend(unused.filter(|place| !lies_at(place, root)).map(|place| Notice {
            message: format!("this configuration does not count: the policy is read from {place}"),
            path: Some(CONFIG_FILE.to_owned()),
            line: Some(1),
        }));
        Ok(policy)
    }

    /// What the project, or the configuration somebody names, says.
    fn of_project(
        root: &Path,
        named: Option<&Path>,
        request: &Request,
        base: Option<&Base>,
    ) -> Result<Self, Vec<String>> {
        let draft = read_config(root, named)?;
        // Folders of pages are relative to the configuration that names them.
        let folder = named.and_then(Path::parent).unwrap_or(root);
        let (rules, mut config) = load_rules(folder, draft, request.as_of)?;
        let register = register::on_disk(&mut config, root, folder)?;
        let (shelf, ignore) = (Shelf::Disk(folder.to_path_buf()), Ignore::One(None));
        let proposed = Self { rules, config, notices: Vec::new(), register, shelf, ignore };
        let Some(base) = base else { return Ok(proposed) };
        // The proposal has to be sound too: it will be the policy after the merge.
        let ignore = Ignore::Commit(base.tree.clone());
        let Some(path) = path_in(root, named) else {
            // A configuration that lies outside is not part of the change.
            return Ok(Self { ignore, ..proposed });
        };
        let said = format!("at {} ({})", base.commit.short(), base.reference);
        let mut policy = Self::at_commit(&base.tree, &path, said, request)?;
        let list = |folder: &str| pages_below(base.tree.paths(), folder);
        let old = policy_files(&path, &policy.config, &|path| base.text(path), &list);
        let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
        let new = policy_files(&path, &proposed.config, &read, &|dir| pages_on_disk(root, dir));
        policy.notices = proposals(&old, &new);
        Ok(policy)
    }

    /// A folder that holds a policy. Where it is part of the change, its base counts.
    fn in_folder(
        root: &Path,
        folder: &str,
        request: &Request,
        base: Option<&Base>,
    ) -> Result<Self, Vec<String>> {
        let named = Path::new(folder).join(CONFIG_FILE);
        let policy = Self::of_project(root, Some(&named), request, base)?;
        let one = policy.shelf.text(FORCEIGNORE)?.map(String::into_bytes);
        Ok(Self { ignore: Ignore::One(one), ..policy })
    }

    /// The project as it is at another reference.
    fn at_reference(root: &Path, reference: &str, request: &Request) -> Result<Self, Vec<String>> {
        let open = || {
            let repository = Repository::at(root)?;
            let commit = repository.commit(reference)?;
            Ok((repository.tree(&commit)?, commit))
        };
        let (tree, commit) = open().map_err(|why: String| {
            let hint = match Path::new(reference).is_dir() {
                true => format!("; a folder is named by its path: ./{reference}"),
                false => String::new(),
            };
            vec![format!("--policy: {why}{hint}")]
        })?;
        let said = format!("at {} ({reference})", commit.short());
        if !tree.has(CONFIG_FILE) {
            return Err(vec![format!("--policy: there is no {CONFIG_FILE} {said}")]);
        }
        Self::at_commit(&tree, CONFIG_FILE, said, request)
    }

    fn at_commit(
        tree: &Tree,
        config: &str,
        said: String,
        request: &Request,
    ) -> Result<Self, Vec<String>> {
        let read = policy_at(tree, config, request).and_then(|(rules, mut read)| {
            let register = register_at(tree, config, &mut read)?;
            Ok((rules, read, register))
        });
        let (rules, read, register) = read.map_err(|errors| {
            errors.into_iter().map(|error| format!("{said}: {error}")).collect::<Vec<_>>()
        })?;
        let shelf = Shelf::Commit { tree: tree.clone(), config: config.to_owned(), said };
        let ignore = Ignore::Commit(tree.clone());
        Ok(Self { rules, config: read, notices: Vec::new(), register, shelf, ignore })
    }

    /// The baseline that is asked for, or that the configuration names.
    pub(super) fn baseline(
        &self,
        root: &Path,
        request: &Request,
        base: Option<&Base>,
    ) -> Result<Option<Baseline>, Vec<String>> {
        let missing = |path: &str| {
            vec![format!("{path}: there is no such baseline; `phorce baseline` writes one")]
        };
        let (path, text) = if let Some(file) = &request.baseline {
            let shown = file.display().to_string();
            let text = match (base, path_in(root, Some(file))) {
                // A list that is part of the change counts as the base has it.
                (Some(base), Some(inside)) => base.text(&inside).ok_or_else(|| {
                    let short = base.commit.short();
                    missing(&format!("{shown}: with --base it is read from {short}"))
                }),
                _ => std::fs::read_to_string(file).map_err(|_| missing(&shown)),
            };
            (shown, text?)
        } else if let Some(set) = &self.config.baseline {
            let text = self.shelf.text(&set.value)?;
            let text = text.ok_or_else(|| {
                let at = format!("{}:{}: 'baseline': {}", self.config.path, set.line, set.value);
                missing(&at)
            })?;
            (set.value.clone(), text)
        } else {
            return Ok(None);
        };
        baseline::parse(&path, &text, &self.rules).map(Some).map_err(|why| vec![why])
    }

    /// Sorts paths by the `.forceignore` that counts.
    pub(super) fn sift(&self, paths: Vec<String>, request: &Request) -> Sifted {
        if !request.forceignore {
            return Sifted { kept: paths, ..Sifted::default() };
        }
        let own = paths.iter().filter(|path| !is_forceignore(path)).cloned();
        let mut sifted = match &self.ignore {
            Ignore::Commit(tree) => {
                let theirs = tree.paths().filter(|path| is_forceignore(path)).map(str::to_owned);
                sift(own.chain(theirs).collect(), &|path| tree.read(path).ok())
            }
            Ignore::One(bytes) => {
                let one = bytes.as_ref().map(|_| FORCEIGNORE.to_owned());
                sift(own.chain(one).collect(), &|_| bytes.clone())
            }
        };
        sifted.kept.retain(|path| !is_forceignore(path));
        sifted
    }
}

impl Shelf {
    /// The text of a file beside the configuration, if it is there.
    fn text(&self, file: &str) -> Result<Option<String>, Vec<String>> {
        match self {
            Self::Disk(folder) => match std::fs::read_to_string(folder.join(file)) {
                Ok(text) => Ok(Some(text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(vec![format!("{file}: it cannot be read: {error}")]),
            },
            Self::Commit { tree, config, said } => {
                let path = joined(config, file);
                if !tree.has(&path) {
                    return Ok(None);
                }
                let bytes =
                    tree.read(&path).map_err(|why| vec![format!("{said}: {path}: {why}")])?;
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }
}

/// Whether a place is written as a folder. Only how it is written counts: a change that adds
/// a folder of the name of a branch must not take the branch's place.
fn is_folder(place: &str) -> bool {
    let place = place.replace('\\', "/");
    Path::new(&place).has_root()
        || matches!(place.as_str(), "." | "..")
        || ["./", "../"].iter().any(|start| place.starts_with(start))
}

/// Whether a folder is the project's own root.
fn lies_at(place: &str, root: &Path) -> bool {
    is_folder(place) && Path::new(place).canonicalize().is_ok_and(|folder| folder == root)
}

/// The path of a file of the policy below the root, if it lies there; none named is the
/// project's own configuration.
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

/// Rules and configuration as a commit has them; without a file, those of no file.
fn policy_at(
    tree: &Tree,
    path: &str,
    request: &Request,
) -> Result<(Vec<Rule>, Config), Vec<String>> {
    let text = match tree.has(path) {
        false => String::new(),
        true => match tree.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => return Err(vec![format!("{path}: it is not UTF-8")]),
            Err(why) => return Err(vec![format!("{path}: {why}")]),
        },
    };
    let draft = config::read(path, &text);
    let mut pages = Vec::new();
    for set in &draft.config.rule_pages {
        let folder = joined(path, &set.value);
        let found = pages_below(tree.paths(), &folder);
        if found.is_empty() {
            return Err(wrong_folder(&draft.config, set, NO_PAGE));
        }
        pages.extend(found);
    }
    let texts = pages.into_iter().filter_map(|path| {
        let bytes = tree.read(&path).ok()?;
        Some((path, String::from_utf8_lossy(&bytes).into_owned()))
    });
    let own = library::from_texts(texts.collect()).map_err(strings)?;
    settle(own, draft, request.as_of)
}

/// The register that the configuration of a commit names, as the commit has it.
fn register_at(tree: &Tree, path: &str, config: &mut Config) -> Result<Option<Held>, Vec<String>> {
    let Some(set) = &config.register else { return Ok(None) };
    let path = joined(path, &set.value);
    let bytes = match tree.has(&path) {
        true => tree.read(&path),
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

/// The configuration and the files it names, as texts.
fn policy_files(
    path: &str,
    config: &Config,
    read: &dyn Fn(&str) -> Option<String>,
    list: &dyn Fn(&str) -> Vec<String>,
) -> Files {
    let folders = config.rule_pages.iter().map(|set| joined(path, &set.value));
    let pages = folders.flat_map(|folder| list(&folder)).map(|page| (page, Kind::Page));
    let known = config.baseline.iter().map(|set| (joined(path, &set.value), Kind::Baseline));
    let register = config.register.iter().map(|set| (joined(path, &set.value), Kind::Register));
    let files = pages.chain(known).chain(register).chain([(path.to_owned(), Kind::Config)]);
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

/// What the `.forceignore` files of the working tree leave out of these paths.
pub(super) fn own_ignored(root: &Path, paths: &[String]) -> Vec<String> {
    sift(paths.to_vec(), &|path| std::fs::read(root.join(path)).ok()).ignored
}

/// Which of these is judged all the same, because the base does not leave it out.
pub(super) fn newly_ignored(ignored: &[String], kept: &[String]) -> Option<Notice> {
    const MOST: usize = 5;
    let judged: Vec<&String> =
        ignored.iter().filter(|path| kept.binary_search(path).is_ok()).collect();
    let named: Vec<&str> = judged.iter().take(MOST).map(|path| path.as_str()).collect();
    let files = if judged.len() == 1 { "a file that is" } else { "files that are" };
    let more = match judged.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names = named.join(", ");
    (!judged.is_empty()).then(|| Notice {
        message: format!(
            "{EFFECT}: .forceignore leaves out {files} judged here all the same: {names}{more}"
        ),
        path: None,
        line: None,
    })
}

/// Whether the path is one of a `.forceignore`.
pub(super) fn is_forceignore(path: &str) -> bool {
    path.rsplit('/').next() == Some(FORCEIGNORE)
}

#[cfg(test)]
mod tests {
    use super::newly_ignored;

    #[test]
    fn what_is_hidden_and_judged_is_named() {
        let paths =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let told = |ignored: &[&str], kept: &[&str]| {
            newly_ignored(&paths(ignored), &paths(kept)).map(|notice| notice.message)
        };
        let start = "proposed: takes effect after merge: .forceignore leaves out ";
        assert_eq!(told(&["a"], &["b"]), None);
        assert_eq!(
            told(&["a", "c"], &["a", "b"]),
            Some(format!("{start}a file that is judged here all the same: a"))
        );
        let six = ["a", "b", "c", "d", "e", "f"];
        assert_eq!(
            told(&six, &six),
            Some(format!(
                "{start}files that are judged here all the same: a, b, c, d, e and 1 more"
            ))
        );
        assert!(told(&six[..5], &six).is_some_and(|told| told.ends_with("a, b, c, d, e")));
    }
}
