//! The two pages that the dev server shows after a form was posted. They are in English and not in the site's language,
//! since they address the site's author.

use super::{CapturedForm, FormKind, FormProblem};
use crate::html::escape_xml;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}\
code{overflow-wrap:anywhere}dt{font-weight:600}dd{margin:0 0 .75rem;white-space:pre-wrap;overflow-wrap:anywhere}";

/// Returns the page with the reasons for which the provider would refuse a form.
pub(super) fn refused(kind: &FormKind, problems: &[FormProblem], back: &str) -> String {
    let is_trapped = problems.iter().all(|problem| matches!(problem, FormProblem::Trapped(_)));
    let title = match (kind, is_trapped) {
        (FormKind::Newsletter(_), true) => "This sign-up would be dropped",
        (FormKind::Newsletter(_), false) => "This sign-up would be refused",
        (FormKind::Comment, true) => "This comment would be dropped",
        (FormKind::Comment, false) => "This comment would be refused",
    };
    let about = match kind {
        FormKind::Newsletter(newsletter) => format!("<p>Newsletter: {}</p>\n", code(&format!("`{newsletter}`"))),
        FormKind::Comment => String::new(),
    };
    let problems: String =
        problems.iter().map(|problem| format!("<li>{}</li>\n", code(&problem.to_string()))).collect();
    page(
        title,
        &format!("{about}<ul>\n{problems}</ul>\n<p>Nothing was stored, and nothing was sent to other machines.</p>"),
        back,
    )
}

/// Returns the page with the fields that would have been sent.
pub(super) fn taken(submission: &CapturedForm, back: &str) -> String {
    let fields = submission.fields.iter().filter(|(_, value)| !value.is_empty());
    let fields: String =
        fields.map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>\n", escape_xml(name), escape_xml(value))).collect();
    let notes: String = submission.notes.iter().map(|note| format!("<li>{}</li>\n", code(note))).collect();
    let notes = if notes.is_empty() { notes } else { format!("<ul>\n{notes}</ul>\n") };
    let text =
        "A copy is in <code>.handbill/outbox/</code>. Nothing was sent to other machines. This would have been sent:";
    page("This comment would be sent", &format!("<p>{text}</p>\n<dl>\n{fields}</dl>\n{notes}"), back)
}

fn page(title: &str, content: &str, back: &str) -> String {
    // Only a path of this site is linked.
    let back = if back.starts_with('/') && !back.starts_with("//") && !back.contains('\\') { back } else { "/" };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{content}\n\
         <p><a href=\"{}\">Back to the page</a></p>\n</main>\n</body>\n</html>\n",
        escape_xml(back)
    )
}

/// Converts a text to HTML, with what is in backticks as `<code>`.
fn code(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape_xml(part);
        html.push_str(&if index % 2 == 1 { format!("<code>{part}</code>") } else { part.into_owned() });
    }
    html
}
