//! Sections, topics, authors and series, each with its articles.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Input;
use super::publication::Article;
use crate::config::{Config, Strictness};
use crate::content::Source;
use crate::content::document::{self, Document};
use crate::content::front_matter::{AuthorFront, SeriesFront, SeriesOrder, TopicFront};
use crate::diagnostic::{Diagnostic, Level, Spot};
use crate::path::{ContentPath, Slug, UrlPath};

/// The kinds of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// One of the settings' sections.
    Section,
    /// What an article is about.
    Topic,
    /// Who wrote it.
    Author,
    /// What it is a part of.
    Series,
}

impl TermKind {
    /// The word for one: `topic`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TermKind::Section => "section",
            TermKind::Topic => "topic",
            TermKind::Author => "author",
            TermKind::Series => "series",
        }
    }

    /// The front matter key, the folder in `content/` and in URLs: `topics`.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            TermKind::Section => "sections",
            TermKind::Topic => "topics",
            TermKind::Author => "authors",
            TermKind::Series => "series",
        }
    }
}

/// A term with its articles.
#[derive(Clone, Debug)]
pub struct Term {
    /// Of which kind.
    pub kind: TermKind,
    /// Its id, also the last part of its address.
    pub id: String,
    /// Its name for readers.
    pub title: String,
    /// Its page.
    pub url: UrlPath,
    /// Its articles as indexes, in the order of its listing.
    pub articles: Vec<usize>,
    /// What stands about it in a file of its own.
    pub file: TermFile,
}

/// The file of a term.
#[derive(Clone, Debug)]
pub enum TermFile {
    /// It has none; a section's words are in the settings.
    None,
    /// A section's summary.
    Summary(Option<String>),
    /// An author.
    Author(Arc<Document<AuthorFront>>),
    /// A topic.
    Topic(Arc<Document<TopicFront>>),
    /// A series.
    Series(Arc<Document<SeriesFront>>),
}

/// All terms that have articles.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    all: BTreeMap<(TermKind, String), Term>,
    /// Terms with a file and no articles: they make no page.
    pub unused: Vec<ContentPath>,
}

