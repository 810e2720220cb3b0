//! Writes links and images: external ones as HTML, those of the site as placeholders; invalid ones are reported.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType};
use pulldown_cmark_escape::{escape_href, escape_html};

use super::MarkdownContext;
use super::NO_DESCRIPTION;
use super::href::{self, Href, shorten};
use super::writer::Writer;
use crate::content::body::{ImageRef, InternalLink, LinkTarget, Placeholder, find_anchor};
use crate::diagnostic::{CheckGroup, Diagnostic, Span};
use crate::path::encode_path;

/// How an open link is closed.
pub(super) struct LinkEnd {
    with: End,
    /// Whether its text is its URL.
    is_autolink: bool,
    /// Lengths of HTML and placeholders before its text.
    start: (usize, usize),
}

enum End {
    /// With a closing tag.
    Tag,
    /// With a placeholder.
    Placeholder(u32),
    /// Not at all, since no tag was written.
    Nothing,
}

/// An image whose alternative text is being collected.
pub(super) struct Alt<'a> {
    /// Number of open images: the alternative text of one may contain another.
    pub(super) depth: usize,
    text: String,
    to: CowStr<'a>,
    title: CowStr<'a>,
}

impl<'a> Alt<'a> {
    /// Begins an image.
    pub(super) fn new(to: CowStr<'a>, title: CowStr<'a>) -> Alt<'a> {
        Alt { depth: 1, text: String::new(), to, title }
    }
}

