//! The examples of the CommonMark specification through Handbill's own settings. See the README beside this file.

#![allow(clippy::disallowed_methods, clippy::print_stderr, missing_docs, reason = "a test reads the specification")]

use std::path::Path;

use handbill::content::body::{BodyHtml, LinkTarget, Placeholder, TextAnalysis};
use handbill::content::markdown::{MarkdownContext, parse};
use handbill::path::{SourcePath, decode_path};

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// The examples are between fences of 32 backticks, input and output separated by a line with a dot; an arrow is a tab.
fn examples(specification: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let (begin, end) = (format!("\n{fence} example\n"), format!("\n{fence}\n"));
    specification
        .split(&begin)
        .skip(1)
        .zip(1..)
        .map(|(part, number)| {
            let example = part.split(&end).next().unwrap_or_default();
            let (markdown, html) = example.split_once("\n.\n").unwrap_or_else(|| {
                (example.strip_suffix("\n.").or(example.strip_prefix(".\n")).unwrap_or_default(), "")
            });
            let tabs = |text: &str| text.replace('→', "\t");
            Example { number, markdown: tabs(markdown) + "\n", html: tabs(html) }
        })
        .collect()
}

fn render(markdown: &str) -> String {
    let file = SourcePath::new("spec.md").expect("a path");
    let settings = MarkdownContext {
        file: &file,
        offset: 0,
        id_prefix: "spec",
        language: "en",
        raw_html: true,
        smart_punctuation: false,
        home: "",
        taken_ids: &[],
    };
    let (body, analysis) = parse(markdown, &settings, &mut Vec::new());
    fill(&body, &analysis)
}

fn fill(body: &BodyHtml, analysis: &TextAnalysis) -> String {
    let mut html = String::new();
    let mut copied = 0;
    for (offset, placeholder) in &body.placeholders {
        html.push_str(&body.html[copied..*offset]);
        copied = *offset;
        html.push_str(&match placeholder {
            Placeholder::LinkOpen(link) => {
                let link = &analysis.links[*link as usize];
                format!("<a href=\"{}\"{}>", url(&link.target), title(&link.title))
            }
            Placeholder::LinkClose(_) => "</a>".to_owned(),
            Placeholder::Url(link) => url(&analysis.links[*link as usize].target),
            Placeholder::Image(image) => {
                let image = &analysis.images[*image as usize];
                let (alt, title) = (escape(&image.alt), title(&image.title));
                format!("<img src=\"{}\" alt=\"{alt}\"{title} />", url(&image.target))
            }
            Placeholder::Block(..) => unreachable!("the specification has no blocks"),
        });
    }
    html + &body.html[copied..]
}

fn url(target: &LinkTarget) -> String {
    escape(&match target {
        LinkTarget::Source(path, None) => path.to_string(),
        LinkTarget::Source(path, Some(fragment)) => format!("{path}#{fragment}"),
        LinkTarget::Root(url) | LinkTarget::Own(url) | LinkTarget::External(url) => url.clone(),
        LinkTarget::Fragment(url) => format!("#{url}"),
    })
}

fn title(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape(title)) }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Normalizes HTML for comparison: without what Handbill adds, without space beside tags, URLs decoded.
fn normal(html: &str) -> String {
    let html = without_figures(html)
        .replace(" rel=\"noopener\"", "")
        .replace("<pre tabindex=\"0\">", "<pre>")
        .replace(" />", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'");
    let mut normal = String::new();
    for piece in html.split_inclusive('>') {
        let (text, tag) = piece.split_at(piece.rfind('<').unwrap_or(piece.len()));
        normal.push_str(text.trim());
        normal.push_str(&if tag.starts_with("<h") && tag.contains(" id=") {
            tag[..3].to_owned() + ">"
        } else {
            decode_path(tag).unwrap_or_default()
        });
    }
    normal
}

/// An image alone with a title is a figure with a caption here.
fn without_figures(html: &str) -> String {
    let mut plain = String::new();
    let mut rest = html;
    while let Some((before, figure)) = rest.split_once("<figure>") {
        let (image, caption) = figure.split_once(" /><figcaption>").expect("a figure has a caption");
        let (caption, after) = caption.split_once("</figcaption></figure>").expect("a figure ends");
        plain.push_str(&format!("{before}<p>{image} title=\"{caption}\" /></p>"));
        rest = after;
    }
    plain + rest
}

#[test]
fn examples_of_the_specification() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commonmark/node_modules/commonmark-spec/spec.txt");
    let Ok(specification) = std::fs::read_to_string(path) else {
        assert!(std::env::var_os("CI").is_none(), "no specification; run `npm install --prefix tests/commonmark`");
        return eprintln!("no specification, no examples; run `npm install --prefix tests/commonmark`");
    };
    let examples = examples(&specification);
    assert_eq!(examples.len(), 652);
    let mut wrong = Vec::new();
    for Example { number, markdown, html } in examples {
        let ours = normal(&render(&markdown));
        let theirs = normal(&html);
        let listed = DIFFERENT.iter().any(|(_, numbers)| numbers.contains(&number));
        if (ours == theirs) == listed {
            wrong.push(format!(
                "{number}{}\n{markdown}--- theirs\n{theirs}\n--- ours\n{ours}\n",
                if listed { " is listed and does not differ" } else { "" }
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());
}

/// Examples whose result is another on purpose, by reason.
const DIFFERENT: [(&str, &[usize]); 7] = [
    ("a backslash in a URL is an error", &[21, 202, 502, 631, 643]),
    ("an empty URL is an error", &[200, 485, 486, 487, 567]),
    ("only some schemes are published, and only hosts that can be", &[346, 596, 598, 599, 601]),
    ("URLs of files are resolved", &[31, 484, 630, 642]),
    ("bare URLs are links", &[602, 608, 611, 612]),
    (
        "comments, declarations and processing instructions are not published",
        &[177, 179, 180, 181, 182, 183, 308, 309, 625, 626, 627, 628, 629],
    ),
    ("HTML that never ends is shown as text, or ended", &[156, 157, 158, 173]),
];
