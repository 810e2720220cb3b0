//! Draws social cards by the theme's template.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use tera::Context;

use super::PreparedSite;
use crate::diagnostic::{Diagnostic, Span};
use crate::plan::SocialCard;
use crate::social_card::render;
use crate::theme::{CARD_TEMPLATE, template_error};

/// The variable `social_card` of the template.
#[derive(Serialize)]
struct CardContext<'a> {
    /// The headline.
    headline: &'a str,
    /// The kicker or the section.
    kicker: Option<&'a str>,
    /// The site's logo as a `data:` URL, if it is an SVG.
    logo: Option<String>,
}

/// Draws a card as PNG. Characters that no font has are reported and left out.
///
/// # Errors
/// The template fails, what it gives is no SVG of a card, or a file cannot be read.
pub(crate) fn draw(
    prepared: &PreparedSite,
    card: &SocialCard,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<u8>, Diagnostic> {
    let fonts = prepared.theme.card_fonts.get().map_err(|error| {
        Diagnostic::error("card", format!("`assets/{}` is no font: {}", error.name, error.reason))
            .help("use a font in the format WOFF2, WOFF, TTF or OTF")
    })?;
    let missing: String = fonts.missing_glyphs(&card.headline).into_iter().collect();
    if !missing.is_empty() {
        let warning = Diagnostic::warning("card", format!("no font of the social cards has `{missing}`"));
        let help = "put a font that has them into `assets/fonts/`; the card is drawn without them";
        let warning = match &card.source {
            Some(source) => warning.at(source, Span::Whole),
            None => warning,
        };
        diagnostics.push(warning.help(help));
    }
    let context = CardContext { headline: &card.headline, kicker: card.kicker.as_deref(), logo: logo(prepared)? };
    let mut variables = Context::new();
    variables.insert("social_card", &context);
    let svg = prepared.theme.tera.render(CARD_TEMPLATE, &variables);
    let svg = svg.map_err(|error| template_error(&error, &prepared.layers))?;
    render(&svg, fonts).map_err(|error| {
        let message = format!("the template `{CARD_TEMPLATE}` gives no card: {error}");
        Diagnostic::error("card", message)
            .help("a card is an SVG of 1200 × 630 pixels without references to other files")
    })
}

/// Returns the logo of the settings as a `data:` URL, if it is an SVG.
fn logo(prepared: &PreparedSite) -> Result<Option<String>, Diagnostic> {
    let logo = prepared.config.organization.logo.as_ref().and_then(|logo| logo.path());
    let Some(path) = logo.filter(|path| path.extension() == "svg") else { return Ok(None) };
    Ok(Some(format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(prepared.folder.read(&path)?))))
}
