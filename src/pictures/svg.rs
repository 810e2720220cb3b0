//! SVG: the size of a drawing, in the first tag of its text. Nothing is drawn.

use super::format::SourceFormat;
use super::probe::Head;
use super::problem::PictureProblem;

/// How far into a text its first tag is looked for, in bytes: comments and entities of drawing programs precede it.
const PROLOGUE: usize = 16_384;

/// Returns the head of a drawing. `None` for a text without the tag `svg` near its beginning.
pub(super) fn head(bytes: &[u8]) -> Option<Result<Head, PictureProblem>> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if !text.starts_with(b"<") {
        return None;
    }
    let prologue = &text[..text.len().min(PROLOGUE)];
    let start = memchr::memmem::find(prologue, b"<svg")?;
    let is_tag = text.get(start + 4).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'));
    if !is_tag || memchr::memmem::find(&prologue[..start], b"<html").is_some() {
        return None;
    }
    let Some(length) = memchr::memchr(b'>', &text[start..]) else { return Some(Err(PictureProblem::Truncated)) };
    if memchr::memmem::rfind(text, b"</svg").is_none() && text[start + length - 1] != b'/' {
        return Some(Err(PictureProblem::Truncated));
    }
    let tag = String::from_utf8_lossy(&text[start..start + length]);
    let (width, height) = size(&tag);
    Some(Ok(Head { has_alpha: true, ..Head::new(SourceFormat::Svg, width, height) }))
}

/// Returns the width and height of a drawing in CSS pixels: its own, or those of its view box, or those that CSS has
/// for a replaced element without any (CSS 2.2, section 10.3.2).
fn size(tag: &str) -> (u32, u32) {
    let length = |name| attribute(tag, name).and_then(|value| value.trim_end_matches("px").trim().parse::<f64>().ok());
    let view_box: Vec<f64> = attribute(tag, "viewBox")
        .map(|value| value.split([' ', ',']).filter_map(|part| part.parse().ok()).collect())
        .unwrap_or_default();
    let box_size = if let [_, _, width, height] = view_box[..] { Some((width, height)) } else { None };
    let (width, height) = match (length("width"), length("height"), box_size) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some(ratio)) => (width, width * ratio.1 / ratio.0),
        (None, Some(height), Some(ratio)) => (height * ratio.0 / ratio.1, height),
        (_, _, Some(size)) => size,
        _ => (300.0, 150.0),
    };
    let side = |length: f64| (length.round() as u32).max(1);
    (side(width), side(height))
}

/// Returns the value of an attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let begins_a_word = tag[..at].ends_with(|before: char| before.is_ascii_whitespace());
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        begins_a_word.then(|| value[1..].split(quote).next()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_its_own_or_of_its_view_box() {
        let check = |tag, expected| assert_eq!(size(tag), expected, "{tag}");
        check(r#"<svg width="120" height='80px'"#, (120, 80));
        check(r#"<svg viewBox="0 0 24.4 12" stroke-width="2""#, (24, 12));
        check(r#"<svg width="100%" viewBox="0,0,30,20""#, (30, 20));
        check(r#"<svg width="60" viewBox="0 0 30 20""#, (60, 40));
        check("<svg", (300, 150));
    }
}
