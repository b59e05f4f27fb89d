//! What the project's configuration changes in the judgement, said in the report.
//!
//! In: the configuration and the rules with their own parameters. Out: remarks, each about a
//! line of the configuration: a parameter that differs from its page's, what is named as no
//! PHI, methods that are taken as hiding it, holders that are taken as running the org. Nothing here decides anything.

use super::Notice;
use crate::config::{Config, Setting};
use crate::rule::Rule;

/// Remarks on everything that may make a rule say less.
pub fn remarks(config: &Config, rules: &[Rule]) -> Vec<Notice> {
    let say = |message: String, line: u32| Notice {
        message,
        path: Some(config.path.clone()),
        line: Some(line),
    };
    let mut notices = Vec::new();
    for (id, set) in &config.params {
        let rule = rules.iter().find(|rule| rule.id == *id);
        let page = rule.map(|rule| &rule.definition.params);
        for (name, Setting { value, line }) in set {
            let own = page.and_then(|params| params.get(name));
            if let Some(own) = own.filter(|own| *own != value) {
                let message = format!("{id} is judged with {name} = {value}; its page says {own}");
                notices.push(say(message, *line));
            }
        }
    }
    for glob in &config.phi.not {
        let name = glob.value.text();
        notices.push(say(format!("'{name}' is taken as no PHI, whatever else says so"), glob.line));
    }
    if let Some(set) = config.phi.health_context.as_ref().filter(|set| !set.value) {
        let message = "health-context is set to false: weak names and the platform's person fields are not taken as PHI";
        notices.push(say(message.to_owned(), set.line));
    }
    for glob in &config.apex.sanitisers {
        let name = glob.value.text();
        let message = format!("what '{name}' gives back is taken as free of PHI");
        notices.push(say(message, glob.line));
    }
    for glob in &config.roles.administrative {
        let name = glob.value.text();
        let message = format!(
            "'{name}' is taken as running the org: rules for administrators' permissions leave it alone"
        );
        notices.push(say(message, glob.line));
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    #[test]
    fn what_weakens_a_judgement_is_said_with_its_line() {
        let text = "[phi]\nnot = ['*.Class__c']\n\n[roles]\nadministrative = ['Ops']\n\n[apex]\nsanitisers = ['Masker.mask*']\n";
        let said: Vec<(String, Option<u32>)> = remarks(&parse("phorce.toml", text).unwrap(), &[])
            .into_iter()
            .map(|notice| (notice.message, notice.line))
            .collect();
        assert_eq!(said.len(), 3);
        assert!(said[0].0.starts_with("'*.Class__c' is taken as no PHI") && said[0].1 == Some(2));
        assert!(said[1].0.starts_with("what 'Masker.mask*' gives back") && said[1].1 == Some(8));
        assert!(said[2].0.starts_with("'Ops' is taken as running the org") && said[2].1 == Some(5));
        assert!(remarks(&Config::default(), &[]).is_empty());
    }

    #[test]
    fn only_a_health_context_that_is_switched_off_is_said() {
        let said = |text: &str| remarks(&parse("phorce.toml", text).unwrap(), &[]);
        let [off] = &said("[phi]\nhealth-context = false\n")[..] else { panic!("one remark") };
        assert!(off.message.starts_with("health-context is set to false"), "{}", off.message);
        assert_eq!(off.line, Some(2));
        assert!(said("[phi]\nhealth-context = true\n").is_empty());
    }
}
