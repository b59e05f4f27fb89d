//! Outputs of one report with every nasty thing in it, held to schemas and to hand-written
//! expectations.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

#[path = "output/json.rs"]
mod json;
#[path = "output/locate.rs"]
mod locate;
#[path = "output/sample.rs"]
mod sample;
#[path = "output/sarif.rs"]
mod sarif;
#[path = "output/text.rs"]
mod text;
