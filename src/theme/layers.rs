//! Layers of files: the site, its theme, the parent themes, the built-in theme. For each file, the first layer that has
//! it wins.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};

use super::manifest::Manifest;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Span, nearest, nearest_path};
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::source::SourceTree;

/// Themes built into the program, one folder each.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// Name of the built-in theme, which is the last layer of every theme.
pub const BUILT_IN_NAME: &str = "broadsheet";

/// Name of the layer with the site's own files.
pub const SITE: &str = "site";

/// Folders of a layer whose files can be overridden.
const OVERRIDABLE: [&str; 3] = ["templates/", "assets/", "i18n/"];

/// One layer of files.
#[derive(Debug)]
pub struct Layer {
    /// `site`, or the theme's name: the prefix of its templates' full names.
    pub name: String,
    /// Prefix of its files' paths in diagnostics: empty for the site, `themes/NAME/` for a theme.
    pub place: String,
    /// Content of the files by path in the layer: `templates/article.html`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Whether the files are built into the program and not on disk.
    pub is_built_in: bool,
}

/// The layers of a site's theme, the highest priority first.
#[derive(Debug)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// Collects the layers of the theme named in the settings. `None` if a theme is missing or is its own ancestor.
    pub fn gather(folder: &SourceTree, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> Option<Layers> {
        let mut layers = vec![site(read_site(folder, diagnostics))];
        let mut next = Some((config.theme.to_string(), crate::config::FILE.to_owned(), Span::value("theme")));
        while let Some((name, file, span)) = next.take() {
            if layers.iter().any(|layer| layer.name == name) {
                let message = format!("the theme `{name}` is its own parent, directly or through others");
                let help = "remove `parent`, or name another theme";
                diagnostics.push(Diagnostic::error("theme", message).at(file, span).help(help));
                return None;
            }
            let Some(layer) = find(folder, &name, diagnostics) else {
                let diagnostic = Diagnostic::error("theme", format!("there is no theme `{name}`")).at(file, span);
                diagnostics.push(match nearest(&name, themes(folder).iter().map(String::as_str)) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(format!("put it into `themes/{name}/`, or use `{BUILT_IN_NAME}`")),
                });
                return None;
            };
            let parent = Manifest::of(&layer, diagnostics)?.parent;
            let file = format!("{}theme.yaml", layer.place);
            next = parent.map(|parent| (parent, file, Span::value("parent")));
            if next.is_none() && name != BUILT_IN_NAME {
                next = Some((BUILT_IN_NAME.to_owned(), String::new(), Span::Whole));
            }
            layers.push(layer);
        }
        Some(Layers(layers))
    }

    /// Returns the layers of the built-in theme without a site.
    #[must_use]
    pub fn built_in() -> Layers {
        Layers(vec![site(BTreeMap::new()), built_in(BUILT_IN_NAME).expect("the program carries it")])
    }

    /// Makes layers from given ones.
    #[cfg(test)]
    pub(super) fn of_layers(layers: Vec<Layer>) -> Layers {
        Layers(layers)
    }

    /// Returns the names of blocks as authors write them, in all templates but those of the built-in theme, whether or
    /// not these are valid.
    #[must_use]
    pub fn named_blocks(&self) -> BTreeSet<String> {
        let files = self.0.iter().filter(|layer| layer.name != BUILT_IN_NAME).flat_map(|layer| &layer.files);
        let templates = files.filter(|(path, _)| path.starts_with("templates/"));
        let mut names = BTreeSet::new();
        for (_, bytes) in templates {
            let text = String::from_utf8_lossy(bytes);
            for piece in text.split("component block.").skip(1) {
                let end = piece.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(piece.len());
                names.insert(piece[..end].replace('_', "-"));
            }
        }
        names
    }

    /// Returns the layers, the highest priority first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Layer> {
        self.0.iter()
    }

    /// Returns the first layer that has a file, and its content.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<(&Layer, &[u8])> {
        self.0.iter().find_map(|layer| layer.files.get(path).map(|bytes| (layer, bytes.as_slice())))
    }

    /// Returns all layers that have a file, the highest priority first; the first one wins.
    #[must_use]
    pub fn having(&self, path: &str) -> Vec<&Layer> {
        self.0.iter().filter(|layer| layer.files.contains_key(path)).collect()
    }

    /// Returns the path in a layer of a file named by a user: `article.html`, `templates/article.html`,
    /// `themes/broadsheet/templates/article.html`, `broadsheet/article.html`, `main.css`, `i18n/en`.
    ///
    /// # Errors
    /// If no layer has the file: the nearest path, if one is close.
    pub fn path_of(&self, named: &str) -> Result<String, Option<String>> {
        let named = named.replace('\\', "/");
        let named = named.strip_prefix("./").unwrap_or(&named);
        let below = |layer: &Layer| {
            let bare = named.strip_prefix("themes/").unwrap_or(named);
            bare.strip_prefix(&layer.name).and_then(|rest| rest.strip_prefix('/'))
        };
        let names = [Some(named)].into_iter().chain(self.0.iter().map(below)).flatten();
        let paths = names.flat_map(|name| {
            let folders = [""].into_iter().chain(OVERRIDABLE);
            folders.flat_map(move |folder| ["", ".html", ".yaml"].map(|ending| format!("{folder}{name}{ending}")))
        });
        let is_there =
            |path: &String| OVERRIDABLE.iter().any(|folder| path.starts_with(folder)) && self.find(path).is_some();
        let known =
            || OVERRIDABLE.iter().flat_map(|&folder| self.names(folder).into_iter().map(move |name| (folder, name)));
        paths.into_iter().find(is_there).ok_or_else(|| {
            let full: Vec<String> = known().map(|(folder, name)| format!("{folder}{name}")).collect();
            let near = nearest_path(named, full.iter().map(String::as_str)).map(str::to_owned);
            near.or_else(|| {
                let bare = nearest_path(named, known().map(|(_, name)| name))?;
                known().find(|(_, name)| *name == bare).map(|(folder, name)| format!("{folder}{name}"))
            })
        })
    }

    /// Returns a theme's file as text, by its path from the site's folder, also if it is built in.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        let themes = self.0.iter().filter(|layer| layer.name != SITE);
        let mut files = themes.filter_map(|layer| layer.files.get(path.strip_prefix(&layer.place)?));
        files.find_map(|bytes| String::from_utf8(bytes.clone()).ok())
    }

    /// Returns the paths of all layers below a folder such as `assets/`, without that prefix, sorted.
    #[must_use]
    pub fn names(&self, folder: &str) -> Vec<&str> {
        let all = self.0.iter().flat_map(|layer| layer.files.keys());
        let mut names: Vec<&str> = all.filter_map(|path| path.strip_prefix(folder)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the digest of all files below a folder in all layers.
    #[must_use]
    pub fn digest(&self, folder: &str) -> Digest {
        let files = self.0.iter().flat_map(|layer| layer.files.iter().map(move |(path, bytes)| (layer, path, bytes)));
        Digest::of_all(
            files
                .filter(|(_, path, _)| path.starts_with(folder))
                .map(|(layer, path, bytes)| Digest::of(&(&layer.name, path, Digest::of_bytes(bytes)))),
        )
    }

    /// Returns the theme's manifest with inherited settings and list sizes.
    pub fn manifest(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
        let mut themes = self.0.iter().skip(1).map(|layer| Manifest::of(layer, diagnostics));
        let mut manifest = themes.next()??;
        for parent in themes {
            manifest.inherit(parent?);
        }
        Some(manifest)
    }
}

/// Returns the names of all available themes.
fn themes(folder: &SourceTree) -> Vec<String> {
    let own = folder.files.keys().filter_map(|path| path.as_str().strip_prefix("themes/")?.split('/').next());
    let built_in_names = BUILT_IN.dirs().map(|theme| theme.path().to_string_lossy().into_owned());
    let mut names: Vec<String> = own.map(str::to_owned).chain(built_in_names).collect();
    names.sort();
    names.dedup();
    names
}

fn find(folder: &SourceTree, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Layer> {
    let place = format!("themes/{name}/");
    let files = read_below(folder, &place, diagnostics);
    if files.contains_key("theme.yaml") {
        return Some(Layer { name: name.to_owned(), place, files, is_built_in: false });
    }
    built_in(name)
}

/// Makes the layer of the site's own files.
fn site(files: BTreeMap<String, Vec<u8>>) -> Layer {
    Layer { name: SITE.to_owned(), place: String::new(), files, is_built_in: false }
}

/// Returns the layer of a built-in theme; `None` if there is none of that name.
fn built_in(name: &str) -> Option<Layer> {
    let files = built_in_files(name)?;
    Some(Layer { name: name.to_owned(), place: format!("themes/{name}/"), files, is_built_in: true })
}

/// Returns the files of a built-in theme; `None` if there is none of that name.
#[must_use]
pub fn built_in_files(theme: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let top = BUILT_IN.dirs().find(|folder| folder.path().to_str() == Some(theme))?;
    let mut files = BTreeMap::new();
    let mut folders = vec![top];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let path = file.path().strip_prefix(theme).expect("it lies in the theme's folder");
            files.insert(path.to_string_lossy().replace('\\', "/"), file.contents().to_vec());
        }
    }
    Some(files)
}

