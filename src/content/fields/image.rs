//! [`Image`]: an image that a key names, and [`ImageData`]: what a file beside an image says of it for all its uses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AltText, Field, Fields, ImageRef, KeyPath, Prose, Verbatim, Visitor, WebUrl};
use crate::pictures::Focus;

/// An image with its text alternative, caption, credit and focus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// A file beside the text, or a path from `static/` beginning with `/`.
    pub src: ImageRef,
    /// The text alternative: what the image shows, for readers who cannot see it. Required, unless the image's file of
    /// data has it.
    #[serde(default)]
    pub alt: Option<AltText>,
    /// The caption under the image.
    #[serde(default)]
    pub caption: Option<Prose>,
    /// The name of its photographer or artist.
    #[serde(default)]
    pub credit: Option<Verbatim>,
    /// The URL of its license.
    #[serde(default)]
    pub license: Option<WebUrl>,
    /// The point that every crop contains, as fractions of width and height: `[0.5, 0.3]`.
    #[serde(default)]
    pub focus: Option<Focus>,
}

impl Image {
    /// The names of the keys.
    pub const KEYS: &'static [&'static str] = &["src", "alt", "caption", "credit", "license", "focus"];
}

// Not by `fields!`: the image is one field, whose handling takes several keys.
impl Fields for Image {
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
        visitor(path, Field::Image(self));
        self.alt.visit(&path.key("alt"), visitor);
        self.caption.visit(&path.key("caption"), visitor);
        self.license.visit(&path.key("license"), visitor);
    }

    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
        self.caption.for_each_prose(edit);
    }
}

super::fields! {
    /// What a file beside an image, `photo.jpg.yaml`, says of it for all its uses. A key of a use takes precedence.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    pub struct ImageData {
        /// The text alternative: what the image shows, for readers who cannot see it.
        pub alt: Option<AltText>,
        /// The caption under the image.
        pub caption: Option<Prose>,
        /// The name of its photographer or artist.
        pub credit: Option<Verbatim>,
        /// The URL of its license.
        pub license: Option<WebUrl>,
        /// The point that every crop contains, as fractions of width and height: `[0.5, 0.3]`.
        pub focus: Option<Focus>,
    }
}
