//! URLs that pages link to or post to. The scheme is checked when they are read, so that a value of one of these types
//! can be published wherever it is used.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::text::text_type;
use crate::content::markdown::href::{self, Href};
use crate::path::SourcePath;
use crate::yaml::error_with_help;

/// Declares a URL type by the prefixes that its values may have.
macro_rules! url_type {
    ($($(#[$attribute:meta])* $name:ident begins $pattern:literal: $prefixes:expr;)+) => {$(
        text_type! {
            $(#[$attribute])*
            $name { "type": "string", "pattern": $pattern, "examples": ["https://example.org/page"] };
        }

        impl $name {
            /// The allowed prefixes of a value.
            pub const PREFIXES: &'static [&'static str] = $prefixes;

            /// Checks a URL.
            ///
            /// # Errors
            /// A message and a hint, when the URL has none of [`Self::PREFIXES`] or names no host.
            pub fn new(written: &str) -> Result<$name, (String, &'static str)> {
                check(written, Self::PREFIXES).map($name)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let written = String::deserialize(deserializer)?;
                $name::new(&written).map_err(|(message, help)| D::Error::custom(error_with_help(&message, help)))
            }
        }
    )+};
}

url_type! {
    /// A web page: an absolute URL with `https` or `http`.
    WebUrl begins "^https?://": &["https://", "http://"];

    /// A web page, an email address or a telephone number, as an absolute URL.
    ContactUrl begins "^(https?://|mailto:|tel:|sms:)": &["https://", "http://", "mailto:", "tel:", "sms:"];

    /// A page of this site, from the root, or any URL that [`ContactUrl`] accepts.
    SiteUrl begins "^(/|https?://|mailto:|tel:|sms:)": &["/", "https://", "http://", "mailto:", "tel:", "sms:"];

    /// The URL that a form posts to: an absolute URL with `https` or `http`, or one from the root of this site.
    FormUrl begins "^(/|https?://)": &["/", "https://", "http://"];
}

fn check(written: &str, prefixes: &[&str]) -> Result<String, (String, &'static str)> {
    if !prefixes.iter().any(|prefix| written.starts_with(prefix)) {
        let help = match prefixes.contains(&"/") {
            _ if written.contains('@') && prefixes.contains(&"mailto:") => "write `mailto:` before an email address",
            true => "write it with `https://`, or begin with `/` for a page of the site",
            false => "write it with `https://`",
        };
        return Err((format!("`{written}` is not an absolute URL"), help));
    }
    let file = SourcePath::new(crate::source::CONFIG_FILE).expect("a file name");
    match href::read(written, &file) {
        Ok(Href::Web(url) | Href::Contact(url)) => Ok(url.into_owned()),
        Ok(Href::Root(url)) => Ok(url),
        Ok(Href::Fragment(_) | Href::Source(..)) => unreachable!("neither begins with a scheme or a slash"),
        Err(error) => Err((error.message, error.help)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_by_their_scheme() {
        let check = |written: &str, expected: [bool; 4]| {
            let taken = [
                WebUrl::new(written).is_ok(),
                ContactUrl::new(written).is_ok(),
                SiteUrl::new(written).is_ok(),
                FormUrl::new(written).is_ok(),
            ];
            assert_eq!(taken, expected, "{written}");
        };
        check("https://example.org/a?b#c", [true; 4]);
        check("mailto:tips@example.org", [false, true, true, false]);
        check("sms:+15550100?body=JOIN", [false, true, true, false]);
        check("/about/#us", [false, false, true, true]);
        for unsafe_or_unclear in [
            "javascript:alert(1)",
            "JavaScript:x",
            " javascript:x",
            "java\nscript:x",
            "data:text/html,x",
            "/\\evil.example",
            "https:///x",
            "https://a b/",
            "example.org",
            "page.md",
            "",
        ] {
            check(unsafe_or_unclear, [false; 4]);
        }
    }
}
