//! How large a picture is, as its first bytes say.

/// Width and height in pixels. `None` when the bytes are no picture, or do not say it early enough.
pub fn dimensions(head: &[u8]) -> Option<(i64, i64)> {
    let size = imagesize::blob_size(head).ok()?;
    let (width, height) = (i64::try_from(size.width).ok()?, i64::try_from(size.height).ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

/// The shapes that pictures have in rows, as width and height: pages may have no styles of their own, so each is a class.
const RATIOS: [(u32, u32, &str); 11] = [
    (9, 16, "ratio-9-16"),
    (2, 3, "ratio-2-3"),
    (3, 4, "ratio-3-4"),
    (4, 5, "ratio-4-5"),
    (1, 1, "ratio-1-1"),
    (5, 4, "ratio-5-4"),
    (4, 3, "ratio-4-3"),
    (3, 2, "ratio-3-2"),
    (16, 9, "ratio-16-9"),
    (2, 1, "ratio-2-1"),
    (3, 1, "ratio-3-1"),
];

/// The class of the shape that is nearest to a picture's; 4:3 when its sides are not known.
pub fn ratio_class(sides: Option<(i64, i64)>) -> &'static str {
    let (width, height) = sides.filter(|(width, height)| *width > 0 && *height > 0).unwrap_or((4, 3));
    let shape = (width as f64 / height as f64).ln();
    let distance =
        |(width, height, _): &(u32, u32, &str)| (shape - (f64::from(*width) / f64::from(*height)).ln()).abs();
    let nearest = RATIOS.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
    nearest.map_or("ratio-4-3", |(.., class)| class)
}

#[cfg(test)]
mod tests {
    use super::{dimensions, ratio_class};

    #[test]
    fn a_picture_has_the_nearest_of_eleven_shapes() {
        for (sides, class) in [
            (Some((6_000, 4_000)), "ratio-3-2"),
            (Some((4_000, 6_000)), "ratio-2-3"),
            (Some((1_080, 1_920)), "ratio-9-16"),
            (Some((1_000, 990)), "ratio-1-1"),
            (Some((20_000, 100)), "ratio-3-1"),
            (Some((1, 9_000)), "ratio-9-16"),
            (Some((0, 100)), "ratio-4-3"),
            (None, "ratio-4-3"),
        ] {
            assert_eq!(ratio_class(sides), class, "{sides:?}");
        }
    }

    #[test]
    fn a_picture_says_how_large_it_is() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
        assert_eq!(dimensions(png), Some((640, 480)));
        for other in [&b"just words"[..], b"", b"\x89PNG\r\n\x1a\n", &[0; 4_096]] {
            assert_eq!(dimensions(other), None);
        }
    }
}
