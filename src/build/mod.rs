//! The pipeline on one screen: read, parse, assemble, plan, render, publish.

mod make;
mod remember;
mod revise;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::tz::TimeZone;

pub(crate) use self::make::copy;
pub use self::remember::Parsed;
pub(crate) use self::remember::Remembered;
use crate::config::{self, BaseUrl, Config};
use crate::content::front_matter::Extra;
use crate::content::{Language, misplaced};
use crate::diagnostic::{Diagnostic, Spot};
use crate::digest::Digest;
use crate::path::{ContentPath, OutputPath, UrlPath};
use crate::plan::{NEEDS, Page, Plan, plan};
use crate::publish::{Cache, Memo, Publication, PublishError, Report};
use crate::render::{Session, Texts};
use crate::site::{Assembly, Preview, Reason, Site};
use crate::source::Folder;
use crate::theme::{Layers, Theme};
use crate::time::When;

/// What a build is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// Where the output goes; `public/` in the site's folder when absent.
    pub output: Option<PathBuf>,
    /// In place of the settings' base URL.
    pub base_url: Option<String>,
    /// The build's clock.
    pub clock: Clock,
    /// Which of the articles held back are shown all the same.
    pub preview: Preview,
    /// Whether to forget what is known.
    pub force: bool,
    /// Whether warnings fail.
    pub strict: bool,
    /// The running program's digest: another program may render otherwise.
    pub program: Digest,
    /// The machine's clock, for telling which files are too young to be trusted by their times.
    pub now: SystemTime,
}

/// The build's clock.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// Seconds since 1970-01-01T00:00:00Z.
    At(i64),
    /// As written on the command line; a date means its start in the site's zone.
    As(When),
}

/// Somebody who follows a build: the terminal's progress bar, the profile.
pub trait Watch: Sync {
    /// A stage begins.
    fn stage(&self, _name: &'static str) {}
    /// So many pages are to be looked at.
    fn planned(&self, _pages: usize) {}
    /// A page is done.
    fn done(&self) {}
    /// Runs the making of one page, under the name of what makes it.
    fn make(&self, _made: &str, work: &mut dyn FnMut()) {
        work();
    }
    /// Whether to stop as soon as possible.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Nobody.
pub struct Unwatched;

impl Watch for Unwatched {}

/// What came of a build.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is wrong, in path order.
    pub diagnostics: Vec<Diagnostic>,
    /// Figures, when something was published.
    pub published: Option<Published>,
    /// Articles and pages that are not in the output, and why, by path.
    pub held_back: Vec<Held>,
    /// Files that are never published: dot files, editors' backups.
    pub left_out: Vec<String>,
    /// The site's zone, when its settings could be read.
    pub zone: Option<TimeZone>,
    /// Whether the machine refused: no room, no permission, another build at work.
    pub refused: bool,
}

/// A text that is not in the output.
#[derive(Clone, Debug)]
pub struct Held {
    /// Its file.
    pub path: ContentPath,
    /// Why.
    pub reason: Reason,
}

/// Figures of a publication.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// Files of the output.
    pub pages: usize,
    /// Files that were made anew.
    pub rendered: usize,
    /// What was made anew, in order.
    pub rendered_urls: Vec<UrlPath>,
    /// Files that were written.
    pub written: usize,
    /// Files that are gone, in order.
    pub removed: Vec<OutputPath>,
    /// The output folder.
    pub output: PathBuf,
}

impl Outcome {
    /// Whether there are errors, or warnings in a strict build.
    #[must_use]
    pub fn has_failed(&self, strict: bool) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.fails(strict))
    }
}

/// A site that was read and planned, with everything that made it.
pub struct Planned {
    /// The site's folder.
    pub folder: Folder,
    /// The settings.
    pub config: Config,
    /// The sources.
    pub parsed: Parsed,
    /// The theme's files.
    pub layers: Layers,
    /// The theme.
    pub theme: Theme,
    /// The assembled site.
    pub site: Site,
    /// Every file of the output.
    pub plan: Plan,
}

impl Planned {
    /// A session for rendering some of its pages. The theme must have been [dressed](crate::render::dress).
    #[must_use]
    pub fn session<'a>(&'a self, pages: &'a [Page], program: Digest) -> Session<'a> {
        Session::new(&self.site, &self.theme, &self.layers, &self.parsed.inputs, pages, program)
    }
}

/// Builds a site: all of it, or nothing.
#[must_use]
pub fn build(options: &Options, watch: &dyn Watch) -> Outcome {
    let mut outcome = Outcome::default();
    match prepare(options, watch, &mut outcome) {
        Some(planned) if !outcome.has_failed(options.strict) => publish(planned, options, watch, &mut outcome),
        None if watch.is_stopped() => {
            outcome.refused = true;
            outcome.diagnostics.push(stopped());
        }
        _ => {}
    }
    sort(&mut outcome.diagnostics);
    outcome
}

