//! Flows: what they touch, where PHI goes in them, what they let around.
//!
//! In: flows as graphs, holders, the schema. Out: rows of kinds `session-activation`,
//! `flow-bypass`, `phi-flow` and `flow`. A path counts where connectors allow it, whatever
//! conditions stand there. What Apex and components do with what they are given is not known.
//! Source: Metadata API types `Flow`, `FlowDefinition`.

mod activation;
mod audience;
mod bypass;
mod effect;
mod graph;
mod label;
mod model;
mod paths;
mod phi_row;
mod reads;
mod row;
mod scope;
mod session;
mod target;
mod touch;
mod track;
mod words;

use super::{Input, Kind};
use crate::fact::Fact;
use audience::Audiences;
use model::Models;

/// Where a flow activates a session permission set.
pub const SESSION_ACTIVATION: Kind = Kind {
    name: "session-activation",
    meaning: "an action of a flow that activates a session permission set",
    reads: &["Flow", "FlowDefinition"],
    values: &[
        ("flow", "the flow"),
        ("element", "the element that activates"),
        ("type", "what starts the flow (see `flow`)"),
        ("permission-set", "the set, or the variable that names it"),
        (
            "justified",
            "`true` where every path to it passes a screen with a required reason, in the flow or in each retrieved flow that calls it",
        ),
        ("justified-by", "`flow` or `caller`: where the reason is asked for"),
        ("reason-fields", "required components of its screens that ask for a reason"),
        (
            "reason-optional",
            "components that ask for a reason and may be left empty, or are not always shown",
        ),
        ("reason-tested", "`true` where every path to it passes a decision on a reason"),
        (
            "audited",
            "`true` where every path through it, fault paths included, writes an audit record, publishes an event or calls a logger, before or after it",
        ),
        ("audit-elements", "the elements that do"),
        ("fault-path", "`true` where its failure leads somewhere"),
    ],
    derive: |input| activation::rows(&Models::of(input.facts)),
};

/// A test that lets some people around.
pub const FLOW_BYPASS: Kind = Kind {
    name: "flow-bypass",
    meaning: "a condition of a decision, or of the start, on a permission, setting or profile that speaks of a bypass",
    reads: &["Flow", "FlowDefinition", "CustomObject", "CustomField"],
    values: &[
        ("flow", "the flow"),
        ("element", "the decision, or `Start`"),
        ("type", "what starts the flow (see `flow`)"),
        ("switch", "what is tested: `$Permission.Bypass_Flows`"),
        ("switch-kind", "`permission`, `setup`, `custommetadata`, `profile`, `user` or `userrole`"),
        ("compared-with", "what it is compared with"),
        (
            "skips",
            "what those people leave out: `audit`, `notification`, `authorisation` (a test of consent, an error shown), `phi` (records with PHI are touched)",
        ),
        ("skipped", "the elements they leave out"),
        ("phi-objects", "objects with PHI that the flow touches or is started by"),
    ],
    derive: |input| bypass::rows(&Models::of(input.facts), &input.org.schema),
};

/// Where PHI goes.
pub const PHI_FLOW: Kind = Kind {
    name: "phi-flow",
    meaning: "PHI from one source that a flow puts into one sink; its trail is the way; named `Flow/Element/argument`",
    reads: &[
        "Flow",
        "FlowDefinition",
        "holder",
        "Profile",
        "PermissionSet",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("flow", "the flow with the sink"),
        ("element", "the element that is the sink"),
        ("type", "what starts that flow (see `flow`)"),
        ("active", "`false` where that flow is not the active version"),
        (
            "sink",
            "`email`, `chatter`, `notification`, `slack`, `teams`, `sms`, `whatsapp`, `message` (another channel), `http` (an external service or connector), `outbound-message`, `prompt` (a language model), `platform-event`, `record`, `screen`, `error-message`, `apex`, `component`, `action` (any other), `unknown-flow` (a flow that was not retrieved); `cut` where the flow is too large to be followed to the end, with nothing but `flow`",
        ),
        (
            "channel",
            "`external` where it leaves the org or its workforce: a message to people outside, a callout, a prompt, an external object, a screen that guests or external users can open; else `internal`. An e-mail is internal where every recipient is a user: an owner, creator, manager, one that was looked up, or the running user",
        ),
        (
            "argument",
            "the parameter, field or component that takes it; of a component of a screen with parameters, `Component.parameter`",
        ),
        ("argument-use", "of a message: `content`, `subject` or `recipient`"),
        ("action-type", "the `actionType`"),
        ("action", "what of that type: an Apex class, an operation"),
        (
            "fields",
            "full names of the PHI fields, each where the flow gets hold of it; the object where a whole record goes and none of its fields is known",
        ),
        ("classes", "families of these fields; `record` of a whole record"),
        ("clinical", "`true` where one of them is health information by itself"),
        ("sensitive", "`true` where further laws protect one of them"),
        ("masked", "`true` where only a part goes: `LEFT`, `RIGHT`, `YEAR`, `CASE`"),
        ("source", "the name the records have: a lookup, `$Record`, a variable"),
        ("source-object", "their object"),
        ("source-flow", "the flow that gets hold of it; another one where subflows lie between"),
        (
            "confidence",
            "`high`, `medium` or `low`; at most medium for a variable that is filled from outside",
        ),
        (
            "consent",
            "`true` where every path to the sink passes a decision on consent, authorisation or the recipient that could have led elsewhere, or the start or the lookup of the source tests it",
        ),
        ("fault-path", "`true` where a failure of the sink leads somewhere"),
        ("guest-reachable", "as of its flow (see `flow`)"),
        ("guest-ground", "as of its flow"),
        ("external-reachable", "as of its flow"),
        ("external-ground", "as of its flow"),
        ("target-object", "of `record` and `platform-event`: the object that is written"),
        ("target-field", "the full name of its field"),
        ("target-phi", "`true` where that field is PHI too"),
        ("target-encrypted", "`true` where Shield encrypts it; unknown where it was not retrieved"),
        ("target-tracked", "`true` where history tracks it; unknown where it was not retrieved"),
        ("target-owd", "`sharingModel` of its object; unknown where the object was not retrieved"),
        ("target-owd-external", "`externalSharingModel` of its object; unknown likewise"),
        ("same-object", "`true` where it stays on the object it comes from"),
        ("source-encrypted", "`true` where Shield encrypts one of the fields it comes from"),
        (
            "weaker",
            "how the target protects less: `encryption`, `history` (the source has it, the target not), `sharing`, `sharing-external` (a wider default), `surface` (an event, a task, a case, a feed, a log)",
        ),
        ("cut", "`true` where the flow is too large to be followed to the end"),
    ],
    derive: derive_phi_flow,
};

