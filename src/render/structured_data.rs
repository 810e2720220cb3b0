//! Structured data (schema.org, JSON-LD), built as values and written by a serialiser.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::content::fields::PageRef;
use crate::content::front_matter::{CorrectionKind, Label};
use crate::plan::{EntryEntity, MainEntity, PageKind, PageMeta, PersonEntity};
use crate::site::{ArticleData, CardData, Globals, ImageView, Site, TermRef};
use crate::time::rfc3339;

/// A graph of JSON-LD nodes: the page and its publisher.
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
    /// A node that is serialised already.
    Written(&'a RawValue),
}

/// Returns the graph of an article's page. The publisher's node, equal on all pages, is given in its serialised form.
pub(super) fn of_article<'a>(
    article: &'a ArticleData<'a>,
    card: &'a CardData<'a>,
    meta: &'a PageMeta,
    globals: &Globals<'a>,
    publisher: &'a RawValue,
) -> Graph<'a> {
    let nodes = vec![
        GraphNode::Article(Box::new(news_article(article, card, meta, globals))),
        GraphNode::Breadcrumbs(Breadcrumbs::of([
            (globals.title, globals.root()),
            (card.section.title, globals.base.absolute(card.section.url)),
            (meta.heading.as_str(), meta.permalink.clone()),
        ])),
        GraphNode::Written(publisher),
    ];
    Graph { context: CONTEXT, nodes }
}

/// Returns the graph of a page that is no article's.
pub(super) fn of_page<'a>(
    meta: &'a PageMeta,
    entity: &'a MainEntity,
    globals: &Globals<'a>,
    publisher: &'a RawValue,
) -> Graph<'a> {
    let mut nodes = Vec::with_capacity(3);
    match (entity, meta.kind) {
        (MainEntity::Issue { newsletter, url }, _) => {
            nodes.push(GraphNode::Other(issue(newsletter, url, meta, globals)));
            nodes.push(GraphNode::Breadcrumbs(Breadcrumbs::of([
                (globals.title, globals.root()),
                (newsletter.as_str(), url.clone()),
                (meta.heading.as_str(), meta.canonical.clone()),
            ])));
        }
        (MainEntity::Entry(entry), _) => {
            nodes.push(GraphNode::Other(entry_node(entry, meta, globals)));
            nodes.push(GraphNode::Breadcrumbs(Breadcrumbs::of([
                (globals.title, globals.root()),
                (entry.collection.as_str(), entry.collection_url.clone()),
                (meta.heading.as_str(), meta.canonical.clone()),
            ])));
        }
        (MainEntity::Author(person), _) => nodes.push(GraphNode::Other(profile(person, meta, globals))),
        (MainEntity::Page, PageKind::FrontPage) => nodes.push(GraphNode::Other(without_nulls(json!({
            "@type": "WebSite",
            "@id": format!("{}#website", globals.root()),
            "url": globals.root(),
            "name": globals.title,
            "description": globals.description,
            "inLanguage": globals.language,
            "publisher": { "@id": organization_id(globals) },
        })))),
        (MainEntity::Page, kind) => nodes.extend(kind.schema_type().map(|schema_type| {
            GraphNode::Other(without_nulls(json!({
                "@type": schema_type,
                "@id": meta.canonical,
                "url": meta.canonical,
                "name": meta.heading,
                "description": meta.description,
                "inLanguage": globals.language,
                "publisher": { "@id": organization_id(globals) },
            })))
        })),
    }
    if meta.kind != PageKind::Redirect {
        nodes.push(GraphNode::Written(publisher));
    }
    Graph { context: CONTEXT, nodes }
}

const CONTEXT: &str = "https://schema.org";

fn organization_id(globals: &Globals<'_>) -> String {
    format!("{}#publisher", globals.root())
}

/// Returns the type for a label: `NewsArticle`, one of its subtypes, or another type of article.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
}

impl ImageObject<'_> {
    fn of(image: &ImageView) -> ImageObject<'_> {
        ImageObject {
            kind: "ImageObject",
            url: &image.url,
            width: image.width,
            height: image.height,
            caption: image.caption.as_deref(),
            credit_text: image.credit.as_deref(),
            license: image.license.as_deref(),
        }
    }
}

/// A reference to a node by its id.
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

fn news_article<'a>(
    article: &'a ArticleData<'a>,
    card: &'a CardData<'a>,
    meta: &'a PageMeta,
    globals: &Globals<'a>,
) -> NewsArticle<'a> {
    let front_matter = article.metadata.front_matter;
    let at = |seconds: i64| rfc3339(&globals.zoned(seconds));
    let url = globals.base.absolute(card.url);
    let sources = front_matter.sources.iter();
    // An update is no correction.
    let corrections = front_matter.corrections.iter().filter(|correction| correction.kind != CorrectionKind::Update);
    let kind = type_of(card.label);
    NewsArticle {
        kind,
        id: format!("{url}#article"),
        main_entity_of_page: url.clone(),
        url,
        headline: card.title,
        description: meta.description.as_deref(),
        image: meta.image.as_ref().map(ImageObject::of),
        date_published: at(card.date),
        date_modified: meta.modified.as_ref().map_or_else(|| at(card.date), |date| date.iso.clone()),
        author: authors(card, globals),
        publisher: Reference { id: organization_id(globals) },
        article_section: card.section.title,
        keywords: card.topics.iter().map(|topic| topic.title).collect(),
        word_count: article.metadata.word_count,
        in_language: globals.language,
        is_accessible_for_free: true,
        // Only `NewsArticle` and its subtypes have `dateline`.
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
                date_published: at(globals.seconds(correction.date)),
            })
            .collect(),
        comment_count: card.comments,
    }
}

