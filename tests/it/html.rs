//! HTML as a browser's tokenizer reads it: links, ids, text. Independent of the code that wrote it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// A tag with its attributes.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    /// Its name.
    pub(crate) name: String,
    /// Its attributes, entities undone.
    pub(crate) attributes: Vec<(String, String)>,
}

/// What a page holds.
#[derive(Default)]
pub(crate) struct Html {
    /// Opening tags in order.
    pub(crate) tags: Vec<Tag>,
    /// The text between tags, with entities decoded; scripts and styles too.
    pub(crate) text: String,
    /// The contents of `script` elements with the type of JSON-LD.
    pub(crate) data: Vec<String>,
    /// What the tokenizer calls an error.
    pub(crate) errors: Vec<String>,
}

impl Html {
    /// Reads a page.
    pub(crate) fn read(page: &str) -> Html {
        let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts { exact_errors: true, ..Default::default() });
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(page));
        let _ = tokenizer.feed(&input);
        assert!(input.is_empty(), "the tokenizer stops for nothing");
        tokenizer.end();
        tokenizer.sink.html.into_inner()
    }

    /// The tags of a name.
    pub(crate) fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h Tag> {
        self.tags.iter().filter(move |tag| tag.name == name)
    }

    /// Every id.
    pub(crate) fn ids(&self) -> BTreeSet<&str> {
        self.tags.iter().filter_map(|tag| tag.get("id")).collect()
    }

    /// Every URL in the page, each with the tag and the attribute that has it.
    pub(crate) fn urls(&self) -> Vec<(&str, &str, &str)> {
        const NAMED: [&str; 7] = ["href", "src", "action", "poster", "cite", "data", "formaction"];
        let mut urls = Vec::new();
        for tag in &self.tags {
            for (name, value) in &tag.attributes {
                match name.as_str() {
                    "srcset" => {
                        let pieces = value.split(',').filter_map(|piece| piece.split_whitespace().next());
                        urls.extend(pieces.map(|piece| (tag.name.as_str(), "srcset", piece)));
                    }
                    name if NAMED.contains(&name) => urls.push((&tag.name, name, value)),
                    "content" if tag.name == "meta" => {
                        let property = tag.get("property").or(tag.get("http-equiv")).unwrap_or_default();
                        if matches!(property, "og:url" | "og:image") {
                            urls.push(("meta", "content", value));
                        }
                        if let Some((_, url)) = value.split_once("url=").filter(|_| property == "refresh") {
                            urls.push(("meta", "refresh", url));
                        }
                    }
                    _ => {}
                }
            }
        }
        urls
    }
}

impl Tag {
    /// An attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Sink {
    html: RefCell<Html>,
    /// Whether the text that comes is that of a JSON-LD script.
    in_data: RefCell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut html = self.html.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let attributes = tag.attrs.iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string()));
                let tag = Tag { name: tag.name.to_string(), attributes: attributes.collect() };
                let raw = match tag.name.as_str() {
                    "script" => Some(RawKind::ScriptData),
                    "style" => Some(RawKind::Rawtext),
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    _ => None,
                };
                let is_data = tag.get("type") == Some("application/ld+json");
                if is_data {
                    html.data.push(String::new());
                }
                *self.in_data.borrow_mut() = is_data;
                html.tags.push(tag);
                match raw {
                    Some(kind) => return TokenSinkResult::RawData(kind),
                    None => return TokenSinkResult::Continue,
                }
            }
            Token::TagToken(_) => *self.in_data.borrow_mut() = false,
            Token::CharacterTokens(text) => {
                html.text.push_str(&text);
                if *self.in_data.borrow()
                    && let Some(data) = html.data.last_mut()
                {
                    data.push_str(&text);
                }
            }
            Token::NullCharacterToken => html.text.push('\0'),
            Token::ParseError(error) => html.errors.push(error.into_owned()),
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}
