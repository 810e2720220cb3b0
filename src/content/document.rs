//! Parses a Markdown file: front matter between `---` lines, then a text.

use serde::{Deserialize, Serialize};

use super::body::{BodyHtml, Heading, TextAnalysis};
use super::front_matter::FrontMatter;
use super::kinds::IssueFrontMatter;
use super::{ParseOptions, markdown, markdown_fields};
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::{Digest, Digested};
use crate::path::{PathError, Slug, SourcePath};
use crate::yaml::front_matter::split;
use crate::yaml::{self, MAX_FRONT_MATTER_BYTES, YamlShape, YamlText};

/// A parsed Markdown file without its body.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document<F> {
    /// Path of the source.
    pub path: SourcePath,
    /// Front matter.
    pub front_matter: F,
    /// Analysis of the text.
    pub analysis: TextAnalysis,
    /// Digest of the text and of everything that affects how it is parsed.
    pub text_digest: Digest,
    /// Digest of the [`Metadata`].
    pub metadata_digest: Digest,
}

/// Everything of a document that pages show besides its text and its excerpt.
#[derive(Debug, Serialize)]
pub struct Metadata<'d, F> {
    /// Front matter.
    pub front_matter: &'d F,
    /// Headings of the text, in order.
    pub headings: &'d [Heading],
    /// Number of words of running text.
    pub word_count: u32,
}

impl<F> Document<F> {
    /// Returns the metadata with their digest.
    #[must_use]
    pub fn metadata(&self) -> Digested<Metadata<'_, F>> {
        Digested::new(metadata(&self.front_matter, &self.analysis), self.metadata_digest)
    }
}

fn metadata<'d, F>(front_matter: &'d F, analysis: &'d TextAnalysis) -> Metadata<'d, F> {
    Metadata { front_matter, headings: &analysis.headings, word_count: analysis.word_count }
}

/// Parses a Markdown file; `shape` says what its front matter is parsed as. Errors are added to `diagnostics`; front matter keys with errors are dropped, and if a
/// required one is missing, the result is `None`. A document with errors serves only to find further ones.
pub fn parse<F: Serialize + FrontMatter>(
    path: &SourcePath,
    content: &str,
    shape: impl YamlShape<F>,
    language: &ParseOptions,
    prefix: impl Fn(&F) -> String,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Document<F>, BodyHtml)> {
    let split = match split(path, content) {
        Ok(split) => split,
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return None;
        }
    };
    let block = YamlText {
        file: path.as_str(),
        text: split.yaml,
        line: 2,
        code: "front-matter",
        limit: MAX_FRONT_MATTER_BYTES,
    };
    let before = diagnostics.len();
    let mut front_matter: Option<F> = yaml::parse_lenient_as(shape, block, diagnostics);
    for name in front_matter.iter().flat_map(FrontMatter::missing_fields) {
        // A value that was refused is missing too, but has been reported.
        if !diagnostics[before..].iter().any(|reported| reported.is_about(name)) {
            let missing = Diagnostic::error("front-matter", format!("missing key `{name}`"));
            diagnostics.push(missing.at(path, Span::Line(2, 1)).help(format!("add `{name}:` here")));
        }
    }
    for (early, late) in front_matter.iter().flat_map(FrontMatter::conflicting_times) {
        diagnostics.push(
            Diagnostic::warning("front-matter", format!("`{early}` is before `{late}`"))
                .at(path, Span::value(early))
                .help("fix one of the two"),
        );
    }
    if language.smart_punctuation {
        let set = &mut |text: &mut String| *text = markdown::smart_punctuation(text, &language.tag);
        front_matter.iter_mut().for_each(|front_matter| front_matter.for_each_prose(set));
    }
    let id_prefix = front_matter.as_ref().map(prefix).unwrap_or_default();
    let settings = markdown::MarkdownContext {
        file: path,
        offset: split.text_at,
        id_prefix: &id_prefix,
        language: &language.tag,
        raw_html: language.raw_html,
        smart_punctuation: language.smart_punctuation,
        home: &language.home,
        taken_ids: &[],
    };
    let (mut body, mut analysis) = markdown::parse(split.text, &settings, diagnostics);
    if let Some(front_matter) = &mut front_matter {
        markdown_fields::parse(front_matter, &split, &settings, &mut analysis, diagnostics);
    }
    // A large site holds more than ten thousand of these.
    body.html.shrink_to_fit();
    body.placeholders.shrink_to_fit();
    let ParseOptions { tag, raw_html, smart_punctuation, home, collections: _ } = language;
    let text = Digest::of(&(split.text, id_prefix.as_str(), tag, raw_html, smart_punctuation, home));
    let front_matter = front_matter?;
    if !front_matter.lacks_summary() {
        analysis.excerpt = String::new();
    }
    analysis.excerpt.shrink_to_fit();
    analysis.headings.shrink_to_fit();
    analysis.links.shrink_to_fit();
    let metadata_digest = Digest::of(&metadata(&front_matter, &analysis));
    Some((Document { path: path.clone(), front_matter, analysis, text_digest: text, metadata_digest }, body))
}

/// Returns the name that a file gives its page: the folder of a page bundle, else the file's stem.
#[must_use]
pub fn name(path: &SourcePath) -> &str {
    if path.is_bundle() { path.folder().rsplit('/').next().unwrap_or_default() } else { path.stem() }
}

/// Returns the slug of a text: the one written in its front matter, else one made of the file's name.
///
/// # Errors
/// If the given slug is invalid, or the file's name contains nothing for a slug.
pub fn slug(path: &SourcePath, written: Option<&str>) -> Result<Slug, PathError> {
    match written {
        Some(written) => Slug::new(written),
        None => Slug::slugify(name(path))
            .ok_or_else(|| PathError(format!("the file name `{}` results in an empty slug", path.file_name()))),
    }
}

/// Returns the slug of an issue: the one in the front matter, else one made of the file's name without a date at its
/// beginning.
///
/// # Errors
/// If the given slug is invalid, or the file's name contains nothing for a slug.
pub fn issue_slug(path: &SourcePath, front_matter: &IssueFrontMatter) -> Result<Slug, PathError> {
    if let Some(written) = &front_matter.slug {
        return Slug::new(written);
    }
    let name = name(path);
    let is_date = |text: &str| text.parse::<jiff::civil::Date>().is_ok();
    let words = match (name.get(..10), name.get(10..)) {
        (Some(date), Some(rest)) if is_date(date) && rest.len() > 1 => rest,
        _ => name,
    };
    Slug::slugify(words)
        .ok_or_else(|| PathError(format!("the file name `{}` results in an empty slug", path.file_name())))
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;
    use crate::content::kinds::ArticleFrontMatter;

    #[test]
    fn times_that_contradict_each_other_are_warned_of() {
        let check = |keys: &str, expected: &[&str]| {
            let mut diagnostics = Vec::new();
            let path = SourcePath::new("content/articles/a.md").unwrap();
            let language =
                ParseOptions { tag: "en".into(), raw_html: false, smart_punctuation: false, ..ParseOptions::default() };
            let text = format!("---\ntitle: x\ndate: 2026-06-02\n{keys}\n---\n");
            let read =
                parse(&path, &text, PhantomData::<ArticleFrontMatter>, &language, |_| String::new(), &mut diagnostics);
            assert!(read.is_some() && diagnostics.iter().all(|diagnostic| !diagnostic.is_error()), "{diagnostics:#?}");
            assert_eq!(
                diagnostics.iter().map(|reported| reported.message.as_str()).collect::<Vec<_>>(),
                expected,
                "{keys}"
            );
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