/// Returns the authors with their pages; the publisher for an article without authors.
fn authors<'a>(card: &CardData<'a>, globals: &Globals<'_>) -> Vec<Author<'a>> {
    if let Some(byline) = card.byline {
        // A byline names a person, except on texts that an organisation sends in.
        let is_sent_in = matches!(card.label, Label::PressRelease | Label::Sponsored);
        return vec![Author::Named {
            kind: if is_sent_in { "Organization" } else { "Person" },
            name: byline,
            url: None,
        }];
    }
    let person = |author: &TermRef<'a>| Author::Named {
        kind: "Person",
        name: author.title,
        url: Some(globals.base.absolute(author.url)),
    };
    let authors: Vec<Author<'a>> = card.authors.iter().map(person).collect();
    if authors.is_empty() { vec![Author::Publisher(Reference { id: organization_id(globals) })] } else { authors }
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

impl<'a> Breadcrumbs<'a> {
    /// Makes breadcrumbs of names and absolute URLs, from the front page to the page itself.
    fn of(levels: [(&'a str, String); 3]) -> Breadcrumbs<'a> {
        let mut position = 0;
        let item_list_element = levels.map(|(name, item)| {
            position += 1;
            Breadcrumb { kind: "ListItem", position, name, item }
        });
        Breadcrumbs { kind: "BreadcrumbList", item_list_element }
    }
}

/// Returns the node of an issue: an article of a periodical.
fn issue(newsletter: &str, newsletter_url: &str, meta: &PageMeta, globals: &Globals<'_>) -> Value {
    let publisher = json!({ "@id": organization_id(globals) });
    let date = meta.published.as_ref().map(|date| date.iso.as_str());
    without_nulls(json!({
        "@type": "Article",
        "@id": format!("{}#issue", meta.canonical),
        "mainEntityOfPage": meta.canonical,
        "url": meta.canonical,
        "headline": meta.heading,
        "description": meta.description,
        "image": meta.image.as_ref().map(ImageObject::of),
        "datePublished": date,
        "dateModified": date,
        "author": [publisher],
        "publisher": publisher,
        "isPartOf": {
            "@type": "Periodical", "name": newsletter, "url": newsletter_url,
        },
        "articleSection": newsletter,
        "inLanguage": globals.language,
        "isAccessibleForFree": true,
    }))
}

fn entry_node(entry: &EntryEntity, meta: &PageMeta, globals: &Globals<'_>) -> Value {
    let publisher = json!({ "@id": organization_id(globals) });
    let published = meta.published.as_ref().map(|date| date.iso.as_str());
    let authors = entry.authors.iter().map(|(name, url)| json!({ "@type": "Person", "name": name, "url": url }));
    without_nulls(json!({
        "@type": entry.schema_type,
        "@id": meta.canonical,
        "url": meta.canonical,
        "name": meta.heading,
        "headline": meta.heading,
        "description": meta.description,
        "image": meta.image.as_ref().map(ImageObject::of),
        "datePublished": published,
        "dateModified": meta.modified.as_ref().map(|date| date.iso.as_str()).or(published),
        "author": non_empty(authors.collect()).unwrap_or_else(|| vec![publisher.clone()]),
        "publisher": publisher,
        "isPartOf": { "@type": "CollectionPage", "name": entry.collection, "url": entry.collection_url },
        "inLanguage": globals.language,
        "isAccessibleForFree": true,
    }))
}

fn profile(author: &PersonEntity, meta: &PageMeta, globals: &Globals<'_>) -> Value {
    let person = without_nulls(json!({
        "@type": "Person",
        "@id": format!("{}#person", author.url),
        "name": author.name,
        "url": author.url,
        "jobTitle": author.role,
        "image": author.image,
        "sameAs": non_empty(author.same_as.iter().map(|url| json!(url)).collect()),
        "worksFor": author.is_active.then(|| json!({ "@id": organization_id(globals) })),
    }));
    json!({ "@type": "ProfilePage", "@id": meta.canonical, "url": meta.canonical, "mainEntity": person })
}

/// Returns the publisher's node, which is equal on all pages.
pub(super) fn organization(site: &Site) -> Box<RawValue> {
    let globals = site.globals();
    let organization = &site.model.config.organization;
    let policy =
        |path: &Option<PageRef>| site.model.policy_url(path.as_deref()).map(|url| site.model.base.absolute(url));
    let logo =
        organization.logo.as_deref().and_then(|logo| site.urls.static_image(logo)).map(|logo| globals.absolute(logo));
    let organization = without_nulls(json!({
        "@type": "NewsMediaOrganization",
        "@id": organization_id(&globals),
        "name": globals.publisher,
        "url": globals.root(),
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

fn non_empty(values: Vec<Value>) -> Option<Vec<Value>> {
    (!values.is_empty()).then_some(values)
}

/// Removes the members that are null.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: Map<String, Value> = members.into_iter().filter(|(_, value)| !value.is_null()).collect();
            Value::Object(members)
        }
        other => other,
    }
}
