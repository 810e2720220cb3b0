//! The settings of `site.yaml` as types. An unknown key is an error whose help names the nearest known key.

mod base_url;
mod checks;
mod collections;
mod compress;
mod crawlers;
#[cfg(test)]
mod every_key;
mod language;
mod listing;
mod markdown;
mod organization;
mod permalink;
mod pictures;
mod pings;
mod publish;
mod readers;
mod security;
mod terms;

use indexmap::IndexMap;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::ParseOptions;
use crate::content::fields::{Fields, Prose, Title, Verbatim, fields};
use crate::content::front_matter::Extra;
use crate::content::markdown::smart_punctuation;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::{OutputLayout, Slug};
use crate::providers::comments::CommentProvider;
use crate::yaml::{self, YamlText};

pub use self::base_url::BaseUrl;
pub use self::checks::{CheckLevel, ChecksConfig};
pub use self::collections::{Collection, EntryOrder, SchemaType};
pub use self::compress::Encoding;
pub use self::crawlers::{CrawlerRule, CrawlersConfig};
pub use self::listing::{FeedsConfig, FrontPageConfig, ListingConfig};
pub use self::markdown::MarkdownConfig;
pub use self::organization::{Organization, Policies};
pub use self::pictures::PicturesConfig;
pub use self::pings::{IndexNow, PingsConfig};
pub use self::publish::TargetConfig;
pub use self::readers::{CommentProviderConfig, CommentsConfig, NewslettersConfig, Promo};
pub use self::security::Security;
pub use self::terms::{Section, Strictness, TaxonomiesConfig};
pub use crate::source::CONFIG_FILE as FILE;

fields! {
    /// The site's settings.
    #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Config {
        /// The site's name.
        pub title: Title,
        /// The URL at which it will be served, with scheme and host; a path is allowed.
        pub base_url: Verbatim,
        /// The site's language as a language tag (BCP 47).
        #[serde(default = "english")]
        pub language: Verbatim,
        /// A time zone by its IANA name. A date without a time means the start of that day here.
        #[serde(default = "utc")]
        pub time_zone: Verbatim,
        /// The theme's name.
        #[serde(default = "broadsheet")]
        pub theme: Verbatim,
        /// One sentence about the site.
        pub description: Option<Prose>,
        /// The sections, in order; also the main navigation.
        #[serde(default)]
        pub sections: Vec<Section>,
        /// The URL of an article: `{section}`, `{year}`, `{month}`, `{day}` and `{slug}` are replaced.
        #[serde(default = "permalink::default_pattern")]
        pub permalink: Verbatim,
        /// Whether a page is a folder of the output, `x/index.html`, or a file, `x.html`. Its URL is the same.
        #[serde(default)]
        pub urls: OutputLayout,
        /// Collections: kinds of texts of the site's own, by id.
        #[serde(default, deserialize_with = "yaml::unique_keys")]
        pub collections: IndexMap<String, Collection>,
        /// The number of articles in listings.
        #[serde(default)]
        pub listing: ListingConfig,
        /// The number of articles in each part of the front page.
        #[serde(default)]
        pub front_page: FrontPageConfig,
        /// The publisher.
        #[serde(default)]
        pub organization: Organization,
        /// Promos: announcements of the site.
        #[serde(default)]
        pub promos: Vec<Promo>,
        /// Newsletters of the site.
        #[serde(default)]
        pub newsletters: NewslettersConfig,
        /// Readers' comments.
        #[serde(default)]
        pub comments: CommentsConfig,
        /// Whether ids without a file are warnings or errors.
        #[serde(default)]
        pub taxonomies: TaxonomiesConfig,
        /// Options of Markdown.
        #[serde(default)]
        pub markdown: MarkdownConfig,
        /// The content of feeds.
        #[serde(default)]
        pub feeds: FeedsConfig,
        /// The response headers that hosts send with the pages, and how to report a vulnerability.
        #[serde(default)]
        pub security: Security,
        /// The encodings in which texts are published beside their own bytes: `gzip`, `br`.
        #[serde(default)]
        pub compress: Vec<Encoding>,
        /// The variants of pictures.
        #[serde(default)]
        pub pictures: PicturesConfig,
        /// The levels of errors that leave the site publishable, by group.
        #[serde(default)]
        pub checks: ChecksConfig,
        /// What `robots.txt` asks of crawlers of AI.
        #[serde(default)]
        pub crawlers: CrawlersConfig,
        /// The hosts to which the site is deployed, each by a name of your own: `{ live: { kind: netlify, site: … } }`.
        #[serde(default, deserialize_with = "yaml::unique_keys")]
        pub publish: IndexMap<String, TargetConfig>,
        /// Services that `handbill deploy` tells of what has changed.
        #[serde(default)]
        pub pings: PingsConfig,
        /// The theme's own settings, checked against its schema.
        #[serde(default)]
        pub theme_settings: Extra,
        /// Any other values, for the site's own templates.
        #[serde(default)]
        pub extra: Extra,
        /// Keys on which the URLs of articles depend, and whose values are invalid and replaced by usable ones.
        #[serde(skip)]
        pub invalid_keys: Vec<&'static str>,
    }
}

