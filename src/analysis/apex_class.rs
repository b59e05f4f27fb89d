//! Apex from outside: what each class is, what it queries, and who can call it.
//!
//! In: the classes and triggers of an org, the pages that work with them, who is granted
//! them, the schema. Out: rows of kinds `apex-class`, `apex-query` and `apex-endpoint`. A
//! method counts as it is written: no path through it is told from another. What is called
//! through an interface or by a name in a text is not known.
//!
//! Source: Apex Developer Guide (sharing keywords, user mode, exposing Apex).

mod audience;
mod calls;
mod check;
mod class_row;
mod dynamic;
mod endpoint_row;
mod entry;
mod field;
mod fold;
mod program;
mod query;
mod query_row;
mod sharing;
mod site;
mod text;
mod view;

use super::Kind;

/// What the three kinds read.
const READS: &[&str] = &[
    "ApexClass",
    "ApexClass.source",
    "ApexTrigger",
    "ApexTrigger.source",
    "ApexPage.controller",
    "ApexSettings",
    "holder",
    "Profile",
    "PermissionSet",
    "CustomObject",
    "CustomField",
];

/// One class.
pub const CLASS: Kind = Kind {
    name: "apex-class",
    meaning: "an Apex class, interface or trigger, an inner class on its own; tests are left out; named `Outer.Inner`",
    reads: READS,
    values: &[
        ("class", "its full name"),
        ("type", "`class`, `interface` or `trigger`"),
        ("outer", "of an inner class, the class around it"),
        ("api-version", "the API version it runs in; unknown where its companion file is not here"),
        (
            "user-mode-default",
            "`true` from API version 67 on, where queries and DML run with the user's rights unless they say otherwise",
        ),
        (
            "sharing",
            "`with`, `without` or `inherited`, as it or the class it extends states it; `none` where neither does",
        ),
        (
            "enforces-sharing",
            "`true`; `false` where it runs without sharing; `caller` where the class that calls it decides",
        ),
        (
            "implicit-sharing",
            "`true` where nothing is stated and all ways in are methods for components, which Salesforce runs with sharing as long as the org leaves it so",
        ),
        (
            "entry-points",
            "how it comes to run: `rest`, `aura`, `invocable`, `remote-action`, `webservice`, `visualforce`, `email`, `batch`, `schedulable`, `queueable`, `future`, `auth-handler`",
        ),
        ("callable", "`true` where people can call it: one of the first six of `entry-points`"),
        ("url-mapping", "of a REST service, its address"),
        ("http-methods", "of a REST service, the methods it answers: `GET` …"),
        ("phi-objects", "objects with PHI that it queries or writes, each where it first does"),
        ("phi-queried-objects", "those that it queries"),
        ("phi-written-objects", "those that it writes"),
        ("reached-phi-objects", "the same of the classes it names, and its own"),
        ("phi-fields", "PHI fields, likely ones too, that it selects or sets"),
        ("level", "how certain the surest of these fields is PHI: `high` or `medium`"),
        (
            "open-phi",
            "fields that are PHI with certainty and that its queries select, each where neither a clause, a default nor a check of the class limits it to what the user may see",
        ),
        (
            "unchecked-writes",
            "objects with PHI that it inserts, updates or deletes, each where neither `as user`, an access level, a default nor a check of the class limits it to what the user may change",
        ),
        ("called", "`true` where it, or a class that names it, is callable"),
        (
            "called-by-guests",
            "`true` where guests can call one of these; unknown as `guest-callable`",
        ),
        ("called-by-external", "the same for external users"),
        (
            "permission-check",
            "what it asks for itself: `custom-permission`, `crud`, `fls`, `user-type`",
        ),
        (
            "guest-callable",
            "`true` where it is callable and a guest holder is granted it or a page that works with it; unknown where no profile or permission set of guests was retrieved",
        ),
        ("external-callable", "the same for external users"),
        ("internal-callable", "the same for everybody else"),
        ("guest-holders", "the guest holders that are granted it"),
        ("external-holders", "the same for external users"),
        ("internal-holders", "the same for everybody else"),
        (
            "site-login-only",
            "`true` where all it does is the login, registration or password of a site",
        ),
        ("managed", "`true` for a class of a package"),
    ],
    derive: |input| view::rows(input, class_row::rows),
};