impl Writer<'_> {
    /// Opens a link.
    pub(super) fn open_link(&mut self, kind: LinkType, to: &str, title: &str, range: Range<usize>) {
        let is_autolink = matches!(kind, LinkType::Autolink | LinkType::Email);
        // An autolink inside a link: HTML does not allow nested links.
        let with = if self.links.is_empty() { self.open_link_tag(kind, to, title, &range) } else { End::Nothing };
        self.links.push(LinkEnd { with, is_autolink, start: (self.body.html.len(), self.body.placeholders.len()) });
    }

    fn open_link_tag(&mut self, kind: LinkType, to: &str, title: &str, range: &Range<usize>) -> End {
        let email;
        let to = if kind == LinkType::Email {
            email = format!("mailto:{to}");
            &email
        } else {
            to
        };
        let target = match href::read(to, self.settings.file) {
            Ok(Href::Web(to)) => {
                self.own_link(&to, &self.spot_of(&to, range));
                self.open_anchor(&to, title, " rel=\"noopener\"");
                return End::Tag;
            }
            Ok(Href::Contact(to)) => {
                self.open_anchor(&to, title, "");
                return End::Tag;
            }
            Ok(Href::Fragment(fragment)) => {
                self.fragments.push((fragment.clone(), self.spot_of(to, range)));
                if is_plain(&fragment) {
                    self.open_anchor(&format!("#{}", encode_path(&fragment)), title, "");
                    return End::Tag;
                }
                LinkTarget::Fragment(fragment)
            }
            Ok(Href::Root(to)) => LinkTarget::Root(to),
            Ok(Href::Source(path, fragment)) => LinkTarget::Source(path, fragment),
            Err(error) => {
                self.report(Diagnostic::error("link", error.message).help(error.help), self.spot_of(to, range));
                return End::Nothing;
            }
        };
        let span = self.spot_of(to, range);
        let link = self.link_to(target, title, &span);
        self.placeholder(Placeholder::LinkOpen(link));
        End::Placeholder(link)
    }

    /// Writes the opening tag of a link; `attributes` are written unescaped.
    pub(super) fn open_anchor(&mut self, to: &str, title: &str, attributes: &str) {
        let html = &mut self.body.html;
        html.push_str("<a href=\"");
        push_url(to, html);
        html.push('"');
        html.push_str(attributes);
        if !title.is_empty() {
            html.push_str(" title=\"");
            escape_html(&mut *html, title).expect("a String takes everything");
            html.push('"');
        }
        html.push('>');
    }

    /// Closes a link.
    pub(super) fn close_link(&mut self, range: &Range<usize>) {
        let link = self.links.pop().expect("a link was begun");
        let is_empty = self.body.html[link.start.0..].trim().is_empty() && self.body.placeholders.len() == link.start.1;
        if is_empty && !matches!(link.with, End::Nothing) {
            let help = "describe between the brackets where it leads, for readers with a screen reader";
            self.report(Diagnostic::warning("link", "a link without text").help(help), self.span(range));
        }
        match link.with {
            End::Tag => self.body.html.push_str("</a>"),
            End::Placeholder(link) => self.placeholder(Placeholder::LinkClose(link)),
            End::Nothing => {}
        }
    }

    /// Returns whether the text is a URL that is a link already.
    pub(super) fn is_autolink(&self) -> bool {
        self.links.last().is_some_and(|link| link.is_autolink)
    }

    /// Records an absolute URL of this site, so that it is checked.
    pub(super) fn own_link(&mut self, to: &str, span: &Range<usize>) {
        let home = self.settings.home;
        let Some(path) = to.strip_prefix(home).filter(|path| !home.is_empty() && path.starts_with('/')) else { return };
        self.link_to(LinkTarget::Own(path.to_owned()), "", span);
    }

    /// Adds a link to the analysis; returns its index.
    pub(super) fn link_to(&mut self, target: LinkTarget, title: &str, span: &Range<usize>) -> u32 {
        self.analysis.links.push(InternalLink { target, title: title.to_owned(), span: offsets(span) });
        index(self.analysis.links.len() - 1)
    }

    /// Appends to the alternative text of the open image.
    pub(super) fn push_alt(&mut self, text: &str) {
        if let Some(alt) = &mut self.alt {
            alt.text.push_str(text);
        }
    }

    /// Writes an image whose alternative text is complete.
    pub(super) fn close_image(&mut self, range: Range<usize>) {
        let Some(Alt { text: alt, to, title, .. }) = self.alt.take() else { return };
        let span = self.spot_of(&to, &range);
        if alt.trim().is_empty() {
            self.report(
                Diagnostic::warning("image", NO_DESCRIPTION).help(
                    "describe between the brackets what it shows; a decorative image is `<img src=\"…\" alt=\"\">`",
                ),
                self.span(&range),
            );
        }
        match self.parse_image_url(&to) {
            Ok(target) => {
                let image = self.add_image(ImageRef {
                    target,
                    alt,
                    title: title.into_string(),
                    focus: None,
                    span: offsets(&span),
                });
                self.placeholder(Placeholder::Image(image));
            }
            Err((message, help)) => {
                self.report(Diagnostic::error("image", message).help(help), span);
                self.typography.write(&alt, &mut self.body.html);
            }
        }
        self.typography.pass('x');
    }

    /// Adds an image to the analysis; returns its index.
    pub(super) fn add_image(&mut self, image: ImageRef) -> u32 {
        self.analysis.images.push(image);
        index(self.analysis.images.len() - 1)
    }

    /// Parses the URL of an image.
    pub(super) fn parse_image_url(&self, to: &str) -> Result<LinkTarget, (String, &'static str)> {
        match href::read(to, self.settings.file) {
            Ok(Href::Web(to)) => Ok(LinkTarget::External(to.into_owned())),
            Ok(Href::Root(to)) => Ok(LinkTarget::Root(to)),
            Ok(Href::Source(path, _)) => Ok(LinkTarget::Source(path, None)),
            Ok(Href::Contact(_) | Href::Fragment(_)) => {
                Err((format!("`{}` is not an image", shorten(to)), "name a file beside this one, or in `static/`"))
            }
            Err(error) => Err((error.message, error.help)),
        }
    }

    /// Converts a paragraph that contains only an image with a title to a figure with the title as caption.
    pub(super) fn close_figure(&mut self, start: usize) -> bool {
        let content = start + "<p>".len();
        if self.body.html.len() != content {
            return false;
        }
        let others = self.body.placeholders.len().saturating_sub(2);
        let (image, caption) = match &self.body.placeholders[others..] {
            [.., (offset, Placeholder::Image(image))] if *offset == content => {
                let is_alone = self.body.placeholders.iter().rev().nth(1).is_none_or(|(offset, _)| *offset < content);
                let caption = &mut self.analysis.images[*image as usize].title;
                if !is_alone || caption.is_empty() {
                    return false;
                }
                (*image, std::mem::take(caption))
            }
            _ => return false,
        };
        self.body.placeholders.pop();
        self.body.html.truncate(start);
        self.body.html.push_str("<figure>");
        self.placeholder(Placeholder::Image(image));
        self.body.html.push_str("<figcaption>");
        self.typography.begin();
        self.typography.write(&caption, &mut self.body.html);
        self.body.html.push_str("</figcaption></figure>\n");
        true
    }

    /// Returns the byte range in the file of the URL in a link or image; the whole range if the URL is elsewhere.
    fn spot_of(&self, to: &str, range: &Range<usize>) -> Range<usize> {
        let whole = self.span(range);
        let source = &self.marked.text[range.clone()];
        let at = match source.strip_suffix(')').and_then(|source| source.strip_suffix(to)) {
            Some(before) => Some(before.len()),
            None => source.rfind(to),
        };
        match at {
            Some(at) if !to.is_empty() => whole.start + at..whole.start + at + to.len(),
            _ => whole,
        }
    }
}

