//! HTML toolbox: the only code of the crate that reads, decodes, escapes or cleans HTML outside of templates.
//!
//! | piece | purpose |
//! |---|---|
//! | [`HtmlTokenizer`] | splits HTML into tags, text and comments with their byte offsets, so that all other bytes can be copied unchanged. Reads raw HTML of authors, finished pages, exported comments and SVG files. |
//! | [`decode_text`], [`decode_attribute`] | replace character references (`&amp;`) by their characters, as a browser does in text and in attribute values. |
//! | [`parse_srcset`] | splits the value of a `srcset` attribute into its candidates. |
//! | [`escape_xml`] | escapes text for HTML and XML. |
//! | [`json_in_html`] | writes JSON for a `script` element. |
//! | [`strip_invalid_chars`], [`valid_chars`], [`may_have_invalid_chars`] | remove the characters that neither HTML nor XML allows. |
//!
//! The module builds no tree and sanitizes nothing: `ammonia` does so with the comments of readers.

mod char_refs;
mod escape;
mod invalid_chars;
mod srcset;
mod tokenizer;

pub use self::char_refs::{decode_attribute, decode_text};
pub use self::escape::{escape_xml, json_in_html};
pub use self::invalid_chars::{may_have_invalid_chars, strip_invalid_chars, valid_chars};
pub use self::srcset::parse_srcset;
pub use self::tokenizer::{Attribute, HtmlToken, HtmlTokenizer, Tag};
