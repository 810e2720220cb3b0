//! Checks of a theme that no single page shows: translations, files, settings, blocks. Each check is a function from
//! the theme's files to diagnostics.

mod blocks;
mod files;
mod members;
mod scan;
mod translations;

pub use self::members::Shapes;
use super::engine::ThemeContract;
use super::layers::{Layer, Layers};
use super::{Theme, contrast};
use crate::config::Config;
use crate::diagnostic::Diagnostic;

/// Checks a theme. Without `theme`, the checks that need a loaded one are skipped. `named` are the templates that the
/// site's collections name.
#[must_use]
pub fn check(
    layers: &Layers,
    theme: Option<&Theme>,
    config: &Config,
    needs: ThemeContract,
    named: &[String],
    shapes: &Shapes,
) -> Vec<Diagnostic> {
    let sources = scan::template_sources(layers);
    let mut diagnostics = Vec::new();
    translations::check(layers, &sources, config, needs, &mut diagnostics);
    files::check(layers, &sources, needs, named, &mut diagnostics);
    blocks::check_base_blocks(&sources, layers, needs, &mut diagnostics);
    members::check(&sources, shapes, &mut diagnostics);
    if let Some(theme) = theme {
        blocks::check_author_blocks(&sources, theme, layers, needs, &mut diagnostics);
        contrast::check(layers, &theme.context, config, contrast::ContrastScope::All, &mut diagnostics);
    }
    diagnostics
}

/// Returns the layers that the author of a theme works on: the site's own files, and the theme's.
fn own(layers: &Layers) -> impl Iterator<Item = &Layer> {
    layers.iter().take(2)
}
