//! Media types: what a file is said to be, what its first bytes are, and whether a browser may show it.

use std::fmt;

/// A media type in a form that can be signed: parsed, lower-case in its essence, without odd spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType(mime::Mime);

/// The groups that pages tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Image,
    Video,
    Audio,
    Document,
    Other,
}

/// Types that can run script in the origin they are shown from: they are stored and served as downloads.
const ACTIVE: &[&str] = &[
    "text/html",
    "text/xml",
    "text/xsl",
    "text/javascript",
    "text/ecmascript",
    "application/javascript",
    "application/x-javascript",
    "application/ecmascript",
    "application/xml",
    "application/xhtml+xml",
    "application/pdf+xml",
    "application/x-shockwave-flash",
    "application/wasm",
    "text/cache-manifest",
    "multipart/related",
    "message/rfc822",
    "application/mathml+xml",
    // Browsers look into these to find out.
    "application/unknown",
];

/// Types with a signature that `infer` knows, so that bytes without it contradict them.
const SIGNED: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/tiff",
    "image/avif",
    "image/heif",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "video/x-matroska",
    "audio/mpeg",
    "audio/ogg",
    "audio/flac",
    "audio/x-wav",
];

/// Shown by browsers within a page of their own without running anything.
const SHOWABLE_DOCUMENTS: &[&str] = &["application/pdf", "text/plain"];

impl ContentType {
    /// What nothing is known of.
    pub const UNKNOWN: &str = "application/octet-stream";

