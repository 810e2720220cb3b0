//! Assets of a theme: stylesheets, fonts, images and scripts, named by a fingerprint of their content; stylesheets are
//! minified.
//!
//! In a stylesheet, `/*setting:accent*/#a4161a` takes the value of the theme setting, `@import "other.css";` is
//! replaced by that file, and `url(…)` of a file in `assets/` gets its fingerprinted name.

use std::collections::{BTreeMap, BTreeSet};

use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};

use super::ThemeContext;
use super::layers::Layers;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::path::OutputPath;

/// A file of a theme's `assets/` as it is published.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Path in the output.
    pub output: OutputPath,
    /// Link to the asset.
    pub link: String,
    /// Published content.
    pub bytes: Vec<u8>,
}

/// Prepares the assets of all layers.
pub(super) fn prepare(
    layers: &Layers,
    theme_context: &ThemeContext,
    base_path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Asset> {
    let mut assets = BTreeMap::new();
    let (sheets, others): (Vec<&str>, Vec<&str>) =
        layers.names("assets/").into_iter().partition(|name| name.ends_with(".css"));
    for name in others {
        let Some((_, bytes)) = layers.find(&format!("assets/{name}")) else { continue };
        publish(&mut assets, name, bytes.to_vec(), base_path, diagnostics);
    }
    let imported = imported(layers, &sheets);
    for name in sheets.into_iter().filter(|name| !imported.contains(*name)) {
        let mut sheet = Sheet::default();
        sheet.gather(layers, name, theme_context, &mut Vec::new(), diagnostics);
        let css = link_files(&sheet.css, name, &assets);
        if let Some(css) = minify(&css, &sheet.lines, diagnostics) {
            publish(&mut assets, name, css.into_bytes(), base_path, diagnostics);
        }
    }
    assets
}

/// Adds an asset under its fingerprinted name.
fn publish(
    assets: &mut BTreeMap<String, Asset>,
    name: &str,
    bytes: Vec<u8>,
    base_path: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let fingerprint = Digest::of_bytes(&bytes).short(8);
    let file_name = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("assets/{stem}.{fingerprint}.{extension}"),
        None => format!("assets/{name}.{fingerprint}"),
    };
    match OutputPath::new(&file_name) {
        Ok(output) => {
            let link = format!("{base_path}/{}", crate::path::encode_path(output.as_str()));
            assets.insert(name.to_owned(), Asset { output, link, bytes });
        }
        Err(reason) => diagnostics.push(Diagnostic::error("theme", reason.to_string())),
    }
}

/// A stylesheet with its imports and settings filled in.
#[derive(Default)]
struct Sheet {
    css: String,
    /// Origin of each line: file and line number (1-based).
    lines: Vec<(String, usize)>,
}

impl Sheet {
    /// Appends a file and its imports.
    fn gather(
        &mut self,
        layers: &Layers,
        name: &str,
        theme_context: &ThemeContext,
        open: &mut Vec<String>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some((layer, bytes)) = layers.find(&format!("assets/{name}")) else { return };
        let file = format!("{}assets/{name}", layer.place);
        open.push(name.to_owned());
        for (number, line) in String::from_utf8_lossy(bytes).lines().enumerate() {
            match import_of(line) {
                Some(other) if open.iter().any(|name| name == other) => {
                    let message = format!("`{other}` imports itself, directly or through others");
                    diagnostics.push(Diagnostic::error("theme", message).at(&file, Span::Line(number + 1, 1)));
                }
                Some(other) if layers.find(&format!("assets/{other}")).is_some() => {
                    self.gather(layers, other, theme_context, open, diagnostics);
                }
                _ => {
                    self.css.push_str(&fill_settings(line, theme_context));
                    self.css.push('\n');
                    self.lines.push((file.clone(), number + 1));
                }
            }
        }
        open.pop();
    }
}

