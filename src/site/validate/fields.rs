//! Checks the references in front matter and settings: images, articles, static pages, newsletters, aliases. The type
//! of a key decides what is checked.

use super::{Check, Findings, Missing, no_fragment};
use crate::config::FILE;
use crate::content::body::LinkTarget;
use crate::content::fields::{AltText, ArticleRef, Field, Fields, Image, KeyPath, PageRef, SiteUrl, StaticImage};
use crate::diagnostic::{Diagnostic, Span};
use crate::site::urls::aliases::alias;
use crate::site::{LinkError, ResolvedLink};

impl Check<'_> {
    /// Checks all fields of front matter or settings.
    pub(super) fn fields(&self, fields: &dyn Fields, findings: &mut Findings) {
        fields.visit(&KeyPath::Root, &mut |key, field| self.field(key, field, findings));
    }

    fn field(&self, key: &KeyPath<'_>, field: Field<'_>, findings: &mut Findings) {
        let diagnostic = match field {
            Field::Image(image) => return self.image(image, key, findings),
            Field::AltText(alt) => alt_text(alt),
            Field::StaticImage(image) => self.static_image(image),
            Field::Article(article) => return self.article(article, key.span(), findings),
            Field::Page(page) => self.static_page(page),
            Field::Newsletter(id) => self.newsletter(id),
            Field::Alias(written) => alias(written, &self.model.base).err().map(|why| {
                Diagnostic::error(self.code(), why).help("write the old URL from the site's root: `/2019/05/strike/`")
            }),
            Field::SiteUrl(url) => self.site_url(url),
            // Their types check them when they are parsed.
            Field::Prose(_) | Field::Url(_) | Field::Form(_) | Field::Time(_) => None,
            // Checked with the settings, and when the terms are collected.
            Field::Section(_) | Field::Topic(_) | Field::Author(_) | Field::Series(_) => None,
        };
        findings.diagnostics.extend(diagnostic.map(|diagnostic| diagnostic.at(self.path, key.span())));
    }

    /// The code of diagnostics about keys of the file.
    fn code(&self) -> &'static str {
        if self.path.as_str() == FILE { "settings" } else { "front-matter" }
    }

    fn image(&self, image: &Image, key: &KeyPath<'_>, findings: &mut Findings) {
        let span = key.key("src").span();
        let Some(target) = image.src.target(self.path) else {
            let message = format!("`{}` leads out of the site's folder", image.src);
            let diagnostic = Diagnostic::error("image", message).at(self.path, span);
            return findings.diagnostics.push(diagnostic.help("put the image beside the text, or into `static/`"));
        };
        let path = self.urls.file_of(&target);
        let problem = path.and_then(|path| self.picture(path, self.slot_of_front_matter()));
        findings.diagnostics.extend(problem.map(|problem| problem.at(self.path, span.clone())));
        let data = path.and_then(|path| self.urls.image_data(path));
        if image.alt.is_none() && data.is_none_or(|data| data.alt.is_none()) {
            let help = "describe what it shows in `alt`, for readers who do not see it; or once for all its uses, in a \
                        file beside it with `.yaml` at the end of its name";
            let diagnostic = Diagnostic::error("image", "an image without `alt`").help(help);
            findings.diagnostics.push(diagnostic.at(self.path, span.clone()));
        }
        self.target(&target, "image", span, findings);
    }

    fn article(&self, article: &ArticleRef, span: Span, findings: &mut Findings) {
        const HELP: &str = "name files of `content/articles/`: `articles/2026/strike.md`";
        let file = article.path(self.path);
        if file.as_ref().is_some_and(|file| self.urls.article(file).is_some() || self.invalid.contains_key(file)) {
            return;
        }
        let target = file.map(|file| LinkTarget::Source(file, None));
        let diagnostic = match target.as_ref().map(|target| self.urls.resolve(target, self.path, self.owner)) {
            None => Diagnostic::error("article", format!("`{article}` is not a path of this site")).help(HELP),
            Some(Err(LinkError::NoFile(file))) => {
                return findings.missing.push(Missing { file, code: "article", span });
            }
            Some(Ok(ResolvedLink::Unpublished)) if self.urls.text(self.path).is_some() => {
                let message = format!("`{article}` is not published, so it is not shown here");
                Diagnostic::note("article", message).help("it is shown here once it is published")
            }
            // The article has errors, or is unpublished like this file.
            Some(Ok(ResolvedLink::Unpublished)) => return,
            Some(Ok(ResolvedLink::Link(link))) if link.is_empty() => return,
            Some(_) => Diagnostic::error("article", format!("`{article}` is not an article")).help(HELP),
        };
        findings.diagnostics.push(diagnostic.at(self.path, span));
    }

    /// Returns the error of a link whose target has no heading of its fragment. URLs of the settings are those of
    /// promos, which are checked while they are shown.
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
