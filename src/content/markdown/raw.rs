//! Raw HTML in Markdown. If the site allows it, it is published, and its URLs are resolved like those of Markdown; else it
//! is shown as text. HTML comments are the author's notes and are never published.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::href::{self, Href, HrefError};
use super::links::is_plain;
use super::writer::Writer;
use crate::content::body::{LinkTarget, Placeholder};
use crate::diagnostic::{CheckGroup, Diagnostic};
use crate::html::{Attribute, HtmlToken, HtmlTokenizer, Tag, decode_attribute, parse_srcset};

/// A piece of raw HTML with the positions of its lines in the Markdown, both in bytes.
#[derive(Default)]
pub(super) struct RawHtml {
    html: String,
    /// The offset of each line in `html`, and in the Markdown.
    lines: Vec<(usize, usize)>,
    /// The range of all the HTML in the Markdown, if the positions of its lines are unknown.
    whole: Option<Range<usize>>,
}

impl RawHtml {
    /// Returns a tag or a comment inside a paragraph, at `range` of the Markdown. If it spans several lines of a block
    /// quote, `tag` lacks their markers `>` and is shorter than the range.
    fn inline(tag: &str, range: Range<usize>) -> RawHtml {
        let lines = vec![(0, range.start)];
        let whole = (tag.len() != range.len()).then_some(range);
        RawHtml { html: tag.to_owned(), lines, whole }
    }

    /// Adds a line or a part of one, at offset `original` of the Markdown.
    pub(super) fn add(&mut self, line: &str, original: usize) {
        if !line.is_empty() {
            self.lines.push((self.html.len(), original));
            self.html.push_str(line);
        }
    }

    /// Returns the range in the Markdown of a part of the HTML.
    fn range_of(&self, part: Range<usize>) -> Range<usize> {
        if let Some(whole) = &self.whole {
            return whole.clone();
        }
        let original = |offset: usize| {
            let index = self.lines.partition_point(|(at, _)| *at <= offset).saturating_sub(1);
            self.lines.get(index).map_or(0, |(at, original)| original + (offset - at))
        };
        let last = self.html[part.clone()].chars().next_back().map_or(0, char::len_utf8);
        original(part.start)..original(part.end - last) + last
    }

    /// Returns the range in the Markdown of the rest of a line of the HTML, from `offset`.
    fn line_from(&self, offset: usize) -> Range<usize> {
        let line = self.html[offset..].lines().next().map_or(0, str::len);
        self.range_of(offset..offset + line)
    }
}

/// The attributes whose value is a URL.
const URL_ATTRIBUTES: [&str; 8] = ["href", "src", "poster", "action", "formaction", "xlink:href", "cite", "data"];

