//! `<text>` of SVG becomes groups of outlines, so that the picture does not depend on who draws it.
//!
//! `<text>` and `<tspan>` have what SVG 2 says of these attributes: `x`, `y`, `dx` and `dy`; and, inherited and also as
//! properties in `style`: `font-family`, `font-size`, `font-weight` (a number, `normal` or `bold`), `font-style`,
//! `letter-spacing`, `text-anchor` and `direction`. Lengths are in pixels or `em`. Rules in `<style>` do not reach the
//! setting of a text. All else (fill, opacity, transformations) is left to whoever draws the groups.

use resvg::usvg::roxmltree::Node;
use unicode_normalization::UnicodeNormalization;

use super::fonts::{CardFonts, TextStyle};
use super::outline::path_data;
use super::shape::{BaseDirection, shape};
use super::svg::{Edits, NAMESPACE, SvgError};

/// Replaces a `<text>` by outlines.
///
/// # Errors
///
/// A length or weight that cannot be read, or an element that texts of cards cannot have.
pub(super) fn outline(text: Node, fonts: &CardFonts, edits: &mut Edits) -> Result<(), SvgError> {
    let mut setter = Setter { fonts, pen: (0.0, 0.0), chunk: Vec::new(), edits };
    setter.set(text)?;
    setter.finish_chunk();
    Ok(())
}

/// Sets the parts of one `<text>`, one after another.
struct Setter<'a, 'e> {
    fonts: &'a CardFonts,
    /// Where the next text begins, in pixels.
    pen: (f32, f32),
    /// Texts that share an anchor: those up to the next one with a position of its own.
    chunk: Vec<TextNode<'a>>,
    edits: &'e mut Edits,
}

/// A text node and how it is set.
struct TextNode<'a> {
    node: Node<'a, 'a>,
    text: String,
    /// Font size in pixels.
    size: f32,
    style: TextStyle,
}

impl<'a> Setter<'a, '_> {
    /// Sets the texts of an element, which becomes a group.
    fn set(&mut self, element: Node<'a, 'a>) -> Result<(), SvgError> {
        let size = font_size(element)?;
        let own = |name: &str| element.attribute(name).map(|value| length(element, name, value, size)).transpose();
        let (x, y, dx, dy) = (own("x")?, own("y")?, own("dx")?, own("dy")?);
        if [x, y, dx, dy].iter().any(Option::is_some) {
            self.finish_chunk();
            self.pen.0 = x.unwrap_or(self.pen.0) + dx.unwrap_or(0.0);
            self.pen.1 = y.unwrap_or(self.pen.1) + dy.unwrap_or(0.0);
        }
        let style = style(element, size)?;
        for child in element.children() {
            if child.is_text() {
                let text = self.collapsed(child.text().unwrap_or_default());
                if !text.is_empty() {
                    self.chunk.push(TextNode { node: child, text, size, style: style.clone() });
                }
            } else if child.has_tag_name((NAMESPACE, "tspan")) {
                self.set(child)?;
            } else if child.is_element() && !matches!(child.tag_name().name(), "title" | "desc") {
                let message = format!("a text of a card cannot have `<{}>`", child.tag_name().name());
                return Err(SvgError::at(child, child.range().start, message));
            }
        }
        self.rename_to_group(element);
        Ok(())
    }

    /// Returns a text with single spaces, and none at the start of a chunk.
    fn collapsed(&self, text: &str) -> String {
        let mut follows_space = self.chunk.last().is_none_or(|before| before.text.ends_with(' '));
        let mut collapsed = String::new();
        for c in text.nfc() {
            let is_space = matches!(c, ' ' | '\t' | '\n' | '\r');
            if !(is_space && follows_space) {
                collapsed.push(if is_space { ' ' } else { c });
            }
            follows_space = is_space;
        }
        collapsed
    }

    /// Draws the texts that share an anchor, and puts the pen behind them.
    fn finish_chunk(&mut self) {
        let mut chunk = std::mem::take(&mut self.chunk);
        let Some(last) = chunk.last_mut() else { return };
        last.text.truncate(last.text.trim_end_matches(' ').len());

        let parent = chunk[0].node.parent_element().expect("a text node is in an element");
        let is_rtl = property(parent, "direction") == Some("rtl");
        let direction = if is_rtl { BaseDirection::RightToLeft } else { BaseDirection::LeftToRight };
        let shaped = chunk.iter().map(|text| shape(&text.text, direction, &text.style, self.fonts));
        let lines: Vec<_> = shaped.zip(&chunk).collect();
        let width: f32 = lines.iter().map(|(line, text)| line.width * text.size).sum();
        let left = match (property(parent, "text-anchor"), is_rtl) {
            (Some("middle"), _) => self.pen.0 - width / 2.0,
            (Some("end"), false) | (None | Some("start"), true) => self.pen.0 - width,
            _ => self.pen.0,
        };

        let mut before = 0.0;
        for (line, text) in &lines {
            let width_of_line = line.width * text.size;
            let x = if is_rtl { left + width - before - width_of_line } else { left + before };
            let path = path_data(line, text.style.weight, text.size, (x, self.pen.1));
            self.edits.replace(text.node.range(), format!("<{}path d=\"{path}\"/>", prefix(parent)));
            before += width_of_line;
        }
        self.pen.0 = if is_rtl { left } else { left + width };
    }

    /// Renames an element in its opening and its closing tag.
    fn rename_to_group(&mut self, element: Node) {
        let (source, range) = (element.document().input_text(), element.range());
        let name = prefix(element).len() + element.tag_name().name().len();
        let opening = range.start + 1;
        let closing = source[range].rfind("</").map(|at| element.range().start + at + 2);
        for start in closing.into_iter().chain([opening]) {
            self.edits.replace(start..start + name, format!("{}g", prefix(element)));
        }
    }
}

