//! What open pages are told, as the JSON of events: mistakes, and what the preview's bar says of a page.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde::Serialize;

use super::editor::Editor;
use super::event_stream::Event;
use super::snapshot::Snapshot;
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::path::SourcePath;
use crate::plan::{OutputFile, OutputKind, PageKind, PageMetaSource};
use crate::report::{ResolvedDiagnostic, SourceText};
use crate::site::{UnpublishedReason, date_view};
use crate::time::zoned;

/// Longer headlines are cut in search results and when they are shared.
const LONG_HEADLINE: usize = 110;

/// A diagnostic with the link that opens its place in an editor.
#[derive(Serialize)]
struct DiagnosticJson {
    level: Level,
    code: String,
    message: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    snippet: Option<String>,
    help: Option<String>,
    open: Option<String>,
}

/// Where the site's files are, and what opens them.
#[derive(Clone, Copy)]
pub(crate) struct EditorContext<'a> {
    pub(crate) root: &'a Path,
    pub(crate) editor: &'a Editor,
}

impl EditorContext<'_> {
    fn found(self, diagnostics: &[Diagnostic]) -> Vec<DiagnosticJson> {
        let mut texts: BTreeMap<&str, Option<Rc<SourceText>>> = BTreeMap::new();
        for place in diagnostics.iter().filter_map(|diagnostic| diagnostic.location.as_ref()) {
            let read = || crate::source::text(self.root, &place.file).map(|text| Rc::new(SourceText::new(text)));
            texts.entry(&place.file).or_insert_with(read);
        }
        diagnostics.iter().map(|diagnostic| self.error(diagnostic, &texts)).collect()
    }

    fn error(self, diagnostic: &Diagnostic, texts: &BTreeMap<&str, Option<Rc<SourceText>>>) -> DiagnosticJson {
        let located = ResolvedDiagnostic::of(diagnostic.clone(), |file| texts.get(file).cloned().flatten());
        let (_, line, column) = located.place();
        let place = diagnostic.location.as_ref();
        let open = |file: &str| self.editor.link(self.root, file, line.unwrap_or(1), column.unwrap_or(1));
        let is_spot = line.is_some() && place.is_some_and(|place| place.span != Span::Whole);
        DiagnosticJson {
            level: diagnostic.level,
            code: diagnostic.code.to_string(),
            message: diagnostic.message.clone(),
            file: place.map(|place| place.file.clone()),
            line,
            column,
            snippet: is_spot.then(|| located.render_snippet(false)),
            help: diagnostic.help.clone(),
            open: place.map(|place| open(&place.file)),
        }
    }

    /// An event that carries diagnostics: `mistakes` of the site, or the `failure` of a page.
    pub(crate) fn event(self, name: &'static str, reported: &[Diagnostic]) -> Event {
        event(name, &serde_json::json!({ "diagnostics": self.found(reported) }))
    }

    /// What the bar says of a page.
    pub(crate) fn about(self, edition: &Snapshot, page: &OutputFile, is_fixed: bool, outbox: usize) -> Event {
        let source = page.source.as_ref();
        let template = match &page.kind {
            OutputKind::Template(kind) => Some(kind.template()),
            _ => None,
        };
        let kind = match &page.meta {
            PageMetaSource::Article(_) => Some(PageKind::Article),
            PageMetaSource::Own(head) => Some(head.kind),
            PageMetaSource::None => None,
        };
        let article = match page.meta {
            PageMetaSource::Article(index) => edition.planned.site.articles.get(index),
            PageMetaSource::None | PageMetaSource::Own(_) => None,
        };
        let outline = source.and_then(|path| edition.planned.site.text(path)).map(|(_, outline, _)| outline);
        event(
            "about",
            &PageInfo {
                source: source.map(ToString::to_string),
                edit: source.map(|path| self.editor.link(self.root, path.as_str(), 1, 1)),
                template,
                kind,
                marks: article
                    .and_then(|article| article.unpublished_reason)
                    .map(|held| mark(edition, held))
                    .into_iter()
                    .collect(),
                word_count: outline.map(|outline| outline.words),
                reading_time: outline.map(|outline| crate::site::reading_time(outline.words)),
                warnings: source.map(|path| self.found(&warnings(edition, page, path))).unwrap_or_default(),
                clock: clock(edition, is_fixed),
                outbox,
            },
        )
    }
}

#[derive(Serialize)]
struct PageInfo {
    source: Option<String>,
    edit: Option<String>,
    template: Option<&'static str>,
    kind: Option<PageKind>,
    marks: Vec<UnpublishedBadge>,
    word_count: Option<u32>,
    /// In minutes.
    reading_time: Option<u32>,
    warnings: Vec<DiagnosticJson>,
    clock: Clock,
    outbox: usize,
}

/// Why readers would not see the page.
#[derive(Serialize)]
struct UnpublishedBadge {
    state: &'static str,
    until: Option<String>,
}

/// The clock of the preview, for people and for a field of a form.
#[derive(Serialize)]
struct Clock {
    text: String,
    value: String,
    fixed: bool,
}

/// An event with data of any shape.
pub(crate) fn event(name: &'static str, data: &impl Serialize) -> Event {
    Event { name, data: serde_json::to_string(data).expect("plain data") }
}

fn mark(edition: &Snapshot, held: UnpublishedReason) -> UnpublishedBadge {
    let until = match held {
        UnpublishedReason::Draft => None,
        UnpublishedReason::Scheduled(at) | UnpublishedReason::Embargoed(at) | UnpublishedReason::Expired(at) => {
            Some(readable(edition, at))
        }
    };
    UnpublishedBadge { state: held.word(), until }
}

fn readable(edition: &Snapshot, at: i64) -> String {
    let date = date_view(&edition.planned.site, at);
    if date.time.is_empty() { date.text } else { format!("{}, {}", date.text, date.time) }
}

fn clock(edition: &Snapshot, fixed: bool) -> Clock {
    let site = &edition.planned.site;
    let value = zoned(site.clock, &site.zone).strftime("%Y-%m-%dT%H:%M").to_string();
    Clock { text: value.replace('T', " "), value, fixed }
}

/// What a build warns of in a source, and what else its author may want to look at.
fn warnings(edition: &Snapshot, page: &OutputFile, source: &SourcePath) -> Vec<Diagnostic> {
    let of_source =
        |diagnostic: &&Diagnostic| diagnostic.location.as_ref().is_some_and(|place| place.file == source.as_str());
    let mut warnings: Vec<Diagnostic> = edition.warnings.iter().filter(of_source).cloned().collect();
    let PageMetaSource::Article(index) = page.meta else { return warnings };
    let front_matter = &edition.planned.site.articles[index].document.front_matter;
    let length = front_matter.title.chars().count();
    if length > LONG_HEADLINE {
        let message = format!("the headline has {length} characters");
        let help = format!("search results and shared links show about {LONG_HEADLINE}");
        warnings.push(Diagnostic::warning("headline", message).at(source, Span::value("title")).help(help));
    }
    if front_matter.summary.is_none() {
        let help = "add `summary:`; until then lists, feeds and shared links show the text's beginning";
        warnings.push(Diagnostic::warning("summary", "no summary").at(source, Span::Line(1, 1)).help(help));
    }
    warnings
}
