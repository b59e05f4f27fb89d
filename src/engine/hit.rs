//! One hit: a case that holds for a fact, said in words and placed.
//!
//! In: a case, the fact it holds for, the org's row. Out: [`Hit`] with spans; lines come
//! later. It judges nothing.

use crate::fact::{Confidence, Fact, Item, Severity};
use crate::rule::Rule;
use crate::rule::case::Case;
use crate::rule::message;
use crate::source::Span;

/// How many names a message lists before it says how many more there are.
const LISTED: usize = 5;

/// What is wrong, with places as spans.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Number of the org.
    pub org: usize,
    /// Id of the rule.
    pub rule: String,
    /// Full name of the thing that is wrong.
    pub subject: String,
    /// What of it.
    pub key: String,
    /// Of a component found in several files: which file, counted by path.
    pub copy: usize,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The sentence; its list of members is filled in by [`Hit::sentence`].
    pub message: String,
    /// Where it stands.
    pub span: Span,
    /// The text at the place, unescaped; empty for a secret or a start tag.
    pub claim: String,
    /// The names it lists, each with its place.
    pub members: Vec<(String, Span)>,
    /// Other places of the story.
    pub related: Vec<(Span, String)>,
    /// Steps in order, where order matters.
    pub trail: Vec<(Span, String)>,
    /// Placeholders of the message that had no value.
    pub unfilled: Vec<String>,
}

/// Stands for the list of members until all of them are known.
const MEMBERS: &str = "\u{1}members\u{1}";

impl Hit {
    /// Takes in a hit of the same identity: the worse one speaks, members are joined.
    pub fn take_in(&mut self, other: Self) {
        let worse = (other.severity, other.confidence) > (self.severity, self.confidence);
        let (mut speaker, listener) =
            if worse { (other, self.clone()) } else { (self.clone(), other) };
        for member in listener.members {
            if !speaker.members.iter().any(|known| known.0.eq_ignore_ascii_case(&member.0)) {
                speaker.members.push(member);
            }
        }
        for related in listener.related {
            if !speaker.related.contains(&related) {
                speaker.related.push(related);
            }
        }
        *self = speaker;
    }

    /// The message with its members listed.
    pub fn sentence(&self) -> String {
        let names: Vec<&str> = self.members.iter().map(|(name, _)| name.as_str()).collect();
        self.message.replace(MEMBERS, &message::list(&names, LISTED))
    }
}

/// The hit of a case that holds for a fact.
pub fn of(rule: &Rule, case: &Case, fact: &Fact, org: Option<&Fact>) -> Hit {
    let at = case.at.as_deref().and_then(|key| satisfying(case, key, fact, org).first().copied());
    let (span, claim) = match at {
        Some(item) if item.secret => (item.span, String::new()),
        // A derived value is a word of ours for what stands there, not the text itself.
        Some(item) if is_derived(fact) && case.at.as_deref().is_some_and(is_derived_key) => {
            (item.span, String::new())
        }
        Some(item) => (item.span, item.text.to_string()),
        None => (case.at.as_deref().map_or(fact.place, |key| around(fact, key)), String::new()),
    };
    let mut members = Vec::new();
    let mut related: Vec<(Span, String)> =
        fact.related.iter().map(|(span, words)| (*span, words.to_string())).collect();
    let listed = match &case.members {
        Some(key) => satisfying(case, key, fact, org),
        None => at.into_iter().collect(),
    };
    for item in listed {
        related.extend(item.related.map(|span| (span, format!("{} is defined here", item.text))));
        if case.members.is_some() {
            members.push((item.text.to_string(), item.span));
        }
    }
    if fact.grouped && case.members.is_none() {
        members.push((child_key(fact).to_owned(), span));
    }
    let grouped = fact.grouped || case.members.is_some();
    let mut hit = Hit {
        org: 0,
        rule: rule.id.clone(),
        subject: subject(fact),
        key: if grouped { String::new() } else { case.key.clone() },
        copy: 0,
        severity: fact.cap.map_or(case.severity, |cap| cap.min(case.severity)),
        confidence: fact.confidence.map_or(case.confidence, |c| c.min(case.confidence)),
        message: String::new(),
        span,
        claim,
        members,
        related,
        trail: fact.trail.iter().map(|(span, words)| (*span, words.to_string())).collect(),
        unfilled: Vec::new(),
    };
    let look_up = |slot: &str| fill(slot, rule, case, fact, org, at);
    hit.unfilled =
        case.message.slots().filter(|slot| look_up(slot).is_none()).map(str::to_owned).collect();
    hit.message = case.message.fill(look_up);
    hit
}

/// The name of what is wrong. The org of a project that lies at the root has none: it is
/// called what it is, so that a finding about it can be named in an acceptance.
fn subject(fact: &Fact) -> String {
    let name = if fact.grouped { &fact.component } else { &fact.name };
    if name.is_empty() { "org".to_owned() } else { name.to_string() }
}

/// Derived kinds and keys are lower case; Salesforce's types begin with a capital, and its
/// elements of two words have one inside.
fn is_derived(fact: &Fact) -> bool {
    fact.kind.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_derived_key(key: &str) -> bool {
    !key.contains(|c: char| c.is_ascii_uppercase())
}

/// The values under a key that satisfy the case's test on it; all, where it has none.
fn satisfying<'f>(
    case: &'f Case,
    key: &'f str,
    fact: &'f Fact,
    org: Option<&'f Fact>,
) -> Vec<&'f Item> {
    match case.test(key) {
        Some(test) => test.satisfying(fact, org),
        None => fact.items(key).collect(),
    }
}

/// Where an absent value would stand: the nearest element around it, else the fact.
fn around(fact: &Fact, key: &str) -> Span {
    let mut key = key;
    while let Some((outer, _)) = key.rsplit_once('.') {
        if let Some(item) = fact.item(outer) {
            return item.span;
        }
        key = outer;
    }
    fact.place
}

/// The part of a nested fact's name after its component.
fn child_key(fact: &Fact) -> &str {
    let rest = fact.name.strip_prefix(fact.component.as_str());
    rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or(&fact.name)
}

/// The text of a placeholder.
fn fill(
    slot: &str,
    rule: &Rule,
    case: &Case,
    fact: &Fact,
    org: Option<&Fact>,
    at: Option<&Item>,
) -> Option<String> {
    match slot {
        "name" => Some(fact.component.to_string()),
        "key" => Some(child_key(fact).to_owned()),
        "members" => Some(MEMBERS.to_owned()),
        "value" => at.filter(|item| !item.secret).map(|item| item.text.to_string()),
        _ => match slot.strip_prefix('$') {
            Some(param) => rule.param(param),
            None => joined(slot, case, fact, org),
        },
    }
}

/// The values under a key as a list; nothing where there is none or it may not be printed.
fn joined(key: &str, case: &Case, fact: &Fact, org: Option<&Fact>) -> Option<String> {
    let items = match (case.test(key), key.strip_prefix("org.")) {
        (Some(test), _) => test.satisfying(fact, org),
        (None, Some(rest)) => org?.items(rest).collect(),
        (None, None) => fact.items(key).collect(),
    };
    let mut texts: Vec<&str> = Vec::new();
    for item in items.iter().filter(|item| !item.secret && !item.text.is_empty()) {
        if !texts.contains(&item.text.as_str()) {
            texts.push(&item.text);
        }
    }
    let default = || case.test(key).and_then(|test| test.default.clone());
    if texts.is_empty() { default() } else { Some(message::list(&texts, LISTED)) }
}
