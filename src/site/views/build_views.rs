//! How the views are made: what the site shows of an article, an author, a list, a picture.

use jiff::civil::Time;
use rustc_hash::FxHashMap;
use tera::Value;

use super::super::articles::Article;
use super::super::terms::{Term, TermFile, TermKind};
use super::super::urls::ResolvedLink;
use super::super::{Newsletter, Site};
use super::view::{
    ArticleView, AuthorLink, AuthorView, CardView, CorrectionView, DateView, ImageView, LabelView, NewsletterView,
    TermLink,
};
use crate::content::body::LinkTarget;
use crate::content::fields::{AuthorId, TopicId};
use crate::content::front_matter::{CommentsState, Extra, Image, Label};
use crate::digest::Digest;
use crate::path::{SourcePath, UrlPath};
use crate::time::{date_text, rfc3339, time_text, weekday_and_date, zoned};

/// A date in the site's zone and language.
#[must_use]
pub fn date_view(site: &Site, seconds: i64) -> DateView {
    let at = zoned(seconds, &site.zone);
    let language = &site.config.language;
    DateView {
        iso: rfc3339(&at),
        text: date_text(&at, language),
        weekday: weekday_and_date(&at, language),
        time: if at.time() == Time::midnight() { String::new() } else { time_text(&at, language) },
        year: at.year(),
    }
}

/// How many words a minute people read.
const WORDS_PER_MINUTE: u32 = 230;

/// Returns the minutes that a text of `word_count` words takes to read, at least one.
#[must_use]
pub fn reading_time(word_count: u32) -> u32 {
    word_count.div_ceil(WORDS_PER_MINUTE).max(1)
}