impl Terms {
    /// Gathers the terms of the published articles. An id without a file is a warning, or an error where the
    /// settings say `strict`.
    pub(super) fn gather(
        inputs: &BTreeMap<ContentPath, Input>,
        broken: &BTreeSet<ContentPath>,
        config: &Config,
        articles: &[Article],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Terms {
        let files = files(inputs);
        let mut terms = Terms::default();
        for (index, article) in articles.iter().enumerate() {
            let section = &config.sections[article.section];
            terms.add(
                TermKind::Section,
                &section.id,
                &section.title,
                TermFile::Summary(section.summary.clone()),
                index,
            );
            let front = &article.document.front;
            for (kind, ids) in [
                (TermKind::Topic, &front.topics),
                (TermKind::Author, &front.authors),
                (TermKind::Series, &front.series),
            ] {
                for (position, written) in ids.iter().enumerate() {
                    terms.add_named(kind, written, position, index, article, &files, broken, config, diagnostics);
                }
            }
        }
        let used = |key: &(TermKind, String)| terms.all.contains_key(key);
        terms.unused =
            files.iter().filter(|(key, _)| !used(key)).filter_map(|(_, file)| file.path()).cloned().collect();
        terms.order(articles);
        terms
    }

    #[allow(clippy::too_many_arguments, reason = "one loop's body, given a name")]
    fn add_named(
        &mut self,
        kind: TermKind,
        written: &str,
        position: usize,
        index: usize,
        article: &Article,
        files: &BTreeMap<(TermKind, String), TermFile>,
        broken: &BTreeSet<ContentPath>,
        config: &Config,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let place = || Spot::item(kind.folder(), position);
        let Some(id) = Slug::new(written).ok().or_else(|| Slug::from_words(written)) else {
            let message = format!("`{written}` is no id of a {}", kind.word());
            diagnostics.push(
                Diagnostic::error("front-matter", message)
                    .at(&article.document.path, place())
                    .help("ids hold letters, digits and hyphens"),
            );
            return;
        };
        let key = (kind, id.as_str().to_owned());
        let file = files.get(&key).cloned();
        let own = ContentPath::new(&format!("content/{}/{id}.md", kind.folder()));
        if file.is_none() && !own.is_ok_and(|own| broken.contains(&own)) {
            let strictness = match kind {
                TermKind::Author => config.taxonomies.authors,
                TermKind::Topic => config.taxonomies.topics,
                _ => config.taxonomies.series,
            };
            let level = if strictness == Strictness::Strict { Level::Error } else { Level::Warning };
            let known = files.keys().filter(|(other, _)| *other == kind).map(|(_, id)| id.as_str());
            let diagnostic = Diagnostic::new(level, "unknown-id", format!("no {} has the id `{written}`", kind.word()))
                .at(&article.document.path, place())
                .help(format!("add `content/{}/{id}.md`", kind.folder()))
                .suggest(written, known);
            diagnostics.push(diagnostic);
        }
        let title = file.as_ref().and_then(TermFile::title).map_or_else(|| readable(written), str::to_owned);
        self.add(kind, id.as_str(), &title, file.unwrap_or(TermFile::None), index);
    }

    fn add(&mut self, kind: TermKind, id: &str, title: &str, file: TermFile, index: usize) {
        let term = self.all.entry((kind, id.to_owned())).or_insert_with(|| {
            let path = if kind == TermKind::Section { format!("/{id}/") } else { format!("/{}/{id}/", kind.folder()) };
            let url = UrlPath::new(&path).expect("ids are slugs");
            Term { kind, id: id.to_owned(), title: title.to_owned(), url, articles: Vec::new(), file }
        });
        if term.articles.last() != Some(&index) {
            term.articles.push(index);
        }
    }

    /// Pinned articles first, then the latest; a series in the order it asks for.
    fn order(&mut self, articles: &[Article]) {
        for term in self.all.values_mut() {
            if term.kind != TermKind::Series {
                term.articles.sort_by_key(|&index| articles[index].document.front.pinned.unwrap_or(i64::MAX));
                continue;
            }
            let newest_first =
                matches!(&term.file, TermFile::Series(document) if document.front.order == SeriesOrder::NewestFirst);
            if !newest_first {
                term.articles.reverse();
            }
        }
    }

    /// A term by kind and id, as written in front matter.
    #[must_use]
    pub fn get(&self, kind: TermKind, written: &str) -> Option<&Term> {
        let find = |id: &str| self.all.get(&(kind, id.to_owned()));
        find(written).or_else(|| find(Slug::from_words(written)?.as_str()))
    }

    /// The term whose file this is.
    #[must_use]
    pub fn of_file(&self, path: &ContentPath) -> Option<&Term> {
        let id = document::name(path);
        [TermKind::Topic, TermKind::Author, TermKind::Series]
            .into_iter()
            .filter_map(|kind| self.all.get(&(kind, id.to_owned())))
            .find(|term| term.file.path() == Some(path))
    }

    /// Every term, by kind and id.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.all.values()
    }
}

impl TermFile {
    fn title(&self) -> Option<&str> {
        match self {
            TermFile::None | TermFile::Summary(_) => None,
            TermFile::Author(document) => Some(&document.front.name),
            TermFile::Topic(document) => Some(&document.front.title),
            TermFile::Series(document) => Some(&document.front.title),
        }
    }

    /// The path of the file, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&ContentPath> {
        match self {
            TermFile::None | TermFile::Summary(_) => None,
            TermFile::Author(document) => Some(&document.path),
            TermFile::Topic(document) => Some(&document.path),
            TermFile::Series(document) => Some(&document.path),
        }
    }
}

fn files(inputs: &BTreeMap<ContentPath, Input>) -> BTreeMap<(TermKind, String), TermFile> {
    let mut files = BTreeMap::new();
    for (path, input) in inputs {
        let (kind, file) = match &input.source {
            Source::Author(document) => (TermKind::Author, TermFile::Author(Arc::clone(document))),
            Source::Topic(document) => (TermKind::Topic, TermFile::Topic(Arc::clone(document))),
            Source::Series(document) => (TermKind::Series, TermFile::Series(Arc::clone(document))),
            _ => continue,
        };
        files.insert((kind, document::name(path).to_owned()), file);
    }
    files
}

/// An id made readable: `jane-doe` is `Jane Doe`. What has capitals or spaces already stays as it is.
fn readable(id: &str) -> String {
    if id.chars().any(|c| c.is_uppercase() || c == ' ') {
        return id.to_owned();
    }
    let words = id.split(['-', '_']).filter(|word| !word.is_empty()).map(|word| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn ids_are_made_readable() {
        assert_eq!(readable("jane-doe"), "Jane Doe");
        assert_eq!(readable("NUHW"), "NUHW");
        assert_eq!(readable("élan_vital"), "Élan Vital");
    }
}
