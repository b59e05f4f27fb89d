//! What the org holds: its objects and fields, and which of them are health information.
//!
//! In: facts of objects and fields, and what other components tell about the org. Out: the
//! [`schema::Schema`]. It knows no rule and reads no file.

pub mod health;
pub mod kinds;
pub mod phi;
pub mod phrases;
pub mod resolve;
pub mod schema;
pub mod tokens;
pub mod vocabulary;
