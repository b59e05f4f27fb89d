//! Redacted copies, each written whole or not at all.
//!
//! In: a folder, the path of a file. Out: a file beside the place of the copy that takes it at
//! the end; dropped before, it is removed. It never writes to the original.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Component, Path, PathBuf};

/// A copy that is being written.
pub struct Copy {
    file: Option<BufWriter<File>>,
    part: PathBuf,
    path: PathBuf,
}

impl Copy {
    /// Begins the copy of a file in `folder`. `original` is where the file itself lies.
    ///
    /// # Errors
    /// The copy would take the place of the original, or cannot be written: in words.
    pub fn begin(folder: &Path, name: &str, original: Option<&Path>) -> Result<Self, String> {
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if name.is_empty() || !Path::new(name).components().all(plain) {
            return Err("its path leads out of the folder for copies".to_owned());
        }
        let path = folder.join(name);
        let wrong = |why: io::Error| format!("the copy cannot be written: {why}");
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(wrong)?;
        let same = original.is_some_and(|original| {
            let real = |path: &Path| path.canonicalize().ok();
            real(&path).is_some() && real(&path) == real(original)
        });
        if same {
            return Err(
                "the copy would take the place of the file itself; name another folder".to_owned()
            );
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(wrong)?;
        Ok(Self { file: Some(BufWriter::new(file)), part, path })
    }

    /// Puts the copy into its place.
    ///
    /// # Errors
    /// It cannot be written to the end.
    pub fn finish(mut self) -> Result<(), String> {
        let wrong = |why: io::Error| format!("the copy cannot be written: {why}");
        if let Some(mut file) = self.file.take() {
            file.flush().map_err(wrong)?;
        }
        fs::rename(&self.part, &self.path).map_err(wrong)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // After a finish there is nothing to remove.
        drop(self.file.take());
        let _ = fs::remove_file(&self.part);
    }
}

fn gone() -> io::Error {
    io::Error::other("the copy is closed")
}

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().ok_or_else(gone)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().ok_or_else(gone)?.flush()
    }
}

impl Seek for Copy {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.as_mut().ok_or_else(gone)?.seek(to)
    }
}
