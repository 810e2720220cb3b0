//! Reads the texts of XML elements: responses of services, sitemaps.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Returns the text of the first element with a name.
pub(super) fn element(body: &[u8], name: &str) -> Option<String> {
    let mut found = None;
    elements(body, &mut |element, text| {
        if element == name && found.is_none() {
            found = Some(text.to_owned());
        }
    })?;
    found
}

/// Calls `visit` at the end of each element, with its name and the text before its end. Namespaces are ignored: services
/// differ in them. `None` if the body is no XML.
pub(super) fn elements(body: &[u8], visit: &mut dyn FnMut(&str, &str)) -> Option<()> {
    let mut reader = Reader::from_reader(body);
    let mut text = String::new();
    let mut has_element = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) => text.clear(),
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(name) => text.push_str(resolve_predefined_entity(&name).unwrap_or_default()),
            Event::End(end) => {
                has_element = true;
                visit(end.local_name().as_ref(), &text);
                text.clear();
            }
            Event::Eof => return has_element.then_some(()),
            _ => {}
        }
    }
}
