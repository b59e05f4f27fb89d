//! The XML of metadata files.
//!
//! In: the bytes of one file. Out: a [`Document`], a flat tree of elements in which every
//! element, text and attribute knows its bytes in the file, or a [`Fault`]: why the file is
//! not read, where, and what to do. The tokens come from quick-xml; what it lets pass and
//! XML does not is refused here. It does not know what any element means.

mod attribute;
mod check;
mod decode;
mod document;
mod fault;
mod limits;
mod names;
mod parse;
mod text;

pub use decode::decode;
pub use document::{Document, NodeId};
pub use fault::Fault;
pub use limits::{
    MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_NAME_BYTES, MAX_NAMES, MAX_NODES, MAX_TAG_BYTES,
    MAX_TOKEN_BYTES,
};
pub use names::NameId;
pub use parse::parse;
pub use text::{Text, unescape};
