//! Phorce, a static linter for Salesforce metadata that holds patient data (PHI).
//!
//! The straight line: paths → [`source::Sources`] → components and elements → [`org::Org`]
//! (PHI known) → rows → hits → [`report::Report`] → output.

pub mod analysis;
pub mod audit;
pub mod change;
pub mod cli;
pub mod command;
pub mod config;
pub mod engine;
mod escape;
pub mod fact;
pub mod init;
pub mod metadata;
pub mod org;
pub mod output;
pub mod param;
pub mod proof;
pub mod report;
pub mod rule;
pub mod run;
pub mod scan;
pub mod source;
