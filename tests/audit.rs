//! The evidence pack, made and read back: what it tells, what it never tells, and that nobody
//! can change it unseen.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "audit/apex.rs"]
mod apex;
#[path = "audit/clients.rs"]
mod clients;
#[path = "audit/controls.rs"]
mod controls;
#[path = "audit/hostile.rs"]
mod hostile;
#[path = "audit/pack.rs"]
mod pack;
#[path = "audit/proposal.rs"]
mod proposal;
#[path = "audit/quarters.rs"]
mod quarters;
mod support;
#[path = "audit/verify.rs"]
mod verify;
