//! A theme: templates, stylesheets and pictures, words, settings, each from the first layer that has it.
//!
//! The theme knows no kind of page. Who plans pages says which templates it needs and which variables each gets.

mod assets;
mod check;
mod contrast;
mod engine;
mod layers;
mod manifest;
mod numbers;
mod plurals;
mod template_errors;
mod translations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use self::assets::Asset;
pub use self::check::{Shapes, check};
pub use self::engine::{BlockDefinition, BlockParameter, TemplateContract, ThemeContract};
pub use self::layers::{BUILT_IN_NAME, Layer, Layers, SITE, built_in_files};
pub use self::manifest::{Manifest, Setting};
pub use self::plurals::{PluralCategory, PluralRules};
pub use self::template_errors::{parent_template, template_error};
pub use self::translations::Translations;
use crate::config::Config;
use crate::csp::SourceLists;
use crate::diagnostic::Diagnostic;
use crate::digest::Digest;

/// A theme, ready to render.
pub struct Theme {
    /// The template engine with every template loaded.
    pub tera: tera::Tera,
    /// Its name, settings' values and list sizes, as templates see them.
    pub context: ThemeContext,
    /// Stylesheets, fonts and pictures, by their name in `assets/`.
    pub assets: Arc<BTreeMap<String, Asset>>,
    /// The words of the site's language.
    pub translations: Arc<Translations>,
    /// The blocks that authors may use, by name as written: `fact-box`.
    pub blocks: BTreeMap<String, BlockDefinition>,
    /// What of a page's kind each template names.
    pub used_variables: BTreeMap<String, BTreeSet<String>>,
    /// The templates in `fragments/`, by name, each with the variables it names.
    pub fragments: BTreeMap<String, BTreeSet<String>>,
    /// Those of them that show an article in a list, by name.
    pub card_fragments: Vec<String>,
    /// What its pages need besides the usual, for a Content-Security-Policy.
    pub csp_sources: SourceLists,
    /// The digest of all that a rendered page may take from the theme.
    pub digest: Digest,
}

/// The theme as templates see it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ThemeContext {
    /// The theme's name.
    pub name: String,
    /// Each setting with its value.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// How many items each list shows.
    pub list_sizes: BTreeMap<String, usize>,
}

/// The blocks that a site may have, by name as written; of some only the name is known, because their template
/// could not be read.
pub type KnownBlocks = BTreeMap<String, Option<BlockDefinition>>;

impl Theme {
    /// All blocks of the theme.
    #[must_use]
    pub fn known_blocks(&self) -> KnownBlocks {
        self.blocks.iter().map(|(name, spec)| (name.clone(), Some(spec.clone()))).collect()
    }

    /// Whether a site is assembled and checked with this theme as with another: words, numbers of items, blocks,
    /// what its pages need.
    #[must_use]
    pub fn assembles_like(&self, other: &Theme) -> bool {
        self.translations == other.translations
            && self.context.list_sizes == other.context.list_sizes
            && self.blocks == other.blocks
            && self.csp_sources == other.csp_sources
    }

    /// Whether a site is planned with this theme as with another, when it is assembled alike: what templates want,
    /// and the names of assets.
    #[must_use]
    pub fn plans_like(&self, other: &Theme) -> bool {
        let names_agree = self.assets.keys().eq(other.assets.keys());
        let mut pairs = self.assets.values().zip(other.assets.values());
        self.used_variables == other.used_variables && names_agree && pairs.all(|(one, other)| one.link == other.link)
    }

    /// Loads the layers into an engine. `needs` names the templates that pages use, each with its variables.
    ///
    /// `None` when there are errors; all of them go into `diagnostics`, warnings too.
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
        let facts = ThemeContext { name: manifest.name.clone(), settings, list_sizes: manifest.list_sizes.clone() };
        let assets = Arc::new(assets::prepare(layers, &facts, base_path, diagnostics));
        contrast::check(layers, &facts, config, contrast::ContrastScope::Site, diagnostics);
        let words = Arc::new(Translations::load(layers, &config.language, diagnostics));
        let tera = engine::load(layers, &assets, &words, diagnostics);
        let fragments = tera.as_ref().map(|tera| engine::fragments(tera, layers, needs.fragments, diagnostics));
        let (card_fragments, fragments) = fragments.unwrap_or_default();
        let wants = tera.as_ref().map(|tera| engine::wants(tera, layers, needs.pages, &fragments, diagnostics));
        let wants = wants.unwrap_or_default();
        if diagnostics.iter().filter(|d| d.is_error()).count() > before {
            return None;
        }
        let tera = tera?;
        let blocks = engine::blocks(&tera);
        let links: Vec<&str> = assets.values().map(|asset| asset.link.as_str()).collect();
        let digest = Digest::of(&(
            layers.digest("templates/"),
            &*words,
            links,
            serde_json::to_string(&facts).expect("plain data"),
            base_path,
        ));
        Some(Theme {
            tera,
            context: facts,
            assets,
            translations: words,
            blocks,
            used_variables: wants,
            fragments,
            card_fragments,
            csp_sources: manifest.csp,
            digest,
        })
    }
}
