//! `handbill theme eject`

use std::path::Path;

use clap::Args;

use super::super::output::Output;
use super::super::{Exit, GlobalArgs, root};
use super::{layers, origin};
use crate::theme::{Layer, Layers, SITE};

pub(super) const HELP: &str = "\
The copy does not get later changes of the theme. Often a smaller override is enough:
a template of the site may begin with {% extends \"broadsheet/article.html\" %} and override single blocks,
and its i18n/en.yaml may contain single translations.

  handbill theme eject templates/article.html";

/// Copy a file of the theme into the site, to override it
#[derive(Debug, Args)]
pub(super) struct Eject {
    /// The file: templates/article.html, assets/main.css, i18n/en.yaml
    file: String,
}

impl Eject {
    pub(super) fn run(self, shared: &GlobalArgs, out: &Output) -> Exit {
        let site = root(shared);
        let Some((_, layers)) = layers(shared, out) else { return Exit::SiteHasErrors };
        let path = match layers.path_of(&self.file) {
            Ok(path) => path,
            Err(near) => {
                let help = near.map_or_else(|| other_help(&self.file), |near| format!("did you mean `{near}`?"));
                out.error(&format!("the theme has no file `{}`", self.file), Some(&help));
                return Exit::EnvironmentFailed;
            }
        };
        let owner = layers.having(&path).into_iter().find(|layer| layer.name != SITE);
        let is_taken = site.join(&path).symlink_metadata().is_ok();
        let Some(owner) = owner.filter(|_| !is_taken) else {
            let help = "edit it, or move it away to use the theme's file again";
            out.error(&format!("the site already has a file `{path}`"), Some(help));
            return Exit::EnvironmentFailed;
        };
        let bytes = &owner.files[&path];
        let note = format!("Copied from the theme {}, {path}. It overrides the theme's file.", title(owner));
        let (noted, has_note) = with_note(&path, bytes, &note);
        if let Err(error) = write(&site.join(&path), &noted) {
            out.error(&format!("cannot write `{path}`: {}", crate::source::io_error_text(&error)), None);
            return Exit::EnvironmentFailed;
        }
        if out.json {
            out.object(&serde_json::json!({ "path": path, "from": owner.name }));
        } else {
            out.text(&format!("{path}\n"));
        }
        out.info(&format!("copied from {}; the site's file overrides the theme's", origin(owner)));
        if !has_note {
            out.info("(this type of file has no comments for a note of its origin)");
        }
        smaller_overrides(&path, owner, &layers).iter().for_each(|line| out.info(line));
        Exit::Success
    }
}

/// Returns the name of a theme with its version.
fn title(layer: &Layer) -> String {
    origin(layer).split(',').next().unwrap_or_default().to_owned()
}

/// Returns hints about smaller overrides than a whole file.
fn smaller_overrides(path: &str, owner: &Layer, layers: &Layers) -> Vec<String> {
    if let Some(name) = path.strip_prefix("templates/") {
        let text = String::from_utf8_lossy(&owner.files[path]);
        return match text.contains("{% block ") {
            true => vec![
                "A smaller override changes one part: a file of the same name that begins with".to_owned(),
                format!("  {{% extends \"{}/{name}\" %}}", owner.name),
                "and overrides single blocks gets later changes of the theme.".to_owned(),
            ],
            false => Vec::new(),
        };
    }
    if path.starts_with("i18n/") {
        return vec![format!("Single translations are enough: those missing in {path} are the theme's.")];
    }
    let is_styled = path.ends_with(".css") && layers.find("assets/settings.css").is_some();
    is_styled
        .then(|| "For colours, settings may be enough: see `theme_settings` in docs/theming.md.".to_owned())
        .into_iter()
        .collect()
}

/// Returns help for a name that resembles no file.
fn other_help(named: &str) -> String {
    match named.strip_prefix("i18n/") {
        Some(language) => format!("for a new language, write `i18n/{language}` yourself: `i18n/en.yaml` has all keys"),
        None => "files of themes are in `templates/`, `assets/` and `i18n/`".to_owned(),
    }
}

/// Adds a note on top of a file, as a comment in its syntax; returns the file unchanged if that has no comments.
fn with_note(path: &str, bytes: &[u8], note: &str) -> (Vec<u8>, bool) {
    let (open, close) = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" if path.starts_with("templates/") => ("{#- ", " -#}\n"),
        "css" | "js" | "mjs" => ("/* ", " */\n"),
        "yaml" | "yml" | "toml" => ("# ", "\n"),
        "svg" if !bytes.starts_with(b"<?xml") => ("<!-- ", " -->\n"),
        _ => return (bytes.to_vec(), false),
    };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    ([open.as_bytes(), note.as_bytes(), close.as_bytes(), text].concat(), true)
}

/// Writes a file that does not exist, and creates its folders.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::with_note;

    #[test]
    fn notes_are_comments_of_the_file() {
        let check = |path: &str, expected: &str| {
            let (noted, has_note) = with_note(path, b"text", "from x");
            assert_eq!(
                (String::from_utf8(noted).unwrap().as_str(), has_note),
                (expected, expected != "text"),
                "{path}"
            );
        };
        check("templates/a.html", "{#- from x -#}\ntext");
        check("assets/a.css", "/* from x */\ntext");
        check("i18n/en.yaml", "# from x\ntext");
        check("assets/a.svg", "<!-- from x -->\ntext");
        check("assets/a.woff2", "text");
        check("assets/LICENSE", "text");
    }
}
