//! The pipeline on one screen: read, parse, assemble, plan, render, publish.

mod check;
mod options;
mod outcome;
mod parse_cache;
mod render_all;
mod settings;
mod up_to_date;
mod update;

use std::path::{Path, PathBuf};

pub use self::check::check;
pub use self::options::{BuildOptions, Clock};
pub use self::outcome::{Outcome, PublishStats, UnpublishedSource, sort};
pub(crate) use self::parse_cache::ParseCache;
pub use self::parse_cache::ParseResults;
pub(crate) use self::render_all::copy;
pub use self::settings::read_settings;
use crate::config::Config;
use crate::content::front_matter::Extra;
use crate::content::{ParseOptions, unrecognized};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::plan::{OutputFile, Plan, THEME_CONTRACT, plan};
use crate::publish::{Cache, CacheFile, Publication, PublishError, Report};
use crate::render::{PageRenderer, TextStore};
use crate::site::{Site, SiteInputs, UnpublishedReason};
use crate::source::SourceTree;
use crate::theme::{Layers, Theme};

/// Somebody who follows a build: the terminal's progress bar, the profile.
pub trait BuildObserver: Sync {
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
pub struct NoObserver;

impl BuildObserver for NoObserver {}

/// A site that was read and planned, with everything that made it.
pub struct PreparedSite {
    /// The site's folder.
    pub folder: SourceTree,
    /// The settings.
    pub config: Config,
    /// The sources.
    pub parsed: ParseResults,
    /// The theme's files.
    pub layers: Layers,
    /// The theme.
    pub theme: Theme,
    /// The assembled site.
    pub site: Site,
    /// Every file of the output.
    pub plan: Plan,
}

impl PreparedSite {
    /// A session for rendering some of its pages. The theme must have been [dressed](crate::render::dress).
    #[must_use]
    pub fn session<'a>(&'a self, pages: &'a [OutputFile], program: Digest) -> PageRenderer<'a> {
        PageRenderer::new(&self.site, &self.theme, &self.layers, &self.parsed.inputs, pages, program)
    }

    /// The texts of some files: those that were kept when they were parsed, and the others, read again.
    ///
    /// # Errors
    /// When a file can no longer be read.
    pub fn texts(&mut self, paths: Vec<SourcePath>) -> Result<TextStore, Diagnostic> {
        let kept = std::mem::take(&mut self.parsed.bodies);
        let wanted: Vec<SourcePath> = paths.into_iter().filter(|path| !kept.contains_key(path)).collect();
        let mut texts = TextStore::new(kept);
        texts.extend(parse_cache::texts(&self.folder, &ParseOptions::from(&self.config), wanted)?);
        Ok(texts)
    }
}

/// Builds a site: all of it, or nothing.
#[must_use]
pub fn build(options: &BuildOptions, observer: &dyn BuildObserver) -> Outcome {
    let mut outcome = Outcome::default();
    let Some((folder, memory)) = read(options, observer, &mut outcome) else { return outcome };
    let mark = up_to_date::input_digest(&folder, options);
    if let Some(unchanged) = mark.and_then(|mark| up_to_date::outcome(mark, &folder, options)) {
        rayon::spawn(move || drop(memory));
        return unchanged;
    }
    match prepare_folder(folder, memory, options, observer, &mut outcome) {
        Some(planned) if !outcome.has_failed(options.strict) => publish(planned, mark, options, observer, &mut outcome),
        None if observer.is_stopped() => {
            report_abort(render_all::RenderAbort::Diagnostics(vec![stopped()]), observer, &mut outcome)
        }
        _ => {}
    }
    sort(&mut outcome.diagnostics);
    outcome
}

/// Reads, parses, assembles and plans. `None` when the site cannot be planned at all, and the outcome says why, or
/// when `watch` stopped it.
pub fn prepare(options: &BuildOptions, observer: &dyn BuildObserver, outcome: &mut Outcome) -> Option<PreparedSite> {
    let (folder, memory) = read(options, observer, outcome)?;
    prepare_folder(folder, memory, options, observer, outcome)
}

/// Walks the site's folder, and recalls what is known of its sources.
fn read(
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) -> Option<(SourceTree, ParseCache)> {
    observer.stage("read");
    let (walked, memory) = rayon::join(|| SourceTree::walk(&options.root), || load_parse_cache(options));
    outcome.environment_failed = walked.is_err();
    let folder = walked
        .map_err(|error| {
            let message =
                format!("`{}` cannot be read: {}", options.root.display(), crate::source::io_error_text(&error));
            outcome.diagnostics.push(Diagnostic::error("file", message));
        })
        .ok()?;
    Some((folder, memory))
}

/// The same of a folder that was walked, with what is remembered of its sources.
pub(crate) fn prepare_folder(
    folder: SourceTree,
    memory: ParseCache,
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) -> Option<PreparedSite> {
    let diagnostics = &mut outcome.diagnostics;
    diagnostics.extend(folder.diagnostics.iter().cloned());
    outcome.ignored.clone_from(&folder.ignored);
    diagnostics.extend(unrecognized::warnings(folder.files.keys()));
    let (config, is_whole) = settings::settings(&folder, options, diagnostics);
    observer.stage("parse");
    let language = config.as_ref().map_or_else(settings::plain_language, ParseOptions::from);
    let mut reported = Vec::new();
    let (parsed, themed) = rayon::join(
        || parse_cache::read(&folder, &language, options.program, options.now, memory, &mut reported),
        || config.as_ref().map(|config| load_theme(&folder, config, diagnostics)),
    );
    diagnostics.append(&mut reported);
    if observer.is_stopped() {
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
            let theme = fallback_theme(&config)?;
            let unread = layers.named_blocks().into_iter().map(|name| (name, None));
            let blocks = theme.known_blocks().into_iter().chain(unread).collect();
            (theme, Some(blocks))
        }
        (None, None) => (fallback_theme(&config)?, None),
    };
    observer.stage("assemble");
    let clock = options.clock.seconds(&config.zone());
    let assembly = SiteInputs {
        config: &config,
        sources: &parsed.inputs,
        invalid: &parsed.broken,
        theme: &theme,
        blocks: blocks.as_ref(),
        clock,
        include: options.include,
    };
    let site = Site::assemble(&assembly, diagnostics);
    let articles =
        site.unpublished.iter().map(|held| UnpublishedSource { path: held.document.path.clone(), reason: held.reason });
    let pages = site
        .unpublished_pages
        .iter()
        .map(|path| UnpublishedSource { path: path.clone(), reason: UnpublishedReason::Draft });
    let issues = site
        .unpublished_issues
        .iter()
        .map(|held| UnpublishedSource { path: held.document.path.clone(), reason: held.reason });
    outcome.unpublished = articles.chain(pages).chain(issues).collect();
    if observer.is_stopped() {
        return None;
    }
    observer.stage("plan");
    let mut discarded = Vec::new();
    // Where addresses are not known, nobody knows what collides and what links lead nowhere.
    let reported = if config.invalid_keys.is_empty() { diagnostics } else { &mut discarded };
    let plan = plan(&site, &theme, &parsed.inputs, &parsed.broken, reported);
    observer.planned(plan.outputs.len());
    let layers = layers.filter(|_| is_sound)?;
    Some(PreparedSite { folder, config, parsed, layers, theme, site, plan })
}

