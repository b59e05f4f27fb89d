//! How much one file may ask for.
//!
//! In: nothing. Out: limits far above what Salesforce writes and low enough that a file made
//! to hurt costs memory and time in proportion to its size. A file above one is named as not
//! read, never cut short.

/// Bytes of a file.
pub const MAX_BYTES: usize = crate::source::MAX_FILE_BYTES as usize;

/// Elements inside each other. The deepest metadata known has about ten.
pub const MAX_DEPTH: usize = 100;

/// Elements of a file. A very large profile has about a million.
pub const MAX_NODES: usize = 4_000_000;

/// Attributes of one element.
pub const MAX_ATTRIBUTES: usize = 64;

/// Bytes of one start tag, its attributes included.
pub const MAX_TAG_BYTES: usize = 64 * 1024;

/// Bytes of one token: a text, a comment, a CDATA section, a processing instruction.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of the name of an element or an attribute.
pub const MAX_NAME_BYTES: usize = 256;

/// Different element names of a file. The richest metadata types have a few hundred; the
/// limit also bounds what names chosen to collide in a hash table can cost.
pub const MAX_NAMES: usize = 8192;