fn english() -> Verbatim {
    "en".into()
}

fn utc() -> Verbatim {
    "UTC".into()
}

fn broadsheet() -> Verbatim {
    "broadsheet".into()
}

impl Config {
    /// Reads and checks the settings. Invalid keys are reported in `diagnostics` and replaced by defaults, so that the
    /// rest of the site can be checked. `None` when the YAML cannot be read.
    pub fn parse(text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
        let before = diagnostics.len();
        let mut config: Config = yaml::parse_lenient(YamlText::file(FILE, text, "settings"), diagnostics)?;
        if diagnostics[before..].iter().any(|diagnostic| diagnostic.is_about("base_url")) {
            config.base_url = FALLBACK_URL.into();
        }
        config.check(diagnostics);
        if !matches!(config.comments.provider.provider(diagnostics), CommentProvider::Files) {
            // Another provider receives comments itself: pages have no form for them, and no URL accepts submissions.
            config.comments.form = None;
        }
        let targets = config.targets(diagnostics);
        config.check_urls(&targets, diagnostics);
        config.replace_invalid();
        config.compress.sort_unstable();
        config.compress.dedup();
        config.label_fields();
        if config.markdown.smart_punctuation {
            let language = config.language.clone();
            config.for_each_prose(&mut |text| *text = smart_punctuation(text, &language));
        }
        if config.sections.is_empty() {
            let title = if crate::time::primary_subtag(&config.language) == "es" { "Noticias" } else { "News" };
            let (id, title) = ("news".into(), title.into());
            config.sections.push(Section { id, title, summary: None, label: None, newsletter: None });
        }
        config.invalid_keys = CRITICAL_KEYS.to_vec();
        config.invalid_keys.retain(|key| diagnostics[before..].iter().any(|error| error.is_about(key)));
        Some(config)
    }

    /// Whether a key's value is invalid, so that values that depend on it cannot be checked.
    #[must_use]
    pub fn is_invalid(&self, key: &str) -> bool {
        self.invalid_keys.contains(&key)
    }

    /// Replaces invalid values by usable ones.
    fn replace_invalid(&mut self) {
        if BaseUrl::parse(&self.base_url).is_err() {
            self.base_url = FALLBACK_URL.into();
        }
        if TimeZone::get(&self.time_zone).is_err() {
            self.time_zone = utc();
        }
        if language::check(&self.language).is_err() {
            self.language = english();
        }
        self.listing.page_size = self.listing.page_size.max(1);
        self.remove_invalid_collections();
        if permalink::check(&self.permalink, &permalink::ARTICLE_PARTS).is_err() {
            self.permalink = permalink::default_pattern();
        }
        // Sections with an invalid id keep their position and get a free id, so that their other keys can be checked.
        for index in 0..self.sections.len() {
            let id = &self.sections[index].id;
            if Slug::new(id).is_err() || self.sections[..index].iter().any(|other| other.id == *id) {
                let free = (index..).map(|number| Verbatim::from(format!("section-{number}")));
                let mut free = free.filter(|id| self.sections.iter().all(|other| other.id != *id));
                self.sections[index].id = free.next().expect("there are fewer sections than numbers");
            }
        }
    }

