//! Themes: templates, assets, translations and settings, each file from the first layer that has it.
//!
//! A [`Theme`] is loaded from [`Layers`]. It knows no page kinds: a [`ThemeContract`] names the templates that pages
//! use and their variables.

mod assets;
mod check;
mod contrast;
mod engine;
mod layers;
mod manifest;
mod numbers;
mod plurals;
mod social_cards;
mod template_errors;
mod translations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::assets::Asset;
pub use self::check::{Shapes, check};
pub use self::engine::{BlockDefinition, BlockParameter, ParameterType, TemplateContract, ThemeContract};
pub use self::layers::{BUILT_IN_NAME, Layer, Layers, SITE, built_in_files};
pub use self::manifest::{Manifest, Setting};
pub use self::plurals::{PluralCategory, PluralRules};
pub use self::social_cards::{CARD_TEMPLATE, ThemeFonts};
pub use self::template_errors::{parent_template, template_error};
pub use self::translations::Translations;
use crate::config::Config;
use crate::csp::SourceLists;
use crate::diagnostic::{Diagnostic, Span};
use crate::digest::Digest;
use crate::pictures::PictureMarkup;

/// A loaded theme, ready to render.
pub struct Theme {
    /// Template engine with all templates.
    pub tera: tera::Tera,
    /// Name, settings and list sizes, as templates see them.
    pub context: ThemeContext,
    /// Assets by name in `assets/`.
    pub assets: Arc<BTreeMap<String, Asset>>,
    /// Translations of the site's language.
    pub translations: Arc<Translations>,
    /// The HTML of pictures in the slots of the theme.
    pub pictures: Arc<PictureMarkup>,
    /// The fonts of social cards.
    pub card_fonts: Arc<ThemeFonts>,
    /// Digest of all that decides how social cards look: template, settings and fonts; `None` if the site has none.
    pub card_design: Option<Digest>,
    /// Blocks for authors, by name as written: `fact-box`.
    pub blocks: BTreeMap<String, BlockDefinition>,
    /// Variables that each template uses, among those of its page kind.
    pub used_variables: BTreeMap<String, BTreeSet<String>>,
    /// Fragments by name, each with the variables that it uses.
    pub fragments: BTreeMap<String, BTreeSet<String>>,
    /// Names of the fragments that render cards.
    pub card_fragments: Vec<String>,
    /// CSP sources that the theme's pages need, besides the default ones.
    pub csp_sources: SourceLists,
    /// Digest of everything in the theme that can affect a rendered page.
    pub digest: Digest,
}

/// The variable `theme` of templates.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ThemeContext {
    /// Name of the theme.
    pub name: String,
    /// Value of each setting.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// Number of items in each listing.
    pub list_sizes: BTreeMap<String, usize>,
}

/// Blocks that a site may use, by name as written. `None` if only the name is known, because the template is invalid.
pub type KnownBlocks = BTreeMap<String, Option<BlockDefinition>>;

impl Theme {
    /// Returns all blocks of the theme.
    #[must_use]
    pub fn known_blocks(&self) -> KnownBlocks {
        self.blocks.iter().map(|(name, spec)| (name.clone(), Some(spec.clone()))).collect()
    }

    /// Returns whether a site is assembled the same with both themes: they have equal translations, list sizes, blocks,
    /// CSP sources and slots of pictures.
    #[must_use]
    pub fn assembles_like(&self, other: &Theme) -> bool {
        self.translations == other.translations
            && self.context.list_sizes == other.context.list_sizes
            && self.blocks == other.blocks
            && self.csp_sources == other.csp_sources
            && self.pictures == other.pictures
            && self.card_design == other.card_design
    }

    /// Returns whether an assembled site is planned the same with both themes: their templates use the same variables,
    /// and their assets have the same names and links.
    #[must_use]
    pub fn plans_like(&self, other: &Theme) -> bool {
        let names_agree = self.assets.keys().eq(other.assets.keys());
        let mut pairs = self.assets.values().zip(other.assets.values());
        self.used_variables == other.used_variables && names_agree && pairs.all(|(one, other)| one.link == other.link)
    }

    /// Loads a theme from its layers and checks it against the theme contract `needs`.
    ///
    /// `None` if there are errors. Errors and warnings are added to `diagnostics`.
    pub fn load(
        layers: &Layers,
        config: &Config,
        base_path: &str,
        needs: ThemeContract,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Theme> {
        let before = diagnostics.iter().filter(|d| d.is_error()).count();
        let manifest = layers.manifest(diagnostics)?;
        let settings = manifest.values(&config.theme_settings.value(), diagnostics);
        let context = ThemeContext { name: manifest.name.clone(), settings, list_sizes: manifest.list_sizes.clone() };
        let assets = Arc::new(assets::prepare(layers, &context, base_path, diagnostics));
        contrast::check(layers, &context, config, contrast::ContrastScope::Site, diagnostics);
        let translations = Arc::new(Translations::load(layers, &config.language, diagnostics));
        let card_fonts = Arc::new(ThemeFonts::new(&assets));
        let card_design = config
            .pictures
            .cards
            .then(|| card_design(layers, &context, &card_fonts, &translations, diagnostics))
            .flatten();
        let pictures = Arc::new(PictureMarkup::new(manifest.pictures, config.pictures.recipe(), base_path));
        let functions =
            engine::Functions { assets: &assets, translations: &translations, pictures: &pictures, fonts: &card_fonts };
        let tera = engine::load(layers, functions, diagnostics);
        let fragments = tera.as_ref().map(|tera| engine::fragments(tera, layers, needs.fragments, diagnostics));
        let (card_fragments, fragments) = fragments.unwrap_or_default();
        let used_variables = tera.as_ref().map(|tera| {
            let of_collections = engine::collection_templates(tera, config, needs.pages, diagnostics);
            let templates = [needs.pages, &of_collections].concat();
            engine::used_variables(tera, layers, &templates, &fragments, diagnostics)
        });
        let used_variables = used_variables.unwrap_or_default();
        if diagnostics.iter().filter(|d| d.is_error()).count() > before {
            return None;
        }
        let tera = tera?;
        let blocks = engine::blocks(&tera);
        let links: Vec<&str> = assets.values().map(|asset| asset.link.as_str()).collect();
        let digest = Digest::of(&(
            layers.digest("templates/"),
            &*translations,
            links,
            serde_json::to_string(&context).expect("plain data"),
            base_path,
            &*pictures,
        ));
        Some(Theme {
            tera,
            context,
            assets,
            translations,
            pictures,
            card_fonts,
            card_design,
            blocks,
            used_variables,
            fragments,
            card_fragments,
            csp_sources: manifest.csp,
            digest,
        })
    }
}

/// Returns the digest of a theme's design of social cards. A theme without one is an error.
fn card_design(
    layers: &Layers,
    context: &ThemeContext,
    fonts: &ThemeFonts,
    translations: &Translations,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Digest> {
    if layers.find(&format!("templates/{CARD_TEMPLATE}")).is_none() {
        let message = format!("the theme `{}` has no social cards", context.name);
        let span = Span::Value(vec!["pictures".into(), "cards".into()]);
        let error = Diagnostic::error("settings", message).at(crate::config::FILE, span);
        diagnostics.push(error.help(format!("give it `templates/{CARD_TEMPLATE}`, or remove `cards`")));
        return None;
    }
    let fonts: Vec<&str> = fonts.files().map(|(_, asset)| asset.output.as_str()).collect();
    // The template may include others.
    Some(Digest::of_json(&(layers.digest("templates/"), context, fonts, Digest::of(translations))))
}
