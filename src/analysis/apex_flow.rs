//! Kind `apex-flow`: PHI and secrets that Apex puts where they do not belong.
//!
//! In: the classes and triggers of an org, its schema, who may call what. Out: a row for each
//! source and sink, with the way between them. The code is read, not run: a condition may hold
//! or not, a call means what its types allow. What classes do that are not in the tree, and
//! what is called by a name in a text, is not known.
//!
//! Source: Apex Developer Guide and Apex Reference Guide.

mod audience;
mod call;
mod engine;
mod evidence;
mod expression;
mod frame;
mod member;
mod name;
mod platform;
mod program;
mod query;
mod receiver;
mod row;
mod sink;
mod source;
mod statement;
mod symbol;
mod target;
#[cfg(test)]
mod tests;
mod types;
mod value;
mod write;

use super::{Input, Kind};
use crate::fact::Fact;
use engine::Engine;

/// The kind.
pub const KIND: Kind = Kind {
    name: "apex-flow",
    meaning: "PHI or a secret from one source that Apex puts into one sink; its trail is the way; named `Class.method/sink`",
    reads: &[
        "ApexClass",
        "ApexClass.source",
        "ApexTrigger",
        "ApexTrigger.source",
        "holder",
        "Profile",
        "PermissionSet",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("class", "the class or trigger with the sink"),
        ("method", "its method; `trigger` in a trigger"),
        (
            "sink",
            "`log` (`System.debug`), `logger` (a logging class that is not in the tree), `log-record` (a record of a log object), `exception`, `error-message` (`addError`), `callout-body`, `callout-url`, `callout-header`, `email`, `notification` (a bell in the app), `platform-event`, `record`, `response` (what a service, component or page is given without a check of rights), `url-parameter`, `cache`, `async-state` (arguments of future methods, fields of queueable and stateful batch jobs); `outside` of a secret that is given to a client or kept in a record; `cut` where a method or the org is too large to be read to the end, with nothing but `class` and `method`",
        ),
        (
            "source",
            "`query`, `field` (of a record whose origin is not seen), `record` (a whole one), `trigger`, `request-body`, `response-body` (of level `medium` where nothing but the class says that the answer may hold PHI), `name` (only a name in the code says so), `session-id`, `token`",
        ),
        (
            "fields",
            "full names of the PHI fields, each where the code gets hold of it; the object of a whole record; the name in the code",
        ),
        ("classes", "families of these fields; `record` of a whole record or a body"),
        ("secret", "`true` where it is no PHI but opens a session: a session id, a token"),
        ("clinical", "`true` where one of them is health information by itself"),
        ("sensitive", "`true` where further laws protect one of them"),
        ("source-object", "the object of the fields"),
        ("confidence", "`high`, `medium` or `low`"),
        (
            "level",
            "how certain the fields are PHI: `high`, `medium` or `low` (by a name in the code)",
        ),
        ("callable", "`true` where the class has a method that can be called from outside"),
        (
            "guest-callable",
            "`true` where it has one and a guest profile is granted the class; unknown where no profile or permission set of guests was retrieved",
        ),
        ("external-callable", "the same for external users"),
        (
            "channel",
            "`external` where it leaves the org: a callout, an e-mail, an answer that guests or external users can ask for; else `internal`",
        ),
        (
            "entry",
            "of `response`, who is answered: `rest`, `webservice`, `aura`, `remote-action`; nothing where a helper fills the answer",
        ),
        (
            "endpoint",
            "where a callout goes, as far as the code says: a host, `callout:Name`, or `own-org`",
        ),
        (
            "target-object",
            "of `record`, `log-record`, `platform-event` and `email`: the object written",
        ),
        ("target-field", "the full name of its field"),
        ("target-phi", "of `record`, `true` where that field is PHI too"),
        (
            "weaker",
            "of `record`, how the target protects less (see `phi-flow`): `encryption`, `history`, `sharing`, `sharing-external`, `surface`",
        ),
        ("same-object", "of `record`, `true` where it stays on the object it comes from"),
        ("cut", "`true` where the method is too large to be read to the end"),
    ],
    derive,
};

/// Bytes of stack for the deepest code that is read.
const STACK: usize = 256 * 1024 * 1024;

fn derive(input: &Input<'_>) -> Vec<Fact> {
    if input.facts.apex.is_empty() {
        return Vec::new();
    }
    let read = || {
        let mut engine = Engine::new(input);
        engine.run();
        row::rows(&engine)
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read);
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_default()
    })
}
