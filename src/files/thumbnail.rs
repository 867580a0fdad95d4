//! Thumbnails: small pictures of files, which browsers make. Whatever one is to be, its first bytes say whether it is.

use super::Kind;
use crate::{
    error::{Error, Result},
    storage::Inspection,
};
use bytesize::ByteSize;
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// What a thumbnail may weigh.
pub const LARGEST: ByteSize = ByteSize::kib(64);
/// In pixels.
const LONGEST_SIDE: usize = 512;
/// Of a WebP's extended header, the flags for animation: <https://developers.google.com/speed/webp/docs/riff_container>.
const FLAGS: usize = 20;
const IS_ANIMATED: u8 = 0b10;

/// What a thumbnail is. Rows have it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Thumbnail {
    Webp,
    /// Of browsers that write no WebP.
    Jpeg,
}

impl Thumbnail {
    /// Everything that one can be.
    pub const ALL: [Self; 2] = [Self::Webp, Self::Jpeg];

    /// As rows have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpeg",
        }
    }

    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// By its media type, letter by letter.
    pub fn of_content_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.content_type() == text)
    }

    /// What an object is, if it can be a thumbnail: a small WebP or JPEG, which does not move, and which is called what it is.
    pub fn of_object(found: &Inspection) -> Option<Self> {
        let declared = Self::of_content_type(&found.content_type)?;
        let signature = match declared {
            Self::Webp => imagesize::ImageType::Webp,
            Self::Jpeg => imagesize::ImageType::Jpeg,
        };
        let is_still = declared != Self::Webp
            || !found.head.get(8..)?.starts_with(b"WEBPVP8X")
            || found.head.get(FLAGS)? & IS_ANIMATED == 0;
        let (width, height) = match declared {
            Self::Webp => imagesize::blob_size(&found.head).map(|size| (size.width, size.height)).ok()?,
            Self::Jpeg => jpeg_sides(&found.head)?,
        };
        let is_side = |side: &usize| (1..=LONGEST_SIDE).contains(side);
        let is_small = is_side(&width) && is_side(&height) && ByteSize(found.size) <= LARGEST;
        let is_as_sent = imagesize::image_type(&found.head).is_ok_and(|is| is == signature);
        (is_as_sent && is_still && is_small && found.encoding.is_none()).then_some(declared)
    }

    /// Is one of a file of this kind a picture in its place?
    pub fn shows(kind: Kind) -> bool {
        matches!(kind, Kind::Image | Kind::Video)
    }

    /// Can a file of this kind have one? That of a document is its first page, and it is paper all the same.
    pub fn is_taken_for(kind: Kind) -> bool {
        Self::shows(kind) || kind == Kind::Document
    }
}

/// Width and height of a JPEG whose segments follow one another up to its one frame, as encoders write them. Readers differ in what
/// they make of others: what one of them skips is a frame to the next.
fn jpeg_sides(head: &[u8]) -> Option<(usize, usize)> {
    let mut rest = head.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, high, low, segment @ ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        match (marker, segment) {
            // Baseline, extended and progressive frames: ISO/IEC 10918-1, B.2.2.
            (0xc0..=0xc2, [_, y1, y2, x1, x2, ..]) => {
                let side = |high, low| usize::from(u16::from_be_bytes([high, low]));
                return Some((side(*x1, *x2), side(*y1, *y2)));
            }
            // What applications say, comments, tables, and the restart interval.
            (0xe0..=0xef | 0xfe | 0xdb | 0xc4 | 0xdd, _) => rest = segment.get(length..)?,
            _ => return None,
        }
    }
}

impl fmt::Display for Thumbnail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Thumbnail {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| Error::Internal(format!("a thumbnail is {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Picture;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0";

    #[test]
    fn only_a_small_picture_that_is_what_it_is_called_is_a_thumbnail() {
        let (webp, jpg) = ("image/webp", "image/jpeg");
        for (content_type, head, size, is) in [
            (webp, lossy(512), 65_536, Some(Thumbnail::Webp)),
            (webp, lossy(513), 100, None),
            (webp, lossy(512), 65_537, None),
            (webp, lossy(0), 100, None),
            (webp, extended(0b1_0000), 100, Some(Thumbnail::Webp)),
            (webp, extended(0b10), 100, None),
            (jpg, jpeg(512), 65_536, Some(Thumbnail::Jpeg)),
            (jpg, jpeg(513), 100, None),
            (jpg, bomb(), 100, None),
            (jpg, lossy(8), 100, None),
            (webp, jpeg(8), 100, None),
            (webp, PNG.to_vec(), 100, None),
            ("image/png", PNG.to_vec(), 100, None),
            ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), 100, None),
            (webp, Vec::new(), 0, None),
            (webp, b"RIFF".to_vec(), 4, None),
        ] {
            assert_eq!(Thumbnail::of_object(&found(content_type, head.clone(), size)), is, "{content_type} {head:?}");
        }
        let packed = Inspection { encoding: Some("gzip".into()), ..found(webp, lossy(8), 100) };
        assert_eq!(Thumbnail::of_object(&packed), None);
    }

    /// As RFC 9649 has their headers.
    fn lossy(side: u16) -> Vec<u8> {
        let head = b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x10\0\0\x9d\x01\x2a";
        [head, &side.to_le_bytes()[..], &side.to_le_bytes()].concat()
    }

    fn extended(flags: u8) -> Vec<u8> {
        [b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0".as_slice(), &[flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]].concat()
    }

    fn jpeg(side: u16) -> Vec<u8> {
        let head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08";
        [head, &side.to_be_bytes()[..], &side.to_be_bytes(), &[3; 9]].concat()
    }

    /// A frame of 23,000 pixels behind a marker without a length, which some readers take for one with, and a small one in what
    /// others skip.
    fn bomb() -> Vec<u8> {
        let frame =
            |side: u16| [&b"\xff\xc0\0\x11\x08"[..], &side.to_be_bytes(), &side.to_be_bytes(), &[3; 10]].concat();
        let large = frame(23_000);
        let skipped = [&b"\xff\xd8\xff\xd0"[..], &(large.len() as u16 + 2).to_be_bytes(), &large].concat();
        [&skipped[..], &frame(8)].concat()
    }

    fn found(content_type: &str, head: Vec<u8>, size: u64) -> Inspection {
        Inspection {
            size,
            etag: String::new(),
            content_type: content_type.to_owned(),
            disposition: None,
            encoding: None,
            sha256: None,
            has_crc32c: false,
            folder: None,
            picture: Picture::default(),
            courier: None,
            head,
        }
    }
}