/// Returns the prefix of SVG's namespace with its colon, as an element has it.
fn prefix<'a>(element: Node<'a, '_>) -> &'a str {
    let source = &element.document().input_text()[element.range().start + 1..];
    let name = source.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    name.find(':').map_or("", |colon| &name[..=colon])
}

/// Returns an inherited property: that of the nearest element that has it, in `style` or as an attribute.
fn property<'a>(element: Node<'a, '_>, name: &str) -> Option<&'a str> {
    element.ancestors().find_map(|element| own_property(element, name))
}

fn own_property<'a>(element: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let declarations = element.attribute("style").unwrap_or_default().split(';');
    let mut properties = declarations.filter_map(|declaration| declaration.split_once(':'));
    let in_style = properties.find(|(property, _)| property.trim() == name).map(|(_, value)| value);
    in_style.or_else(|| element.attribute(name)).map(str::trim)
}

/// Returns the style that an element has or inherits.
fn style(element: Node, size: f32) -> Result<TextStyle, SvgError> {
    let families = property(element, "font-family").unwrap_or_default().split(',');
    let weight = match property(element, "font-weight") {
        None | Some("normal") => 400,
        Some("bold") => 700,
        Some(weight) => weight.parse().map_err(|_| unreadable(element, "font-weight", weight))?,
    };
    let letter_spacing = match property(element, "letter-spacing") {
        None | Some("normal") => 0.0,
        Some(spacing) => length(element, "letter-spacing", spacing, size)? / size,
    };
    Ok(TextStyle {
        families: families.map(|family| family.trim().trim_matches(['"', '\'']).to_owned()).collect(),
        weight,
        is_italic: matches!(property(element, "font-style"), Some("italic" | "oblique")),
        letter_spacing,
    })
}

/// Returns the font size that an element has or inherits, in pixels.
fn font_size(element: Node) -> Result<f32, SvgError> {
    for ancestor in element.ancestors() {
        if let Some(size) = own_property(ancestor, "font-size") {
            let inherited = match ancestor.parent_element() {
                Some(parent) if size.ends_with("em") => font_size(parent)?,
                _ => 16.0,
            };
            let size_in_px = length(ancestor, "font-size", size, inherited)?;
            return if size_in_px > 0.0 { Ok(size_in_px) } else { Err(unreadable(ancestor, "font-size", size)) };
        }
    }
    Ok(16.0)
}

/// Returns a length in pixels.
fn length(element: Node, name: &str, value: &str, em: f32) -> Result<f32, SvgError> {
    let (number, unit) = match value.strip_suffix("em") {
        Some(number) => (number, em),
        None => (value.strip_suffix("px").unwrap_or(value), 1.0),
    };
    let number = number.trim().parse::<f32>().ok().filter(|number| number.is_finite());
    number.map(|number| number * unit).ok_or_else(|| unreadable(element, name, value))
}

fn unreadable(element: Node, name: &str, value: &str) -> SvgError {
    let at = element.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.range().start);
    SvgError::at(element, at.unwrap_or(element.range().start), format!("`{name}` cannot be `{value}`"))
}

#[cfg(test)]
mod tests {
    use super::super::fonts::test_fonts;
    use super::super::svg::with_outlined_texts;
    use super::*;

    /// Returns the outlined `<text>` of an SVG.
    fn outlined(text: &str) -> Result<String, String> {
        let svg = format!("<svg xmlns='{NAMESPACE}'>{text}</svg>");
        let outlined = with_outlined_texts(&svg, test_fonts()).map_err(|error| error.to_string())?;
        let start = outlined.find("'>").map_or(0, |at| at + 2);
        Ok(outlined[start..outlined.len() - "</svg>".len()].to_owned())
    }

