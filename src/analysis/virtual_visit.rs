//! Kind `virtual-visit`: video visits, with the named credential they call out through.
//!
//! In: the configurations of virtual visits, and rows of endpoints. Out: one row for each
//! configuration. What the video service itself keeps is not in metadata.
//!
//! Sources: Metadata API type `VirtualVisitConfig`.

use super::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::collect::Collected;

/// The kind.
pub const KIND: Kind = Kind {
    name: "virtual-visit",
    meaning: "a configuration of video visits; it has the elements of its `VirtualVisitConfig` too",
    reads: &["VirtualVisitConfig", "endpoint"],
    values: &[
        ("bucket", "the bucket recordings are kept in, where one is named"),
        ("credential", "the named credential it calls out through"),
        (
            "credential-authentication",
            "how that authenticates (see `endpoint`); unknown where it was not retrieved",
        ),
        ("credential-cleartext", "`true` where its URL is not encrypted; unknown likewise"),
        (
            "credential-certificate",
            "`true` where it presents or signs with a certificate of the org, or signs with keys of AWS, or takes a private connection; unknown likewise",
        ),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let rows = facts.of("VirtualVisitConfig").iter().map(|visit| {
        let mut row = Fact { kind: KIND.name.into(), ..visit.as_ref().clone() };
        for (key, element) in [("bucket", "storageBucketName"), ("credential", "namedCredential")] {
            if let Some(item) = visit.item(element).filter(|item| !item.text.is_empty()) {
                row.values.push((key.into(), item.clone()));
            }
        }
        say_credential(&mut row, facts);
        row
    });
    rows.collect()
}

/// What is known of the credential, at the element that names it.
fn say_credential(row: &mut Fact, facts: &Collected) {
    let Some(named) = row.item("credential").cloned() else { return };
    let endpoint = facts.of("endpoint").iter().find(|endpoint| {
        endpoint.text("use") == Some("named-credential")
            && endpoint.component.eq_ignore_ascii_case(&named.text)
    });
    let Some(endpoint) = endpoint else {
        let why = format!("the named credential {} was not retrieved", named.text);
        for key in ["authentication", "cleartext", "certificate"] {
            row.mark_unknown(format!("credential-{key}"), why.as_str());
        }
        return;
    };
    row.related.push((endpoint.place, "this is the named credential".into()));
    for key in ["authentication", "cleartext"] {
        match (endpoint.text(key), endpoint.found(key)) {
            (Some(text), _) => row.push(format!("credential-{key}"), text, named.span),
            (None, crate::fact::Found::Unknown(why)) => {
                row.mark_unknown(format!("credential-{key}"), why);
            }
            (None, _) => {}
        }
    }
    let certain = ["client-certificate", "signing-certificate", "private-connection"];
    let certified = certain.into_iter().any(|key| endpoint.is_true(key))
        || endpoint.text("authentication") == Some("aws");
    row.push("credential-certificate", certified.to_string(), named.span);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact};
    use crate::fact::Found;

    fn of(facts: Vec<Fact>) -> Fact {
        let values = [("namedCredential", "Chime"), ("storageBucketName", "")];
        let visit = fact("VirtualVisitConfig", "Video", &values);
        rows(&collect(facts.into_iter().chain([visit]).collect())).remove(0)
    }

    fn endpoint(more: &[(&str, &str)]) -> Fact {
        let own = [("use", "named-credential"), ("cleartext", "false")];
        fact("endpoint", "chime", &[&own[..], more].concat())
    }

    #[test]
    fn what_the_credential_does_stands_where_it_is_named() {
        let row = of(vec![endpoint(&[("authentication", "none")])]);
        assert_eq!(row.text("credential-authentication"), Some("none"));
        assert_eq!(row.text("credential-cleartext"), Some("false"));
        assert_eq!(row.text("credential-certificate"), Some("false"));
        assert_eq!(row.item("credential-cleartext").unwrap().span.start, 1000);
        assert_eq!(row.found("bucket"), Found::Absent);
        for known in [("authentication", "aws"), ("client-certificate", "true")] {
            assert!(of(vec![endpoint(&[known])]).is_true("credential-certificate"));
        }
    }

    #[test]
    fn a_credential_that_is_not_here_is_unknown() {
        let row = of(vec![fact("endpoint", "Chime", &[("use", "remote-site")])]);
        assert!(matches!(row.found("credential-cleartext"), Found::Unknown(_)));
    }
}
