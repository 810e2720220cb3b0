//! Checks that a theme has the blocks it must have: the template blocks that sites override, and the blocks for
//! authors.

use std::collections::BTreeSet;

use super::super::Theme;
use super::super::engine::ThemeContract;
use super::super::layers::Layers;
use super::scan::TemplateSource;
use crate::diagnostic::{Diagnostic, Span};

/// Checks that the templates of page kinds have the template blocks that overrides may fill.
pub(super) fn check_base_blocks(
    sources: &[TemplateSource<'_>],
    layers: &Layers,
    needs: ThemeContract,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for need in needs.pages.iter().filter(|need| !need.blocks.is_empty()) {
        let Some(first) = find(sources, need.template) else { continue };
        let chain = chain(sources, layers, first);
        let has: BTreeSet<&str> = chain.iter().flat_map(|source| source.defined("block")).collect();
        let missing: Vec<String> =
            need.blocks.iter().filter(|block| !has.contains(*block)).map(|block| format!("`{block}`")).collect();
        // The last template of the chain is the base template, to which most of the missing blocks belong.
        let Some(base) = chain.last().filter(|_| !missing.is_empty()) else { continue };
        let blocks = if missing.len() == 1 { "the block" } else { "the blocks" };
        let message = format!("pages of the kind `{}` lack {blocks} {}", need.kind, missing.join(", "));
        let diagnostic = Diagnostic::error("template", message).at(base.file(), Span::Whole);
        diagnostics.push(diagnostic.help("sites override these blocks: put each where its content belongs"));
    }
}

/// Returns the winning template of a name.
fn find<'s, 'a>(sources: &'s [TemplateSource<'a>], name: &str) -> Option<&'s TemplateSource<'a>> {
    sources.iter().find(|source| source.name == name)
}

/// Returns a template and those that it extends.
fn chain<'s, 'a>(
    sources: &'s [TemplateSource<'a>],
    layers: &Layers,
    first: &'s TemplateSource<'a>,
) -> Vec<&'s TemplateSource<'a>> {
    let mut chain = vec![first];
    while let Some(parent) = chain.last().and_then(|source| source.named("extends").into_iter().next()) {
        let layer_and_name =
            parent.text.split_once('/').filter(|(layer, _)| layers.iter().any(|known| known.name == *layer));
        let next = match layer_and_name {
            Some((layer, name)) => sources.iter().find(|source| source.layer.name == layer && source.name == name),
            None => find(sources, parent.text),
        };
        // A template that extends itself was reported when the theme was loaded.
        match next.filter(|next| !chain.iter().any(|known| std::ptr::eq(*known, *next))) {
            Some(next) => chain.push(next),
            None => break,
        }
    }
    chain
}

/// Arguments that a feed shows without a `plain.` form of the block, or does not need.
const SHOWN: [&str; 2] = ["title", "body"];

/// Checks that the blocks for authors exist, and that feeds show all their arguments.
pub(super) fn check_author_blocks(
    sources: &[TemplateSource<'_>],
    theme: &Theme,
    layers: &Layers,
    needs: ThemeContract,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let manifest = layers.iter().nth(1).map(|layer| format!("{}theme.yaml", layer.place)).unwrap_or_default();
    for name in needs.author_blocks.iter().filter(|name| !theme.blocks.contains_key(**name)) {
        let message = format!("authors cannot use the block `{name}`");
        let component = name.replace('-', "_");
        let help = format!(
            "add a template with `{{% component block.{component}() %}}…{{% endcomponent block.{component} %}}`"
        );
        diagnostics.push(Diagnostic::error("theme", message).at(&manifest, Span::Whole).help(help));
    }
    for (name, spec) in theme.blocks.iter().filter(|(_, spec)| spec.plain.is_none()) {
        let missing = spec.arguments.iter().map(|argument| argument.name.as_str()).filter(|name| !SHOWN.contains(name));
        let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!("feeds do not show {} of the block `{name}`", missing.join(", "));
        let plain = spec.component.replacen("block.", "plain.", 1);
        let help = format!("add a component `{plain}` with the same arguments, in plain HTML");
        let location = sources.iter().find_map(|source| {
            let at = source.text.find(&format!("component {}(", spec.component))? + "component ".len();
            Some((source.file(), Span::Bytes(at..at + spec.component.len())))
        });
        let (file, span) = location.unwrap_or_else(|| (manifest.clone(), Span::Whole));
        diagnostics.push(Diagnostic::warning("template", message).at(file, span).help(help));
    }
}
