//! Sections, topics, authors and series, each with its articles.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::articles::Article;
use super::entries::Entry;
use super::inputs::{InvalidSources, SiteInputs, SourceFile};
use super::unpublished::UnpublishedReason;
use crate::config::{Config, Strictness};
use crate::content::any_document::AnyDocument;
use crate::content::document::{self, Document};
use crate::content::fields::{Field, KeyPath, Prose, SectionId};
use crate::content::front_matter::{Image, SeriesOrder};
use crate::content::kinds::{ArticleFrontMatter, AuthorFrontMatter, SeriesFrontMatter, TopicFrontMatter};
use crate::content::{ParsedSource, SourceKind, source_kind};
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::path::{Slug, SourcePath, UrlPath};

/// The kinds of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermKind {
    /// One of the settings' sections.
    Section,
    /// The subject of an article.
    Topic,
    /// A writer of an article.
    Author,
    /// A series that an article is part of.
    Series,
}

impl TermKind {
    /// Returns the singular: `topic`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TermKind::Section => "section",
            TermKind::Topic => "topic",
            TermKind::Author => "author",
            TermKind::Series => "series",
        }
    }

    /// Returns the front matter key, which is also the folder in `content/` and in URLs: `topics`.
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
    /// The kind of term.
    pub kind: TermKind,
    /// The id, which is also the last segment of the URL.
    pub id: String,
    /// The name for readers.
    pub title: String,
    /// The URL of the listing's first page.
    pub url: UrlPath,
    /// The articles as indexes, in the order of the listing.
    pub articles: Vec<usize>,
    /// The entries of collections as indexes.
    pub entries: Vec<usize>,
    /// The term's file, or a section's summary.
    pub file: TermFile,
}

/// The source of a term's description.
#[derive(Clone, Debug)]
pub enum TermFile {
    /// A term without a file.
    None,
    /// The summary of a section, from the settings.
    Summary(Option<Prose>),
    /// The file of an author.
    Author(Arc<Document<AuthorFrontMatter>>),
    /// The file of a topic.
    Topic(Arc<Document<TopicFrontMatter>>),
    /// The file of a series.
    Series(Arc<Document<SeriesFrontMatter>>),
}

/// All terms that have articles or entries.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    all: BTreeMap<TermKind, BTreeMap<String, Term>>,
}

/// Collects terms from the articles.
struct TermCollector<'a> {
    config: &'a Config,
    invalid_sources: &'a InvalidSources,
    files: BTreeMap<(TermKind, String), TermFile>,
    /// The id for each spelling in front matter, so that each is checked once; `None` for an invalid one.
    ids: HashMap<(TermKind, &'a str), Option<String>>,
    /// The first spelling of each id, by its lower case: ids that differ only by case would share a URL.
    spellings: HashMap<(TermKind, String), String>,
    /// Ids without a file: the diagnostic at the first use, and the number of uses.
    unknown: BTreeMap<(TermKind, String), (Diagnostic, usize)>,
    terms: Terms,
}

