//! Extracts elements from an XML document by path. The rest, however large or deep, is skipped.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element with its descendants by path: `author/name`.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// Path that matched.
    pub(crate) path: &'static str,
    /// Index of the record around it; `None` if there is none.
    pub(crate) within: Option<usize>,
    attributes: BTreeMap<String, String>,
    fields: BTreeMap<String, Field>,
}

#[derive(Debug, Default)]
struct Field {
    text: String,
    attributes: BTreeMap<String, String>,
}

impl Record {
    /// Returns the text of a descendant, trimmed; of several, the first; empty if there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.fields.get(path).map_or("", |field| field.text.trim())
    }

    /// Returns an attribute of a descendant, or of the record itself if `path` is empty.
    pub(crate) fn attribute(&self, path: &str, name: &str) -> Option<&str> {
        let attributes =
            if path.is_empty() { Some(&self.attributes) } else { self.fields.get(path).map(|f| &f.attributes) };
        attributes?.get(name).map(String::as_str)
    }
}

/// Greatest depth of elements that are read.
const MAX_DEPTH: usize = 64;

/// Extracts the elements at the given paths from the root, `rss/channel/item`, in document order. Names are compared
/// without their prefixes, except those in `exact_names`. One path may be the prefix of another.
///
/// Returns the elements up to the end of the document or the first error, and the error.
pub(crate) fn records(xml: &str, paths: &[&'static str], exact_names: &[&str]) -> (Vec<Record>, Option<String>) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<String> = Vec::new();
    // The open records: their index and their depth.
    let mut inside: Vec<(usize, usize)> = Vec::new();
    let mut found: Vec<Record> = Vec::new();
    let name_of = |start: &BytesStart<'_>| {
        let name = start.name().as_ref().to_owned();
        let local = name.rsplit(':').next().unwrap_or_default().to_owned();
        if exact_names.contains(&name.as_str()) { name } else { local }
    };
    let begin =
        |start: &BytesStart<'_>, open: &mut Vec<String>, inside: &mut Vec<(usize, usize)>, found: &mut Vec<Record>| {
            open.push(name_of(start));
            if open.len() > MAX_DEPTH {
                return;
            }
            let here = open.join("/");
            if let Some(path) = paths.iter().find(|path| **path == here) {
                let within = inside.last().map(|(record, _)| *record);
                inside.push((found.len(), open.len()));
                found.push(Record { path, within, attributes: attributes(start), ..Record::default() });
            } else if let Some((record, depth)) = inside.last() {
                let field = open[*depth..].join("/");
                let fields = &mut found[*record].fields;
                fields.entry(field).or_insert_with(|| Field { attributes: attributes(start), ..Field::default() });
            }
        };
    let end = |open: &mut Vec<String>, inside: &mut Vec<(usize, usize)>| {
        if inside.last().is_some_and(|(_, depth)| *depth == open.len()) {
            inside.pop();
        }
        open.pop();
    };
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let line = xml[..(reader.error_position() as usize).min(xml.len())].matches('\n').count() + 1;
                return (found, Some(format!("line {line}: {error}")));
            }
        };
        let text = match event {
            Event::Start(start) => {
                begin(&start, &mut open, &mut inside, &mut found);
                continue;
            }
            Event::Empty(start) => {
                begin(&start, &mut open, &mut inside, &mut found);
                end(&mut open, &mut inside);
                continue;
            }
            Event::End(_) => {
                end(&mut open, &mut inside);
                continue;
            }
            Event::Eof if open.is_empty() => return (found, None),
            Event::Eof => return (found, Some(format!("the file ends within `{}`", open.join("/")))),
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(data) => data.xml10_content().into_owned(),
            Event::GeneralRef(reference) => {
                let whole = format!("&{};", reference.xml10_content());
                // A reference that XML does not define may be one of HTML.
                quick_xml::escape::unescape(&whole).map_or(whole.clone(), |text| text.into_owned())
            }
            _ => continue,
        };
        if let Some((record, depth)) = inside.last().filter(|(_, depth)| open.len() > *depth && open.len() <= MAX_DEPTH)
        {
            let field = open[*depth..].join("/");
            found[*record].fields.entry(field).or_default().text.push_str(&text);
        }
    }
}

fn attributes(start: &BytesStart<'_>) -> BTreeMap<String, String> {
    let mut all = start.attributes();
    let attributes = all.with_checks(false).filter_map(Result::ok).map(|attribute| {
        let name = attribute.key.as_ref().rsplit(':').next().unwrap_or_default().to_owned();
        let value = quick_xml::escape::unescape(&attribute.value)
            .map_or_else(|_| attribute.value.to_string(), |v| v.into_owned());
        (name, value)
    });
    attributes.collect()
}
