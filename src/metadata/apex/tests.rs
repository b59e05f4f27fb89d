//! Apex files and what is read of them.
