//! `phorce check --base`: what a change opens, in repositories that are built step by step.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

#[path = "gate/accepted.rs"]
mod accepted;
#[path = "gate/changes.rs"]
mod changes;
#[path = "gate/checkout.rs"]
mod checkout;
#[path = "gate/elsewhere.rs"]
mod elsewhere;
#[path = "gate/history.rs"]
mod history;
#[path = "gate/known.rs"]
mod known;
#[path = "gate/layout.rs"]
mod layout;
#[path = "gate/phi.rs"]
mod phi;
#[path = "gate/policy.rs"]
mod policy;
#[path = "gate/register.rs"]
mod register;
#[path = "gate/removed.rs"]
mod removed;
#[path = "gate/repository.rs"]
mod repository;
#[path = "gate/unread.rs"]
mod unread;
