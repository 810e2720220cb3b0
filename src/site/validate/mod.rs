//! Finds errors that only show with all files at hand: links and images without a target, unknown blocks, references to
//! articles, static pages and newsletters that do not exist. [`Site::assemble`](super::Site::assemble) calls
//! [`validate`].

mod block;
mod csp;
mod fields;
mod pictures;
mod promos;
mod security;
mod suggestions;

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

pub(crate) use self::suggestions::rooted as rooted_advice;
use super::unpublished::UnpublishedText;
use super::urls::root_links::RootLinks;
use super::urls::{LinkError, ResolvedLink, UrlIndex};
use super::{InvalidSources, SiteInputs, SiteModel, SiteTheme, SourceFile, headers, issues, newsletters};
use crate::content::any_document::AnyDocument;
use crate::content::body::{ImageRef, LinkTarget, TextAnalysis};
use crate::content::markdown::NO_DESCRIPTION;
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::diagnostic::{CheckGroup, Diagnostic, Span, nearest};
use crate::path::{Slug, SourcePath, UrlPath};
use crate::theme::KnownBlocks;

/// Reports the errors of model and URL index.
pub(super) fn validate(
    model: &SiteModel,
    urls: &UrlIndex,
    theme: &SiteTheme,
    inputs: &SiteInputs<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    newsletters::check_privacy(model, diagnostics);
    security::check(model, diagnostics);
    if let Some(own_headers) = inputs.own_headers() {
        headers::check(own_headers, model, urls, theme, diagnostics);
    }
    let has_unknown_slugs = !model.invalid_articles.is_empty()
        || inputs.invalid.keys().any(|path| source_kind(path) == SourceKind::Article);
    if !has_unknown_slugs {
        comments(model, inputs, diagnostics);
    }
    diagnostics.extend(urls.image_data_without_image().map(|(path, image)| {
        let message = format!("there is no image `{}` beside this file", image.file_name());
        let help = "name the file as the image, with `.yaml` at its end: `photo.jpg.yaml`";
        Diagnostic::warning("image", message).at(path.as_str(), Span::Whole).help(help)
    }));
    documents(model, urls, theme, inputs, diagnostics);
}

/// Warns of files of comments without an article.
fn comments(model: &SiteModel, inputs: &SiteInputs<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let published = || model.articles.iter().map(|article| article.slug.as_str());
    let is_article = |text: &&UnpublishedText| source_kind(text.document.path()) == SourceKind::Article;
    let unpublished: Vec<Slug> =
        model.unpublished.iter().filter(is_article).filter_map(UnpublishedText::slug).collect();
    let known: HashSet<&str> = published().chain(unpublished.iter().map(Slug::as_str)).collect();
    for (path, source) in inputs.sources {
        if !matches!(source.parsed, ParsedSource::Comments(_)) || known.contains(path.stem()) {
            continue;
        }
        diagnostics.push(
            Diagnostic::warning("comments", format!("no article has the slug `{}`", path.stem()))
                .at(path, Span::Whole)
                .help("name the file after the article's slug")
                .suggest(path.stem(), published()),
        );
    }
}

