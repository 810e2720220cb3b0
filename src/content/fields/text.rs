//! Texts that readers see.

use serde::{Deserialize, Deserializer};

use super::{Field, Fields, KeyPath, Visitor};
use crate::yaml;

/// Declares a newtype of `String` that is read and written as text and derefs to `str`.
macro_rules! text_type {
    ($($(#[$attribute:meta])* $name:ident $schema:tt;)+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    )+};
}
pub(super) use text_type;

/// Declares text types that accept any text.
macro_rules! any_text {
    ($($name:ident),+) => {$(
        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> $name {
                $name(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                String::deserialize(deserializer).map($name)
            }
        }
    )+};
}
pub(super) use any_text;

text_type! {
    /// Text with smart punctuation: quotation marks, dashes and dots become those of the site's language.
    Prose { "type": "string" };

    /// A heading or name: prose that is not empty.
    Title { "type": "string", "minLength": 1 };

    /// Text that is used exactly as written: a name, an email address, a slug.
    Verbatim { "type": "string" };

    /// The text alternative of an image.
    AltText { "type": "string" };
}

any_text!(Prose, Verbatim, AltText);

impl From<&str> for Title {
    fn from(text: &str) -> Title {
        Title(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Title {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Title, D::Error> {
        yaml::non_empty(deserializer).map(Title)
    }
}

/// Implements [`Fields`] for prose.
macro_rules! prose {
    ($($type:ty),+) => {$(
        impl Fields for $type {
            fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
                visitor(path, Field::Prose(&self.0));
            }

            fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
                edit(&mut self.0);
            }
        }
    )+};
}

prose!(Prose, Title);
