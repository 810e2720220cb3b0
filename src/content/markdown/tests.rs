//! What a text becomes, feature by feature.

use super::*;
use crate::content::body::{Argument, Hole, Link, Picture, Target, Value};
use crate::diagnostic::Level;

/// Holes as they can be read: `{image 0}`.
fn show(body: &Body) -> String {
    let mut shown = String::new();
    let mut copied = 0;
    for (offset, hole) in &body.holes {
        shown.push_str(&body.html[copied..*offset]);
        copied = *offset;
        shown.push_str(&match hole {
            Hole::LinkOpen(link) => format!("{{link {link}}}"),
            Hole::LinkClose(link) => format!("{{/link {link}}}"),
            Hole::Address(link) => format!("{{address {link}}}"),
            Hole::Image(image) => format!("{{image {image}}}"),
            Hole::Block(block, inner) => format!("{{block {block}}}\n{}{{/block {block}}}\n", show(inner)),
        });
    }
    shown + &body.html[copied..]
}

fn parse_as(text: &str, language: &str, raw_html: bool) -> (String, Outline, Vec<Diagnostic>) {
    let file = ContentPath::new("content/articles/2026/hearing.md").unwrap();
    let settings =
        Settings { file: &file, offset: 1000, id_prefix: "hearing", language, raw_html, smart_punctuation: true };
    let mut diagnostics = Vec::new();
    let (body, outline) = parse(text, &settings, &mut diagnostics);
    (show(&body), outline, diagnostics)
}

/// Checks the HTML of a text without mistakes.
fn check(text: &str, expected: &str) {
    let (html, _, diagnostics) = parse_as(text, "en", true);
    assert_eq!(html.trim_end(), expected, "{text}");
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
}

/// Checks what is told of a text, each as `level code: message @ the place's text (help)`.
fn told(text: &str) -> Vec<String> {
    told_of(text, &parse_as(text, "en", true).2)
}