impl Writer<'_> {
    /// Writes an HTML block (CommonMark 0.31, section 4.6).
    pub(super) fn raw_block(&mut self, raw: &RawHtml) {
        let start = (self.body.html.len(), self.body.placeholders.len());
        self.fresh_line();
        if self.settings.raw_html {
            self.raw_html(raw, true);
            let is_blank = self.body.html[start.0..].trim().is_empty() && self.body.placeholders.len() == start.1;
            if is_blank {
                self.body.html.truncate(start.0);
            } else {
                self.fresh_line();
            }
            return;
        }
        let text = without_comments(&raw.html);
        let text = text.trim();
        if !text.is_empty() {
            self.warn_of_html(text, raw);
            self.body.html.push_str("<p>");
            escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
            self.body.html.push_str("</p>\n");
        }
    }

    /// Writes a tag or a comment inside a paragraph, at `range` of the Markdown.
    pub(super) fn raw_inline(&mut self, tag: &str, range: Range<usize>) {
        let raw = RawHtml::inline(tag, range);
        if self.settings.raw_html {
            return self.raw_html(&raw, false);
        }
        let text = without_comments(tag);
        if !text.is_empty() {
            if !text.starts_with("</") {
                self.warn_of_html(&text, &raw);
            }
            escape_html_body_text(&mut self.body.html, &text).expect("a String takes everything");
            self.typography.pass('x');
        }
    }

    fn warn_of_html(&mut self, text: &str, raw: &RawHtml) {
        let line = text.lines().next().unwrap_or_default();
        self.report_raw(
            Diagnostic::warning("html", format!("HTML is shown as text: `{}`", href::shorten(line)))
                .help("allow it with `markdown: { raw_html: true }` in site.yaml, or write Markdown"),
            raw.line_from(0),
        );
    }

    /// Reports a diagnostic at a range of the Markdown.
    fn report_raw(&mut self, diagnostic: Diagnostic, range: Range<usize>) {
        self.report(diagnostic, self.at(range.start, range.len()));
    }

    /// Writes HTML with its URLs resolved and its comments removed.
    fn raw_html(&mut self, raw: &RawHtml, is_block: bool) {
        let mut pieces = HtmlTokenizer::new(&raw.html);
        for (at, piece) in &mut pieces {
            match piece {
                HtmlToken::Tag(tag) => self.raw_tag(&tag, at, raw),
                HtmlToken::RawText(text) => self.body.html.push_str(text),
                HtmlToken::Text(text) if text.contains('<') => self.body.html.push_str(&text.replace('<', "&lt;")),
                HtmlToken::Text(text) => self.body.html.push_str(text),
                HtmlToken::Comment => {}
                HtmlToken::UnclosedComment => self.report_raw(
                    Diagnostic::error("html", "a comment is never closed").help("close it with `-->`"),
                    raw.line_from(at),
                ),
                HtmlToken::Instruction(text) => self.report_raw(
                    Diagnostic::warning("html", format!("`{}` is removed", href::shorten(text)))
                        .help("delete it: declarations and processing instructions have no meaning in a text"),
                    raw.range_of(at..at + text.len()),
                ),
                HtmlToken::UnclosedTag(text) => {
                    let line = text.lines().next().unwrap_or_default();
                    self.report_raw(
                        Diagnostic::error("html", format!("`{}` is never closed", href::shorten(line)))
                            .help("close its quotes, and end it with `>` before the next empty line"),
                        raw.line_from(at),
                    );
                    escape_html_body_text(&mut self.body.html, text).expect("a String takes everything");
                }
            }
        }
        if let Some(name) = pieces.unclosed().filter(|_| is_block) {
            self.report_raw(
                Diagnostic::error("html", format!("`<{name}>` is never closed"))
                    .help(format!("close it with `</{name}>`; inside other HTML it may hold no empty line")),
                raw.line_from(0),
            );
            self.body.html.push_str(&format!("</{name}>"));
        }
    }

    /// Writes the tag at offset `start` of `raw`.
    fn raw_tag(&mut self, tag: &Tag<'_>, start: usize, raw: &RawHtml) {
        if tag.name.eq_ignore_ascii_case("a") {
            self.anchors_open = if tag.is_end { self.anchors_open.saturating_sub(1) } else { self.anchors_open + 1 };
        }
        let whole = raw.range_of(start..start + tag.text.len());
        self.inline_element(tag, &self.at(whole.start, whole.len()));
        if tag.starts("img") && tag.attribute("alt").is_none() {
            self.report_raw(
                Diagnostic::warning("image", "an image without a description")
                    .help("describe what it shows: `alt=\"…\"`; a decorative image has `alt=\"\"`"),
                whole,
            );
        }
        let mut copied = 0;
        for attribute in &tag.attributes {
            let range = raw.range_of(start + attribute.range.start..start + attribute.range.end);
            let span = self.at(range.start, range.len());
            let name = attribute.name.to_ascii_lowercase();
            let part = match name.as_str() {
                "id" => self.raw_id(attribute.value, &span),
                "name" if tag.name.eq_ignore_ascii_case("a") => self.raw_id(attribute.value, &span),
                "srcset" | "imagesrcset" => self.raw_candidates(tag, attribute, &span),
                "data" if !tag.name.eq_ignore_ascii_case("object") => AttributeAction::AsWritten,
                name if URL_ATTRIBUTES.contains(&name) => self.raw_url(tag, attribute, &span),
                name => {
                    self.inline_attribute(name, &span);
                    AttributeAction::AsWritten
                }
            };
            let AttributeAction::Pieces(pieces) = part else {
                if let AttributeAction::Nothing = part {
                    self.body.html.push_str(tag.text[copied..attribute.range.start].trim_end());
                    copied = attribute.range.end;
                }
                continue;
            };
            self.body.html.push_str(&tag.text[copied..attribute.value_range.start]);
            self.body.html.push('"');
            for (text, placeholder) in pieces {
                escape_html(&mut self.body.html, &text).expect("a String takes everything");
                self.body.placeholders.extend(placeholder.map(|placeholder| (self.body.html.len(), placeholder)));
            }
            self.body.html.push('"');
            copied = attribute.value_range.end;
        }
        self.body.html.push_str(&tag.text[copied..]);
    }

    fn raw_id(&mut self, value: &str, span: &Range<usize>) -> AttributeAction {
        let id = decode_attribute(value);
        if id.is_empty() || self.ids.take(&id) {
            return AttributeAction::AsWritten;
        }
        self.report(
            Diagnostic::error("html", format!("the id `{}` is given twice", href::shorten(&id)))
                .help("ids are unique in a text, those of headings included; choose another")
                .in_group(CheckGroup::Ids),
            span.clone(),
        );
        AttributeAction::Nothing
    }

    fn raw_url(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>, span: &Range<usize>) -> AttributeAction {
        if attribute.value.trim().is_empty() {
            return AttributeAction::AsWritten;
        }
        let read = self.read_raw_url(attribute.value);
        if let Ok(to) = &read {
            self.load(tag, &attribute.name.to_ascii_lowercase(), to, span);
        }
        match read {
            Ok(Href::Web(to)) => {
                self.own_link(&to, span);
                AttributeAction::AsWritten
            }
            Ok(Href::Contact(_)) => AttributeAction::AsWritten,
            Ok(Href::Fragment(fragment)) => {
                self.fragments.push((fragment.clone(), span.clone()));
                match is_plain(&fragment) {
                    true => AttributeAction::AsWritten,
                    false => AttributeAction::Pieces(vec![self.url_placeholder(LinkTarget::Fragment(fragment), span)]),
                }
            }
            Ok(Href::Root(to)) => AttributeAction::Pieces(vec![self.url_placeholder(LinkTarget::Root(to), span)]),
            Ok(Href::Source(path, fragment)) => {
                AttributeAction::Pieces(vec![self.url_placeholder(LinkTarget::Source(path, fragment), span)])
            }
            Err(error) => self.refuse(error, span),
        }
    }

    fn raw_candidates(&mut self, tag: &Tag<'_>, attribute: &Attribute<'_>, span: &Range<usize>) -> AttributeAction {
        let value = decode_attribute(attribute.value);
        let mut pieces = Vec::new();
        for (written, descriptor) in parse_srcset(&value) {
            if !pieces.is_empty() {
                pieces.push((", ".to_owned(), None));
            }
            let read = self.read_raw_url(written);
            if let Ok(to) = &read {
                self.load(tag, "srcset", to, span);
            }
            pieces.push(match read {
                Ok(Href::Web(to) | Href::Contact(to)) => (to.into_owned(), None),
                Ok(Href::Fragment(_)) => continue,
                Ok(Href::Root(to)) => self.url_placeholder(LinkTarget::Root(to), span),
                Ok(Href::Source(path, fragment)) => self.url_placeholder(LinkTarget::Source(path, fragment), span),
                Err(error) => return self.refuse(error, span),
            });
            if !descriptor.is_empty() {
                pieces.push((format!(" {descriptor}"), None));
            }
        }
        AttributeAction::Pieces(pieces)
    }

    fn read_raw_url<'b>(&self, value: &'b str) -> Result<Href<'b>, HrefError> {
        match decode_attribute(value) {
            Cow::Borrowed(text) => href::read(text, self.settings.file),
            Cow::Owned(text) => href::read(&text, self.settings.file).map(Href::into_owned),
        }
    }

    fn url_placeholder(&mut self, target: LinkTarget, span: &Range<usize>) -> (String, Option<Placeholder>) {
        let link = self.link_to(target, "", span);
        (String::new(), Some(Placeholder::Url(link)))
    }

    fn refuse(&mut self, error: HrefError, span: &Range<usize>) -> AttributeAction {
        self.report(Diagnostic::error("link", error.message).help(error.help), span.clone());
        AttributeAction::Nothing
    }
}

