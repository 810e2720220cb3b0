//! The forms of a page turned to the preview's own sinks. Only the response is changed, never a page that is built.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr_iter;

use super::FormEndpoint;
use crate::render::escape_xml;

/// The page with every form that posts to a sink's `action` posting to its `address` instead; so do buttons that
/// name an address of their own.
///
/// Where several lists post to one address, the form's hidden fields tell which it is.
#[must_use]
pub fn rewrite_forms<'h>(html: &'h str, sinks: &[FormEndpoint]) -> Cow<'h, str> {
    if sinks.iter().all(|sink| sink.action.is_none()) {
        return Cow::Borrowed(html);
    }
    let mut out = String::new();
    let mut copied = 0;
    for start in memchr_iter(b'<', html.as_bytes()) {
        let Some((tag, wanted)) = [("form", "action"), ("button", "formaction"), ("input", "formaction")]
            .into_iter()
            .find(|(tag, _)| is_tag(&html[start..], tag))
        else {
            continue;
        };
        let (attributes, end) = attributes(html, start + 1 + tag.len());
        let Some(action) = attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(wanted)) else {
            continue;
        };
        let value = unescape(&html[action.value.clone()]);
        if let Some(sink) = sink(sinks, value.trim(), &html[end..]) {
            out.push_str(&html[copied..action.whole.start]);
            out.push_str(&format!("=\"{}\"", escape_xml(&sink.address)));
            copied = action.whole.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// The sink of a form: `rest` is the page after the form's tag.
fn sink<'s>(sinks: &'s [FormEndpoint], action: &str, rest: &str) -> Option<&'s FormEndpoint> {
    let mut candidates = sinks.iter().filter(|sink| sink.action.as_deref() == Some(action));
    let first = candidates.next()?;
    if candidates.clone().next().is_none() {
        return Some(first);
    }
    let given = hidden(rest);
    let fits = |sink: &FormEndpoint| {
        sink.expected
            .hidden
            .iter()
            .all(|field| given.iter().any(|(name, value)| *name == field.name && value.trim() == field.value.trim()))
    };
    // The one that asks for most, since a list without tags fits a form with some.
    let fitting = [first].into_iter().chain(candidates).filter(|sink| fits(sink));
    Some(
        fitting
            .reduce(|best, sink| if sink.expected.hidden.len() > best.expected.hidden.len() { sink } else { best })
            .unwrap_or(first),
    )
}

/// Names and values of the inputs up to the form's end.
fn hidden(rest: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let mut found = Vec::new();
    for start in memchr_iter(b'<', rest.as_bytes()) {
        if is_tag(&rest[start..], "/form") || is_tag(&rest[start..], "form") {
            break;
        }
        if is_tag(&rest[start..], "input") {
            let (attributes, _) = attributes(rest, start + "<input".len());
            let value = |name: &str| {
                let attribute = attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name));
                attribute.map_or(Cow::Borrowed(""), |attribute| unescape(&rest[attribute.value.clone()]))
            };
            // A tick box says what readers may choose, not which list the form is for.
            if !value("type").eq_ignore_ascii_case("checkbox") {
                found.push((value("name"), value("value")));
            }
        }
    }
    found
}

/// Whether a text begins with `<` and this name.
fn is_tag(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(1..=name.len()).is_some_and(|given| given.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len() + 1).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'))
}

/// An attribute of a tag.
struct Attribute<'h> {
    name: &'h str,
    /// From the `=` to the end of the value with its quotes.
    whole: Range<usize>,
    value: Range<usize>,
}

