//! The pipeline: read, parse, assemble, plan, render, publish.
//!
//! [`build`] and [`check()`] are called by `cli`; [`prepare`], the first half up to the plan, also by `list`,
//! `explain`, `email` and the dev server.

mod check;
mod compress;
mod known_problems;
mod options;
mod outcome;
mod parse_cache;
mod pictures;
mod render_all;
mod settings;
mod social_cards;
mod up_to_date;
mod update;

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

pub use self::check::{check, check_with};
use self::compress::CompressingSink;
pub(crate) use self::compress::{compress, is_text};
pub use self::known_problems::{ACCEPT_DAYS, KnownProblem, KnownProblems, accept};
pub use self::options::{BuildOptions, Clock, output_folder};
use self::outcome::removed_urls;
pub use self::outcome::{Outcome, PublishStats, UnpublishedSource, sort};
pub use self::parse_cache::ParseResults;
pub(crate) use self::parse_cache::{ParseCache, texts as parse_texts};
pub(crate) use self::pictures::{VariantTask, picture_cache};
pub use self::settings::read_settings;
pub(crate) use self::social_cards::draw as draw_card;
use crate::config::Config;
use crate::content::front_matter::Extra;
use crate::content::{ParseOptions, unrecognized};
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::plan::{OutputFile, Plan, THEME_CONTRACT, plan};
use crate::publish::{Cache, CacheFile, Publication, PublishError, Report};
use crate::render::{PageRenderer, TextStore, set_globals};
use crate::site::{Site, SiteInputs};
use crate::source::SourceTree;
use crate::theme::{Layers, Theme};

/// Receives the progress of a build, and can cancel it: the terminal's progress bar, the profile, the dev server. The
/// default methods do nothing.
pub trait BuildObserver: Sync {
    /// Called when a stage begins.
    fn stage(&self, _name: &'static str) {}
    /// Called when it is known how much of some work there is.
    fn planned(&self, _work: Work, _count: usize) {}
    /// Called when a page is up to date or rendered, or a variant of a picture is made.
    fn done(&self) {}
    /// Runs `work`, which renders one output file; `kind` names the kind of file for the profile.
    fn make(&self, _kind: &str, work: &mut dyn FnMut()) {
        work();
    }
    /// Returns whether the build must stop as soon as possible.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Work whose progress is observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Files of the output are rendered.
    Pages,
    /// Variants of pictures are encoded.
    Variants,
}

/// An observer that ignores all events and never cancels.
pub struct NoObserver;

impl BuildObserver for NoObserver {}

/// A site that is read, assembled and planned, with everything that it was made from.
pub struct PreparedSite {
    /// The site's folder as it was walked.
    pub folder: SourceTree,
    /// Settings.
    pub config: Config,
    /// Parsed sources.
    pub parsed: ParseResults,
    /// Files of the theme.
    pub layers: Layers,
    /// Theme.
    pub theme: Theme,
    /// Assembled site.
    pub site: Site,
    /// Plan of all output files.
    pub plan: Plan,
    /// Known problems that have not been met yet.
    pub(crate) known_problems: KnownProblems,
}

impl PreparedSite {
    /// Returns a renderer of `pages`.
    #[must_use]
    pub fn renderer<'a>(&'a self, pages: &'a [OutputFile], program: Digest) -> PageRenderer<'a> {
        PageRenderer::new(&self.site, &self.theme, &self.layers, &self.parsed.sources, pages, program)
    }