/// Reads, parses, assembles and plans. `None` when the site cannot be planned at all, and the outcome says why, or
/// when `watch` stopped it.
pub fn prepare(options: &Options, watch: &dyn Watch, outcome: &mut Outcome) -> Option<Planned> {
    watch.stage("read");
    let (walked, memory) = rayon::join(|| Folder::walk(&options.root), || recall(options));
    outcome.refused = walked.is_err();
    let folder = walked
        .map_err(|error| {
            let message = format!("`{}` cannot be read: {}", options.root.display(), crate::source::describe(&error));
            outcome.diagnostics.push(Diagnostic::error("file", message));
        })
        .ok()?;
    prepare_folder(folder, memory, options, watch, outcome)
}

/// The same of a folder that was walked, with what is remembered of its sources.
pub(crate) fn prepare_folder(
    folder: Folder,
    memory: Remembered,
    options: &Options,
    watch: &dyn Watch,
    outcome: &mut Outcome,
) -> Option<Planned> {
    let diagnostics = &mut outcome.diagnostics;
    diagnostics.extend(folder.diagnostics.iter().cloned());
    outcome.left_out.clone_from(&folder.left_out);
    diagnostics.extend(misplaced::warnings(folder.files.keys()));
    let (config, is_whole) = settings(&folder, options, diagnostics);
    watch.stage("parse");
    let language = config.as_ref().map_or_else(plain_language, Language::from);
    let mut told = Vec::new();
    let (parsed, themed) = rayon::join(
        || remember::read(&folder, &language, options.program, options.now, memory, &mut told),
        || config.as_ref().map(|config| themed(&folder, config, diagnostics)),
    );
    diagnostics.append(&mut told);
    if watch.is_stopped() {
        return None;
    }
    let (config, (layers, loaded)) = config.zip(themed)?;
    outcome.zone = Some(config.zone());
    let is_sound = loaded.is_some() && is_whole;
    // With a broken theme the texts are still checked, against the theme that the program carries.
    let (theme, blocks) = match (loaded, &layers) {
        (Some(theme), _) => {
            let blocks = theme.known_blocks();
            (theme, Some(blocks))
        }
        (None, Some(layers)) => {
            let theme = stand_in(&config)?;
            let unread = layers.named_blocks().into_iter().map(|name| (name, None));
            let blocks = theme.known_blocks().into_iter().chain(unread).collect();
            (theme, Some(blocks))
        }
        (None, None) => (stand_in(&config)?, None),
    };
    watch.stage("assemble");
    let clock = match options.clock {
        Clock::At(seconds) => seconds,
        Clock::As(when) => when.instant(&config.zone()),
    };
    let assembly = Assembly {
        config: &config,
        inputs: &parsed.inputs,
        broken: &parsed.broken,
        theme: &theme,
        blocks: blocks.as_ref(),
        clock,
        preview: options.preview,
    };
    let site = Site::assemble(&assembly, diagnostics);
    let articles = site.held_back.iter().map(|held| Held { path: held.document.path.clone(), reason: held.reason });
    let pages = site.draft_pages.iter().map(|path| Held { path: path.clone(), reason: Reason::Draft });
    outcome.held_back = articles.chain(pages).collect();
    if watch.is_stopped() {
        return None;
    }
    watch.stage("plan");
    let mut unheard = Vec::new();
    // Where addresses are not known, nobody knows what collides and what links lead nowhere.
    let told = if config.doubtful.is_empty() { diagnostics } else { &mut unheard };
    let plan = plan(&site, &theme, &parsed.inputs, &parsed.broken, told);
    watch.planned(plan.pages.len());
    let layers = layers.filter(|_| is_sound)?;
    Some(Planned { folder, config, parsed, layers, theme, site, plan })
}

