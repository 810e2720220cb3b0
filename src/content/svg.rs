//! Checks SVG files. A browser runs the scripts of one that is opened by itself, and fetches what it refers to.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::markdown::href::shorten;
use crate::diagnostic::{Diagnostic, Span};
use crate::path::SourcePath;

/// Attributes whose value is a reference, of any element but links.
const REFERENCES: [&str; 3] = ["href", "xlink:href", "src"];

const HELP: &str = "export it again as plain SVG, or without scripts and linked files";

/// Returns an error for each script, event handler and reference to another file.
pub(super) fn check(path: &SourcePath, text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut report = |offset: usize, message: String| {
        let span = Span::Bytes(offset..offset);
        found.push(Diagnostic::error("svg", message).at(path, span).help(HELP));
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut is_style = false;
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(0);
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                is_style = element.local_name().as_ref().eq_ignore_ascii_case("style");
                check_element(&element, &mut |message| report(offset, message));
            }
            Ok(Event::Empty(element)) => check_element(&element, &mut |message| report(offset, message)),
            Ok(Event::Text(style)) if is_style => {
                check_style(&style, &mut |message| report(offset, message));
            }
            Ok(Event::CData(style)) if is_style => {
                check_style(&style, &mut |message| report(offset, message));
            }
            Ok(Event::End(_)) => is_style = false,
            Ok(Event::Eof) => return found,
            Ok(_) => {} // text, comments, declarations
            // Browsers show nothing of what is not well formed, and run nothing in it.
            Err(_) => return found,
        }
    }
}

fn check_element(element: &BytesStart<'_>, report: &mut dyn FnMut(String)) {
    let name = element.local_name().as_ref().to_lowercase();
    if name == "script" {
        return report("a script in an SVG".to_owned());
    }
    for attribute in element.attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref().to_lowercase();
        let value = attribute.value;
        if key.starts_with("on") {
            report(format!("the event handler `{key}` in an SVG"));
        } else if REFERENCES.contains(&key.as_str()) && (name == "a" || !is_inside(&value)) {
            let is_script = value.trim_start().to_ascii_lowercase().starts_with("javascript:");
            if name != "a" || is_script {
                report(format!("an SVG that refers to `{}`", shorten(&value)));
            }
        } else if key == "style" {
            check_style(&value, report);
        }
    }
}

/// Returns whether a reference is to a part of the same file, or is data itself.
fn is_inside(reference: &str) -> bool {
    let reference = reference.trim_start();
    reference.is_empty() || reference.starts_with('#') || reference.to_ascii_lowercase().starts_with("data:image/")
}

/// Reports the addresses that a style loads from.
fn check_style(style: &str, report: &mut dyn FnMut(String)) {
    let lower = style.to_ascii_lowercase();
    if lower.contains("@import") {
        report("an SVG whose style imports another".to_owned());
    }
    for (at, _) in lower.match_indices("url(") {
        let reference = style[at + 4..].trim_start_matches([' ', '"', '\'', '\n']);
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
            let messages: Vec<String> = check(&path, svg).into_iter().map(|it| it.message).collect();
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
        check("<svg><", &[]);
    }
}