    /// Returns the bodies of texts: those that were kept when the sources were parsed; the others are read and parsed
    /// again.
    ///
    /// # Errors
    /// If a file can no longer be read.
    pub fn texts(&mut self, paths: Vec<SourcePath>) -> Result<TextStore, Diagnostic> {
        let kept = std::mem::take(&mut self.parsed.bodies);
        let wanted: Vec<SourcePath> = paths.into_iter().filter(|path| !kept.contains_key(path)).collect();
        let mut texts = TextStore::new(kept);
        texts.extend(parse_cache::texts(wanted, &ParseOptions::from(&self.config), &|path| self.folder.read(path))?);
        Ok(texts)
    }
}

/// Builds a site completely, or publishes nothing.
///
/// ```
/// use std::time::SystemTime;
///
/// use handbill::build::{BuildOptions, Clock, NoObserver, build};
/// use handbill::digest::Digest;
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("site.yaml"), "title: The Paper\nbase_url: https://paper.example/\n")?;
/// let program = Digest::of_bytes(b"version 1");
/// let options = BuildOptions::of(folder.path().into(), Clock::At(1_781_524_800), program, SystemTime::now());
/// let outcome = build(&options, &NoObserver);
/// assert!(!outcome.has_failed(true));
/// assert!(folder.path().join("public/index.html").is_file());
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn build(options: &BuildOptions, observer: &dyn BuildObserver) -> Outcome {
    let mut outcome = Outcome::default();
    let Some((folder, parse_cache)) = read(options, observer, &mut outcome) else { return outcome };
    let input_digest = up_to_date::input_digest(&folder, options);
    if let Some(mut unchanged) =
        input_digest.and_then(|input_digest| up_to_date::outcome(input_digest, &folder, options))
    {
        rayon::spawn(move || drop(parse_cache));
        sort(&mut unchanged.diagnostics);
        return unchanged;
    }
    match prepare_folder(folder, parse_cache, options, observer, &mut outcome) {
        Some(prepared) if !outcome.has_failed(options.strict) => {
            publish(prepared, input_digest, options, observer, &mut outcome)
        }
        None if observer.is_stopped() => {
            report_abort(render_all::RenderAbort::Diagnostics(vec![stopped()]), observer, &mut outcome)
        }
        _ => {}
    }
    sort(&mut outcome.diagnostics);
    outcome
}

/// Reads, parses, assembles and plans a site. `None` if the site cannot be planned, for a reason in the outcome's
/// diagnostics, or if `observer` cancelled.
///
/// The site of this repository, as of November 24, 2026:
///
/// ```
/// use std::time::SystemTime;
///
/// use handbill::build::{BuildOptions, Clock, NoObserver, Outcome, prepare};
/// use handbill::digest::Digest;
///
/// let program = Digest::of_bytes(b"version 1");
/// let options = BuildOptions::of(".".into(), Clock::At(1_795_521_600), program, SystemTime::now());
/// let mut outcome = Outcome::default();
/// let prepared = prepare(&options, &NoObserver, &mut outcome).expect("a valid site");
/// assert!(prepared.plan.outputs.iter().any(|output| output.url.as_str() == "/feed.xml"));
/// ```
pub fn prepare(options: &BuildOptions, observer: &dyn BuildObserver, outcome: &mut Outcome) -> Option<PreparedSite> {
    let (folder, parse_cache) = read(options, observer, outcome)?;
    prepare_folder(folder, parse_cache, options, observer, outcome)
}

/// Walks the site's folder and loads the parse cache.
fn read(
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) -> Option<(SourceTree, ParseCache)> {
    observer.stage("read");
    let (walked, parse_cache) = rayon::join(|| SourceTree::walk(&options.root), || load_parse_cache(options));
    outcome.environment_failed = walked.is_err();
    let folder = walked
        .map_err(|error| {
            let message =
                format!("`{}` cannot be read: {}", options.root.display(), crate::source::io_error_text(&error));
            outcome.diagnostics.push(Diagnostic::error("file", message));
        })
        .ok()?;
    Some((folder, parse_cache))
}

/// Like [`prepare`], for a folder that was walked already and with its parse cache.
pub(crate) fn prepare_folder(
    folder: SourceTree,
    parse_cache: ParseCache,
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) -> Option<PreparedSite> {
    let mut known = KnownProblems::read(&folder, &mut outcome.diagnostics);
    let mut prepared = assemble_folder(folder, parse_cache, options, observer, outcome);
    known.expire(options.clock, outcome.zone.as_ref());
    let found = std::mem::take(&mut outcome.diagnostics);
    known.accept(found, outcome);
    if let Some(prepared) = &mut prepared {
        outcome.diagnostics.extend(known.outdated(false));
        prepared.known_problems = known;
    } else {
        known.keep(outcome);
    }
    prepared
}

