//! The HTML of an article as an entry of a feed: the text with the parts of the page that belong to it.

use std::fmt::Write;

use crate::content::front_matter::Citation;
use crate::html::escape_xml;
use crate::site::{ArticleData, CardData, Globals, ImageView};

/// Returns an article as HTML: label, lead image, dateline, text, the URL of first publication, corrections, sources.
pub(super) fn html(
    article: &ArticleData<'_>,
    card: &CardData<'_>,
    image: Option<&ImageView>,
    text: &str,
    globals: &Globals<'_>,
) -> String {
    let front_matter = article.metadata.front_matter;
    let mut html = String::new();
    if let Some(label) = globals.label(card.label) {
        let _ = writeln!(html, "<p><strong>{}</strong></p>", escape_xml(&label.text));
    }
    if let Some(image) = image {
        html.push_str(&figure(image));
    }
    html.push_str(&front_matter.dateline.as_deref().map_or_else(|| text.to_owned(), |place| dated_from(place, text)));
    if let Some(url) = &front_matter.canonical_url {
        let (words, url) = (escape_xml(&globals.translate("first_appeared")).into_owned(), escape_xml(url));
        let _ = writeln!(html, "<p>{words} <a href=\"{url}\">{url}</a></p>");
    }
    for correction in &front_matter.corrections {
        let kind = globals.translate(&format!("correction_{}", correction.kind.as_str()));
        let date = globals.date(globals.seconds(correction.date)).text;
        let (kind, date, text) = (escape_xml(&kind), escape_xml(&date), escape_xml(&correction.text));
        let _ = writeln!(html, "<p><strong>{kind}</strong> ({date}): {text}</p>");
    }
    html.push_str(&citations_html(globals, &front_matter.sources));
    html
}

fn figure(image: &ImageView) -> String {
    let mut html = format!("<figure><img src=\"{}\" alt=\"{}\">", escape_xml(&image.url), escape_xml(&image.alt));
    let words: Vec<&str> = [&image.caption, &image.credit].into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        let _ = write!(html, "<figcaption>{}</figcaption>", escape_xml(&words.join(" ")));
    }
    html + "</figure>\n"
}

/// Returns a text with the dateline at its start: in the first paragraph, or in a paragraph before a text that begins with
/// another element.
fn dated_from(place: &str, text: &str) -> String {
    let place = escape_xml(place);
    match text.strip_prefix("<p>") {
        Some(rest) => format!("<p><strong>{place}</strong> — {rest}"),
        None => format!("<p><strong>{place}</strong></p>\n{text}"),
    }
}

fn citations_html(globals: &Globals<'_>, sources: &[Citation]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let link = |url: &str, words: &str| format!("<a href=\"{}\">{}</a>", escape_xml(url), escape_xml(words));
    let mut html = format!("<h2>{}</h2>\n<ul>\n", escape_xml(&globals.translate("sources")));
    for source in sources {
        let title = source.url.as_deref().map_or_else(
            || escape_xml(&source.title).into_owned(),
            |url| link(url, if source.title.is_empty() { url } else { &source.title }),
        );
        let archived =
            source.archived.as_deref().map(|url| format!(" ({})", link(url, &globals.translate("source_archived"))));
        let note = source.note.as_deref().map(|note| format!(" {}", escape_xml(note)));
        let _ = writeln!(html, "<li>{title}{}{}</li>", archived.unwrap_or_default(), note.unwrap_or_default());
    }
    html + "</ul>\n"
}

#[cfg(test)]
mod tests {
    use super::dated_from;

    #[test]
    fn dateline_is_in_the_first_paragraph_if_the_text_begins_with_one() {
        let check = |text: &str, expected: &str| assert_eq!(dated_from("A & B", text), expected);
        check("<p>Two.</p>", "<p><strong>A &amp; B</strong> — Two.</p>");
        check("<ul><li>Two.</li></ul>", "<p><strong>A &amp; B</strong></p>\n<ul><li>Two.</li></ul>");
        check("", "<p><strong>A &amp; B</strong></p>\n");
    }
}
