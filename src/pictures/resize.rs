//! Resizing by Lanczos' filter, in integers, so that the result is the same on every machine.
//!
//! It is written here because of what libraries cost to compile. They are generic: what they make of their code for a
//! kind of pixel is compiled with this crate, each time. `fast_image_resize` 6.1 took 28 s of processor time for the
//! three kinds of [`resize`], more than all codecs together. It resizes five times as fast; but of the time for the
//! variants of a photograph, resizing is a tenth.

use super::crop::Crop;
use super::pixels::Pixels;

/// Resizes a part of a picture to a width and height in pixels. Samples are treated alike; of a picture with opacities
/// they are multiplied with them, or else invisible pixels would colour their neighbours.
///
/// The height is resized first, then the width, by exchanging rows and columns before and after: samples side by side
/// get the same weights, and the compiler turns that into instructions for many of them at a time.
pub(super) fn resize(source: &Pixels, part: Crop, width: u32, height: u32) -> Pixels {
    let data = match source.samples.bytes() {
        1 => resized::<1>(source, part, width as usize, height as usize),
        3 => resized::<3>(source, part, width as usize, height as usize),
        _ => resized::<4>(source, part, width as usize, height as usize),
    };
    Pixels { width, height, samples: source.samples, data }
}

fn resized<const BYTES: usize>(source: &Pixels, part: Crop, width: usize, height: usize) -> Vec<u8> {
    let stride = source.width as usize * BYTES;
    let start = part.y as usize * stride + part.x as usize * BYTES;
    let (part_width, part_height) = (part.width as usize, part.height as usize);
    let end = start + (part_height - 1) * stride + part_width * BYTES;
    let rows = Rows { data: &source.data[start..end], stride, bytes: part_width * BYTES, count: part_height };
    let narrow = transposed::<BYTES>(&rows.resized(height), part_width);
    let columns = Rows { data: &narrow, stride: height * BYTES, bytes: height * BYTES, count: part_width };
    transposed::<BYTES>(&columns.resized(width), height)
}

/// Rows of samples.
struct Rows<'s> {
    data: &'s [u8],
    /// The distance between the beginnings of two rows, in bytes.
    stride: usize,
    /// The length of a row, in bytes.
    bytes: usize,
    /// The number of rows.
    count: usize,
}

impl Rows<'_> {
    /// Returns a number of rows, one after another without a gap, each a weighted sum of rows.
    fn resized(&self, count: usize) -> Vec<u8> {
        let mut data = vec![0; self.bytes * count];
        for (target, sum) in data.chunks_exact_mut(self.bytes).zip(weighted_sums(self.count, count)) {
            let (groups, rest) = target.as_chunks_mut::<LANES>();
            let rest_at = groups.len() * LANES;
            for (index, group) in groups.iter_mut().enumerate() {
                *group = self.add_up(&sum, index * LANES);
            }
            for (index, sample) in rest.iter_mut().enumerate() {
                [*sample] = self.add_up(&sum, rest_at + index);
            }
        }
        data
    }

    /// Returns a few samples of a row that is a sum of rows.
    fn add_up<const COUNT: usize>(&self, sum: &WeightedSum, at: usize) -> [u8; COUNT] {
        let mut totals = [ONE / 2; COUNT];
        for (row, weight) in (sum.first_row..).zip(&sum.weights) {
            let samples: &[u8; COUNT] = self.data[row * self.stride + at..].first_chunk().expect("the row has samples");
            for (total, sample) in totals.iter_mut().zip(samples) {
                *total += i32::from(*sample) * i32::from(*weight);
            }
        }
        totals.map(|total| (total >> PRECISION).clamp(0, 255) as u8)
    }
}

/// How many samples are added up at a time. With 32, the totals are kept in registers.
const LANES: usize = 32;

/// The bits of a weight after the point.
const PRECISION: u32 = 14;

/// The sum of the weights of a row.
const ONE: i32 = 1 << PRECISION;

/// The rows that make another, and their weights in parts of [`ONE`].
struct WeightedSum {
    first_row: usize,
    weights: Vec<i16>,
}

/// Returns the sums that make a number of rows of another number of them.
///
/// The weight of a row follows from the distance of the two rows' middles, in rows of the coarser side: where rows
/// become fewer, the filter is stretched, so that each row counts.
fn weighted_sums(before: usize, after: usize) -> impl Iterator<Item = WeightedSum> {
    let scale = before as f64 / after as f64;
    let stretch = scale.max(1.0);
    (0..after).map(move |row| {
        let middle = (row as f64 + 0.5) * scale;
        let first_row = (middle - LOBES * stretch).round().max(0.0) as usize;
        let end = ((middle + LOBES * stretch).round() as usize).min(before);
        let weights = (first_row..end).map(|row| lanczos((row as f64 + 0.5 - middle) / stretch)).collect();
        WeightedSum { first_row, weights: as_parts(weights) }
    })
}

