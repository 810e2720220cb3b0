//! Structured data (schema.org, JSON-LD), built as values and written by a serialiser.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::content::fields::PageRef;
use crate::content::front_matter::{CorrectionKind, Label};
use crate::path::UrlPath;
use crate::plan::{OutputFile, PageKind, PageMeta, PageMetaSource, absolute};
use crate::site::{Article, Listing, Newsletter, Query, Site, Term, TermKind};
use crate::time::{rfc3339, zoned};

/// A graph of what a page is and who publishes it.
#[derive(Serialize)]
pub(super) struct Graph<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    nodes: Vec<GraphNode<'a>>,
}

/// A node of the graph.
#[derive(Serialize)]
#[serde(untagged)]
enum GraphNode<'a> {
    Article(Box<NewsArticle<'a>>),
    Breadcrumbs(Breadcrumbs<'a>),
    Other(Value),
    /// Written already.
    Written(&'a RawValue),
}

/// What a page says to machines. The publisher, who is the same on all pages, is given as it is written.
pub(super) fn of<'a>(site: &'a Site, page: &'a OutputFile, head: &'a PageMeta, publisher: &'a RawValue) -> Graph<'a> {
    let mut nodes = Vec::with_capacity(3);
    match (head.kind, article(page)) {
        (PageKind::Article, Some(index)) => {
            nodes.push(GraphNode::Article(Box::new(news_article(site, &site.articles[index], head))));
            nodes.push(GraphNode::Breadcrumbs(breadcrumbs(site, &site.articles[index], head)));
        }
        (PageKind::Front, _) => nodes.push(GraphNode::Other(without_nulls(json!({
            "@type": "WebSite",
            "@id": format!("{}#website", root(site)),
            "url": root(site),
            "name": site.config.title,
            "description": site.config.description,
            "inLanguage": site.config.language,
            "publisher": { "@id": organization_id(site) },
        })))),
        (PageKind::Issue, _) => {
            if let Some(newsletter) = newsletter_of(site, page) {
                nodes.push(GraphNode::Other(issue(site, newsletter, head)));
                nodes.push(GraphNode::Breadcrumbs(Breadcrumbs::of([
                    (site.config.title.as_str(), root(site)),
                    (newsletter.document.front_matter.title.as_str(), site.base.absolute(&newsletter.url)),
                    (head.heading.as_str(), head.canonical.clone()),
                ])));
            }
        }
        (PageKind::Author, _) => nodes.extend(profile(site, page, head).map(GraphNode::Other)),
        (PageKind::Redirect | PageKind::NotFound, _) => {}
        _ => nodes.push(GraphNode::Other(without_nulls(json!({
            "@type": collection(head.kind),
            "@id": head.canonical,
            "url": head.canonical,
            "name": head.heading,
            "description": head.description,
            "inLanguage": site.config.language,
            "publisher": { "@id": organization_id(site) },
        })))),
    }
    if head.kind != PageKind::Redirect {
        nodes.push(GraphNode::Written(publisher));
    }
    Graph { context: "https://schema.org", nodes }
}

/// The article whose page it is.
pub(super) fn article(page: &OutputFile) -> Option<usize> {
    match page.meta {
        PageMetaSource::Article(index) => Some(index),
        PageMetaSource::None | PageMetaSource::Own(_) => None,
    }
}

fn collection(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Page | PageKind::NewsletterThanks | PageKind::NewsletterConfirmed => "WebPage",
        PageKind::Newsletter | PageKind::Newsletters => "WebPage",
        _ => "CollectionPage",
    }
}

fn root(site: &Site) -> String {
    site.base.absolute(&UrlPath::new("/").expect("the root"))
}

fn organization_id(site: &Site) -> String {
    format!("{}#publisher", root(site))
}

/// The type for a label (schema.org's family of NewsArticle).
fn type_of(label: Label) -> &'static str {
    match label {
        Label::News => "NewsArticle",
        Label::Analysis => "AnalysisNewsArticle",
        Label::Opinion => "OpinionNewsArticle",
        Label::Explainer => "BackgroundNewsArticle",
        Label::PressRelease => "Article",
        Label::Sponsored => "AdvertiserContentArticle",
    }
}

/// https://schema.org/NewsArticle
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewsArticle<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    main_entity_of_page: String,
    url: String,
    headline: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageObject<'a>>,
    date_published: String,
    date_modified: String,
    author: Vec<Author<'a>>,
    publisher: Reference,
    article_section: &'a str,
    keywords: Vec<&'a str>,
    word_count: u32,
    in_language: &'a str,
    is_accessible_for_free: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dateline: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citation: Vec<Citation<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    correction: Vec<Correction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_count: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageObject<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_text: Option<&'a str>,
}

