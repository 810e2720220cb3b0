//! Any text as a reader's comment: what comes out has only the elements and attributes that a comment may have.

#![no_main]

use handbill::content::markdown::comment;
use libfuzzer_sys::fuzz_target;

const ELEMENTS: [&str; 12] = ["p", "br", "em", "strong", "del", "a", "ul", "ol", "li", "blockquote", "pre", "code"];

fuzz_target!(|text: &str| {
    let html = comment(text).html;
    assert!(!html.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("every tag ends");
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(ELEMENTS.contains(&name.trim_start_matches('/')), "<{tag}>");
        let is_link = name == "a" && attributes.contains("rel=\"nofollow ugc noopener\"");
        assert!(attributes.is_empty() || is_link, "<{tag}>");
        if let Some((_, address)) = attributes.split_once("href=\"") {
            let scheme = address.split(':').next().unwrap_or_default().to_ascii_lowercase();
            assert!(["http", "https", "mailto"].contains(&scheme.as_str()), "<{tag}>");
        }
    }
});
