//! Outlines of glyphs as path data of SVG.

use std::fmt::Write;

use skrifa::instance::Size;
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};

use super::shape::ShapedLine;

/// Returns the path data of a line whose baseline begins at a point. Size and point are in pixels.
pub(super) fn path_data(line: &ShapedLine, weight: u16, size: f32, (x, y): (f32, f32)) -> String {
    let mut path = PathData::default();
    for glyph in &line.glyphs {
        let font = glyph.face.font();
        let location = glyph.face.location(weight);
        path.origin = (x + glyph.x * size, y - glyph.y * size);
        if let Some(outline) = font.outline_glyphs().get(GlyphId::new(glyph.id)) {
            // A damaged glyph is drawn up to where it is damaged.
            let _ = outline.draw(DrawSettings::unhinted(Size::new(size), &location), &mut path);
        }
    }
    path.data
}

/// Collects outlines. Fonts have y upwards, SVG has it downwards.
#[derive(Default)]
struct PathData {
    data: String,
    origin: (f32, f32),
}

impl PathData {
    fn push(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        for (x, y) in points {
            let (x, y) = (self.origin.0 + x, self.origin.1 - y);
            write!(self.data, "{x:.2} {y:.2} ").expect("a string takes what is written");
        }
    }
}

impl OutlinePen for PathData {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push('L', &[(x, y)]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.push('Q', &[(cx, cy), (x, y)]);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.push('C', &[(cx0, cy0), (cx1, cy1), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}
