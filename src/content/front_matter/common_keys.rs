//! The keys that several kinds of front matter have: those that determine when a text is published, its URL, and the
//! old URLs that redirect to it.

use super::{Extra, Image};
use crate::content::fields::AliasUrl;
use crate::time::TimeSpec;

/// The values of the common keys in one front matter. Each kind lists all of them, so that a new common key does not
/// compile until each kind has a value for it.
#[derive(Clone, Copy, Debug)]
pub struct CommonKeys<'a> {
    /// The heading, headline, name or subject.
    pub title: &'a str,
    /// One or two sentences about the text.
    pub summary: Option<&'a str>,
    /// The slug as written; `None` without the key.
    pub slug: Option<&'a str>,
    /// The image.
    pub image: Option<&'a Image>,
    /// Old URLs that redirect to the page.
    pub aliases: &'a [AliasUrl],
    /// The URL of the first publication, if that is on another site.
    pub canonical_url: Option<&'a str>,
    /// Whether search engines are asked not to index the page.
    pub noindex: bool,
    /// Whether it is a draft, which is not published.
    pub draft: bool,
    /// The publication time.
    pub date: Option<TimeSpec>,
    /// A time before which nothing of it is published.
    pub embargo: Option<TimeSpec>,
    /// A time after which it is no longer published.
    pub expires: Option<TimeSpec>,
    /// The time of the last substantial change.
    pub updated: Option<TimeSpec>,
    /// Any other values, for the site's own templates.
    pub extra: Option<&'a Extra>,
}

/// Front matter that has some of the common keys.
pub trait HasCommonKeys {
    /// Returns the values of the common keys.
    fn common_keys(&self) -> CommonKeys<'_>;
}

/// Returns the common keys of a text that is always published, at a URL that follows from its file.
pub(in crate::content) fn undated<'a>(
    title: &'a str,
    summary: Option<&'a str>,
    image: Option<&'a Image>,
    extra: &'a Extra,
) -> CommonKeys<'a> {
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
        updated: None,
        extra: Some(extra),
    }
}
