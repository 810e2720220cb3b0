//! An article as an entry of a feed: its text, and around it whatever its page shows that readers must not miss.

use std::fmt::Write;

use super::super::{PageRenderer, TextStore};
use crate::content::front_matter::{ArticleFrontMatter, Citation};
use crate::digest::Digest;
use crate::html::escape_xml;
use crate::plan::absolute;
use crate::site::{Article, ImageView, Site, date_view};

/// The digest of what stands around the text and is in no card.
pub(super) fn digest(front_matter: &ArticleFrontMatter) -> Digest {
    let corrections = Digest::of_json(&front_matter.corrections);
    Digest::of_all([
        corrections,
        Digest::of_json(&front_matter.sources),
        Digest::of(&(&front_matter.dateline, &front_matter.canonical_url)),
    ])
}

impl PageRenderer<'_> {
    /// The whole article as HTML: label, lead picture, dateline and text, where it first appeared, corrections, sources.
    pub(super) fn article_for_feed(&self, index: usize, texts: &TextStore) -> Result<String, tera::Error> {
        let site = self.site;
        let article = &site.articles[index];
        let front_matter = &article.document.front_matter;
        let mut html = String::new();
        if let Some(label) = site.label(article.label) {
            let _ = writeln!(html, "<p><strong>{}</strong></p>", escape_xml(&label.text));
        }
        if let Some(image) = picture(site, article) {
            html.push_str(&figure(&image));
        }
        let text = self.plain_text(index, texts)?;
        html.push_str(
            &front_matter.dateline.as_deref().map_or_else(|| text.to_owned(), |place| dated_from(place, text)),
        );
        if let Some(url) = &front_matter.canonical_url {
            let (words, url) = (escape_xml(&site.translate("first_appeared")).into_owned(), escape_xml(url));
            let _ = writeln!(html, "<p>{words} <a href=\"{url}\">{url}</a></p>");
        }
        for correction in &front_matter.corrections {
            let kind = site.translate(&format!("correction_{}", correction.kind.as_str()));
            let date = date_view(site, correction.date.unix_seconds(&site.zone)).text;
            let (kind, date, text) = (escape_xml(&kind), escape_xml(&date), escape_xml(&correction.text));
            let _ = writeln!(html, "<p><strong>{kind}</strong> ({date}): {text}</p>");
        }
        html.push_str(&citations_html(site, &front_matter.sources));
        Ok(html)
    }
}

/// The lead picture, with an absolute URL.
pub(super) fn picture(site: &Site, article: &Article) -> Option<ImageView> {
    let written = article.document.front_matter.image.as_ref()?;
    site.image(written, &article.document.path, &article.url).map(|image| absolute(site, image))
}

fn figure(image: &ImageView) -> String {
    let mut html = format!("<figure><img src=\"{}\" alt=\"{}\">", escape_xml(&image.url), escape_xml(&image.alt));
    let words: Vec<&str> = [&image.caption, &image.credit].into_iter().flatten().map(String::as_str).collect();
    if !words.is_empty() {
        let _ = write!(html, "<figcaption>{}</figcaption>", escape_xml(&words.join(" ")));
    }
    html + "</figure>\n"
}

/// A text with its place at the start: in its first paragraph, or before whatever else it begins with.
fn dated_from(place: &str, text: &str) -> String {
    let place = escape_xml(place);
    match text.strip_prefix("<p>") {
        Some(rest) => format!("<p><strong>{place}</strong> — {rest}"),
        None => format!("<p><strong>{place}</strong></p>\n{text}"),
    }
}

fn citations_html(site: &Site, sources: &[Citation]) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let link = |url: &str, words: &str| format!("<a href=\"{}\">{}</a>", escape_xml(url), escape_xml(words));
    let mut html = format!("<h2>{}</h2>\n<ul>\n", escape_xml(&site.translate("sources")));
    for source in sources {
        let title = source.url.as_deref().map_or_else(
            || escape_xml(&source.title).into_owned(),
            |url| link(url, if source.title.is_empty() { url } else { &source.title }),
        );
        let archived =
            source.archived.as_deref().map(|url| format!(" ({})", link(url, &site.translate("source_archived"))));
        let note = source.note.as_deref().map(|note| format!(" {}", escape_xml(note)));
        let _ = writeln!(html, "<li>{title}{}{}</li>", archived.unwrap_or_default(), note.unwrap_or_default());
    }
    html + "</ul>\n"
}

#[cfg(test)]
mod tests {
    use super::dated_from;

    #[test]
    fn place_stands_in_the_first_paragraph_if_the_text_begins_with_one() {
        let check = |text: &str, expected: &str| assert_eq!(dated_from("A & B", text), expected);
        check("<p>Two.</p>", "<p><strong>A &amp; B</strong> — Two.</p>");
        check("<ul><li>Two.</li></ul>", "<p><strong>A &amp; B</strong></p>\n<ul><li>Two.</li></ul>");
        check("", "<p><strong>A &amp; B</strong></p>\n");
    }
}
