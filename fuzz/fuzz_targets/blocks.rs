//! Any fence line around any text: a block is opened or a mistake is told at its place, and what stands inside is not
//! lost.

#![no_main]

use handbill::content::body::TextAnalysis;
use handbill::content::markdown::{MarkdownContext, parse};
use handbill::diagnostic::{Diagnostic, Span};
use handbill::path::SourcePath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (opening, inside) = input;
    let line = opening.lines().next().unwrap_or_default();
    let text = format!("::: {line}\n{inside}\n:::\n");
    let (analysis, diagnostics) = read(&text);
    assert!(!analysis.blocks.is_empty() || !diagnostics.is_empty(), "a fence that is neither a block nor a mistake");
    for block in &analysis.blocks {
        let (from, to) = block.span;
        assert_eq!(text.get(from as usize..to as usize), Some(block.name.as_str()));
    }
    for diagnostic in diagnostics {
        let Some(Span::Bytes(range)) = diagnostic.location.map(|location| location.span) else { panic!("no span in the text") };
        assert!(text.get(range).is_some(), "a span outside of the text");
    }
});

fn read(text: &str) -> (TextAnalysis, Vec<Diagnostic>) {
    let file = SourcePath::new("content/articles/a.md").expect("a plain path");
    let settings = MarkdownContext {
        file: &file,
        offset: 0,
        id_prefix: "a",
        language: "en",
        raw_html: true,
        smart_punctuation: true,
        home: "",
        taken_ids: &[],
    };
    let mut diagnostics = Vec::new();
    let (_, analysis) = parse(text, &settings, &mut diagnostics);
    (analysis, diagnostics)
}
