//! Rewrites the forms of a page to post to the dev server's outbox. Only the response is changed, never a page that is
//! built.

use std::borrow::Cow;

use super::FormEndpoint;
use crate::html::{HtmlToken, HtmlTokenizer, Tag, escape_xml};

/// Returns the page with the dev server's endpoint in place of the `action` of each known form, and of the `formaction` of
/// buttons. All other bytes are those of `html`.
///
/// If several newsletters have the same action, the hidden fields of the form identify the newsletter.
#[must_use]
pub fn rewrite_forms<'h>(html: &'h str, endpoints: &[FormEndpoint]) -> Cow<'h, str> {
    if endpoints.iter().all(|endpoint| endpoint.action.is_none()) {
        return Cow::Borrowed(html);
    }
    let mut out = String::new();
    let mut copied = 0;
    let mut tokens = HtmlTokenizer::new(html);
    while let Some((start, token)) = tokens.next() {
        let HtmlToken::Tag(tag) = token else { continue };
        let Some((name, action)) = action(&tag) else { continue };
        if let Some(endpoint) = endpoint_of(endpoints, action.trim(), tokens.clone()) {
            let value = &tag.attribute(name).expect("the tag has this action").value_range;
            out.push_str(&html[copied..start + value.start]);
            out.push_str(&format!("\"{}\"", escape_xml(&endpoint.path)));
            copied = start + value.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// Returns the URL to which a form or a button posts, and the attribute that contains it.
fn action<'h>(tag: &Tag<'h>) -> Option<(&'static str, Cow<'h, str>)> {
    let name = match () {
        () if tag.starts("form") => "action",
        () if tag.starts("button") || tag.starts("input") => "formaction",
        () => return None,
    };
    Some((name, tag.value(name)?))
}

/// Returns the endpoint of a form. `content` are the tokens behind the form's tag.
fn endpoint_of<'s>(
    endpoints: &'s [FormEndpoint],
    action: &str,
    content: HtmlTokenizer<'_>,
) -> Option<&'s FormEndpoint> {
    let mut candidates = endpoints.iter().filter(|endpoint| endpoint.action.as_deref() == Some(action));
    let first = candidates.next()?;
    if candidates.clone().next().is_none() {
        return Some(first);
    }
    let given = inputs(content);
    let fits =
        |endpoint: &FormEndpoint| {
            endpoint.expected.hidden.iter().all(|field| {
                given.iter().any(|(name, value)| *name == field.name && value.trim() == field.value.trim())
            })
        };
    // The endpoint with the most fields fits best, since one without tags fits a form with some.
    let fitting = [first].into_iter().chain(candidates).filter(|endpoint| fits(endpoint));
    Some(
        fitting
            .reduce(
                |best, endpoint| {
                    if endpoint.expected.hidden.len() > best.expected.hidden.len() { endpoint } else { best }
                },
            )
            .unwrap_or(first),
    )
}

/// Returns name and value of the inputs up to the form's end. Checkboxes are left out: they hold the reader's choice
/// and do not identify the newsletter.
fn inputs<'h>(content: HtmlTokenizer<'h>) -> Vec<(Cow<'h, str>, Cow<'h, str>)> {
    let tags = content.filter_map(|(_, token)| if let HtmlToken::Tag(tag) = token { Some(tag) } else { None });
    let inside = tags.take_while(|tag| !tag.name.eq_ignore_ascii_case("form")).filter(|tag| tag.starts("input"));
    let is_checkbox = |tag: &Tag<'_>| tag.value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
    let value = |tag: &Tag<'h>, name: &str| tag.value(name).unwrap_or_default();
    inside.filter(|tag| !is_checkbox(tag)).map(|tag| (value(&tag, "name"), value(&tag, "value"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::ExpectedForm;
    use super::*;
    use crate::providers::newsletter::{Field, Form};

    fn endpoint(action: &str, path: &str, hidden: &[(&str, &str)]) -> FormEndpoint {
        let hidden = hidden.iter().map(|(name, value)| Field { name: (*name).into(), value: (*value).into() });
        let form = Form { hidden: hidden.collect(), ..Form::default() };
        let expected = ExpectedForm::newsletter("x", &form);
        FormEndpoint { expected, path: path.into(), action: Some(action.into()), thanks: None }
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let endpoints = [
            endpoint("https://x.example/join?a=1&b='2'", "/o/x/", &[]),
            endpoint("https://l.example/form", "/o/one/", &[("l", "u1")]),
            endpoint("https://l.example/form", "/o/both/", &[("l", "u1"), ("l", "u2")]),
            endpoint("https://l.example/form", "/o/two/", &[("l", "u2")]),
        ];
        assert_eq!(rewrite_forms(html, &endpoints), expected);
    }

    #[test]
    fn forms_of_known_providers_post_to_the_dev_server() {
        check(
            "<form class=\"form\" action=\"https://x.example/join?a=1&amp;b=&#39;2&#x27;\" method=\"post\">é",
            "<form class=\"form\" action=\"/o/x/\" method=\"post\">é",
        );
        check("<FORM\nAction='https://l.example/form'>", "<FORM\nAction=\"/o/one/\">");
        check("<form method=post action = https://l.example/form>x", "<form method=post action = \"/o/one/\">x");
        check("<button formaction=\"https://l.example/form\">", "<button formaction=\"/o/one/\">");
    }

    #[test]
    fn hidden_fields_identify_newsletters_of_one_url() {
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
            "<!-- <form action=\"https://l.example/form\"> -->",
            "<script>f('<form action=\"https://l.example/form\">')</script>",
        ] {
            check(html, html);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_page_panics(html in "(<form|<input| action=|\"|'|>|&amp;|&#x27;|&|;|=| |é|https://l.example/form|/){0,30}") {
            let endpoints = [endpoint("https://l.example/form", "/o/", &[("l", "1")]), endpoint("https://l.example/form", "/p/", &[])];
            let once = rewrite_forms(&html, &endpoints).into_owned();
            assert_eq!(rewrite_forms(&once, &endpoints), once.as_str());
        }
    }
}