/// The lobes of the filter to each side of its middle.
const LOBES: f64 = 3.0;

/// Returns the value of Lanczos' filter at a distance from its middle (Duchon, “Lanczos Filtering in One and Two
/// Dimensions”, 1979).
fn lanczos(distance: f64) -> f64 {
    let sinc = |x: f64| if x == 0.0 { 1.0 } else { x.sin() / x };
    let x = std::f64::consts::PI * distance;
    if distance.abs() < LOBES { sinc(x) * sinc(x / LOBES) } else { 0.0 }
}

/// Returns weights in parts of [`ONE`], which is also their sum: an even colour stays what it is. What rounding leaves
/// is given to the largest.
fn as_parts(weights: Vec<f64>) -> Vec<i16> {
    let sum: f64 = weights.iter().sum();
    let mut parts: Vec<i16> = weights.iter().map(|weight| (weight / sum * f64::from(ONE)).round() as i16).collect();
    let rest = ONE - parts.iter().copied().map(i32::from).sum::<i32>();
    if let Some(largest) = parts.iter_mut().max() {
        *largest += rest as i16;
    }
    parts
}

/// Exchanges the rows and columns of pixels of a number of bytes, block by block, as a cache likes it.
fn transposed<const BYTES: usize>(data: &[u8], width: usize) -> Vec<u8> {
    let (pixels, _) = data.as_chunks::<BYTES>();
    let height = pixels.len() / width;
    let mut turned = vec![[0; BYTES]; pixels.len()];
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            for x in left..(left + BLOCK).min(width) {
                let bottom = (top + BLOCK).min(height);
                for (y, target) in (top..bottom).zip(&mut turned[x * height + top..x * height + bottom]) {
                    *target = pixels[y * width + x];
                }
            }
        }
    }
    turned.into_flattened()
}

/// The sides of a block, in pixels.
const BLOCK: usize = 16;

#[cfg(test)]
mod tests {
    use super::super::fixtures::{drawn, photograph};
    use super::super::pixels::Samples;
    use super::*;

    fn whole(pixels: &Pixels) -> Crop {
        Crop { x: 0, y: 0, width: pixels.width, height: pixels.height }
    }

    #[test]
    fn an_even_colour_stays_what_it_is() {
        for colour in [[0, 128, 255], [1, 2, 3]] {
            let even = drawn((97, 61), Samples::Rgb, |_, _| colour);
            for (width, height) in [(1, 1), (10, 7), (96, 60), (97, 61), (200, 100)] {
                let resized = resize(&even, whole(&even), width, height);
                assert_eq!(resized.data.len(), (width * height * 3) as usize);
                assert!(resized.data.as_chunks::<3>().0.iter().all(|pixel| *pixel == colour), "{width}×{height}");
            }
        }
    }

    #[test]
    fn a_part_of_the_same_size_is_copied() {
        let picture = photograph(50, 40);
        let part = resize(&picture, Crop { x: 7, y: 5, width: 30, height: 20 }, 30, 20);
        let expected = drawn((30, 20), Samples::Rgb, |x, y| {
            let at = ((y + 5) * 50 + x + 7) as usize * 3;
            [picture.data[at], picture.data[at + 1], picture.data[at + 2]]
        });
        assert_eq!(part.data, expected.data);
    }

    #[test]
    fn samples_are_those_of_the_filter_in_floats() {
        let picture = photograph(120, 90);
        let (width, height) = (37, 23);
        let resized = resize(&picture, whole(&picture), width, height);
        let weights = |before: u32, after: u32, at: u32| {
            let scale = f64::from(before) / f64::from(after);
            let middle = (f64::from(at) + 0.5) * scale;
            let weights: Vec<f64> = (0..before).map(|it| lanczos((f64::from(it) + 0.5 - middle) / scale)).collect();
            let sum: f64 = weights.iter().sum();
            weights.into_iter().map(move |weight| weight / sum)
        };
        for (x, y) in [(0, 0), (36, 22), (18, 11), (5, 20)] {
            let mut sum = 0.0;
            for (row, vertical) in weights(90, height, y).enumerate() {
                for (column, horizontal) in weights(120, width, x).enumerate() {
                    sum += f64::from(picture.data[(row * 120 + column) * 3]) * vertical * horizontal;
                }
            }
            let sample = f64::from(resized.data[((y * width + x) * 3) as usize]);
            assert!((sample - sum).abs() <= 1.5, "{sample} is not about {sum}");
        }
    }
}