impl Terms {
    /// Collects the terms of the published articles and entries. The ids in invalid articles and in texts of other kinds
    /// are only checked. An id without a file is reported once, with the number of texts: as a warning, or as an error
    /// where the settings have `strict`.
    pub(super) fn gather(
        inputs: &SiteInputs<'_>,
        zone: &TimeZone,
        articles: &[Article],
        entries: &[Entry],
        invalid: &[Arc<Document<ArticleFrontMatter>>],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Terms {
        let mut collector = TermCollector {
            config: inputs.config,
            invalid_sources: inputs.invalid,
            files: files(inputs.sources),
            ids: HashMap::new(),
            spellings: HashMap::new(),
            unknown: BTreeMap::new(),
            terms: Terms::default(),
        };
        collector.spell_files(diagnostics);
        for (index, article) in articles.iter().enumerate() {
            collector.article(index, article, diagnostics);
        }
        for (index, entry) in entries.iter().enumerate() {
            collector.named(&*entry.document, diagnostics, |term| {
                if term.entries.last() != Some(&index) {
                    term.entries.push(index);
                }
            });
        }
        for document in invalid {
            collector.check(&**document, diagnostics, |_, _, _, _| {});
        }
        for document in other_documents(inputs, zone) {
            collector.check(document, diagnostics, |_, _, _, _| {});
        }
        let TermCollector { unknown, mut terms, .. } = collector;
        for (diagnostic, count) in unknown.into_values() {
            diagnostics.push(match count {
                1 => diagnostic,
                _ => {
                    Diagnostic { message: format!("{}, and {} texts name it", diagnostic.message, count), ..diagnostic }
                }
            });
        }
        terms.order(articles);
        terms
    }

    /// Returns a term, made of its description if it is new.
    fn term(&mut self, kind: TermKind, id: &str, describe: impl FnOnce() -> (String, TermFile)) -> &mut Term {
        let of_kind = self.all.entry(kind).or_default();
        if !of_kind.contains_key(id) {
            let (title, file) = describe();
            let path = if kind == TermKind::Section { format!("/{id}/") } else { format!("/{}/{id}/", kind.folder()) };
            let url = UrlPath::new(&path).expect("ids are slugs");
            let term = Term { kind, id: id.to_owned(), title, url, articles: Vec::new(), entries: Vec::new(), file };
            of_kind.insert(id.to_owned(), term);
        }
        of_kind.get_mut(id).expect("just made")
    }

    /// Sorts listings: pinned articles first, then the latest; a series by its key `order`.
    fn order(&mut self, articles: &[Article]) {
        for term in self.all.values_mut().flat_map(BTreeMap::values_mut) {
            if term.kind != TermKind::Series {
                term.articles.sort_by_key(|&index| articles[index].document.front_matter.pinned.unwrap_or(i64::MAX));
                continue;
            }
            let newest_first = matches!(&term.file, TermFile::Series(document) if document.front_matter.order == SeriesOrder::NewestFirst);
            if !newest_first {
                term.articles.reverse();
            }
        }
    }

    /// Returns a term by kind and id as written in front matter.
    #[must_use]
    pub fn get(&self, kind: TermKind, written: &str) -> Option<&Term> {
        let of_kind = self.all.get(&kind)?;
        of_kind.get(written).or_else(|| of_kind.get(Slug::slugify(written)?.as_str()))
    }

    /// Iterates over all terms, by kind and id.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.all.values().flat_map(BTreeMap::values)
    }

    /// The terms of each kind, by id.
    pub(super) fn kinds(&self) -> impl Iterator<Item = impl Iterator<Item = &Term>> {
        self.all.values().map(BTreeMap::values)
    }
}

impl<'a> TermCollector<'a> {
    fn article(&mut self, index: usize, article: &'a Article, diagnostics: &mut Vec<Diagnostic>) {
        let section = &self.config.sections[article.section];
        let describe = || (section.title.to_string(), TermFile::Summary(section.summary.clone()));
        self.terms.term(TermKind::Section, &section.id, describe).articles.push(index);
        self.named(&*article.document, diagnostics, |term| {
            if term.articles.last() != Some(&index) {
                term.articles.push(index);
            }
        });
    }

    /// Checks every id that a text names, and passes each term that the text belongs to, to `add`.
    fn named(&mut self, document: &'a dyn AnyDocument, diagnostics: &mut Vec<Diagnostic>, add: impl Fn(&mut Term)) {
        self.check(document, diagnostics, |terms, (kind, id), written, file| {
            let describe = || {
                let title = file.and_then(TermFile::title).map_or_else(|| readable(written), str::to_owned);
                (title, file.cloned().unwrap_or(TermFile::None))
            };
            add(terms.term(*kind, id, describe));
        });
    }

    /// Checks every id that a text names, in whatever key, and passes each valid one with its file to `hand_on`.
    fn check(
        &mut self,
        document: &'a dyn AnyDocument,
        diagnostics: &mut Vec<Diagnostic>,
        hand_on: impl Fn(&mut Terms, &(TermKind, String), &str, Option<&TermFile>),
    ) {
        document.fields().visit(&KeyPath::Root, &mut |key, field| {
            let (kind, written) = match field {
                Field::Section(id) => {
                    // Those of articles are reported where their URL is made.
                    let is_reported = || source_kind(document.path()) == SourceKind::Article;
                    let error = unknown_section(id, self.config).filter(|_| !is_reported());
                    return diagnostics.extend(error.map(|error| error.at(document.path(), key.span())));
                }
                Field::Topic(id) => (TermKind::Topic, id.as_str()),
                Field::Author(id) => (TermKind::Author, id.as_str()),
                Field::Series(id) => (TermKind::Series, id.as_str()),
                _ => return, // no other field is the id of a term
            };
            let Some(id) = self.known(kind, written, key, document.path(), diagnostics) else { return };
            let term = (kind, id);
            let file = self.files.get(&term);
            hand_on(&mut self.terms, &term, written, file);
            if file.is_none() {
                self.unknown(term, written, document.path(), key);
            }
        });
    }

