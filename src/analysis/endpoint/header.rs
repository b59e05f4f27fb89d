//! Headers by which code says who calls.
//!
//! In: Apex. Out: the named credentials whose callouts a class signs itself: it names
//! `callout:Name` and sets a header of authentication. Which of its requests gets the header
//! is not followed.
//!
//! Source: Apex Developer Guide, "Named Credentials as Callout Endpoints".

use rustc_hash::FxHashSet;

use crate::metadata::apex::model::{ExprKind, Literal, Unit};
use crate::metadata::apex::walk;

/// Headers that carry a proof of who calls.
const HEADERS: [&str; 6] =
    ["authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token"];

/// Names of credentials, in lower case, whose callouts get such a header from code.
pub(super) fn signed_by_code(units: &[Unit]) -> FxHashSet<String> {
    let mut signed = FxHashSet::default();
    for unit in units {
        let mut named: Vec<String> = Vec::new();
        let mut signs = false;
        for (_, method) in unit.methods() {
            let body = method.body.as_deref().unwrap_or_default();
            walk::expressions(body, &mut |expr| match &expr.kind {
                ExprKind::Literal(Literal::Text, text) => named.extend(credential(text)),
                ExprKind::Call { base: Some(_), name, arguments }
                    if name.text.eq_ignore_ascii_case("setHeader") =>
                {
                    let header = arguments.first().map(|first| &first.kind);
                    signs |= matches!(header, Some(ExprKind::Literal(Literal::Text, header))
                        if HEADERS.iter().any(|known| header.eq_ignore_ascii_case(known)));
                }
                _ => {}
            });
        }
        if signs {
            signed.extend(named);
        }
    }
    signed
}

/// `Lab` of `callout:Lab/results`.
fn credential(text: &str) -> Option<String> {
    let rest = text
        .get(8..)
        .filter(|_| text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("callout:")))?;
    let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (!name.is_empty()).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_named_after_callout() {
        assert_eq!(credential("Callout:Lab_Link/results?x=1"), Some("lab_link".to_owned()));
        assert_eq!(credential("callout:"), None);
        assert_eq!(credential("https://callout:x"), None);
        assert_eq!(credential("call"), None);
    }
}
