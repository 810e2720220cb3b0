//! `handbill theme check`

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args;
use rayon::prelude::*;

use super::super::output::Output;
use super::super::{ClockArgs, Exit, GlobalArgs, options, program_digest, root};
use super::demo::{CLOCK, DemoSite};
use super::files_of;
use crate::build::{Clock, NoObserver, Outcome, PreparedSite, draw_card, prepare, sort};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Level};
use crate::plan::{OutputKind, SocialCard, THEME_CONTRACT};
use crate::render::TextStore;
use crate::theme::{CARD_TEMPLATE, Layers, Shapes, check};
use crate::time::TimeSpec;

pub(super) const HELP: &str = "\
Errors: unknown variables and members, missing blocks of the theme contract, missing translations, wrong plural forms.
Warnings: colours with too little contrast, what feeds would not show, unused files, settings and translations.

  handbill theme check mine";

/// Report all that is wrong with a theme
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The theme [default: the one that site.yaml names]
    name: Option<String>,
}

impl Check {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        let mut demo = DemoSite::of(&site, self.name.as_deref());
        let mut diagnostics = Vec::new();
        match demo.write_to_disk(&mut diagnostics) {
            Ok(true) => {}
            Ok(false) => {
                out.diagnostics(&diagnostics, |path| crate::source::text(&site, path));
                return Exit::SiteHasErrors;
            }
            Err(reason) => {
                out.error(&format!("the demo site cannot be written: {reason}"), None);
                return Exit::EnvironmentFailed;
            }
        }
        let mut options = options(shared, &ClockArgs { as_of: None, drafts: true, future: true });
        options.root.clone_from(&demo.root);
        options.clock = Clock::Fixed(TimeSpec::parse(CLOCK).expect("a time"));
        // All texts are parsed, since cached entries have no bodies.
        options.force = true;
        let mut outcome = Outcome::default();
        let planned = prepare(&options, &NoObserver, &mut outcome);
        diagnostics.append(&mut outcome.diagnostics);
        let files = files_of(&demo.root, None, &mut Vec::new());
        let named = collection_templates(&site);
        let (rendered, checked) = match planned {
            Some(mut planned) => {
                let (shapes, mut found) = render(&mut planned);
                diagnostics.append(&mut found);
                let theme = Some(&planned.theme);
                (
                    planned.plan.outputs.len(),
                    check(&planned.layers, theme, &planned.config, THEME_CONTRACT, &named, &shapes),
                )
            }
            None => {
                let no_shapes = Shapes::default();
                let checked = files
                    .iter()
                    .flat_map(|(config, layers)| check(layers, None, config, THEME_CONTRACT, &named, &no_shapes));
                (0, checked.collect())
            }
        };
        let diagnostics = merged(diagnostics, checked, self.name.is_some());
        let layers = files.as_ref().map(|(_, layers)| layers);
        out.diagnostics(&diagnostics, |path| text_of(&site, &demo.root, layers, path));
        let config_theme = || files.as_ref().map(|(config, _)| config.theme.to_string());
        let theme = self.name.clone().or_else(config_theme).unwrap_or_default();
        print_summary(&theme, &diagnostics, rendered, out);
        match diagnostics.iter().any(Diagnostic::is_error) {
            true => Exit::SiteHasErrors,
            false => Exit::Success,
        }
    }
}

/// Returns the templates that the collections of a site name.
fn collection_templates(site: &Path) -> Vec<String> {
    let text = crate::source::text(site, crate::config::FILE).unwrap_or_default();
    let collections = Config::parse(&text, &mut Vec::new()).map(|config| config.collections).unwrap_or_default();
    let named = collections.into_values().flat_map(|collection| [collection.template, collection.listing_template]);
    named.flatten().map(String::from).collect()
}

