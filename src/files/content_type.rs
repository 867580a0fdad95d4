//! Media types: what a file is said to be, and whether a browser may show it.

use super::{Kind, Preview};
use std::fmt;

/// A media type in a form that can be signed: parsed, lower-case in its essence, without odd spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType(mime::Mime);

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
        Kind::of(&self.0)
    }

    pub fn preview(&self) -> Preview {
        Preview::of(self)
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
