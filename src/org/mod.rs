//! What the org holds: its objects and fields, and which of them are health information.
//!
//! In: facts of objects and fields, and what other components tell about the org. Out: the
//! [`schema::Schema`]. It knows no rule and reads no file.

pub mod health;
pub mod kinds;
pub mod openness;
pub mod phi;
pub mod phrases;
pub mod resolve;
pub mod schema;
pub mod spoken;
pub mod tokens;
pub mod vocabulary;
pub mod words;

use glob::Pattern;

use crate::config::{NameGlob, PhiConfig, Setting};
use crate::metadata::collect::Collected;
use crate::metadata::layout::OrgFolder;
use health::Evidence;
use phi::{Overrides, Recogniser};
use schema::{Kept, Schema};

/// The metadata types an org's schema is made of.
pub const READS: [&str; 2] = ["CustomObject", "CustomField"];

/// One org: its folder, and what it holds.
#[derive(Debug)]
pub struct Org {
    /// Where it lies and what its project file says.
    pub folder: OrgFolder,
    /// Its objects and fields, and what of them is PHI.
    pub schema: Schema,
    /// Of the head of a change: what is PHI because the base says so.
    pub kept: Vec<Kept>,
}

impl Org {
    /// Builds the schema from collected facts.
    ///
    /// # Errors
    /// The table of PHI words in the binary cannot be read.
    pub fn build(
        folder: OrgFolder,
        facts: &Collected,
        mut evidence: Evidence,
        phi: &PhiConfig,
    ) -> Result<Self, String> {
        let recogniser = Recogniser::new(&overrides(phi))?;
        let granted = facts.grants.iter().flat_map(|grants| &grants.objects);
        evidence.granted_objects.extend(granted.map(|grant| grant.object.to_string()));
        evidence.granted_objects.sort_unstable();
        evidence.granted_objects.dedup();
        let licences = facts.of("PermissionSet").iter().filter_map(|set| set.text("license"));
        evidence.components.extend(licences.map(str::to_owned));
        let elements: Vec<_> =
            READS.iter().flat_map(|kind| facts.of(kind)).map(std::sync::Arc::clone).collect();
        let schema = Schema::build(&elements, &evidence, recogniser);
        Ok(Self { folder, schema, kept: Vec::new() })
    }

    /// The folder of its `sfdx-project.json`, relative to the project root; empty for one.
    pub fn path(&self) -> &str {
        &self.folder.path
    }
}

fn overrides(phi: &PhiConfig) -> Overrides {
    Overrides {
        objects: patterns(&phi.objects),
        fields: patterns(&phi.fields),
        not: patterns(&phi.not),
        health_context: phi.health_context.as_ref().map(|set| set.value),
    }
}

/// The globs were checked when the configuration was read, so none is lost here.
fn patterns(globs: &[Setting<NameGlob>]) -> Vec<Pattern> {
    globs.iter().filter_map(|glob| Pattern::new(glob.value.text()).ok()).collect()
}
