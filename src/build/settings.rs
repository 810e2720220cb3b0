//! The settings as a build sees them: those of the site's folder, and what the command line says otherwise.

use super::BuildOptions;
use crate::config::{self, BaseUrl, Config};
use crate::content::ParseOptions;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;
use crate::source::SourceTree;

/// The settings, as far as they can be read, and whether that is all of them.
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

/// The settings in a site's folder, as far as they can be read; what is wrong with them goes into `diagnostics`.
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
        .help("go to a site's folder, name one with `--root`, or make one with `handbill init my-paper`")
}

/// The language of texts where the settings tell none.
pub(super) fn plain_language() -> ParseOptions {
    ParseOptions { tag: "en".to_owned(), raw_html: true, smart_punctuation: true, home: String::new() }
}
