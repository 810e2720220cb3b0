//! Any fence line around any text: a block is opened or a mistake is told at its place, and what stands inside is not
//! lost.

#![no_main]

use handbill::content::body::Outline;
use handbill::content::markdown::{Settings, parse};
use handbill::diagnostic::{Diagnostic, Spot};
use handbill::path::ContentPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (opening, inside) = input;
    let line = opening.lines().next().unwrap_or_default();
    let text = format!("::: {line}\n{inside}\n:::\n");
    let (outline, diagnostics) = read(&text);
    assert!(!outline.blocks.is_empty() || !diagnostics.is_empty(), "a fence that is neither a block nor a mistake");
    for block in &outline.blocks {
        let (from, to) = block.spot;
        assert_eq!(text.get(from as usize..to as usize), Some(block.name.as_str()));
    }
    for diagnostic in diagnostics {
        let Some(Spot::Bytes(range)) = diagnostic.place.map(|place| place.spot) else { panic!("no place in the text") };
        assert!(text.get(range).is_some(), "a place outside of the text");
    }
});

fn read(text: &str) -> (Outline, Vec<Diagnostic>) {
    let file = ContentPath::new("content/articles/a.md").expect("a plain path");
    let settings = Settings {
        file: &file,
        offset: 0,
        id_prefix: "a",
        language: "en",
        raw_html: true,
        smart_punctuation: true,
        home: "",
    };
    let mut diagnostics = Vec::new();
    let (_, outline) = parse(text, &settings, &mut diagnostics);
    (outline, diagnostics)
}
