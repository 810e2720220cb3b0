//! AVIF and its relatives of the ISO base media file format (ISO 14496-12): the head of a file. Pixels are not decoded.

use super::format::SourceFormat;
use super::integers::{array, be_u32};
use super::orientation::Orientation;
use super::probe::Head;
use super::problem::PictureProblem;

/// Returns the head of a file that begins with a box of the type `ftyp`. `None` if it is no picture, but a film.
pub(super) fn head(bytes: &[u8]) -> Option<Result<Head, PictureProblem>> {
    let length = be_u32(bytes, 0)? as usize;
    let brands = bytes.get(8..length.min(bytes.len()))?.as_chunks::<4>().0;
    let has = |brand: &[u8; 4]| brands.contains(brand);
    if has(b"avif") || has(b"avis") {
        Some(read(bytes, brands.first() == Some(b"avis")))
    } else if [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"].into_iter().any(has) {
        Some(Err(PictureProblem::Unsupported("HEIC")))
    } else if brands.first() == Some(b"crx ") {
        Some(Err(PictureProblem::Unsupported("camera raw (CR3)")))
    } else {
        None
    }
}

/// Reads the properties of the pictures in a file. The largest is the one that is shown; others are its tiles or a
/// preview.
fn read(bytes: &[u8], is_animated: bool) -> Result<Head, PictureProblem> {
    // The version and flags of `meta` and of `ispe` are four bytes before what they have.
    let meta = child(bytes, b"meta")?.and_then(|meta| meta.get(4..)).ok_or(PictureProblem::Corrupt)?;
    let properties = child(meta, b"iprp")?.ok_or(PictureProblem::Corrupt)?;
    let mut rest = child(properties, b"ipco")?.ok_or(PictureProblem::Corrupt)?;
    let (mut size, mut has_alpha, mut exchanges_sides) = ((0, 0), false, false);
    while let Some((kind, data)) = next_box(&mut rest)? {
        match &kind {
            b"ispe" => {
                let side = |at| be_u32(data, at).filter(|side| *side > 0).ok_or(PictureProblem::Corrupt);
                size = size.max((side(4)?, side(8)?));
            }
            b"auxC" => has_alpha |= memchr::memmem::find(data, b":alpha").is_some(),
            // Quarters of a full turn.
            b"irot" => exchanges_sides = data.first().is_some_and(|quarters| quarters % 2 == 1),
            _ => {}
        }
    }
    // Pixels are in another box, which a truncated file has only a part of.
    let mut rest = bytes;
    while next_box(&mut rest)?.is_some() {}
    if size == (0, 0) {
        return Err(PictureProblem::Corrupt);
    }
    let orientation = Orientation::from_number(if exchanges_sides { 6 } else { 1 });
    Ok(Head { is_animated, has_alpha, orientation, ..Head::new(SourceFormat::Avif, size.0, size.1) })
}

/// Returns the content of the first box of a type in the content of another. `None` if there is none.
fn child<'b>(mut content: &'b [u8], kind: &[u8; 4]) -> Result<Option<&'b [u8]>, PictureProblem> {
    while let Some((found, data)) = next_box(&mut content)? {
        if &found == kind {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// A box: its type and its content.
type TypedBox<'b> = ([u8; 4], &'b [u8]);

/// Takes a box off the front of bytes. `None` at their end.
fn next_box<'b>(rest: &mut &'b [u8]) -> Result<Option<TypedBox<'b>>, PictureProblem> {
    let bytes = *rest;
    if bytes.is_empty() {
        return Ok(None);
    }
    let truncated = PictureProblem::Truncated;
    let kind = array(bytes, 4).ok_or(truncated)?;
    let (header, length) = match be_u32(bytes, 0).ok_or(truncated)? {
        // The last box of a file may leave its length open; a length of 64 bits follows the type.
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(array(bytes, 8).ok_or(truncated)?)).map_err(|_| truncated)?),
        length => (8, length as usize),
    };
    let content = bytes.get(header..length.max(header)).ok_or(truncated)?;
    *rest = &bytes[length.max(header)..];
    Ok(Some((kind, content)))
}
