//! Atom (RFC 4287).

use std::fmt::Write;

use super::{Channel, FeedFormat};
use crate::html::escape_xml;
use crate::time::{rfc3339, zoned};

pub(super) const ATOM: FeedFormat =
    FeedFormat { file: "atom.xml", media_type: "application/atom+xml", label: "Atom", write };

fn write(channel: &Channel<'_>) -> String {
    let date = |seconds: i64| rfc3339(&zoned(seconds, channel.zone));
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{}</title>\n<subtitle>{}</subtitle>\n<id>{}</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<updated>{}</updated>\n<author><name>{}</name></author>\n",
        escape_xml(channel.language),
        escape_xml(channel.title),
        escape_xml(channel.description),
        escape_xml(&channel.self_url),
        escape_xml(&channel.self_url),
        escape_xml(&channel.site_url),
        date(channel.updated),
        escape_xml(channel.publisher),
    );
    if let Some(hub) = channel.hub {
        let _ = writeln!(xml, "<link rel=\"hub\" href=\"{}\"/>", escape_xml(hub));
    }
    for entry in &channel.entries {
        let _ = write!(
            xml,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n",
            escape_xml(&entry.title),
            escape_xml(&entry.id),
            escape_xml(&entry.url),
            date(entry.published),
            date(entry.updated),
        );
        for (author, url) in &entry.authors {
            let url = url.as_ref().map(|url| format!("<uri>{}</uri>", escape_xml(url))).unwrap_or_default();
            let _ = writeln!(xml, "<author><name>{}</name>{url}</author>", escape_xml(author));
        }
        for tag in &entry.tags {
            let _ = writeln!(xml, "<category term=\"{}\"/>", escape_xml(tag));
        }
        if let Some(summary) = &entry.summary {
            let _ = writeln!(xml, "<summary>{}</summary>", escape_xml(summary));
        }
        let _ = write!(xml, "<content type=\"html\">{}</content>\n</entry>\n", escape_xml(&entry.html));
    }
    xml.push_str("</feed>\n");
    xml
}
