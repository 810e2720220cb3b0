//! Properties that hold for every text.

use proptest::prelude::*;

use super::*;
use crate::content::markdown::{comment, plain};
use crate::html::{HtmlToken, HtmlTokenizer};

/// Pieces of Markdown and HTML syntax, so that random texts have much structure.
fn texts() -> impl Strategy<Value = String> {
    let pieces = [
        "\n",
        "\n\n",
        "\r\n",
        "\n    ",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n: ",
        "\n::: a\n",
        "\n:::\n",
        "\n:::: b {src=c.png}\n",
        "\n```\n",
        "\n# ",
        "\n===\n",
        "\n|a|b|\n|-|-|\n",
        "|c",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "[",
        "]",
        "](",
        ")",
        "![",
        "[^1]",
        "\n[^1]: ",
        "[^é]",
        "\n[^É]: ",
        "[x]: y\n",
        "<",
        ">",
        "<b>",
        "</b>",
        "<a href=\"",
        "\">",
        "<!--",
        "-->",
        "\n<div>\n",
        "\n<script>\n",
        "<?",
        "&",
        "&amp;",
        "&#0;",
        "&#x3a;",
        "\\",
        "\"",
        "'",
        "--",
        "...",
        "https://x.org/a_b",
        "a@b.org",
        "javascript:",
        "../",
        "\0",
        "\u{1}",
        "\u{85}",
        "é",
        "罢",
        "🎈",
        " ",
        "\t",
        "{#i .c}",
        "\n> [!NOTE]\n",
        "- [x] ",
        "a",
        "b c",
    ];
    let piece =
        prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Returns whether every tag that needs an end tag has one, and tags nest properly.
fn check_balance(html: &str) {
    let mut open = Vec::new();
    for (_, piece) in HtmlTokenizer::new(html) {
        match piece {
            HtmlToken::Tag(tag) if matches!(tag.name, "br" | "hr" | "input" | "img") => assert!(!tag.is_end),
            HtmlToken::Tag(tag) if tag.is_end => assert_eq!(open.pop(), Some(tag.name), "{html}"),
            HtmlToken::Tag(tag) => open.push(tag.name),
            HtmlToken::Text(text) => assert!(!text.contains('<'), "{html}"),
            other => panic!("{other:?} in {html}"),
        }
    }
    assert!(open.is_empty(), "{open:?} in {html}");
}

fn check_body(body: &BodyHtml, analysis: &TextAnalysis) {
    assert!(!body.html.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')), "{:?}", body.html);
    assert!(body.placeholders.is_sorted_by_key(|(offset, _)| *offset), "{:?}", body.placeholders);
    for (offset, placeholder) in &body.placeholders {
        assert!(body.html.is_char_boundary(*offset));
        match placeholder {
            Placeholder::LinkOpen(index) | Placeholder::LinkClose(index) | Placeholder::Url(index) => {
                assert!((*index as usize) < analysis.links.len())
            }
            Placeholder::Image(index) => assert!((*index as usize) < analysis.images.len()),
            Placeholder::Block(index, inner) => {
                assert!((*index as usize) < analysis.blocks.len());
                check_body(inner, analysis);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_gets_through(text in texts(), raw_html: bool) {
        let file = SourcePath::new("content/pages/a.md").unwrap();
        let settings = MarkdownContext { file: &file, offset: 7, id_prefix: "a", language: "en", raw_html, smart_punctuation: true, home: "https://x.org", taken_ids: &[] };
        let mut diagnostics = Vec::new();
        let (body, analysis) = parse(&text, &settings, &mut diagnostics);
        check_body(&body, &analysis);
        if !raw_html {
            let shown = show(&body);
            check_balance(&shown);
            let values = |attribute: &str| -> Vec<String> {
                shown.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
            };
            let ids = values(" id=\"");
            prop_assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
            for to in values(" href=\"#fn") {
                prop_assert!(ids.contains(&format!("fn{to}")), "{}", shown);
            }
        }
        for diagnostic in &diagnostics {
            let Some(Span::Bytes(range)) = diagnostic.location.as_ref().map(|location| location.span.clone()) else { unreachable!() };
            prop_assert!(text.get(range.start - 7..range.end - 7).is_some(), "{:?}", diagnostic);
        }
        prop_assert!(!comment(&text).html.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
        prop_assert!(!plain(&text).chars().any(char::is_control));
    }
}

#[test]
fn tables_with_many_missing_cells_stay_whole() {
    let (html, ..) = parse_as(
        &format!("{}|\n{}|\n{}\nafter", "|a".repeat(50), "|-".repeat(50), "|c|\n".repeat(10_000)),
        "en",
        false,
    );
    check_balance(&html);
}
