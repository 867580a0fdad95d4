//! How large a picture is, as its first bytes say.

/// Width and height in pixels. `None` when the bytes are no picture, or do not say it early enough.
pub fn dimensions(head: &[u8]) -> Option<(i64, i64)> {
    let size = imagesize::blob_size(head).ok()?;
    let (width, height) = (i64::try_from(size.width).ok()?, i64::try_from(size.height).ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

#[cfg(test)]
mod tests {
    use super::dimensions;

    #[test]
    fn a_picture_says_how_large_it_is() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
        assert_eq!(dimensions(png), Some((640, 480)));
        for other in [&b"just words"[..], b"", b"\x89PNG\r\n\x1a\n", &[0; 4_096]] {
            assert_eq!(dimensions(other), None);
        }
    }
}
