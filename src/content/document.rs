//! A Markdown file: front matter between `---` lines, then a text.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body::{Body, Outline};
use super::front_matter::{ArticleFront, Front, IssueFront, Typeset};
use super::{Language, markdown};
use crate::diagnostic::{Diagnostic, Spot};
use crate::digest::Digest;
use crate::path::{ContentPath, PathError, Slug};
use crate::yaml::{self, Block, LARGEST_BLOCK};

/// A parsed Markdown file without its text: what the rest of the site may want to know of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document<F> {
    /// The file.
    pub path: ContentPath,
    /// What stands above the text.
    pub front: F,
    /// What is in the text.
    pub outline: Outline,
    /// The digest of the text and of all that decides how it is read.
    pub text: Digest,
    /// The digest of all that a page says of it besides its text: front matter, headings, number of words.
    pub facts: Digest,
}

/// Front matter and the text below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split<'a> {
    /// The YAML between the `---` lines.
    pub yaml: &'a str,
    /// The byte of the file at which the YAML begins; its first line is line 2.
    pub yaml_at: usize,
    /// The Markdown.
    pub text: &'a str,
    /// The byte of the file at which the Markdown begins.
    pub text_at: usize,
}

/// Takes front matter and text apart. A byte order mark and Windows line ends are fine.
///
/// # Errors
/// When the file does not begin with a `---` line, or no second one follows.
pub fn split<'a>(file: &ContentPath, content: &'a str) -> Result<Split<'a>, Diagnostic> {
    let fault = |line: usize, message: &str, help: &str| {
        Diagnostic::error("front-matter", message).at(file, Spot::Line(line, 1)).help(help)
    };
    let mark = if content.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let is_rule = |line: &str| line.trim_end() == "---";
    let first = content[mark..].split_inclusive('\n').next().unwrap_or_default();
    if !is_rule(first) {
        return Err(fault(1, "no front matter", beginning(&content[mark..])));
    }
    let yaml_at = mark + first.len();
    let mut at = yaml_at;
    for line in content[yaml_at..].split_inclusive('\n') {
        if is_rule(line) {
            let text_at = at + line.len();
            return Ok(Split { yaml: &content[yaml_at..at], yaml_at, text: &content[text_at..], text_at });
        }
        at += line.len();
    }
    Err(fault(1, "the front matter is opened and never closed", "close it with a line `---`"))
}

/// What to do about a file that does not begin with a `---` line.
fn beginning(content: &str) -> &'static str {
    let above = content.len() - content.trim_start().len();
    let first = content.trim_start().lines().next().unwrap_or_default().trim_end();
    let is_of_dashes = first.chars().count() > 1 && first.chars().all(|c| matches!(c, '-' | '–' | '—'));
    match first {
        "---" if content[..above].contains('\n') => "delete the empty lines above the first `---`",
        "---" => "delete what stands before the first `---` on its line",
        "+++" => "this is TOML; Handbill reads YAML, `title: …`, between two lines `---`",
        "{" => "this is JSON; Handbill reads YAML, `title: …`, between two lines `---`",
        _ if is_of_dashes => "the line above the keys, and the one below, is three hyphens: `---`",
        _ => "begin the file with a line `---`, then keys such as `title:`, then another `---`",
    }
}

/// The part of a source file that is YAML, and its first byte: the front matter of Markdown, the whole of others.
#[must_use]
pub fn yaml_part<'a>(file: &ContentPath, content: &'a str) -> (&'a str, usize) {
    if file.extension() != "md" {
        let text = content.strip_prefix('\u{feff}').unwrap_or(content);
        return (text, content.len() - text.len());
    }
    split(file, content).map_or((&content[..0], 0), |split| (split.yaml, split.yaml_at))
}

/// Reads a Markdown file. Mistakes go into `diagnostics`; keys of the front matter that have any are left out, and
/// without the rest the result is `None`. A document with mistakes is good for finding more of them.
pub fn parse<F: DeserializeOwned + Serialize + Front>(
    path: &ContentPath,
    content: &str,
    language: &Language,
    prefix: impl Fn(&F) -> String,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Document<F>, Body)> {
    let split = match split(path, content) {
        Ok(split) => split,
        Err(fault) => {
            diagnostics.push(fault);
            return None;
        }
    };
    let block = Block { file: path.as_str(), text: split.yaml, line: 2, code: "front-matter", limit: LARGEST_BLOCK };
    let mut front: Option<F> = yaml::read_what_fits(block, diagnostics);
    for (early, late) in front.iter().flat_map(Front::contradictions) {
        diagnostics.push(
            Diagnostic::warning("front-matter", format!("`{early}` is before `{late}`"))
                .at(path, Spot::value(early))
                .help("put one of the two right"),
        );
    }
    if language.smart_punctuation {
        let texts = front.iter_mut().flat_map(Typeset::texts);
        texts.for_each(|text| *text = markdown::typeset(text, &language.tag));
    }
    let id_prefix = front.as_ref().map(prefix).unwrap_or_default();
    let settings = markdown::Settings {
        file: path,
        offset: split.text_at,
        id_prefix: &id_prefix,
        language: &language.tag,
        raw_html: language.raw_html,
        smart_punctuation: language.smart_punctuation,
        home: &language.home,
    };
    let (mut body, mut outline) = markdown::parse(split.text, &settings, diagnostics);
    // Ten thousand of these are held at once.
    body.html.shrink_to_fit();
    body.holes.shrink_to_fit();
    let text = Digest::of(&(split.text, id_prefix.as_str(), language));
    let front = front?;
    if !front.lacks_summary() {
        outline.excerpt = String::new();
    }
    outline.excerpt.shrink_to_fit();
    outline.headings.shrink_to_fit();
    outline.links.shrink_to_fit();
    let facts = Digest::of(&(&front, &outline.headings, outline.words));
    Some((Document { path: path.clone(), front, outline, text, facts }, body))
}

