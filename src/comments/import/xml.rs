//! Some elements of an XML document, found by where they stand. The rest, however large or deep, is passed over.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element with what is directly or further inside, by path: `author/name`.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The path that found it.
    pub(crate) path: &'static str,
    /// How many records had begun before the one around it; `None` when it stands in none.
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
    /// The text of an element inside, trimmed; the first, if there are several.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.fields.get(path).map_or("", |field| field.text.trim())
    }

    /// An attribute of an element inside, or of the record itself when `path` is empty.
    pub(crate) fn attribute(&self, path: &str, name: &str) -> Option<&str> {
        let attributes =
            if path.is_empty() { Some(&self.attributes) } else { self.fields.get(path).map(|f| &f.attributes) };
        attributes?.get(name).map(String::as_str)
    }
}

/// How deep elements are looked at.
const DEEPEST: usize = 64;

/// Finds the elements at these paths from the root, `rss/channel/item`, in the order in which they begin. Names are
/// compared without their prefixes, but for those in `spelt`, which are kept whole. One path may lead into another.
///
/// Gives what was read until the document ends or breaks, and in the second case why.
pub(crate) fn records(xml: &str, paths: &[&'static str], spelt: &[&str]) -> (Vec<Record>, Option<String>) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<String> = Vec::new();
    // The records that are open: their place among all, and how deep they stand.
    let mut inside: Vec<(usize, usize)> = Vec::new();
    let mut found: Vec<Record> = Vec::new();
    let name_of = |start: &BytesStart<'_>| {
        let name = start.name().as_ref().to_owned();
        let local = name.rsplit(':').next().unwrap_or_default().to_owned();
        if spelt.contains(&name.as_str()) { name } else { local }
    };
    let begin =
        |start: &BytesStart<'_>, open: &mut Vec<String>, inside: &mut Vec<(usize, usize)>, found: &mut Vec<Record>| {
            open.push(name_of(start));
            if open.len() > DEEPEST {
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
                // What is no reference of XML may be one of HTML.
                quick_xml::escape::unescape(&whole).map_or(whole.clone(), |text| text.into_owned())
            }
            _ => continue,
        };
        if let Some((record, depth)) = inside.last().filter(|(_, depth)| open.len() > *depth && open.len() <= DEEPEST) {
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
