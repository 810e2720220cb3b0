//! The kinds of pages that go through templates, each with its template and the variables it gets.
//! `docs/theming.md` says the same for theme makers, and a test holds the two together.

use serde::Serialize;

use crate::theme::{TemplateContract, ThemeContract};

/// A kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it; docs/theming.md says more")]
pub enum PageKind {
    Article,
    Front,
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
    NewsletterThanks,
    NewsletterConfirmed,
    Page,
    NotFound,
    Redirect,
}

impl PageKind {
    /// The template it uses.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            PageKind::Article => "article.html",
            PageKind::Front => "index.html",
            PageKind::Section | PageKind::Topic | PageKind::Series | PageKind::Latest => "listing.html",
            PageKind::Author => "author.html",
            PageKind::Archive => "archive.html",
            PageKind::ArchiveMonth => "archive-month.html",
            PageKind::Corrections => "corrections.html",
            PageKind::Newsletters => "newsletters.html",
            PageKind::Newsletter => "newsletter.html",
            PageKind::Issue => "issue.html",
            PageKind::Issues => "issues.html",
            PageKind::NewsletterThanks => "newsletter-thanks.html",
            PageKind::NewsletterConfirmed => "newsletter-confirmed.html",
            PageKind::Page => "page.html",
            PageKind::NotFound => "404.html",
            PageKind::Redirect => "redirect.html",
        }
    }
}

const fn needs(kind: &'static str, template: &'static str, variables: &'static [&'static str]) -> TemplateContract {
    TemplateContract { template, kind, variables, blocks: BASE_BLOCKS }
}

/// The blocks of every page that readers see.
const BASE_BLOCKS: &[&str] = &["head", "body_class", "masthead", "main", "footer"];

/// Those of articles.
const ARTICLE_BLOCKS: &[&str] = &["head", "body_class", "masthead", "main", "footer", "after_text", "rail"];

const LISTING: &[&str] = &["here", "term", "articles", "pagination", "newsletter", "promos"];

/// What pages want of a theme.
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
        "key-points",
        "newsletter",
        "pull-quote",
        "related",
        "timeline",
    ],
};

/// Every template that pages use.
pub const TEMPLATES: &[TemplateContract] = &[
    TemplateContract {
        blocks: ARTICLE_BLOCKS,
        ..needs(
            "article",
            "article.html",
            &["here", "article", "content", "series", "related", "latest", "comments", "newsletter", "promos"],
        )
    },
    needs(
        "front",
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
    needs("newsletter", "newsletter.html", &["here", "newsletter", "content", "issues", "latest"]),
    needs("issue", "issue.html", &["here", "issue", "newsletter", "content", "earlier", "later"]),
    needs("issues", "issues.html", &["here", "newsletter", "issues", "pagination"]),
    needs("newsletter-thanks", "newsletter-thanks.html", &["here", "newsletter", "latest"]),
    needs("newsletter-confirmed", "newsletter-confirmed.html", &["here", "newsletter", "latest"]),
    needs("page", "page.html", &["here", "document", "content"]),
    needs("not-found", "404.html", &["here", "latest"]),
    TemplateContract { blocks: &[], ..needs("redirect", "redirect.html", &["target", "target_absolute"]) },
];
