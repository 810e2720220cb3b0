//! Any bytes as any kind of source: parsing ends, and every mistake can be shown at its place.

#![no_main]

use std::rc::Rc;

use handbill::content::{self, ParseOptions};
use handbill::path::SourcePath;
use handbill::report::{ResolvedDiagnostic, SourceText};
use libfuzzer_sys::fuzz_target;

const FILES: [&str; 8] = [
    "content/articles/a.md",
    "content/pages/a.md",
    "content/authors/a.md",
    "content/series/a.md",
    "content/newsletters/a.md",
    "content/comments/a.yaml",
    "content/data/a.yaml",
    "content/articles/a/picture.svg",
];

fuzz_target!(|input: (u8, &[u8])| {
    let (which, bytes) = input;
    let file = SourcePath::new(FILES[usize::from(which) % FILES.len()]).expect("a plain path");
    let language = ParseOptions { tag: "en".to_owned(), raw_html: true, smart_punctuation: true, home: String::new() };
    let text = String::from_utf8_lossy(bytes);
    for diagnostic in content::parse(&file, bytes, &language).diagnostics {
        let read = |_: &str| Some(Rc::new(SourceText::new(text.clone().into_owned())));
        assert!(!ResolvedDiagnostic::of(diagnostic, read).render_snippet(false).is_empty());
    }
});
