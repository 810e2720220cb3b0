//! Types for the values of front matter and settings. The type of a key decides how its value is handled: whether
//! smart punctuation applies, which URLs it takes, whether it names a file that must exist.
//!
//! [`fields!`] declares a struct of keys and passes its values to a visitor ([`Fields::visit`]). Separate visitors find
//! the references to check, the files to publish, the sources of the CSP, and the times at which the site changes.
//! Plain `String` is not the type of any key: text without behaviour is [`Verbatim`].
//!
//! Invariant: a [`WebUrl`], [`ContactUrl`], [`SiteUrl`] or [`FormUrl`] holds no URL that a browser would run as a
//! script.

mod image;
mod reference;
mod text;
mod url;

use indexmap::IndexMap;

pub use self::image::{Image, ImageData};
pub use self::reference::{
    AliasUrl, ArticleRef, AuthorId, ImageRef, NewsletterId, PageRef, SectionId, SeriesId, StaticImage, TopicId,
};
pub use self::text::{AltText, Prose, Title, Verbatim};
pub use self::url::{ContactUrl, FormUrl, SiteUrl, WebUrl};
use crate::diagnostic::Span;
use crate::pictures::Focus;
use crate::time::TimeSpec;

/// A value with a behaviour, as [`Fields::visit`] reports it.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// Text to which smart punctuation applies.
    Prose(&'a str),
    /// A URL of another site, its scheme checked when it was read.
    Url(&'a str),
    /// A link to a page of the site or elsewhere, its scheme checked when it was read.
    SiteUrl(&'a SiteUrl),
    /// The URL that a form posts to, checked when it was read.
    Form(&'a FormUrl),
    /// An image of the site or of another host.
    Image(&'a Image),
    /// The text alternative of an image.
    AltText(&'a AltText),
    /// An image in `static/`.
    StaticImage(&'a StaticImage),
    /// A static page.
    Page(&'a PageRef),
    /// An article.
    Article(&'a ArticleRef),
    /// An old URL of a page.
    Alias(&'a AliasUrl),
    /// A time.
    Time(TimeSpec),
    /// A section.
    Section(&'a SectionId),
    /// A topic.
    Topic(&'a TopicId),
    /// An author.
    Author(&'a AuthorId),
    /// A series.
    Series(&'a SeriesId),
    /// A newsletter, or `none`.
    Newsletter(&'a NewsletterId),
}

/// Receives the fields of a value, each with the path of its key.
pub type Visitor<'v, 'a> = dyn FnMut(&KeyPath<'_>, Field<'a>) + 'v;

/// A value of front matter or settings: a scalar, or a struct, sequence or mapping of values.
pub trait Fields {
    /// Calls `visitor` for each field below `path`, in the order of declaration.
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>);

    /// Calls `edit` for each text to which smart punctuation applies.
    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String));
}

/// The path of a key: `sources` → `1` → `url`. It is kept on the stack; only [`KeyPath::span`] allocates.
#[derive(Clone, Copy, Debug)]
pub enum KeyPath<'p> {
    /// The root of the YAML.
    Root,
    /// A key of a mapping.
    Key(&'p KeyPath<'p>, &'p str),
    /// An item of a sequence, counted from 0.
    Item(&'p KeyPath<'p>, usize),
}

impl KeyPath<'_> {
    /// Returns the path of a key below this one.
    #[must_use]
    pub fn key<'p>(&'p self, name: &'p str) -> KeyPath<'p> {
        KeyPath::Key(self, name)
    }

    /// Returns the span of the value, for a diagnostic.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::Value(self.parts())
    }

    /// Returns the keys and positions from the root to this value.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let (above, part) = match self {
            KeyPath::Root => return Vec::new(),
            KeyPath::Key(above, name) => (above, (*name).to_owned()),
            KeyPath::Item(above, index) => (above, index.to_string()),
        };
        let mut parts = above.parts();
        parts.push(part);
        parts
    }
}

/// Declares structs of keys. Each key's type must implement [`Fields`], which determines how its value is handled.
macro_rules! fields {
    ($($(#[$attribute:meta])* $visibility:vis struct $name:ident {
        $($(#[$key_attribute:meta])* $key_visibility:vis $key:ident: $type:ty,)*
    })+) => {$(
        $(#[$attribute])*
        $visibility struct $name { $($(#[$key_attribute])* $key_visibility $key: $type,)* }

        impl $name {
            /// The names of the keys, in the order of declaration.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];
        }

        impl $crate::content::fields::Fields for $name {
            fn visit<'a>(
                &'a self,
                path: &$crate::content::fields::KeyPath<'_>,
                visitor: &mut $crate::content::fields::Visitor<'_, 'a>,
            ) {
                $($crate::content::fields::Fields::visit(&self.$key, &path.key(stringify!($key)), visitor);)*
            }

            fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
                $($crate::content::fields::Fields::for_each_prose(&mut self.$key, edit);)*
            }
        }
    )+};
}
pub(crate) use fields;

/// Implements [`Fields`] for values that need no handling.
macro_rules! inert {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::content::fields::Fields for $type {
            fn visit<'a>(
                &'a self,
                _: &$crate::content::fields::KeyPath<'_>,
                _: &mut $crate::content::fields::Visitor<'_, 'a>,
            ) {
            }

            fn for_each_prose(&mut self, _: &mut dyn FnMut(&mut String)) {}
        }
    )+};
}
pub(crate) use inert;

inert!(bool, i64, usize, f64, &'static str, Verbatim, Focus, crate::csp::SourceLists);

/// Implements [`Fields`] for a single value, by its variant of [`Field`].
macro_rules! field {
    ($($type:ty => $field:expr),+ $(,)?) => {$(
        impl Fields for $type {
            fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
                let field: fn(&'a $type) -> Field<'a> = $field;
                visitor(path, field(self));
            }

            fn for_each_prose(&mut self, _: &mut dyn FnMut(&mut String)) {}
        }
    )+};
}

field! {
    WebUrl => |url| Field::Url(url),
    ContactUrl => |url| Field::Url(url),
    SiteUrl => Field::SiteUrl,
    FormUrl => Field::Form,
    AltText => Field::AltText,
    StaticImage => Field::StaticImage,
    PageRef => Field::Page,
    ArticleRef => Field::Article,
    AliasUrl => Field::Alias,
    TimeSpec => |time| Field::Time(*time),
    SectionId => Field::Section,
    TopicId => Field::Topic,
    AuthorId => Field::Author,
    SeriesId => Field::Series,
    NewsletterId => Field::Newsletter,
}

impl<T: Fields> Fields for Option<T> {
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
        if let Some(value) = self {
            value.visit(path, visitor);
        }
    }

    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
        if let Some(value) = self {
            value.for_each_prose(edit);
        }
    }
}

impl<T: Fields> Fields for Vec<T> {
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
        for (index, value) in self.iter().enumerate() {
            value.visit(&KeyPath::Item(path, index), visitor);
        }
    }

    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
        self.iter_mut().for_each(|value| value.for_each_prose(edit));
    }
}

/// Mappings whose keys the site chooses, in the order in which they are written.
impl<T: Fields> Fields for IndexMap<String, T> {
    fn visit<'a>(&'a self, path: &KeyPath<'_>, visitor: &mut Visitor<'_, 'a>) {
        for (key, value) in self {
            value.visit(&path.key(key), visitor);
        }
    }

    fn for_each_prose(&mut self, edit: &mut dyn FnMut(&mut String)) {
        self.values_mut().for_each(|value| value.for_each_prose(edit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_a_site_names_are_visited_with_their_paths() {
        let mut keys = IndexMap::from([
            ("office".to_owned(), vec![Prose::from("the \"front\" desk")]),
            ("phone".to_owned(), vec![Prose::from("one"), Prose::from("two")]),
        ]);
        keys.for_each_prose(&mut |text| text.make_ascii_uppercase());
        let mut found = Vec::new();
        keys.visit(&KeyPath::Root.key("fields"), &mut |key, field| {
            let Field::Prose(text) = field else { panic!("{field:?}") };
            found.push((key.parts().join("."), text));
        });
        let expected =
            [("fields.office.0", "THE \"FRONT\" DESK"), ("fields.phone.0", "ONE"), ("fields.phone.1", "TWO")];
        assert_eq!(found, expected.map(|(key, text)| (key.to_owned(), text)));
    }
}
