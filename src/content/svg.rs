//! Checks SVG files. A browser runs the scripts of one that is opened by itself, and fetches what it refers to.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::markdown::href::shorten;
use crate::diagnostic::{Diagnostic, Span};
use crate::html::decode_attribute;
use crate::path::SourcePath;

/// Elements that show other documents, which may run scripts.
const OTHER_DOCUMENTS: [&str; 8] = ["foreignobject", "iframe", "object", "embed", "audio", "video", "img", "handler"];

/// Attributes whose value is a reference.
const REFERENCES: [&str; 4] = ["href", "src", "data", "srcset"];

const HELP: &str = "export it again as plain SVG, or without scripts and linked files";

/// Returns an error for each script, event handler and reference to another file, and for what cannot be read: a browser
/// may read it otherwise. Links (`a`) may lead to other pages.
pub(super) fn check(path: &SourcePath, bytes: &[u8]) -> Vec<Diagnostic> {
    let error = |span: Span, message: String| Diagnostic::error("svg", message).at(path, span).help(HELP);
    // UTF-16 of Latin letters is UTF-8, too, with a NUL between two letters.
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let Some(text) = text else {
        return vec![error(Span::Whole, "an SVG that is not UTF-8 text".to_owned())];
    };
    let mut found = Vec::new();
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut is_style = false;
    let mut style = String::new();
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let mut report = |message: String| found.push(error(Span::Bytes(offset..offset), message));
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                is_style = element.local_name().as_ref().eq_ignore_ascii_case("style");
                check_element(&element, &mut report);
            }
            Ok(Event::Empty(element)) => check_element(&element, &mut report),
            // A style may be in several pieces, between which a word continues.
            Ok(Event::Text(piece)) if is_style => style.push_str(&piece),
            Ok(Event::CData(piece)) if is_style => style.push_str(&piece),
            Ok(Event::GeneralRef(_)) if is_style => report("a character reference in the style of an SVG".to_owned()),
            Ok(Event::End(_)) => {
                check_style(&std::mem::take(&mut style), &mut report);
                is_style = false;
            }
            Ok(Event::DocType(doctype)) if doctype.contains('[') => report("an SVG that declares entities".to_owned()),
            Ok(Event::PI(_)) => report("an SVG with a processing instruction".to_owned()),
            Ok(Event::Eof) => return found,
            Ok(_) => {} // text, comments, declarations
            Err(why) => {
                report(format!("an SVG that is not well-formed XML: {why}"));
                return found;
            }
        }
    }
}

fn check_element(element: &BytesStart<'_>, report: &mut dyn FnMut(String)) {
    let name = element.local_name().as_ref().to_lowercase();
    if name == "script" {
        return report("a script in an SVG".to_owned());
    }
    if OTHER_DOCUMENTS.contains(&name.as_str()) {
        return report(format!("an SVG with the element `{name}`, which shows other documents"));
    }
    for attribute in element.attributes().with_checks(false) {
        let Ok(attribute) = attribute else {
            report("an SVG that is not well-formed XML: an attribute without a value".to_owned());
            continue;
        };
        let key = attribute.key.local_name().as_ref().to_lowercase();
        let value = decode_attribute(&attribute.value);
        if key.starts_with("on") {
            report(format!("the event handler `{key}` in an SVG"));
        } else if REFERENCES.contains(&key.as_str()) {
            // Browsers ignore spaces and control characters in a scheme.
            let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            let is_script = plain.to_ascii_lowercase().starts_with("javascript:");
            if is_script || name != "a" && !is_inside(&value) {
                report(format!("an SVG that refers to `{}`", shorten(&value)));
            }
        } else if key == "attributename" && value.to_ascii_lowercase().ends_with("href") {
            report("an SVG that animates a reference".to_owned());
        } else {
            check_style(&value, report);
        }
    }
}

/// Returns whether a reference is to a part of the same file, or is data itself.
fn is_inside(reference: &str) -> bool {
    let reference = reference.trim_start();
    reference.is_empty() || reference.starts_with('#') || reference.to_ascii_lowercase().starts_with("data:image/")
}

