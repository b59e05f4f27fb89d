//! stub

pub mod xml;
