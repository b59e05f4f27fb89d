//! What names in flows speak of, and where actions send.
//!
//! In: names, labels, action types. Out: whether they speak of audit, of a reason, of consent,
//! of a way around a check; what kind of sink an action is. Words are matched whole.

use crate::org::tokens;

/// Objects that keep who did what, and why.
const AUDIT: [&[&str]; 15] = [
    &["audit"],
    &["audits"],
    &["access", "log"],
    &["accesslog"],
    &["activity", "log"],
    &["break", "glass"],
    &["breakglass"],
    &["justification"],
    &["disclosure"],
    &["compliance"],
    &["phi", "log"],
    &["event", "log"],
    &["emergency", "access"],
    &["log", "entry"],
    &["access", "history"],
];

/// Words that ask why.
const REASON: [&[&str]; 9] = [
    &["reason"],
    &["reasons"],
    &["justification"],
    &["justify"],
    &["justifying"],
    &["incident"],
    &["ticket"],
    &["why"],
    &["rationale"],
];

/// Words that ask whether somebody may receive it.
const CONSENT: [&[&str]; 16] = [
    &["consent"],
    &["consents"],
    &["consented"],
    &["authorization"],
    &["authorisation"],
    &["authorized"],
    &["authorised"],
    &["authorize"],
    &["authorise"],
    &["hipaa"],
    &["recipient"],
    &["verified"],
    &["verify"],
    &["verification"],
    &["opt", "in"],
    &["opted", "in"],
];

/// Words for a way around a check.
const BYPASS: [&[&str]; 16] = [
    &["bypass"],
    &["bypasses"],
    &["bypassed"],
    &["skip"],
    &["skips"],
    &["disable"],
    &["disabled"],
    &["disables"],
    &["override"],
    &["ignore"],
    &["admin"],
    &["administrator"],
    &["emergency"],
    &["break", "glass"],
    &["breakglass"],
    &["off"],
];

fn speaks(words: &[String], phrases: &[&[&str]]) -> bool {
    phrases.iter().any(|phrase| {
        words.windows(phrase.len()).any(|part| part.iter().zip(*phrase).all(|(a, b)| a == b))
    })
}

/// Whether records of the object keep who did what.
pub(super) fn is_audit(object: &str) -> bool {
    let words = tokens::of_name(object);
    let only_log = words == ["log"] || words == ["logs"];
    only_log && object.contains("__") || speaks(&words, &AUDIT)
}

/// Whether a name or a label asks for a reason.
pub(super) fn asks_reason(text: &str) -> bool {
    speaks(&tokens::of_text(text), &REASON)
}

/// Whether a name speaks of consent or of who may receive.
pub(super) fn asks_consent(text: &str) -> bool {
    speaks(&tokens::of_text(text), &CONSENT)
}

/// Whether a reference is to a switch of the running user or the org, and speaks of a way
/// around a check.
pub(super) fn is_bypass(reference: &str) -> bool {
    const SWITCHES: [&str; 6] =
        ["$permission", "$setup", "$custommetadata", "$profile", "$user", "$userrole"];
    let (base, rest) = reference.split_once('.').unwrap_or((reference, ""));
    let is_switch = SWITCHES.iter().any(|switch| base.eq_ignore_ascii_case(switch));
    is_switch && speaks(&tokens::of_text(rest), &BYPASS)
}

/// Whether a literal names the administrator's profile or a way around a check.
pub(super) fn names_admin(text: &str) -> bool {
    speaks(&tokens::of_text(text), &BYPASS)
}

/// Where an action sends what it is given: the kind of sink, and whether that is outside.
pub(super) fn sink_of(action: &str, target: &str) -> (&'static str, bool) {
    let action = action.to_ascii_lowercase();
    let has = |part: &str| action.contains(part);
    match action.as_str() {
        "emailsimple" | "emailalert" | "sendemailmessage" | "marketingemail" | "sendemail" => {
            ("email", true)
        }
        "chatterpost" | "chatterposttofeed" | "posttofeed" => ("chatter", false),
        "customnotificationaction" | "sendnotification" => ("notification", false),
        "outboundmessage" => ("outbound-message", true),
        "externalservice"
        | "externalconnector"
        | "apexrest"
        | "dataconnector"
        | "datacloudingestionapi"
        | "exportexternalrecordshare"
        | "invokemulesoftflow" => ("http", true),
        "generatepromptresponse" | "einsteingpt" | "sendprompt" | "generateaiagentresponse" => {
            ("prompt", true)
        }
        "publishevent" => ("platform-event", false),
        "sendconversationmessages" | "sendchannelmessage" => ("message", true),
        "apex" | "apexplugin" => ("apex", false),
        "component" => ("component", false),
        _ if has("slack") => ("slack", true),
        _ if has("msteams") || has("teams") => ("teams", true),
        _ if has("whatsapp") => ("whatsapp", true),
        _ if has("sms") || has("textmessage") => ("sms", true),
        _ if has("email") => ("email", true),
        _ if target.to_ascii_lowercase().contains("slack") => ("slack", true),
        _ => ("action", false),
    }
}

/// Whether the sink is a message to people.
pub(super) fn is_message(sink: &str) -> bool {
    matches!(
        sink,
        "email" | "chatter" | "notification" | "slack" | "teams" | "sms" | "whatsapp" | "message"
    )
}

/// What an argument of a message is: `recipient`, `subject` or `content`.
pub(super) fn use_of(argument: &str) -> &'static str {
    let words = tokens::of_text(argument);
    let has = |word: &&str| words.iter().any(|own| own == word);
    if ["recipient", "recipients", "address", "addresses", "to", "cc", "bcc", "phone"]
        .iter()
        .any(has)
    {
        return "recipient";
    }
    if ["subject", "title"].iter().any(has) { "subject" } else { "content" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audit_objects_are_told_by_whole_words() {
        for name in ["Access_Audit__c", "PHI_Access_Log__c", "Log__c", "LogEntryEvent__e"] {
            assert!(is_audit(name), "{name}");
        }
        for name in ["Logistics__c", "Auditorium__c", "Visit__c", "Blog__c", "Catalog__c"] {
            assert!(!is_audit(name), "{name}");
        }
    }

    #[test]
    fn a_bypass_is_a_switch_with_a_word_for_it() {
        assert!(is_bypass("$Permission.Bypass_Flows"));
        assert!(is_bypass("$Setup.Automation__c.Skip_Flows__c"));
        for name in ["$Permission.Sees_Notes", "$Record.Skip__c", "$User.Email"] {
            assert!(!is_bypass(name), "{name}");
        }
    }

    #[test]
    fn actions_have_a_sink() {
        assert_eq!(sink_of("emailSimple", ""), ("email", true));
        assert_eq!(sink_of("slackPostMessage", ""), ("slack", true));
        assert_eq!(sink_of("sendSmsMessage", ""), ("sms", true));
        assert_eq!(sink_of("externalService", "Lab.push"), ("http", true));
        assert_eq!(sink_of("somethingNew", ""), ("action", false));
        assert_eq!(use_of("emailSubject"), "subject");
        assert_eq!(use_of("emailAddresses"), "recipient");
        assert_eq!(use_of("emailBody"), "content");
    }
}
