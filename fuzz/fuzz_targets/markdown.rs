//! Any text as Markdown: holes lie within the HTML and name what the analysis has, places lie within the text, and no
//! control character comes out.

#![no_main]

use handbill::content::body::{BodyHtml, Placeholder, TextAnalysis};
use handbill::content::markdown::{MarkdownContext, parse, plain};
use handbill::diagnostic::Span;
use handbill::path::SourcePath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &str)| {
    let (raw_html, text) = input;
    let file = SourcePath::new("content/articles/a.md").expect("a plain path");
    let settings = MarkdownContext { file: &file, offset: 0, id_prefix: "a", language: "en", raw_html, smart_punctuation: true, home: "", taken_ids: &[] };
    let mut diagnostics = Vec::new();
    let (body, analysis) = parse(text, &settings, &mut diagnostics);
    check(&body, &analysis);
    for diagnostic in diagnostics {
        let Some(Span::Bytes(range)) = diagnostic.location.map(|location| location.span) else { panic!("no span in the text") };
        assert!(text.get(range).is_some(), "a span outside of the text");
    }
    assert!(!plain(text).chars().any(char::is_control));
});

fn check(body: &BodyHtml, analysis: &TextAnalysis) {
    let mut last = 0;
    for (offset, placeholder) in &body.placeholders {
        assert!(*offset >= last && body.html.is_char_boundary(*offset));
        last = *offset;
        match placeholder {
            Placeholder::LinkOpen(link) | Placeholder::LinkClose(link) | Placeholder::Url(link) => {
                assert!((*link as usize) < analysis.links.len());
            }
            Placeholder::Image(image) => assert!((*image as usize) < analysis.images.len()),
            Placeholder::Block(block, inner) => {
                assert!((*block as usize) < analysis.blocks.len());
                check(inner, analysis);
            }
        }
    }
    assert!(!body.html.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
}
