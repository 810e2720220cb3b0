//! Checks the contrast of colours that a site sets against the page's background (WCAG 2.2).
//!
//! The stylesheet of a theme may make a colour darker for light pages and lighter for dark ones: `oklch(from
//! var(--accent) min(l, .515) c h)`. Then the resulting colours are measured; without such a formula, the colour itself
//! on white.

use super::ThemeContext;
use super::layers::Layers;
use super::manifest::{Manifest, SettingKind};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Span};

/// Minimum contrast of text (WCAG 2.2, success criterion 1.4.3, level AA).
const MIN_CONTRAST: f64 = 4.5;

/// The darkest background of dark pages; it gives less contrast than black.
const DARK: Rgb = Rgb(0x13, 0x13, 0x13);
const WHITE: Rgb = Rgb(0xff, 0xff, 0xff);

/// The colours to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContrastScope {
    /// Colours that the site sets.
    Site,
    /// Also the default colours of the theme.
    All,
}

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rgb(u8, u8, u8);

/// A formula of a stylesheet that limits a colour.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tint {
    /// Whether `lightness` is an upper limit, for light backgrounds; else it is a lower limit, for dark ones.
    darkens: bool,
    lightness: f64,
    /// Upper limit of the chroma.
    chroma: f64,
}

/// Warns of colours whose contrast is too low.
pub(super) fn check(
    layers: &Layers,
    theme_context: &ThemeContext,
    config: &Config,
    scope: ContrastScope,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let given = config.theme_settings.value();
    for layer in layers.iter().skip(1) {
        let Some(manifest) = Manifest::of(layer, &mut Vec::new()) else { continue };
        for name in
            manifest.settings.iter().filter(|(_, setting)| setting.kind == SettingKind::Color).map(|(name, _)| name)
        {
            let is_given = given.get(name).is_some();
            let Some(color) = theme_context.settings.get(name).and_then(|value| Rgb::parse(value.as_str()?)) else {
                continue;
            };
            if scope == ContrastScope::Site && !is_given {
                continue;
            }
            let Some((message, help)) = problems(name, color, &tints(layers, name)) else { continue };
            let (file, span) = match is_given {
                true => (config::FILE.to_owned(), Span::Value(vec!["theme_settings".to_owned(), name.clone()])),
                false => {
                    let path = ["settings", name, "default"].map(str::to_owned).to_vec();
                    (format!("{}theme.yaml", layer.place), Span::Value(path))
                }
            };
            let diagnostic = Diagnostic::warning("contrast", message).at(file, span).help(help);
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
    }
}

/// Returns message and help if a colour's contrast is too low.
fn problems(name: &str, color: Rgb, tints: &[Tint]) -> Option<(String, String)> {
    let suggest = |background: &str| format!("use a {background} colour: text needs {MIN_CONTRAST}:1 (WCAG AA)");
    if tints.is_empty() {
        let ratio = contrast(color, WHITE);
        let message = format!("`{name}` has a contrast of {} to white", formatted(ratio));
        return (ratio < MIN_CONTRAST).then(|| (message, suggest("darker")));
    }
    tints.iter().find_map(|tint| {
        let (background, called, other) =
            if tint.darkens { (WHITE, "white", "darker") } else { (DARK, "black", "lighter") };
        let ratio = contrast(tint.of(color), background);
        let message =
            format!("`{name}` has a contrast of {} to {called}, even in the theme's {other} tint", formatted(ratio));
        (ratio < MIN_CONTRAST).then(|| (message, suggest(other)))
    })
}

/// Formats a ratio, rounded down, so that one that is too small never looks sufficient.
fn formatted(ratio: f64) -> String {
    format!("{:.2}:1", (ratio * 100.0).floor() / 100.0)
}

/// Returns the formulas that stylesheets apply to a setting: `oklch(from var(--NAME) min(l, .515) c h)`, where `--NAME`
/// is the custom property with the setting's value.
fn tints(layers: &Layers, setting: &str) -> Vec<Tint> {
    let mut tints = Vec::new();
    let names = layers.names("assets/");
    let sheets =
        names.iter().filter(|name| name.ends_with(".css")).filter_map(|name| layers.find(&format!("assets/{name}")));
    let texts: Vec<String> = sheets.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
    let properties: Vec<&str> = texts.iter().flat_map(|text| properties(text, setting)).collect();
    for property in properties {
        for text in &texts {
            let formula = format!("oklch(from var({property})");
            tints.extend(text.split(&formula).skip(1).filter_map(Tint::parse));
        }
    }
    tints
}

/// Returns the custom properties that take a setting's value.
fn properties<'t>(text: &'t str, setting: &str) -> Vec<&'t str> {
    let lines = text.lines().filter_map(|line| {
        let (head, rest) = line.split_once("/*setting:")?;
        let name = rest.split_once("*/")?.0.trim();
        let property = head.trim().strip_suffix(':')?.trim_end();
        let property =
            &property[property.rfind(|c: char| c == '{' || c == ';' || c.is_whitespace()).map_or(0, |at| at + 1)..];
        (name == setting && property.starts_with("--")).then_some(property)
    });
    lines.collect()
}

