//! The part of a picture that a variant shows.

use serde::{Deserialize, Serialize};

/// A rectangle in pixels of the upright picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Crop {
    /// Distance of the left edge from the left edge of the picture.
    pub x: u32,
    /// Distance of the top edge from the top edge of the picture.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

impl Crop {
    /// Returns the height of a variant of a width that shows the crop undistorted: rounded to the nearest pixel, at
    /// least 1.
    #[must_use]
    pub fn height_at(&self, width: u32) -> u32 {
        let height = rounded_quotient(u64::from(width) * u64::from(self.height), u64::from(self.width));
        u32::try_from(height).unwrap_or(u32::MAX).max(1)
    }
}

/// Returns the largest crop of a ratio (width to height) in a picture of a width and height. The crop has the focus in
/// its middle as far as the edges of the picture permit, so it always contains it.
///
/// No ratio stands for the whole picture. The focus is a point in fractions of the width and height, from 0 (left, top)
/// to 1 (right, bottom); without one, it is the middle. It is rounded to a ten-thousandth, and all else is computed in
/// integers, so that the crop is the same on every machine.
///
/// # Panics
/// The width, the height or a part of the ratio is 0.
#[must_use]
pub fn crop(width: u32, height: u32, ratio: Option<(u32, u32)>, focus: Option<(f64, f64)>) -> Crop {
    assert!(width > 0 && height > 0, "a picture has pixels");
    let Some((wide, high)) = ratio else { return Crop { x: 0, y: 0, width, height } };
    assert!(wide > 0 && high > 0, "a ratio has two positive parts");
    let (w, h, wide, high) = (u64::from(width), u64::from(height), u64::from(wide), u64::from(high));
    // Either the whole width is in the crop or the whole height. The quotient is at most that side.
    let (crop_width, crop_height) = if w * high <= h * wide {
        (w, rounded_quotient(w * high, wide).clamp(1, h))
    } else {
        (rounded_quotient(h * wide, high).clamp(1, w), h)
    };
    let (focus_x, focus_y) = focus.unwrap_or((0.5, 0.5));
    Crop {
        x: narrowed(start(w, crop_width, focus_x)),
        y: narrowed(start(h, crop_height, focus_y)),
        width: narrowed(crop_width),
        height: narrowed(crop_height),
    }
}

/// The parts of a side that a focus is rounded to.
const PARTS: u64 = 10_000;

/// Returns where a part of a side begins that has the focus in its middle as far as possible.
fn start(side: u64, part: u64, focus: f64) -> u64 {
    let focus = (focus.clamp(0.0, 1.0) * PARTS as f64).round() as u64;
    // Twice the distances, so that the half of an odd part is an integer.
    let twice_start = (2 * side * focus / PARTS).saturating_sub(part);
    (twice_start / 2).min(side - part)
}

/// Returns a quotient, rounded to the nearest integer; halves are rounded up.
fn rounded_quotient(dividend: u64, divisor: u64) -> u64 {
    (dividend + divisor / 2) / divisor
}

/// Returns a length that is at most a side of a picture.
fn narrowed(length: u64) -> u32 {
    u32::try_from(length).expect("no part of a side is longer than the side")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn crops_are_centred_on_the_focus() {
        let check = |ratio, focus, expected: (u32, u32, u32, u32)| {
            let found = crop(400, 300, ratio, focus);
            assert_eq!((found.x, found.y, found.width, found.height), expected, "{ratio:?} {focus:?}");
        };
        check(None, Some((0.9, 0.9)), (0, 0, 400, 300));
        check(Some((4, 3)), None, (0, 0, 400, 300));
        check(Some((1, 1)), None, (50, 0, 300, 300));
        check(Some((1, 1)), Some((0.0, 0.0)), (0, 0, 300, 300));
        check(Some((1, 1)), Some((1.0, 1.0)), (100, 0, 300, 300));
        check(Some((1, 1)), Some((0.6, 0.5)), (90, 0, 300, 300));
        check(Some((16, 9)), Some((0.5, 0.4)), (0, 7, 400, 225));
        check(Some((1, 1000)), None, (199, 0, 1, 300));
    }

    #[test]
    fn heights_are_rounded() {
        let whole = crop(4000, 3000, None, None);
        assert_eq!(whole.height_at(801), 601);
        assert_eq!(crop(30_000, 1, None, None).height_at(10), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_crop_is_the_largest_with_the_focus(
            (width, height) in (1..30_000_u32, 1..30_000_u32),
            (wide, high) in (1..100_u32, 1..100_u32),
            (x, y) in (0.0..=1.0_f64, 0.0..=1.0_f64),
        ) {
            let found = crop(width, height, Some((wide, high)), Some((x, y)));
            prop_assert!(found.width > 0 && found.height > 0);
            prop_assert!(found.x + found.width <= width && found.y + found.height <= height);
            prop_assert!(found.width == width || found.height == height);
            // A side is right within half a pixel, and 1 at least.
            let (w, h) = (f64::from(found.width), f64::from(found.height));
            let (right_w, right_h) = (h * f64::from(wide) / f64::from(high), w * f64::from(high) / f64::from(wide));
            prop_assert!((w - right_w).abs() <= 0.5 || (h - right_h).abs() <= 0.5 || w == 1.0 || h == 1.0);
            // The focus is rounded to parts, and the crop to pixels.
            for (focus, side, start, length) in
                [(x, width, found.x, found.width), (y, height, found.y, found.height)]
            {
                let (focus, rounding) = (focus * f64::from(side), 1.0 + f64::from(side) / 20_000.0);
                let (start, end) = (f64::from(start), f64::from(start + length));
                prop_assert!(start - rounding <= focus && focus <= end + rounding);
                let is_central = ((start + end) / 2.0 - focus).abs() <= rounding;
                prop_assert!(is_central || start == 0.0 || end == f64::from(side));
            }
        }
    }
}