    /// Returns the id for a spelling; `None` when it is invalid, which is reported at its first use.
    fn known(
        &mut self,
        kind: TermKind,
        written: &'a str,
        key: &KeyPath<'_>,
        path: &SourcePath,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<String> {
        match self.ids.get(&(kind, written)) {
            Some(known) => known.clone(),
            None => {
                let id = self.id(kind, written);
                let error = |diagnostic: Diagnostic| diagnostic.at(path, key.span());
                diagnostics.extend(id.as_ref().err().cloned().map(error));
                self.ids.insert((kind, written), id.as_ref().ok().cloned());
                id.ok()
            }
        }
    }

    /// Returns the id for a spelling in front matter.
    fn id(&mut self, kind: TermKind, written: &str) -> Result<String, Diagnostic> {
        let Some(slug) = Slug::new(written).ok().or_else(|| Slug::slugify(written)) else {
            let message = format!("`{written}` is not an id of the kind `{}`", kind.word());
            return Err(Diagnostic::error("front-matter", message).help("ids consist of letters, digits and hyphens"));
        };
        let id = slug.as_str().to_owned();
        match self.spelling(kind, &id) {
            None => Ok(id),
            Some(other) => {
                let message = format!("the {} `{written}` is written `{other}` elsewhere", kind.word());
                Err(Diagnostic::error("front-matter", message).help(format!(
                    "write `{other}`: on many machines URLs that differ only by letter case are the same"
                )))
            }
        }
    }

    /// Returns another spelling of the same id if one was seen before; otherwise records this one.
    fn spelling(&mut self, kind: TermKind, id: &str) -> Option<String> {
        let first = self.spellings.entry((kind, id.to_lowercase())).or_insert_with(|| id.to_owned());
        (first != id).then(|| first.clone())
    }

    /// Records the spellings of file names.
    fn spell_files(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let files: Vec<_> = self.files.iter().map(|(key, file)| (key.clone(), file.path().cloned())).collect();
        for ((kind, id), path) in files {
            let (Some(other), Some(path)) = (self.spelling(kind, &id), path) else { continue };
            let message = format!("`{path}` and `content/{}/{other}.md` are the same {}", kind.folder(), kind.word());
            let help =
                "give one of them another name: on many machines URLs that differ only by letter case are the same";
            diagnostics.push(Diagnostic::error("collision", message).at(path, Span::Whole).help(help));
        }
    }

    fn unknown(&mut self, term: (TermKind, String), written: &str, path: &SourcePath, key: &KeyPath<'_>) {
        if let Some((_, count)) = self.unknown.get_mut(&term) {
            *count += 1;
            return;
        }
        let (kind, id) = (term.0, &term.1);
        let own = format!("content/{}/{id}.md", kind.folder());
        if SourcePath::new(&own).is_ok_and(|own| self.invalid_sources.contains_key(&own)) {
            return;
        }
        let strictness = match kind {
            TermKind::Author => self.config.taxonomies.authors,
            TermKind::Topic => self.config.taxonomies.topics,
            TermKind::Series | TermKind::Section => self.config.taxonomies.series,
        };
        let level = if strictness == Strictness::Strict { Level::Error } else { Level::Warning };
        let known = self.files.keys().filter(|(other, _)| *other == kind).map(|(_, id)| id.as_str());
        let diagnostic =
            Diagnostic::new(level, "unknown-id", format!("there is no {} with the id `{written}`", kind.word()))
                .at(path, key.span())
                .help(format!("add `{own}`"))
                .suggest(written, known);
        self.unknown.insert(term, (diagnostic, 1));
    }
}

/// Returns the error of a section id that the settings do not have; `None` also if their `sections` are invalid, since
/// the id may be that of a section that could not be read.
pub(super) fn unknown_section(id: &SectionId, config: &Config) -> Option<Diagnostic> {
    let ids = || config.sections.iter().map(|section| section.id.as_str());
    if ids().any(|known| known == id.as_str()) || config.is_invalid("sections") {
        return None;
    }
    let diagnostic = Diagnostic::error("front-matter", format!("there is no section `{id}`"))
        .help(format!("site.yaml has {}", ids().collect::<Vec<_>>().join(", ")));
    Some(diagnostic.suggest(id, ids()))
}

/// Returns the texts that are published or included, but those of articles and entries, also those of files with
/// errors.
fn other_documents<'a>(inputs: &SiteInputs<'a>, zone: &TimeZone) -> impl Iterator<Item = &'a dyn AnyDocument> {
    let SiteInputs { sources, invalid, clock, include, .. } = *inputs;
    let is_other = |source: &&ParsedSource| !matches!(source, ParsedSource::Article(_) | ParsedSource::Entry(_));
    let others = sources.values().map(|source| &source.parsed).filter(is_other);
    let with_errors = invalid.values().filter_map(Option::as_ref);
    let with_errors = with_errors.filter(|source| !matches!(source, ParsedSource::Article(_)));
    others.chain(with_errors).filter_map(ParsedSource::document).filter(move |document| {
        UnpublishedReason::of(&document.keys(), zone, clock).is_none_or(|reason| reason.is_shown(include))
    })
}

