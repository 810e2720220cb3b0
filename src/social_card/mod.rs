//! Social cards: the picture that a link to an article shows in messengers and social networks (`og:image`).
//!
//! A theme's template describes a card as SVG. `fit` breaks a headline into lines for it, and `render` draws it as PNG,
//! with the fonts of the theme and the site and no others, so that every machine makes the same bytes. Nothing outside
//! the SVG is read: not a file, not a URL, not a font of the system.

mod fit;
mod fonts;
mod outline;
mod png;
mod shape;
mod svg;
mod text_element;

pub use self::fit::{FittedText, TextBox, fit};
pub use self::fonts::{CardFonts, FontError, TextStyle};
pub use self::svg::SvgError;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

/// Width of a card in pixels, as the networks ask for it.
pub const WIDTH: u32 = 1200;
/// Height of a card in pixels.
pub const HEIGHT: u32 = 630;

/// Draws an SVG of 1200 × 630 px and returns a PNG. Where the SVG is transparent the card is white.
///
/// Texts are set with the given fonts: see `text_element` for what `<text>` may have. Images are SVG in `data:` URIs.
///
/// # Errors
///
/// XML that is not well-formed, an `href` to something outside the SVG, an attribute of a text that cannot be read, or
/// another size.
pub fn render(svg: &str, fonts: &CardFonts) -> Result<Vec<u8>, SvgError> {
    let svg = svg::with_outlined_texts(svg, fonts)?;
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(&svg, &options).map_err(|error| SvgError::of_whole(error.to_string()))?;
    let size = tree.size();
    if (size.width(), size.height()) != (WIDTH as f32, HEIGHT as f32) {
        let message = format!("the SVG is {} × {}, a card {WIDTH} × {HEIGHT}", size.width(), size.height());
        return Err(SvgError::of_whole(message));
    }
    let mut pixmap = Pixmap::new(WIDTH, HEIGHT).expect("the size of a card is not zero");
    pixmap.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    Ok(png::encode(&pixmap))
}

#[cfg(test)]
mod tests {
    use super::fonts::{test_fonts, test_style};
    use super::*;

    fn card(content: &str) -> String {
        format!("<svg xmlns='http://www.w3.org/2000/svg' width='1200' height='630'>{content}</svg>")
    }

    #[test]
    fn card_is_a_small_png_of_its_size() {
        let text = "<text x='64' y='200' font-family='Brygada 1918' font-size='100'>Rents fall in Łódź</text>";
        let png = render(&card(text), test_fonts()).expect("the card is in order");
        assert!(png.len() < 20_000, "{} bytes", png.len());
        let picture = Pixmap::decode_png(&png).expect("a PNG");
        assert_eq!((picture.width(), picture.height()), (WIDTH, HEIGHT));
        let dark = |x: u32, y: u32| picture.pixel(x, y).expect("a pixel").red() < 128;
        assert!((64..1136).any(|x| dark(x, 180)), "the text is drawn");
        assert!(!(0..WIDTH).any(|x| dark(x, 300)), "and nothing else");
    }

    #[test]
    fn same_card_has_the_same_bytes_on_every_thread() {
        let fonts = test_fonts();
        let draw = || {
            let area = TextBox { width: 1072.0, height: 380.0, line_height: 1.04 };
            let text = "“Łódź” 家賃が十年ぶりに下落、عمال الميناء and the first flood";
            let fitted = fit(text, &test_style(), &[90.0, 60.0], area, fonts);
            let lines = fitted
                .lines
                .iter()
                .zip(1..)
                .map(|(line, i)| format!("<text x='64' y='{}' font-size='{}'>{line}</text>", i * 100, fitted.size));
            render(&card(&lines.collect::<String>()), fonts).expect("the card is in order")
        };
        let first = draw();
        let others = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(draw)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        assert!(others.iter().all(|other| *other == first));
        assert_eq!(draw(), first);
    }

    #[test]
    fn image_in_the_svg_is_drawn() {
        // <svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path fill="red" d="M0 0h9v9H0z"/></svg>
        let red = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI5IiBoZWlnaHQ9IjkiPjxwYXRoIGZpbGw9InJlZCIgZD0iTTAgMGg5djlIMHoiLz48L3N2Zz4=";
        let svg = card(&format!("<image href='{red}' width='100' height='100'/>"));
        let picture = Pixmap::decode_png(&render(&svg, test_fonts()).expect("the card is in order")).expect("a PNG");
        let pixel = picture.pixel(50, 50).expect("a pixel");
        assert_eq!((pixel.red(), pixel.green(), pixel.blue()), (255, 0, 0));
    }

    #[test]
    fn card_of_another_size_is_an_error() {
        let check = |svg: &str, expected: &str| {
            let error = render(svg, test_fonts()).expect_err("it is not a card");
            assert_eq!(error.to_string(), expected);
        };
        check(
            "<svg xmlns='http://www.w3.org/2000/svg' width='600' height='315'/>",
            "the SVG is 600 × 315, a card 1200 × 630",
        );
        check("<svg/>", "line 1, column 1: a card is `<svg xmlns=\"http://www.w3.org/2000/svg\">`");
    }
}
