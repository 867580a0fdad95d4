//! The groups of types that people tell apart, and how each can be looked at in a page.

use crate::error::{Error, Result};
use sea_orm::DeriveValueType;
use std::{fmt, str::FromStr};

/// A group of media types that people tell apart. Rows have it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub enum Kind {
    Image,
    Video,
    Audio,
    Document,
    Archive,
    Other,
}

/// How a page shows a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    Image,
    Video,
    Audio,
    Pdf,
    /// Read by a script and shown as nothing but text, whatever it would be elsewhere.
    Text,
    None,
}

const ARCHIVES: &[&str] = &[
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "application/x-gzip",
    "application/x-tar",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/x-rar-compressed",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
];

const DOCUMENTS: &[&str] = &[
    "application/pdf",
    "application/msword",
    "application/rtf",
    "application/epub+zip",
    "application/json",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
];

/// What all current browsers can draw:
/// <https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Image_types>.
const DRAWABLE: &[&str] = &[
    "image/png",
    "image/apng",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
    "image/x-icon",
    "image/vnd.microsoft.icon",
    "image/svg+xml",
];

/// Texts that are not `text/…`.
const READABLE: &[&str] =
    &["application/json", "application/javascript", "application/xml", "application/x-sh", "application/toml"];

impl Kind {
    /// Every kind, in the order in which lists offer them.
    pub const ALL: [Self; 6] = [Self::Image, Self::Video, Self::Audio, Self::Document, Self::Archive, Self::Other];

    /// The kind of a media type, whatever its parameters.
    pub fn of(content_type: &mime::Mime) -> Self {
        let essence = content_type.essence_str();
        match content_type.type_().as_str() {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "text" => Self::Document,
            _ if DOCUMENTS.contains(&essence) => Self::Document,
            // Office files of both families, whose names go on at length.
            _ if ["opendocument", "officedocument"].iter().any(|family| essence.contains(family)) => Self::Document,
            _ if ARCHIVES.contains(&essence) => Self::Archive,
            _ => Self::Other,
        }
    }

    /// As rows and addresses have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Archive => "archive",
            Self::Other => "other",
        }
    }

    /// What one of them is called.
    pub fn words(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Video => "Video",
            Self::Audio => "Audio",
            Self::Document => "Document",
            Self::Archive => "Archive",
            Self::Other => "File",
        }
    }

    /// Does it go on for a while?
    pub fn plays(self) -> bool {
        matches!(self, Self::Video | Self::Audio)
    }

    /// What all of them are called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Image => "Images",
            Self::Video => "Videos",
            Self::Audio => "Audio",
            Self::Document => "Documents",
            Self::Archive => "Archives",
            Self::Other => "Other",
        }
    }

    /// The id of its icon's `<symbol>`.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Archive => "archive",
            Self::Other => "file",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        kind.ok_or_else(|| Error::Internal(format!("a file's kind is {text}")))
    }
}

impl Preview {
    /// How a type is shown, if it can be.
    pub fn of(content_type: &mime::Mime) -> Self {
        let essence = content_type.essence_str();
        match Kind::of(content_type) {
            Kind::Image if DRAWABLE.contains(&essence) => Self::Image,
            Kind::Video => Self::Video,
            Kind::Audio => Self::Audio,
            _ if essence == "application/pdf" => Self::Pdf,
            _ if content_type.type_() == mime::TEXT || READABLE.contains(&essence) => Self::Text,
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_group_and_its_preview() {
        for (text, kind, preview) in [
            ("image/png", Kind::Image, Preview::Image),
            ("image/svg+xml", Kind::Image, Preview::Image),
            ("image/heic", Kind::Image, Preview::None),
            ("video/mp4", Kind::Video, Preview::Video),
            ("audio/mpeg", Kind::Audio, Preview::Audio),
            ("application/pdf", Kind::Document, Preview::Pdf),
            ("text/plain; charset=utf-8", Kind::Document, Preview::Text),
            ("text/html", Kind::Document, Preview::Text),
            ("application/json", Kind::Document, Preview::Text),
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Kind::Document, Preview::None),
            ("application/zip", Kind::Archive, Preview::None),
            ("application/octet-stream", Kind::Other, Preview::None),
        ] {
            let parsed: mime::Mime = text.parse().expect(text);
            assert_eq!((Kind::of(&parsed), Preview::of(&parsed)), (kind, preview), "{text}");
        }
    }
}
