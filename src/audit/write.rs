//! A pack onto the disk: whole, or not at all.
//!
//! In: files by name, a folder that is not there yet. Out: the folder. It is filled beside its
//! place and renamed; a pack that is there is never touched, for it is evidence.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Pack;

/// Writes a pack.
///
/// # Errors
/// The folder is there already, or cannot be written; in words.
pub fn write(pack: &Pack, folder: &Path) -> Result<(), String> {
    refuse(folder)?;
    let part = beside(folder)?;
    let filled = fill(pack, &part).and_then(|()| {
        std::fs::rename(&part, folder)
            .map_err(|error| format!("{} cannot take its name: {error}", folder.display()))
    });
    if filled.is_err() {
        // What is half is not left behind; that it cannot be removed says nothing new.
        let _ = std::fs::remove_dir_all(&part);
    }
    filled
}

/// That a pack may be written there.
///
/// # Errors
/// Something is there; in words.
pub fn refuse(folder: &Path) -> Result<(), String> {
    let shown = folder.display();
    match folder.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{shown} cannot be looked at: {error}")),
        Ok(_) => Err(format!(
            "{shown} is there already; a pack is never overwritten: name another folder"
        )),
    }
}

fn beside(folder: &Path) -> Result<PathBuf, String> {
    let name = folder.file_name().ok_or_else(|| format!("{} names no folder", folder.display()))?;
    let part = |number: u32| {
        let mut part = std::ffi::OsString::from(".");
        part.push(name);
        part.push(format!(".part-{}-{number}", std::process::id()));
        part
    };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)
        .map_err(|error| format!("{} cannot be made: {error}", parent.display()))?;
    // A run that was killed may have left a folder of the same number.
    let free = (0..u32::MAX).map(|number| parent.join(part(number)));
    let mut free = free.filter(|path| path.symlink_metadata().is_err());
    free.next().ok_or_else(|| format!("{} has no place beside it", folder.display()))
}

fn fill(pack: &Pack, part: &Path) -> Result<(), String> {
    for (name, bytes) in pack {
        let path = part.join(name);
        let fault =
            |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(fault)?;
        }
        let mut file = std::fs::File::create_new(&path).map_err(fault)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(fault)?;
    }
    Ok(())
}