    fn check(&self, diagnostics: &mut Vec<Diagnostic>) {
        let is_security_valid = !diagnostics.iter().any(|diagnostic| diagnostic.is_about("security"));
        let mut report = |span: Span, message: String, help: &str| {
            diagnostics.push(Diagnostic::error("settings", message).at(FILE, span).help(help));
        };
        if let Err(why) = BaseUrl::parse(&self.base_url) {
            report(
                Span::value("base_url"),
                why,
                "write the URL of the site's front page, for example `https://example.org/`",
            );
        }
        if TimeZone::get(&self.time_zone).is_err() {
            let message = format!("`{}` is not a time zone", self.time_zone);
            report(Span::value("time_zone"), message, "use a name such as `America/Los_Angeles` or `Europe/Madrid`");
        }
        if let Err((why, help)) = language::check(&self.language) {
            report(Span::value("language"), why, &help);
        }
        if self.listing.page_size == 0 {
            let span = Span::Value(vec!["listing".into(), "page_size".into()]);
            report(span, "`page_size` is 0".into(), "a page of a listing holds at least one article");
        }
        // A missing or invalid id is reported when it is read.
        let known = self.sections.iter().enumerate().filter(|(_, section)| section.id.as_str() != yaml::DUMMY_VALUE);
        for (index, section) in known {
            let span = || Span::Value(vec!["sections".into(), index.to_string(), "id".into()]);
            if let Err(why) = Slug::new(&section.id) {
                let why = why.to_string().replacen("the slug", "the id", 1);
                let fitting = Slug::slugify(&section.id).map(|id| format!(": write `{id}`")).unwrap_or_default();
                report(span(), why, &format!("ids are part of URLs{fitting}"));
            } else if self.sections[..index].iter().any(|other| other.id == section.id) {
                report(span(), format!("the section `{}` is given twice", section.id), "keep one of them");
            }
        }
        for (index, id) in self.front_page.sections.iter().flatten().enumerate() {
            let span = || Span::Value(vec!["front_page".into(), "sections".into(), index.to_string()]);
            if self.front_page.sections.iter().flatten().take(index).any(|other| other == id) {
                report(span(), format!("the section `{id}` is given twice"), "keep one of them");
            } else if id.as_str() != yaml::DUMMY_VALUE && self.sections.iter().all(|section| *section.id != **id) {
                report(span(), format!("there is no section `{id}`"), "name one of `sections` by its id");
            }
        }
        if let Err((why, help)) = permalink::check(&self.permalink, &permalink::ARTICLE_PARTS) {
            report(Span::value("permalink"), why, &help);
        }
        if is_security_valid {
            self.security.check(&mut report);
        }
        self.pictures.check(&mut report);
        self.pings.check(&mut report);
        self.check_collections(diagnostics);
    }

    /// Returns the base URL, split into origin and path.
    #[must_use]
    pub fn base(&self) -> BaseUrl {
        BaseUrl::parse(&self.base_url).expect("checked when it was read")
    }

    /// Returns the site's time zone.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).expect("checked when it was read")
    }

    /// Returns the publisher's name: the organization's, else the site's title.
    #[must_use]
    pub fn publisher(&self) -> &str {
        self.organization.name.as_deref().unwrap_or(&self.title)
    }
}

impl From<&Config> for ParseOptions {
    fn from(config: &Config) -> ParseOptions {
        ParseOptions {
            tag: config.language.to_string(),
            raw_html: config.markdown.raw_html,
            smart_punctuation: config.markdown.smart_punctuation,
            home: BaseUrl::parse(&config.base_url).map_or_else(|_| String::new(), |base| base.origin + &base.path),
            collections: config.entry_schemas(),
        }
    }
}

/// Replaces a base URL that is missing or invalid, so that other errors can be found.
const FALLBACK_URL: &str = "https://example.org/";

/// Keys on which the sections and URLs of all articles, or all entries, depend: an invalid value causes errors in many files.
const CRITICAL_KEYS: [&str; 3] = ["sections", "permalink", "collections"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_in_settings_are_reported_together() {
        let mut diagnostics = Vec::new();
        let text = "title: T\nbase_url: example\ntime_zone: Mars/Base\npermalink: /{foo}/{slug}/\nsections:\n  - {id: a b, title: x}\n";
        assert!(Config::parse(text, &mut diagnostics).is_some());
        assert_eq!(diagnostics.len(), 4, "{diagnostics:#?}");
    }

    #[test]
    fn id_that_is_none_is_reported_with_one_that_fits() {
        let mut diagnostics = Vec::new();
        let sections = "sections: [{ id: News Desk, title: x }, { id: \"!\", title: y }]";
        Config::parse(&format!("title: T\nbase_url: https://a.example/\n{sections}\n"), &mut diagnostics);
        assert!(diagnostics[0].message.starts_with("the id `News Desk`"), "{diagnostics:#?}");
        assert_eq!(diagnostics[0].help.as_deref(), Some("ids are part of URLs: write `news-desk`"));
        assert_eq!(diagnostics[1].help.as_deref(), Some("ids are part of URLs"));
    }

    #[test]
    fn base_url_under_the_name_that_others_give_it_is_one_error() {
        let mut diagnostics = Vec::new();
        Config::parse("title: T\nurl: https://a.example/\n", &mut diagnostics);
        assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
        assert_eq!(diagnostics[0].help.as_deref(), Some("Handbill calls this `base_url`"));
    }
}