/// Renders every page, and collects the shapes of the variables that its template sees.
fn render(planned: &mut PreparedSite) -> (Shapes, Vec<Diagnostic>) {
    let texts = TextStore::new(std::mem::take(&mut planned.parsed.bodies));
    let mut shapes = Shapes::default();
    let shared = planned.theme.tera.global_context();
    for name in ["site", "theme"] {
        shared.get(name).into_iter().for_each(|value| shapes.add(name, value));
    }
    let planned = &*planned;
    let renderer = planned.renderer(&planned.plan.outputs, program_digest());
    let pages = planned.plan.outputs.par_iter().filter(|page| !matches!(page.kind, OutputKind::Copy(_))).map(|page| {
        let inputs = renderer.page_inputs(page);
        let mut shapes = Shapes::default();
        for (name, value) in &renderer.variables(page, &inputs, &texts).unwrap_or_default() {
            shapes.add(name, value);
            if CARDS.contains(name) {
                value.as_array().unwrap_or_default().iter().for_each(|card| shapes.add("card", card));
            }
        }
        (shapes, renderer.render(page, &inputs, &texts, &|path| planned.folder.read(path)).err())
    });
    let pages: Vec<(Shapes, Option<Diagnostic>)> = pages.collect();
    let mut diagnostics = draw_cards(planned);
    for (page_shapes, diagnostic) in pages {
        shapes.merge(page_shapes);
        diagnostics.extend(diagnostic);
    }
    (shapes, diagnostics)
}

/// Headlines that a design of social cards must stand: a short one, one that is too long, markup, one without letters that
/// any font of the theme need have.
const HEADLINES: [&str; 4] = ["Rents fall", LONG_HEADLINE, "Who pays? <b>Us</b> & them", "🎉"];

const LONG_HEADLINE: &str = "The housing board heard from ninety tenants for five hours, and then put off the vote on what \
                             anyone who has looked for a room since the flood could have told it before it began";

/// Draws social cards, if the theme has a design, and returns the errors, each once.
fn draw_cards(planned: &PreparedSite) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    if planned.layers.find(&format!("templates/{CARD_TEMPLATE}")).is_some() {
        for headline in HEADLINES {
            let drawn = draw_card(planned, &SocialCard::sample(headline), &mut Vec::new());
            errors.extend(drawn.err().filter(|error| !errors.contains(error)));
        }
    }
    errors
}

/// Variables that are lists of cards.
const CARDS: [&str; 4] = ["latest", "articles", "river", "related"];

/// Merges the diagnostics, each once: one found while rendering is dropped if a check found it with its location.
fn merged(diagnostics: Vec<Diagnostic>, checked: Vec<Diagnostic>, is_named: bool) -> Vec<Diagnostic> {
    let known: BTreeSet<String> = checked.iter().map(|diagnostic| diagnostic.message.clone()).collect();
    let is_known = |diagnostic: &Diagnostic| {
        // A build warns of missing translations; here each language is reported with its file.
        let is_about_translations = diagnostic.code == "translations" && diagnostic.level == Level::Warning;
        let message = diagnostic.message.split("; did you mean").next().unwrap_or_default();
        is_about_translations || known.iter().any(|known| message.ends_with(known.as_str()))
    };
    let mut all: Vec<Diagnostic> = diagnostics.into_iter().filter(|diagnostic| !is_known(diagnostic)).collect();
    for diagnostic in &mut all {
        // The site's settings name another theme than the one to check.
        if is_named && diagnostic.location.as_ref().is_some_and(super::is_about_theme) {
            diagnostic.location = None;
        }
        // The demo site's texts are not those of the site.
        if let Some(place) = diagnostic.location.as_mut().filter(|place| is_of_demo(&place.file)) {
            place.file = format!("{DEMO_PREFIX}{}", place.file);
        }
    }
    all.extend(checked);
    sort(&mut all);
    all
}

/// Prefix of the paths of the demo site's own files.
const DEMO_PREFIX: &str = ".handbill/demo/";

fn is_of_demo(path: &str) -> bool {
    path.starts_with("content/") && !path.starts_with("content/data/") || path.starts_with("static/")
}

/// Returns the text of a file of the site, of the demo site, or of a built-in theme.
fn text_of(site: &Path, demo: &Path, layers: Option<&Layers>, path: &str) -> Option<String> {
    if let Some(path) = path.strip_prefix(DEMO_PREFIX) {
        return crate::source::text(demo, path);
    }
    crate::source::text(site, path).or_else(|| layers?.text(path))
}

fn print_summary(theme: &str, diagnostics: &[Diagnostic], rendered: usize, out: &Output) {
    let count = |level: Level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if out.json {
        let summary = serde_json::json!({ "theme": theme, "pages": rendered, "errors": errors, "warnings": warnings });
        out.object(&serde_json::json!({ "summary": summary }));
        return;
    }
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let pages = match rendered {
        0 => "nothing could be rendered".to_owned(),
        pages => format!("{} of the demo site rendered", counted(pages, "page")),
    };
    let findings = format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"));
    out.info(&format!("{}: {findings}; {pages}", out.bold(theme)));
}
