//! The row of static pages.

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::fields::{AliasUrl, Image, Prose, Title, Verbatim, fields};
use crate::content::front_matter::{CommonKeys, Extra, FrontMatter, HasCommonKeys, Menu};
use crate::content::{ParsedSource, SourceKind};
use crate::time::TimeSpec;

pub(super) const PAGE: ContentKind = ContentKind {
    kind: SourceKind::Page,
    name: "page",
    about: "A static page, as a draft",
    folder: "pages",
    nesting: Nesting::Any,
    extensions: MARKDOWN,
    location: "static pages are below `content/pages/`, each in a file that ends in `.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(PageFrontMatter)),
    parse: |file, diagnostics| file.document(ParsedSource::Page, diagnostics),
    starter: Some("---\ntitle: {title}\nmenu: footer\ndraft: true\n---\n\n"),
};

fields! {
    /// The front matter of a static page.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct PageFrontMatter {
        /// The heading.
        pub title: Title,
        /// One or two sentences; also used as the description.
        pub summary: Option<Prose>,
        /// The path below the root: `about/team`, for example; from the file's path when absent.
        pub slug: Option<Verbatim>,
        /// An image under the heading.
        pub image: Option<Image>,
        /// The menu that links to it.
        pub menu: Option<Menu>,
        /// The time of the last substantial change.
        pub updated: Option<TimeSpec>,
        /// Whether it is a draft, which is not published.
        #[serde(default)]
        pub draft: bool,
        /// `true` asks search engines not to index it and keeps it out of the sitemap.
        #[serde(default)]
        pub noindex: bool,
        /// Old URLs that redirect to this page.
        #[serde(default)]
        pub aliases: Vec<AliasUrl>,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
    }
}

impl FrontMatter for PageFrontMatter {
    fn lacks_summary(&self) -> bool {
        self.summary.is_none()
    }
}

impl HasCommonKeys for PageFrontMatter {
    fn common_keys(&self) -> CommonKeys<'_> {
        CommonKeys {
            title: &self.title,
            summary: self.summary.as_deref(),
            slug: self.slug.as_deref(),
            image: self.image.as_ref(),
            aliases: &self.aliases,
            canonical_url: None,
            noindex: self.noindex,
            draft: self.draft,
            date: None,
            embargo: None,
            expires: None,
            updated: self.updated,
            extra: Some(&self.extra),
        }
    }
}
