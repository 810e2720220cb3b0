//! Fills the placeholders of a text. For feeds and emails, URLs are absolute and blocks are plain HTML.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use tera::{Context, Map, Value};

use super::PageRenderer;
use crate::content::body::{self, BodyHtml, Placeholder, TextAnalysis};
use crate::content::markdown::smart_punctuation;
use crate::html::escape_xml;
use crate::path::SourcePath;
use crate::pictures::{ShownImage, TEXT_SLOT};
use crate::site::{ContentNode, ImageView, ResolvedLink};

/// The bodies of texts that are loaded, by file.
#[derive(Default)]
pub struct TextStore(HashMap<SourcePath, Arc<BodyHtml>>);

impl TextStore {
    /// Returns a store of these bodies.
    #[must_use]
    pub fn new(bodies: HashMap<SourcePath, Arc<BodyHtml>>) -> TextStore {
        TextStore(bodies)
    }

    /// Returns the body of a file, if it is loaded.
    #[must_use]
    pub fn get(&self, path: &SourcePath) -> Option<Arc<BodyHtml>> {
        self.0.get(path).cloned()
    }

    /// Returns the body of a text, if it is loaded.
    pub(super) fn body_of<'t>(&'t self, content: &ContentNode<'t>) -> Option<BodyRef<'t>> {
        match content.part {
            Some(part) => Some(BodyRef::Part(part)),
            None => self.get(&content.document.0).map(BodyRef::File),
        }
    }

    /// Removes the body of a file.
    pub fn forget(&mut self, path: &SourcePath) {
        self.0.remove(path);
    }

    /// Adds bodies.
    pub fn extend(&mut self, bodies: impl IntoIterator<Item = (SourcePath, Arc<BodyHtml>)>) {
        self.0.extend(bodies);
    }
}

/// The body of a text: that of a file, or one inside its front matter.
pub(super) enum BodyRef<'t> {
    File(Arc<BodyHtml>),
    Part(&'t BodyHtml),
}

impl Deref for BodyRef<'_> {
    type Target = BodyHtml;

    fn deref(&self) -> &BodyHtml {
        match self {
            BodyRef::File(body) => body,
            BodyRef::Part(body) => body,
        }
    }
}

/// Returns the HTML of a text for the site's own pages.
pub(super) fn for_page(
    renderer: &PageRenderer<'_>,
    text: &BodyHtml,
    content: &ContentNode<'_>,
    texts: &TextStore,
) -> Result<String, tera::Error> {
    fill(renderer, text, content, texts, Mode::Page)
}

/// Returns the HTML of a text for feeds and emails.
pub(super) fn for_feed(
    renderer: &PageRenderer<'_>,
    text: &BodyHtml,
    content: &ContentNode<'_>,
    texts: &TextStore,
) -> Result<String, tera::Error> {
    fill(renderer, text, content, texts, Mode::Feed)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Page,
    Feed,
}

fn fill(
    renderer: &PageRenderer<'_>,
    text: &BodyHtml,
    content: &ContentNode<'_>,
    texts: &TextStore,
    mode: Mode,
) -> Result<String, tera::Error> {
    let filler = PlaceholderFiller { renderer, content, analysis: content.analysis, texts, mode, slot: TEXT_SLOT };
    let mut html = String::with_capacity(text.html.len() + text.html.len() / 8);
    filler.body(text, &mut html)?;
    Ok(html)
}

#[derive(Clone, Copy)]
struct PlaceholderFiller<'a> {
    renderer: &'a PageRenderer<'a>,
    content: &'a ContentNode<'a>,
    analysis: &'a TextAnalysis,
    texts: &'a TextStore,
    mode: Mode,
    /// The slot of pictures.
    slot: &'a str,
}

