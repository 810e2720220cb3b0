//! XML as a reader of feeds and sitemaps sees it: a tree of elements, or an error.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    /// Its name with its prefix.
    pub(crate) name: String,
    /// Its attributes.
    pub(crate) attributes: Vec<(String, String)>,
    /// Its own text.
    pub(crate) text: String,
    /// What is inside.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads a document. What is not well formed fails the test.
    #[track_caller]
    pub(crate) fn read(document: &str) -> Element {
        Element::try_read(document).unwrap_or_else(|error| panic!("not well formed: {error}\n{document}"))
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When it is not well formed.
    pub(crate) fn try_read(document: &str) -> Result<Element, String> {
        if let Some(bad) = document.chars().find(|c| !is_allowed(*c)) {
            return Err(format!("{bad:?} is no character of XML"));
        }
        let mut reader = Reader::from_str(document);
        reader.config_mut().check_end_names = true;
        let mut open = vec![Element::default()];
        loop {
            let event = reader.read_event().map_err(|error| error.to_string())?;
            let top = open.last_mut().expect("the document stays open");
            match event {
                Event::Start(start) => open.push(element(&start)?),
                Event::Empty(start) => top.children.push(element(&start)?),
                Event::End(_) => {
                    let closed = open.pop().expect("the reader matches names");
                    open.last_mut().ok_or("an end too many")?.children.push(closed);
                }
                Event::Text(text) => top.text.push_str(&text.xml10_content()),
                Event::CData(data) => top.text.push_str(&data.xml10_content()),
                Event::GeneralRef(reference) => {
                    let whole = format!("&{};", reference.xml10_content());
                    top.text.push_str(&quick_xml::escape::unescape(&whole).map_err(|error| error.to_string())?);
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        let [document] = <[Element; 1]>::try_from(open).map_err(|_| "an element is not closed")?;
        let [root] = <[Element; 1]>::try_from(document.children).map_err(|_| "not one root")?;
        Ok(root)
    }

    /// The elements directly inside with this name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element directly inside with this name.
    #[track_caller]
    pub(crate) fn one(&self, name: &str) -> &Element {
        let mut all = self.children.iter().filter(|child| child.name == name);
        let one = all.next().unwrap_or_else(|| panic!("no `{name}` in `{}`: {self:?}", self.name));
        assert!(all.next().is_none(), "more than one `{name}` in `{}`", self.name);
        one
    }

    /// The text of the first element directly inside with this name.
    #[track_caller]
    pub(crate) fn text_of(&self, name: &str) -> &str {
        &self.one(name).text
    }

    /// An attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = attribute.key.as_ref().to_owned();
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| error.to_string())?.into_owned();
        attributes.push((name, value));
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, ..Element::default() })
}

/// The characters of XML 1.0, section 2.2.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}
