//! Kind `transaction-policy`: each transaction security policy, and what it does.
//!
//! In: `TransactionSecurityPolicy` components. Out: one row for each, with the actions it
//! takes and whether somebody hears of it. It does not know its condition, nor whether the
//! people it notifies still work here.
//!
//! Sources: Metadata API type `TransactionSecurityPolicy` (`action`, `active`, `eventName`).

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::Fact;

/// The kind.
pub const KIND: Kind = Kind {
    name: "transaction-policy",
    meaning: "a transaction security policy; it has the elements of its component too",
    reads: &["TransactionSecurityPolicy", "TransactionSecurityPolicy.action.notifications"],
    values: &[
        ("event", "the event it watches, as `eventName` or the older `eventType` says"),
        (
            "effect",
            "`acts` where it blocks, ends the session, freezes the user or asks for more proof; `notifies` where it only tells somebody; `none` where it does neither",
        ),
        ("notifications", "how many people it tells, by mail or in the app"),
        (
            "other-active",
            "`true` where another active policy of the org watches the same event and does something",
        ),
    ],
    derive,
};

/// Elements of `action` that stop or challenge the user.
const ACTIONS: [&str; 5] = [
    "action.block",
    "action.endSession",
    "action.freezeUser",
    "action.twoFactorAuthentication",
    "action.useStepUp",
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let notices = input.facts.of("TransactionSecurityPolicy.action.notifications");
    rows(input.facts.of("TransactionSecurityPolicy"), notices)
}

fn rows(policies: &[Arc<Fact>], notices: &[Arc<Fact>]) -> Vec<Fact> {
    let mut rows: Vec<Fact> = policies.iter().map(|policy| row(policy, notices)).collect();
    let working: Vec<(String, String)> = rows
        .iter()
        .filter(|row| row.is_true("active") && row.text("effect") != Some("none"))
        .filter_map(|row| Some((row.text("event")?.to_lowercase(), row.name.to_string())))
        .collect();
    for row in &mut rows {
        let event = row.text("event").unwrap_or("").to_lowercase();
        let other = working.iter().any(|(of, name)| *of == event && *name != row.name);
        row.derive("other-active", other);
    }
    rows
}

fn row(policy: &Arc<Fact>, notices: &[Arc<Fact>]) -> Fact {
    let mut row = Fact::new(KIND.name, policy.name.clone(), policy.place);
    row.cap = policy.cap;
    row.values.clone_from(&policy.values);
    let event = row.item("eventName").or_else(|| row.item("eventType")).cloned();
    if let Some(event) = event {
        row.values.push(("event".into(), event));
    }
    let told = notices.iter().filter(|notice| {
        let own = notice.parent.as_deref().is_some_and(|parent| parent.place == policy.place);
        own && (notice.is_true("inApp") || notice.is_true("sendEmail"))
    });
    let told = told.count();
    let acts = ACTIONS.iter().any(|action| row.is_true(action));
    let effect = match (acts, told) {
        (true, _) => "acts",
        (false, 0) => "none",
        (false, _) => "notifies",
    };
    row.derive("effect", effect);
    row.derive("notifications", told);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::holder::tests::fact;

    const NOTICE: &str = "TransactionSecurityPolicy.action.notifications";

    fn effect(values: &[(&str, &str)], notices: &[&[(&str, &str)]]) -> (String, String) {
        let policy = Arc::new(fact(0, "TransactionSecurityPolicy", "Exports", values));
        let notices: Vec<Arc<Fact>> = notices
            .iter()
            .map(|values| {
                let mut notice = fact(0, NOTICE, "Exports/notifications", values);
                notice.parent = Some(Arc::clone(&policy));
                Arc::new(notice)
            })
            .collect();
        let row = row(&policy, &notices);
        let text = |key| row.text(key).expect("a value").to_owned();
        (text("effect"), text("notifications"))
    }

    fn pair(effect: &str, told: &str) -> (String, String) {
        (effect.to_owned(), told.to_owned())
    }

    #[test]
    fn any_action_acts() {
        for action in ACTIONS {
            assert_eq!(effect(&[(action, "true")], &[]), pair("acts", "0"), "{action}");
            assert_eq!(effect(&[(action, "false")], &[]), pair("none", "0"), "{action}");
        }
    }

    #[test]
    fn only_a_notice_that_is_sent_tells_somebody() {
        let silent: &[(&str, &str)] = &[("inApp", "false"), ("sendEmail", "false")];
        assert_eq!(effect(&[], &[silent]), pair("none", "0"));
        assert_eq!(effect(&[], &[silent, &[("sendEmail", "true")]]), pair("notifies", "1"));
        let both = effect(&[("action.block", "true")], &[&[("inApp", "true")]]);
        assert_eq!(both, pair("acts", "1"));
    }

    #[test]
    fn another_policy_counts_if_it_is_active_and_does_something() {
        let policy = |name: &str, event: &str, active: &str, block: &str| {
            let values = [("eventName", event), ("active", active), ("action.block", block)];
            Arc::new(fact(0, "TransactionSecurityPolicy", name, &values))
        };
        let other = |second: Arc<Fact>| {
            let first = policy("First", "ReportEvent", "true", "true");
            rows(&[first, second], &[])[0].is_true("other-active")
        };
        assert!(other(policy("Second", "reportevent", "true", "true")));
        assert!(!other(policy("Second", "ApiEvent", "true", "true")));
        assert!(!other(policy("Second", "ReportEvent", "false", "true")));
        assert!(!other(policy("Second", "ReportEvent", "true", "false")));
    }

    #[test]
    fn the_older_name_of_the_event_is_read_too() {
        let old = fact(0, "TransactionSecurityPolicy", "Old", &[("eventType", "DataExport")]);
        assert_eq!(row(&Arc::new(old), &[]).text("event"), Some("DataExport"));
    }
}
