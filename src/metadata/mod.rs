//! From bytes to components: file layout, XML and source code as Salesforce writes them.
//!
//! It knows no PHI, no rule and no HIPAA.

pub mod apex;
pub mod bundle;
pub mod client;
pub mod collect;
pub mod fault;
pub mod flow;
pub mod formula;
pub mod grants;
pub mod layout;
pub mod literal;
pub mod load;
pub mod manifest;
pub mod markup;
pub mod name;
pub mod page;
pub mod project;
pub mod read;
pub mod script;
pub mod template;
pub mod types;
pub mod xml;