impl TermFile {
    /// Returns the term's file; `None` for a term without one.
    pub(super) fn document(&self) -> Option<&dyn AnyDocument> {
        match self {
            TermFile::None | TermFile::Summary(_) => None,
            TermFile::Author(document) => Some(&**document),
            TermFile::Topic(document) => Some(&**document),
            TermFile::Series(document) => Some(&**document),
        }
    }

    /// Returns the term's file, shared; `None` for a term without one.
    pub(super) fn shared_document(&self) -> Option<Arc<dyn AnyDocument>> {
        match self {
            TermFile::None | TermFile::Summary(_) => None,
            TermFile::Author(document) => Some(document.clone()),
            TermFile::Topic(document) => Some(document.clone()),
            TermFile::Series(document) => Some(document.clone()),
        }
    }

    fn title(&self) -> Option<&str> {
        self.document().map(|document| document.keys().title)
    }

    /// Returns a description for search engines and social media, in a sentence or two: the summary, else the beginning
    /// of the text, else an author's role.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        if let TermFile::Summary(summary) = self {
            return summary.as_deref();
        }
        let document = self.document()?;
        let beginning = Some(document.analysis().excerpt.as_str()).filter(|text| !text.is_empty());
        let role = if let TermFile::Author(author) = self { author.front_matter.role.as_deref() } else { None };
        document.keys().summary.or(beginning).or(role)
    }

    /// Returns the image as written, and the file that names it.
    pub(super) fn image(&self) -> Option<(&Image, &SourcePath)> {
        let document = self.document()?;
        Some((document.keys().image?, document.path()))
    }

    /// Returns the path of the file; `None` for a term without one.
    #[must_use]
    pub fn path(&self) -> Option<&SourcePath> {
        Some(self.document()?.path())
    }
}

fn files(sources: &BTreeMap<SourcePath, SourceFile>) -> BTreeMap<(TermKind, String), TermFile> {
    let mut files = BTreeMap::new();
    for (path, source) in sources {
        let (kind, file) = match &source.parsed {
            ParsedSource::Author(document) => (TermKind::Author, TermFile::Author(Arc::clone(document))),
            ParsedSource::Topic(document) => (TermKind::Topic, TermFile::Topic(Arc::clone(document))),
            ParsedSource::Series(document) => (TermKind::Series, TermFile::Series(Arc::clone(document))),
            _ => continue, // no other source is about a term
        };
        files.insert((kind, id_of_file(path)), file);
    }
    files
}

/// Returns the id for a file: its name, with accented letters in their composed form.
fn id_of_file(path: &SourcePath) -> String {
    let name = document::name(path);
    Slug::new(name).map_or_else(|_| name.to_owned(), |slug| slug.as_str().to_owned())
}

/// Makes a title from an id: `jane-doe` becomes `Jane Doe`. An id with capitals or spaces is returned unchanged.
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
