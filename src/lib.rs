//! Phorce, a static linter for Salesforce metadata that holds patient data (PHI).

pub mod analysis;
pub mod cli;
pub mod config;
pub mod engine;
pub mod fact;
pub mod init;
pub mod metadata;
pub mod org;
pub mod output;
pub mod param;
pub mod proof;
pub mod report;
pub mod rule;
pub mod source;
