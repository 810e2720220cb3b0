//! What front matter and settings refer to: images, static pages, newsletters, old URLs. The type of a key decides
//! what is checked.

use super::{Check, Faults, Missing, no_fragment};
use crate::config::FILE;
use crate::content::body::LinkTarget;
use crate::content::fields::{AltText, ArticleRef, Field, Fields, ImageRef, KeyPath, PageRef, SiteUrl, StaticImage};
use crate::diagnostic::{Diagnostic, Span};
use crate::site::urls::aliases::alias;
use crate::site::{LinkError, ResolvedLink};

impl Check<'_> {
    /// Checks all fields of front matter or settings.
    pub(super) fn fields(&self, fields: &dyn Fields, error: &mut Faults) {
        fields.visit(&KeyPath::Root, &mut |key, field| self.field(key, field, error));
    }

    fn field(&self, key: &KeyPath<'_>, field: Field<'_>, error: &mut Faults) {
        let diagnostic = match field {
            Field::Image(image) => return self.image(image, key.span(), error),
            Field::AltText(alt) => alt_text(alt),
            Field::StaticImage(image) => self.static_image(image),
            Field::Article(article) => return self.article(article, key.span(), error),
            Field::Page(page) => self.static_page(page),
            Field::Newsletter(id) => self.newsletter(id),
            Field::Alias(written) => alias(written, &self.model.base).err().map(|why| {
                Diagnostic::error(self.code(), why).help("write the old URL from the site's root: `/2019/05/strike/`")
            }),
            Field::SiteUrl(url) => self.site_url(url),
            // Checked when they are read.
            Field::Prose(_) | Field::Url(_) | Field::Form(_) | Field::Time(_) => None,
            // Checked with the settings and the terms, which know what an unknown one may be.
            Field::Section(_) | Field::Topic(_) | Field::Author(_) | Field::Series(_) => None,
        };
        error.diagnostics.extend(diagnostic.map(|diagnostic| diagnostic.at(self.path, key.span())));
    }

    /// The code of diagnostics about keys of the file.
    fn code(&self) -> &'static str {
        if self.path.as_str() == FILE { "settings" } else { "front-matter" }
    }

    fn image(&self, image: &ImageRef, span: Span, error: &mut Faults) {
        match image.target(self.path) {
            Some(target) => self.target(&target, "image", span, error),
            None => error.diagnostics.push(
                Diagnostic::error("image", format!("`{image}` leads out of the site's folder"))
                    .at(self.path, span)
                    .help("put the image beside the text, or into `static/`"),
            ),
        }
    }

    fn article(&self, article: &ArticleRef, span: Span, error: &mut Faults) {
        const HELP: &str = "name files of `content/articles/`: `articles/2026/strike.md`";
        let file = article.path(self.path);
        if file.as_ref().is_some_and(|file| self.urls.article(file).is_some() || self.invalid.contains_key(file)) {
            return;
        }
        let target = file.map(|file| LinkTarget::Source(file, None));
        let diagnostic = match target.as_ref().map(|target| self.urls.resolve(target, self.path, self.owner)) {
            None => Diagnostic::error("article", format!("`{article}` is not a path of this site")).help(HELP),
            Some(Err(LinkError::NoFile(file))) => {
                return error.missing.push(Missing { file, code: "article", spot: span });
            }
            Some(Ok(ResolvedLink::Unpublished)) if self.urls.text(self.path).is_some() => {
                let message = format!("`{article}` is not published, so it is not shown here");
                Diagnostic::note("article", message).help("it is shown here once it is published")
            }
            // With errors, or to be published together with this file.
            Some(Ok(ResolvedLink::Unpublished)) => return,
            Some(Ok(ResolvedLink::Link(link))) if link.is_empty() => return,
            Some(_) => Diagnostic::error("article", format!("`{article}` is not an article")).help(HELP),
        };
        error.diagnostics.push(diagnostic.at(self.path, span));
    }

    /// Promos that are not running may lead to what does not exist yet, or no longer.
    fn site_url(&self, url: &SiteUrl) -> Option<Diagnostic> {
        match self.rooted.error(url).filter(|_| self.path.as_str() != FILE)? {
            LinkError::NoFragment(path, fragment) => Some(no_fragment(self.urls, self.code(), &path, &fragment)),
            _ => None,
        }
    }

    fn static_image(&self, image: &StaticImage) -> Option<Diagnostic> {
        let exists = image.path().is_some_and(|file| self.urls.file(&file).is_some());
        let message = format!("there is no file `static/{}`", image.trim_start_matches('/'));
        let help = "put the image into `static/`, and name it from there: `/images/logo.svg`";
        (!exists).then(|| Diagnostic::error(self.code(), message).help(help))
    }

    fn static_page(&self, page: &PageRef) -> Option<Diagnostic> {
        let is_excused = page.path().is_some_and(|path| self.invalid.contains_key(&path));
        if self.model.policy_url(Some(page)).is_some() || is_excused {
            return None;
        }
        let files = self.model.pages.iter().filter_map(|page| page.document.path.as_str().strip_prefix("content/"));
        Some(
            Diagnostic::error(self.code(), format!("there is no published page `content/{page}`"))
                .help("name a file below `content/`, for example `pages/ethics.md`")
                .suggest_path(page, files),
        )
    }

    /// Returns the error for an id without a newsletter, unless its file has errors.
    pub(super) fn newsletter(&self, id: &str) -> Option<Diagnostic> {
        let ids = || self.model.newsletters.iter().map(|newsletter| newsletter.id.as_str());
        let is_known = id == "none" || ids().any(|known| known == id) || self.model.has_invalid_newsletter(id);
        (!is_known).then(|| {
            Diagnostic::error("newsletter", format!("there is no newsletter `{id}`"))
                .help(format!("add `content/newsletters/{id}.md`, or write `none`"))
                .suggest(id, ids())
        })
    }
}

fn alt_text(alt: &AltText) -> Option<Diagnostic> {
    alt.trim().is_empty().then(|| {
        Diagnostic::error("image", "`alt` is empty")
            .help("describe what the image shows, for readers who do not see it")
    })
}