/// Reads, parses, assembles and plans a site, and reports all diagnostics.
fn assemble_folder(
    folder: SourceTree,
    parse_cache: ParseCache,
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) -> Option<PreparedSite> {
    let diagnostics = &mut outcome.diagnostics;
    diagnostics.extend(folder.diagnostics.iter().cloned());
    outcome.ignored.clone_from(&folder.ignored);
    let (config, is_complete) = settings::settings(&folder, options, diagnostics);
    observer.stage("parse");
    let parse_options = config.as_ref().map_or_else(settings::default_parse_options, ParseOptions::from);
    let collections = config.as_ref().filter(|config| !config.is_invalid("collections"));
    diagnostics.extend(unrecognized::warnings(folder.files.keys(), collections.map(|_| &*parse_options.collections)));
    let mut reported = Vec::new();
    let (parsed, theme) = rayon::join(
        || parse_cache::read(&folder, &parse_options, options.program, options.now, parse_cache, &mut reported),
        || config.as_ref().map(|config| load_theme(&folder, config, diagnostics)),
    );
    diagnostics.append(&mut reported);
    if observer.is_stopped() {
        return None;
    }
    let (config, (layers, loaded)) = config.zip(theme)?;
    outcome.zone = Some(config.zone());
    outcome.checks = config.checks.clone();
    let is_valid = loaded.is_some() && is_complete;
    // If the theme has errors, texts are still checked, against the theme that is built into the program.
    let (mut theme, blocks) = match (loaded, &layers) {
        (Some(theme), _) => {
            let blocks = theme.known_blocks();
            (theme, Some(blocks))
        }
        (None, Some(layers)) => {
            let theme = fallback_theme(&config)?;
            let undefined = layers.named_blocks().into_iter().map(|name| (name, None));
            let blocks = theme.known_blocks().into_iter().chain(undefined).collect();
            (theme, Some(blocks))
        }
        (None, None) => (fallback_theme(&config)?, None),
    };
    observer.stage("assemble");
    let clock = options.clock.seconds(&config.zone());
    let assembly = SiteInputs {
        config: &config,
        sources: &parsed.sources,
        invalid: &parsed.invalid,
        theme: &theme,
        blocks: blocks.as_ref(),
        clock,
        include: options.include,
    };
    let site = Site::assemble(&assembly, diagnostics);
    let unpublished = site.model.unpublished.iter();
    outcome.unpublished =
        unpublished.map(|text| UnpublishedSource { path: text.document.path().clone(), reason: text.reason }).collect();
    if observer.is_stopped() {
        return None;
    }
    observer.stage("plan");
    let mut discarded = Vec::new();
    // With invalid settings the URLs are not reliable, so collisions and dead links are not reported.
    let reported = if config.invalid_keys.is_empty() { diagnostics } else { &mut discarded };
    let plan = plan(&site, &theme, &parsed.sources, &parsed.invalid, reported);
    observer.planned(Work::Pages, plan.outputs.len());
    let layers = layers.filter(|_| is_valid)?;
    set_globals(&site, &mut theme);
    let known_problems = KnownProblems::default();
    Some(PreparedSite { folder, config, parsed, layers, theme, site, plan, known_problems })
}

/// Loads the files of the theme that the settings name, and the theme; each as far as it is valid.
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

/// Returns the folder for data that is kept between builds.
#[must_use]
pub fn cache_folder(root: &Path) -> PathBuf {
    root.join(".handbill")
}

/// Loads the parse cache; empty with `--force`.
fn load_parse_cache(options: &BuildOptions) -> ParseCache {
    let cache = Cache::new(&cache_folder(&options.root));
    let bytes = if options.force { None } else { cache.load(CacheFile::Sources) };
    ParseCache::read(bytes, options.program)
}

