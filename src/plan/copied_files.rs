//! Files that are copied to the output: the theme's assets, the files of `static/`, and colocated files of published
//! texts.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::pictures::{images_of, linked_files};
use super::{OutputFile, OutputKind, Planner};
use crate::content::body::LinkTarget;
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::path::{SourcePath, UrlPath};
use crate::site::{PublishedText, ResolvedLink, SourceFile, UrlIndex, UrlStatus};

impl Planner<'_> {
    /// Plans the theme's assets, the copies of source files, and the root files.
    pub(super) fn files(&mut self, sources: &BTreeMap<SourcePath, SourceFile>) {
        let is_given =
            |name: &str| SourcePath::new(&format!("static/{name}")).is_ok_and(|path| sources.contains_key(&path));
        for (name, asset) in self.theme.assets.iter() {
            let url = UrlPath::new(&format!("/{}", asset.output)).expect("an output path");
            self.pages.push(OutputFile::new(url, OutputKind::Asset(name.clone())));
        }
        let urls = &self.site.urls;
        let links = linked_files(urls);
        let has_variants_only = |path: &SourcePath| !links.contains(path) && urls.picture(path, None).is_some();
        let is_file = |source: &SourceFile| matches!(source.parsed, ParsedSource::File(_) | ParsedSource::Headers(_));
        let files = sources.par_iter().filter(|(_, source)| is_file(source));
        let in_bundle = |path: &SourcePath| in_bundle(urls, path).filter(|_| !has_variants_only(path));
        let copies: Vec<OutputFile> =
            files.filter_map(|(path, _)| static_file(path).or_else(|| in_bundle(path))).collect();
        self.pages.extend(copies);
        let referenced: Vec<OutputFile> =
            urls.texts().par_iter().flat_map_iter(|text| referenced_files(urls, text, &has_variants_only)).collect();
        self.pages.extend(referenced);
        self.root_files(&is_given);
    }
}

fn copy(path: &SourcePath, url: UrlPath) -> OutputFile {
    OutputFile { source: Some(path.clone()), ..OutputFile::new(url, OutputKind::Copy(path.clone())) }
}

/// Returns the copy of a file of `static/`, below the root; `None` for any other file.
fn static_file(path: &SourcePath) -> Option<OutputFile> {
    let url = UrlPath::new(path.as_str().strip_prefix("static")?).ok()?;
    Some(copy(path, url))
}

/// Returns the copy of a file of a page bundle, below the URL of the bundle's text; `None` for a file outside of bundles,
/// or if the text is unpublished.
fn in_bundle(urls: &UrlIndex, path: &SourcePath) -> Option<OutputFile> {
    let (_, UrlStatus::At(owner)) = urls.bundle_of(path)? else { return None };
    Some(copy(path, urls.file_url(path, owner)?))
}

/// Returns the copies of files outside of page bundles that a text refers to. Such a file is published below the URL of
/// each text that links to it or shows it, unless it is a picture that is published as variants only.
fn referenced_files(
    urls: &UrlIndex,
    text: &PublishedText,
    has_variants_only: &dyn Fn(&SourcePath) -> bool,
) -> Vec<OutputFile> {
    let (path, analysis) = (text.path(), text.analysis());
    let images: Vec<LinkTarget> = images_of(text).map(|(target, _)| target).collect();
    let targets = analysis.links.iter().map(|link| &link.target).chain(&images);
    let mut files: BTreeSet<(SourcePath, UrlPath)> = BTreeSet::new();
    for target in targets {
        let LinkTarget::Source(file, _) = target else { continue };
        if source_kind(file) != SourceKind::Colocated || urls.bundle_of(file).is_some() || has_variants_only(file) {
            continue;
        }
        if let Ok(ResolvedLink::File { url, .. }) = urls.resolve(target, path, &text.url) {
            files.insert((file.clone(), url));
        }
    }
    files.into_iter().map(|(file, url)| copy(&file, url)).collect()
}
