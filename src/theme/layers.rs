//! Where a theme's files come from: the site, the theme, its parents, the program. One file at a time, the first
//! layer that has it wins.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};

use super::manifest::Manifest;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Spot, nearest};
use crate::digest::Digest;
use crate::path::ContentPath;
use crate::source::Folder;

/// The themes that the program carries, a folder each.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The name of the one that lies beneath all others.
pub(super) const BUILT_IN_NAME: &str = "broadsheet";

/// One source of files.
#[derive(Debug)]
pub struct Layer {
    /// `site`, or the theme's name: the prefix of its templates' full names.
    pub name: String,
    /// What its files' paths begin with in diagnostics: empty for the site, `themes/NAME/` for a theme.
    pub place: String,
    /// Its files, by path from its top: `templates/article.html`.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The layers of a site's theme, the strongest first.
#[derive(Debug)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// Gathers the layers of the theme named in the settings. `None` when a theme is missing or goes in circles.
    pub fn gather(folder: &Folder, config: &Config, diagnostics: &mut Vec<Diagnostic>) -> Option<Layers> {
        let site = Layer { name: "site".into(), place: String::new(), files: read_site(folder, diagnostics) };
        let mut layers = vec![site];
        let mut next = Some((config.theme.clone(), crate::config::FILE.to_owned(), Spot::value("theme")));
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
            next = parent.map(|parent| (parent, file, Spot::value("parent")));
            if next.is_none() && name != BUILT_IN_NAME {
                next = Some((BUILT_IN_NAME.to_owned(), String::new(), Spot::Whole));
            }
            layers.push(layer);
        }
        Some(Layers(layers))
    }

    /// The theme beneath all others alone, as the program carries it.
    #[must_use]
    pub fn built_in() -> Layers {
        let place = format!("themes/{BUILT_IN_NAME}/");
        let site = Layer { name: "site".into(), place: String::new(), files: BTreeMap::new() };
        let files = built_in_files(BUILT_IN_NAME).expect("the program carries it");
        Layers(vec![site, Layer { name: BUILT_IN_NAME.to_owned(), place, files }])
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

    /// The theme's own description, with the settings and slots of its parents beneath.
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
fn themes(folder: &Folder) -> Vec<String> {
    let own = folder.files.keys().filter_map(|path| path.as_str().strip_prefix("themes/")?.split('/').next());
    let carried = BUILT_IN.dirs().map(|theme| theme.path().to_string_lossy().into_owned());
    let mut names: Vec<String> = own.map(str::to_owned).chain(carried).collect();
    names.sort();
    names.dedup();
    names
}

fn find(folder: &Folder, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Layer> {
    let place = format!("themes/{name}/");
    let files = read_below(folder, &place, diagnostics);
    if files.contains_key("theme.yaml") {
        return Some(Layer { name: name.to_owned(), place, files });
    }
    built_in_files(name).map(|files| Layer { name: name.to_owned(), place, files })
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

fn read_site(folder: &Folder, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Vec<u8>> {
    ["templates/", "assets/", "i18n/"]
        .into_iter()
        .flat_map(|place| {
            let files = read_below(folder, place, diagnostics);
            files.into_iter().map(move |(path, bytes)| (format!("{place}{path}"), bytes))
        })
        .collect()
}

fn read_below(folder: &Folder, place: &str, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in below(folder, place) {
        match folder.read(path) {
            Ok(bytes) => {
                files.insert(path.as_str()[place.len()..].to_owned(), bytes);
            }
            Err(fault) => diagnostics.push(fault),
        }
    }
    files
}

fn below<'a>(folder: &'a Folder, place: &'a str) -> impl Iterator<Item = &'a ContentPath> {
    folder.files.keys().filter(move |path| path.as_str().starts_with(place))
}