/// A node named by its id.
#[derive(Serialize)]
struct Reference {
    #[serde(rename = "@id")]
    id: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Author<'a> {
    Named {
        #[serde(rename = "@type")]
        kind: &'static str,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    Publisher(Reference),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Citation<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_at: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Correction<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    text: &'a str,
    date_published: String,
}

fn news_article<'a>(site: &'a Site, article: &'a Article, head: &'a PageMeta) -> NewsArticle<'a> {
    let front_matter = &article.document.front_matter;
    let at = |seconds: i64| rfc3339(&zoned(seconds, &site.zone));
    let url = site.base.absolute(&article.url);
    let topics = front_matter.topics.iter().filter_map(|id| site.terms.get(TermKind::Topic, id));
    let sources = front_matter.sources.iter();
    // An update puts nothing right.
    let corrections = front_matter.corrections.iter().filter(|correction| correction.kind != CorrectionKind::Update);
    let kind = type_of(article.label);
    NewsArticle {
        kind,
        id: format!("{url}#article"),
        main_entity_of_page: url.clone(),
        url,
        headline: &front_matter.title,
        description: head.description.as_deref(),
        image: head.image.as_ref().map(|image| ImageObject {
            kind: "ImageObject",
            url: &image.url,
            width: image.width,
            height: image.height,
            caption: image.caption.as_deref(),
            credit_text: image.credit.as_deref(),
        }),
        date_published: at(article.date),
        date_modified: head.modified.as_ref().map_or_else(|| at(article.date), |date| date.iso.clone()),
        author: authors(site, article),
        publisher: Reference { id: organization_id(site) },
        article_section: &site.config.sections[article.section].title,
        keywords: topics.map(|term| term.title.as_str()).collect(),
        word_count: article.document.analysis.words,
        in_language: &site.config.language,
        is_accessible_for_free: true,
        // What is no news article has no dateline in the vocabulary.
        dateline: front_matter.dateline.as_deref().filter(|_| kind.ends_with("NewsArticle")),
        citation: sources
            .map(|source| Citation {
                kind: "CreativeWork",
                name: &source.title,
                url: source.url.as_deref(),
                archived_at: source.archived.as_deref(),
            })
            .collect(),
        correction: corrections
            .map(|correction| Correction {
                kind: "CorrectionComment",
                text: &correction.text,
                date_published: at(correction.date.unix_seconds(&site.zone)),
            })
            .collect(),
        comment_count: site.comment_count(article),
    }
}

/// Persons with their pages; the publisher where nobody is named.
fn authors<'a>(site: &'a Site, article: &'a Article) -> Vec<Author<'a>> {
    let front_matter = &article.document.front_matter;
    if let Some(byline) = &front_matter.byline {
        // Somebody's words, unless they were sent in by those that they are about.
        let is_sent_in = matches!(article.label, Label::PressRelease | Label::Sponsored);
        return vec![Author::Named {
            kind: if is_sent_in { "Organization" } else { "Person" },
            name: byline,
            url: None,
        }];
    }
    let terms = front_matter.authors.iter().filter_map(|id| site.terms.get(TermKind::Author, id));
    let person =
        |term: &'a Term| Author::Named { kind: "Person", name: &term.title, url: Some(site.base.absolute(&term.url)) };
    let authors: Vec<Author<'a>> = terms.map(person).collect();
    if authors.is_empty() { vec![Author::Publisher(Reference { id: organization_id(site) })] } else { authors }
}

/// https://schema.org/BreadcrumbList
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Breadcrumbs<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    item_list_element: [Breadcrumb<'a>; 3],
}

#[derive(Serialize)]
struct Breadcrumb<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    item: String,
}

fn breadcrumbs<'a>(site: &'a Site, article: &'a Article, head: &'a PageMeta) -> Breadcrumbs<'a> {
    let section = &site.config.sections[article.section];
    let of_section = UrlPath::new(&format!("/{}/", section.id)).expect("ids are slugs");
    Breadcrumbs::of([
        (site.config.title.as_str(), root(site)),
        (section.title.as_str(), site.base.absolute(&of_section)),
        (head.heading.as_str(), site.base.absolute(&article.url)),
    ])
}

