//! Any text as Markdown: holes lie within the HTML and name what the outline has, places lie within the text, and no
//! control character comes out.

#![no_main]

use handbill::content::body::{Body, Hole, Outline};
use handbill::content::markdown::{Settings, parse, plain};
use handbill::diagnostic::Spot;
use handbill::path::ContentPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &str)| {
    let (raw_html, text) = input;
    let file = ContentPath::new("content/articles/a.md").expect("a plain path");
    let settings = Settings { file: &file, offset: 0, id_prefix: "a", language: "en", raw_html, smart_punctuation: true, home: "" };
    let mut diagnostics = Vec::new();
    let (body, outline) = parse(text, &settings, &mut diagnostics);
    check(&body, &outline);
    for diagnostic in diagnostics {
        let Some(Spot::Bytes(range)) = diagnostic.place.map(|place| place.spot) else { panic!("no place in the text") };
        assert!(text.get(range).is_some(), "a place outside of the text");
    }
    assert!(!plain(text).chars().any(char::is_control));
});

fn check(body: &Body, outline: &Outline) {
    let mut last = 0;
    for (offset, hole) in &body.holes {
        assert!(*offset >= last && body.html.is_char_boundary(*offset));
        last = *offset;
        match hole {
            Hole::LinkOpen(link) | Hole::LinkClose(link) | Hole::Address(link) => {
                assert!((*link as usize) < outline.links.len());
            }
            Hole::Image(image) => assert!((*image as usize) < outline.images.len()),
            Hole::Block(block, inner) => {
                assert!((*block as usize) < outline.blocks.len());
                check(inner, outline);
            }
        }
    }
    assert!(!body.html.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
}
