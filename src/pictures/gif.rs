//! GIF (version 89a): the head of a file. Pixels are not decoded.

use super::format::SourceFormat;
use super::integers::le_u16;
use super::probe::Head;
use super::problem::PictureProblem;

/// Reads the blocks of a file, but no pixels.
pub(super) fn head(bytes: &[u8]) -> Result<Head, PictureProblem> {
    let byte = |at: usize| bytes.get(at).copied().ok_or(PictureProblem::Truncated);
    let side = |at| le_u16(bytes, at).ok_or(PictureProblem::Truncated).map(u32::from);
    let (width, height) = (side(6)?, side(8)?);
    if width == 0 || height == 0 {
        return Err(PictureProblem::Corrupt);
    }
    let mut head = Head::new(SourceFormat::Gif, width, height);
    let mut frames = 0;
    let mut at = 13 + table_size(byte(10)?);
    loop {
        // Some programs leave out the byte that ends a file.
        if at == bytes.len() && frames > 0 {
            break;
        }
        match byte(at)? {
            0x2c => {
                frames += 1;
                // Place and size, a table of colours, the size of codes; then the pixels.
                at = after_blocks(bytes, at + 11 + table_size(byte(at + 9)?))?;
            }
            0x21 => {
                // The extension for control of a frame says which colour is transparent, if any.
                head.has_alpha |= byte(at + 1)? == 0xf9 && byte(at + 3)? & 1 == 1;
                at = after_blocks(bytes, at + 2)?;
            }
            0x3b if frames > 0 => break,
            _ => return Err(PictureProblem::Corrupt),
        }
    }
    Ok(Head { is_animated: frames > 1, ..head })
}

/// Returns the bytes of a table of colours, as a byte of flags before it has them.
fn table_size(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Returns the offset after a row of blocks, each with its length before it, of which the last is empty.
fn after_blocks(bytes: &[u8], mut at: usize) -> Result<usize, PictureProblem> {
    loop {
        let length = usize::from(*bytes.get(at).ok_or(PictureProblem::Truncated)?);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}
