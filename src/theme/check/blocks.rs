//! The blocks that a theme owes: those of its frame, which sites fill, and those that authors write.

use std::collections::BTreeSet;

use super::super::Theme;
use super::super::engine::ThemeContract;
use super::super::layers::Layers;
use super::scan::TemplateSource;
use crate::diagnostic::{Diagnostic, Span};

/// The page kinds' templates have the blocks that overrides may fill.
pub(super) fn check_base_blocks(
    sources: &[TemplateSource<'_>],
    layers: &Layers,
    needs: ThemeContract,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for need in needs.pages.iter().filter(|need| !need.blocks.is_empty()) {
        let Some(winner) = find(sources, need.template) else { continue };
        let chain = chain(sources, layers, winner);
        let has: BTreeSet<&str> = chain.iter().flat_map(|source| source.defined("block")).collect();
        let missing: Vec<String> =
            need.blocks.iter().filter(|block| !has.contains(*block)).map(|block| format!("`{block}`")).collect();
        // The end of the chain is the frame, where most of them are missed.
        let Some(frame) = chain.last().filter(|_| !missing.is_empty()) else { continue };
        let blocks = if missing.len() == 1 { "the block" } else { "the blocks" };
        let message = format!("pages of the kind `{}` lack {blocks} {}", need.kind, missing.join(", "));
        let diagnostic = Diagnostic::error("template", message).at(frame.file(), Span::Whole);
        diagnostics.push(diagnostic.help("sites fill these blocks: put each where its content belongs"));
    }
}

/// The template that wins by a name.
fn find<'s, 'a>(sources: &'s [TemplateSource<'a>], name: &str) -> Option<&'s TemplateSource<'a>> {
    sources.iter().find(|source| source.name == name)
}

/// A template and those that it extends.
fn chain<'s, 'a>(
    sources: &'s [TemplateSource<'a>],
    layers: &Layers,
    first: &'s TemplateSource<'a>,
) -> Vec<&'s TemplateSource<'a>> {
    let mut chain = vec![first];
    while let Some(parent) = chain.last().and_then(|source| source.named("extends").into_iter().next()) {
        let full = parent.text.split_once('/').filter(|(layer, _)| layers.iter().any(|known| known.name == *layer));
        let next = match full {
            Some((layer, name)) => sources.iter().find(|source| source.layer.name == layer && source.name == name),
            None => find(sources, parent.text),
        };
        // What extends itself was told when the theme was loaded.
        match next.filter(|next| !chain.iter().any(|known| std::ptr::eq(*known, *next))) {
            Some(next) => chain.push(next),
            None => break,
        }
    }
    chain
}

/// Arguments that the text of a feed shows, or does without, when a block has no `plain.` form.
const SHOWN: [&str; 2] = ["title", "body"];

/// Authors' blocks are there, and feeds do not lose what they are given.
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
        let lost = spec.arguments.iter().map(|argument| argument.name.as_str()).filter(|name| !SHOWN.contains(name));
        let lost: Vec<String> = lost.map(|name| format!("`{name}`")).collect();
        if lost.is_empty() {
            continue;
        }
        let message = format!("feeds show nothing of {} of the block `{name}`", lost.join(", "));
        let plain = spec.component.replacen("block.", "plain.", 1);
        let help = format!("add a component `{plain}` with the same arguments, in plain HTML");
        let place = sources.iter().find_map(|source| {
            let at = source.text.find(&format!("component {}(", spec.component))? + "component ".len();
            Some((source.file(), Span::Bytes(at..at + spec.component.len())))
        });
        let (file, spot) = place.unwrap_or_else(|| (manifest.clone(), Span::Whole));
        diagnostics.push(Diagnostic::warning("template", message).at(file, spot).help(help));
    }
}
