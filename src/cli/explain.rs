//! `handbill explain`

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;
use url::Url;

use super::build::time_of;
use super::output::Output;
use super::{ClockArgs, Exit, GlobalArgs, OutputArgs, absolute, options, root, theme};
use crate::build::{BuildOptions, NoObserver, Outcome, PreparedSite, UnpublishedSource, cache_folder, prepare, sort};
use crate::path::{OutputPath, SourcePath};
use crate::pictures::VariantSpec;
use crate::plan::{OutputFile, OutputKind, SERVERS};
use crate::publish::Manifest;
use crate::render::PageRenderer;
use crate::site::UnpublishedReason;
use crate::theme::Layer;

pub(super) const HELP: &str = "  handbill explain content/articles/2026/hearing.md
  handbill explain /news/2026/11/hearing/
  handbill explain https://example.org/feed.xml
  handbill explain --template article.html     which file is used, and what it shadows
  handbill explain --headers                   what a host should send with the pages
  handbill explain --host nginx                the same, caching and redirects for a server of your own";

/// Say what a source becomes, or what a URL is rendered from, and why
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A file of the site, or a URL of the site
    #[arg(required_unless_present_any = ["template", "headers", "host"], default_value = "", hide_default_value = true)]
    what: String,
    /// Say which file is used for a template, an asset or a language file, and what it shadows
    #[arg(long, value_name = "NAME", conflicts_with_all = ["what", "as_of", "drafts", "future"])]
    template: Option<String>,
    /// Print the headers that a host should send with every page: Content-Security-Policy and others
    #[arg(long, conflicts_with_all = ["what", "template"])]
    headers: bool,
    /// Print the configuration of a web server of your own: headers, caching, redirects
    #[arg(long, value_name = "SERVER", value_parser = server_names(), conflicts_with_all = ["what", "template", "headers"])]
    host: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    times: ClockArgs,
}