/// Returns the stylesheets that others import; they are not published by themselves.
fn imported(layers: &Layers, sheets: &[&str]) -> BTreeSet<String> {
    let texts = sheets.iter().filter_map(|name| layers.find(&format!("assets/{name}")));
    let texts = texts.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    texts.flat_map(|text| text.lines().filter_map(import_of).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Returns the files that a stylesheet imports or shows, by their names in `assets/`.
pub(super) fn named_files(sheet: &str, css: &str) -> Vec<String> {
    let folder = sheet.rsplit_once('/').map_or("", |(folder, _)| folder);
    let shown = css.split("url(").skip(1).map(|rest| rest[..rest.find(')').unwrap_or(rest.len())].trim());
    let shown = shown.map(|file_name| file_name.trim_matches(['"', '\'']));
    let shown =
        shown.map(|file_name| if folder.is_empty() { file_name.to_owned() } else { format!("{folder}/{file_name}") });
    shown.chain(css.lines().filter_map(import_of).map(str::to_owned)).collect()
}

/// Returns the file in a line `@import "NAME";`.
fn import_of(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("@import")?.trim().strip_suffix(';')?.trim();
    let name = rest.strip_prefix('"')?.strip_suffix('"')?;
    (!name.contains(['"', ':'])).then_some(name)
}

/// Replaces the value after a `/*setting:NAME*/`, up to `;`.
fn fill_settings(line: &str, theme_context: &ThemeContext) -> String {
    let Some((head, rest)) = line.split_once("/*setting:") else { return line.to_owned() };
    let Some((name, value)) = rest.split_once("*/") else { return line.to_owned() };
    let end = value.find(';').unwrap_or(value.len());
    match theme_context.settings.get(name.trim()) {
        Some(serde_json::Value::String(text)) if is_plain(text) => format!("{head}{text}{}", &value[end..]),
        Some(serde_json::Value::Number(number)) => format!("{head}{number}{}", &value[end..]),
        _ => format!("{head}{value}"),
    }
}

/// Returns whether a value cannot end its declaration.
fn is_plain(text: &str) -> bool {
    !text.contains([';', '{', '}', '<', '\\', '\n', '"', '\'']) && !text.contains("/*")
}

/// Replaces `url(…)` of a theme's files by their fingerprinted names, relative to the stylesheet.
fn link_files(css: &str, sheet: &str, assets: &BTreeMap<String, Asset>) -> String {
    let folder = sheet.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut linked = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("url(") {
        let (head, tail) = rest.split_at(at + 4);
        linked.push_str(head);
        let end = tail.find(')').unwrap_or(tail.len());
        let file_name = tail[..end].trim().trim_matches(['"', '\'']);
        let path = if folder.is_empty() { file_name.to_owned() } else { format!("{folder}/{file_name}") };
        match assets.get(&path) {
            Some(asset) => {
                let up = "../".repeat(sheet.matches('/').count());
                linked.push_str(&format!("\"{up}{}\"", &asset.output.as_str()["assets/".len()..]));
            }
            None => linked.push_str(&tail[..end]),
        }
        rest = &tail[end..];
    }
    linked.push_str(rest);
    linked
}

fn minify(css: &str, lines: &[(String, usize)], diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let mut problem = |message: String, line: usize, column: usize| {
        let text = format!("this stylesheet has an error: {}", message.to_lowercase());
        // An error at the end of the file belongs to the last line.
        let origin = lines.get(line - 1).or(lines.last());
        let (file, line) = origin.map_or(("assets", 1), |(file, line)| (file.as_str(), *line));
        diagnostics.push(Diagnostic::error("theme", text).at(file, Span::Line(line, column)));
    };
    let mut sheet = match StyleSheet::parse(css, ParserOptions::default()) {
        Ok(sheet) => sheet,
        Err(error) => {
            let (line, column) = error.loc.as_ref().map_or((1, 1), |at| (at.line as usize + 1, at.column as usize));
            problem(error.kind.to_string(), line, column);
            return None;
        }
    };
    if let Err(error) = sheet.minify(MinifyOptions::default()) {
        problem(error.kind.to_string(), 1, 1);
        return None;
    }
    match sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() }) {
        Ok(printed) => Some(printed.code),
        Err(error) => {
            problem(error.kind.to_string(), 1, 1);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_reach_stylesheets_and_nothing_more_does() {
        let mut theme_context =
            ThemeContext { name: "t".into(), settings: BTreeMap::new(), list_sizes: BTreeMap::new() };
        theme_context.settings.insert("accent".into(), "#123456".into());
        theme_context.settings.insert("evil".into(), "red;} body{".into());
        let check = |line: &str, expected: &str| assert_eq!(fill_settings(line, &theme_context), expected);
        check("--accent: /*setting:accent*/#a4161a;", "--accent: #123456;");
        check("--x: /*setting:evil*/blue;", "--x: blue;");
        check("--y: /*setting:absent*/1px;", "--y: 1px;");
        assert_eq!(import_of("@import \"a.css\";"), Some("a.css"));
        assert_eq!(import_of("@import \"https://x/a.css\";"), None);
    }
}
