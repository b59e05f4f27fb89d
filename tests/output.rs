//! Outputs of one report with every nasty thing in it, held to schemas and to hand-written
//! expectations.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

#[path = "output/github.rs"]
mod github;
#[path = "output/gitlab.rs"]
mod gitlab;
#[path = "output/hostile.rs"]
mod hostile;
#[path = "output/json.rs"]
mod json;
#[path = "output/junit.rs"]
mod junit;
#[path = "output/locate.rs"]
mod locate;
#[path = "output/markdown.rs"]
mod markdown;
#[path = "output/sample.rs"]
mod sample;
#[path = "output/sarif.rs"]
mod sarif;
#[path = "output/table.rs"]
mod table;
#[path = "output/text.rs"]
mod text;