impl Explain {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        if let Some(name) = &self.template {
            return template(name, shared, out);
        }
        let mut options = options(shared, &self.times);
        options.output = self.output.absolute();
        let mut outcome = Outcome::default();
        let planned = prepare(&options, &NoObserver, &mut outcome);
        let folder = root(shared);
        let Some(mut planned) = planned else {
            sort(&mut outcome.diagnostics);
            out.diagnostics(&outcome.diagnostics, |path| crate::source::text(&folder, path));
            return if outcome.environment_failed { Exit::EnvironmentFailed } else { Exit::SiteHasErrors };
        };
        if self.headers {
            let headers = planned.site.response_headers();
            headers.iter().for_each(|(name, value)| out.text(&format!("{name}: {value}\n")));
            return Exit::Success;
        }
        if let Some(server) = SERVERS.iter().find(|server| self.host.as_deref() == Some(server.name)) {
            out.text(&server.configuration(&planned.site, &planned.plan));
            return Exit::Success;
        }
        let reported = match self.as_source(&planned, &folder).or_else(|| self.as_unpublished(&planned)) {
            Some(path) => source(&planned, &outcome.unpublished, &path),
            None => Vec::new(),
        };
        let output = options.output_folder();
        let files = [folder.join(&self.what), PathBuf::from(&self.what)];
        let file = files.iter().find_map(|file| absolute(file).strip_prefix(absolute(&output)).ok().map(PathBuf::from));
        let pages: Vec<OutputFile> =
            planned.plan.outputs.iter().filter(|page| self.names(&planned, file.as_deref(), page)).cloned().collect();
        let picture = self.picture(&planned, file.as_deref());
        if let Some(lines) = &picture {
            lines.iter().for_each(|line| out.text(&format!("{line}\n")));
        }
        if reported.is_empty() && pages.is_empty() && picture.is_none() {
            let message = format!("there is no file or URL `{}`", self.what);
            out.error(&message, Some("name a file in the site's folder, or a URL of the site"));
            return Exit::EnvironmentFailed;
        }
        reported.iter().for_each(|line| out.text(&format!("{line}\n")));
        let states = states(&mut planned, &pages, &options);
        for (page, fresh) in pages.iter().zip(states) {
            describe(page, &fresh).iter().for_each(|line| out.text(&format!("{line}\n")));
        }
        Exit::Success
    }

    /// Finds the source that is named, by its path from the site's folder or from the current one.
    fn as_source(&self, planned: &PreparedSite, folder: &Path) -> Option<SourcePath> {
        // A page bundle can be named by its folder.
        let known = |path: &str| {
            let path = path.trim_end_matches('/');
            let file = [path.to_owned(), format!("{path}/index.md")].into_iter();
            file.filter_map(|file| SourcePath::new(&file).ok()).find(|file| planned.folder.contains(file))
        };
        known(&self.what).or_else(|| {
            let root = folder.canonicalize().ok()?;
            let absolute = Path::new(&self.what).canonicalize().ok()?;
            known(&absolute.strip_prefix(root).ok()?.to_str()?.replace('\\', "/"))
        })
    }

    /// Says what a variant of a picture or a social card is made from, if one is named by its URL or file.
    fn picture(&self, planned: &PreparedSite, file: Option<&Path>) -> Option<Vec<String>> {
        let named = file.and_then(Path::to_str).map(str::to_owned);
        let named = named.unwrap_or_else(|| self.url_path(planned).trim_start_matches('/').to_owned());
        let path = OutputPath::new(&named).ok()?;
        let pictures = &planned.plan.pictures;
        if let Some(card) = pictures.card(&path) {
            let mut lines = vec![format!("/{path}"), "  kind      social card".to_owned()];
            lines.extend(card.source.as_ref().map(|source| format!("  source    {source}")));
            lines.push(format!("  shows     {}", card.headline));
            return Some(lines);
        }
        let (rendition, variant) = pictures.variant(&planned.site, &path)?;
        let VariantSpec { crop, width, height, format, quality } = variant.spec;
        Some(vec![
            format!("/{path}"),
            format!("  kind      variant of a picture, for the slot `{}`", rendition.slot),
            format!("  source    {}", rendition.source),
            format!("  size      {width} × {height} pixels of {}, quality {quality}", format.extension()),
            format!("  part      {} × {} pixels at {}, {}", crop.width, crop.height, crop.x, crop.y),
        ])
    }

    /// Finds the unpublished source whose URL is named.
    fn as_unpublished(&self, planned: &PreparedSite) -> Option<SourcePath> {
        planned.site.urls.unpublished_at(&self.url_path(planned))
    }

    /// Converts the argument to a URL path of the site: decoded, without host, base path, query and fragment.
    fn url_path(&self, planned: &PreparedSite) -> String {
        let base = &planned.site.model.base;
        let host = Url::parse(&base.origin).ok();
        let is_of_site = |url: &Url| host.as_ref().is_some_and(|host| url.host() == host.host());
        let absolute = Url::parse(&self.what).ok().filter(is_of_site);
        let written = self.what.split(['?', '#']).next().unwrap_or_default();
        let path = absolute.as_ref().map_or(written, Url::path);
        let path = path.strip_prefix(&base.path).filter(|rest| rest.starts_with('/')).unwrap_or(path);
        crate::path::decode_path(path).unwrap_or_default()
    }

    /// Returns whether an output file is named: by its URL, by its path (`file`, from the output folder), or by its source.
    fn names(&self, planned: &PreparedSite, file: Option<&Path>, page: &OutputFile) -> bool {
        let url_path = self.url_path(planned);
        let by_url = page.url.as_str() == url_path || page.url.as_str() == format!("{url_path}/");
        let by_file = page.output.as_str() == url_path.strip_prefix('/').unwrap_or(&url_path)
            || file == Some(Path::new(page.output.as_str()));
        let by_source = page.source.as_ref().is_some_and(|source| source.as_str() == self.what);
        by_url || by_file || by_source
    }
}

fn server_names() -> PossibleValuesParser {
    PossibleValuesParser::new(SERVERS.iter().map(|server| server.name))
}

fn source(planned: &PreparedSite, unpublished: &[UnpublishedSource], path: &SourcePath) -> Vec<String> {
    let site = &planned.site;
    if let Some(source) = unpublished.iter().find(|source| source.path == *path) {
        let time = time_of(source.reason, &site.model.zone).unwrap_or_default();
        let reason = match source.reason {
            UnpublishedReason::Draft => "it has `draft: true`".to_owned(),
            UnpublishedReason::Scheduled(_) => format!("its date is {time}"),
            UnpublishedReason::Embargoed(_) => format!("it is under embargo until {time}"),
            UnpublishedReason::Expired(_) => format!("it expired at {time}"),
        };
        return vec![format!("{path} is unpublished: {reason}. Nothing of it is in the output.")];
    }
    let kind = format!("{:?}", crate::content::source_kind(path)).to_lowercase();
    let mut lines = vec![format!("{path} is read as: {kind}")];
    if let Some(text) = site.urls.text(path) {
        lines.push(format!("  published at {}", site.model.base.absolute(&text.url)));
    }
    lines
}

