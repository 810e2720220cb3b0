//! Removes the private metadata of cameras and phones from images: places, devices, names.

use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::{Bytes, DynImage, ImageEXIF};

use crate::pictures::orientation_number;

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
    let turned = image.exif().and_then(|exif| orientation_number(&exif)).filter(|turn| (2..=8).contains(turn));
    let before = bytes.len();
    match &mut image {
        DynImage::Jpeg(jpeg) => clean_jpeg(jpeg),
        DynImage::Png(png) => {
            png.chunks_mut().retain(|chunk| PNG_CHUNKS.contains(&&chunk.kind()));
        }
        DynImage::WebP(webp) => {
            webp.chunks_mut().retain(|chunk| WEBP_CHUNKS.contains(&&chunk.id()));
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

/// Chunks of PNG that determine how an image looks (Portable Network Graphics, third edition, section 4.7). Any other
/// can have anything in it: texts, times, EXIF, the history of edits with names (`caBX`, of C2PA).
const PNG_CHUNKS: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// Chunks of WebP that determine how an image looks (RFC 9649, section 2.7). Any other is metadata, known or not.
const WEBP_CHUNKS: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

/// Removes comments and all segments of applications but those that determine how the image looks: JFIF, a colour
/// profile, and Adobe's colour transform. Others have EXIF, XMP, IPTC, the history of edits (C2PA), a list of further
/// images (MPF), or a thumbnail, which may show what has been cut away (JFXX).
fn clean_jpeg(jpeg: &mut Jpeg) {
    let is_kept = |segment: &JpegSegment| match segment.marker() {
        0xe0 => segment.contents().starts_with(b"JFIF\0"),
        0xe2 => segment.contents().starts_with(b"ICC_PROFILE\0"),
        0xee => true,
        marker => !matches!(marker, 0xe0..=0xef | 0xfe),
    };
    jpeg.segments_mut().retain(is_kept);
    // The first twelve bytes of JFIF are its version and density, the next two the sides of a thumbnail that may follow.
    for segment in jpeg.segments_mut().iter_mut().filter(|segment| segment.marker() == 0xe0) {
        if let Some(head) = segment.contents().get(..12).filter(|_| segment.contents().len() > 14) {
            *segment = JpegSegment::new_with_contents(0xe0, Bytes::from([head, &[0, 0]].concat()));
        }
    }
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

/// Returns a block of EXIF with an orientation and nothing else.
fn exif_of(turn: u16) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend(turn.to_le_bytes());
    exif.extend([0; 6]);
    exif
}

#[cfg(test)]
mod tests {
    use img_parts::png::PngChunk;

    use super::*;

    #[test]
    fn orientation_survives_alone() {
        assert_eq!(orientation_number(&exif_of(6)), Some(6));
        assert_eq!(orientation_number(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(orientation_number(b""), None);
    }

    #[test]
    fn a_jpeg_loses_what_a_phone_wrote() {
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(exif_of(6));
        exif.extend(b"GPS 48.1 11.5");
        let mut jpeg = vec![0xff, 0xd8];
        for (marker, data) in [
            (0xe0u8, &b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01Jan"[..]),
            (0xe0, b"JFXX\0\x10a picture of Jane"),
            (0xe1, exif.as_slice()),
            (0xfe, b"by Jane"),
            (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            (0xe2, b"FPXR\0\0by Jane"),
            (0xe2, b"ICC_PROFILE\0\x01\x01colours"),
            (0xeb, b"JP by Jane"),
        ] {
            jpeg.extend([0xff, marker]);
            jpeg.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
            jpeg.extend(data);
        }
        jpeg.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
        let cleaned = without_metadata(&jpeg).unwrap().unwrap();
        let text = String::from_utf8_lossy(&cleaned);
        assert!(!text.contains("GPS") && !text.contains("Jan") && !text.contains("adobe"), "{text}");
        assert!(text.contains("JFIF") && text.contains("colours"), "{text}");
        let image = DynImage::from_bytes(cleaned.into()).unwrap().unwrap();
        assert_eq!(orientation_number(&image.exif().unwrap()), Some(6));
        assert_eq!(without_metadata(b"GIF89a"), Ok(None));
    }

    #[test]
    fn a_png_keeps_only_what_determines_its_looks() {
        let chunk =
            |kind: &[u8; 4], data: &[u8]| PngChunk::new(*kind, Bytes::copy_from_slice(data)).encoder().bytes().to_vec();
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
        for (kind, data) in
            [(b"gAMA", "\0\0\u{b1}"), (b"caBX", "signed by Jane"), (b"tEXt", "Author\0Jane"), (b"prVt", "Jane")]
        {
            png.extend(chunk(kind, data.as_bytes()));
        }
        png.extend([chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")].concat());
        let cleaned = without_metadata(&png).unwrap().unwrap();
        let kept = String::from_utf8_lossy(&cleaned);
        assert!(!kept.contains("Jane"), "{kept}");
        assert!(["IHDR", "gAMA", "IDAT", "IEND"].iter().all(|kind| kept.contains(kind)), "{kept}");
    }

    #[test]
    fn a_webp_keeps_only_what_determines_its_looks() {
        let chunk = |kind: &[u8; 4], data: &[u8]| {
            let length = u32::try_from(data.len()).unwrap().to_le_bytes();
            [&kind[..], &length, data].concat()
        };
        let mut chunks = b"WEBP".to_vec();
        chunks.extend(chunk(b"VP8X", &[0x0c, 0, 0, 0, 1, 0, 0, 0, 0, 0]));
        chunks.extend(chunk(b"ALPH", b"opacities."));
        chunks.extend(chunk(b"VP8 ", b"pixels"));
        for (kind, data) in
            [(b"EXIF", "GPS."), (b"XMP ", "by Jane."), (b"C2PA", "signed by Jane"), (b"Jane", "JaneJane")]
        {
            chunks.extend(chunk(kind, data.as_bytes()));
        }
        let cleaned = without_metadata(&chunk(b"RIFF", &chunks)).unwrap().unwrap();
        let kept = String::from_utf8_lossy(&cleaned);
        assert!(!kept.contains("Jane") && !kept.contains("GPS"), "{kept}");
        assert!(["VP8X", "ALPH", "pixels"].iter().all(|kind| kept.contains(kind)), "{kept}");
    }
}
