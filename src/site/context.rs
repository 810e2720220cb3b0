//! The template variable `site`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::views::view::{ImageView, MenuItem, TermLink};
use super::{Site, SiteModel, TermKind};
use crate::content::fields::{PageRef, WebUrl};
use crate::content::front_matter::Menu;
use crate::path::UrlPath;
use crate::time::primary_subtag;

/// The variable `site`, which all templates have.
#[derive(Debug, Serialize)]
pub struct SiteContext<'s, F> {
    title: &'s str,
    url: String,
    base_url: String,
    language: &'s str,
    dir: &'static str,
    description: Option<&'s str>,
    publisher: &'s str,
    logo: Option<ImageView>,
    sections: Vec<TermLink>,
    header_pages: Vec<MenuItem<'s>>,
    footer_pages: Vec<MenuItem<'s>>,
    policies: Policies,
    newsletters_url: Option<String>,
    archive_url: Option<String>,
    corrections_url: Option<String>,
    feeds: F,
    comment_feeds: F,
    same_as: &'s [WebUrl],
    data: BTreeMap<&'s str, Value>,
    extra: Value,
}

#[derive(Debug, Serialize)]
struct Policies {
    ethics: Option<String>,
    corrections: Option<String>,
    stance: Option<String>,
    funding: Option<String>,
    privacy: Option<String>,
}

const RIGHT_TO_LEFT: [&str; 10] = ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ur", "yi"];

impl Site {
    /// Returns the variable `site`, with the links to the site's feeds and to those of comments.
    pub fn context<F: Serialize>(&self, feeds: F, comment_feeds: F) -> SiteContext<'_, F> {
        let Site { model, urls, .. } = self;
        let config = &model.config;
        let link = |path: &str| model.base.link(&UrlPath::new(path).expect("a URL of the site"));
        let home = UrlPath::new("/").expect("the root");
        let policies = &config.organization.policies;
        let policy = |path: &Option<PageRef>| model.policy(path.as_deref());
        SiteContext {
            title: &config.title,
            url: model.base.link(&home),
            base_url: model.base.absolute(&home),
            language: &config.language,
            dir: if RIGHT_TO_LEFT.contains(&primary_subtag(&config.language)) { "rtl" } else { "ltr" },
            description: config.description.as_deref(),
            publisher: config.publisher(),
            logo: config.organization.logo.as_deref().and_then(|logo| urls.static_image(logo)),
            sections: model.sections(),
            header_pages: model.menu(Menu::Header),
            footer_pages: model.menu(Menu::Footer),
            policies: Policies {
                ethics: policy(&policies.ethics),
                corrections: policy(&policies.corrections),
                stance: policy(&policies.stance),
                funding: policy(&policies.funding),
                privacy: policy(&policies.privacy),
            },
            newsletters_url: (!model.newsletters.is_empty()).then(|| link("/newsletters/")),
            archive_url: (!model.articles.is_empty()).then(|| link("/archive/")),
            corrections_url: (!model.all_corrections().is_empty()).then(|| link("/corrections/")),
            feeds,
            comment_feeds,
            same_as: &config.organization.same_as,
            data: model.data.iter().map(|(name, data)| (name.as_str(), data.value())).collect(),
            extra: config.extra.value(),
        }
    }
}

impl SiteModel {
    /// Returns the sections that have articles, in the settings' order.
    fn sections(&self) -> Vec<TermLink> {
        let terms = self.config.sections.iter().filter_map(|section| self.terms.get(TermKind::Section, &section.id));
        terms.map(|term| TermLink::of(term, &self.base)).collect()
    }

    /// Returns the links of the navigation, which marks the current page when it is one of them.
    #[must_use]
    pub fn navigation(&self) -> BTreeSet<String> {
        let sections = self.sections().into_iter().map(|section| section.url);
        let pages = self.menu(Menu::Header).into_iter().chain(self.menu(Menu::Footer)).map(|item| item.url);
        let newsletters = UrlPath::new("/newsletters/").expect("a URL of the site");
        sections.chain(pages).chain([self.base.link(&newsletters)]).collect()
    }

    fn menu(&self, menu: Menu) -> Vec<MenuItem<'_>> {
        let pages = self.pages.iter().filter(|page| page.document.front_matter.menu == Some(menu));
        let collections = self.config.collections.values().enumerate();
        let collections =
            collections.filter(|(_, collection)| collection.menu == Some(menu)).map(|(index, collection)| MenuItem {
                title: &collection.title,
                url: self.base.link(&self.collection_page(index, 1)),
            });
        pages
            .map(|page| MenuItem { title: &page.document.front_matter.title, url: self.base.link(&page.url) })
            .chain(collections)
            .collect()
    }
}