impl Site {
    /// An article as lists show it.
    #[must_use]
    pub fn card(&self, index: usize) -> CardView<'_> {
        let article = &self.articles[index];
        let topics = article.document.front_matter.topics.iter().filter_map(|id| self.named(TermKind::Topic, id));
        self.card_with(index, self.section_name(article), self.author_names(article), topics.collect())
    }

    fn card_with<N, A>(&self, index: usize, section: N, authors: Vec<A>, topics: Vec<N>) -> CardView<'_, N, A> {
        let article = &self.articles[index];
        let front_matter = &article.document.front_matter;
        let outline = &article.document.analysis;
        let excerpt = (!outline.excerpt.is_empty()).then_some(outline.excerpt.as_str());
        CardView {
            title: &front_matter.title,
            url: self.base.link(&article.url),
            permalink: self.base.absolute(&article.url),
            kicker: front_matter.kicker.as_deref(),
            summary: front_matter.summary.as_deref().or(excerpt),
            section,
            label: self.label(article.label),
            date: date_view(self, article.date),
            updated: article.updated.map(|at| date_view(self, at)),
            authors,
            byline: front_matter.byline.as_deref(),
            topics,
            image: front_matter
                .image
                .as_ref()
                .and_then(|image| self.image(image, &article.document.path, &article.url)),
            reading_time: reading_time(outline.words),
            comments: self.comment_count(article),
            pinned: front_matter.pinned.is_some(),
            state: article.unpublished_reason.map(|reason| reason.word()),
        }
    }

    /// The digest of all that makes a card. It stands for the card itself together with what all pages see: base URL,
    /// time zone, language and words.
    pub(crate) fn card_digest(&self, index: usize) -> Digest {
        let article = &self.articles[index];
        let (front_matter, outline) = (&article.document.front_matter, &article.document.analysis);
        let section = &self.config.sections[article.section];
        let names = |kind: TermKind, ids: &mut dyn Iterator<Item = &str>| -> Vec<(&str, &str, &str)> {
            let terms = ids.filter_map(|id| self.terms.get(kind, id));
            terms.map(|term| (term.id.as_str(), term.title.as_str(), term.url.as_str())).collect()
        };
        Digest::of(&(
            (
                &front_matter.title,
                &article.url,
                &front_matter.kicker,
                front_matter.summary.as_deref().unwrap_or(&outline.excerpt),
            ),
            (&section.id, &section.title, article.label.as_str(), article.date, article.updated),
            (
                names(TermKind::Author, &mut front_matter.authors.iter().map(AuthorId::as_str)),
                &front_matter.byline,
                names(TermKind::Topic, &mut front_matter.topics.iter().map(TopicId::as_str)),
            ),
            front_matter.image.as_ref().and_then(|image| self.image(image, &article.document.path, &article.url)),
            (reading_time(outline.words), self.comment_count(article), front_matter.pinned.is_some()),
            article.unpublished_reason.map(|reason| reason.word()),
        ))
    }

    /// What only an article's own page shows.
    pub(crate) fn article_view(&self, index: usize) -> ArticleView<'_> {
        let document = &self.articles[index].document;
        let front_matter = &document.front_matter;
        let corrections = front_matter.corrections.iter().map(|correction| CorrectionView {
            date: date_view(self, correction.date.unix_seconds(&self.zone)),
            kind: correction.kind.as_str(),
            text: &correction.text,
        });
        ArticleView {
            summary: front_matter.summary.as_deref(),
            dateline: front_matter.dateline.as_deref(),
            canonical_url: front_matter.canonical_url.as_deref(),
            toc: &document.analysis.headings,
            word_count: document.analysis.words,
            sources: &front_matter.sources,
            corrections: corrections.collect(),
            extra: front_matter.extra.value(),
        }
    }

    /// The digest of all that an author's box shows; worked out once for all articles.
    pub(crate) fn author_digest(&self, term: &Term) -> Digest {
        self.authors.get(&term.id).copied().unwrap_or_else(|| self.author(term).digest())
    }

    /// How many comments an article has, if it has any and shows them.
    #[must_use]
    pub fn comment_count(&self, article: &Article) -> Option<usize> {
        match self.comments_state(article) {
            CommentsState::Off => None,
            _ => Some(self.comments_of(article).len()).filter(|count| *count > 0),
        }
    }

    /// The terms' names as cards have them, by address.
    pub(crate) fn shared_names(&self) -> FxHashMap<UrlPath, Value> {
        let names = self.terms.iter().map(|term| {
            let (id, title, url) = (term.id.clone(), term.title.clone(), self.base.link(&term.url));
            let value = match term.kind {
                TermKind::Author => Value::from_serializable(&AuthorLink { id, name: title, url }),
                _ => Value::from_serializable(&TermLink { id, title, url }),
            };
            (term.url.clone(), value)
        });
        names.collect()
    }

    /// An article as lists show it, for templates. Ten thousand of these are held at once, so they share the names
    /// of their section, topics and authors.
    #[must_use]
    pub fn card_value(&self, index: usize) -> tera::Map {
        let article = &self.articles[index];
        let front_matter = &article.document.front_matter;
        let named = |kind: TermKind, ids: &mut dyn Iterator<Item = &str>| -> Vec<Value> {
            let terms = ids.filter_map(|id| self.terms.get(kind, id));
            terms.filter_map(|term| self.term_links.get(&term.url).cloned()).collect()
        };
        let card: CardView<'_, (), ()> = self.card_with(index, (), Vec::new(), Vec::new());
        let mut members = Value::from_serializable(&card).into_map().unwrap_or_default();
        let section = named(TermKind::Section, &mut std::iter::once(&*self.config.sections[article.section].id));
        members.insert("section".into(), section.into_iter().next().unwrap_or_else(Value::none));
        members.insert(
            "topics".into(),
            Value::from(named(TermKind::Topic, &mut front_matter.topics.iter().map(TopicId::as_str))),
        );
        members.insert(
            "authors".into(),
            Value::from(named(TermKind::Author, &mut front_matter.authors.iter().map(AuthorId::as_str))),
        );
        members
    }

    /// An article's section as a named link.
    #[must_use]
    pub fn section_name(&self, article: &Article) -> TermLink {
        let section = &self.config.sections[article.section];
        let url = UrlPath::new(&format!("/{}/", section.id)).expect("ids are slugs");
        TermLink { id: section.id.to_string(), title: section.title.to_string(), url: self.base.link(&url) }
    }

    /// A label with its word; plain news has none.
    #[must_use]
    pub fn label(&self, label: Label) -> Option<LabelView> {
        if label == Label::News {
            return None;
        }
        let id = label.as_str();
        Some(LabelView { id, text: self.translate(&format!("label_{id}")) })
    }

    /// A word of the site's language; the key itself when there is none.
    #[must_use]
    pub fn translate(&self, key: &str) -> String {
        self.translations.translate(key, None, &[]).unwrap_or_else(|| key.to_owned())
    }

    /// A word with something filled in.
    #[must_use]
    pub fn translate_with(&self, key: &str, arguments: &[(&str, String)]) -> String {
        self.translations.translate(key, None, arguments).unwrap_or_else(|| key.to_owned())
    }

    fn named(&self, kind: TermKind, id: &str) -> Option<TermLink> {
        let term = self.terms.get(kind, id)?;
        Some(TermLink { id: term.id.clone(), title: term.title.clone(), url: self.base.link(&term.url) })
    }

    /// The names of an article's authors.
    #[must_use]
    pub fn author_names(&self, article: &Article) -> Vec<AuthorLink> {
        let ids = article.document.front_matter.authors.iter();
        let named = ids.filter_map(|id| self.named(TermKind::Author, id));
        named.map(|TermLink { id, title, url }| AuthorLink { id, name: title, url }).collect()
    }

    /// A picture of front matter, its link resolved; `None` when it is nowhere (told elsewhere).
    #[must_use]
    pub fn image(&self, image: &Image, file: &SourcePath, owner: &UrlPath) -> Option<ImageView> {
        let target = image.src.target(file)?;
        let mut view = self.image_of_target(&target, file, owner)?;
        view.alt = image.alt.to_string();
        view.caption = image.caption.clone().map(String::from);
        view.credit = image.credit.clone().map(String::from);
        Some(view)
    }

    /// A term's picture.
    #[must_use]
    pub fn term_image(&self, term: &Term) -> Option<ImageView> {
        let (image, file) = term.file.image()?;
        self.image(image, file, &term.url)
    }

    /// A picture of `static/` named in the settings.
    #[must_use]
    pub fn static_image(&self, written: &str) -> Option<ImageView> {
        let path = SourcePath::new(&format!("static/{}", written.trim_start_matches('/'))).ok()?;
        let size = self.urls.file(&path)?;
        let url = UrlPath::new(&path.as_str()["static".len()..]).ok()?;
        Some(ImageView::new(self.base.link(&url), size))
    }

    /// A picture's link and size.
    #[must_use]
    pub fn image_of_target(&self, target: &LinkTarget, file: &SourcePath, owner: &UrlPath) -> Option<ImageView> {
        match self.urls.resolve(target, file, owner) {
            Ok(ResolvedLink::File { url, size }) => Some(ImageView::new(self.base.link(&url), size)),
            Ok(resolved) => resolved.link(&self.base).map(|url| ImageView::new(url, None)),
            Err(_) => None,
        }
    }

    /// An author with all that their page shows.
    #[must_use]
    pub fn author_view<'s>(&'s self, term: &'s Term) -> AuthorView<'s> {
        let TermFile::Author(document) = &term.file else {
            return AuthorView {
                id: &term.id,
                name: &term.title,
                url: self.base.link(&term.url),
                role: None,
                email: None,
                image: None,
                links: &[],
                fediverse: None,
                active: true,
                extra: Extra::default().value(),
            };
        };
        let front_matter = &document.front_matter;
        AuthorView {
            id: &term.id,
            name: &term.title,
            url: self.base.link(&term.url),
            role: front_matter.role.as_deref(),
            email: front_matter.email.as_deref(),
            image: self.term_image(term),
            links: &front_matter.links,
            fediverse: front_matter.fediverse.as_deref(),
            active: front_matter.active,
            extra: front_matter.extra.value(),
        }
    }

    /// A list and its form, which tells its provider of the page that it stands on if it is given.
    #[must_use]
    pub fn newsletter_view<'s>(&'s self, newsletter: &'s Newsletter, page: Option<&UrlPath>) -> NewsletterView<'s> {
        let page = page.map(|page| self.base.link(page));
        let front_matter = &newsletter.document.front_matter;
        let thanks = newsletter.page("thanks");
        NewsletterView {
            id: &newsletter.id,
            title: &front_matter.title,
            summary: front_matter.summary.as_deref(),
            frequency: front_matter.frequency.as_deref(),
            consent: front_matter.consent.as_deref(),
            button: front_matter.button.as_deref(),
            url: self.base.link(&newsletter.url),
            thanks_url: self.base.link(&thanks),
            archive_url: (!self.issues_of(&newsletter.id).is_empty())
                .then(|| self.base.link(&self.archive_page(newsletter, 1))),
            privacy_url: self.policy(self.config.organization.policies.privacy.as_deref()),
            confirms: newsletter.sign_up.confirms,
            provider: newsletter.sign_up.provider,
            form: (newsletter.sign_up.form())
                .map(|form| form.at(&self.base.link(&thanks), &self.base.absolute(&thanks), page.as_deref())),
            hosted_url: newsletter.sign_up.page(),
            host: newsletter.host(),
            extra: front_matter.extra.value(),
        }
    }

    /// The link to a standing page named in the settings.
    #[must_use]
    pub fn policy(&self, path: Option<&str>) -> Option<String> {
        self.policy_url(path).map(|url| self.base.link(url))
    }

    /// The address of a standing page named in the settings.
    #[must_use]
    pub fn policy_url(&self, path: Option<&str>) -> Option<&UrlPath> {
        let path = format!("content/{}", path?);
        self.pages.iter().find(|page| page.document.path.as_str() == path).map(|page| &page.url)
    }
}

impl Newsletter {
    /// The address of a page below the sign-up page: `thanks`, `confirmed`.
    #[must_use]
    pub fn page(&self, name: &str) -> UrlPath {
        UrlPath::new(&format!("{}{name}/", self.url)).expect("a page below a page")
    }
}

impl ImageView {
    /// A picture of which nothing is said yet.
    #[must_use]
    pub fn new(url: String, size: Option<(u32, u32)>) -> ImageView {
        let (width, height) = size.unzip();
        ImageView { url, width, height, alt: String::new(), caption: None, credit: None }
    }
}