/// The attributes with a value of a tag, from behind its name, and where it ends (HTML standard, 13.2.5.32 and on).
fn attributes(html: &str, from: usize) -> (Vec<Attribute<'_>>, usize) {
    let bytes = html.as_bytes();
    let skip = |mut at: usize, is: fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|&byte| is(byte)) {
            at += 1;
        }
        at
    };
    let mut found = Vec::new();
    let mut at = from;
    loop {
        at = skip(at, |byte| byte.is_ascii_whitespace() || byte == b'/');
        let name = at;
        at = skip(at, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='));
        let name = &html[name..at];
        let equals = skip(at, |byte| byte.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            match bytes.get(equals) {
                None | Some(b'>') => return (found, equals.min(html.len())),
                Some(_) => continue,
            }
        }
        let start = skip(equals + 1, |byte| byte.is_ascii_whitespace());
        let (value, end) = match bytes.get(start) {
            Some(&quote @ (b'"' | b'\'')) => {
                let length = memchr::memchr(quote, &bytes[start + 1..]);
                let Some(length) = length else { return (found, html.len()) };
                (start + 1..start + 1 + length, start + length + 2)
            }
            _ => {
                let end = skip(start, |byte| !byte.is_ascii_whitespace() && byte != b'>');
                (start..end, end)
            }
        };
        found.push(Attribute { name, whole: at..end, value });
        at = end;
    }
}

/// An attribute's value without the references that escaping makes.
fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let character = rest.find(';').and_then(|end| Some((reference(&rest[1..end])?, end + 1)));
        let (character, length) = character.unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExpectedForm;
    use super::*;
    use crate::providers::newsletter::{Field, Form};

    fn sink(action: &str, address: &str, hidden: &[(&str, &str)]) -> FormEndpoint {
        let hidden = hidden.iter().map(|(name, value)| Field { name: (*name).into(), value: (*value).into() });
        let form = Form { hidden: hidden.collect(), ..Form::default() };
        let expected = ExpectedForm::newsletter("x", &form);
        FormEndpoint { expected, address: address.into(), action: Some(action.into()), thanks: None }
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let sinks = [
            sink("https://x.example/join?a=1&b='2'", "/o/x/", &[]),
            sink("https://l.example/form", "/o/one/", &[("l", "u1")]),
            sink("https://l.example/form", "/o/both/", &[("l", "u1"), ("l", "u2")]),
            sink("https://l.example/form", "/o/two/", &[("l", "u2")]),
        ];
        assert_eq!(rewrite_forms(html, &sinks), expected);
    }

    #[test]
    fn forms_of_known_providers_post_to_the_dev_server() {
        check(
            "<form class=\"form\" action=\"https://x.example/join?a=1&amp;b=&#39;2&#x27;\" method=\"post\">é",
            "<form class=\"form\" action=\"/o/x/\" method=\"post\">é",
        );
        check("<FORM\nAction='https://l.example/form'>", "<FORM\nAction=\"/o/one/\">");
        check("<form method=post action = https://l.example/form>x", "<form method=post action=\"/o/one/\">x");
        check("<button formaction=\"https://l.example/form\">", "<button formaction=\"/o/one/\">");
    }

    #[test]
    fn hidden_fields_tell_lists_of_one_address_apart() {
        let form = |action: &str, lists: &[&str]| {
            let fields: String =
                lists.iter().map(|list| format!("<input type=\"hidden\" name=\"l\" value=\"{list}\">")).collect();
            format!("<form action=\"{action}\">{fields}<input name=\"email\"></form>")
        };
        let page = |actions: [&str; 3]| {
            form(actions[0], &["u2"]) + &form(actions[1], &["u1", "u2"]) + &form(actions[2], &["u1"])
        };
        check(&page(["https://l.example/form"; 3]), &page(["/o/two/", "/o/both/", "/o/one/"]));
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for html in [
            "<p>https://l.example/form</p><a href=\"https://l.example/form\">",
            "<form action=\"https://other.example/\">",
            "<form data-action=\"https://l.example/form\">",
            "<formal action=\"https://l.example/form\">",
            "<form action=\"https://l.example/form",
            "<form action",
            "<form",
            "<",
            "<form = = action=>",
            "<form é=\"ü\" action>",
        ] {
            check(html, html);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_page_panics(html in "(<form|<input| action=|\"|'|>|&amp;|&#x27;|&|;|=| |é|https://l.example/form|/){0,30}") {
            let sinks = [sink("https://l.example/form", "/o/", &[("l", "1")]), sink("https://l.example/form", "/p/", &[])];
            let once = rewrite_forms(&html, &sinks).into_owned();
            assert_eq!(rewrite_forms(&once, &sinks), once.as_str());
        }
    }
}