fn fallback_theme(config: &Config) -> Option<Theme> {
    let mut discarded = Vec::new();
    // The theme settings and the templates of collections belong to another theme, or are invalid.
    let config = &Config { theme_settings: Extra::default(), collections: IndexMap::new(), ..config.clone() };
    Theme::load(&Layers::built_in(), config, &config.base().path, THEME_CONTRACT, &mut discarded)
}

/// Renders the files that are not up to date and publishes the changes.
fn publish(
    mut prepared: PreparedSite,
    input_digest: Option<Digest>,
    options: &BuildOptions,
    observer: &dyn BuildObserver,
    outcome: &mut Outcome,
) {
    let root = prepared.folder.root().to_path_buf();
    let output = options.output_folder();
    let cache = cache_folder(&root);
    observer.stage("open");
    let mut publication = match Publication::open(&output, &cache, &root) {
        Ok(publication) => publication,
        Err(error) => return report_publish_error(error, outcome),
    };
    outcome.diagnostics.extend(publication.cache_warning());
    if options.force {
        publication.ignore_manifest();
    }
    observer.stage("render");
    let bodies = std::mem::take(&mut prepared.parsed.bodies);
    let sink = CompressingSink::new(&publication, &prepared.config.compress, &prepared.plan);
    let rendered = match render_all::render_all(&prepared, &sink, TextStore::new(bodies), options.program, observer) {
        Ok(rendered) => rendered,
        Err(abort) => return report_abort(abort, observer, outcome),
    };
    drop(sink);
    let (named, mut warnings) = (&rendered.named, Vec::new());
    let variants = pictures::publish_variants(&prepared, named, &publication, options.now, observer, &mut warnings);
    outcome.diagnostics.extend(warnings);
    let variants = match variants {
        Ok(variants) => variants,
        Err(abort) => return report_abort(abort, observer, outcome),
    };
    observer.stage("publish");
    if let Some(record) =
        input_digest.and_then(|input_digest| up_to_date::build_record(input_digest, &prepared, outcome))
    {
        publication.set_build_record(record);
    }
    let mut rendered_urls = Vec::new();
    let mut entries = variants;
    for (page, (files, is_rendered)) in prepared.plan.outputs.iter().zip(rendered.files) {
        if is_rendered {
            rendered_urls.push(page.url.clone());
        }
        entries.extend(files);
    }
    // If the parse cache cannot be stored, the next build only takes longer.
    let store_parse_cache = || {
        let parse_cache = prepared.parsed.encode_if_changed();
        parse_cache.map(|parse_cache| Cache::new(&cache).store(CacheFile::Sources, &parse_cache))
    };
    let (committed, _) = rayon::join(|| publication.commit(entries), store_parse_cache);
    match committed {
        Ok(Report { written, removed, .. }) => {
            let pages = prepared.plan.outputs.len();
            let rendered = rendered_urls.len();
            let removed_urls = removed_urls(&removed, &prepared.plan);
            let removed = removed.len();
            let published = PublishStats { pages, rendered, rendered_urls, written, removed, removed_urls, output };
            outcome.published = Some(published);
        }
        Err(error) => return report_publish_error(error, outcome),
    }
    // Freeing ten thousand articles takes a while, so another thread does it.
    rayon::spawn(move || drop(prepared));
}

/// Reports why rendering stopped.
fn report_abort(abort: render_all::RenderAbort, observer: &dyn BuildObserver, outcome: &mut Outcome) {
    match abort {
        render_all::RenderAbort::Diagnostics(diagnostics) => {
            outcome.environment_failed = observer.is_stopped();
            outcome.diagnostics.extend(diagnostics);
        }
        render_all::RenderAbort::Publish(error) => report_publish_error(error, outcome),
    }
}

fn stopped() -> Diagnostic {
    Diagnostic::error("stopped", "the build was stopped; the output did not change")
}

fn report_publish_error(error: PublishError, outcome: &mut Outcome) {
    outcome.environment_failed = matches!(error, PublishError::Io(_));
    outcome.diagnostics.extend(error.diagnostics());
}