/// Prints the layers that have a file of the theme. Errors in texts do not matter here.
fn template(name: &str, shared: &GlobalArgs, out: &Output) -> Exit {
    let Some((_, layers)) = theme::layers(shared, out) else { return Exit::SiteHasErrors };
    let path = match layers.path_of(name) {
        Ok(path) => path,
        Err(near) => {
            let help = near.map_or(NO_SUCH_FILE.to_owned(), |near| format!("did you mean `{near}`?"));
            out.error(&format!("neither the site nor its theme has a file `{name}`"), Some(&help));
            return Exit::EnvironmentFailed;
        }
    };
    out.text(&format!("{path}\n"));
    let is_translation = path.starts_with("i18n/");
    for (index, layer) in layers.having(&path).into_iter().enumerate() {
        let role = match (index, is_translation) {
            (0, _) => "wins",
            (_, false) => "shadows",
            (_, true) => "under it", // translations are merged by key
        };
        let file = format!("{}{path}", layer.place);
        out.text(&format!("  {role:<9} {file} ({})\n", theme::origin(layer)));
        if index == 0
            && let Some(parent) = extends(layer, &path)
        {
            out.text(&format!("  extends   {parent}\n"));
        }
    }
    Exit::Success
}

/// Returns the template that a template extends, as it names it.
fn extends<'l>(layer: &'l Layer, path: &str) -> Option<&'l str> {
    let text = std::str::from_utf8(layer.files.get(path)?).ok()?;
    path.starts_with("templates/").then(|| crate::theme::parent_template(text))?
}

const NO_SUCH_FILE: &str = "give `article.html`, `assets/main.css` or `i18n/en.yaml`, for example";

fn describe(page: &OutputFile, fresh: &str) -> Vec<String> {
    let kind = match &page.kind {
        OutputKind::Template(template) => format!("page, rendered by {}", template.name),
        OutputKind::Feed(format) => format!("feed ({})", format.label),
        OutputKind::Sitemap(_) | OutputKind::SitemapIndex(_) | OutputKind::NewsSitemap => "sitemap".to_owned(),
        OutputKind::Text(_) => "file for hosts and crawlers".to_owned(),
        OutputKind::Asset(name) => format!("asset of the theme, assets/{name}"),
        OutputKind::Copy(path) => format!("copy of {path}"),
    };
    let mut lines =
        vec![format!("{}", page.url), format!("  file      {}", page.output), format!("  kind      {kind}")];
    if let Some(source) = &page.source {
        lines.push(format!("  source    {source}"));
    }
    for (name, query) in &page.needs {
        lines.push(format!("  needs     {name}: {query}"));
    }
    lines.push(format!("  state     {fresh}"));
    lines
}

/// Returns for each page whether a build would render it, and why.
fn states(planned: &mut PreparedSite, pages: &[OutputFile], options: &BuildOptions) -> Vec<String> {
    let root = planned.folder.root().to_path_buf();
    let manifest = Manifest::peek(&options.output_folder(), &cache_folder(&root), &root).unwrap_or_default();
    let renderer = planned.renderer(&planned.plan.outputs, options.program);
    pages.iter().map(|page| state_of(page, &renderer, &manifest)).collect()
}

fn state_of(page: &OutputFile, renderer: &PageRenderer<'_>, manifest: &Manifest) -> String {
    let path: &OutputPath = &page.output;
    let Some(known) = manifest.known(path) else { return "not published yet".to_owned() };
    let now = renderer.page_inputs(page);
    let before = &known.trace.0;
    if before.first() == Some(&now.trace) {
        return "published, and unchanged since".to_owned();
    }
    let changed: Vec<&str> = page
        .needs
        .iter()
        .zip(&now.answer_digests)
        .enumerate()
        .filter(|(index, (_, digest))| before.get(index + 1) != Some(digest))
        .map(|(_, ((name, _), _))| *name)
        .collect();
    if changed.is_empty() {
        "would be rendered again: its metadata, the site's settings, the theme or Handbill itself changed".to_owned()
    } else {
        format!("would be rendered again: {} changed", changed.join(", "))
    }
}
