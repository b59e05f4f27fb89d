//! What is wrong with a file, for a person.
//!
//! In: nothing. Out: [`Fault`], said by the layout and by the reader.

/// Something about a file that a person must know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path relative to the project root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong and what to do.
    pub reason: String,
}
