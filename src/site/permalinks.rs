//! The URLs of articles and entries, made from the patterns in the settings.

use jiff::tz::TimeZone;

use crate::path::{PathError, Slug, UrlPath};
use crate::time::zoned;

/// The values of a permalink pattern.
pub(super) struct PermalinkParts<'a> {
    /// The id of the section; empty for texts without one.
    pub(super) section: &'a str,
    /// The slug of the text.
    pub(super) slug: &'a Slug,
    /// The publication time in Unix seconds. A pattern with dates is only for texts that have one.
    pub(super) date: Option<i64>,
    /// The site's time zone, which decides the day.
    pub(super) zone: &'a TimeZone,
}

impl PermalinkParts<'_> {
    /// Returns the URL of a text by a pattern: `/{section}/{year}/{slug}/`.
    ///
    /// # Errors
    /// If the result is no URL path, a too long one for example.
    pub(super) fn fill(&self, pattern: &str) -> Result<UrlPath, PathError> {
        let mut url = pattern.replace("{section}", self.section).replace("{slug}", self.slug.as_str());
        if let Some(date) = self.date {
            let at = zoned(date, self.zone);
            url = url
                .replace("{year}", &format!("{:04}", at.year()))
                .replace("{month}", &format!("{:02}", at.month()))
                .replace("{day}", &format!("{:02}", at.day()));
        }
        UrlPath::new(&url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_filled_in_the_zone_of_the_site() {
        let slug = Slug::new("hearing").unwrap();
        let check = |zone: &str, expected: &str| {
            let zone = TimeZone::get(zone).unwrap();
            // 2026-01-01T03:00:00Z
            let parts = PermalinkParts { section: "news", slug: &slug, date: Some(1_767_236_400), zone: &zone };
            assert_eq!(parts.fill("/{section}/{year}/{month}/{day}/{slug}/").unwrap().as_str(), expected);
        };
        check("UTC", "/news/2026/01/01/hearing/");
        check("America/Los_Angeles", "/news/2025/12/31/hearing/");
    }
}
