//! The URLs of feeds, sitemaps and structured data, which programs read and no reader sees.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// Receives what a file has: an absolute URL, or HTML as a text.
pub(super) trait DataVisitor {
    /// Called for each text that is an absolute URL.
    fn url(&mut self, url: &str);

    /// Called for each text with HTML in it.
    fn html(&mut self, html: &str);
}

/// Visits the texts and attributes of an XML document, as far as it is well formed.
pub(super) fn visit_xml(xml: &str, visitor: &mut impl DataVisitor) {
    let mut reader = Reader::from_str(xml);
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                text.clear();
                visit_attributes(&start, visitor);
            }
            Ok(Event::Text(part)) => text.push_str(&part.xml10_content()),
            Ok(Event::CData(part)) => text.push_str(&part.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match &*reference.xml10_content() {
                // Feeds have the HTML of whole texts, in which each tag has two of these.
                "lt" => text.push('<'),
                "gt" => text.push('>'),
                "quot" => text.push('"'),
                "amp" => text.push('&'),
                name => text.push_str(&quick_xml::escape::unescape(&format!("&{name};")).unwrap_or_default()),
            },
            Ok(Event::End(_)) => {
                visit_text(&text, visitor);
                text.clear();
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
        }
    }
}

/// Visits the attributes of an element, but for declarations of namespaces, whose URLs are names.
fn visit_attributes(start: &BytesStart<'_>, visitor: &mut impl DataVisitor) {
    let attributes = start.attributes().flatten().filter(|attribute| !attribute.key.as_ref().starts_with("xmlns"));
    for attribute in attributes {
        visit_text(&quick_xml::escape::unescape(&attribute.value).unwrap_or_default(), visitor);
    }
}

/// Visits all strings of a JSON value.
pub(super) fn visit_json(value: &Value, visitor: &mut impl DataVisitor) {
    match value {
        Value::String(text) => visit_text(text, visitor),
        Value::Array(items) => items.iter().for_each(|item| visit_json(item, visitor)),
        Value::Object(members) => members.values().for_each(|member| visit_json(member, visitor)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn visit_text(text: &str, visitor: &mut impl DataVisitor) {
    let text = text.trim();
    let is_url = text.starts_with("https://") || text.starts_with("http://");
    if is_url && !text.contains(|c: char| c.is_whitespace() || c == '<') {
        visitor.url(text);
    } else if text.contains('<') {
        visitor.html(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Found(Vec<String>, Vec<String>);

    impl DataVisitor for Found {
        fn url(&mut self, url: &str) {
            self.0.push(url.to_owned());
        }
        fn html(&mut self, html: &str) {
            self.1.push(html.to_owned());
        }
    }

    #[test]
    fn urls_and_html_are_found_wherever_they_are() {
        let mut found = Found::default();
        visit_xml(
            "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><link href='https://a.example/?x&amp;y'/>\
             <id> https://a.example/1 </id><title>At https://a.example/</title>\
             <content>&lt;p&gt;A&lt;/p&gt;</content><c><![CDATA[<b>]]></c></feed>",
            &mut found,
        );
        assert_eq!(found.0, ["https://a.example/?x&y", "https://a.example/1"]);
        assert_eq!(found.1, ["<p>A</p>", "<b>"]);
        let mut found = Found::default();
        let json = serde_json::json!({ "a": ["http://a.example/", 1, null], "b": { "c": "<p>", "d": "text" } });
        visit_json(&json, &mut found);
        assert_eq!((found.0, found.1), (vec!["http://a.example/".to_owned()], vec!["<p>".to_owned()]));
    }

    #[test]
    fn document_that_is_not_well_formed_is_read_up_to_there() {
        let mut found = Found::default();
        visit_xml("<a><b>https://a.example/</b></c><d>https://a.example/2</d>", &mut found);
        assert_eq!(found.0, ["https://a.example/"]);
    }
}
