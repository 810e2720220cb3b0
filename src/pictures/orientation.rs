//! The orientation of a photograph: how its stored pixels are turned to be seen upright.
//!
//! A camera stores pixels in the order of its sensor and notes in EXIF how it was held. The whole picture is never
//! turned here: a crop of the upright picture is looked up in the stored one, and only the pixels of a variant are
//! turned.

use super::crop::Crop;
use super::integers::{be_u16, be_u32, le_u16, le_u32};
use super::pixels::Pixels;

/// One of the eight orientations of EXIF 2.32 (tag 0x0112), as steps from an upright pixel to its stored place:
/// exchange x and y, then count x from the right, then count y from the bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Orientation {
    exchanges_sides: bool,
    from_right: bool,
    from_bottom: bool,
}

impl Orientation {
    /// Returns the orientation of a number of EXIF. Numbers that EXIF does not know stand for an upright picture.
    pub(super) fn from_number(number: u16) -> Orientation {
        Orientation {
            exchanges_sides: matches!(number, 5..=8),
            from_right: matches!(number, 2 | 3 | 7 | 8),
            from_bottom: matches!(number, 3 | 4 | 6 | 7),
        }
    }

    /// Reads the orientation in a block of EXIF, which begins with the header of a TIFF file (TIFF 6.0). A block that
    /// cannot be read stands for an upright picture.
    pub(super) fn from_exif(exif: &[u8]) -> Orientation {
        Orientation::from_number(orientation_number(exif).unwrap_or(1))
    }

    /// Returns the width and height of the upright picture, or the stored ones of an upright width and height.
    pub(super) fn turned_size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.exchanges_sides { (height, width) } else { (width, height) }
    }

    /// Returns the place of an upright crop in the stored picture, whose width and height are given.
    pub(super) fn stored_crop(self, crop: Crop, (width, height): (u32, u32)) -> Crop {
        let mut stored = crop;
        if self.exchanges_sides {
            stored = Crop { x: crop.y, y: crop.x, width: crop.height, height: crop.width };
        }
        if self.from_right {
            stored.x = width - stored.width - stored.x;
        }
        if self.from_bottom {
            stored.y = height - stored.height - stored.y;
        }
        stored
    }

    /// Turns stored pixels upright.
    pub(super) fn turn(self, stored: Pixels) -> Pixels {
        if self == Orientation::default() {
            return stored;
        }
        let (width, height) = self.turned_size((stored.width, stored.height));
        let bytes = stored.samples.bytes();
        let row_bytes = stored.width as usize * bytes;
        let mut data = Vec::with_capacity(stored.data.len());
        for y in 0..height {
            for x in 0..width {
                let place = self.stored_crop(Crop { x, y, width: 1, height: 1 }, (stored.width, stored.height));
                let at = place.y as usize * row_bytes + place.x as usize * bytes;
                data.extend_from_slice(&stored.data[at..at + bytes]);
            }
        }
        Pixels { width, height, samples: stored.samples, data }
    }
}

/// Returns the value of the tag 0x0112 in the first directory of a TIFF file.
pub fn orientation_number(tiff: &[u8]) -> Option<u16> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at| if is_little { le_u16(tiff, at) } else { be_u16(tiff, at) };
    let directory = usize::try_from(if is_little { le_u32(tiff, 4) } else { be_u32(tiff, 4) }?).ok()?;
    let entries = usize::from(short(directory)?);
    (0..entries)
        .map(|entry| directory + 2 + entry * 12)
        .find(|&entry| short(entry) == Some(0x0112))
        .and_then(|entry| short(entry + 8))
}

#[cfg(test)]
mod tests {
    use super::super::pixels::Samples;
    use super::*;

    /// Turns the stored pixels `1 2 3 / 4 5 6` and compares the rows.
    fn check(number: u16, rows: &[&[u8]]) {
        let stored = Pixels { width: 3, height: 2, samples: Samples::Grey, data: vec![1, 2, 3, 4, 5, 6] };
        let upright = Orientation::from_number(number).turn(stored);
        assert_eq!(upright.data, rows.concat(), "orientation {number}");
        assert_eq!(upright.width as usize, rows[0].len(), "orientation {number}");
        assert_eq!(upright.height as usize, rows.len(), "orientation {number}");
    }

    #[test]
    fn pixels_are_turned_as_exif_has_it() {
        check(1, &[&[1, 2, 3], &[4, 5, 6]]);
        check(2, &[&[3, 2, 1], &[6, 5, 4]]);
        check(3, &[&[6, 5, 4], &[3, 2, 1]]);
        check(4, &[&[4, 5, 6], &[1, 2, 3]]);
        check(5, &[&[1, 4], &[2, 5], &[3, 6]]);
        check(6, &[&[4, 1], &[5, 2], &[6, 3]]);
        check(7, &[&[6, 3], &[5, 2], &[4, 1]]);
        check(8, &[&[3, 6], &[2, 5], &[1, 4]]);
        check(0, &[&[1, 2, 3], &[4, 5, 6]]);
    }

    #[test]
    fn both_byte_orders_are_read() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(Orientation::from_exif(little), Orientation::from_number(6));
        assert_eq!(Orientation::from_exif(big), Orientation::from_number(6));
        assert_eq!(Orientation::from_exif(b"II*\0\xff\xff\xff\xff"), Orientation::default());
        assert_eq!(Orientation::from_exif(b""), Orientation::default());
    }
}
