//! `handbill theme new`

use clap::Args;

use super::super::new::write_new;
use super::super::output::Output;
use super::super::{Exit, GlobalArgs, root};
use super::{files_of, layers_of};
use crate::path::Slug;
use crate::theme::{BUILT_IN_NAME, Layers, SITE};

/// Create a theme on top of another, in themes/NAME/
#[derive(Debug, Args)]
pub(super) struct New {
    /// The theme's name: lower-case letters, digits and hyphens
    name: String,
    /// The theme beneath it
    #[arg(long, value_name = "NAME", default_value = BUILT_IN_NAME)]
    parent: String,
}

/// Files of a new theme; what is in `⟨⟩` is filled in.
const FILES: &[(&str, &str)] = &[
    ("theme.yaml", include_str!("new/theme.yaml")),
    ("templates/base.html", include_str!("new/base.html")),
    ("assets/⟨name⟩.css", include_str!("new/theme.css")),
];

impl New {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        if !site.join(crate::config::FILE).is_file() {
            out.error("there is no `site.yaml` here", Some("go to a site's folder, or name one with `--root`"));
            return Exit::EnvironmentFailed;
        }
        let Some((_, parents)) = layers_of(shared, out, Some(&self.parent)) else {
            return Exit::SiteHasErrors;
        };
        if let Err((message, help)) = check(&self.name, &parents) {
            out.error(&message, Some(&help));
            return Exit::EnvironmentFailed;
        }
        let place = format!("themes/{}", self.name);
        if site.join(&place).symlink_metadata().is_ok() {
            out.error(&format!("`{place}` exists already"), Some("choose another name, or remove that folder"));
            return Exit::EnvironmentFailed;
        }
        if files_of(&site, Some(&self.name), &mut Vec::new()).is_some() {
            out.error(&format!("there is a built-in theme `{}` already", self.name), Some("choose another name"));
            return Exit::EnvironmentFailed;
        }
        let mut paths = Vec::new();
        for (path, text) in FILES {
            let fill = |text: &str| {
                text.replace("⟨name⟩", &self.name)
                    .replace("⟨parent⟩", &self.parent)
                    .replace("⟨base⟩", &owner(&parents, "templates/base.html"))
                    .replace("⟨handbill⟩", &fitting(env!("CARGO_PKG_VERSION")))
            };
            let path = format!("{place}/{}", fill(path));
            if let Err(error) = write_new(&site.join(&path), &fill(text)) {
                out.error(&format!("cannot write `{path}`: {}", crate::source::io_error_text(&error)), None);
                return Exit::EnvironmentFailed;
            }
            paths.push(path);
        }
        if out.json {
            out.object(&serde_json::json!({ "path": place, "files": paths }));
        } else {
            paths.iter().for_each(|path| out.text(&format!("{path}\n")));
        }
        out.info(&format!("{} is ready. Next:", out.bold(&place)));
        out.info(&format!("  write `theme: {}` into site.yaml, instead of the theme that is named there", self.name));
        let check = format!("handbill theme check {}", self.name);
        out.info(&format!(
            "  {:<width$}     shows each change as you save it",
            "handbill serve --open",
            width = check.len()
        ));
        out.info(&format!("  {check:<21}     reports what is wrong with it"));
        Exit::Success
    }
}

/// Checks that a theme can have a name; the error is message and help.
fn check(name: &str, parents: &Layers) -> Result<(), (String, String)> {
    let proposal = Slug::slugify(name).map(|slug| slug.as_str().trim_end_matches('-').to_owned());
    let is_plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_plain || Slug::new(name).is_err() || name.starts_with('-') || name.ends_with('-') {
        let message = format!("`{name}` cannot be a theme's name");
        let proposal = proposal.filter(|proposal| Slug::new(proposal).is_ok());
        let help = proposal.map(|slug| format!("use lower-case letters, digits and hyphens: `{slug}`"));
        return Err((message, help.unwrap_or("use lower-case letters, digits and hyphens".to_owned())));
    }
    if parents.iter().any(|layer| layer.name == name) {
        let message = if name == SITE {
            format!("`{name}` is the prefix of a site's own templates")
        } else {
            format!("`{name}` is the parent of the new theme")
        };
        return Err((message, "choose another name".to_owned()));
    }
    // `partials/head.html` would also be a file of a theme named `partials`.
    let folders = parents.names("templates/");
    if folders.iter().any(|path| path.split_once('/').is_some_and(|(folder, _)| folder == name)) {
        let message = format!("`{name}` is a folder of templates in the parent of the new theme");
        return Err((message, "choose another name".to_owned()));
    }
    Ok(())
}

/// Returns the name of the theme, the parent or one of its parents, that has a file.
fn owner(parents: &Layers, path: &str) -> String {
    let themes = parents.having(path).into_iter().find(|layer| layer.name != SITE);
    themes.map_or(BUILT_IN_NAME, |layer| layer.name.as_str()).to_owned()
}

/// Returns the range of versions for a theme made with one: `>=0.1, <0.2`.
fn fitting(version: &str) -> String {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    match (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) {
        (0, minor) => format!(">=0.{minor}, <0.{}", minor + 1),
        (major, minor) => format!(">={major}.{minor}, <{}", major + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_clash_with_others_are_refused() {
        let layers = Layers::built_in();
        let refused = |name: &str, part: &str| {
            let (message, help) = check(name, &layers).unwrap_err();
            assert!(format!("{message} {help}").contains(part), "{name}: {message} {help}");
        };
        refused("My Theme", "hyphens: `my-theme`");
        refused("../up", "hyphens: `up`");
        refused("", "cannot be");
        refused("-a", "`a`");
        refused("con", "cannot be");
        refused("site", "own templates");
        refused("broadsheet", "parent of the new theme");
        refused("partials", "folder of templates");
        assert_eq!(check("leaflet-2", &layers), Ok(()));
    }

    #[test]
    fn new_themes_fit_this_version_and_its_fixes() {
        assert_eq!(fitting("0.1.7"), ">=0.1, <0.2");
        assert_eq!(fitting("2.3.0"), ">=2.3, <3");
    }
}
