//! Two styles of credentials for one host.
//!
//! In: rows of named credentials. Out: on each its style, and the credentials of the other
//! style that reach the same host. Which of them is in use it does not know.
//!
//! Source: Metadata API, `NamedCredential` (`namedCredentialType`): a legacy credential says
//! itself how it authenticates, a newer one leaves that to an external credential.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::authentication::is_new;
use crate::fact::Fact;

pub(super) fn describe(rows: &mut [Fact]) {
    let mut by_host: FxHashMap<CompactString, BTreeSet<(bool, CompactString)>> =
        FxHashMap::default();
    for row in rows.iter().filter(|row| is_credential(row)) {
        if let Some(host) = row.text("host") {
            let of_host = by_host.entry(host.into()).or_default();
            of_host.insert((is_new(row), row.component.clone()));
        }
    }
    for row in rows.iter_mut().filter(|row| is_credential(row)) {
        let new = is_new(row);
        row.derive("credential-style", if new { "new" } else { "old" });
        let others = row.text("host").and_then(|host| by_host.get(host));
        let others = others.into_iter().flatten().filter(|(style, _)| *style != new);
        for (_, name) in others {
            row.derive("other-style", name.clone());
        }
    }
}

/// One that is switched off reaches nothing.
fn is_credential(row: &Fact) -> bool {
    row.text("use") == Some("named-credential") && row.is_true("active")
}
