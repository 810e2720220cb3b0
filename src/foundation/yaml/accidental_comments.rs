//! Words that YAML takes for a comment: of `title: Why #metoo matters` it reads `Why`.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::YamlText;
use crate::diagnostic::{Diagnostic, Span};
use crate::time::TimeSpec;

/// A line whose value ends where ` #` begins a word.
struct TruncatedLine<'a> {
    line: usize,
    column: usize,
    /// The key, unless it is the item of a list.
    key: Option<&'a str>,
    /// What YAML reads.
    value: &'a str,
}

/// Warns of words that are lost behind ` #`. A comment with a space behind the sign is one.
///
/// The text has been read as YAML. Whether a line is what it seems is seen in the values: within quotes and blocks of
/// text, no value ends at the sign.
pub(crate) fn warn(block: YamlText<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let cuts: Vec<TruncatedLine<'_>> =
        block.text.lines().enumerate().filter_map(|(line, text)| TruncatedLine::of(line, text)).collect();
    if cuts.is_empty() {
        return;
    }
    let Ok(tree) = serde_yaml::from_str::<Value>(block.text) else { return };
    let mut values = Values::default();
    values.collect(&tree);
    for cut in cuts.iter().filter(|cut| values.have(cut)) {
        diagnostics.push(
            Diagnostic::warning(block.code, "what stands behind ` #` is a comment to YAML and is not shown")
                .at(block.file, Span::Line(block.line + cut.line, cut.column))
                .help("put the whole text in quotes, or a space behind the `#` of a comment"),
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
        // An address or a time is no text that goes on.
        let is_text = !value.starts_with(['"', '\'']) && TimeSpec::parse(value).is_err();
        (is_word && is_text && !written.starts_with('#')).then(|| TruncatedLine {
            line,
            column: text[..at].chars().count() + 2,
            key,
            value,
        })
    }
}

/// What stands in a block: its texts, and the keys without a value.
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

    fn have(&self, cut: &TruncatedLine<'_>) -> bool {
        match cut.key {
            Some(key) if cut.value.is_empty() => self.empty.contains(key),
            _ => !cut.value.is_empty() && self.texts.contains(cut.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_a_sign_are_missed_and_comments_are_not() {
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
