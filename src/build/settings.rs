//! Settings as a build uses them: those of the site's folder, with the overrides of the command line.

use super::BuildOptions;
use crate::config::{self, BaseUrl, Config};
use crate::content::ParseOptions;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::source::SourceTree;

/// Returns the valid settings, and whether there were no errors.
pub(super) fn settings(
    folder: &SourceTree,
    options: &BuildOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<Config>, bool) {
    let before = diagnostics.len();
    let config = known_settings(folder, options, diagnostics);
    (config, diagnostics.len() == before)
}

fn known_settings(folder: &SourceTree, options: &BuildOptions, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    let mut config = read_settings(folder, diagnostics)?;
    if let Some(url) = &options.base_url {
        if let Err(why) = BaseUrl::parse(url) {
            diagnostics.push(Diagnostic::error("settings", why).help("give `--base-url https://example.org/`"));
            return None;
        }
        config.base_url = url.as_str().into();
    }
    Some(config)
}

/// Parses the settings in a site's folder; `None` if there are none that can be used. All errors are added to
/// `diagnostics`.
pub fn read_settings(folder: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> Option<Config> {
    let path = SourcePath::new(config::FILE).expect("a plain name");
    let bytes = if folder.contains(&path) { folder.read(&path) } else { Err(no_settings()) };
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|_| not_utf8().at(&path, Span::Whole)));
    match text {
        Ok(text) => Config::parse(text.strip_prefix('\u{feff}').unwrap_or(&text), diagnostics),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn not_utf8() -> Diagnostic {
    Diagnostic::error("encoding", "this file is not UTF-8 text").help("save it as UTF-8 in your editor")
}

fn no_settings() -> Diagnostic {
    Diagnostic::error("settings", "there is no `site.yaml` here")
        .help("go to a site's folder, name one with `--root`, or create one with `handbill init my-paper`")
}

/// Parse options for texts if the settings are missing.
pub(super) fn default_parse_options() -> ParseOptions {
    ParseOptions { tag: "en".to_owned(), raw_html: true, smart_punctuation: true, ..ParseOptions::default() }
}
