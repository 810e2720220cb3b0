//! Structured data (schema.org, JSON-LD), built as values and written by a serialiser.

use serde_json::{Map, Value, json};

use crate::content::front_matter::Label;
use crate::path::UrlPath;
use crate::plan::{Head, HeadOf, Page, PageKind, absolute};
use crate::site::{Article, List, Query, Site, TermKind};
use crate::time::{rfc3339, zoned};

/// What a page says to machines: a graph of what it is and who publishes it.
pub(super) fn of(site: &Site, page: &Page, head: &Head) -> Value {
    let article = article(page);
    let mut graph = Vec::new();
    match (head.kind, article) {
        (PageKind::Article, Some(index)) => {
            graph.push(news_article(site, &site.articles[index], head));
            graph.push(breadcrumbs(site, &site.articles[index], head));
        }
        (PageKind::Front, _) => {
            graph.push(json!({
                "@type": "WebSite",
                "@id": format!("{}#website", root(site)),
                "url": root(site),
                "name": site.config.title,
                "description": site.config.description,
                "inLanguage": site.config.language,
                "publisher": { "@id": organization_id(site) },
            }));
        }
        (PageKind::Author, _) => graph.extend(profile(site, page, head)),
        (PageKind::Redirect, _) => return json!({ "@context": "https://schema.org", "@graph": [] }),
        _ => graph.push(json!({
            "@type": collection(head.kind),
            "@id": head.canonical,
            "url": head.canonical,
            "name": head.heading,
            "description": head.description,
            "inLanguage": site.config.language,
            "publisher": { "@id": organization_id(site) },
        })),
    }
    graph.push(organization(site));
    let graph: Vec<Value> = graph.into_iter().map(without_nulls).collect();
    json!({ "@context": "https://schema.org", "@graph": graph })
}

/// The article whose page it is.
pub(super) fn article(page: &Page) -> Option<usize> {
    match page.head {
        HeadOf::Article(index) => Some(index),
        HeadOf::None | HeadOf::Own(_) => None,
    }
}

fn collection(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Page | PageKind::NotFound | PageKind::NewsletterThanks | PageKind::NewsletterConfirmed => "WebPage",
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

fn news_article(site: &Site, article: &Article, head: &Head) -> Value {
    let front = &article.document.front;
    let at = |seconds: i64| rfc3339(&zoned(seconds, &site.zone));
    let url = site.base.absolute(&article.url);
    let corrections: Vec<Value> = front
        .corrections
        .iter()
        .map(|correction| {
            json!({
                "@type": "CorrectionComment",
                "text": correction.text,
                "datePublished": at(correction.date.instant(&site.zone)),
            })
        })
        .collect();
    let citations: Vec<Value> = front
        .sources
        .iter()
        .map(|source| json!({ "@type": "CreativeWork", "name": source.title, "url": source.url }))
        .map(without_nulls)
        .collect();
    json!({
        "@type": type_of(article.label),
        "@id": format!("{url}#article"),
        "mainEntityOfPage": url,
        "url": url,
        "headline": front.title,
        "description": head.description,
        "image": head.image.as_ref().map(|image| without_nulls(json!({
            "@type": "ImageObject", "url": image.url, "width": image.width, "height": image.height, "caption": image.caption,
        }))),
        "datePublished": at(article.date),
        "dateModified": head.modified.as_ref().map_or_else(|| at(article.date), |date| date.iso.clone()),
        "author": authors(site, article),
        "publisher": { "@id": organization_id(site) },
        "articleSection": site.config.sections[article.section].title,
        "keywords": front.topics.iter().filter_map(|id| site.terms.get(TermKind::Topic, id)).map(|term| term.title.clone()).collect::<Vec<_>>(),
        "wordCount": article.document.outline.words,
        "inLanguage": site.config.language,
        "isAccessibleForFree": true,
        "dateline": front.dateline,
        "citation": non_empty(citations),
        "correction": non_empty(corrections),
        "commentCount": site.comment_count(article),
    })
}

/// Persons with their pages; the publisher where nobody is named.
fn authors(site: &Site, article: &Article) -> Value {
    let front = &article.document.front;
    if let Some(byline) = &front.byline {
        return json!([{ "@type": "Organization", "name": byline }]);
    }
    let names = site.author_names(article);
    if names.is_empty() {
        return json!([{ "@id": organization_id(site) }]);
    }
    let person = |name: &crate::site::AuthorName| json!({ "@type": "Person", "name": name.name, "url": format!("{}{}", site.base.origin, name.url) });
    names.iter().map(person).collect()
}

fn breadcrumbs(site: &Site, article: &Article, head: &Head) -> Value {
    let section = site.section_name(article);
    let item = |position: usize, name: &str, url: String| json!({ "@type": "ListItem", "position": position, "name": name, "item": url });
    json!({
        "@type": "BreadcrumbList",
        "itemListElement": [
            item(1, &site.config.title, root(site)),
            item(2, &section.title, format!("{}{}", site.base.origin, section.url)),
            item(3, &head.heading, site.base.absolute(&article.url)),
        ],
    })
}

fn profile(site: &Site, page: &Page, head: &Head) -> Option<Value> {
    let id = page.needs.iter().find_map(|(_, query)| match query {
        Query::Head(List::Term(TermKind::Author, id)) => Some(id),
        _ => None,
    })?;
    let term = site.terms.get(TermKind::Author, id)?;
    let author = site.author_view(term);
    let image = author.image.clone().map(|image| absolute(site, image).url);
    let person = without_nulls(json!({
        "@type": "Person",
        "@id": format!("{}#person", site.base.absolute(&term.url)),
        "name": author.name,
        "url": site.base.absolute(&term.url),
        "jobTitle": author.role,
        "image": image,
        "sameAs": author.links.iter().map(|link| link.url.as_str()).filter(|url| url.starts_with("http")).collect::<Vec<_>>(),
        "worksFor": author.active.then(|| json!({ "@id": organization_id(site) })),
    }));
    Some(json!({ "@type": "ProfilePage", "@id": head.canonical, "url": head.canonical, "mainEntity": person }))
}

fn organization(site: &Site) -> Value {
    let organization = &site.config.organization;
    let policy = |path: &Option<String>| site.policy_url(path.as_deref()).map(|url| site.base.absolute(url));
    let logo = organization.logo.as_deref().and_then(|logo| site.static_picture(logo)).map(|logo| absolute(site, logo));
    json!({
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
    })
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
