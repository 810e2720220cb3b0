//! Reports root-relative links and images that lead to no file of the output.

use std::collections::HashSet;

use super::super::OutputFile;
use crate::content::any_document::AnyDocument;
use crate::content::body::{LinkTarget, TextAnalysis};
use crate::content::document;
use crate::content::fields::{Field, KeyPath};
use crate::diagnostic::{CheckGroup, Diagnostic, Level, Span};
use crate::path::{OutputLayout, OutputPath, Slug, decode_path};
use crate::site::{InvalidSources, MAX_SUGGESTIONS, Site, SiteModel, rooted_advice};

/// A root-relative URL, and its span in the source.
struct RootLink<'a> {
    /// The code of the diagnostic: `link` or `image`.
    code: &'static str,
    /// The path of the source.
    file: &'a str,
    span: Span,
    /// The URL as written, with its query and fragment.
    written: &'a str,
    /// The level of the diagnostic if the URL leads to no file.
    level: Level,
}

/// Reports root-relative links and images of published texts, invalid texts and active promos that lead to no planned file.
pub(crate) fn check(site: &Site, invalid: &InvalidSources, pages: &[OutputFile], diagnostics: &mut Vec<Diagnostic>) {
    let published = site.urls.texts().iter().map(|text| &*text.document);
    let invalid_texts = invalid.values().filter_map(|source| source.as_ref()?.document());
    let excused: HashSet<Slug> = invalid.keys().filter_map(|path| Slug::slugify(document::name(path))).collect();
    let of_texts = published.chain(invalid_texts).flat_map(of_text);
    let layout = site.model.config.urls;
    // Most sites have no root-relative links, so the set of all URLs is built for the first of them only.
    let mut known: Option<HashSet<&str>> = None;
    let mut lookups = 0;
    for RootLink { code, file, span, written, level } in of_texts.chain(of_promos(&site.model)) {
        let known = known.get_or_insert_with(|| pages.iter().map(|page| page.url.as_str()).collect());
        let end = written.find(['?', '#']).unwrap_or(written.len());
        let plain = decode_path(&written[..end]).unwrap_or_default();
        let is_page = |url: &str| code == "link" && known.contains(url);
        let is_file = !plain.ends_with('/') && known.contains(plain.as_str());
        if is_file || is_page(&plain) || is_page(&format!("{plain}/")) || is_page(&of_file(&plain, layout)) {
            continue;
        }
        if level == Level::Error && site.urls.unpublished_at(&plain).is_some() {
            // `site` has reported links of texts to unpublished pages.
            if file == crate::config::FILE {
                let message = format!("`{plain}` is not published, so the promo has no link");
                let note = Diagnostic::note(code, message).at(file, span);
                diagnostics.push(note.help("it becomes a link once the page is published"));
            }
            continue;
        }
        let last = plain.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if Slug::slugify(last).is_some_and(|last| excused.contains(&last)) {
            // The page is most likely missing because its source is invalid, which is reported.
            continue;
        }
        lookups += 1;
        let urls = known.iter().copied().filter(|_| lookups <= MAX_SUGGESTIONS);
        let help = rooted_advice(&site.urls, code, file, &plain, urls);
        let what = if code == "image" { "a file" } else { "a URL" };
        let message = format!("`{plain}` is not {what} of this site");
        let group = CheckGroup::of_missing(code);
        diagnostics.push(Diagnostic::new(level, code, message).at(file, span).help(help).in_group(group));
    }
}

/// Returns the URL of the page whose file a URL names, if pages are files; else the URL itself.
fn of_file(url: &str, layout: OutputLayout) -> String {
    match OutputPath::new(url.trim_start_matches('/')) {
        Ok(path) if layout == OutputLayout::Files => path.url(layout),
        _ => url.to_owned(),
    }
}

/// Returns the root-relative links and images of a text and its front matter.
fn of_text<'a>(document: &'a dyn AnyDocument) -> impl Iterator<Item = RootLink<'a>> {
    let path = document.path();
    let written = |target: &'a LinkTarget| match target {
        // An absolute URL on the site's own host may belong to something else that is served there.
        LinkTarget::Own(written) => Some((written, Level::Warning)),
        LinkTarget::Root(written) => Some((written, Level::Error)),
        LinkTarget::External(_) | LinkTarget::Source(..) | LinkTarget::Fragment(_) => None,
    };
    let named = move |code, target: &'a LinkTarget, (start, end): (u32, u32)| {
        let (written, level) = written(target)?;
        let span = Span::Bytes(start as usize..end as usize);
        Some(RootLink { code, file: path.as_str(), span, written, level })
    };
    let TextAnalysis { links, images, .. } = document.analysis();
    let mut of_front_matter = Vec::new();
    document.fields().visit(&KeyPath::Root, &mut |key, field| {
        let (code, written, span): (_, &'a str, _) = match field {
            Field::Image(image) => ("image", &image.src, key.key("src").span()),
            Field::SiteUrl(url) => ("link", url, key.span()),
            // No other type of field accepts a root-relative URL.
            _ => return,
        };
        if written.starts_with('/') {
            let (file, level) = (path.as_str(), Level::Error);
            of_front_matter.push(RootLink { code, file, span, written, level });
        }
    });
    let links = links.iter().filter_map(move |link| named("link", &link.target, link.span));
    of_front_matter
        .into_iter()
        .chain(links)
        .chain(images.iter().filter_map(move |image| named("image", &image.target, image.span)))
}

/// Returns the root-relative links of active promos.
fn of_promos(model: &SiteModel) -> impl Iterator<Item = RootLink<'_>> {
    model.active_promos().filter_map(|(index, promo)| {
        let span = Span::Value(vec!["promos".into(), index.to_string(), "url".into()]);
        let written = promo.url.as_deref().filter(|url| url.starts_with('/'))?;
        Some(RootLink { code: "link", file: crate::config::FILE, span, written, level: Level::Error })
    })
}
