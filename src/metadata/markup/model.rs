//! What is kept of markup: tags, attributes and merge expressions, each with its place.

use std::sync::Arc;

use compact_str::CompactString;

use crate::fact::Fact;
use crate::metadata::apex::model::{At, Name};
use crate::source::FileId;

/// Whose markup it is; it decides what a merge expression looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A Visualforce page or component: `{!…}`.
    Visualforce,
    /// An Aura component or application: `{!…}`, `{#…}`.
    Aura,
    /// The template of a Lightning web component: `{…}`.
    Lwc,
    /// A page in a static resource: nothing is merged.
    Html,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Markup {
    /// The file.
    pub file: FileId,
    /// The fact that stands for the file: its `name` is the component's full name, its `cap`
    /// holds for whatever stands on it.
    pub fact: Arc<Fact>,
    /// Whose markup it is.
    pub dialect: Dialect,
    /// Its tags, closing ones too, in the order of the file.
    pub tags: Vec<Tag>,
    /// Its merge expressions, in the order of the file.
    pub merges: Vec<Merge>,
}

/// `<name attribute="value">` or `</name>`
#[derive(Debug, Clone)]
pub struct Tag {
    /// Its name, as it is written.
    pub name: Name,
    /// `</name>`
    pub closing: bool,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// All of it.
    pub at: At,
}

impl Tag {
    /// Whether it is called so, without regard to case.
    pub fn is(&self, name: &str) -> bool {
        self.name.text.eq_ignore_ascii_case(name)
    }

    /// An attribute by its name, without regard to case.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|own| own.name.text.eq_ignore_ascii_case(name))
    }

    /// The text of an attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|own| own.value.text.trim())
    }
}

/// `name="value"`
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// What stands between its quotes, as it is written.
    pub value: Name,
}

/// A merge expression.
#[derive(Debug, Clone)]
pub struct Merge {
    /// What stands between its braces, as it is written.
    pub text: CompactString,
    /// That text.
    pub inner: At,
    /// It with its braces.
    pub at: At,
    /// Where it stands.
    pub place: Place,
    /// Of one in a script, what stands before it on its line.
    pub before: CompactString,
}

/// Where a merge expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the text of the page; the number of the tag before it.
    Text(usize),
    /// In an attribute: the number of the tag.
    Attribute {
        /// In [`Markup::tags`].
        tag: usize,
        /// In [`Tag::attributes`].
        attribute: usize,
    },
    /// In a script.
    Script,
    /// In a style sheet.
    Style,
}
