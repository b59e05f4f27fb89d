//! `phorce check --base`: what a change opens, in repositories that are built step by step.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

#[path = "gate/changes.rs"]
mod changes;
#[path = "gate/history.rs"]
mod history;
#[path = "gate/policy.rs"]
mod policy;
#[path = "gate/register.rs"]
mod register;
#[path = "gate/repository.rs"]
mod repository;
