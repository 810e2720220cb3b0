//! Fills the holes of a text: one way for the site's pages, another for feeds, where addresses are absolute and
//! blocks stand in plain HTML.

use std::collections::HashMap;
use std::sync::Arc;

use tera::{Context, Map, Value};

use super::PageRenderer;
use crate::content::body::{self, BodyHtml, Placeholder, TextAnalysis};
use crate::content::markdown::smart_punctuation;
use crate::html::escape_xml;
use crate::path::SourcePath;
use crate::site::{ContentNode, ImageView, ResolvedLink};

/// The parsed texts at hand, by file.
#[derive(Default)]
pub struct TextStore(HashMap<SourcePath, Arc<BodyHtml>>);

impl TextStore {
    /// Of parsed bodies.
    #[must_use]
    pub fn new(bodies: HashMap<SourcePath, Arc<BodyHtml>>) -> TextStore {
        TextStore(bodies)
    }

    /// A file's text.
    #[must_use]
    pub fn get(&self, path: &SourcePath) -> Option<Arc<BodyHtml>> {
        self.0.get(path).cloned()
    }

    /// Lets a text go.
    pub fn forget(&mut self, path: &SourcePath) {
        self.0.remove(path);
    }

    /// Adds texts.
    pub fn extend(&mut self, bodies: impl IntoIterator<Item = (SourcePath, Arc<BodyHtml>)>) {
        self.0.extend(bodies);
    }
}

/// A text as the site's own pages show it.
pub(super) fn for_page(
    session: &PageRenderer<'_>,
    text: &BodyHtml,
    content: &ContentNode<'_>,
    texts: &TextStore,
) -> Result<String, tera::Error> {
    fill(session, text, content, texts, Mode::Page)
}

/// A text as feeds show it.
pub(super) fn for_feed(
    session: &PageRenderer<'_>,
    text: &BodyHtml,
    content: &ContentNode<'_>,
    texts: &TextStore,
) -> Result<String, tera::Error> {
    fill(session, text, content, texts, Mode::Feed)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Page,
    Feed,
}

fn fill(
    session: &PageRenderer<'_>,
    text: &BodyHtml,
    content: &ContentNode<'_>,
    texts: &TextStore,
    mode: Mode,
) -> Result<String, tera::Error> {
    let filler = PlaceholderFiller { session, content, outline: content.analysis, texts, mode };
    let mut html = String::with_capacity(text.html.len() + text.html.len() / 8);
    filler.body(text, &mut html)?;
    Ok(html)
}

struct PlaceholderFiller<'a> {
    session: &'a PageRenderer<'a>,
    content: &'a ContentNode<'a>,
    outline: &'a TextAnalysis,
    texts: &'a TextStore,
    mode: Mode,
}

