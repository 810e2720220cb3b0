//! Files that are published as they are: the theme's, those in `static/`, and those beside published texts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Made, Page, Planner};
use crate::content::body::Target;
use crate::content::{Kind, Source, kind};
use crate::path::{ContentPath, UrlPath};
use crate::site::{Address, Input, Resolved, image_target};

impl Planner<'_> {
    pub(super) fn files(&mut self, inputs: &BTreeMap<ContentPath, Input>) {
        let given =
            |name: &str| ContentPath::new(&format!("static/{name}")).is_ok_and(|path| inputs.contains_key(&path));
        self.furniture(&given);
        if given("_redirects") {
            self.pages.retain(|page| page.output.as_str() != "_redirects");
        }
        for (name, asset) in self.theme.assets.iter() {
            let url = UrlPath::new(&format!("/{}", asset.output)).expect("an output path");
            self.pages.push(Page::new(url, Made::Asset(name.clone())));
        }
        for (path, input) in inputs {
            match kind(path) {
                Kind::Static => {
                    if let Ok(url) = UrlPath::new(&path.as_str()["static".len()..]) {
                        self.copy(path, url);
                    }
                }
                Kind::Beside => self.in_bundle(path),
                _ => self.beside(path, &input.source),
            }
        }
    }

    fn copy(&mut self, path: &ContentPath, url: UrlPath) {
        let mut page = Page::new(url, Made::Copy(path.clone()));
        page.source = Some(path.clone());
        self.add(page);
    }

    /// A file of a bundle is published with the bundle.
    fn in_bundle(&mut self, path: &ContentPath) {
        let addresses = &self.site.addresses;
        if let Some((_, Address::At(owner))) = addresses.bundle_of(path)
            && let Some(url) = addresses.file_url(path, owner)
        {
            self.copy(path, url);
        }
    }

    /// Outside of bundles, a file is published with each text that refers to it.
    fn beside(&mut self, path: &ContentPath, source: &Source) {
        let Some((owner, ..)) = self.site.text(path) else { return };
        let owner = owner.clone();
        let Some(outline) = source.outline() else { return };
        let image = source.image();
        let targets =
            outline.links.iter().map(|link| &link.target).chain(outline.images.iter().map(|image| &image.target));
        let image = image.and_then(|image| image_target(&image.src, path));
        let mut files: BTreeSet<(ContentPath, UrlPath)> = BTreeSet::new();
        for target in targets.chain(image.as_ref()) {
            let Target::Source(file, _) = target else { continue };
            if kind(file) != Kind::Beside || self.site.addresses.bundle_of(file).is_some() {
                continue;
            }
            if let Ok(Resolved::File { url, .. }) = self.site.addresses.resolve(target, path, &owner) {
                files.insert((file.clone(), url));
            }
        }
        for (file, url) in files {
            self.copy(&file, url);
        }
    }
}
