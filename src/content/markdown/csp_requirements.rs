//! Source expressions of the Content-Security-Policy that raw HTML in a text needs.

use std::ops::Range;

use super::href::Href;
use super::links::offsets;
use super::writer::Writer;
use crate::content::body::CspRequirement;
use crate::csp::{Directive, SELF, UNSAFE_INLINE, origin};
use crate::html::Tag;

impl Writer<'_> {
    /// Records what a URL in an attribute needs.
    pub(super) fn load(&mut self, tag: &Tag<'_>, attribute: &str, to: &Href<'_>, span: &Range<usize>) {
        let Some(directive) = directive(tag, attribute) else { return };
        let source = match to {
            Href::Web(to) => origin(to),
            Href::Root(_) | Href::Source(..) => Some(SELF.to_owned()),
            Href::Contact(_) | Href::Fragment(_) => None,
        };
        self.analysis.csp_requirements.extend(source.map(|source| CspRequirement {
            directive,
            source,
            span: offsets(span),
        }));
    }

    /// Records an attribute with a style or an event handler.
    pub(super) fn inline_attribute(&mut self, attribute: &str, span: &Range<usize>) {
        let directive = match attribute {
            "style" => Directive::StyleSrc,
            _ if attribute.starts_with("on") => Directive::ScriptSrc,
            _ => return,
        };
        self.inline(directive, span);
    }

    /// Records an element with an inline style or script.
    pub(super) fn inline_element(&mut self, tag: &Tag<'_>, span: &Range<usize>) {
        if tag.starts("style") {
            self.inline(Directive::StyleSrc, span);
        } else if tag.starts("script") && tag.attribute("src").is_none() && !is_data(tag) {
            self.inline(Directive::ScriptSrc, span);
        }
    }

    fn inline(&mut self, directive: Directive, span: &Range<usize>) {
        self.analysis.csp_requirements.push(CspRequirement {
            directive,
            source: UNSAFE_INLINE.to_owned(),
            span: offsets(span),
        });
    }
}

/// Returns whether a script contains only data, which the policy does not restrict.
fn is_data(tag: &Tag<'_>) -> bool {
    tag.value("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

/// Returns the directive for a URL in an attribute; `None` if a browser does not load it.
fn directive(tag: &Tag<'_>, attribute: &str) -> Option<Directive> {
    Some(match (tag.name.to_ascii_lowercase().as_str(), attribute) {
        ("img" | "input", "src") | ("img" | "source", "srcset") | ("video", "poster") => Directive::ImgSrc,
        ("image", "href" | "xlink:href") => Directive::ImgSrc,
        ("video" | "audio" | "source" | "track", "src") => Directive::MediaSrc,
        ("iframe" | "frame", "src") => Directive::FrameSrc,
        ("script", "src") => Directive::ScriptSrc,
        ("embed", "src") | ("object", "data") => Directive::ObjectSrc,
        ("form", "action") | ("button" | "input", "formaction") => Directive::FormAction,
        ("link", "href") => match tag.value("rel")?.to_ascii_lowercase() {
            rel if rel.contains("stylesheet") => Directive::StyleSrc,
            rel if rel.contains("icon") => Directive::ImgSrc,
            _ => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::tests::parse_as;

    #[test]
    fn what_html_loads_is_in_the_outline() {
        let check = |text: &str, expected: &[&str]| {
            let requirements = parse_as(text, "en", true).1.csp_requirements;
            let reported: Vec<_> =
                requirements.iter().map(|it| format!("{} {}", it.directive.name(), it.source)).collect();
            assert_eq!(reported, expected, "{text}");
        };
        check("<iframe src=\"https://V.example/x?y\"></iframe>", &["frame-src https://v.example"]);
        check("<IFRAME SRC=//v.example/x></IFRAME>", &["frame-src https://v.example"]);
        check(
            "a <video src=clip.mp4 poster=https://i.example/p.jpg>",
            &["media-src 'self'", "img-src https://i.example"],
        );
        check("<audio>\n<source src=/a.mp3>\n</audio>", &["media-src 'self'"]);
        check(
            "<img srcset=\"https://a.example/1 1x, b.png 2x\" alt>",
            &["img-src https://a.example", "img-src 'self'"],
        );
        check("<script src=https://s.example/x.js></script>", &["script-src https://s.example"]);
        check("<script type=\"application/ld+json\">{}</script>", &[]);
        check("<style>p{}</style><script>x()</script>", &["style-src 'unsafe-inline'", "script-src 'unsafe-inline'"]);
        check("a <b style=\"x:y\" onClick=z()>c</b>", &["style-src 'unsafe-inline'", "script-src 'unsafe-inline'"]);
        check(
            "<link rel=stylesheet href=https://f.example/f.css><link rel=me href=https://m.example/>",
            &["style-src https://f.example"],
        );
        check("<form action=https://p.example/x></form>", &["form-action https://p.example"]);
        check("<a href=https://l.example/>x</a> `<iframe src=https://v.example>`", &[]);
        check("a\n\n[^1]: <iframe src=https://v.example/>", &[]);
        assert_eq!(parse_as("<iframe src=https://v.example></iframe>", "en", false).1.csp_requirements, []);
    }
}
