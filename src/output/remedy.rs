//! How to mend a finding, in one sentence.
//!
//! In: the lines of a finding, the text of a page's `## Fix`. Out: its sentence about the
//! element the finding stands on, else its first one. A page that judges ten switches says
//! what to do with each; the whole is in `phorce explain`.

use crate::report::Excerpt;

/// The sentence that helps most.
pub(super) fn remedy(excerpt: Option<&Excerpt>, fix: &str) -> String {
    let sentences: Vec<String> = blocks(fix).iter().flat_map(|block| sentences(block)).collect();
    let element = excerpt.and_then(element);
    let about = element.and_then(|name| sentences.iter().find(|words| names(words, name)));
    about.or(sentences.first()).cloned().unwrap_or_default()
}

/// Paragraphs and points of a list, each as one line.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in markdown.lines().map(str::trim) {
        let point = line.strip_prefix("- ");
        match (blocks.last_mut(), point) {
            (Some(block), None) if open && !line.is_empty() => {
                block.push(' ');
                block.push_str(line);
            }
            _ if !line.is_empty() => blocks.push(point.unwrap_or(line).to_owned()),
            _ => {}
        }
        open = !line.is_empty();
    }
    blocks
}

fn sentences(block: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut rest = block;
    while !rest.is_empty() {
        let ends = [". ", ".) "].iter().filter_map(|end| Some(rest.find(end)? + end.len() - 1));
        let end = ends.min().unwrap_or(rest.len());
        let (sentence, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        sentences.push(sentence.trim().trim_end_matches(':').to_owned());
        rest = after.trim_start();
    }
    sentences
}

/// Whether a sentence speaks of the element: as `name`, or as a tag.
fn names(sentence: &str, element: &str) -> bool {
    sentence.split('`').skip(1).step_by(2).any(|code| {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        code.split(|c: char| !is_name(c)).any(|word| word == element)
    })
}

/// The element that holds the marked text, or whose tag is marked.
fn element(excerpt: &Excerpt) -> Option<&str> {
    let (before, marked) = excerpt.text.split_at_checked(excerpt.mark.start)?;
    let tag = match marked.strip_prefix('<') {
        Some(tag) => tag,
        None => before.rsplit_once('<')?.1,
    };
    let end = tag.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tag.len());
    tag.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIX: &str = "Do this first:\n\n- Set `isOn` and\n  `isSafe` to `true`. Then deploy.\n\
                       - Write `<scopes>Api</scopes>` (not `Full`.) Or ask: the owner knows.\n";

    fn on(text: &str, mark: &str) -> String {
        let start = text.find(mark).unwrap_or(0);
        let excerpt =
            Excerpt { first_line: 1, text: text.to_owned(), mark: start..start + mark.len() };
        remedy(Some(&excerpt), FIX)
    }

    #[test]
    fn the_sentence_about_the_element_is_told() {
        assert_eq!(
            on("<a>\n<isSafe>false</isSafe>", "false"),
            "Set `isOn` and `isSafe` to `true`."
        );
        assert_eq!(
            on("<scopes>Full</scopes>", "Full"),
            "Write `<scopes>Api</scopes>` (not `Full`.)"
        );
        assert_eq!(on("<a><isOn a='1'>", "<isOn"), "Set `isOn` and `isSafe` to `true`.");
    }

    #[test]
    fn else_the_first_one() {
        assert_eq!(on("<is>false</is>", "false"), "Do this first");
        assert_eq!(on("update records;", "records"), "Do this first");
        assert_eq!(remedy(None, "Ask: why? Then go."), "Ask: why? Then go.");
        assert_eq!(remedy(None, ""), "");
    }
}
