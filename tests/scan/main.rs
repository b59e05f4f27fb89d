//! `phorce scan`, end to end.
//!
//! In: files written by a test. Out: findings, redacted copies, exit codes. Expected values are
//! written here or made by the corpus, never by what is tested.

// A test that cannot read what it judges has failed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "../support/mod.rs"]
mod support;

mod bad;
mod corpus;
mod findings;
mod measure;
mod origin;
mod workbook;