/// One query.
pub const QUERY: Kind = Kind {
    name: "apex-query",
    meaning: "a query or search in Apex whose records hold PHI, and a query text into which somebody can write; named `Class.method/Object`",
    reads: READS,
    values: &[
        ("class", "the class or trigger"),
        ("method", "its method, or the property"),
        ("object", "the object it queries; nothing where the text does not show it"),
        ("phi-object", "`true` where records of the object are PHI"),
        ("phi-fields", "PHI fields, likely ones too, that it selects, subqueries included"),
        ("level", "how certain the surest of these fields is PHI: `high` or `medium`"),
        ("classes", "families of these fields"),
        (
            "security",
            "`user-mode`, `security-enforced` or `system-mode`, as the query, its access level or, from API version 67 on, the default says; else `none`",
        ),
        (
            "checked",
            "`true` where the class strips what the user may not see, or asks for access to the object",
        ),
        ("open", "`true` where neither `security` nor `checked` limits what comes back"),
        ("dynamic", "`true` where the query is a text"),
        (
            "injected",
            "what somebody outside can write into the text unescaped: parameters, request parameters, properties of a page; the trail is the way",
        ),
        ("callable", "`true` where its class, or a class that names it, can be called by people"),
        ("guest-callable", "as of `apex-class`, of these classes"),
        ("external-callable", "the same for external users"),
        ("sharing", "as of `apex-class`"),
        ("enforces-sharing", "as of `apex-class`"),
    ],
    derive: |input| view::rows(input, query_row::rows),
};

/// One method that people can call.
pub const ENDPOINT: Kind = Kind {
    name: "apex-endpoint",
    meaning: "a method of Apex that can be called from outside; named `Class.method`",
    reads: ENDPOINT_READS,
    values: &[
        ("class", "the class"),
        ("method", "the method"),
        ("entry", "`rest`, `aura`, `invocable`, `remote-action` or `webservice`"),
        ("http-method", "of a REST service: `GET` …"),
        ("url-mapping", "of a REST service, its address"),
        ("params", "names of its parameters"),
        (
            "reads-phi",
            "PHI fields of the queries that run in it, in methods of its class that it calls, and in methods of other classes that these call by name",
        ),
        (
            "open-phi",
            "those of them that are PHI with certainty and that no user mode and no check of access limits",
        ),
        ("level", "how certain the surest of these fields is PHI: `high` or `medium`"),
        ("returns-phi", "PHI that it gives back (see `apex-flow`, sink `response`)"),
        ("writes-phi", "objects with PHI that are written in these methods"),
        (
            "guard",
            "what these methods of its class ask for: `custom-permission`, `crud`, `fls`, `user-type`",
        ),
        ("sharing", "as of `apex-class`"),
        ("enforces-sharing", "as of `apex-class`"),
        ("guest-callable", "as of `apex-class`"),
        ("external-callable", "as of `apex-class`"),
        ("internal-callable", "as of `apex-class`"),
        ("guest-holders", "as of `apex-class`"),
        ("external-holders", "as of `apex-class`"),
        ("site-login-only", "as of `apex-class`"),
        ("managed", "`true` for a class of a package"),
    ],
    derive: |input| view::rows(input, endpoint_row::rows),
};

const ENDPOINT_READS: &[&str] = &[
    "ApexClass",
    "ApexClass.source",
    "ApexPage.controller",
    "ApexSettings",
    "apex-class",
    "apex-query",
    "apex-flow",
    "holder",
    "Profile",
    "PermissionSet",
    "CustomObject",
    "CustomField",
];
