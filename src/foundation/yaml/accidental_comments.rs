//! Warns of text that YAML takes for a comment: in `title: Why #metoo matters`, the value is `Why`.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::YamlText;
use crate::diagnostic::{Diagnostic, Span};
use crate::time::TimeSpec;

/// A line whose value ends before ` #` and a word.
struct TruncatedLine<'a> {
    line: usize,
    column: usize,
    /// The key; `None` for an item of a list.
    key: Option<&'a str>,
    /// The value as YAML reads it.
    value: &'a str,
}

/// Warns of words that YAML drops after ` #`. A comment with a space after the `#` is taken as one.
///
/// The text is valid YAML. A line counts only if the parsed values contain the truncated value: within quotes and block
/// scalars, no value ends at the `#`.
pub(crate) fn warn(block: YamlText<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let truncated_lines: Vec<TruncatedLine<'_>> =
        block.text.lines().enumerate().filter_map(|(line, text)| TruncatedLine::of(line, text)).collect();
    if truncated_lines.is_empty() {
        return;
    }
    let Ok(tree) = serde_yaml::from_str::<Value>(block.text) else { return };
    let mut values = Values::default();
    values.collect(&tree);
    for line_cut in truncated_lines.iter().filter(|line_cut| values.have(line_cut)) {
        diagnostics.push(
            Diagnostic::warning(block.code, "the text after ` #` is a YAML comment and is not shown")
                .at(block.file, Span::Line(block.line + line_cut.line, line_cut.column))
                .help("put the whole text in quotes, or a space after the `#` of a comment"),
        );
    }
}

impl<'a> TruncatedLine<'a> {
    fn of(line: usize, text: &'a str) -> Option<TruncatedLine<'a>> {
        let (at, _) = text.match_indices(" #").next()?;
        let is_word = text[at + 2..].chars().next().is_some_and(|c| !c.is_whitespace() && c != '#');
        let written = text[..at].trim_start().trim_start_matches("- ").trim();
        let (key, value) = match written.split_once(": ") {
            Some((key, value)) => (Some(key), value.trim_start()),
            None => match written.strip_suffix(':') {
                Some(key) => (Some(key), ""),
                None => (None, written),
            },
        };
        // A date or time before the `#` is complete, so what follows is a comment.
        let is_text = !value.starts_with(['"', '\'']) && TimeSpec::parse(value).is_err();
        (is_word && is_text && !written.starts_with('#')).then(|| TruncatedLine {
            line,
            column: text[..at].chars().count() + 2,
            key,
            value,
        })
    }
}

/// The texts of a YAML value, and its keys without a value.
#[derive(Default)]
struct Values<'a> {
    texts: BTreeSet<&'a str>,
    empty: BTreeSet<&'a str>,
}

impl<'a> Values<'a> {
    fn collect(&mut self, value: &'a Value) {
        match value {
            Value::String(text) => _ = self.texts.insert(text),
            Value::Sequence(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    self.empty.extend(key.as_str().filter(|_| value.is_null()));
                    self.collect(value);
                }
            }
            _ => {}
        }
    }

    fn have(&self, line_cut: &TruncatedLine<'_>) -> bool {
        match line_cut.key {
            Some(key) if line_cut.value.is_empty() => self.empty.contains(key),
            _ => !line_cut.value.is_empty() && self.texts.contains(line_cut.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_after_a_hash_sign_is_found_and_comments_are_not() {
        let check = |text: &str, columns: &[(usize, usize)]| {
            let mut diagnostics = Vec::new();
            warn(YamlText { line: 2, ..YamlText::file("a.md", text, "front-matter") }, &mut diagnostics);
            let at = |diagnostic: &Diagnostic| diagnostic.location.clone().map(|place| place.span);
            let expected: Vec<_> = columns.iter().map(|(line, column)| Some(Span::Line(*line, *column))).collect();
            assert_eq!(diagnostics.iter().map(at).collect::<Vec<_>>(), expected, "{text}");
        };
        check("title: Why #metoo matters\n", &[(2, 12)]);
        check("draft: false\ntitle: Why #metoo matters #now\nkicker: ¿Qué? #ya\n", &[(3, 12), (4, 15)]);
        check("summary: #metoo\ntitle: x\n", &[(2, 10)]);
        check("topics:\n  - wages #now\n", &[(3, 11)]);
        for quiet in [
            "title: Why # a comment\n",
            "title: Why ## a comment\n",
            "title: \"Why #metoo matters\"\n",
            "title: 'Why #metoo matters'\n",
            "title: \"Why\n  and how #metoo: x #y\"\n",
            "title: |\n  Why #metoo matters\n  note: x #y\n",
            "title: C#minor and a#b\n",
            "# title: Why #metoo\n#title: x\ntitle: x\n",
            "topics: #all of them\n  - wages\n",
            "draft: true #for now\ndate: 2026-06-01 #a Monday\n",
        ] {
            check(quiet, &[]);
        }
    }
}
