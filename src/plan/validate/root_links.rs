//! Links and pictures named from the root that lead to no file of the output.

use std::collections::HashSet;

use super::super::OutputFile;
use crate::content::any_document::AnyDocument;
use crate::content::body::{LinkTarget, TextAnalysis};
use crate::content::document;
use crate::content::fields::{Field, KeyPath};
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::path::{Slug, decode_path};
use crate::site::{InvalidSources, MAX_SUGGESTIONS, Site, SiteModel, rooted_advice};

/// An address from the root, and where it is written.
struct RootLink<'a> {
    /// `link` or `image`.
    code: &'static str,
    file: &'a str,
    spot: Span,
    written: &'a str,
    level: Level,
}

/// Reports links and pictures written from the root that lead nowhere.
pub(crate) fn check(site: &Site, broken: &InvalidSources, pages: &[OutputFile], diagnostics: &mut Vec<Diagnostic>) {
    let published = site.urls.texts().iter().map(|text| &*text.document);
    let invalid = broken.values().filter_map(|source| source.as_ref()?.document());
    let excused: HashSet<Slug> = broken.keys().filter_map(|path| Slug::slugify(document::name(path))).collect();
    let of_texts = published.chain(invalid).flat_map(of_text);
    let mut known: Option<HashSet<&str>> = None;
    let mut looks = 0;
    for RootLink { code, file, spot, written, level } in of_texts.chain(of_promos(&site.model)) {
        let known = known.get_or_insert_with(|| pages.iter().map(|page| page.url.as_str()).collect());
        let end = written.find(['?', '#']).unwrap_or(written.len());
        let plain = decode_path(&written[..end]).unwrap_or_default();
        let is_page = |address: &str| code == "link" && known.contains(address);
        let is_file = !plain.ends_with('/') && known.contains(plain.as_str());
        if is_file || is_page(&plain) || is_page(&format!("{plain}/")) {
            continue;
        }
        if level == Level::Error && site.urls.unpublished_at(&plain).is_some() {
            // Of a text it was told where the text was checked.
            if file == crate::config::FILE {
                let message = format!("`{plain}` is not published, so the promo has no link");
                let note = Diagnostic::note(code, message).at(file, spot);
                diagnostics.push(note.help("it becomes a link once the page is published"));
            }
            continue;
        }
        let last = plain.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if Slug::slugify(last).is_some_and(|last| excused.contains(&last)) {
            // It most likely leads to a file whose page is missing for other mistakes.
            continue;
        }
        looks += 1;
        let addresses = known.iter().copied().filter(|_| looks <= MAX_SUGGESTIONS);
        let help = rooted_advice(&site.urls, code, file, &plain, addresses);
        let what = if code == "image" { "a file" } else { "a URL" };
        let message = format!("`{plain}` is not {what} of this site");
        diagnostics.push(Diagnostic::new(level, code, message).at(file, spot).help(help));
    }
}

/// What a text and its front matter name.
fn of_text<'a>(document: &'a dyn AnyDocument) -> impl Iterator<Item = RootLink<'a>> {
    let path = document.path();
    let written = |target: &'a LinkTarget| match target {
        // Something else may be served from the same host.
        LinkTarget::Own(written) => Some((written, Level::Warning)),
        LinkTarget::Root(written) => Some((written, Level::Error)),
        LinkTarget::External(_) | LinkTarget::Source(..) | LinkTarget::Fragment(_) => None,
    };
    let named = move |code, target: &'a LinkTarget, (start, end): (u32, u32)| {
        let (written, level) = written(target)?;
        let spot = Span::Bytes(start as usize..end as usize);
        Some(RootLink { code, file: path.as_str(), spot, written, level })
    };
    let TextAnalysis { links, images, .. } = document.analysis();
    let mut of_front_matter = Vec::new();
    document.fields().visit(&KeyPath::Root, &mut |key, field| {
        let (code, written): (_, &'a str) = match field {
            Field::Image(image) => ("image", image),
            Field::SiteUrl(url) => ("link", url),
            // Nothing else may be a URL from the root.
            _ => return,
        };
        if written.starts_with('/') {
            let (file, level) = (path.as_str(), Level::Error);
            of_front_matter.push(RootLink { code, file, spot: key.span(), written, level });
        }
    });
    let links = links.iter().filter_map(move |link| named("link", &link.target, link.spot));
    of_front_matter
        .into_iter()
        .chain(links)
        .chain(images.iter().filter_map(move |image| named("image", &image.target, image.spot)))
}

/// What announcements that are running lead to.
fn of_promos(model: &SiteModel) -> impl Iterator<Item = RootLink<'_>> {
    model.active_promos().filter_map(|(index, promo)| {
        let spot = Span::Value(vec!["promos".into(), index.to_string(), "url".into()]);
        let written = promo.url.as_deref().filter(|url| url.starts_with('/'))?;
        Some(RootLink { code: "link", file: crate::config::FILE, spot, written, level: Level::Error })
    })
}
