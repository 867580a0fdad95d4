//! Files as pages show them.

use super::{content_type::Kind, lifecycle::File};
use bytesize::ByteSize;
use chrono::{DateTime, SecondsFormat, Utc};

/// One file in a list.
pub struct Card {
    pub url: String,
    pub name: String,
    pub content_url: String,
    pub kind: &'static str,
    pub is_image: bool,
    pub size: String,
    pub uploaded: Moment,
    pub restoration_url: String,
}

/// A time for people, and for machines.
pub struct Moment {
    pub words: String,
    pub machine: String,
}

impl Card {
    pub fn of(file: &impl File) -> Self {
        let content_type = file.content_type();
        Self {
            url: format!("/files/{}", file.id()),
            name: file.name().to_owned(),
            content_url: format!("/files/{}/content", file.id()),
            kind: kind_in_words(content_type.kind()),
            is_image: content_type.is_inline() && content_type.kind() == Kind::Image,
            size: size_in_words(file.size()),
            uploaded: Moment::of(file.uploaded_at()),
            restoration_url: format!("/files/{}/restoration", file.id()),
        }
    }
}

impl Moment {
    pub fn of(at: DateTime<Utc>) -> Self {
        Self {
            words: at.format("%-d %b %Y, %H:%M UTC").to_string(),
            machine: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        }
    }
}

pub fn size_in_words(size: Option<ByteSize>) -> String {
    size.map_or_else(|| "size not known yet".to_owned(), |size| size.to_string())
}

pub fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "Image",
        Kind::Video => "Video",
        Kind::Audio => "Audio",
        Kind::Document => "Document",
        Kind::Other => "File",
    }
}
