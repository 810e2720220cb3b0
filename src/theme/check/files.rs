//! Finds unused assets, templates and settings of a theme, and assets that are used but missing.

use std::collections::BTreeSet;

use super::super::assets::named_files;
use super::super::engine::ThemeContract;
use super::super::layers::Layers;
use super::super::manifest::Manifest;
use super::super::social_cards::CARD_TEMPLATE;
use super::own;
use super::scan::TemplateSource;
use crate::diagnostic::{Diagnostic, Span};

pub(super) fn check(
    layers: &Layers,
    sources: &[TemplateSource<'_>],
    needs: ThemeContract,
    named: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) {
    assets(layers, sources, needs, diagnostics);
    templates(layers, sources, needs, named, diagnostics);
    settings(layers, sources, diagnostics);
}

fn assets(layers: &Layers, sources: &[TemplateSource<'_>], needs: ThemeContract, diagnostics: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = layers.names("assets/").into_iter().collect();
    for source in sources {
        for asked in source.given("asset", "path").into_iter().filter(|asked| !known.contains(asked.text)) {
            let message = format!("there is no file `{}` in assets/", asked.text);
            let diagnostic = Diagnostic::error("theme", message).at(source.file(), Span::Bytes(asked.range));
            let diagnostic = diagnostic.help(format!("add `{}assets/{}`", source.layer.place, asked.text));
            diagnostics.push(diagnostic.suggest_path(asked.text, known.iter().copied()));
        }
    }
    let mut asked: BTreeSet<String> = needs.assets.iter().map(|name| (*name).to_owned()).collect();
    let mut prefixes = BTreeSet::new();
    for literal in sources.iter().flat_map(TemplateSource::literals) {
        match literal.is_prefix {
            true => drop(prefixes.insert(literal.text)),
            false => drop(asked.insert(literal.text.to_owned())),
        }
    }
    for sheet in known.iter().filter(|name| name.ends_with(".css")) {
        for layer in layers.having(&format!("assets/{sheet}")) {
            asked.extend(named_files(sheet, &String::from_utf8_lossy(&layer.files[&format!("assets/{sheet}")])));
        }
    }
    let is_asked = |name: &str| {
        asked.contains(name) || prefixes.iter().any(|prefix| !prefix.is_empty() && name.starts_with(prefix))
    };
    for layer in own(layers) {
        let names = layer.files.keys().filter_map(|path| path.strip_prefix("assets/"));
        for name in names.filter(|name| !is_asked(name) && !is_about_files(name)) {
            let message = format!("no template and no stylesheet uses `{name}`");
            let diagnostic = Diagnostic::warning("unused", message);
            diagnostics.push(
                diagnostic
                    .at(format!("{}assets/{name}", layer.place), Span::Whole)
                    .help(format!("remove it, or use it: `asset(path=\"{name}\")`")),
            );
        }
    }
}

/// Returns whether a file is a licence or note about the files beside it.
fn is_about_files(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    file.ends_with(".txt") || file.ends_with(".md") || file.starts_with("license") || file.starts_with("licence")
}

/// Finds templates that no page uses, no other template includes or extends, and that define no component.
fn templates(
    layers: &Layers,
    sources: &[TemplateSource<'_>],
    needs: ThemeContract,
    named: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let of_kinds = needs.pages.iter().map(|need| need.template.to_owned());
    let mut used: BTreeSet<String> = of_kinds.chain(named.iter().cloned()).collect();
    let mut fragments = BTreeSet::new();
    for source in sources {
        for named in source.named("include").into_iter().chain(source.named("extends")) {
            let bare = named.text.split_once('/').filter(|(layer, _)| layers.iter().any(|known| known.name == *layer));
            used.insert(bare.map_or(named.text, |(_, name)| name).to_owned());
        }
        for (_, tag) in source.tags() {
            for rest in tag.split("fragments.").skip(1) {
                let end = rest.find(|c: char| !super::scan::is_word(c)).unwrap_or(rest.len());
                fragments.insert(rest[..end].to_owned());
            }
        }
    }
    let is_used = |source: &TemplateSource<'_>| {
        let fragment = source.name.strip_prefix("fragments/").and_then(|name| name.strip_suffix(".html"));
        used.contains(source.name)
            // Emails and social cards are rendered from these.
            || source.name.starts_with("email/")
            || source.name == CARD_TEMPLATE
            || fragment.is_some_and(|name| fragments.contains(name))
            || !source.defined("component").is_empty()
    };
    let own_layers: BTreeSet<&str> = own(layers).map(|layer| layer.name.as_str()).collect();
    for source in sources.iter().filter(|source| own_layers.contains(source.layer.name.as_str()) && !is_used(source)) {
        let message = format!("no page uses `{}`, and no template includes or extends it", source.name);
        let diagnostic = Diagnostic::warning("unused", message).at(source.file(), Span::Whole);
        let diagnostic = diagnostic.help("remove it, or include it somewhere");
        diagnostics.push(diagnostic.suggest_path(source.name, needs.pages.iter().map(|need| need.template)));
    }
}

/// Finds settings of the theme that neither a template nor a stylesheet reads.
fn settings(layers: &Layers, sources: &[TemplateSource<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let Some(layer) = layers.iter().nth(1) else { return };
    let Some(manifest) = Manifest::of(layer, &mut Vec::new()) else { return };
    let sheets: Vec<String> = layers
        .iter()
        .flat_map(|layer| layer.files.iter())
        .filter(|(path, _)| path.starts_with("assets/") && path.ends_with(".css"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    let is_read = |name: &str| {
        let (member, quoted) = (format!("settings.{name}"), format!("\"{name}\""));
        let in_tag = |tag: &str| {
            let mut after = tag.split(&member).skip(1);
            after.any(|rest| !rest.starts_with(super::scan::is_word)) || tag.contains(&quoted)
        };
        let in_sheet = |sheet: &String| {
            sheet
                .split("/*setting:")
                .skip(1)
                .any(|rest| rest.split("*/").next().is_some_and(|word| word.trim() == name))
        };
        sources.iter().any(|source| source.tags().any(|(_, tag)| in_tag(tag))) || sheets.iter().any(in_sheet)
    };
    for name in manifest.settings.keys().filter(|name| !is_read(name)) {
        let message = format!("no template and no stylesheet uses the setting `{name}`");
        let span = Span::Key(vec!["settings".to_owned(), name.clone()]);
        let diagnostic = Diagnostic::warning("unused", message).at(format!("{}theme.yaml", layer.place), span);
        let help = format!("remove it, or use it: `theme.settings.{name}` in a template, `/*setting:{name}*/` in CSS");
        diagnostics.push(diagnostic.help(help));
    }
}
