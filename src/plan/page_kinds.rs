//! The kinds of pages that are rendered by templates, each with its template and the template's variables.
//!
//! `docs/theming.md` describes them for theme makers; a test compares the two.

use std::borrow::Cow;

use serde::Serialize;

use crate::theme::{TemplateContract, ThemeContract};

/// A kind of page, with a template of its own or one that several kinds share. Templates read it as `page.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are enough; docs/theming.md describes each")]
pub enum PageKind {
    Article,
    FrontPage,
    Section,
    Topic,
    Series,
    Latest,
    Author,
    Archive,
    ArchiveMonth,
    Corrections,
    Newsletters,
    Newsletter,
    Issue,
    Issues,
    Entry,
    Collection,
    NewsletterThanks,
    NewsletterConfirmed,
    Page,
    NotFound,
    Redirect,
}

/// The template of a page: that of its kind, or one that a collection names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageTemplate {
    /// The kind of page, which determines the variables.
    pub kind: PageKind,
    /// The name of the template: `article.html`.
    pub name: Cow<'static, str>,
}

impl PageTemplate {
    /// Returns a template by name; `None` means that of the kind.
    #[must_use]
    pub fn named(kind: PageKind, name: Option<&str>) -> PageTemplate {
        PageTemplate { kind, name: name.map_or(Cow::Borrowed(kind.template()), |name| Cow::Owned(name.to_owned())) }
    }
}

impl From<PageKind> for PageTemplate {
    fn from(kind: PageKind) -> PageTemplate {
        PageTemplate::named(kind, None)
    }
}

/// The properties that all pages of a kind share.
struct PageKindRow {
    template: &'static str,
    /// The type of the pages in structured data (schema.org); `None` when it depends on the page, or there is none.
    schema_type: Option<&'static str>,
}

impl PageKind {
    /// Returns the file name of the template that renders pages of this kind: `article.html`.
    #[must_use]
    pub fn template(self) -> &'static str {
        self.row().template
    }

    /// Returns the type of the pages in structured data (schema.org): `CollectionPage`. `None` when it depends on the
    /// page, or there is none.
    #[must_use]
    pub fn schema_type(self) -> Option<&'static str> {
        self.row().schema_type
    }

    fn row(self) -> PageKindRow {
        let row = |template, schema_type| PageKindRow { template, schema_type };
        let (page, collection) = (Some("WebPage"), Some("CollectionPage"));
        match self {
            PageKind::Article => row("article.html", None),
            PageKind::FrontPage => row("index.html", None),
            PageKind::Section | PageKind::Topic | PageKind::Series | PageKind::Latest => {
                row("listing.html", collection)
            }
            PageKind::Author => row("author.html", None),
            PageKind::Archive => row("archive.html", collection),
            PageKind::ArchiveMonth => row("archive-month.html", collection),
            PageKind::Corrections => row("corrections.html", collection),
            PageKind::Newsletters => row("newsletters.html", page),
            PageKind::Newsletter => row("newsletter.html", page),
            PageKind::Issue => row("issue.html", None),
            PageKind::Issues => row("issues.html", collection),
            PageKind::Entry => row("entry.html", None),
            PageKind::Collection => row("collection.html", collection),
            PageKind::NewsletterThanks => row("newsletter-thanks.html", page),
            PageKind::NewsletterConfirmed => row("newsletter-confirmed.html", page),
            PageKind::Page => row("page.html", page),
            PageKind::NotFound => row("404.html", None),
            PageKind::Redirect => row("redirect.html", None),
        }
    }
}

const fn needs(
    kind: &'static str,
    template: &'static str,
    variables: &'static [&'static str],
) -> TemplateContract<'static> {
    TemplateContract { template, kind, variables, blocks: BASE_BLOCKS }
}

/// The template blocks of every page that readers see.
const BASE_BLOCKS: &[&str] = &["head", "body_class", "masthead", "main", "footer"];

/// The template blocks of articles.
const ARTICLE_BLOCKS: &[&str] = &["head", "body_class", "masthead", "main", "footer", "after_text", "rail"];

const LISTING: &[&str] = &["here", "term", "articles", "entry_groups", "pagination", "newsletter", "promos"];

/// The contract that every theme fulfils: the templates, translations, assets and blocks that the program uses.
pub const THEME_CONTRACT: ThemeContract = ThemeContract {
    pages: TEMPLATES,
    fragments: &["here", "latest", "promos", "newsletter", "newsletters", "now"],
    translations: &[
        "archive",
        "check_your_inbox",
        "comment_on",
        "comments",
        "correction_*",
        "corrections",
        "corrections_summary",
        "first_appeared",
        "label_*",
        "issues_of",
        "issue_articles",
        "latest_articles",
        "email_unsubscribe",
        "email_view_online",
        "moved",
        "newsletters",
        "not_found",
        "source_archived",
        "sources",
        "subscription_confirmed",
        "thanks_received",
    ],
    assets: &["icon.svg", "icon-192.png", "icon-512.png"],
    author_blocks: &[
        "call-to-action",
        "fact-box",
        "figure",
        "gallery",
        "key-points",
        "newsletter",
        "pull-quote",
        "related",
        "timeline",
    ],
};

/// Every template that pages use, with the variables that it gets.
pub const TEMPLATES: &[TemplateContract<'static>] = &[
    TemplateContract {
        blocks: ARTICLE_BLOCKS,
        ..needs(
            "article",
            "article.html",
            &["here", "article", "content", "series", "related", "latest", "comments", "newsletter", "promos"],
        )
    },
    needs(
        "front-page",
        "index.html",
        &[
            "here",
            "lead",
            "secondary",
            "river",
            "section_groups",
            "opinion",
            "pagination",
            "newsletter",
            "promos",
            "now",
        ],
    ),
    needs("listing", "listing.html", LISTING),
    needs("author", "author.html", LISTING),
    needs("archive", "archive.html", &["here", "years"]),
    needs("archive-month", "archive-month.html", &["here", "month", "articles", "earlier", "later"]),
    needs("corrections", "corrections.html", &["here", "corrections"]),
    needs("newsletters", "newsletters.html", &["here", "newsletters", "sign_ups"]),
    needs("newsletter", "newsletter.html", &["here", "newsletter", "document", "content", "issues", "latest"]),
    needs("issue", "issue.html", &["here", "issue", "newsletter", "content", "earlier", "later"]),
    needs("issues", "issues.html", &["here", "newsletter", "issues", "pagination"]),
    needs("entry", "entry.html", &["here", "entry", "collection", "content", "related"]),
    needs("collection", "collection.html", &["here", "collection", "entries", "pagination"]),
    needs("newsletter-thanks", "newsletter-thanks.html", &["here", "newsletter", "latest"]),
    needs("newsletter-confirmed", "newsletter-confirmed.html", &["here", "newsletter", "latest"]),
    needs("page", "page.html", &["here", "document", "content"]),
    needs("not-found", "404.html", &["here", "latest"]),
    TemplateContract { blocks: &[], ..needs("redirect", "redirect.html", &["target", "target_absolute"]) },
];
