//! A line on the terminal while a run takes long.
//!
//! In: a word for what is done. Out: on a terminal, after a second, that it is being done and
//! since when; the line is gone before anything else is written. Elsewhere nothing.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The line; it goes when this is dropped.
#[must_use]
pub(super) struct Line {
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Shows what is being done.
pub(super) fn show(what: &'static str) -> Line {
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    if dumb || !std::io::stderr().is_terminal() {
        return Line { shown: None };
    }
    let (stop, stopped) = channel();
    let thread = std::thread::spawn(move || {
        let begun = Instant::now();
        let mut drawn = false;
        // A sender that is gone ends the line too.
        while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
            draw(&format!("{what} … {} s", begun.elapsed().as_secs()));
            drawn = true;
        }
        if drawn {
            draw("");
        }
    });
    Line { shown: Some((stop, thread)) }
}

/// Replaces the line; a terminal that went away is no error.
fn draw(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "\r\u{1b}[K{text}").and_then(|()| out.flush());
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.shown.take() {
            drop(stop);
            // It holds nothing that could be lost.
            let _ = thread.join();
        }
    }
}
