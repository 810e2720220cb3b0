//! Helpers shared by the tests of this module, and tests of simple texts.

mod properties;

use super::*;
use crate::content::body::Placeholder;
use crate::diagnostic::Level;

/// Writes placeholders in a readable form: `{image 0}`.
pub(super) fn show(body: &BodyHtml) -> String {
    let mut shown = String::new();
    let mut copied = 0;
    for (offset, placeholder) in &body.placeholders {
        shown.push_str(&body.html[copied..*offset]);
        copied = *offset;
        shown.push_str(&match placeholder {
            Placeholder::LinkOpen(link) => format!("{{link {link}}}"),
            Placeholder::LinkClose(link) => format!("{{/link {link}}}"),
            Placeholder::Url(link) => format!("{{url {link}}}"),
            Placeholder::Image(image) => format!("{{image {image}}}"),
            Placeholder::Block(block, inner) => format!("{{block {block}}}\n{}{{/block {block}}}\n", show(inner)),
        });
    }
    shown + &body.html[copied..]
}

pub(super) fn parse_as(text: &str, language: &str, raw_html: bool) -> (String, TextAnalysis, Vec<Diagnostic>) {
    let file = SourcePath::new("content/articles/2026/hearing.md").unwrap();
    let settings = MarkdownContext {
        file: &file,
        offset: 1000,
        id_prefix: "hearing",
        language,
        raw_html,
        smart_punctuation: true,
        home: "https://paper.example",
        taken_ids: &[],
    };
    let mut diagnostics = Vec::new();
    let (body, analysis) = parse(text, &settings, &mut diagnostics);
    (show(&body), analysis, diagnostics)
}

/// Checks the HTML of a text without errors.
pub(super) fn check(text: &str, expected: &str) {
    let (html, _, diagnostics) = parse_as(text, "en", true);
    assert_eq!(html.trim_end(), expected, "{text}");
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
}

/// Returns the diagnostics of a text, each as `level code: message @ text at its location`.
pub(super) fn diagnostics_of(text: &str) -> Vec<String> {
    reported(text, &parse_as(text, "en", true).2)
}

fn reported(text: &str, diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |diagnostic: &Diagnostic| {
        let Some(Span::Bytes(range)) = diagnostic.location.as_ref().map(|location| location.span.clone()) else {
            unreachable!()
        };
        let level = if diagnostic.level == Level::Error { "error" } else { "warning" };
        let shown = &text[range.start - 1000..range.end - 1000];
        assert!(diagnostic.help.is_some(), "{diagnostic:?}");
        format!("{level} {}: {} @ {shown}", diagnostic.code, diagnostic.message)
    };
    diagnostics.iter().map(line).collect()
}

#[test]
fn paragraphs_and_marks() {
    check(
        "One *two* **three** ~~four~~ `five`\nsix\\\nseven",
        "<p>One <em>two</em> <strong>three</strong> <del>four</del> <code>five</code>\nsix<br>\nseven</p>",
    );
    check(
        "\"It's *their* fight,\" she said -- `\"x\"`...",
        "<p>“It’s <em>their</em> fight,” she said – <code>\"x\"</code>…</p>",
    );
    check("\\\"a\\\" &quot;b&quot; &amp; <\n\n\"*c*\"", "<p>\"a\" \"b\" &amp; &lt;</p>\n<p>“<em>c</em>”</p>");
    check(
        "```rs fn\na \"<b>\"\n```\n\n    x -- y",
        "<pre tabindex=\"0\"><code class=\"language-rs\">a \"&lt;b&gt;\"\n</code></pre>\n<pre tabindex=\"0\"><code>x -- y</code></pre>",
    );
    check(
        "1. a\n2. b\n\n---\n\n3) c\n   - d",
        "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<hr>\n<ol start=\"3\">\n<li>c\n<ul>\n<li>d</li>\n</ul>\n</li>\n</ol>",
    );
}

#[test]
fn definitions_and_tasks() {
    check("Term\n: One\n: Two", "<dl>\n<dt>Term</dt>\n<dd>One</dd>\n<dd>Two</dd>\n</dl>");
    check(
        "- [x] call\n- [ ] write",
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"> call</li>\n<li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"To do\"> write</li>\n</ul>",
    );
    check(
        "- [ ] a\n\n  b",
        "<ul>\n<li class=\"task\">\n<p><input type=\"checkbox\" disabled aria-label=\"To do\"> a</p>\n<p>b</p>\n</li>\n</ul>",
    );
}

#[test]
fn alerts_speak_the_language() {
    check(
        "> [!NOTE]\n> a",
        "<aside class=\"alert alert-note\">\n<p class=\"alert-title\">Note</p>\n<p>a</p>\n</aside>",
    );
    let (html, ..) = parse_as("> [!warning]\n> a \"b\"", "es-AR", true);
    assert_eq!(
        html,
        "<aside class=\"alert alert-warning\">\n<p class=\"alert-title\">Advertencia</p>\n<p>a «b»</p>\n</aside>\n"
    );
}

#[test]
fn the_outline_measures() {
    let (_, analysis, _) = parse_as(
        "## Two words\n\n![x](y.png)\n\nFive *more* words \"are here\".\n\n```\nnot these\n```\n\nAnd[^1] last.\n\n[^1]: Not this.\n\n::: a\nTwo again\n:::",
        "en",
        true,
    );
    assert_eq!(analysis.word_count, 11);
    assert_eq!(analysis.excerpt, "Five more words “are here”. And last.");
    assert_eq!(parse_as("::: a\nOnly here\n:::", "en", true).1.excerpt, "Only here");
}

#[test]
fn control_characters_never_come_out() {
    let (html, analysis, _) =
        parse_as("## a\0b&#1;c&#0;\n\n[\u{7f}d](e.md) \u{85}f ![\u{1}g](h.png \"\u{2}i\")\r\nj `k\r\nl`", "en", true);
    assert_eq!(
        html,
        "<h2 id=\"a-b-c\">a\u{fffd}bc\u{fffd}</h2>\n<p>{link 0}d{/link 0} f {image 0}\nj <code>k  l</code></p>\n"
    );
    assert_eq!(
        (&*analysis.headings[0].text, &*analysis.images[0].alt, &*analysis.images[0].title),
        ("a\u{fffd}bc\u{fffd}", "g", "i")
    );
}
