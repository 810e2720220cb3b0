//! Where a theme's files come from: the site, the theme, its parents, the program. One file at a time, the first
//! layer that has it wins.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};

use super::manifest::Manifest;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Span, nearest, nearest_path};
use crate::digest::Digest;
use crate::path::SourcePath;
use crate::source::SourceTree;

/// The themes that the program carries, a folder each.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The name of the theme that lies beneath all others.
pub const BUILT_IN_NAME: &str = "broadsheet";

/// The name of the layer that is no theme: the site's own files.
pub const SITE: &str = "site";

/// The folders of a layer whose files may be overridden one at a time.
const OVERRIDABLE: [&str; 3] = ["templates/", "assets/", "i18n/"];

/// One source of files.
#[derive(Debug)]
pub struct Layer {
    /// `site`, or the theme's name: the prefix of its templates' full names.
    pub name: String,
    /// What its files' paths begin with in diagnostics: empty for the site, `themes/NAME/` for a theme.
    pub place: String,
    /// Its files, by path from its top: `templates/article.html`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Whether the program carries it: then its files are nowhere on the disk.
    pub is_built_in: bool,
}

/// The layers of a site's theme, the strongest first.
#[derive(Debug)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// Gathers the layers of the theme named in the settings. `None` when a theme is missing or goes in circles.
    pub fn gather(folder: &SourceTree, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> Option<Layers> {
        let mut layers = vec![site(read_site(folder, diagnostics))];
        let mut next = Some((config.theme.to_string(), crate::config::FILE.to_owned(), Span::value("theme")));
        while let Some((name, file, spot)) = next.take() {
            if layers.iter().any(|layer| layer.name == name) {
                let message = format!("the theme `{name}` is its own parent in the end");
                let help = "take `parent` out, or name another theme";
                diagnostics.push(Diagnostic::error("theme", message).at(file, spot).help(help));
                return None;
            }
            let Some(layer) = find(folder, &name, diagnostics) else {
                let diagnostic = Diagnostic::error("theme", format!("there is no theme `{name}`")).at(file, spot);
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

    /// The theme beneath all others alone, as the program carries it.
    #[must_use]
    pub fn built_in() -> Layers {
        Layers(vec![site(BTreeMap::new()), built_in(BUILT_IN_NAME).expect("the program carries it")])
    }

    /// Layers that are at hand.
    #[cfg(test)]
    pub(super) fn of_layers(layers: Vec<Layer>) -> Layers {
        Layers(layers)
    }

    /// The names of blocks in all templates but the program's own, as authors write them, whether or not the
    /// templates can be read.
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

    /// The layers, the strongest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Layer> {
        self.0.iter()
    }

    /// The first layer that has a file, and the file.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<(&Layer, &[u8])> {
        self.0.iter().find_map(|layer| layer.files.get(path).map(|bytes| (layer, bytes.as_slice())))
    }

    /// All layers that have a file, the strongest first: the first wins, the others are shadowed.
    #[must_use]
    pub fn having(&self, path: &str) -> Vec<&Layer> {
        self.0.iter().filter(|layer| layer.files.contains_key(path)).collect()
    }

    /// The path from a layer's top of a file that somebody names: `article.html`, `templates/article.html`,
    /// `themes/broadsheet/templates/article.html`, `broadsheet/article.html`, `main.css`, `i18n/en`.
    ///
    /// # Errors
    /// When no layer has it: with the nearest path, if one is near.
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

    /// A theme's file as text, by its path from the site's folder, whether it is there or in the program.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        let themes = self.0.iter().filter(|layer| layer.name != SITE);
        let mut files = themes.filter_map(|layer| layer.files.get(path.strip_prefix(&layer.place)?));
        files.find_map(|bytes| String::from_utf8(bytes.clone()).ok())
    }

    /// Every path below a folder that any layer has, `assets/` say, without that folder.
    #[must_use]
    pub fn names(&self, folder: &str) -> Vec<&str> {
        let all = self.0.iter().flat_map(|layer| layer.files.keys());
        let mut names: Vec<&str> = all.filter_map(|path| path.strip_prefix(folder)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The digest of all files below a folder, of every layer.
    #[must_use]
    pub fn digest(&self, folder: &str) -> Digest {
        let files = self.0.iter().flat_map(|layer| layer.files.iter().map(move |(path, bytes)| (layer, path, bytes)));
        Digest::of_all(
            files
                .filter(|(_, path, _)| path.starts_with(folder))
                .map(|(layer, path, bytes)| Digest::of(&(&layer.name, path, Digest::of_bytes(bytes)))),
        )
    }

    /// The theme's own description, with the settings and list sizes of its parents beneath.
    pub fn manifest(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
        let mut themes = self.0.iter().skip(1).map(|layer| Manifest::of(layer, diagnostics));
        let mut manifest = themes.next()??;
        for parent in themes {
            manifest.inherit(parent?);
        }
        Some(manifest)
    }
}

/// The names of the themes at hand.
fn themes(folder: &SourceTree) -> Vec<String> {
    let own = folder.files.keys().filter_map(|path| path.as_str().strip_prefix("themes/")?.split('/').next());
    let carried = BUILT_IN.dirs().map(|theme| theme.path().to_string_lossy().into_owned());
    let mut names: Vec<String> = own.map(str::to_owned).chain(carried).collect();
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

/// The site's own files.
fn site(files: BTreeMap<String, Vec<u8>>) -> Layer {
    Layer { name: SITE.to_owned(), place: String::new(), files, is_built_in: false }
}

/// A theme that the program carries.
fn built_in(name: &str) -> Option<Layer> {
    let files = built_in_files(name)?;
    Some(Layer { name: name.to_owned(), place: format!("themes/{name}/"), files, is_built_in: true })
}

/// The files of a theme that the program carries. `None` when it carries none of that name.
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
