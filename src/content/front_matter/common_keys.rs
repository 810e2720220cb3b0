//! The keys that front matter of several kinds has, so that whatever is true of all texts is written once: when they
//! are published, under which URL, which old URLs lead to them.

use super::{
    ArticleFrontMatter, AuthorFrontMatter, Image, IssueFrontMatter, NewsletterFrontMatter, PageFrontMatter,
    SeriesFrontMatter, TopicFrontMatter,
};
use crate::content::fields::AliasUrl;
use crate::time::TimeSpec;

/// The values of those keys in one front matter. It is written key by key for each kind, so that a new key does not
/// compile until each kind says whether it has it.
#[derive(Clone, Copy, Debug)]
pub struct CommonKeys<'a> {
    /// The heading.
    pub title: &'a str,
    /// One or two sentences.
    pub summary: Option<&'a str>,
    /// The slug as written, which may be none.
    pub slug: Option<&'a str>,
    /// A picture.
    pub image: Option<&'a Image>,
    /// Old URLs which redirect here.
    pub aliases: &'a [AliasUrl],
    /// Where it first appeared.
    pub canonical_url: Option<&'a str>,
    /// Whether search engines are kept out.
    pub noindex: bool,
    /// Whether it is not to be published yet.
    pub draft: bool,
    /// Publication.
    pub date: Option<TimeSpec>,
    /// A time before which nothing of it may appear.
    pub embargo: Option<TimeSpec>,
    /// A time after which it is withdrawn.
    pub expires: Option<TimeSpec>,
}

/// Front matter that has some of the common keys.
pub trait HasCommonKeys {
    /// Their values.
    fn common_keys(&self) -> CommonKeys<'_>;
}

impl HasCommonKeys for ArticleFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        CommonKeys {
            title: &self.title,
            summary: self.summary.as_deref(),
            slug: self.slug.as_deref(),
            image: self.image.as_ref(),
            aliases: &self.aliases,
            canonical_url: self.canonical_url.as_deref(),
            noindex: self.noindex,
            draft: self.draft,
            date: Some(self.date),
            embargo: self.embargo,
            expires: self.expires,
        }
    }
}

impl HasCommonKeys for PageFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        CommonKeys {
            title: &self.title,
            summary: self.summary.as_deref(),
            slug: self.slug.as_deref(),
            image: None,
            aliases: &self.aliases,
            canonical_url: None,
            noindex: self.noindex,
            draft: self.draft,
            date: None,
            embargo: None,
            expires: None,
        }
    }
}

impl HasCommonKeys for AuthorFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.name, None, self.image.as_ref())
    }
}

impl HasCommonKeys for TopicFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.title, self.summary.as_deref(), self.image.as_ref())
    }
}

impl HasCommonKeys for SeriesFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.title, self.summary.as_deref(), self.image.as_ref())
    }
}

impl HasCommonKeys for NewsletterFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        undated(&self.title, self.summary.as_deref(), None)
    }
}

impl HasCommonKeys for IssueFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        CommonKeys {
            slug: self.slug.as_deref(),
            draft: self.draft,
            date: Some(self.date),
            ..undated(&self.title, self.preheader.as_deref(), None)
        }
    }
}

/// The keys of a text that is always published, at a URL that follows from its file.
fn undated<'a>(title: &'a str, summary: Option<&'a str>, image: Option<&'a Image>) -> CommonKeys<'a> {
    CommonKeys {
        title,
        summary,
        slug: None,
        image,
        aliases: &[],
        canonical_url: None,
        noindex: false,
        draft: false,
        date: None,
        embargo: None,
        expires: None,
    }
}