fn told_of(text: &str, diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |diagnostic: &Diagnostic| {
        let Some(Spot::Bytes(range)) = diagnostic.place.as_ref().map(|place| place.spot.clone()) else {
            unreachable!()
        };
        let level = if diagnostic.level == Level::Error { "error" } else { "warning" };
        let place = &text[range.start - 1000..range.end - 1000];
        assert!(diagnostic.help.is_some(), "{diagnostic:?}");
        format!("{level} {}: {} @ {place}", diagnostic.code, diagnostic.message)
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
fn tables_scroll() {
    check(
        "| a | b |   |\n|:--|:-:|--:|\n| c | d | e |",
        "<div class=\"table\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\" class=\"align-left\">a</th>\n<th scope=\"col\" class=\"align-center\">b</th>\n<td></td>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class=\"align-left\">c</td>\n<td class=\"align-center\">d</td>\n<td class=\"align-right\">e</td>\n</tr>\n</tbody>\n</table>\n</div>",
    );
    check(
        "|a|\n|-|",
        "<div class=\"table\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n</tr>\n</thead>\n</table>\n</div>",
    );
}

#[test]
fn headings_have_ids() {
    check(
        "## ¿Qué *pide* la huelga?\n## Qué pide la huelga\n### A \"b\" {#x .y .z}",
        "<h2 id=\"que-pide-la-huelga\">¿Qué <em>pide</em> la huelga?</h2>\n<h2 id=\"que-pide-la-huelga-2\">Qué pide la huelga</h2>\n<h3 id=\"x\" class=\"y z\">A “b”</h3>",
    );
    let (html, outline, _) = parse_as("## See [it](a.md) & ![pic](b.png) now[^1]\n\n[^1]: c", "en", true);
    assert!(html.starts_with("<h2 id=\"see-it-now\">See {link 0}it{/link 0} &amp; {image 0} now<sup"), "{html}");
    assert_eq!(outline.headings[0].text, "See it & now");
    assert_eq!(outline.anchors, ["fn-hearing-1", "fnref-hearing-1", "see-it-now"]);
    assert_eq!(
        told("# A\n\n## b {#c}\n\n## d {#c}\n\n##\n"),
        [
            "warning heading: a heading of the first level, which is the page's own title @ # A\n",
            "error heading: the id `c` is taken by something before @ #c",
            "warning heading: a heading without words @ ##\n",
        ]
    );
}

#[test]
fn links_leave_holes() {
    let (html, outline, diagnostics) = parse_as(
        "[a *b*](../2024/strike.md#demands \"T\") [c](/d?e) <https://x.org/a_b--c> [f](https://y.org) [g](#h)\n\n## H",
        "en",
        true,
    );
    assert_eq!(
        html,
        "<p>{link 0}a <em>b</em>{/link 0} {link 1}c{/link 1} <a href=\"https://x.org/a_b--c\" rel=\"noopener\">https://x.org/a_b--c</a> <a href=\"https://y.org\" rel=\"noopener\">f</a> <a href=\"#h\">g</a></p>\n<h2 id=\"h\">H</h2>\n"
    );
    assert!(diagnostics.is_empty());
    let path = ContentPath::new("content/articles/2024/strike.md").unwrap();
    assert_eq!(
        outline.links,
        [
            Link {
                target: Target::Source(path, Some("demands".to_owned())),
                title: "T".to_owned(),
                spot: (1008, 1033)
            },
            Link { target: Target::Root("/d?e".to_owned()), title: String::new(), spot: (1043, 1047) },
        ]
    );
}

#[test]
fn links_that_lead_nowhere_are_told() {
    assert_eq!(
        told("[a](javascript:x) [b](#demand) [](c.md) [d](../../../../e) <javascript:f> [g]()\n\n## Demands"),
        [
            "error link: `javascript:` addresses are not published @ javascript:x",
            "error link: nothing here has the id `demand` @ #demand",
            "warning link: a link without words @ [](c.md)",
            "error link: `../../../../e` leads out of the site @ ../../../../e",
            "error link: `javascript:` addresses are not published @ javascript:f",
            "error link: an empty address @ [g]()",
        ]
    );
    assert_eq!(parse_as("[*a*](java&#115;cript:x)", "en", true).0, "<p><em>a</em></p>\n");
}

#[test]
fn bare_addresses_become_links() {
    check(
        "See https://example.org/a_b_c?d=1&e=2. Or (mail tips@example.org)!",
        "<p>See <a href=\"https://example.org/a_b_c?d=1&amp;e=2\" rel=\"noopener\">https://example.org/a_b_c?d=1&amp;e=2</a>. Or (mail <a href=\"mailto:tips@example.org\">tips@example.org</a>)!</p>",
    );
    check(
        "mailto:a@example.org `https://a.org` ftp://b.org javascript://c.org/%0a",
        "<p><a href=\"mailto:a@example.org\">mailto:a@example.org</a> <code>https://a.org</code> ftp://b.org javascript://c.org/%0a</p>",
    );
    check(
        "[at https://a.org now](https://b.org) <a href=\"https://c.org\">https://c.org</a>",
        "<p><a href=\"https://b.org\" rel=\"noopener\">at https://a.org now</a> <a href=\"https://c.org\">https://c.org</a></p>",
    );
}

#[test]
fn pictures_leave_holes() {
    let (html, outline, diagnostics) = parse_as(
        "![A *map* of](map%20x.png)\n\n![b](/c.png \"The \"new\" hall\")\n\n![d](https://e.org/f.png \"g\") h",
        "en",
        true,
    );
    assert_eq!(html, "<p>{image 0}</p>\n<p>![b](/c.png “The ‘new’ hall”)</p>\n<p>{image 1} h</p>\n");
    assert!(diagnostics.is_empty());
    let path = ContentPath::new("content/articles/2026/map x.png").unwrap();
    assert_eq!(
        outline.images[0],
        Picture {
            target: Target::Source(path, None),
            alt: "A map of".to_owned(),
            title: String::new(),
            spot: (1014, 1025)
        }
    );
    let (html, outline, _) = parse_as("![b](/c.png 'The \"new\" hall')", "en", true);
    assert_eq!(html, "<figure>{image 0}<figcaption>The “new” hall</figcaption></figure>\n");
    assert_eq!(outline.images[0].title, "");
    assert_eq!(
        told("![](a.png) ![b](javascript:c) ![d](#e)"),
        [
            "warning image: a picture without a description @ ![](a.png)",
            "error image: `javascript:` addresses are not published @ javascript:c",
            "error image: `#e` is no picture @ #e",
        ]
    );
}

#[test]
fn footnotes_stand_at_the_end() {
    check(
        "One[^b] two[^A] one[^b].\n\n[^a]: See[^c] *it*.\n[^b]: Code:\n\n        x\n\n[^c]: Last.",
        "<p>One<sup class=\"footnote-ref\"><a href=\"#fn-hearing-1\" id=\"fnref-hearing-1\" role=\"doc-noteref\">1</a></sup> two<sup class=\"footnote-ref\"><a href=\"#fn-hearing-2\" id=\"fnref-hearing-2\" role=\"doc-noteref\">2</a></sup> one<sup class=\"footnote-ref\"><a href=\"#fn-hearing-1\" id=\"fnref-hearing-1-2\" role=\"doc-noteref\">1</a></sup>.</p>\n<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n<li id=\"fn-hearing-1\">\n<p>Code:</p>\n<pre tabindex=\"0\"><code>x\n</code></pre>\n<p><a href=\"#fnref-hearing-1\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩\u{fe0e}</a> <a href=\"#fnref-hearing-1-2\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 1-2\">↩\u{fe0e}</a></p>\n</li>\n<li id=\"fn-hearing-2\">\n<p>See<sup class=\"footnote-ref\"><a href=\"#fn-hearing-3\" id=\"fnref-hearing-3\" role=\"doc-noteref\">3</a></sup> <em>it</em>. <a href=\"#fnref-hearing-2\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 2\">↩\u{fe0e}</a></p>\n</li>\n<li id=\"fn-hearing-3\">\n<p>Last. <a href=\"#fnref-hearing-3\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 3\">↩\u{fe0e}</a></p>\n</li>\n</ol>\n</section>",
    );
    check("[^none] is text", "<p>[^none] is text</p>");
    assert_eq!(
        told("a[^1]\n\n[^1]: b\n[^1]: c\n[^2]: d[^3]\n[^3]: [e](f.md)"),
        [
            "warning footnote: the footnote `[^1]` is defined twice; this one is left out @ [^1]",
            "warning footnote: the footnote `[^2]` is never referred to, so it is left out @ [^2]",
            "warning footnote: the footnote `[^3]` is never referred to, so it is left out @ [^3]",
        ]
    );
    assert_eq!(parse_as("a\n\n[^3]: [e](f.md) ![g](h.png)\n\n    ## I\n", "en", true).1.anchors.len(), 0);
}

#[test]
fn footnotes_of_blocks_are_those_of_the_text() {
    let (html, ..) = parse_as("a[^1]\n::: x\nb[^2] [c]\n\n[^1]: ![i](i.png)\n\n[c]: d.md\n:::\n[^2]: e", "en", true);
    let (text, notes) = html.split_once("<section").unwrap();
    assert_eq!(text.matches("fnref").count(), 2);
    assert!(text.contains("{block 0}\n<p>b<sup"), "{text}");
    assert!(text.contains("</sup> {link 0}c{/link 0}</p>\n{/block 0}"), "{text}");
    assert!(notes.contains("<li id=\"fn-hearing-1\">\n<p>{image 0} <a"), "{notes}");
}

#[test]
fn blocks_nest() {
    check(
        ":::: a\none\n::: b\ntwo\n:::\n::::\nthree",
        "{block 0}\n<p>one</p>\n{block 1}\n<p>two</p>\n{/block 1}\n{/block 0}\n<p>three</p>",
    );
    check("::: a\n::: b\n:::\n:::", "{block 0}\n{block 1}\n{/block 1}\n{/block 0}");
    check(
        "> q\n::: a\n- i\n:::\n- j",
        "<blockquote>\n<p>q</p>\n</blockquote>\n{block 0}\n<ul>\n<li>i</li>\n</ul>\n{/block 0}\n<ul>\n<li>j</li>\n</ul>",
    );
    check(
        "::: a\n<img src=\"https://x.org/a.png\" alt=\"\">\n:::",
        "{block 0}\n<img src=\"https://x.org/a.png\" alt=\"\">\n{/block 0}",
    );
    let (_, outline, _) = parse_as("::: a\n:::\n::: b\nx\n:::", "en", true);
    assert_eq!(
        outline.blocks.iter().map(|block| (&*block.name, block.has_body, block.spot)).collect::<Vec<_>>(),
        [("a", false, (1004, 1005)), ("b", true, (1014, 1015))]
    );
}

#[test]
fn colons_in_code_are_code() {
    check("```\n::: a\n\n:::\n```", "<pre tabindex=\"0\"><code>::: a\n\n:::\n</code></pre>");
    check("<!--\n::: a\n-->\n> ::: b\n\n ::: c", "<blockquote>\n<p>::: b</p>\n</blockquote>\n<p>::: c</p>");
    check("<pre>\n::: a\n:::\n</pre>", "<pre>\n::: a\n:::\n</pre>");
    check("::: a\n```\n:::\n```\n:::", "{block 0}\n<pre tabindex=\"0\"><code>:::\n</code></pre>\n{/block 0}");
}

#[test]
fn arguments_are_typed() {
    let (_, outline, diagnostics) = parse_as(
        "::: a {title=\"It's\" n=3 w=\"3\" wide=true x=-y src=b.png alt=\"B\" url=\"#h\" articles=\"c.md, ../d.md\"}\n:::\n## H",
        "en",
        true,
    );
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let values: Vec<_> =
        outline.blocks[0].arguments.iter().map(|Argument { name, value, .. }| (&**name, value.clone())).collect();
    assert_eq!(
        values,
        [
            ("title", Value::Text("It's".to_owned())),
            ("n", Value::Number(3.0)),
            ("w", Value::Text("3".to_owned())),
            ("wide", Value::Bool(true)),
            ("x", Value::Text("-y".to_owned())),
            ("src", Value::Picture(0)),
            ("alt", Value::Text("B".to_owned())),
            ("url", Value::Link(0)),
            ("articles", Value::Articles(vec![1, 2])),
        ]
    );
    assert_eq!(outline.images[0].alt, "B");
    assert_eq!(outline.links[0].target, Target::Fragment("h".to_owned()));
}

#[test]
fn mistakes_in_blocks_are_told() {
    assert_eq!(
        told("::: a\nx\n:::\n:::\n\n:::: b\n::: c {d=“e”}\n:::\n:::\n::: f"),
        [
            "error block: a fence that closes nothing @ :::",
            "error block: the block `b` is never closed @ :::: b",
            "error block: a typographic quotation mark around a value @ “",
            "error block: a fence that closes nothing @ :::",
            "error block: the block `f` is never closed @ ::: f",
        ]
    );
    assert_eq!(told(":::: a\n::: b\n::::"), ["error block: the block `b` is never closed @ ::: b"]);
    assert_eq!(
        told("::: a {src=x.png url=\"data:x\" articles=\"https://x.org\"}\n:::"),
        [
            "warning image: a picture without a description @ x.png",
            "error link: `data:` addresses are not published @ data:x",
            "error link: `https://x.org` is no article's file @ https://x.org",
        ]
    );
    let deep = "::: a\n".repeat(10_000) + "x\n" + &":::\n".repeat(10_000);
    assert_eq!(told(&deep), ["error block: blocks are nested more than 16 deep @ ::: a"]);
}

#[test]
fn html_passes_with_its_addresses_resolved() {
    check(
        "<div class=\"x\">\n<a href='../2024/strike.md#a' id=y>b</a>\n</div>\n\n[c](#y)",
        "<div class=\"x\">\n<a href=\"{address 0}\" id=y>b</a>\n</div>\n<p><a href=\"#y\">c</a></p>",
    );
    check(
        "a <img src=b.png srcset=\"c.png 1x, /d.png 2x\" alt=\"\"> <span>e -- f</span>",
        "<p>a <img src=\"{address 0}\" srcset=\"{address 1} 1x, {address 2} 2x\" alt=\"\"> <span>e – f</span></p>",
    );
    check(
        "<script>\nif (a < b) { c(\"<a href='x'>\") }\n</script>",
        "<script>\nif (a < b) { c(\"<a href='x'>\") }\n</script>",
    );
    check("a <!-- b --> c\n\n<!-- d\n\ne -->\n\nf", "<p>a  c</p>\n<p>f</p>");
    check("<p>1 < 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>");
    assert_eq!(
        told("<div id=a>\n<a href=\"java&Tab;script:x\" id=a>b</a> <img src=c.png>\n\n<?php x ?>\n\n<script>y\n"),
        [
            "error link: `javascript:` addresses are not published @ href=\"java&Tab;script:x\"",
            "error html: the id `a` is given twice @ id=a",
            "warning image: a picture without a description @ <img src=c.png>",
            "warning html: `<?php x ?>` is left out @ <?php x ?>",
            "error html: `<script>` is never closed @ <script>y",
        ]
    );
    assert_eq!(told("<div class=\"a>\nb"), ["error html: `<div class=\"a>` never ends @ <div class=\"a>"]);
    assert_eq!(told("a\n\n<!-- b\n"), ["error html: a comment that never ends @ <!-- b"]);
    assert_eq!(parse_as("<a href=javascript:x title=y>z</a>", "en", true).0, "<p><a title=y>z</a></p>\n");
}

#[test]
fn html_that_is_not_allowed_is_text() {
    let (html, _, diagnostics) =
        parse_as("<div>a</div>\n\nb <b onclick=\"x\">c</b> <!-- d -->\n\n<!-- e -->", "en", false);
    assert_eq!(html, "<p>&lt;div&gt;a&lt;/div&gt;</p>\n<p>b &lt;b onclick=\"x\"&gt;c&lt;/b&gt; </p>\n");
    assert_eq!(diagnostics.len(), 2);
}

#[test]
fn the_outline_measures() {
    let (_, outline, _) = parse_as(
        "## Two words\n\n![x](y.png)\n\nFive *more* words \"are here\".\n\n```\nnot these\n```\n\nAnd[^1] last.\n\n[^1]: Not this.\n\n::: a\nTwo again\n:::",
        "en",
        true,
    );
    assert_eq!(outline.words, 11);
    assert_eq!(outline.excerpt, "Five more words “are here”. And last.");
    assert_eq!(parse_as("::: a\nOnly here\n:::", "en", true).1.excerpt, "Only here");
}

#[test]
fn control_characters_never_come_out() {
    let (html, outline, _) =
        parse_as("## a\0b&#1;c&#0;\n\n[\u{7f}d](e.md) \u{85}f ![\u{1}g](h.png \"\u{2}i\")\r\nj `k\r\nl`", "en", true);
    assert_eq!(
        html,
        "<h2 id=\"a-b-c\">a\u{fffd}bc\u{fffd}</h2>\n<p>{link 0}d{/link 0} f {image 0}\nj <code>k  l</code></p>\n"
    );
    assert_eq!(
        (&*outline.headings[0].text, &*outline.images[0].alt, &*outline.images[0].title),
        ("a\u{fffd}bc\u{fffd}", "g", "i")
    );
}

#[test]
fn comments_are_restricted() {
    let check = |text: &str, expected: &str| assert_eq!(comment(text).trim_end(), expected, "{text}");
    check(
        "# Hi *there* ![x](y.png)\n<b>z</b> https://a.org/b_c",
        "<p>Hi <em>there</em> x</p>\n<p>&lt;b&gt;z&lt;/b&gt; <a href=\"https://a.org/b_c\" rel=\"nofollow ugc noopener\">https://a.org/b_c</a></p>",
    );
    check(
        "[a](javascript:x) [b](/c) <d@example.org>",
        "<p><a rel=\"nofollow ugc noopener\">a</a> <a rel=\"nofollow ugc noopener\">b</a> <a href=\"mailto:d@example.org\" rel=\"nofollow ugc noopener\">d@example.org</a></p>",
    );
    check(
        "<script>alert(1)</script>\n\n> q\n\n- [ ] i\n\n::: x\n\n```html\n<p>\n```",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n<blockquote>\n<p>q</p>\n</blockquote>\n<ul>\n<li>[ ] i</li>\n</ul>\n<p>::: x</p>\n<pre><code>&lt;p&gt;\n</code></pre>",
    );
    assert!(comment(&(">".repeat(10_000) + "a" + &"\nb".repeat(20_000))).len() < 1_000_000);
}

#[test]
fn plain_words() {
    assert_eq!(plain("## A *b*\n\nc [d](e) `f` <i>g</i>\nh\n\n```\ni\n```"), "A b c d f g h");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that mean something, so that random texts are full of structure.
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
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    /// Whether every tag that needs an end has one, and none is crossed.
    fn check_balance(html: &str) {
        let mut open = Vec::new();
        for (_, piece) in html::Pieces::new(html) {
            match piece {
                html::Piece::Tag(tag) if matches!(tag.name, "br" | "hr" | "input" | "img") => assert!(!tag.ends),
                html::Piece::Tag(tag) if tag.ends => assert_eq!(open.pop(), Some(tag.name), "{html}"),
                html::Piece::Tag(tag) => open.push(tag.name),
                html::Piece::Text(text) => assert!(!text.contains('<'), "{html}"),
                other => panic!("{other:?} in {html}"),
            }
        }
        assert!(open.is_empty(), "{open:?} in {html}");
    }

    fn check_body(body: &Body, outline: &Outline) {
        assert!(!body.html.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')), "{:?}", body.html);
        assert!(body.holes.is_sorted_by_key(|(offset, _)| *offset), "{:?}", body.holes);
        for (offset, hole) in &body.holes {
            assert!(body.html.is_char_boundary(*offset));
            match hole {
                Hole::LinkOpen(index) | Hole::LinkClose(index) | Hole::Address(index) => {
                    assert!((*index as usize) < outline.links.len())
                }
                Hole::Image(index) => assert!((*index as usize) < outline.images.len()),
                Hole::Block(index, inner) => {
                    assert!((*index as usize) < outline.blocks.len());
                    check_body(inner, outline);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_text_gets_through(text in texts(), raw_html: bool) {
            let file = ContentPath::new("content/pages/a.md").unwrap();
            let settings = Settings { file: &file, offset: 7, id_prefix: "a", language: "en", raw_html, smart_punctuation: true };
            let mut diagnostics = Vec::new();
            let (body, outline) = parse(&text, &settings, &mut diagnostics);
            check_body(&body, &outline);
            if !raw_html {
                let shown = show(&body);
                check_balance(&shown);
                let ids: Vec<_> = shown.match_indices(" id=\"").map(|(at, _)| shown[at + 5..].split('"').next()).collect();
                prop_assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
            }
            for diagnostic in &diagnostics {
                let Some(Spot::Bytes(range)) = diagnostic.place.as_ref().map(|place| place.spot.clone()) else { unreachable!() };
                prop_assert!(text.get(range.start - 7..range.end - 7).is_some(), "{:?}", diagnostic);
            }
            prop_assert!(!comment(&text).chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
            prop_assert!(!plain(&text).chars().any(char::is_control));
        }
    }
}
