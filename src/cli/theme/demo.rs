//! The demo site: a site with every part of a theme, written to a work folder with the theme, theme settings, language
//! and overrides of another site.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::build::{cache_folder, read_settings};
use crate::config::{self, Config};
use crate::content::front_matter::Extra;
use crate::diagnostic::Diagnostic;
use crate::path::SourcePath;
use crate::providers::comments::CommentProvider;
use crate::source::{SourceTree, Stamp, io_error_text};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/theme/demo");

/// Clock of the demo site: the day after its latest article.
pub(super) const CLOCK: &str = "2026-11-24 12:00";

/// Folders that the demo site takes from a site: its themes with all overrides, and the data that templates may use.
const TAKEN_FOLDERS: [&str; 5] = ["themes", "templates", "assets", "i18n", "content/data"];

/// Settings that the demo site takes from a site. It has comments of its own with a form, unless the site embeds an
/// external comment service.
const KEYS: [&str; 5] = ["theme", "language", "theme_settings", "extra", "comments"];

/// A demo site for a site, or for no site.
pub(super) struct DemoSite {
    /// Folder of the site whose theme is shown.
    site: PathBuf,
    /// Theme to show instead of the one in the site's settings.
    theme: Option<String>,
    /// Folder of the demo site.
    pub(super) root: PathBuf,
    /// Stamps of the site's files when the demo site was last written.
    last_stamps: Option<BTreeMap<SourcePath, Stamp>>,
}

impl DemoSite {
    /// Refers to the demo site for a site. Without a `site.yaml` in the folder, it shows the built-in theme.
    pub(super) fn of(site: &Path, theme: Option<&str>) -> DemoSite {
        let root = cache_folder(site).join("demo");
        DemoSite { site: site.to_owned(), theme: theme.map(str::to_owned), root, last_stamps: None }
    }

    /// Writes new and changed files to the folder and removes those that no longer belong to the demo site. Errors in
    /// the site are added to `diagnostics`; without valid settings nothing is written and `false` is returned.
    ///
    /// # Errors
    /// If the site cannot be read or the folder cannot be written; the message is worded for the user.
    pub(super) fn write_to_disk(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Result<bool, String> {
        let mut files = own_files();
        let own_settings = String::from_utf8_lossy(&files[config::FILE]).into_owned();
        let has_site = self.site.join(config::FILE).is_file();
        let folder = if has_site { Some(self.walk_site().map_err(|error| io_error_text(&error))?) } else { None };
        if folder.as_ref().is_some_and(|folder| self.last_stamps.as_ref() == Some(&folder.files)) {
            return Ok(true);
        }
        let config = match &folder {
            Some(folder) => read_settings(folder, diagnostics),
            None => Config::parse(&own_settings, diagnostics),
        };
        let Some(mut config) = config else { return Ok(false) };
        if let Some(theme) = self.theme.as_ref().filter(|theme| ***theme != *config.theme) {
            // The theme settings belong to another theme.
            config.theme = theme.as_str().into();
            config.theme_settings = Extra::default();
        }
        files.insert(config::FILE.to_owned(), with_settings(&own_settings, &config).into_bytes());
        for path in folder.iter().flat_map(|folder| folder.files.keys()).filter(|path| path.as_str() != config::FILE) {
            match folder.as_ref().expect("it has files").read(path) {
                Ok(bytes) => drop(files.insert(path.to_string(), bytes)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        self.last_stamps = folder.map(|folder| folder.files);
        write(&self.root, &files).map_err(|error| format!("`{}`: {}", self.root.display(), io_error_text(&error)))?;
        Ok(true)
    }
}

impl DemoSite {
    /// Walks the site's settings and the folders that are taken, but not its texts, of which there may be many.
    fn walk_site(&self) -> std::io::Result<SourceTree> {
        let path = |path: &str| SourcePath::new(path).expect("a plain name");
        let mut folder = SourceTree::walk_subtree(&self.site, &path(config::FILE))?;
        folder.rescan(&TAKEN_FOLDERS.map(path))?;
        Ok(folder)
    }
}

/// Returns the demo site's files, which are built into the program.
fn own_files() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![&FILES];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            files.insert(file.path().to_string_lossy().replace('\\', "/"), file.contents().to_vec());
        }
    }
    files
}

/// Replaces those of the demo site's settings that decide how a theme looks by the site's.
fn with_settings(text: &str, config: &Config) -> String {
    // JSON is valid YAML.
    let is_embedded = matches!(config.comments.provider.provider(&mut Vec::new()), CommentProvider::Embedded(_));
    let values = [
        serde_json::json!(config.theme),
        serde_json::json!(config.language),
        config.theme_settings.value(),
        config.extra.value(),
        if is_embedded { serde_json::json!(config.comments) } else { serde_json::Value::Null },
    ];
    let taken: Vec<_> = KEYS.iter().zip(values).filter(|(_, value)| !value.is_null()).collect();
    let mut kept = String::new();
    let mut is_replaced = false;
    for line in text.lines() {
        // The value of a key continues as long as lines are indented.
        if !line.starts_with([' ', '\t', '#']) && !line.trim().is_empty() {
            let is_taken = |key: &str| taken.iter().any(|(name, _)| **name == key);
            is_replaced = line.split_once(':').is_some_and(|(key, _)| is_taken(key.trim_end()));
        }
        if !is_replaced {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    for (key, value) in taken {
        kept.push_str(&format!("{key}: {value}\n"));
    }
    kept
}

/// Makes a folder contain exactly these sources.
fn write(root: &Path, files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    std::fs::create_dir_all(root)?;
    for (path, bytes) in files {
        let file = root.join(path);
        if std::fs::read(&file).is_ok_and(|there| there == *bytes) {
            continue;
        }
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // By a rename, so that a dev server that watches the folder reads complete files.
        let new = root.join(".new");
        std::fs::write(&new, bytes)?;
        std::fs::rename(&new, &file)?;
    }
    for path in SourceTree::walk(root)?.files.keys().filter(|path| !files.contains_key(path.as_str())) {
        std::fs::remove_file(root.join(path.as_str()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_the_site_take_the_place_of_the_demo_sites() {
        let site = "title: x\nbase_url: https://x.example/\ntheme: mine\nlanguage: es\n\
                    theme_settings: { accent: \"#123456\", motto: \"a: \\\"b\\\" # c\" }\nextra: { phone: 1 }\n";
        let config = Config::parse(site, &mut Vec::new()).unwrap();
        let own = "title: The Demo\ntheme: broadsheet\nextra:\n  a: 1\n\n  # still extra\n  b: 2\n\n# of lists\nlisting: { latest: 4 }\nbase_url: https://s.example/\n";
        let merged = with_settings(own, &config);
        let mut diagnostics = Vec::new();
        let read = Config::parse(&merged, &mut diagnostics).unwrap();
        assert_eq!(diagnostics, [], "{merged}");
        assert_eq!((read.title.as_str(), read.theme.as_str(), read.language.as_str()), ("The Demo", "mine", "es"));
        assert_eq!(read.theme_settings.value()["motto"], "a: \"b\" # c");
        assert_eq!(read.extra.value(), serde_json::json!({ "phone": 1 }));
        assert_eq!(read.listing.latest, Some(4));
    }

    #[test]
    fn demo_site_is_a_site() {
        let files = own_files();
        assert!(files.contains_key(config::FILE) && files.keys().any(|path| path.starts_with("content/articles/")));
    }
}
