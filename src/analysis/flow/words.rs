//! What names in flows speak of, and where actions send.
//!
//! In: names, labels, action types. Out: whether they speak of audit, of a reason, of consent,
//! of a way around a check; what kind of sink an action is. Words are matched whole.

use crate::org::tokens;
use crate::org::words::Words;

/// Whether a new record of the object leaves a trace of what was done.
pub(super) fn is_audit(object: &str) -> bool {
    Words::embedded().keeps_record(object)
}

/// Whether a name or a label asks for a reason.
pub(super) fn asks_reason(text: &str) -> bool {
    Words::embedded().asks_reason(text)
}

/// Whether a name speaks of consent or of who may receive.
pub(super) fn asks_consent(text: &str) -> bool {
    Words::embedded().asks_consent(text)
}

/// Whether a reference is to a switch of the running user or the org, and speaks of a way
/// around a check.
pub(super) fn is_bypass(reference: &str) -> bool {
    const SWITCHES: [&str; 6] =
        ["$permission", "$setup", "$custommetadata", "$profile", "$user", "$userrole"];
    let (base, rest) = reference.split_once('.').unwrap_or((reference, ""));
    let is_switch = SWITCHES.iter().any(|switch| base.eq_ignore_ascii_case(switch));
    is_switch && Words::embedded().is_bypass(rest)
}

/// Whether a literal names the administrator's profile or a way around a check.
pub(super) fn names_admin(text: &str) -> bool {
    Words::embedded().is_bypass(text)
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
