//! The row of articles.

use schemars::schema_for;

use super::{ContentKind, MARKDOWN, Nesting};
use crate::content::front_matter::ArticleFrontMatter;
use crate::content::{ParsedSource, SourceKind, document};

pub(super) const ARTICLE: ContentKind = ContentKind {
    kind: SourceKind::Article,
    name: "article",
    about: "An article, as a draft dated now",
    folder: "articles",
    nesting: Nesting::Any,
    extensions: MARKDOWN,
    location: "articles are below `content/articles/`, each in a file that ends in `.md`",
    heading_key: "title",
    schema: Some(|| schema_for!(ArticleFrontMatter)),
    parse: |file, diagnostics| {
        // A page may show the texts of several articles, so their ids begin with the article's slug.
        let prefix = |front_matter: &ArticleFrontMatter| {
            let slug = document::slug(file.path, front_matter.slug.as_deref());
            slug.map_or_else(|_| String::new(), |slug| slug.as_str().to_owned())
        };
        file.document_with(ParsedSource::Article, prefix, diagnostics)
    },
    starter: Some(
        "---\ntitle: {title}\ndate: {date}\n{section}authors: [{authors}]\ntopics: []\nsummary: \"\"\ndraft: true\n---\n\n\
         The first sentence says what happened.\n",
    ),
};