/// The name that a file gives its page: the folder of a bundle, else the file without its extension.
#[must_use]
pub fn name(path: &ContentPath) -> &str {
    if path.is_bundle() { path.folder().rsplit('/').next().unwrap_or_default() } else { path.stem() }
}

/// The slug of an article: as written, else from its file's name.
///
/// # Errors
/// When the one written is none, or nothing of the file's name is left.
pub fn slug(path: &ContentPath, front: &ArticleFront) -> Result<Slug, PathError> {
    match &front.slug {
        Some(written) => Slug::new(written),
        None => Slug::from_words(name(path))
            .ok_or_else(|| PathError(format!("the file name `{}` gives no slug", path.file_name()))),
    }
}

/// The slug of an issue: as written, else from its file's name without the date that begins it.
///
/// # Errors
/// When the one written is none, or nothing of the file's name is left.
pub fn issue_slug(path: &ContentPath, front: &IssueFront) -> Result<Slug, PathError> {
    if let Some(written) = &front.slug {
        return Slug::new(written);
    }
    let name = name(path);
    let is_date = |text: &str| text.parse::<jiff::civil::Date>().is_ok();
    let words = match (name.get(..10), name.get(10..)) {
        (Some(date), Some(rest)) if is_date(date) && rest.len() > 1 => rest,
        _ => name,
    };
    Slug::from_words(words).ok_or_else(|| PathError(format!("the file name `{}` gives no slug", path.file_name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_found_or_missed_out_loud() {
        let file = ContentPath::new("content/articles/a.md").unwrap();
        let check = |content: &str, expected: Result<(&str, &str), &str>| {
            let split = split(&file, content);
            let got = split.as_ref().map(|s| (s.yaml, s.text)).map_err(|fault| fault.message.as_str());
            assert_eq!(got, expected, "{content:?}");
        };
        check("---\ntitle: x\n---\nText\n", Ok(("title: x\n", "Text\n")));
        check("\u{feff}---\r\ntitle: x\r\n---\r\nText", Ok(("title: x\r\n", "Text")));
        check("---\n---", Ok(("", "")));
        check("", Err("no front matter"));
        check("Text\n---\n", Err("no front matter"));
        check("---\ntitle: x\n", Err("the front matter is opened and never closed"));
    }

    #[test]
    fn file_that_begins_otherwise_is_told_how_to() {
        let check = |content: &str, help: &str| {
            let beginning = beginning(content);
            assert!(beginning.contains(help), "{content:?}: {beginning}");
        };
        check("\n\n---\ntitle: x\n---\n", "delete the empty lines above");
        check(" \n---\ntitle: x\n---\n", "delete the empty lines above");
        check(" ---\ntitle: x\n---\n", "delete what stands before");
        check("+++\ntitle = 'x'\n+++\n", "this is TOML");
        check("{\n\"title\": \"x\"\n}\n", "this is JSON");
        check("—\n-", "begin the file");
        check("—-\ntitle: x\n", "three hyphens");
        check("----\ntitle: x\n", "three hyphens");
        check("title: x\n", "begin the file");
        check("", "begin the file");
    }

    #[test]
    fn times_that_contradict_each_other_are_warned_of() {
        let check = |keys: &str, expected: &[&str]| {
            let mut told = Vec::new();
            let path = ContentPath::new("content/articles/a.md").unwrap();
            let language =
                Language { tag: "en".into(), raw_html: false, smart_punctuation: false, home: String::new() };
            let text = format!("---\ntitle: x\ndate: 2026-06-02\n{keys}\n---\n");
            let read = parse::<ArticleFront>(&path, &text, &language, |_| String::new(), &mut told);
            assert!(read.is_some() && told.iter().all(|told| !told.is_error()), "{told:#?}");
            assert_eq!(told.iter().map(|told| told.message.as_str()).collect::<Vec<_>>(), expected, "{keys}");
        };
        check("updated: 2026-06-03\nexpires: 2027-06-02", &[]);
        check(
            "updated: 2025-06-03\nexpires: 2026-06-01",
            &["`updated` is before `date`", "`expires` is before `date`"],
        );
        check("embargo: 2026-06-05\nexpires: 2026-06-04", &["`expires` is before `embargo`"]);
        check("updated: 2026-06-02", &[]);
    }
}