fn read_site(folder: &SourceTree, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Vec<u8>> {
    OVERRIDABLE
        .into_iter()
        .flat_map(|place| {
            let files = read_below(folder, place, diagnostics);
            files.into_iter().map(move |(path, bytes)| (format!("{place}{path}"), bytes))
        })
        .collect()
}

fn read_below(folder: &SourceTree, place: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in below(folder, place) {
        match folder.read(path) {
            Ok(bytes) => {
                files.insert(path.as_str()[place.len()..].to_owned(), bytes);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    files
}

fn below<'a>(folder: &'a SourceTree, place: &'a str) -> impl Iterator<Item = &'a SourcePath> {
    folder.files.keys().filter(move |path| path.as_str().starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_all_their_names() {
        let layers = Layers::built_in();
        let check = |named: &str, expected: &str| assert_eq!(layers.path_of(named).as_deref(), Ok(expected), "{named}");
        for named in ["article.html", "article", "templates/article.html", "broadsheet/article.html"] {
            check(named, "templates/article.html");
        }
        check("themes/broadsheet/assets/main.css", "assets/main.css");
        check("main.css", "assets/main.css");
        check("i18n/en", "i18n/en.yaml");
        let near = |named: &str, expected: Option<&str>| {
            assert_eq!(layers.path_of(named), Err(expected.map(str::to_owned)), "{named}");
        };
        near("templates/artcile.html", Some("templates/article.html"));
        near("partials/heda.html", Some("templates/partials/head.html"));
        near("theme.yaml", None);
        near("", None);
    }
}
