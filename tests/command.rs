//! The commands as a person or a CI job meets them: exit codes, files, messages.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

#[path = "command/accept.rs"]
mod accept;
#[path = "command/codes.rs"]
mod codes;
#[path = "command/config.rs"]
mod config;
#[path = "command/decide.rs"]
mod decide;
#[path = "command/input.rs"]
mod input;
#[path = "command/others.rs"]
mod others;
#[path = "command/secret.rs"]
mod secret;
