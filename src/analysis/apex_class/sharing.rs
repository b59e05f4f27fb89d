//! Whether a class enforces sharing.
//!
//! In: a class, its ways in, the org's settings. Out: what it states and what comes of it.
//!
//! Source: Apex Developer Guide, "Using the with sharing, without sharing, and inherited
//! sharing Keywords"; the default from API version 67 on; `ApexSettings`.

use super::program::Class;
use super::view::View;
use crate::fact::Fact;
use crate::metadata::apex::model::Sharing;
use crate::source::Span;

/// Sharing as it is stated, and what comes of it.
pub(super) struct Enforced {
    stated: &'static str,
    span: Span,
    /// `true`, `false`, `caller`; none where the version would decide and is not known.
    enforces: Option<&'static str>,
    pub(super) implicit: bool,
}

impl Enforced {
    /// Says both on a row.
    pub(super) fn say(&self, row: &mut Fact, class: &Class<'_>) {
        row.push("sharing", self.stated, self.span);
        match self.enforces {
            Some(word) => row.push("enforces-sharing", word, self.span),
            None => row.mark_unknown("enforces-sharing", no_companion(class)),
        }
    }
}

/// Why a value that hangs on the API version is not known.
pub(super) fn no_companion(class: &Class<'_>) -> String {
    let name = &class.unit.fact.name;
    format!("the file beside {name} that states its API version is not here; retrieve both")
}

/// What a class states of sharing, and what comes of it.
pub(super) fn enforced(view: &View<'_>, number: usize, class: &Class<'_>) -> Enforced {
    let entries = view.entries(number);
    let enters = !entries.is_empty();
    let (stated, span) = match view.program.sharing(number) {
        Some((Sharing::With, span)) => ("with", span),
        Some((Sharing::Without, span)) => ("without", span),
        Some((Sharing::Inherited, span)) => ("inherited", span),
        None => ("none", class.span(class.ty.name.at)),
    };
    let only_aura = enters && entries.iter().all(|entry| entry.kind == "aura");
    let mut settings = view.input.facts.of("ApexSettings").iter();
    let kept = settings.any(|fact| fact.is_true("enableApexCtrlImplicitWithSharingPref"));
    let enforces = match (stated, class.user_mode_default()) {
        _ if class.is_trigger() => Some("false"),
        ("with", _) => Some("true"),
        ("without", _) => Some("false"),
        // Where nothing calls it, it runs with sharing.
        ("inherited", _) => Some(if enters { "true" } else { "caller" }),
        (_, Some(true)) => Some("true"),
        _ if only_aura && kept => Some("true"),
        (_, Some(false)) => Some(if enters { "false" } else { "caller" }),
        (_, None) => None,
    };
    let implicit = stated == "none" && only_aura && enforces != Some("true");
    Enforced { stated, span, enforces, implicit }
}