/// Checks the settings and all texts, including those of files with errors. Drafts and expired articles may be
/// unfinished: the diagnostics of their texts are dropped, including those in `diagnostics`.
fn documents(
    model: &SiteModel,
    urls: &UrlIndex,
    theme: &SiteTheme,
    inputs: &SiteInputs<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let SiteInputs { sources, invalid, blocks, .. } = *inputs;
    let unfinished = model.unpublished.iter().filter(|text| text.reason.is_unfinished());
    let unfinished_paths: HashSet<&SourcePath> = unfinished.map(|text| text.document.path()).collect();
    let is_unfinished = |document: &dyn AnyDocument| {
        let path = document.path();
        unfinished_paths.contains(path) || (document.keys().draft && invalid.contains_key(path))
    };
    let home = UrlPath::new("/").expect("the root");
    let rooted = RootLinks::new(urls);
    let policy = csp::CspRules::of(model, theme, inputs);
    let valid = sources.par_iter().map(|(path, input)| (path, &input.parsed));
    let all = valid.chain(invalid.par_iter().filter_map(|(path, source)| Some((path, source.as_ref()?))));
    let found: Vec<(&SourcePath, Findings)> = all
        .map(|(path, source)| {
            let mut findings = Findings::default();
            let Some(document) = source.document() else { return (path, findings) };
            let owner = urls.text(path).map_or(&home, |text| &text.url);
            let check = Check { model, urls, blocks, invalid, rooted: &rooted, policy: &policy, path, owner };
            check.analysis(document.analysis(), &mut findings);
            check.fields(document.fields(), &mut findings);
            check.csp(document.analysis(), document.fields(), &mut findings.diagnostics);
            check.issue(source, &mut findings);
            let is_clean = findings.diagnostics.is_empty() && findings.missing.is_empty();
            (path, if !is_clean && is_unfinished(document) { Findings::default() } else { findings })
        })
        .collect();
    diagnostics.retain(|reported| {
        let file = reported
            .location
            .as_ref()
            .filter(|_| reported.is_in_markdown())
            .and_then(|at| SourcePath::new(&at.file).ok());
        let source = file.as_ref().and_then(|file| match sources.get(file) {
            Some(input) => Some(&input.parsed),
            None => invalid.get(file)?.as_ref(),
        });
        !source.and_then(ParsedSource::document).is_some_and(is_unfinished)
    });
    let described = described_elsewhere(urls, sources);
    diagnostics.retain(|reported| !described.iter().any(|(path, at)| is_about_alt(reported, path, *at)));
    let settings = SourcePath::new(crate::config::FILE).expect("a file name");
    let check = Check { model, urls, blocks, invalid, rooted: &rooted, policy: &policy, path: &settings, owner: &home };
    let mut findings = Findings::default();
    check.fields(&model.config, &mut findings);
    promos::check(model, urls, &rooted, &mut findings.diagnostics);
    let mut searches = 0;
    for (path, findings) in found.into_iter().chain([(&settings, findings)]) {
        diagnostics.extend(findings.diagnostics);
        let missing = findings.missing.into_iter();
        diagnostics.extend(missing.map(|missing| missing.diagnostic(model, urls, path, &mut searches)));
    }
}

/// Returns the images without a description in texts whose file of data has one, each with its file and offset.
fn described_elsewhere<'a>(
    urls: &UrlIndex,
    sources: &'a BTreeMap<SourcePath, SourceFile>,
) -> Vec<(&'a SourcePath, usize)> {
    let has_alt = |image: &ImageRef| {
        let data = urls.file_of(&image.target).and_then(|path| urls.image_data(path));
        image.alt.is_empty() && data.is_some_and(|data| data.alt.is_some())
    };
    let documents = sources.iter().filter_map(|(path, source)| Some((path, source.parsed.document()?)));
    let images =
        documents.flat_map(|(path, document)| document.analysis().images.iter().map(move |image| (path, image)));
    images.filter(|(_, image)| has_alt(image)).map(|(path, image)| (path, image.span.0 as usize)).collect()
}

/// Returns whether a diagnostic is about the missing description of the image at an offset of a file.
fn is_about_alt(reported: &Diagnostic, path: &SourcePath, at: usize) -> bool {
    let is_at = |span: &Span| matches!(span, Span::Bytes(bytes) if bytes.start <= at && at < bytes.end);
    reported.message == NO_DESCRIPTION
        && reported.location.as_ref().is_some_and(|location| location.file == path.as_str() && is_at(&location.span))
}

/// The findings of a text or of the settings.
#[derive(Default)]
struct Findings {
    diagnostics: Vec<Diagnostic>,
    missing: Vec<Missing>,
}

/// A reference to a file that does not exist. Its diagnostic is made later, since the number of suggestions is limited.
struct Missing {
    file: SourcePath,
    code: &'static str,
    span: Span,
}

/// The maximum number of missing files and URLs for which a similar name is searched. Each search compares all names of
/// the site, and moving a folder can break thousands of links.
pub(crate) const MAX_SUGGESTIONS: usize = 50;

