//! Contents of Git's objects, by one `git cat-file --batch` that is started when first needed.
//!
//! In: names of objects. Out: their bytes, bounded like files. It knows no paths.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::{command, not_started};
use crate::source::{MAX_FILE_BYTES, too_large};

/// Where contents are asked for.
#[derive(Debug)]
pub(super) struct Blobs {
    folder: PathBuf,
    pipe: Mutex<Option<Pipe>>,
}

impl Blobs {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), pipe: Mutex::new(None) }
    }

    /// The bytes of an object.
    pub(super) fn read(&self, id: &str) -> Result<Vec<u8>, String> {
        let mut held = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pipe = match held.take() {
            Some(pipe) => pipe,
            None => Pipe::open(&self.folder)?,
        };
        match pipe.ask(id) {
            Ok(answer) => {
                *held = Some(pipe);
                answer
            }
            // A pipe that broke once is out of step: the next question opens another.
            Err(error) => Err(format!("it cannot be read from Git: {error}")),
        }
    }
}

#[derive(Debug)]
struct Pipe {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Pipe {
    fn open(folder: &Path) -> Result<Self, String> {
        let mut child = command(folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        let questions = child.stdin.take();
        let Some(answers) = child.stdout.take().map(BufReader::new) else {
            return Err("git gives no answer".to_owned());
        };
        Ok(Self { child, questions, answers })
    }

    /// Asks for one object; the inner error is about the object, the outer about the pipe.
    fn ask(&mut self, id: &str) -> io::Result<Result<Vec<u8>, String>> {
        let Some(questions) = &mut self.questions else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        writeln!(questions, "{id}")?;
        questions.flush()?;
        let mut head = String::new();
        if self.answers.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let size = match head.split_whitespace().collect::<Vec<_>>().as_slice() {
            [_, "blob", size] => size.parse::<u64>().map_err(io::Error::other)?,
            _ => return Ok(Err(NOT_HERE.to_owned())),
        };
        // Git ends the bytes with a line break of its own.
        let mut answer = self.answers.by_ref().take(size + 1);
        if size > MAX_FILE_BYTES {
            io::copy(&mut answer, &mut io::sink())?;
            return Ok(Err(too_large(size)));
        }
        let mut bytes = Vec::new();
        answer.read_to_end(&mut bytes)?;
        if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Ok(bytes))
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        drop(self.questions.take());
        // Nothing more is asked, and waiting leaves no process behind. That it ended on its
        // own or cannot be waited for changes nothing that was read.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const NOT_HERE: &str = "its contents are not in this clone: clone without --filter";
