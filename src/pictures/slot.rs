//! [`Slot`]: a place of a theme's pages for pictures, with the widths that are made for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place of a theme's pages for pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Widths of the variants in pixels.
    pub widths: Vec<u32>,
    /// Width on the page, for browsers: the attribute `sizes` of HTML.
    #[serde(default = "whole_width")]
    pub sizes: String,
    /// Ratio of width to height, to which pictures are cropped: `"3:2"`. Without one they are shown whole.
    #[serde(default)]
    pub ratio: Option<Ratio>,
}

fn whole_width() -> String {
    "100vw".to_owned()
}

/// Name of the slot for pictures in texts.
pub const TEXT_SLOT: &str = "text";

impl Slot {
    /// The slot for pictures in texts, of a theme that declares none.
    #[must_use]
    pub fn for_texts() -> Slot {
        Slot { widths: vec![480, 720, 960, 1440], sizes: whole_width(), ratio: None }
    }

    /// The slot of the picture for feeds, emails and shared links: one of a moderate size.
    #[must_use]
    pub fn for_sharing() -> Slot {
        Slot { widths: vec![1200], sizes: whole_width(), ratio: None }
    }

    /// Returns the width at which pictures are shown on a large screen, in pixels of CSS: half of the largest variant,
    /// which is for screens of two pixels for each of these.
    #[must_use]
    pub fn shown_width(&self) -> u32 {
        self.widths.last().map_or(0, |width| width / 2)
    }

    /// Returns what is wrong with the slot.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        let is_valid = |width: &u32| (16..=8_000).contains(width);
        if self.widths.is_empty() || !self.widths.iter().all(is_valid) {
            return Some("`widths` must be numbers of pixels from 16 to 8000");
        }
        (!self.widths.is_sorted_by(|one, next| one < next)).then_some("`widths` must be in ascending order")
    }
}

/// A ratio of width to height, of whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ratio {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl TryFrom<String> for Ratio {
    type Error = String;

    fn try_from(text: String) -> Result<Ratio, String> {
        let part = |part: &str| part.trim().parse().ok().filter(|number| (1..=1_000).contains(number));
        let ratio = text.split_once(':').and_then(|(width, height)| Some((part(width)?, part(height)?)));
        let (width, height) = ratio.ok_or_else(|| format!("`{text}` is not a ratio such as `3:2`"))?;
        Ok(Ratio { width, height })
    }
}

impl From<Ratio> for String {
    fn from(ratio: Ratio) -> String {
        format!("{}:{}", ratio.width, ratio.height)
    }
}

impl JsonSchema for Ratio {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Ratio".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]+ *: *[0-9]+$", "examples": ["3:2"] })
    }
}