/// The files of the settings' theme, and the theme, as far as either can be had.
fn themed(folder: &Folder, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> (Option<Layers>, Option<Theme>) {
    let layers = Layers::gather(folder, config, diagnostics);
    let load = |layers| Theme::load(layers, config, &config.base().path, NEEDS, diagnostics);
    let theme = layers.as_ref().and_then(load);
    (layers, theme)
}

/// The folder for what is remembered between builds.
#[must_use]
pub fn cache_folder(root: &Path) -> PathBuf {
    root.join(".handbill")
}

fn plain_language() -> Language {
    Language { tag: "en".to_owned(), raw_html: true, smart_punctuation: true }
}

/// What is remembered of the sources.
fn recall(options: &Options) -> Remembered {
    let cache = Cache::new(&cache_folder(&options.root));
    let bytes = if options.force { None } else { cache.recall(Memo::Sources) };
    Remembered::read(bytes, options.program)
}

/// The settings, as far as they can be read, and whether that is all of them.
fn settings(folder: &Folder, options: &Options, diagnostics: &mut Vec<Diagnostic>) -> (Option<Config>, bool) {
    let before = diagnostics.len();
    let config = known_settings(folder, options, diagnostics);
    (config, diagnostics.len() == before)
}

fn known_settings(folder: &Folder, options: &Options, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    let mut config = read_settings(folder, diagnostics)?;
    if let Some(url) = &options.base_url {
        if let Err(why) = BaseUrl::parse(url) {
            diagnostics.push(Diagnostic::error("settings", why).help("give `--base-url https://example.org/`"));
            return None;
        }
        config.base_url.clone_from(url);
    }
    Some(config)
}

/// The settings in a site's folder, as far as they can be read; what is wrong with them goes into `diagnostics`.
pub fn read_settings(folder: &Folder, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    let path = ContentPath::new(config::FILE).expect("a plain name");
    let bytes = if folder.has(&path) { folder.read(&path) } else { Err(no_settings()) };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| not_utf8().at(&path, Spot::Whole)));
    match text {
        Ok(text) => Config::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), diagnostics),
        Err(fault) => {
            diagnostics.push(fault);
            None
        }
    }
}

fn not_utf8() -> Diagnostic {
    Diagnostic::error("encoding", "this file is not UTF-8 text").help("save it as UTF-8 in your editor")
}

fn no_settings() -> Diagnostic {
    Diagnostic::error("settings", "there is no `site.yaml` here")
        .help("go to a site's folder, name one with `--root`, or make one with `handbill init my-paper`")
}

fn stand_in(config: &Config) -> Option<Theme> {
    let mut unheard = Vec::new();
    // Its settings are another theme's, or wrong.
    let config = &Config { theme_settings: Extra::default(), ..config.clone() };
    Theme::load(&Layers::built_in(), config, &config.base().path, NEEDS, &mut unheard)
}

/// In path order, places within a file in order, and each thing once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref();
        let at = place.map_or((0, 0), |place| match &place.spot {
            Spot::Line(line, column) => (*line, *column),
            Spot::Bytes(range) => (1 << 32, range.start),
            Spot::Whole | Spot::Key(_) | Spot::Value(_) => (0, 0),
        });
        (place.map(|place| place.file.clone()), at)
    };
    diagnostics.sort_by_cached_key(key);
    let mut seen = BTreeSet::new();
    diagnostics.retain(|diagnostic| seen.insert(format!("{:?}{:?}", diagnostic.place, diagnostic.message)));
}

/// Renders what is not fresh and writes what is new.
fn publish(mut planned: Planned, options: &Options, watch: &dyn Watch, outcome: &mut Outcome) {
    let root = planned.folder.root().to_path_buf();
    let output = options.output.clone().unwrap_or_else(|| root.join("public"));
    let cache = cache_folder(&root);
    watch.stage("open");
    let mut publication = match Publication::open(&output, &cache, &root) {
        Ok(publication) => publication,
        Err(error) => return refuse(error, outcome),
    };
    outcome.diagnostics.extend(publication.note());
    if options.force {
        publication.forget();
    }
    watch.stage("render");
    let bodies = std::mem::take(&mut planned.parsed.bodies);
    let rendered = match make::make_all(&mut planned, &publication, Texts::new(bodies), options.program, watch) {
        Ok(rendered) => rendered,
        Err(make::Stop::Diagnostics(diagnostics)) => {
            outcome.refused = watch.is_stopped();
            return outcome.diagnostics.extend(diagnostics);
        }
        Err(make::Stop::Publish(error)) => return refuse(error, outcome),
    };
    watch.stage("publish");
    let mut rendered_urls = Vec::new();
    let mut entries = Vec::with_capacity(rendered.len());
    for (page, (entry, is_rendered)) in planned.plan.pages.iter().zip(rendered) {
        if is_rendered {
            rendered_urls.push(page.url.clone());
        }
        entries.push(entry);
    }
    match publication.commit(entries) {
        Ok(Report { written, removed, .. }) => {
            let pages = planned.plan.pages.len();
            let rendered = rendered_urls.len();
            outcome.published = Some(Published { pages, rendered, rendered_urls, written, removed, output });
        }
        Err(error) => return refuse(error, outcome),
    }
    watch.stage("remember");
    if let Some(memory) = planned.parsed.to_remember() {
        // What cannot be remembered costs time, not correctness; the output is complete.
        let _ = Cache::new(&cache).remember(Memo::Sources, &memory);
    }
    // Ten thousand articles take a while to let go, and nobody has to wait for that.
    rayon::spawn(move || drop(planned));
}

fn stopped() -> Diagnostic {
    Diagnostic::error("stopped", "the build was stopped; the output is as it was")
}

fn refuse(error: PublishError, outcome: &mut Outcome) {
    outcome.refused = matches!(error, PublishError::Machine(_));
    outcome.diagnostics.extend(error.diagnostics());
}