/// Reports what a style, or an attribute of one property, loads.
fn check_style(style: &str, report: &mut dyn FnMut(String)) {
    let lower = style.to_ascii_lowercase();
    if lower.contains("@import") {
        report("an SVG whose style imports another".to_owned());
    }
    let may_load = |text: &str| ["url", "image", "import"].iter().any(|word| text.contains(word)) || text.contains('(');
    if lower.contains('\\') && may_load(&lower) {
        report("an SVG with an escape in its style".to_owned());
    }
    if lower.contains("image-set(") || lower.contains("src(") {
        report("an SVG whose style loads a picture".to_owned());
    }
    for (at, _) in lower.match_indices("url(") {
        let reference = style[at + 4..].trim_start_matches([' ', '"', '\'', '\n', '\t', '\r']);
        let end = reference.find([')', '"', '\'']).unwrap_or(reference.len());
        if !is_inside(&reference[..end]) && !reference[..end].starts_with("data:") {
            report(format!("an SVG whose style loads `{}`", shorten(&reference[..end])));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_or_is_fetched_is_reported() {
        let path = SourcePath::new("static/a.svg").unwrap();
        let check = |svg: &str, expected: &[&str]| {
            let messages: Vec<String> = check(&path, svg.as_bytes()).into_iter().map(|it| it.message).collect();
            assert_eq!(messages, expected, "{svg}");
        };
        check("<svg><title/><script>x</script></svg>", &["a script in an SVG"]);
        check("<svg><svg:SCRIPT href='a'/></svg>", &["a script in an SVG"]);
        check(
            "<svg onload='x()'><g onclick=\"y\"/></svg>",
            &["the event handler `onload` in an SVG", "the event handler `onclick` in an SVG"],
        );
        check(
            "<svg><image href='https://a.example/b.png'/><use xlink:href='#c'/></svg>",
            &["an SVG that refers to `https://a.example/b.png`"],
        );
        check(
            "<svg><a href='javascript:x'/><a href='https://a.example/'/></svg>",
            &["an SVG that refers to `javascript:x`"],
        );
        check(
            "<svg><style>@import 'x'; a { fill: url(#b); mask: url('//c.example/d') }</style></svg>",
            &["an SVG whose style imports another", "an SVG whose style loads `//c.example/d`"],
        );
        check("<svg><image href='data:image/png;base64,AA'/><path style='fill:url(#a)' d='M0 0'/></svg>", &[]);
        for hostile in [
            "<!DOCTYPE svg [<!ENTITY a '<script>x</script>'>]><svg>&a;</svg>",
            "<svg><foreignObject><iframe srcdoc='x'/></foreignObject></svg>",
            "<?xml-stylesheet href='http://a.example/b.css'?><svg/>",
            "<svg><path fill='url(http://a.example/b)'/></svg>",
            "<svg><style>a { fill: \\75rl(http://a.example/b) }</style></svg>",
            "<svg><style>a { fill: u<![CDATA[rl(http://a.example/b)]]> }</style></svg>",
            "<svg><style>&#64;import 'http://a.example/b'</style></svg>",
            "<svg><style>a { mask: image-set('http://a.example/b' 1x) }</style></svg>",
            "<svg xmlns:q='http://www.w3.org/1999/xlink'><image q:href='http://a.example/b'/></svg>",
            "<svg><a href='&#106;avascript:x'/></svg>",
            "<svg><a href='java&#9;script:x'/></svg>",
            "<svg><a><set attributeName='href' to='javascript:x'/></a></svg>",
            "<svg><",
        ] {
            assert!(!super::check(&path, hostile.as_bytes()).is_empty(), "{hostile}");
        }
        let wide: Vec<u8> = "<svg><script/></svg>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(!super::check(&path, &wide).is_empty());
        check(
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/x.dtd'><svg><path d='M0 0'/></svg>",
            &[],
        );
    }
}
