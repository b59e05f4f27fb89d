//! What no single file says, derived as rows: one file per derived kind.
//!
//! In: the facts of one org and what its schema says of PHI. Out: facts of a derived kind.
//! An analysis never reports and knows no rule; it reads elements and rows of kinds listed
//! before its own, never another analysis's code.

pub mod access;
pub mod apex_class;
pub mod apex_create;
pub mod apex_flow;
pub mod apex_secret;
pub mod apex_trace;
pub mod audit_object;
pub mod bypass;
pub mod bypass_branch;
pub mod certificate;
pub mod copy;
pub mod data_mapper;
pub mod document;
pub mod email_template;
pub mod emergency_access;
pub mod endpoint;
pub mod event_exposure;
pub mod experience_page;
pub mod experience_site;
pub mod exposure;
pub mod flow;
pub mod guest_apex_grant;
pub mod guest_grant;
pub mod holder;
pub mod holder_reach;
pub mod impersonation;
pub mod installed_package;
pub mod intake;
pub mod ip_range;
pub mod lone_field_grant;
pub mod markup;
pub mod oauth_callback;
pub mod oauth_client;
pub mod oauth_reach;
pub mod org_row;
pub mod phi_field;
pub mod phi_literal;
pub mod phi_object;
pub mod profile_field;
pub mod register;
pub mod removal;
pub mod script_flow;
pub mod session_policy;
pub mod sharing_rule;
pub mod side_channel;
pub mod site;
pub mod tracker;
pub mod transaction_policy;
pub mod url;
pub mod virtual_visit;

use jiff::civil::Date;

use crate::config::Config;
use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::org::Org;

/// What an analysis may look at.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The schema of the org: objects, fields, what is PHI, health context.
    pub org: &'a Org,
    /// Elements of the org, and rows of the kinds derived so far.
    pub facts: &'a Collected,
    /// The project's configuration.
    pub config: &'a Config,
    /// The day of the run.
    pub as_of: Date,
}

/// A derived kind.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its kebab-case name, used in `for`.
    pub name: &'static str,
    /// What one row is.
    pub meaning: &'static str,
    /// Metadata types it reads: only these are opened for it.
    pub reads: &'static [&'static str],
    /// Its values beside those of the elements it stands on, each with its meaning.
    pub values: &'static [(&'static str, &'static str)],
    /// Derives its rows.
    pub derive: fn(&Input<'_>) -> Vec<Fact>,
}

/// Every derived kind, in the order in which they are derived.
pub const KINDS: &[Kind] = &[
    org_row::KIND,
    phi_field::KIND,
    phi_object::KIND,
    removal::KIND,
    transaction_policy::KIND,
    exposure::KIND,
    holder::KIND,
    impersonation::KIND,
    ip_range::KIND,
    session_policy::KIND,
    sharing_rule::KIND,
    access::KIND,
    guest_grant::KIND,
    bypass::KIND,
    bypass_branch::KIND,
    copy::KIND,
    emergency_access::KIND,
    experience_page::KIND,
    experience_site::KIND,
    holder_reach::KIND,
    profile_field::KIND,
    lone_field_grant::KIND,
    audit_object::KIND,
    side_channel::KIND,
    oauth_client::KIND,
    oauth_reach::KIND,
    oauth_callback::KIND,
    endpoint::KIND,
    virtual_visit::KIND,
    data_mapper::KIND,
    document::KIND,
    event_exposure::KIND,
    intake::KIND,
    certificate::KIND,
    email_template::KIND,
    site::KIND,
    installed_package::KIND,
    flow::SESSION_ACTIVATION,
    flow::FLOW_BYPASS,
    flow::PHI_FLOW,
    flow::FLOW,
    apex_flow::KIND,
    apex_class::CLASS,
    apex_class::QUERY,
    apex_class::ENDPOINT,
    guest_apex_grant::KIND,
    apex_trace::JOB,
    apex_trace::DELETION,
    apex_trace::ACTIVATION,
    apex_trace::BYPASS,
    apex_secret::KIND,
    apex_create::KIND,
    script_flow::KIND,
    markup::KIND,
    tracker::KIND,
    phi_literal::KIND,
    register::OAUTH_CLIENT,
    register::ENDPOINT,
    register::PACKAGE,
    register::HOLDER,
    register::BYPASS,
    register::PHI_OBJECT,
    register::ENTRY,
    register::UNRECORDED,
];