impl<'a> Breadcrumbs<'a> {
    /// Of names and absolute URLs, from the front page on.
    fn of(places: [(&'a str, String); 3]) -> Breadcrumbs<'a> {
        let mut position = 0;
        let item_list_element = places.map(|(name, item)| {
            position += 1;
            Breadcrumb { kind: "ListItem", position, name, item }
        });
        Breadcrumbs { kind: "BreadcrumbList", item_list_element }
    }
}

/// The newsletter of an issue's page.
pub(super) fn newsletter_of<'a>(site: &'a Site, page: &OutputFile) -> Option<&'a Newsletter> {
    let issue = &site.issues[site.issue_at(page.source.as_ref()?)?];
    site.newsletters.iter().find(|newsletter| newsletter.id == issue.newsletter_id)
}

/// An issue: an article of a periodical, by its publisher.
fn issue(site: &Site, newsletter: &Newsletter, head: &PageMeta) -> Value {
    let publisher = json!({ "@id": organization_id(site) });
    let date = head.published.as_ref().map(|date| date.iso.as_str());
    without_nulls(json!({
        "@type": "Article",
        "@id": format!("{}#issue", head.canonical),
        "mainEntityOfPage": head.canonical,
        "url": head.canonical,
        "headline": head.heading,
        "description": head.description,
        "image": head.image.as_ref().map(|image| without_nulls(json!({
            "@type": "ImageObject", "url": image.url, "width": image.width, "height": image.height,
        }))),
        "datePublished": date,
        "dateModified": date,
        "author": [publisher],
        "publisher": publisher,
        "isPartOf": {
            "@type": "Periodical", "name": newsletter.document.front_matter.title, "url": site.base.absolute(&newsletter.url),
        },
        "articleSection": newsletter.document.front_matter.title,
        "inLanguage": site.config.language,
        "isAccessibleForFree": true,
    }))
}

fn profile(site: &Site, page: &OutputFile, head: &PageMeta) -> Option<Value> {
    let id = page.needs.iter().find_map(|(_, query)| match query {
        Query::ListingHeader(Listing::Term(TermKind::Author, id)) => Some(id),
        _ => None,
    })?;
    let term = site.terms.get(TermKind::Author, id)?;
    let author = site.author_view(term);
    let image = author.image.clone().map(|image| absolute(site, image).url);
    let links = author.links.iter().map(|link| link.url.as_str());
    let person = without_nulls(json!({
        "@type": "Person",
        "@id": format!("{}#person", site.base.absolute(&term.url)),
        "name": author.name,
        "url": site.base.absolute(&term.url),
        "jobTitle": author.role,
        "image": image,
        "sameAs": non_empty(links.filter(|url| url.starts_with("http")).map(Value::from).collect()),
        "worksFor": author.active.then(|| json!({ "@id": organization_id(site) })),
    }));
    Some(json!({ "@type": "ProfilePage", "@id": head.canonical, "url": head.canonical, "mainEntity": person }))
}

/// The publisher: the same on all pages.
pub(super) fn organization(site: &Site) -> Box<RawValue> {
    let organization = &site.config.organization;
    let policy = |path: &Option<PageRef>| site.policy_url(path.as_deref()).map(|url| site.base.absolute(url));
    let logo = organization.logo.as_deref().and_then(|logo| site.static_image(logo)).map(|logo| absolute(site, logo));
    let organization = without_nulls(json!({
        "@type": "NewsMediaOrganization",
        "@id": organization_id(site),
        "name": site.config.publisher(),
        "url": root(site),
        "logo": logo.map(|logo| without_nulls(json!({
            "@type": "ImageObject", "url": logo.url, "width": logo.width, "height": logo.height,
        }))),
        "sameAs": non_empty(organization.same_as.iter().map(|url| json!(url)).collect()),
        "publishingPrinciples": policy(&organization.policies.ethics),
        "ethicsPolicy": policy(&organization.policies.ethics),
        "correctionsPolicy": policy(&organization.policies.corrections),
        "missionCoveragePrioritiesPolicy": policy(&organization.policies.stance),
        "ownershipFundingInfo": policy(&organization.policies.funding),
    }));
    serde_json::value::to_raw_value(&organization).expect("plain data")
}

fn non_empty(list: Vec<Value>) -> Option<Vec<Value>> {
    (!list.is_empty()).then_some(list)
}

/// The same without members that say nothing.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: Map<String, Value> = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
            Value::Object(members)
        }
        other => other,
    }
}