    /// `None` when the text is no media type, or could not be signed as a header.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() <= 255 && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("  ");
        let parsed: mime::Mime = text.parse().ok().filter(|_| plain && text.trim() == text)?;
        let concrete = parsed.type_() != mime::STAR && parsed.subtype() != mime::STAR;
        concrete.then_some(Self(parsed))
    }

    /// Of a stored row or object, which may say anything: what cannot be parsed is unknown.
    pub fn of_row(text: &str) -> Self {
        Self::parse(text).unwrap_or(Self(mime::APPLICATION_OCTET_STREAM))
    }

    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub fn mime(&self) -> &mime::Mime {
        &self.0
    }

    /// Without parameters.
    pub fn essence(&self) -> &str {
        self.0.essence_str()
    }

    /// Can it run script where it is shown?
    pub fn is_active(&self) -> bool {
        let suffix = self.0.suffix().map(|suffix| suffix.as_str());
        let unknown = self.0.type_() == mime::MULTIPART || self.0.type_().as_str() == "unknown";
        unknown || ACTIVE.contains(&self.essence()) || suffix == Some("xml") || suffix == Some("html")
    }

    /// May a browser show it in place?
    pub fn is_inline(&self) -> bool {
        !self.is_active()
            && (matches!(self.kind(), Kind::Image | Kind::Video | Kind::Audio)
                || SHOWABLE_DOCUMENTS.contains(&self.essence()))
    }

    pub fn kind(&self) -> Kind {
        match self.0.type_().as_str() {
            "image" => Kind::Image,
            "video" => Kind::Video,
            "audio" => Kind::Audio,
            "text" => Kind::Document,
            _ if self.essence() == "application/pdf"
                || self.essence().contains("document")
                || self.essence().contains("sheet") =>
            {
                Kind::Document
            }
            _ => Kind::Other,
        }
    }

    /// Do the first bytes of a file (up to 4 KiB) contradict this type? Types without a signature of their own
    /// are believed, unless the bytes plainly are something that runs.
    pub fn contradicts(&self, head: &[u8]) -> bool {
        if head.is_empty() {
            return false;
        }
        let found = infer::get(head);
        let runs =
            found.is_some_and(|found| found.matcher_type() == infer::MatcherType::App && is_program(found.mime_type()));
        match self.0.type_().as_str() {
            "image" | "video" | "audio" if self.essence() != "image/svg+xml" => self.media_contradicts(found),
            "text" => runs || head.contains(&0) && !is_utf16(head),
            _ if SIGNED.contains(&self.essence()) => found.is_none_or(|found| found.mime_type() != self.essence()),
            _ if self.is_active() => runs || head.contains(&0) && !is_utf16(head),
            _ => false,
        }
    }

    /// A picture must be a picture; sound and video share their containers.
    fn media_contradicts(&self, found: Option<infer::Type>) -> bool {
        let top = self.0.type_().as_str();
        match found.map(|found| found.mime_type()) {
            None => SIGNED.contains(&self.essence()),
            Some(found) => match found.split('/').next().unwrap_or_default() {
                "video" | "audio" => top == "image" && self.essence() != "image/avif" && self.essence() != "image/heic",
                "image" => top != "image",
                // Photoshop, raw and other pictures are found as applications of their own; programs,
                // archives and pages are no pictures.
                _ => {
                    is_program(found)
                        || found.starts_with("text/")
                        || SIGNED.contains(&found)
                        || SIGNED.contains(&self.essence())
                }
            },
        }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn is_program(essence: &str) -> bool {
    [
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-mach-binary",
        "application/java",
        "application/wasm",
        "application/x-dex",
    ]
    .contains(&essence)
}

/// Text in UTF-16 begins with its byte order mark, and is full of zero bytes.
fn is_utf16(head: &[u8]) -> bool {
    head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    const PDF: &[u8] = b"%PDF-1.7\n";
    const HTML: &[u8] = b"<!DOCTYPE html><html><script>alert(1)</script>";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0";

    #[test]
    fn bytes_that_are_something_else_contradict_the_type() {
        for (declared, head, contradicts) in [
            ("image/png", PNG, false),
            ("image/jpeg", PNG, false),
            ("image/png", HTML, true),
            ("image/png", ELF, true),
            ("image/png", PDF, true),
            ("image/png", b"just words", true),
            ("image/png", b"", false),
            ("image/x-own-format", b"just words", false),
            ("application/pdf", PDF, false),
            ("application/pdf", PNG, true),
            ("application/pdf", b"just words", true),
            ("application/zip", ZIP, false),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP, false),
            ("text/plain", b"just words", false),
            ("text/plain", HTML, false),
            ("text/plain", EXE, true),
            ("text/csv", b"a\0b", true),
            ("text/plain", b"\xff\xfea\0b\0", false),
            ("text/html", HTML, false),
            ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", false),
            ("application/octet-stream", ELF, false),
            ("video/mp4", b"just words", true),
            ("video/mp4", PNG, true),
        ] {
            let parsed = ContentType::parse(declared).expect(declared);
            assert_eq!(parsed.contradicts(head), contradicts, "{declared} {:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn what_can_run_script_is_never_shown() {
        for active in [
            "text/html",
            "TEXT/HTML; charset=utf-8",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "application/rss+xml",
            "text/javascript",
        ] {
            let parsed = ContentType::parse(active).expect(active);
            assert!(parsed.is_active() && !parsed.is_inline(), "{active}");
        }
        for calm in ["image/png", "video/mp4", "audio/mpeg", "application/pdf", "text/plain"] {
            let parsed = ContentType::parse(calm).expect(calm);
            assert!(!parsed.is_active() && parsed.is_inline(), "{calm}");
        }
    }

    #[test]
    fn only_types_that_can_be_signed_are_parsed() {
        for bad in [
            "",
            "png",
            "image/*",
            "*/*",
            "image/png ",
            "text/plain;  a=b",
            "text/plain\r\nx: y",
            "текст/plain",
            "image/png\0",
        ] {
            assert_eq!(ContentType::parse(bad), None, "{bad:?}");
        }
        for good in ["image/png", "text/plain; charset=utf-8", "application/vnd.api+json"] {
            assert_eq!(ContentType::parse(good).map(|parsed| parsed.to_string()), Some(good.to_owned()));
        }
    }
}