/// Each flow.
pub const FLOW: Kind = Kind {
    name: "flow",
    meaning: "a version of a flow or process; it has its plain elements too (`status`, `processType`, `runInMode`, `apiVersion` …)",
    reads: &[
        "Flow",
        "FlowDefinition",
        "phi-flow",
        "holder",
        "Profile",
        "PermissionSet",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        (
            "active",
            "`true` for the active version; unknown where nothing says so. A finding on one that is not active is at most low",
        ),
        (
            "type",
            "`screen`, `autolaunched`, `record-triggered`, `scheduled`, `platform-event`, `triggered` (otherwise), `process` (Process Builder), `orchestration`",
        ),
        ("run-mode", "`runInMode`, or `DefaultMode` where it is not stated"),
        (
            "system-context",
            "`true` where it runs without the permissions of its user: by its run mode, or because of what starts it",
        ),
        ("trigger", "`triggerType`"),
        ("trigger-object", "the object whose records start it"),
        ("record-trigger", "`recordTriggerType`"),
        ("elements", "how many elements it has"),
        ("unknown-elements", "types of elements that are not known"),
        (
            "phi-objects",
            "objects with PHI whose records it reads, writes or deletes, each at the element; a lookup of ids and owners alone does not count",
        ),
        ("phi-reads", "those it looks up"),
        ("phi-creates", "those it creates"),
        ("phi-updates", "those it changes"),
        ("phi-writes", "those it creates or changes"),
        ("phi-deletes", "those it deletes"),
        ("phi-trigger", "the object that starts it, where that has PHI"),
        ("phi-inputs", "objects with PHI of its input variables"),
        ("subflow-phi-objects", "objects with PHI that the flows it calls touch, at the call"),
        ("untracked-writes", "PHI fields it sets whose changes history does not track"),
        ("phi-store-all", "lookups of objects with PHI that take every field, each at its object"),
        (
            "phi-store-all-exposed",
            "those of them whose PHI goes to a screen, a message, an action or a callout",
        ),
        ("audit-creates", "audit objects it creates records of"),
        ("audit-updates", "audit objects it changes records of"),
        ("audit-deletes", "audit objects it deletes records of"),
        (
            "audit-retention-days",
            "the age in days at which it deletes them, where a formula says so",
        ),
        ("publishes", "platform events it publishes"),
        (
            "audited",
            "`true` where every path through it writes an audit record, publishes an event or calls a logger",
        ),
        ("actions", "`actionType` of each action"),
        ("action-sinks", "kind of sink of each action (see `phi-flow`)"),
        ("external-actions", "actions that send something out of the org"),
        ("email-alerts", "e-mail alerts it sends, `Object.Alert`"),
        ("activates", "actions that activate a session permission set"),
        ("calls", "flows it calls"),
        (
            "session-uses",
            "elements it reaches and resources that take the session id of whoever runs it, each at the reference",
        ),
        ("consent-decisions", "decisions on consent, authorisation or the recipient"),
        (
            "phi-write-without-fault",
            "elements without a fault path that write or delete records with PHI",
        ),
        (
            "audit-without-fault",
            "elements without a fault path that write an audit record or publish an event",
        ),
        ("external-without-fault", "actions without a fault path that send out of the org"),
        ("callout-after-phi-write", "those of them that come after a write of PHI"),
        (
            "guest-reachable",
            "`true` where a profile or permission set for guests lets them run it; unknown where none was retrieved",
        ),
        (
            "guest-ground",
            "`flow-access` (the flow is named) or `run-flow` (any flow that asks for no more)",
        ),
        ("external-reachable", "the same for external users"),
        ("external-ground", "the same for external users"),
        ("cut", "`true` where PHI in it was not followed to the end, because it is too large"),
    ],
    derive: derive_flow,
};

fn derive_phi_flow(input: &Input<'_>) -> Vec<Fact> {
    let models = Models::of(input.facts);
    let mut tracked = track::track(&models, &input.org.schema);
    phi_row::rows(&mut tracked, &Audiences::of(input.facts))
}

fn derive_flow(input: &Input<'_>) -> Vec<Fact> {
    let models = Models::of(input.facts);
    row::rows(&models, &input.org.schema, input.facts, &Audiences::of(input.facts))
}
