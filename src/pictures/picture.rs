//! [`Picture`]: a photograph or drawing of the site in pixels, as pages refer to it.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VariantFormat;
use crate::digest::Digest;
use crate::path::Slug;

/// A picture of the site from which variants are made.
///
/// It is written as one text, `picket-line 3f9a… 4000 3000 jpg 5000 3200`, so that templates can pass it on: the name,
/// the digest of the file's bytes, width and height in pixels, the fallback format, and the focus.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Picture {
    /// Name of the file without its extension, as a slug.
    pub name: String,
    /// Digest of the file's bytes.
    pub digest: Digest,
    /// Width in pixels, with the orientation applied.
    pub width: u32,
    /// Height in pixels, with the orientation applied.
    pub height: u32,
    /// Format of the variants that every program shows.
    pub fallback: VariantFormat,
    /// The point that every crop contains.
    pub focus: Focus,
}

/// Formats that every program shows.
const FALLBACKS: [VariantFormat; 2] = [VariantFormat::Jpeg, VariantFormat::Png];

/// Greatest length of a picture's name in URLs, in bytes. A page has the name once for each variant.
const MAX_NAME: usize = 32;

impl Picture {
    /// Returns the name in URLs of a file.
    #[must_use]
    pub fn name_of(file_name: &str) -> String {
        let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
        let slug = Slug::slugify(stem).map_or_else(|| "picture".to_owned(), |slug| slug.as_str().to_owned());
        slug[..slug.len().min(MAX_NAME)].trim_end_matches('-').to_owned()
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Picture { name, digest, width, height, fallback, focus } = self;
        write!(f, "{name} {digest} {width} {height} {} {} {}", fallback.extension(), focus.x, focus.y)
    }
}

impl From<Picture> for String {
    fn from(picture: Picture) -> String {
        picture.to_string()
    }
}

impl TryFrom<String> for Picture {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Picture, &'static str> {
        text.parse()
    }
}

impl FromStr for Picture {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Picture, &'static str> {
        let parts: Vec<&str> = text.split(' ').collect();
        let parse = || {
            let [name, digest, width, height, fallback, x, y] = parts[..] else { return None };
            Some(Picture {
                name: name.to_owned(),
                digest: Digest::parse(digest)?,
                width: width.parse().ok()?,
                height: height.parse().ok()?,
                fallback: *FALLBACKS.iter().find(|format| format.extension() == fallback)?,
                focus: Focus { x: x.parse().ok()?, y: y.parse().ok()? },
            })
        };
        parse().ok_or("not a picture of this site")
    }
}

/// The point of a picture that every crop contains, from the left and from the top, in ten-thousandths of its sides.
///
/// It is written as two fractions, `[0.5, 0.32]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct Focus {
    /// Distance from the left side.
    pub x: u16,
    /// Distance from the top.
    pub y: u16,
}

impl Focus {
    /// The middle of a picture.
    pub const CENTER: Focus = Focus { x: 5_000, y: 5_000 };

    /// Returns the point at these fractions of width and height.
    ///
    /// # Errors
    /// A fraction is less than 0 or greater than 1.
    pub fn new([x, y]: [f64; 2]) -> Result<Focus, String> {
        let part = |name: &str, fraction: f64| match (0.0..=1.0).contains(&fraction) {
            true => Ok((fraction * 10_000.0).round() as u16),
            false => Err(format!("{name} of the focus is {fraction}, and must be from 0 to 1")),
        };
        Ok(Focus { x: part("the first number", x)?, y: part("the second number", y)? })
    }

    /// Reads a focus as an argument of a block has it: `0.5 0.32`, with a space or a comma.
    ///
    /// # Errors
    /// The text is not two fractions.
    pub fn of_argument(text: &str) -> Result<Focus, String> {
        let numbers: Vec<f64> = text
            .split([' ', ','])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| format!("`{part}` is not a number")))
            .collect::<Result<_, _>>()?;
        match numbers[..] {
            [x, y] => Focus::new([x, y]),
            _ => Err(format!("`{text}` is not two numbers")),
        }
    }
}

impl TryFrom<[f64; 2]> for Focus {
    type Error = String;

    fn try_from(fractions: [f64; 2]) -> Result<Focus, String> {
        Focus::new(fractions)
    }
}

impl From<Focus> for [f64; 2] {
    fn from(focus: Focus) -> [f64; 2] {
        [f64::from(focus.x) / 10_000.0, f64::from(focus.y) / 10_000.0]
    }
}

impl JsonSchema for Focus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Focus".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "array",
            "items": { "type": "number", "minimum": 0, "maximum": 1 },
            "minItems": 2,
            "maxItems": 2,
            "examples": [[0.5, 0.32]],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_is_one_text() {
        let picture = Picture {
            name: Picture::name_of("Picket line (1) at the old mill gate, November.JPG"),
            digest: Digest::of_bytes(b"x"),
            width: 4000,
            height: 3000,
            fallback: VariantFormat::Jpeg,
            focus: Focus { x: 5000, y: 3200 },
        };
        assert_eq!(picture.name, "picket-line-1-at-the-old-mill-ga");
        assert_eq!(picture.to_string().parse(), Ok(picture));
        assert!("x".parse::<Picture>().is_err());
    }

    #[test]
    fn focus_is_two_fractions() {
        assert_eq!(Focus::of_argument("0.5, 0.32"), Ok(Focus { x: 5000, y: 3200 }));
        for wrong in ["", "0.5", "0.5 0.5 0.5", "a b", "0.5 1.2", "-0.1 0", "nan 0"] {
            assert!(Focus::of_argument(wrong).is_err(), "{wrong}");
        }
    }
}
