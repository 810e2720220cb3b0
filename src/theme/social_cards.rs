//! The design of social cards: a template that gives an SVG, and the fonts among the theme's assets.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use tera::{Kwargs, Map, Value};

use super::assets::Asset;
use crate::social_card::{CardFonts, FontError, TextBox, TextStyle, fit};

/// Name of the template of social cards.
pub const CARD_TEMPLATE: &str = "social-card.svg";

/// The fonts of social cards, read when the first card is drawn.
pub struct ThemeFonts {
    assets: Arc<BTreeMap<String, Asset>>,
    fonts: OnceLock<Result<CardFonts, FontError>>,
}

impl ThemeFonts {
    pub(super) fn new(assets: &Arc<BTreeMap<String, Asset>>) -> ThemeFonts {
        ThemeFonts { assets: Arc::clone(assets), fonts: OnceLock::new() }
    }

    /// Returns the font files among the assets, by name.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Asset)> {
        let is_font = |name: &str| [".woff2", ".woff", ".ttf", ".otf"].iter().any(|end| name.ends_with(end));
        self.assets.iter().map(|(name, asset)| (name.as_str(), asset)).filter(move |(name, _)| is_font(name))
    }

    /// Returns all fonts.
    ///
    /// # Errors
    /// A file is no font.
    pub fn get(&self) -> Result<&CardFonts, FontError> {
        let read = || {
            let files: Vec<(&str, &[u8])> = self.files().map(|(name, asset)| (name, asset.bytes.as_slice())).collect();
            CardFonts::new(&files)
        };
        self.fonts.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

/// Breaks a text into lines at the largest of some sizes at which it fits: the function `fit` of templates. `height` is
/// that of all lines; without it, there is one line. Returns `lines`, `size` and `line_height` in pixels.
pub(super) fn fit_text(fonts: &ThemeFonts, arguments: &Kwargs) -> tera::TeraResult<Value> {
    let text: &str = arguments.must_get("text")?;
    let family: &str = arguments.must_get("family")?;
    let sizes: Vec<f32> = arguments.must_get("sizes")?;
    let number = |name: &'static str| arguments.get::<f32>(name);
    let style = TextStyle {
        families: family.split(',').map(|family| family.trim().to_owned()).collect(),
        weight: arguments.get("weight")?.unwrap_or(400),
        is_italic: arguments.get("italic")?.unwrap_or(false),
        letter_spacing: number("letter_spacing")?.unwrap_or(0.0),
    };
    let area = TextBox {
        width: arguments.must_get("width")?,
        height: number("height")?.unwrap_or(0.0),
        line_height: number("line_height")?.unwrap_or(1.0),
    };
    if sizes.is_empty() {
        return Err(tera::Error::message("`sizes` is empty: write sizes in pixels, such as [90, 72, 54]"));
    }
    let fonts =
        fonts.get().map_err(|error| tera::Error::message(format!("`assets/{}`: {}", error.name, error.reason)))?;
    let fitted = fit(text, &style, &sizes, area, fonts);
    let mut map = Map::new();
    // A text whose characters no font has is one empty line.
    let lines = if fitted.lines.is_empty() { vec![String::new()] } else { fitted.lines };
    map.insert("lines".into(), Value::from_serializable(&lines));
    map.insert("size".into(), Value::from(f64::from(fitted.size)));
    map.insert("line_height".into(), Value::from(f64::from(fitted.line_height)));
    Ok(Value::from(map))
}
