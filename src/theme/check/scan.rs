//! Scans the text of templates for tags and what is in them.

use std::ops::Range;

use super::super::layers::{Layer, Layers};

/// A template of a layer.
pub(super) struct TemplateSource<'a> {
    pub(super) layer: &'a Layer,
    /// Name in `templates/`.
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    tags: Vec<Range<usize>>,
}

/// A quoted text in a tag.
pub(super) struct Literal<'a> {
    /// The text between the quotes.
    pub(super) text: &'a str,
    /// Byte range of the text in the template.
    pub(super) range: Range<usize>,
    /// Whether something is joined to the text, so that it is only a prefix.
    pub(super) is_prefix: bool,
}

/// Returns every template of every layer that is UTF-8.
pub(super) fn template_sources(layers: &Layers) -> Vec<TemplateSource<'_>> {
    let mut sources = Vec::new();
    for layer in layers.iter() {
        for (path, bytes) in &layer.files {
            if let (Some(name), Ok(text)) = (path.strip_prefix("templates/"), std::str::from_utf8(bytes)) {
                sources.push(TemplateSource { layer, name, text, tags: tags(text) });
            }
        }
    }
    sources
}

impl<'a> TemplateSource<'a> {
    /// Returns the path from the site's folder.
    pub(super) fn file(&self) -> String {
        format!("{}templates/{}", self.layer.place, self.name)
    }

    /// Returns the content of each tag with its byte offset.
    pub(super) fn tags(&self) -> impl Iterator<Item = (usize, &'a str)> {
        self.tags.iter().map(|range| (range.start, &self.text[range.clone()]))
    }

    /// Returns all quoted texts in tags.
    pub(super) fn literals(&self) -> Vec<Literal<'a>> {
        self.tags().flat_map(|(start, tag)| literals(start, tag)).collect()
    }

    /// Returns the texts passed to a function as a named argument, `t(key="…")`, if they are the whole argument.
    pub(super) fn given(&self, function: &str, argument: &str) -> Vec<Literal<'a>> {
        let asks = |literal: &Literal<'a>| {
            let before = self.text[..literal.range.start - 1].trim_end();
            let Some(before) = before.strip_suffix('=').map(str::trim_end) else { return false };
            let Some(before) = before.strip_suffix(argument) else { return false };
            // The call is found by searching back to its opening parenthesis.
            let Some(open) = before.rfind('(') else { return false };
            let head = before[..open].trim_end();
            head.strip_suffix(function).is_some_and(|rest| !rest.ends_with(is_word)) && !before[open..].contains(')')
        };
        self.literals().into_iter().filter(|literal| !literal.is_prefix && asks(literal)).collect()
    }

    /// Returns the templates named in tags of a kind: `include`, `extends`.
    pub(super) fn named(&self, word: &str) -> Vec<Literal<'a>> {
        let of_kind = self.tags().filter(|(_, tag)| tag.trim_start_matches(['-', ' ', '\n']).starts_with(word));
        of_kind.flat_map(|(start, tag)| literals(start, tag)).collect()
    }

    /// Returns the names that tags of a kind define: `block`, `component`.
    pub(super) fn defined(&self, word: &str) -> Vec<&'a str> {
        let inner = self.tags().map(|(_, tag)| tag.trim_start_matches(['-', ' ', '\n']));
        let rest = inner.filter_map(|tag| tag.strip_prefix(word)).filter(|rest| rest.starts_with(char::is_whitespace));
        let name = |rest: &'a str| {
            let rest = rest.trim_start();
            &rest[..rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len())]
        };
        rest.map(name).filter(|name| !name.is_empty()).collect()
    }
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the inner ranges of `{{ }}` and `{% %}`; comments are skipped.
fn tags(text: &str) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{').map(|found| at + found) {
        let close = match text.as_bytes().get(found + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at = found + 1;
                continue;
            }
        };
        let end = text[found + 2..].find(close).map_or(text.len(), |end| found + 2 + end);
        if close != "#}" {
            tags.push(found + 2..end);
        }
        at = (end + 2).min(text.len());
    }
    tags
}

fn literals(start: usize, tag: &str) -> Vec<Literal<'_>> {
    let mut literals = Vec::new();
    let mut at = 0;
    while let Some(open) = tag[at..].find(['"', '\'', '`']).map(|open| at + open) {
        let quote = char::from(tag.as_bytes()[open]);
        let Some(close) = tag[open + 1..].find(quote).map(|close| open + 1 + close) else { break };
        let is_prefix = tag[close + 1..].trim_start().starts_with('~');
        let range = start + open + 1..start + close;
        literals.push(Literal { text: &tag[open + 1..close], range, is_prefix });
        at = close + 1;
    }
    literals
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Makes a layer of the site with some files.
    pub(in super::super) fn layer(name: &str, files: &[(&str, &str)]) -> Layer {
        let place = if name == "site" { String::new() } else { format!("themes/{name}/") };
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        Layer { name: name.to_owned(), place, files: files.collect::<BTreeMap<_, _>>(), is_built_in: false }
    }

    #[test]
    fn what_templates_ask_for_is_found_in_tags_alone() {
        let text = "{# t(key=\"no\") #} t(key=\"no\") {{ t(key=\"yes\", n=1) }}{% if x %}{{ t(n=f, key='too') }}\
                    {{ t(key=\"some_\" ~ kind) }}{{ at(key=\"no\") }}{%- include \"a.html\" -%}{% block main %}";
        let site = layer("site", &[("templates/x.html", text)]);
        let source = TemplateSource { layer: &site, name: "x.html", text, tags: tags(text) };
        let texts = |literals: Vec<Literal<'_>>| literals.iter().map(|l| l.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(source.given("t", "key")), ["yes", "too"]);
        assert_eq!(texts(source.named("include")), ["a.html"]);
        assert_eq!(source.defined("block"), ["main"]);
        let prefixes = source.literals().into_iter().filter(|literal| literal.is_prefix).collect();
        assert_eq!(texts(prefixes), ["some_"]);
        let first = &source.given("t", "key")[0];
        assert_eq!(&text[first.range.clone()], "yes");
    }
}
