//! Removes the private metadata of cameras and phones from images: places, devices, names.

use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::{Bytes, DynImage, ImageEXIF};

/// An image that cannot be parsed, so that its metadata cannot be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorruptImage;

/// Returns the bytes of an image without EXIF, XMP and IPTC, and without data after its end, where phones put a film or
/// a second image with the same metadata. `None` when it is no JPEG, PNG or WebP, or has no metadata.
///
/// The orientation is kept, in an EXIF block that has nothing else: without it, a photograph taken upright would lie on
/// its side.
///
/// # Errors
/// The image cannot be parsed.
pub fn without_metadata(bytes: &[u8]) -> Result<Option<Vec<u8>>, CorruptImage> {
    let image = DynImage::from_bytes(Bytes::copy_from_slice(bytes)).map_err(|_| CorruptImage)?;
    let Some(mut image) = image else { return Ok(None) };
    let turned = image.exif().and_then(|exif| orientation(&exif)).filter(|turn| (2..=8).contains(turn));
    let before = bytes.len();
    match &mut image {
        DynImage::Jpeg(jpeg) => clean_jpeg(jpeg),
        DynImage::Png(png) => {
            let private: [&[u8; 4]; 5] = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"];
            png.chunks_mut().retain(|chunk| !private.contains(&&chunk.kind()));
        }
        DynImage::WebP(webp) => {
            webp.remove_chunks_by_id(*b"XMP ");
            webp.set_exif(None);
        }
    }
    if let Some(turn) = turned {
        image.set_exif(Some(Bytes::from(exif_of(turn))));
    }
    let mut cleaned = Vec::with_capacity(before);
    let scans = match &image {
        // The entropy-coded data follow the two bytes of the start marker and all segments.
        DynImage::Jpeg(jpeg) => Some(2 + jpeg.segments().iter().map(JpegSegment::len).sum::<usize>()),
        DynImage::Png(_) | DynImage::WebP(_) => None,
    };
    image.encoder().write_to(&mut cleaned).map_err(|_| CorruptImage)?;
    if let Some((coded, at)) = scans.and_then(|at| Some((cleaned.get(at..)?, at))) {
        let end = at + end_of_scans(coded);
        cleaned.truncate(end);
    }
    Ok((cleaned != bytes).then_some(cleaned))
}

/// Removes APP1 (EXIF, XMP), APP13 (IPTC), comments and the list of further images (MPF). APP0 (JFIF), APP2 (colour
/// profile) and APP14 (Adobe's colour transform) determine how the image looks, and are kept.
fn clean_jpeg(jpeg: &mut Jpeg) {
    let is_private = |segment: &JpegSegment| {
        matches!(segment.marker(), 0xe1 | 0xe3..=0xed | 0xef | 0xfe) || segment.contents().starts_with(b"MPF\0")
    };
    jpeg.segments_mut().retain(|segment| !is_private(segment));
}

/// Returns the offset of the end of a JPEG, after its end marker, in data that begin with entropy-coded data (ITU-T
/// T.81, annex B). The length of the data, when there is no end marker.
fn end_of_scans(coded: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = coded.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        at += found + 1;
        match coded.get(at) {
            Some(0xd9) => return at + 1,
            // An escaped 0xff, a restart marker or a fill byte: the data continue.
            Some(0x00 | 0x01 | 0xd0..=0xd8 | 0xff) | None => {}
            Some(_) => {
                let length =
                    coded.get(at + 1..at + 3).map_or(0, |size| usize::from(u16::from_be_bytes([size[0], size[1]])));
                at += 1 + length;
            }
        }
    }
    coded.len()
}

/// Returns the orientation in a block of EXIF (TIFF 6.0, tag 0x0112 of the first directory).
fn orientation(exif: &[u8]) -> Option<u16> {
    let little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let pair: [u8; 2] = exif.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| {
        let four: [u8; 4] = exif.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(directory)?);
    (0..entries)
        .map(|entry| directory + 2 + entry * 12)
        .find(|&at| short(at) == Some(0x0112))
        .and_then(|at| short(at + 8))
}

/// Returns a block of EXIF with an orientation and nothing else.
fn exif_of(turn: u16) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend(turn.to_le_bytes());
    exif.extend([0; 6]);
    exif
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orientation_survives_alone() {
        assert_eq!(orientation(&exif_of(6)), Some(6));
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(orientation(b""), None);
    }

    #[test]
    fn a_jpeg_loses_what_a_phone_wrote() {
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(exif_of(6));
        exif.extend(b"GPS 48.1 11.5");
        let mut jpeg = vec![0xff, 0xd8];
        for (marker, data) in
            [(0xe1u8, exif.as_slice()), (0xfe, b"by Jane"), (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>")]
        {
            jpeg.extend([0xff, marker]);
            jpeg.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
            jpeg.extend(data);
        }
        jpeg.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
        let cleaned = without_metadata(&jpeg).unwrap().unwrap();
        let text = String::from_utf8_lossy(&cleaned);
        assert!(!text.contains("GPS") && !text.contains("Jane") && !text.contains("adobe"), "{text}");
        let image = DynImage::from_bytes(cleaned.into()).unwrap().unwrap();
        assert_eq!(orientation(&image.exif().unwrap()), Some(6));
        assert_eq!(without_metadata(b"GIF89a"), Ok(None));
    }
}
