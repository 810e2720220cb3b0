//! Reports output files with the same path. Paths that differ only by letter case are the same on many file systems.

use std::collections::HashMap;

use super::super::page_kinds::PageKind;
use super::super::{OutputFile, OutputKind};
use crate::content::fields::AliasUrl;
use crate::content::kinds::ContentKind;
use crate::content::source_kind;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{OutputLayout, SourcePath};
use crate::site::{PublishedText, Site, alias};

/// Reports output files with the same path, and files whose path is a folder of another file. `pages` are sorted by path.
pub(crate) fn check(site: &Site, pages: &[OutputFile], diagnostics: &mut Vec<Diagnostic>) {
    let mut places: HashMap<String, &OutputFile> = HashMap::with_capacity(pages.len());
    for page in pages {
        if let Some(other) = places.insert(page.output.case_folded(), page) {
            diagnostics.push(two_in_one(site, other, page, "have the same URL"));
        }
    }
    // Hosts send `x/index.html` for `/x/` too.
    for page in pages.iter().filter(|page| page.layout() == OutputLayout::Files) {
        if let Some(other) = places.get(&page.url.output(OutputLayout::Folders).case_folded()) {
            diagnostics.push(two_in_one(site, page, other, "have the same URL"));
        }
    }
    let mut above = "";
    for page in pages.iter().filter(|page| !page.output.folder().is_empty()) {
        // The files of a folder follow each other, so its parents are checked once.
        if page.output.folder() == above {
            continue;
        }
        above = page.output.folder();
        let folded = page.output.case_folded();
        let mut folder = folded.as_str();
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            if let Some(other) = places.get(folder) {
                diagnostics.push(two_in_one(site, other, page, "need the same name for a file and a folder"));
            }
        }
    }
}

/// Returns the diagnostic of a collision, located in the source whose URL is easiest to change.
fn two_in_one(site: &Site, one: &OutputFile, other: &OutputFile, what: &str) -> Diagnostic {
    let message = format!("{} and {} {what}, `{}`", origin(one), origin(other), other.url);
    let is_file = |page: &OutputFile| matches!(page.kind, OutputKind::Copy(_));
    let help = if is_alias(one) || is_alias(other) {
        "remove the URL from `aliases`: a page is published there"
    } else if is_file(one) || is_file(other) {
        "give the file another name, or the text another `slug`"
    } else {
        "give one of them another `slug`; on many machines URLs that differ only by letter case are the same"
    };
    let diagnostic = Diagnostic::error("collision", message).help(help);
    let sources = [other, one].into_iter().filter_map(|page| {
        let source = page.source.as_ref()?;
        Some((source, span(site, page, source), is_alias(page)))
    });
    // A URL given by a key is easier to change than one that comes from a file's name.
    let rank = |span: &Span| match span {
        Span::Value(_) => 0,
        Span::Key(_) => 1,
        _ => 2,
    };
    match sources.min_by_key(|(_, span, is_alias)| (!is_alias, rank(span))) {
        Some((source, span, _)) => diagnostic.at(source, span),
        None => diagnostic,
    }
}

fn is_alias(page: &OutputFile) -> bool {
    matches!(&page.kind, OutputKind::Template(template) if template.kind == PageKind::Redirect)
}

/// Returns the span in a source that determines a page's URL: an alias or the slug. Without a slug the URL comes from the
/// file's name, and the span is the title's.
fn span(site: &Site, page: &OutputFile, source: &SourcePath) -> Span {
    let keys = site.urls.text(source).map(PublishedText::keys);
    if is_alias(page) {
        let is_it = |written: &AliasUrl| alias(written, &site.model.base).is_ok_and(|alias| alias == page.url);
        let index = keys.and_then(|keys| keys.aliases.iter().position(is_it));
        return index.map_or(Span::key("aliases"), |index| Span::item("aliases", index));
    }
    match (&page.kind, keys.and_then(|keys| keys.slug)) {
        (OutputKind::Template(_), Some(_)) => Span::value("slug"),
        (OutputKind::Template(_), _) => {
            Span::key(ContentKind::of(source_kind(source)).map_or("title", |row| row.heading_key))
        }
        _ => Span::Whole,
    }
}

/// Describes for a message what an output file is made from.
fn origin(page: &OutputFile) -> String {
    match (&page.source, &page.kind) {
        (Some(source), _) => format!("`{source}`"),
        (None, OutputKind::Asset(name)) => format!("the theme's `assets/{name}`"),
        (None, OutputKind::Template(template)) => {
            let kind = serde_json::to_value(template.kind).ok();
            format!("a page of the kind `{}`", kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or("page"))
        }
        (None, _) => "a generated file".to_owned(),
    }
}