/// Reports fragments without an id in the text. The empty one and `top` are the page itself.
pub(super) fn check_fragments(
    settings: &MarkdownContext<'_>,
    fragments: &[(String, Range<usize>)],
    anchors: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) {
    // Comparing every name with every other one would take quadratic time.
    let mut comparisons = 200_000_usize;
    for (fragment, span) in fragments {
        let is_page = fragment.is_empty() || fragment.eq_ignore_ascii_case("top");
        let is_known = |anchors: &[String]| find_anchor(anchors, fragment).is_some();
        if is_page || is_known(anchors) || is_known(settings.taken_ids) {
            continue;
        }
        let message = format!("nothing here has the id `{}`", shorten(fragment));
        let error = Diagnostic::error("link", message).in_group(CheckGroup::Fragments);
        let mut diagnostic = error.at(settings.file, Span::Bytes(span.clone()));
        if fragment.len() <= 100 && anchors.len() <= comparisons {
            comparisons -= anchors.len();
            diagnostic = diagnostic.suggest(fragment, anchors.iter().map(String::as_str).filter(|id| id.len() <= 200));
        }
        diagnostics.push(diagnostic);
    }
}

/// Returns whether a fragment equals its slug. For others, the id is known only when all ids are.
pub(super) fn is_plain(fragment: &str) -> bool {
    fragment.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Replaces the fragments of links within the text by the ids that they name.
pub(super) fn name_anchors(links: &mut [InternalLink], anchors: &[String]) {
    for link in links {
        let LinkTarget::Fragment(fragment) = &mut link.target else { continue };
        if let Some(id) = find_anchor(anchors, fragment).filter(|id| id != fragment) {
            *fragment = id.to_owned();
        }
    }
}

/// Writes a URL into an attribute, percent-encoding what a URL cannot contain.
fn push_url(to: &str, html: &mut String) {
    let mut rest = to;
    // A percent sign without two hexadecimal digits is encoded.
    while let Some(at) = rest.find('%') {
        let hex = |offset: usize| rest.as_bytes().get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        let sign = if hex(1) && hex(2) { "%" } else { "%25" };
        escape_href(&mut *html, &rest[..at]).expect("a String takes everything");
        html.push_str(sign);
        rest = &rest[at + 1..];
    }
    escape_href(html, rest).expect("a String takes everything");
}

/// Converts a byte range to offsets as the analysis stores them.
pub(super) fn offsets(span: &Range<usize>) -> (u32, u32) {
    let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
    (offset(span.start), offset(span.end))
}

/// Converts an index to the form that placeholders store.
pub(super) fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a text holds fewer than four billion links")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown::tests::{diagnostics_of, parse_as};
    use crate::path::SourcePath;

    #[test]
    fn links_leave_placeholders() {
        let (html, analysis, diagnostics) = parse_as(
            "[a *b*](../2024/strike.md#demands \"T\") [c](/d?e) <https://x.org/a_b--c> [f](https://y.org) [g](#h)\n\n## H",
            "en",
            true,
        );
        assert_eq!(
            html,
            "<p>{link 0}a <em>b</em>{/link 0} {link 1}c{/link 1} <a href=\"https://x.org/a_b--c\" rel=\"noopener\">https://x.org/a_b--c</a> <a href=\"https://y.org\" rel=\"noopener\">f</a> <a href=\"#h\">g</a></p>\n<h2 id=\"h\">H</h2>\n"
        );
        assert!(diagnostics.is_empty());
        let path = SourcePath::new("content/articles/2024/strike.md").unwrap();
        assert_eq!(
            analysis.links,
            [
                InternalLink {
                    target: LinkTarget::Source(path, Some("demands".to_owned())),
                    title: "T".to_owned(),
                    span: (1008, 1033)
                },
                InternalLink { target: LinkTarget::Root("/d?e".to_owned()), title: String::new(), span: (1043, 1047) },
            ]
        );
    }

    #[test]
    fn fragments_as_other_programs_write_them_name_the_id() {
        let text = "[a](#sección-única) <a href=\"#Secci%C3%B3n-%C3%BAnica\">b</a> [c](#seccion-unica) [d](#Ö)\n\n\
                    ## Sección única\n\n<p id=Ö>e</p>";
        let (html, analysis, diagnostics) = parse_as(text, "es", true);
        assert!(html.starts_with("<p>{link 0}a{/link 0} <a href=\"{url 1}\">b</a> <a href=\"#seccion-unica\">c</a>"));
        let targets: Vec<_> = analysis.links.iter().map(|link| link.target.clone()).collect();
        assert_eq!(targets, ["seccion-unica", "seccion-unica", "Ö"].map(|id| LinkTarget::Fragment(id.to_owned())));
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
    }

    #[test]
    fn links_that_lead_nowhere_are_reported() {
        assert_eq!(
            diagnostics_of(
                "[a](javascript:x) [b](#demand) [](c.md) [d](../../../../e) <javascript:f> [g]()\n\n## Demands"
            ),
            [
                "error link: `javascript:` URLs are not published @ javascript:x",
                "error link: nothing here has the id `demand` @ #demand",
                "warning link: a link without text @ [](c.md)",
                "error link: `../../../../e` leads out of the site @ ../../../../e",
                "error link: `javascript:` URLs are not published @ javascript:f",
                "error link: an empty URL @ [g]()",
            ]
        );
        assert_eq!(parse_as("[*a*](java&#115;cript:x)", "en", true).0, "<p><em>a</em></p>\n");
    }

    #[test]
    fn images_leave_placeholders() {
        let (html, analysis, diagnostics) = parse_as(
            "![A *map* of](map%20x.png)\n\n![b](/c.png \"The \"new\" hall\")\n\n![d](https://e.org/f.png \"g\") h",
            "en",
            true,
        );
        assert_eq!(html, "<p>{image 0}</p>\n<p>![b](/c.png “The ‘new’ hall”)</p>\n<p>{image 1} h</p>\n");
        assert!(diagnostics.is_empty());
        let path = SourcePath::new("content/articles/2026/map x.png").unwrap();
        assert_eq!(
            analysis.images[0],
            ImageRef {
                target: LinkTarget::Source(path, None),
                alt: "A map of".to_owned(),
                title: String::new(),
                focus: None,
                span: (1014, 1025)
            }
        );
        let (html, analysis, _) = parse_as("![b](/c.png 'The \"new\" hall')", "en", true);
        assert_eq!(html, "<figure>{image 0}<figcaption>The “new” hall</figcaption></figure>\n");
        assert_eq!(analysis.images[0].title, "");
        assert_eq!(
            diagnostics_of("![](a.png) ![b](javascript:c) ![d](#e)"),
            [
                "warning image: an image without a description @ ![](a.png)",
                "error image: `javascript:` URLs are not published @ javascript:c",
                "error image: `#e` is not an image @ #e",
            ]
        );
    }
}