/// How an attribute is written.
enum AttributeAction {
    AsWritten,
    /// The attribute is removed.
    Nothing,
    /// The value consists of these pieces: text that is not escaped yet, and the placeholder after it.
    Pieces(Vec<(String, Option<Placeholder>)>),
}

/// Returns HTML without its comments.
fn without_comments(html: &str) -> Cow<'_, str> {
    if !html.contains("<!--") {
        return Cow::Borrowed(html);
    }
    let pieces = HtmlTokenizer::new(html).map(|(_, piece)| match piece {
        HtmlToken::Comment | HtmlToken::UnclosedComment => "",
        HtmlToken::Tag(tag) => tag.text,
        HtmlToken::Text(text)
        | HtmlToken::RawText(text)
        | HtmlToken::Instruction(text)
        | HtmlToken::UnclosedTag(text) => text,
    });
    Cow::Owned(pieces.collect())
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::{check, diagnostics_of, parse_as};

    #[test]
    fn html_is_published_with_its_urls_resolved() {
        check(
            "<div class=\"x\">\n<a href='../2024/strike.md#a' id=y>b</a>\n</div>\n\n[c](#y)",
            "<div class=\"x\">\n<a href=\"{url 0}\" id=y>b</a>\n</div>\n<p><a href=\"#y\">c</a></p>",
        );
        check(
            "a <img src=b.png srcset=\"c.png 1x, /d.png 2x\" alt=\"\"> <span>e -- f</span>",
            "<p>a <img src=\"{url 0}\" srcset=\"{url 1} 1x, {url 2} 2x\" alt=\"\"> <span>e – f</span></p>",
        );
        check(
            "<script>\nif (a < b) { c(\"<a href='x'>\") }\n</script>",
            "<script>\nif (a < b) { c(\"<a href='x'>\") }\n</script>",
        );
        check("a <!-- b --> c\n\n<!-- d\n\ne -->\n\nf", "<p>a  c</p>\n<p>f</p>");
        check("<p>1 < 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>");
        assert_eq!(
            diagnostics_of(
                "<div id=a>\n<a href=\"java&Tab;script:x\" id=a>b</a> <img src=c.png>\n\n<?php x ?>\n\n<script>y\n"
            ),
            [
                "error link: `javascript:` URLs are not published @ href=\"java&Tab;script:x\"",
                "error html: the id `a` is given twice @ id=a",
                "warning image: an image without a description @ <img src=c.png>",
                "warning html: `<?php x ?>` is removed @ <?php x ?>",
                "error html: `<script>` is never closed @ <script>y",
            ]
        );
        assert_eq!(
            diagnostics_of("<div class=\"a>\nb"),
            ["error html: `<div class=\"a>` is never closed @ <div class=\"a>"]
        );
        assert_eq!(diagnostics_of("a\n\n<!-- b\n"), ["error html: a comment is never closed @ <!-- b"]);
        assert_eq!(parse_as("<a href=javascript:x title=y>z</a>", "en", true).0, "<p><a title=y>z</a></p>\n");
    }

    #[test]
    fn html_that_is_not_allowed_is_text() {
        let (html, _, diagnostics) =
            parse_as("<div>a</div>\n\nb <b onclick=\"x\">c</b> <!-- d -->\n\n<!-- e -->", "en", false);
        assert_eq!(html, "<p>&lt;div&gt;a&lt;/div&gt;</p>\n<p>b &lt;b onclick=\"x\"&gt;c&lt;/b&gt; </p>\n");
        assert_eq!(diagnostics.len(), 2);
    }
}
