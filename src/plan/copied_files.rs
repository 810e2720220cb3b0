//! Files that are published as they are: the theme's, those in `static/`, and those beside published texts.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{OutputFile, OutputKind, Planner};
use crate::content::body::LinkTarget;
use crate::content::fields::{Field, KeyPath};
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::path::{SourcePath, UrlPath};
use crate::site::{PublishedText, ResolvedLink, SourceFile, UrlIndex, UrlStatus};

impl Planner<'_> {
    pub(super) fn files(&mut self, inputs: &BTreeMap<SourcePath, SourceFile>) {
        let given =
            |name: &str| SourcePath::new(&format!("static/{name}")).is_ok_and(|path| inputs.contains_key(&path));
        for (name, asset) in self.theme.assets.iter() {
            let url = UrlPath::new(&format!("/{}", asset.output)).expect("an output path");
            self.pages.push(OutputFile::new(url, OutputKind::Asset(name.clone())));
        }
        let urls = &self.site.urls;
        let is_file = |input: &SourceFile| matches!(input.parsed, ParsedSource::File(_) | ParsedSource::Headers(_));
        let files = inputs.par_iter().filter(|(_, input)| is_file(input));
        let copies: Vec<OutputFile> =
            files.filter_map(|(path, _)| static_file(path).or_else(|| in_bundle(urls, path))).collect();
        self.pages.extend(copies);
        let referenced: Vec<OutputFile> =
            urls.texts().par_iter().flat_map_iter(|text| referenced_files(urls, text)).collect();
        self.pages.extend(referenced);
        self.root_files(&given);
    }
}

fn copy(path: &SourcePath, url: UrlPath) -> OutputFile {
    OutputFile { source: Some(path.clone()), ..OutputFile::new(url, OutputKind::Copy(path.clone())) }
}

/// A file of `static/` is published below the root.
fn static_file(path: &SourcePath) -> Option<OutputFile> {
    let url = UrlPath::new(path.as_str().strip_prefix("static")?).ok()?;
    Some(copy(path, url))
}

/// A file of a bundle is published with the bundle.
fn in_bundle(urls: &UrlIndex, path: &SourcePath) -> Option<OutputFile> {
    let (_, UrlStatus::At(owner)) = urls.bundle_of(path)? else { return None };
    Some(copy(path, urls.file_url(path, owner)?))
}

/// Outside of bundles, a file is published with each text that refers to it.
fn referenced_files(urls: &UrlIndex, text: &PublishedText) -> Vec<OutputFile> {
    let (path, outline) = (text.path(), text.analysis());
    let targets = outline.links.iter().map(|link| &link.target).chain(outline.images.iter().map(|image| &image.target));
    let mut images = Vec::new();
    text.document.fields().visit(&KeyPath::Root, &mut |_, field| {
        if let Field::Image(image) = field {
            images.extend(image.target(path));
        }
    });
    let mut files: BTreeSet<(SourcePath, UrlPath)> = BTreeSet::new();
    for target in targets.chain(&images) {
        let LinkTarget::Source(file, _) = target else { continue };
        if source_kind(file) != SourceKind::Colocated || urls.bundle_of(file).is_some() {
            continue;
        }
        if let Ok(ResolvedLink::File { url, .. }) = urls.resolve(target, path, &text.url) {
            files.insert((file.clone(), url));
        }
    }
    files.into_iter().map(|(file, url)| copy(&file, url)).collect()
}
