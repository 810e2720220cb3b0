//! Mistakes that only show with all files at hand: links and pictures that lead nowhere, blocks that the theme does
//! not have, ids of lists and articles that do not exist.

mod block;
mod csp;
mod fields;
mod promos;
mod suggestions;

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

pub(crate) use self::suggestions::rooted as rooted_advice;
use super::unpublished::UnpublishedText;
use super::urls::root_links::RootLinks;
use super::urls::{LinkError, ResolvedLink};
use super::{InvalidSources, Site, SourceFile, issues};
use crate::content::any_document::AnyDocument;
use crate::content::body::{LinkTarget, TextAnalysis};
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::path::{Slug, SourcePath, UrlPath};
use crate::theme::KnownBlocks;

/// Warns of comments that belong to no article, unless it may be one of those with mistakes.
pub(super) fn comments(site: &Site, inputs: &BTreeMap<SourcePath, SourceFile>, diagnostics: &mut Vec<Diagnostic>) {
    let published = || site.articles.iter().map(|article| article.slug.as_str());
    let is_article = |text: &&UnpublishedText| source_kind(text.document.path()) == SourceKind::Article;
    let unpublished: Vec<Slug> =
        site.unpublished().iter().filter(is_article).filter_map(UnpublishedText::slug).collect();
    let known: HashSet<&str> = published().chain(unpublished.iter().map(Slug::as_str)).collect();
    for (path, input) in inputs {
        if !matches!(input.parsed, ParsedSource::Comments(_)) || known.contains(path.stem()) {
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

/// Checks the settings and every text, those of files with errors too. Drafts and expired articles may be half done:
/// diagnostics of their texts are dropped.
pub(super) fn documents(
    site: &Site,
    inputs: &BTreeMap<SourcePath, SourceFile>,
    blocks: Option<&KnownBlocks>,
    broken: &InvalidSources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let unfinished = site.unpublished().iter().filter(|text| text.reason.is_unfinished());
    let unfinished: HashSet<&SourcePath> = unfinished.map(|text| text.document.path()).collect();
    let idle = |document: &dyn AnyDocument| {
        let path = document.path();
        unfinished.contains(path) || (document.keys().draft && broken.contains_key(path))
    };
    let home = UrlPath::new("/").expect("the root");
    let rooted = RootLinks::new(site);
    let policy = csp::CspRules::of(site, inputs);
    let sound = inputs.par_iter().map(|(path, input)| (path, &input.parsed));
    let all = sound.chain(broken.par_iter().filter_map(|(path, source)| Some((path, source.as_ref()?))));
    let found: Vec<(&SourcePath, Faults)> = all
        .map(|(path, source)| {
            let mut error = Faults::default();
            let Some(document) = source.document() else { return (path, error) };
            let owner = site.text(path).map_or(&home, |text| &text.url);
            let check = Check { site, blocks, broken, rooted: &rooted, policy: &policy, path, owner };
            check.outline(document.analysis(), &mut error);
            check.fields(document.fields(), &mut error);
            check.loads(document.analysis(), document.fields(), &mut error.diagnostics);
            check.issue(source, &mut error);
            let is_sound = error.diagnostics.is_empty() && error.missing.is_empty();
            (path, if !is_sound && idle(document) { Faults::default() } else { error })
        })
        .collect();
    diagnostics.retain(|reported| {
        let file = reported
            .location
            .as_ref()
            .filter(|_| reported.is_in_markdown())
            .and_then(|at| SourcePath::new(&at.file).ok());
        let source = file.as_ref().and_then(|file| match inputs.get(file) {
            Some(input) => Some(&input.parsed),
            None => broken.get(file)?.as_ref(),
        });
        !source.and_then(ParsedSource::document).is_some_and(idle)
    });
    let settings = SourcePath::new(crate::config::FILE).expect("a file name");
    let check = Check { site, blocks, broken, rooted: &rooted, policy: &policy, path: &settings, owner: &home };
    let mut faults = Faults::default();
    check.fields(&site.config, &mut faults);
    promos::check(site, &rooted, &mut faults.diagnostics);
    let mut looks = 0;
    for (path, problem) in found.into_iter().chain([(&settings, faults)]) {
        diagnostics.extend(problem.diagnostics);
        let missing = problem.missing.into_iter();
        diagnostics.extend(missing.map(|missing| missing.diagnostic(site, path, &mut looks)));
    }
}

/// What is wrong with a text.
#[derive(Default)]
struct Faults {
    diagnostics: Vec<Diagnostic>,
    missing: Vec<Missing>,
}

/// A file that is named and not there.
struct Missing {
    file: SourcePath,
    code: &'static str,
    spot: Span,
}

/// How many misspelt addresses are looked for among all others. Each costs a look at every name of the site, and a
/// folder that was moved breaks thousands.
pub(crate) const MAX_SUGGESTIONS: usize = 50;

impl Missing {
    /// Tells it with advice: a file of nearly the same path, or of the same name elsewhere.
    fn diagnostic(self, site: &Site, named_in: &SourcePath, looks: &mut usize) -> Diagnostic {
        *looks += 1;
        let help = suggestions::for_file(site, self.code, named_in, &self.file, *looks <= MAX_SUGGESTIONS);
        Diagnostic::error(self.code, format!("there is no file `{}`", self.file)).at(named_in, self.spot).help(help)
    }
}

struct Check<'a> {
    site: &'a Site,
    blocks: Option<&'a KnownBlocks>,
    broken: &'a InvalidSources,
    rooted: &'a RootLinks<'a>,
    policy: &'a csp::CspRules,
    path: &'a SourcePath,
    owner: &'a UrlPath,
}

impl Check<'_> {
    fn outline(&self, outline: &TextAnalysis, error: &mut Faults) {
        for link in &outline.links {
            self.target(&link.target, "link", bytes(link.span), error);
        }
        for picture in &outline.images {
            self.target(&picture.target, "image", bytes(picture.span), error);
        }
        for block in &outline.blocks {
            self.block(block, outline, error);
        }
    }

    fn issue(&self, source: &ParsedSource, error: &mut Faults) {
        let ParsedSource::Issue(document) = source else { return };
        issues::check(self.site, document, &mut error.diagnostics);
    }

    fn target(&self, target: &LinkTarget, code: &'static str, spot: Span, error: &mut Faults) {
        let fragment = if let LinkTarget::Root(written) = target { self.rooted.error(written) } else { None };
        let resolved = self.site.urls.resolve(target, self.path, self.owner);
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
            Err(LinkError::NoFile(file)) => return error.missing.push(Missing { file, code, spot }),
            Err(LinkError::NoFragment(path, fragment)) => no_fragment(self.site, code, &path, &fragment),
            Err(LinkError::NotPublished(path)) => Diagnostic::error(code, format!("`{path}` is not a published file"))
                .help("put it beside the text, in a folder with the text as `index.md`, or into `static/`"),
            Err(LinkError::NoPage(link)) => Diagnostic::error(code, format!("`{link}` is not a URL of this site"))
                .help("write a URL as the browser shows it, from its first `/` on"),
        };
        error.diagnostics.push(diagnostic.at(self.path, spot));
    }
}

/// Tells that a file has no such heading.
fn no_fragment(site: &Site, code: &'static str, path: &SourcePath, fragment: &str) -> Diagnostic {
    let anchors = site.urls.anchors(path);
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

fn bytes(spot: (u32, u32)) -> Span {
    Span::Bytes(spot.0 as usize..spot.1 as usize)
}
