//! What names speak of that is not PHI: evidence, reasons, consent, ways around a check.
//!
//! In: `rules/words.toml`, which travels in the binary, and the words of a name. Out: whether
//! one of its phrases stands there. It knows no object and no rule.

use std::sync::LazyLock;

use serde::Deserialize;

use super::phrases::{Phrases, set};
use super::tokens;

const TABLE: &str = include_str!("../../rules/words.toml");

/// The table that travels in the binary. That it can be read is checked with the vocabulary
/// of PHI, where an error can be said; until then nothing speaks of anything.
static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read(TABLE).unwrap_or_default());

/// Phrases, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Words {
    evidence: Phrases<String>,
    names: Vec<String>,
    also_record: Phrases<()>,
    technical: Phrases<()>,
    reason: Phrases<()>,
    consent: Phrases<()>,
    bypass: Phrases<()>,
    log: Phrases<()>,
    log_objects: Phrases<()>,
    trail: Phrases<()>,
    log_first: Vec<String>,
    log_methods: Phrases<()>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Log {
    phrases: Vec<String>,
    objects: Vec<String>,
    trail: Vec<String>,
    first_words: Vec<String>,
    methods: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Evidence {
    phrases: Vec<String>,
    names: Vec<String>,
    also_record: Vec<String>,
    technical: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    phrases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    evidence: Evidence,
    reason: List,
    consent: List,
    bypass: List,
    log: Log,
}

impl Words {
    /// The table that travels in the binary.
    pub fn embedded() -> &'static Self {
        &WORDS
    }

    /// Checks the table that travels in the binary.
    ///
    /// # Errors
    /// It is wrong: where, and how.
    pub fn check() -> Result<(), String> {
        Self::read(TABLE).map(drop)
    }

    fn read(text: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(text).map_err(|e| format!("rules/words.toml: {e}"))?;
        let mut evidence = Phrases::default();
        for phrase in &table.evidence.phrases {
            evidence.add(phrase, &phrase.replace("(s)", ""));
        }
        Ok(Self {
            evidence,
            names: table.evidence.names,
            also_record: set(&table.evidence.also_record),
            technical: set(&table.evidence.technical),
            reason: set(&table.reason.phrases),
            consent: set(&table.consent.phrases),
            bypass: set(&table.bypass.phrases),
            log: set(&table.log.phrases),
            log_objects: set(&table.log.objects),
            trail: set(&table.log.trail),
            log_first: table.log.first_words,
            log_methods: set(&table.log.methods),
        })
    }

    /// The words of an object's name that say it keeps who did what.
    pub fn evidence(&self, object: &str) -> Option<String> {
        let words = tokens::of_name(object);
        let phrase = self.evidence.find(&words).next().map(|hit| hit.value.clone());
        let custom = || !tokens::parts(object).suffix.is_empty();
        phrase.or_else(|| {
            let whole = words.join(" ");
            self.names.iter().find(|name| **name == whole && custom()).cloned()
        })
    }

    /// Whether a new record of the object leaves a trace of what was done.
    pub fn keeps_record(&self, object: &str) -> bool {
        let words = tokens::of_name(object);
        self.evidence(object).is_some() || self.also_record.find(&words).next().is_some()
    }

    /// Whether the object is a log of a technical kind: errors, debugging.
    pub fn is_technical_log(&self, object: &str) -> bool {
        self.technical.find(&tokens::of_name(object)).next().is_some()
    }

    /// Whether a name or a label asks for a reason.
    pub fn asks_reason(&self, text: &str) -> bool {
        self.reason.find(&tokens::of_text(text)).next().is_some()
    }

    /// Whether a name speaks of consent or of who may receive.
    pub fn asks_consent(&self, text: &str) -> bool {
        self.consent.find(&tokens::of_text(text)).next().is_some()
    }

    /// Whether a class, by its name, writes logs.
    pub fn is_logger(&self, class: &str) -> bool {
        self.log.find(&tokens::of_name(class)).next().is_some()
    }

    /// Whether records of an object, by its name, are logs or errors, and no evidence of who
    /// did what.
    pub fn is_log_object(&self, object: &str) -> bool {
        let words = tokens::of_name(object);
        // Who reads the log of accesses looks for what was accessed.
        let evidence = self.evidence.find(&words).next().is_some();
        let custom = !tokens::parts(object).suffix.is_empty();
        let mut found = self.log.find(&words).chain(self.log_objects.find(&words));
        !evidence && custom && found.next().is_some()
    }

    /// Whether a name ends as that of a log: `Call_Log__c`.
    pub fn ends_as_log(&self, name: &str) -> bool {
        let words = tokens::of_name(name);
        self.log.find(&words).any(|hit| hit.end == words.len())
    }

    /// Whether a class, an action or an event, by its name, leaves a trail of what was done.
    pub fn leaves_trail(&self, name: &str) -> bool {
        let words = tokens::of_text(name);
        self.log.find(&words).chain(self.trail.find(&words)).next().is_some()
    }

    /// Whether a method, by its name, leaves a trail: `logChange`, `insertAuditRow`.
    pub fn logs(&self, method: &str) -> bool {
        let words = tokens::of_name(method);
        let first = words.first().is_some_and(|word| self.log_first.contains(word));
        first && words.len() > 1 || self.log_methods.find(&words).next().is_some()
    }

    /// Whether a name speaks of a way around a check.
    pub fn is_bypass(&self, text: &str) -> bool {
        self.bypass.find(&tokens::of_text(text)).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read() {
        assert_eq!(Words::check(), Ok(()));
        assert!(Words::read("[evidence]\n").is_err());
    }

    #[test]
    fn evidence_is_known_by_whole_words() {
        for (name, word) in [
            ("Access_Log__c", Some("access log")),
            ("PHIAudit__c", Some("audit")),
            ("ns__BreakGlass_Use__c", Some("break glass")),
            ("Log__c", Some("log")),
            ("Nebula__LogEntry__c", Some("log entry")),
            ("LogEntryTag__c", None),
            ("Auditorium__c", None),
            ("Catalog__c", None),
            ("Log", None),
            ("Compliance__c", None),
        ] {
            assert_eq!(Words::embedded().evidence(name).as_deref(), word, "{name}");
        }
    }

    #[test]
    fn more_objects_leave_a_trace_than_are_evidence() {
        for name in ["Access_Audit__c", "PHI_Access_Log__c", "LogEntryEvent__e", "Compliance__c"] {
            assert!(Words::embedded().keeps_record(name), "{name}");
        }
        for name in ["Logistics__c", "Auditorium__c", "Visit__c", "Blog__c", "Catalog__c"] {
            assert!(!Words::embedded().keeps_record(name), "{name}");
        }
    }

    #[test]
    fn technical_logs_are_told_apart() {
        assert!(Words::embedded().is_technical_log("Error_Log__c"));
        assert!(Words::embedded().is_technical_log("Integration_Exception__c"));
        assert!(!Words::embedded().is_technical_log("Disclosure__c"));
        assert!(!Words::embedded().is_technical_log("Access_Log__c"));
    }

    #[test]
    fn what_logs_is_told_by_whole_words() {
        let words = Words::embedded();
        for class in ["Logger", "acme.AppLogger", "LogWriter"] {
            assert!(words.is_logger(class), "{class}");
        }
        assert!(!words.is_logger("Catalog") && !words.is_logger("LoginController"));
        for object in ["Log__c", "Error_Log__c", "Integration_Exception__c"] {
            assert!(words.is_log_object(object), "{object}");
        }
        for object in ["PHI_Access_Log__c", "Log", "Blog__c", "Audit_Trail__c"] {
            assert!(!words.is_log_object(object), "{object}");
        }
        assert!(words.ends_as_log("CallLogs__c") && !words.ends_as_log("Log_Setting__c"));
        for name in ["Audit_Event__e", "AuditService", "Write log"] {
            assert!(words.leaves_trail(name), "{name}");
        }
        assert!(!words.leaves_trail("Auditorium"));
        for method in ["logAccess", "auditRead", "insertLogRow", "saveAudit"] {
            assert!(words.logs(method), "{method}");
        }
        // Only `clearAudit` and `isAudit` would have counted by a word anywhere.
        for method in ["clearAudit", "isAudit", "log", "login", "getLog"] {
            assert!(!words.logs(method), "{method}");
        }
    }

    #[test]
    fn names_ask_and_let_around() {
        let words = Words::embedded();
        assert!(words.asks_reason("Incident_Number") && !words.asks_reason("Unreasonable"));
        assert!(words.asks_consent("patientConsent") && !words.asks_consent("Consentino"));
        assert!(words.is_bypass("Bypass_Flows") && !words.is_bypass("Sees_Notes"));
    }
}