impl PlaceholderFiller<'_> {
    fn body(&self, text: &BodyHtml, html: &mut String) -> Result<(), tera::Error> {
        let mut at = 0;
        for (offset, hole) in &text.placeholders {
            self.written(&text.html[at..*offset], html);
            at = *offset;
            self.hole(hole, html)?;
        }
        self.written(&text.html[at..], html);
        Ok(())
    }

    /// HTML that is finished. For feeds its links from the root become absolute, and those to places in the text lead
    /// to the article's page.
    fn written(&self, piece: &str, html: &mut String) {
        if self.mode == Mode::Page {
            return html.push_str(piece);
        }
        let mut rest = piece;
        while let Some(open) = rest.find('<') {
            let end = rest[open..].find('>').map_or(rest.len(), |end| open + end);
            html.push_str(&rest[..open]);
            self.tag(&rest[open..end], html);
            rest = &rest[end..];
        }
        html.push_str(rest);
    }

    /// The inside of a tag, for feeds.
    fn tag(&self, tag: &str, html: &mut String) {
        let mut at = 0;
        for name in [" href=\"", " src=\""] {
            let Some(value) = tag.find(name).map(|found| found + name.len()).filter(|value| *value > at) else {
                continue;
            };
            let link = &tag[value..];
            if link.starts_with('#') || (link.starts_with('/') && !link.starts_with("//")) {
                html.push_str(&tag[at..value]);
                let before = if link.starts_with('#') { self.page() } else { self.session.globals.base.origin.clone() };
                html.push_str(&escape_xml(&before));
                at = value;
            }
        }
        html.push_str(&tag[at..]);
    }

    /// The absolute URL of the text's own page.
    fn page(&self) -> String {
        self.session.globals.base.absolute(self.content.url)
    }

    fn hole(&self, hole: &Placeholder, html: &mut String) -> Result<(), tera::Error> {
        match hole {
            Placeholder::LinkOpen(index) => {
                if let Some(link) = self.link(*index) {
                    html.push_str("<a href=\"");
                    html.push_str(&escape_xml(&link));
                    let title = self.outline.links.get(*index as usize).map_or("", |link| link.title.as_str());
                    if !title.is_empty() {
                        html.push_str("\" title=\"");
                        html.push_str(&escape_xml(title));
                    }
                    html.push_str("\">");
                }
            }
            Placeholder::LinkClose(index) => {
                if self.content.links.get(*index as usize).is_some_and(|to| *to != ResolvedLink::Unpublished) {
                    html.push_str("</a>");
                }
            }
            Placeholder::Address(index) => {
                html.push_str(&escape_xml(&self.link(*index).unwrap_or_else(|| "#".to_owned())))
            }
            Placeholder::Image(index) => self.image(*index, html),
            Placeholder::Block(index, inner) => self.block(*index, inner, html)?,
        }
        Ok(())
    }

    /// The link of the outline's `index`-th link; `None` when its target is held back.
    fn link(&self, index: u32) -> Option<String> {
        let link = self.content.links.get(index as usize)?.link(self.session.globals.base)?;
        Some(self.address(&link))
    }

    fn address(&self, link: &str) -> String {
        match link.as_bytes().first() {
            Some(b'/') if self.mode == Mode::Feed => format!("{}{link}", self.session.globals.base.origin),
            Some(b'#') if self.mode == Mode::Feed => format!("{}{link}", self.page()),
            _ => link.to_owned(),
        }
    }

    fn image(&self, index: u32, html: &mut String) {
        let Some(Some(picture)) = self.content.pictures.get(index as usize) else { return };
        let written = self.outline.images.get(index as usize);
        let (alt, title) = written.map_or(("", ""), |image| (image.alt.as_str(), image.title.as_str()));
        html.push_str("<img src=\"");
        html.push_str(&escape_xml(&self.address(&picture.url)));
        html.push_str("\" alt=\"");
        html.push_str(&escape_xml(alt));
        html.push('"');
        if !title.is_empty() {
            html.push_str(&format!(" title=\"{}\"", escape_xml(title)));
        }
        if let (Some(width), Some(height)) = (picture.width, picture.height) {
            html.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        if self.mode == Mode::Page {
            html.push_str(" loading=\"lazy\" decoding=\"async\"");
        }
        html.push('>');
    }

    fn block(&self, index: u32, inner: &BodyHtml, html: &mut String) -> Result<(), tera::Error> {
        let Some(block) = self.outline.blocks.get(index as usize) else { return Ok(()) };
        let mut inside = String::new();
        self.body(inner, &mut inside)?;
        let Some(spec) = self.session.theme.blocks.get(&block.name) else {
            html.push_str(&inside);
            return Ok(());
        };
        let component = match self.mode {
            Mode::Page => Some(&spec.component),
            Mode::Feed => spec.plain.as_ref(),
        };
        let Some(component) = component else {
            self.generic(block, &inside, html);
            return Ok(());
        };
        let takes = self.session.theme.tera.get_component_definition(component);
        let takes: Vec<String> =
            takes.iter().flat_map(|info| info.args()).map(|argument| argument.name().to_owned()).collect();
        let mut arguments = Context::new();
        for (name, value) in self.arguments(index, block)? {
            if takes.contains(&name) {
                arguments.insert_value(name, value);
            }
        }
        // A component names `body` as a rule, and it would be a mistake in the template if there were none.
        let inside = if block.has_body { inside.as_str() } else { "" };
        let rendered = self.session.theme.tera.render_component(component, &arguments, Some(inside), true)?;
        let rendered = rendered.trim();
        if rendered.is_empty() && self.mode == Mode::Feed {
            // A missing newsletter is reported elsewhere, and the block is empty.
            if block.name != "newsletter" {
                self.generic(block, inside, html);
            }
        } else {
            self.written(rendered, html);
            html.push('\n');
        }
        Ok(())
    }

    fn arguments(&self, index: u32, block: &body::BlockCall) -> Result<Vec<(String, Value)>, tera::Error> {
        let values = self.session.with(self.texts);
        let mut arguments = Vec::new();
        for argument in &block.arguments {
            let value = match &argument.value {
                body::ArgumentValue::Text(text) => Value::from(self.typeset(text)),
                body::ArgumentValue::Bool(flag) => Value::from(*flag),
                body::ArgumentValue::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                    Value::from(*number as i64)
                }
                body::ArgumentValue::Number(number) => Value::from(*number),
                body::ArgumentValue::Link(link) => Value::from(self.link(*link).unwrap_or_default()),
                body::ArgumentValue::Picture(picture) => self.picture_value(*picture),
                body::ArgumentValue::Articles(_) => continue,
            };
            arguments.push((argument.name.replace('-', "_"), value));
        }
        for (name, node) in self.content.blocks.get(index as usize).into_iter().flatten() {
            arguments.push((name.replace('-', "_"), values.value(node)?));
        }
        Ok(arguments)
    }

    /// Words of an argument, set like the text around.
    fn typeset(&self, text: &str) -> String {
        let globals = &self.session.globals;
        if globals.smart_punctuation { smart_punctuation(text, globals.language) } else { text.to_owned() }
    }

    fn picture_value(&self, index: u32) -> Value {
        let Some(Some(picture)) = self.content.pictures.get(index as usize) else { return Value::none() };
        let picture = ImageView { url: self.address(&picture.url), ..picture.clone() };
        let mut map = Map::new();
        map.insert("url".into(), Value::from(picture.url));
        map.insert("width".into(), Value::from(picture.width));
        map.insert("height".into(), Value::from(picture.height));
        Value::from(map)
    }

    /// A block without a rendering of its own for feeds: its texts and what stands inside, never nothing.
    fn generic(&self, block: &body::BlockCall, inside: &str, html: &mut String) {
        let texts = block.arguments.iter().filter_map(|argument| match &argument.value {
            body::ArgumentValue::Text(text) if block.name != "newsletter" || argument.name != "id" => {
                Some((argument.name.as_str(), text))
            }
            _ => None,
        });
        let mut said = false;
        for (name, text) in texts {
            let text = self.typeset(text);
            let text = escape_xml(&text);
            html.push_str(&if name == "title" {
                format!("<p><strong>{text}</strong></p>\n")
            } else {
                format!("<p>{text}</p>\n")
            });
            said = true;
        }
        html.push_str(inside);
        if !said && inside.trim().is_empty() {
            html.push_str(&format!("<p><a href=\"{0}\">{0}</a></p>\n", escape_xml(&self.page())));
        }
    }
}
