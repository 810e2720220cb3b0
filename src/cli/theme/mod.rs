//! `handbill theme`: commands for authors of themes.

mod check;
mod demo;
mod demo_command;
mod eject;
mod new;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::output::Output;
use super::{Exit, GlobalArgs, root};
use crate::build::read_settings;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Location, Span};
use crate::source::SourceTree;
use crate::theme::{Layer, Layers, Manifest, SITE};

pub(super) const HELP: &str =
    "  handbill theme new mine                     a theme on top of broadsheet, in themes/mine/
  handbill theme eject templates/404.html     a copy of one file in the site, to change it
  handbill theme check                        all that is wrong with the site's theme
  handbill theme demo --serve --open          every part of the theme in a browser";

/// Create a theme, override a file of one, check it, see it
#[derive(Debug, Args)]
pub(super) struct Theme {
    #[command(subcommand)]
    what: ThemeCommand,
}

#[derive(Debug, Subcommand)]
enum ThemeCommand {
    /// Create a theme on top of another, in themes/NAME/
    New(new::New),
    /// Copy a file of the theme into the site, to override it
    #[command(after_help = eject::HELP)]
    Eject(eject::Eject),
    /// Report all that is wrong with a theme
    #[command(after_help = check::HELP)]
    Check(check::Check),
    /// Build the demo site with the site's theme: every part of it in every state
    #[command(after_help = demo_command::HELP)]
    Demo(demo_command::Demo),
}

impl Theme {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        match self.what {
            ThemeCommand::New(command) => command.run(shared, out),
            ThemeCommand::Eject(command) => command.run(shared, out),
            ThemeCommand::Check(command) => command.run(shared, out),
            ThemeCommand::Demo(command) => command.run(shared, out),
        }
    }
}

/// Returns the site's settings and the files of its theme; `None` after printing the errors that prevent it.
pub(super) fn layers(shared: &GlobalArgs, out: &Output) -> Option<(Config, Layers)> {
    layers_of(shared, out, None)
}

/// Like [`layers`], with another theme than the settings name.
fn layers_of(shared: &GlobalArgs, out: &Output, theme: Option<&str>) -> Option<(Config, Layers)> {
    let site = root(shared);
    let mut diagnostics = Vec::new();
    let found = files_of(&site, theme, &mut diagnostics);
    if found.is_none() {
        let is_changed =
            |reported: &&mut Diagnostic| theme.is_some() && reported.location.as_ref().is_some_and(is_about_theme);
        // If another theme is asked for, the location in the settings is not that of the error.
        diagnostics.iter_mut().filter(is_changed).for_each(|diagnostic| diagnostic.location = None);
        out.diagnostics(&diagnostics, |path| crate::source::text(&site, path));
    }
    found
}

/// Returns whether a location is that of the theme's name in the settings.
fn is_about_theme(place: &Location) -> bool {
    place.file == crate::config::FILE && place.span == Span::value("theme")
}

/// Returns the settings in a site's folder and the files of its theme, or of the theme `theme`.
fn files_of(site: &Path, theme: Option<&str>, diagnostics: &mut Vec<Diagnostic>) -> Option<(Config, Layers)> {
    let folder = SourceTree::walk(site).map_err(|error| {
        let reason = crate::source::io_error_text(&error);
        diagnostics.push(Diagnostic::error("file", format!("`{}` cannot be read: {reason}", site.display())));
    });
    let folder = folder.ok()?;
    let mut config = read_settings(&folder, diagnostics)?;
    if let Some(theme) = theme {
        config.theme = theme.into();
    }
    let layers = Layers::gather(&folder, &config, diagnostics)?;
    Some((config, layers))
}

/// Describes where a layer comes from: `broadsheet 1.0.0, built in`.
pub(super) fn origin(layer: &Layer) -> String {
    if layer.name == SITE {
        return "the site".to_owned();
    }
    let version = Manifest::of(layer, &mut Vec::new()).map(|manifest| format!(" {}", manifest.version));
    let place = if layer.is_built_in { ", built in" } else { "" };
    format!("{}{}{place}", layer.name, version.unwrap_or_default())
}

/// Returns the folder of a site's demo site.
pub(super) fn demo_folder(site: &Path) -> PathBuf {
    demo::DemoSite::of(site, None).root
}