impl PlaceholderFiller<'_> {
    fn body(&self, text: &BodyHtml, html: &mut String) -> Result<(), tera::Error> {
        let mut at = 0;
        for (offset, placeholder) in &text.placeholders {
            self.written(&text.html[at..*offset], html);
            at = *offset;
            self.placeholder(placeholder, html)?;
        }
        self.written(&text.html[at..], html);
        Ok(())
    }

    /// Writes HTML without placeholders. For feeds, root-relative links become absolute, and links to anchors of the
    /// text become links to the article's page.
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

    /// Writes the content of a tag for feeds, with absolute links.
    fn tag(&self, tag: &str, html: &mut String) {
        let mut at = 0;
        for name in [" href=\"", " src=\""] {
            let Some(value) = tag.find(name).map(|found| found + name.len()).filter(|value| *value > at) else {
                continue;
            };
            let link = &tag[value..];
            if link.starts_with('#') || (link.starts_with('/') && !link.starts_with("//")) {
                html.push_str(&tag[at..value]);
                let before =
                    if link.starts_with('#') { self.page() } else { self.renderer.globals.base.origin.clone() };
                html.push_str(&escape_xml(&before));
                at = value;
            }
        }
        html.push_str(&tag[at..]);
    }

    /// Returns the absolute URL of the page that shows the text.
    fn page(&self) -> String {
        self.renderer.globals.base.absolute(self.content.url)
    }

    fn placeholder(&self, placeholder: &Placeholder, html: &mut String) -> Result<(), tera::Error> {
        match placeholder {
            Placeholder::LinkOpen(index) => {
                if let Some(link) = self.link(*index) {
                    html.push_str("<a href=\"");
                    html.push_str(&escape_xml(&link));
                    let title = self.analysis.links.get(*index as usize).map_or("", |link| link.title.as_str());
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
            Placeholder::Url(index) => html.push_str(&escape_xml(&self.link(*index).unwrap_or_else(|| "#".to_owned()))),
            Placeholder::Image(index) => self.image(*index, html),
            Placeholder::Block(index, inner) => self.block(*index, inner, html)?,
        }
        Ok(())
    }

    /// Returns the link with this index in the analysis; `None` when its target is unpublished.
    fn link(&self, index: u32) -> Option<String> {
        let link = self.content.links.get(index as usize)?.link(self.renderer.globals.base)?;
        Some(self.output_url(&link))
    }

    fn output_url(&self, link: &str) -> String {
        match link.as_bytes().first() {
            Some(b'/') if self.mode == Mode::Feed => format!("{}{link}", self.renderer.globals.base.origin),
            Some(b'#') if self.mode == Mode::Feed => format!("{}{link}", self.page()),
            _ => link.to_owned(),
        }
    }

    fn image(&self, index: u32, html: &mut String) {
        let Some(Some(image)) = self.content.images.get(index as usize) else { return };
        let written = self.analysis.images.get(index as usize);
        let (alt, title) = written.map_or(("", ""), |image| (image.alt.as_str(), image.title.as_str()));
        let alt = if alt.is_empty() { image.alt.as_str() } else { alt };
        if self.mode == Mode::Page {
            let shown = ShownImage {
                url: &image.url,
                size: image.width.zip(image.height),
                picture: image.picture.clone(),
                alt,
                title,
                is_eager: false,
            };
            let picture = self.renderer.theme.pictures.html(&shown, self.slot);
            return html.push_str(&picture.expect("the slot is one of the theme"));
        }
        html.push_str("<img src=\"");
        html.push_str(&escape_xml(&self.output_url(&image.url)));
        html.push_str("\" alt=\"");
        html.push_str(&escape_xml(alt));
        html.push('"');
        if !title.is_empty() {
            html.push_str(&format!(" title=\"{}\"", escape_xml(title)));
        }
        if let (Some(width), Some(height)) = (image.width, image.height) {
            html.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        html.push('>');
    }

    fn block(&self, index: u32, inner: &BodyHtml, html: &mut String) -> Result<(), tera::Error> {
        let Some(block) = self.analysis.blocks.get(index as usize) else { return Ok(()) };
        let mut inside = String::new();
        // Pictures in a block are in the slot of its name, if the theme has one: those of a gallery are small.
        let own_slot = self.renderer.theme.pictures.slot(&block.name).map(|_| block.name.as_str());
        PlaceholderFiller { slot: own_slot.unwrap_or(self.slot), ..*self }.body(inner, &mut inside)?;
        let Some(spec) = self.renderer.theme.blocks.get(&block.name) else {
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
        let takes = self.renderer.theme.tera.get_component_definition(component);
        let takes: Vec<String> =
            takes.iter().flat_map(|info| info.args()).map(|argument| argument.name().to_owned()).collect();
        let mut arguments = Context::new();
        for (name, value) in self.arguments(index, block)? {
            if takes.contains(&name) {
                arguments.insert_value(name, value);
            }
        }
        // A component usually uses `body`, so it is defined even for a block without one: a missing variable would be
        // an error.
        let inside = if block.has_body { inside.as_str() } else { "" };
        let rendered = self.renderer.theme.tera.render_component(component, &arguments, Some(inside), true)?;
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
        let values = self.renderer.with(self.texts);
        let mut arguments = Vec::new();
        for argument in &block.arguments {
            let value = match &argument.value {
                body::ArgumentValue::Text(text) => Value::from(self.prose(text)),
                body::ArgumentValue::Bool(flag) => Value::from(*flag),
                body::ArgumentValue::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                    Value::from(*number as i64)
                }
                body::ArgumentValue::Number(number) => Value::from(*number),
                body::ArgumentValue::Link(link) => Value::from(self.link(*link).unwrap_or_default()),
                body::ArgumentValue::Image(index) => self.image_value(*index),
                body::ArgumentValue::Articles(_) => continue,
            };
            arguments.push((argument.name.replace('-', "_"), value));
        }
        for (name, node) in self.content.blocks.get(index as usize).into_iter().flatten() {
            arguments.push((name.replace('-', "_"), values.value(node)?));
        }
        Ok(arguments)
    }

    /// Returns the text of an argument with smart punctuation, if the site has it.
    fn prose(&self, text: &str) -> String {
        let globals = &self.renderer.globals;
        if globals.smart_punctuation { smart_punctuation(text, globals.language) } else { text.to_owned() }
    }

    fn image_value(&self, index: u32) -> Value {
        let Some(Some(image)) = self.content.images.get(index as usize) else { return Value::none() };
        let image = ImageView { url: self.output_url(&image.url), ..image.clone() };
        let mut map = Map::new();
        map.insert("url".into(), Value::from(image.url));
        map.insert("width".into(), Value::from(image.width));
        map.insert("height".into(), Value::from(image.height));
        map.insert("alt".into(), Value::from(image.alt));
        map.insert("caption".into(), Value::from(image.caption));
        map.insert("credit".into(), Value::from(image.credit));
        map.insert("picture".into(), Value::from(image.picture.map(String::from)));
        Value::from(map)
    }

    /// Writes a block that has no component for feeds: its texts and its body, or else a link to the page.
    fn generic(&self, block: &body::BlockCall, inside: &str, html: &mut String) {
        let texts = block.arguments.iter().filter_map(|argument| match &argument.value {
            body::ArgumentValue::Text(text) if block.name != "newsletter" || argument.name != "id" => {
                Some((argument.name.as_str(), text))
            }
            _ => None,
        });
        let mut has_text = false;
        for (name, text) in texts {
            let text = self.prose(text);
            let text = escape_xml(&text);
            html.push_str(&if name == "title" {
                format!("<p><strong>{text}</strong></p>\n")
            } else {
                format!("<p>{text}</p>\n")
            });
            has_text = true;
        }
        html.push_str(inside);
        if !has_text && inside.trim().is_empty() {
            html.push_str(&format!("<p><a href=\"{0}\">{0}</a></p>\n", escape_xml(&self.page())));
        }
    }
}
