//! Payloads of events as JSON: diagnostics, and what the bar shows about a page.

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
use crate::site::{PublishedText, UnpublishedReason};
use crate::time::zoned;

/// Greatest length of a headline in characters; search results and shared links cut longer ones.
const LONG_HEADLINE: usize = 110;

/// A diagnostic with a link that opens its location in an editor.
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

/// The site's folder and the author's editor, for links to locations.
#[derive(Clone, Copy)]
pub(crate) struct EditorContext<'a> {
    pub(crate) root: &'a Path,
    pub(crate) editor: &'a Editor,
}

impl EditorContext<'_> {
    fn to_json(self, diagnostics: &[Diagnostic]) -> Vec<DiagnosticJson> {
        let mut texts: BTreeMap<&str, Option<Rc<SourceText>>> = BTreeMap::new();
        for location in diagnostics.iter().filter_map(|diagnostic| diagnostic.location.as_ref()) {
            let read = || crate::source::text(self.root, &location.file).map(|text| Rc::new(SourceText::new(text)));
            texts.entry(&location.file).or_insert_with(read);
        }
        diagnostics.iter().map(|diagnostic| self.error(diagnostic, &texts)).collect()
    }

    fn error(self, diagnostic: &Diagnostic, texts: &BTreeMap<&str, Option<Rc<SourceText>>>) -> DiagnosticJson {
        let located = ResolvedDiagnostic::of(diagnostic.clone(), |file| texts.get(file).cloned().flatten());
        let (_, line, column) = located.location();
        let location = diagnostic.location.as_ref();
        let open = |file: &str| self.editor.link(self.root, file, line.unwrap_or(1), column.unwrap_or(1));
        let has_position = line.is_some() && location.is_some_and(|location| location.span != Span::Whole);
        DiagnosticJson {
            level: diagnostic.level,
            code: diagnostic.code.to_string(),
            message: diagnostic.message.clone(),
            file: location.map(|location| location.file.clone()),
            line,
            column,
            snippet: has_position.then(|| located.render_snippet(false)),
            help: diagnostic.help.clone(),
            open: location.map(|location| open(&location.file)),
        }
    }

    /// Makes an event with diagnostics: the `diagnostics` of the site, or the `failure` of a page.
    pub(crate) fn event(self, name: &'static str, reported: &[Diagnostic]) -> Event {
        event(name, &serde_json::json!({ "diagnostics": self.to_json(reported) }))
    }

    /// Makes the `about` event: what the bar shows about a page.
    pub(crate) fn about(self, snapshot: &Snapshot, page: &OutputFile, is_fixed: bool, outbox: usize) -> Event {
        let source = page.source.as_ref();
        let template = match &page.kind {
            OutputKind::Template(template) => Some(&*template.name),
            _ => None,
        };
        let kind = match &page.meta {
            PageMetaSource::Article(_) => Some(PageKind::Article),
            PageMetaSource::Own(meta) => Some(meta.kind),
            PageMetaSource::None => None,
        };
        let text = source.and_then(|path| snapshot.planned.site.urls.text(path));
        let is_its_page = |text: &&PublishedText| text.url == page.url;
        let unpublished_reason = text.filter(is_its_page).and_then(|text| text.unpublished_reason);
        let word_count = text.map(|text| text.analysis().word_count);
        event(
            "about",
            &PageInfo {
                source: source.map(ToString::to_string),
                edit: source.map(|path| self.editor.link(self.root, path.as_str(), 1, 1)),
                template,
                kind,
                badges: unpublished_reason.map(|reason| badge(snapshot, reason)).into_iter().collect(),
                word_count,
                reading_time: word_count.map(crate::site::reading_time),
                warnings: source.map(|path| self.to_json(&warnings(snapshot, page, path))).unwrap_or_default(),
                clock: clock(snapshot, is_fixed),
                outbox,
            },
        )
    }
}

#[derive(Serialize)]
struct PageInfo<'p> {
    source: Option<String>,
    edit: Option<String>,
    template: Option<&'p str>,
    kind: Option<PageKind>,
    badges: Vec<UnpublishedBadge>,
    word_count: Option<u32>,
    /// In minutes.
    reading_time: Option<u32>,
    warnings: Vec<DiagnosticJson>,
    clock: Clock,
    outbox: usize,
}

/// Why the page is unpublished, shown as a badge.
#[derive(Serialize)]
struct UnpublishedBadge {
    state: &'static str,
    until: Option<String>,
}

/// Clock of the dev server, as text and as the value of a form field.
#[derive(Serialize)]
struct Clock {
    text: String,
    value: String,
    fixed: bool,
}

/// Makes an event with a JSON payload.
pub(crate) fn event(name: &'static str, data: &impl Serialize) -> Event {
    Event { name, data: serde_json::to_string(data).expect("plain data") }
}

fn badge(snapshot: &Snapshot, reason: UnpublishedReason) -> UnpublishedBadge {
    let until = match reason {
        UnpublishedReason::Draft => None,
        UnpublishedReason::Scheduled(at) | UnpublishedReason::Embargoed(at) | UnpublishedReason::Expired(at) => {
            Some(readable(snapshot, at))
        }
    };
    UnpublishedBadge { state: reason.word(), until }
}

fn readable(snapshot: &Snapshot, at: i64) -> String {
    let date = snapshot.planned.site.model.date(at);
    if date.time.is_empty() { date.text } else { format!("{}, {}", date.text, date.time) }
}

fn clock(snapshot: &Snapshot, fixed: bool) -> Clock {
    let site = &snapshot.planned.site;
    let value = zoned(site.model.clock, &site.model.zone).strftime("%Y-%m-%dT%H:%M").to_string();
    Clock { text: value.replace('T', " "), value, fixed }
}

/// Returns the diagnostics of a page's source, and advice for its author that a build does not give.
fn warnings(snapshot: &Snapshot, page: &OutputFile, source: &SourcePath) -> Vec<Diagnostic> {
    let of_source = |diagnostic: &&Diagnostic| {
        diagnostic.location.as_ref().is_some_and(|location| location.file == source.as_str())
    };
    let mut warnings: Vec<Diagnostic> = snapshot.warnings.iter().filter(of_source).cloned().collect();
    let PageMetaSource::Article(index) = page.meta else { return warnings };
    let front_matter = &snapshot.planned.site.model.articles[index].document.front_matter;
    let length = front_matter.title.chars().count();
    if length > LONG_HEADLINE {
        let message = format!("the headline has {length} characters");
        let help = format!("search results and shared links show about {LONG_HEADLINE}");
        warnings.push(Diagnostic::warning("headline", message).at(source, Span::value("title")).help(help));
    }
    if front_matter.summary.is_none() {
        let help = "add `summary:`; until then listings, feeds and shared links show the text's beginning";
        warnings.push(Diagnostic::warning("summary", "no summary").at(source, Span::Line(1, 1)).help(help));
    }
    warnings
}
