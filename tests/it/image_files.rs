//! Image files for tests.

/// Returns a PNG of one colour.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("a header");
    let pixels = [200, 80, 60].repeat(width as usize * height as usize);
    writer.write_image_data(&pixels).expect("all pixels");
    writer.finish().expect("an end");
    bytes
}

/// Returns a JPEG with a pattern of its own: the same `seed` gives the same bytes.
pub(crate) fn jpeg(width: u16, height: u16, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 28) as u8;
            pixels.extend([(x * 255 / u32::from(width)) as u8, (y * 255 / u32::from(height)) as u8, 100 + noise]);
        }
    }
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 85);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("a JPEG");
    bytes
}

/// Returns a JPEG with the EXIF of a phone: an orientation, a place and a name.
pub(crate) fn phone_jpeg(width: u16, height: u16, orientation: u16) -> Vec<u8> {
    let jpeg = jpeg(width, height, 1);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend(orientation.to_le_bytes());
    exif.extend(b"\0\0\0\0\0\0 GPS 48.1 11.5 marrowlight");
    let length = u16::try_from(exif.len() + 2).expect("a short segment");
    [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &exif, &jpeg[2..]].concat()
}