    /// Returns the left and the right end of all outlines, in whole pixels.
    fn extent(text: &str) -> (i32, i32) {
        let outlined = outlined(text).expect("the text can be set");
        let paths = outlined.split("d=\"").skip(1).filter_map(|path| path.split_once('"')).map(|(path, _)| path);
        let numbers: Vec<Vec<f32>> = paths
            .flat_map(|path| path.split(['M', 'L', 'Q', 'C', 'Z']))
            .map(|points| points.split_whitespace().map(|number| number.parse().expect("a number")).collect())
            .collect();
        let xs = || numbers.iter().flat_map(|points| points.iter().step_by(2)).copied();
        (xs().fold(f32::MAX, f32::min).round() as i32, xs().fold(f32::MIN, f32::max).round() as i32)
    }

    #[test]
    fn anchor_is_the_start_of_the_line_in_its_direction() {
        let check = |attributes: &str, expected: (i32, i32)| {
            let text =
                format!("<text x='500' y='50' font-family='Archivo Narrow' font-size='100' {attributes}>HIH</text>");
            assert_eq!(extent(&text), expected, "{attributes}");
        };
        let (left, right) = extent("<text x='500' font-family='Archivo Narrow' font-size='100'>HIH</text>");
        let width = right - left;
        let bearing = left - 500;
        let to_the_left = (500 - bearing - width, 500 - bearing);
        check("", (left, right));
        check("text-anchor='end'", to_the_left);
        check("direction='rtl'", to_the_left);
        check("direction='rtl' text-anchor='end'", (left, right));
        check("style='direction: rtl; text-anchor: end'", (left, right));
    }

    #[test]
    fn parts_of_a_line_follow_each_other() {
        let (left, right) = extent("<text x='0' font-size='50'>one two</text>");
        assert_eq!(extent("<text x='0' font-size='50'>one <tspan fill='red'>two</tspan></text>"), (left, right));
        assert_eq!(extent("<text x='0' font-size='50'>\n  one\n  <tspan>two</tspan>\n</text>"), (left, right));
        let spaced = "<text x='0' font-size='50'> one <tspan> </tspan> <tspan> two</tspan> </text>";
        assert_eq!(extent(spaced), (left, right));
        let below = outlined("<text x='0' y='10' font-size='50'>a<tspan x='0' dy='1.5em'>a</tspan></text>");
        let first = outlined("<text x='0' y='85' font-size='50'>a</text>").expect("the text can be set");
        let path = first.split('"').nth(1).expect("a path");
        assert!(below.expect("the text can be set").contains(path));
    }

    #[test]
    fn all_but_the_setting_is_left() {
        assert_eq!(
            outlined("<text id='a' fill='red'><title>t</title> <tspan opacity='.5'/></text>").as_deref(),
            Ok("<g id='a' fill='red'><title>t</title> <g opacity='.5'/></g>")
        );
    }

    #[test]
    fn elements_are_renamed_however_they_are_written() {
        let check = |text: &str, expected: &str| assert_eq!(outlined(text).as_deref(), Ok(expected));
        check("<text/>", "<g/>");
        check("<text></text>", "<g></g>");
        check("<text\nx='1' ><!-- </text> --></text >", "<g\nx='1' ><!-- </text> --></g >");
        let prefixed = format!("<text:text xmlns:text='{NAMESPACE}'><text:tspan/></text:text>");
        check(&prefixed, &format!("<text:g xmlns:text='{NAMESPACE}'><text:g/></text:g>"));
    }

    #[test]
    fn properties_are_inherited() {
        let check =
            |svg: &str| assert_eq!(extent(svg), extent("<text font-size='40' font-weight='700'>Rents</text>"), "{svg}");
        check("<g font-size='40' style='font-weight:bold'><text>Rents</text></g>");
        check("<g font-size='20px'><text font-size='2em' font-weight='bold'>Rents</text></g>");
        check("<g font-weight='700'><text><tspan font-size='40'>Rents</tspan></text></g>");
    }

    #[test]
    fn what_cannot_be_read_has_a_place() {
        let check = |text: &str, expected: &str| assert_eq!(outlined(text), Err(format!("line 2, column {expected}")));
        check("\n<text x='10%'>a</text>", "7: `x` cannot be `10%`");
        check("\n<text font-size='0'>a</text>", "7: `font-size` cannot be `0`");
        check("\n<text font-weight='heavy'>a</text>", "7: `font-weight` cannot be `heavy`");
        check("\n<text>a<textPath href='#p'>b</textPath></text>", "8: a text of a card cannot have `<textPath>`");
    }
}
