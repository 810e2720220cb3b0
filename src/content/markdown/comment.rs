//! Renders readers' comments: paragraphs, emphasis, links, lists, quotes and code. The HTML is written from the
//! parser's events, and sanitised once more by the crate ammonia.

use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative};
use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use pulldown_cmark_escape::{escape_href, escape_html_body_text};

use super::{control_chars, nesting};

/// Longest comment that is not rendered as plain text, in bytes. The sanitiser takes quadratic time for some texts.
const MAX_LENGTH: usize = 50_000;

/// Greatest nesting depth of lists and quotes; deeper ones lose their tags.
const MAX_DEPTH: usize = 8;

/// A rendered comment.
#[derive(Debug, Default)]
pub struct RenderedComment {
    /// HTML that is safe on any page.
    pub html: String,
    /// URLs of removed links, as written: their scheme is not `http`, `https` or `mailto`.
    pub refused: Vec<String>,
}

/// Renders a reader's comment.
#[must_use]
pub fn comment(text: &str) -> RenderedComment {
    let mut writer = Writer::default();
    if text.len() > MAX_LENGTH || nesting::excess(text).is_some() {
        writer.html.push_str("<p>");
        writer.escape(text);
        writer.html.push_str("</p>\n");
        control_chars::text(&mut writer.html);
        return RenderedComment { html: writer.html, refused: Vec::new() };
    }
    Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).for_each(|event| writer.event(event));
    let tags = ["p", "br", "em", "strong", "del", "a", "ul", "ol", "li", "blockquote", "pre", "code"];
    let mut html = Builder::empty()
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener"))
        .clean(&writer.html)
        .to_string();
    control_chars::text(&mut html);
    RenderedComment { html, refused: writer.refused }
}

#[derive(Default)]
struct Writer {
    html: String,
    /// Number of open lists and quotes.
    depth: usize,
    /// The open links, and whether each has a tag.
    links: Vec<bool>,
    /// URLs of removed links.
    refused: Vec<String>,
    in_code: bool,
    /// Text that is not written yet.
    run: String,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        if let Event::Text(text) = event {
            return self.run.push_str(&text);
        }
        self.flush();
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => {
                self.html.push_str("<code>");
                self.escape(&text);
                self.html.push_str("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.escape(&html),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>\n"),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock => self.html.push_str("<p>"),
            Tag::BlockQuote(_) => self.open_container(1, "<blockquote>\n"),
            Tag::List(None) => self.open_container(1, "<ul>\n"),
            Tag::List(Some(_)) => self.open_container(1, "<ol>\n"),
            Tag::Item => self.open_container(0, "<li>"),
            Tag::CodeBlock(_) => {
                self.in_code = true;
                self.html.push_str("<pre><code>");
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Strikethrough => self.html.push_str("<del>"),
            Tag::Link { dest_url, link_type, .. } => {
                let is_open = self.links.is_empty() && self.open_link(*link_type == LinkType::Email, dest_url);
                self.links.push(is_open);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock => self.html.push_str("</p>\n"),
            TagEnd::BlockQuote(_) => self.close_container(1, "</blockquote>\n"),
            TagEnd::List(true) => self.close_container(1, "</ol>\n"),
            TagEnd::List(false) => self.close_container(1, "</ul>\n"),
            TagEnd::Item => self.close_container(0, "</li>\n"),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.html.push_str("</code></pre>\n");
            }
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.html.push_str("</del>"),
            TagEnd::Link if self.links.pop() == Some(true) => self.html.push_str("</a>"),
            _ => {}
        }
    }

    /// Opens a list or quote, unless it is too deep.
    fn open_container(&mut self, levels: usize, tag: &str) {
        self.depth += levels;
        if self.depth <= MAX_DEPTH {
            self.html.push_str(tag);
        }
    }

    fn close_container(&mut self, levels: usize, tag: &str) {
        if self.depth <= MAX_DEPTH {
            self.html.push_str(tag);
        }
        self.depth -= levels;
    }

    /// Opens a link if its scheme is allowed; returns whether it is.
    fn open_link(&mut self, is_email: bool, to: &str) -> bool {
        let leads = |scheme: &str| to.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        if !is_email && !["http://", "https://", "mailto:"].into_iter().any(leads) {
            self.refused.push(to.to_owned());
            return false;
        }
        self.html.push_str(if is_email { "<a href=\"mailto:" } else { "<a href=\"" });
        escape_href(&mut self.html, to).expect("a String takes everything");
        self.html.push_str("\">");
        true
    }

    fn escape(&mut self, text: &str) {
        escape_html_body_text(&mut self.html, text).expect("a String takes everything");
    }

    /// Writes text, with URLs in it as links.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let mut written = 0;
        if !self.in_code && self.links.is_empty() && (run.contains("://") || run.contains('@')) {
            for link in LinkFinder::new().links(&run) {
                self.escape(&run[written..link.start()]);
                let is_open = self.open_link(*link.kind() == LinkKind::Email, link.as_str());
                self.escape(link.as_str());
                self.html.push_str(if is_open { "</a>" } else { "" });
                written = link.end();
            }
        }
        self.escape(&run[written..]);
    }
}

/// Returns the plain text of Markdown; see [`super::plain`].
pub(super) fn words(text: &str) -> String {
    let mut words = String::new();
    let mut in_code = false;
    let text = if nesting::excess(text).is_some() { "" } else { text };
    for event in Parser::new_ext(text, super::OPTIONS) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) | Event::Code(text) if !in_code => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::End(end) if !is_inline(end) => words.push(' '),
            _ => {}
        }
    }
    let mut words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    control_chars::text(&mut words);
    words
}

fn is_inline(end: TagEnd) -> bool {
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown::plain;

    #[test]
    fn comments_are_restricted() {
        let check = |text: &str, expected: &str| assert_eq!(comment(text).html.trim_end(), expected, "{text}");
        check(
            "# Hi *there* ![x](y.png)\n<b>z</b> https://a.org/b_c",
            "<p>Hi <em>there</em> x</p>\n<p>&lt;b&gt;z&lt;/b&gt; <a href=\"https://a.org/b_c\" rel=\"nofollow ugc noopener\">https://a.org/b_c</a></p>",
        );
        check(
            "[a](javascript:x) [b](/c) <d@example.org>",
            "<p>a b <a href=\"mailto:d@example.org\" rel=\"nofollow ugc noopener\">d@example.org</a></p>",
        );
        check(
            "<script>alert(1)</script>\n\n> q\n\n- [ ] i\n\n::: x\n\n```html\n<p>\n```",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n<blockquote>\n<p>q</p>\n</blockquote>\n<ul>\n<li>[ ] i</li>\n</ul>\n<p>::: x</p>\n<pre><code>&lt;p&gt;\n</code></pre>",
        );
        assert!(comment(&(">".repeat(10_000) + "a" + &"\nb".repeat(20_000))).html.len() < 1_000_000);
    }

    #[test]
    fn plain_words() {
        assert_eq!(plain("## A *b*\n\nc [d](e) `f` <i>g</i>\nh\n\n```\ni\n```"), "A b c d f g h");
    }
}