impl Tint {
    /// Parses ` min(l, .515) c h)` and ` max(l, .74) min(c, .14) h)`.
    fn parse(text: &str) -> Option<Tint> {
        let text = text.trim_start();
        let (darkens, rest) = match text.strip_prefix("min(l,") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("max(l,")?),
        };
        let (lightness, rest) = rest.split_once(')')?;
        let chroma = match rest.trim_start().strip_prefix("min(c,") {
            Some(rest) => rest.split_once(')')?.0.trim().parse().ok()?,
            None => f64::INFINITY,
        };
        Some(Tint { darkens, lightness: lightness.trim().parse().ok()?, chroma })
    }

    /// Applies the formula to a colour.
    fn of(self, color: Rgb) -> Rgb {
        let [lightness, chroma, hue] = color.oklch();
        let lightness = if self.darkens { lightness.min(self.lightness) } else { lightness.max(self.lightness) };
        Rgb::from_oklch([lightness, chroma.min(self.chroma), hue])
    }
}

/// Returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

impl Rgb {
    /// Parses `#rgb` and `#rrggbb`.
    fn parse(text: &str) -> Option<Rgb> {
        let digits = text.strip_prefix('#')?;
        let digits: Vec<u8> = digits.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
        match digits[..] {
            [r, g, b] => Some(Rgb(r * 17, g * 17, b * 17)),
            [r, s, g, h, b, c] => Some(Rgb(r * 16 + s, g * 16 + h, b * 16 + c)),
            _ => None,
        }
    }

    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Converts to the nearest sRGB colour: each channel is clipped, as browsers do.
    fn from_linear(linear: [f64; 3]) -> Rgb {
        let [r, g, b] = linear.map(|value| {
            let value = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
            (value.clamp(0.0, 1.0) * 255.0).round() as u8
        });
        Rgb(r, g, b)
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Returns lightness, chroma and hue in OKLCH (B. Ottosson, "A perceptual color space for image processing", 2020).
    fn oklch(self) -> [f64; 3] {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        [lightness, a.hypot(b), b.atan2(a)]
    }

    fn from_oklch([lightness, chroma, hue]: [f64; 3]) -> Rgb {
        let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        Rgb::from_linear([
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROADSHEET: [&str; 2] = [" min(l, .515) c h); }", " max(l, .74) min(c, .14) h); }"];

    #[test]
    fn contrast_is_that_of_wcag() {
        let check = |one: &str, other: &str, expected: f64| {
            let ratio = contrast(Rgb::parse(one).unwrap(), Rgb::parse(other).unwrap());
            assert!((ratio - expected).abs() < 0.01, "{one} {other}: {ratio}");
        };
        check("#000", "#fff", 21.0);
        check("#777777", "#ffffff", 4.48);
        check("#a4161a", "#fff", 7.75);
    }

    #[test]
    fn colours_survive_the_way_through_oklch() {
        for color in ["#a4161a", "#00ff00", "#123456", "#ffffff", "#000000"] {
            let rgb = Rgb::parse(color).unwrap();
            assert_eq!(Rgb::from_oklch(rgb.oklch()), rgb, "{color}");
        }
    }

    #[test]
    fn colours_are_measured_as_the_theme_shows_them() {
        let tints: Vec<Tint> = BROADSHEET.into_iter().filter_map(Tint::parse).collect();
        assert_eq!(tints.len(), 2);
        let check = |color: &str, tints: &[Tint], expected: Option<&str>| {
            let reported = problems("accent", Rgb::parse(color).unwrap(), tints);
            assert_eq!(reported.as_ref().map(|(message, _)| message.as_str()), expected, "{color}");
        };
        for legible in ["#a4161a", "#ffd400", "#000", "#fff", "#0000ff", "#00ff00", "#00ffff"] {
            check(legible, &tints, None);
        }
        let weak: Vec<Tint> = Tint::parse(" min(l, .53) c h); }").into_iter().collect();
        let green = "`accent` has a contrast of 4.31:1 to white, even in the theme's darker tint";
        check("#00ff00", &weak, Some(green));
        check("#ffd400", &[], Some("`accent` has a contrast of 1.43:1 to white"));
    }

    #[test]
    fn properties_of_settings_are_found() {
        let css = ":root { --a: 1;\n  --accent: /*setting:accent*/#a4161a;\n --b:/*setting:other*/1; }";
        assert_eq!(properties(css, "accent"), ["--accent"]);
        assert_eq!(properties(":root{--x:/*setting:y*/red;}", "y"), ["--x"]);
    }
}
