//! Finds metadata of cameras and programs in images from which Handbill does not remove them: GIF, TIFF and AVIF.

/// Returns the format of an image with EXIF or XMP that is published unchanged; `None` for all others.
#[must_use]
pub fn kept_in(bytes: &[u8]) -> Option<&'static str> {
    let has = |bytes: &[u8], words: &[u8]| memchr::memmem::find(bytes, words).is_some();
    match bytes {
        [b'G', b'I', b'F', b'8', ..] => has(bytes, b"XMP DataXMP").then_some("GIF"),
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => {
            (has(bytes, b"<x:xmpmeta") || has_directory(bytes)).then_some("TIFF")
        }
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => {
            // The list of contents is before the pixels (ISO 23008-12); in the pixels the same letters may occur by
            // chance.
            let head = &bytes[..bytes.len().min(HEAD)];
            (has(head, b"Exif") || has(head, b"application/rdf+xml")).then_some("AVIF")
        }
        _ => None,
    }
}

const HEAD: usize = 4096;

/// Returns whether the first directory of a TIFF refers to EXIF or GPS data or has XMP (TIFF 6.0; tags 0x8769, 0x8825
/// and 0x02bc).
fn has_directory(tiff: &[u8]) -> bool {
    let is_little = tiff.starts_with(b"II");
    let number = |at: usize, length: usize| {
        let bytes = tiff.get(at..at.checked_add(length)?)?;
        let add = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(if is_little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
    };
    let Some(directory) = number(4, 4) else { return false };
    let entries = number(directory, 2).unwrap_or(0);
    let tags = (0..entries).map_while(|entry| number(directory.checked_add(2 + entry * 12)?, 2));
    tags.into_iter().any(|tag| matches!(tag, 0x8769 | 0x8825 | 0x02bc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_found_in_its_place() {
        let check = |bytes: &[u8], kind: Option<&str>| assert_eq!(kept_in(bytes), kind, "{bytes:?}");
        check(b"GIF89a\x01\0\x01\0\0\0\0!\xff\x0bXMP DataXMP<x/>;", Some("GIF"));
        check(b"GIF89a\x01\0\x01\0\0\0\0;", None);
        check(b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\0\0\0\0", Some("TIFF"));
        check(b"MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\0", Some("TIFF"));
        check(b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0", None);
        check(b"II*\0\xff\xff\xff\xff", None);
        check(b"\0\0\0\x1cftypavif\0\0\0\0mif1\0\0\0\0infe\0\0Exif", Some("AVIF"));
        check(b"\0\0\0\x1cftypavif\0\0\0\0mif1", None);
        check(b"\xff\xd8\xff\xe1\0\x10Exif\0\0", None);
        check(b"", None);
    }
}