/// The files of the settings' theme, and the theme, as far as either can be had.
fn load_theme(
    folder: &SourceTree,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<Layers>, Option<Theme>) {
    let layers = Layers::gather(folder, config, diagnostics);
    let load = |layers| Theme::load(layers, config, &config.base().path, THEME_CONTRACT, diagnostics);
    let theme = layers.as_ref().and_then(load);
    (layers, theme)
}

/// The folder for what is remembered between builds.
#[must_use]
pub fn cache_folder(root: &Path) -> PathBuf {
    root.join(".handbill")
}

/// What is remembered of the sources.
fn load_parse_cache(options: &BuildOptions) -> ParseCache {
    let cache = Cache::new(&cache_folder(&options.root));
    let bytes = if options.force { None } else { cache.load(CacheFile::Sources) };
    ParseCache::read(bytes, options.program)
}

fn fallback_theme(config: &Config) -> Option<Theme> {
    let mut discarded = Vec::new();
    // Its settings are another theme's, or wrong.
    let config = &Config { theme_settings: Extra::default(), ..config.clone() };
    Theme::load(&Layers::built_in(), config, &config.base().path, THEME_CONTRACT, &mut discarded)
}

/// Renders what is not fresh and writes what is new.
fn publish(
    mut planned: PreparedSite,
    mark: Option<Digest>,
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) {
    let root = planned.folder.root().to_path_buf();
    let output = options.output();
    let cache = cache_folder(&root);
    observer.stage("open");
    let mut publication = match Publication::open(&output, &cache, &root) {
        Ok(publication) => publication,
        Err(error) => return refuse(error, outcome),
    };
    outcome.diagnostics.extend(publication.cache_warning());
    if options.force {
        publication.ignore_manifest();
    }
    observer.stage("render");
    let bodies = std::mem::take(&mut planned.parsed.bodies);
    let rendered =
        match render_all::render_all(&mut planned, &publication, TextStore::new(bodies), options.program, observer) {
            Ok(rendered) => rendered,
            Err(stop) => return report_abort(stop, observer, outcome),
        };
    observer.stage("publish");
    if let Some(proof) = mark.and_then(|mark| up_to_date::build_record(mark, &planned, outcome)) {
        publication.set_build_record(proof);
    }
    let mut rendered_urls = Vec::new();
    let mut entries = Vec::with_capacity(rendered.len());
    for (page, (entry, is_rendered)) in planned.plan.outputs.iter().zip(rendered) {
        if is_rendered {
            rendered_urls.push(page.url.clone());
        }
        entries.push(entry);
    }
    // What cannot be remembered of the sources costs time, not correctness.
    let remember = || {
        let memory = planned.parsed.encode_if_changed();
        memory.map(|memory| Cache::new(&cache).store(CacheFile::Sources, &memory))
    };
    let (committed, _) = rayon::join(|| publication.commit(entries), remember);
    match committed {
        Ok(Report { written, removed, .. }) => {
            let pages = planned.plan.outputs.len();
            let rendered = rendered_urls.len();
            outcome.published = Some(PublishStats { pages, rendered, rendered_urls, written, removed, output });
        }
        Err(error) => return refuse(error, outcome),
    }
    // Ten thousand articles take a while to let go, and nobody has to wait for that.
    rayon::spawn(move || drop(planned));
}

/// Says why no page was made, or not all of them.
fn report_abort(stop: render_all::RenderAbort, observer: &dyn BuildObserver, outcome: &mut Outcome) {
    match stop {
        render_all::RenderAbort::Diagnostics(diagnostics) => {
            outcome.environment_failed = observer.is_stopped();
            outcome.diagnostics.extend(diagnostics);
        }
        render_all::RenderAbort::Publish(error) => refuse(error, outcome),
    }
}

fn stopped() -> Diagnostic {
    Diagnostic::error("stopped", "the build was stopped; the output is as it was")
}

fn refuse(error: PublishError, outcome: &mut Outcome) {
    outcome.environment_failed = matches!(error, PublishError::Io(_));
    outcome.diagnostics.extend(error.diagnostics());
}
