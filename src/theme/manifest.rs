//! `theme.yaml`: the manifest of a theme, and the settings that a site can set.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::layers::Layer;
use crate::csp::SourceLists;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pictures::Slot;
use crate::yaml::{self, YamlText};

/// The manifest of a theme.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Name of the theme, which is that of its folder.
    pub name: String,
    /// Version of the theme.
    pub version: String,
    /// Versions of Handbill that the theme works with: `">=0.1, <0.2"`.
    #[serde(default)]
    pub handbill: Option<String>,
    /// Parent theme.
    #[serde(default)]
    pub parent: Option<String>,
    /// Settings that a site can set under `theme_settings`.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// Number of items in each listing.
    #[serde(default)]
    pub list_sizes: BTreeMap<String, usize>,
    /// Places of its pages for pictures, by name, each with the widths that are made for it.
    #[serde(default)]
    pub pictures: BTreeMap<String, Slot>,
    /// Sources that its pages need in the Content-Security-Policy, besides the site itself: `{ script-src: ["'self'"]
    /// }`.
    #[serde(default)]
    pub csp: SourceLists,
}

/// A setting of a theme.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// Default value.
    #[schemars(with = "serde_json::Value")]
    pub default: crate::content::front_matter::Extra,
    /// What the setting does.
    #[serde(default)]
    pub help: Option<String>,
    /// Allowed values of a `choice`.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// Type of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A colour: `#rgb` or `#rrggbb`.
    Color,
    /// One of `choices`.
    Choice,
}

impl Manifest {
    /// Parses a layer's `theme.yaml`; `None` with errors.
    pub fn of(layer: &Layer, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
        let file = format!("{}theme.yaml", layer.place);
        let text = layer.files.get("theme.yaml").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let manifest: Manifest = yaml::parse(YamlText::file(&file, &text.unwrap_or_default(), "theme"), diagnostics)?;
        let fits = manifest.handbill.as_deref().map_or(Ok(true), |range| fits(range, env!("CARGO_PKG_VERSION")));
        match fits {
            Ok(true) => {}
            Ok(false) => diagnostics.push(
                Diagnostic::error(
                    "theme",
                    format!("the theme `{}` is not written for Handbill {}", manifest.name, env!("CARGO_PKG_VERSION")),
                )
                .at(&file, Span::value("handbill"))
                .help("use a version of the theme or of Handbill that fits"),
            ),
            Err(part) => diagnostics.push(
                Diagnostic::error("theme", format!("`{part}` is not a version range"))
                    .at(&file, Span::value("handbill"))
                    .help("write `\">=0.1, <0.2\"`, for example"),
            ),
        }
        for (name, slot) in &manifest.pictures {
            if let Some(problem) = slot.problem() {
                let span = Span::Value(vec!["pictures".into(), name.clone(), "widths".into()]);
                diagnostics.push(Diagnostic::error("theme", format!("the slot `{name}`: {problem}")).at(&file, span));
            }
        }
        Some(manifest)
    }

    /// Adds settings, list sizes, slots of pictures and CSP sources of a parent; own ones take precedence.
    pub fn inherit(&mut self, parent: Manifest) {
        for (name, setting) in parent.settings {
            self.settings.entry(name).or_insert(setting);
        }
        for (name, count) in parent.list_sizes {
            self.list_sizes.entry(name).or_insert(count);
        }
        for (name, slot) in parent.pictures {
            self.pictures.entry(name).or_insert(slot);
        }
        for (directive, sources) in parent.csp {
            self.csp.entry(directive).or_default().extend(sources);
        }
    }

    /// Returns the value of every setting: the site's, else the default. Invalid values and unknown settings are
    /// reported.
    pub fn values(
        &self,
        given: &serde_json::Value,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> BTreeMap<String, serde_json::Value> {
        let span = |key: &str| Span::Value(vec!["theme_settings".into(), key.to_owned()]);
        let empty = serde_json::Map::new();
        let given = given.as_object().unwrap_or(&empty);
        for key in given.keys().filter(|key| !self.settings.contains_key(*key)) {
            let message = format!("the theme `{}` has no setting `{key}`", self.name);
            let diagnostic = Diagnostic::error("settings", message)
                .at(crate::config::FILE, Span::Key(vec!["theme_settings".into(), key.clone()]));
            diagnostics.push(match nearest(key, self.settings.keys().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("the settings are in `theme.yaml` of the theme"),
            });
        }
        let mut values = BTreeMap::new();
        for (name, setting) in &self.settings {
            let value = given.get(name).cloned().unwrap_or_else(|| setting.default.value());
            if let Some(wanted) = setting.expected_if_invalid(&value) {
                let message = format!("the setting `{name}` is {value}; it must be {wanted}");
                diagnostics.push(Diagnostic::error("settings", message).at(crate::config::FILE, span(name)));
            }
            values.insert(name.clone(), value);
        }
        values
    }
}

impl Setting {
    /// Returns what the setting expects if the value does not fit; `None` if it fits.
    fn expected_if_invalid(&self, value: &serde_json::Value) -> Option<String> {
        let text = value.as_str();
        let (fits, wanted) = match self.kind {
            SettingKind::Text => (text.is_some(), "text in quotes".to_owned()),
            SettingKind::Number => (value.is_number(), "a number".to_owned()),
            SettingKind::Bool => (value.is_boolean(), "`true` or `false`".to_owned()),
            SettingKind::Color => (text.is_some_and(is_color), "a colour such as \"#a4161a\", in quotes".to_owned()),
            SettingKind::Choice => {
                let one_of = text.is_some_and(|text| self.choices.iter().any(|choice| choice == text));
                (one_of, format!("one of {}", self.choices.join(", ")))
            }
        };
        (!fits).then_some(wanted)
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| matches!(digits.len(), 3 | 6) && digits.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Returns whether a version is in a range of comma-separated comparisons (`>=`, `>`, `<=`, `<`, `=`).
///
/// # Errors
/// The part of the range that is not a comparison.
fn fits(range: &str, version: &str) -> Result<bool, String> {
    let numbers = |text: &str| -> Option<Vec<u64>> { text.trim().split('.').map(|part| part.parse().ok()).collect() };
    let version = numbers(version).unwrap_or_default();
    let mut all = true;
    for part in range.split(',').map(str::trim) {
        let bad = || part.to_owned();
        let digits = part.find(|c: char| c.is_ascii_digit()).ok_or_else(bad)?;
        let mut wanted = numbers(&part[digits..]).ok_or_else(bad)?;
        wanted.resize(version.len().max(wanted.len()), 0);
        let order = version.cmp(&wanted);
        all &= match part[..digits].trim() {
            ">=" => order.is_ge(),
            ">" => order.is_gt(),
            "<=" => order.is_le(),
            "<" => order.is_lt(),
            "=" | "" => order.is_eq(),
            _ => return Err(bad()),
        };
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn ranges_of_versions() {
        assert_eq!(fits(">=0.1, <0.2", "0.1.0"), Ok(true));
        assert_eq!(fits(">=0.1, <0.2", "0.2.0"), Ok(false));
        assert_eq!(fits(">0.1", "0.1.1"), Ok(true));
        assert_eq!(fits("any", "0.1.0"), Err("any".into()));
    }
}