impl Missing {
    /// Returns the error with a suggestion: a file of nearly the same path, or of the same name in another folder.
    fn diagnostic(self, model: &SiteModel, urls: &UrlIndex, named_in: &SourcePath, searches: &mut usize) -> Diagnostic {
        *searches += 1;
        let help = suggestions::for_file(model, urls, self.code, named_in, &self.file, *searches <= MAX_SUGGESTIONS);
        Diagnostic::error(self.code, format!("there is no file `{}`", self.file))
            .at(named_in, self.span)
            .help(help)
            .in_group(CheckGroup::of_missing(self.code))
    }
}

/// The check of one file: what all checks read, and the file's path and URL.
struct Check<'a> {
    model: &'a SiteModel,
    urls: &'a UrlIndex,
    blocks: Option<&'a KnownBlocks>,
    invalid: &'a InvalidSources,
    rooted: &'a RootLinks<'a>,
    policy: &'a csp::CspRules,
    path: &'a SourcePath,
    owner: &'a UrlPath,
}

impl Check<'_> {
    fn analysis(&self, analysis: &TextAnalysis, findings: &mut Findings) {
        for link in &analysis.links {
            self.target(&link.target, "link", bytes(link.span), findings);
        }
        for image in &analysis.images {
            self.target(&image.target, "image", bytes(image.span), findings);
            let path = self.urls.file_of(&image.target);
            let problem = path.and_then(|path| self.picture(path, None));
            findings.diagnostics.extend(problem.map(|problem| problem.at(self.path, bytes(image.span))));
        }
        for block in &analysis.blocks {
            self.block(block, analysis, findings);
        }
    }

    fn issue(&self, source: &ParsedSource, findings: &mut Findings) {
        let ParsedSource::Issue(document) = source else { return };
        issues::check(self.model, document, &mut findings.diagnostics);
    }

    fn target(&self, target: &LinkTarget, code: &'static str, span: Span, findings: &mut Findings) {
        let fragment = if let LinkTarget::Root(written) = target { self.rooted.error(written) } else { None };
        let resolved = self.urls.resolve(target, self.path, self.owner);
        let diagnostic = match fragment.map_or(resolved, Err) {
            Ok(ResolvedLink::Unpublished) => {
                let named = match target {
                    LinkTarget::Source(path, _) => path.as_str(),
                    LinkTarget::Root(written) => written,
                    _ => return,
                };
                let (what, thing) = match code {
                    "image" => ("it is not shown", "image"),
                    _ => ("its text is shown without the link", "link"),
                };
                Diagnostic::note(code, format!("`{named}` is not published, so {what}"))
                    .help(format!("the {thing} is shown once it is published"))
            }
            Ok(_) => return,
            Err(LinkError::NoFile(file)) => return findings.missing.push(Missing { file, code, span }),
            Err(LinkError::NoFragment(path, fragment)) => {
                no_fragment(self.urls, code, &path, &fragment).in_group(CheckGroup::Fragments)
            }
            Err(LinkError::NotPublished(path)) => Diagnostic::error(code, format!("`{path}` is not a published file"))
                .help("put it beside the text, in a folder with the text as `index.md`, or into `static/`")
                .in_group(CheckGroup::of_missing(code)),
            Err(LinkError::NoPage(link)) => Diagnostic::error(code, format!("`{link}` is not a URL of this site"))
                .help("write a URL as the browser shows it, from its first `/` on")
                .in_group(CheckGroup::of_missing(code)),
        };
        findings.diagnostics.push(diagnostic.at(self.path, span));
    }
}

/// Returns the error of a fragment without a heading, with a suggestion.
fn no_fragment(urls: &UrlIndex, code: &'static str, path: &SourcePath, fragment: &str) -> Diagnostic {
    let anchors = urls.anchors(path);
    let diagnostic = Diagnostic::error(code, format!("`{path}` has no heading `#{fragment}`"));
    match nearest(fragment, anchors.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `#{near}`?")),
        None if anchors.is_empty() => diagnostic.help("it has no headings"),
        None => {
            let some: Vec<String> = anchors.iter().take(8).map(|id| format!("#{id}")).collect();
            diagnostic.help(format!("it has {}", some.join(", ")))
        }
    }
}

fn bytes(span: (u32, u32)) -> Span {
    Span::Bytes(span.0 as usize..span.1 as usize)
}
