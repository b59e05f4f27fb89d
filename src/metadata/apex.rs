//! Apex: classes and triggers as a tree of what matters to the way of data.
//!
//! In: the bytes of a `.cls` or `.trigger` file. Out: a [`model::Unit`]. It knows no schema,
//! no PHI and no rule.

pub mod model;
