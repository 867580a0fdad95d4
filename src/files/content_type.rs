//! Media types: what a file is said to be, and whether a browser may show it.

use super::{Kind, Preview};
use std::fmt;

/// A media type that every reader takes for the same one: built anew from its essence, lower-case, and from the one
/// parameter that is of use, `charset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType(mime::Mime);

/// Where readers part: one goes by the quotes, another looks for the last type behind a comma, and takes for a page what
/// the first takes for a picture (<https://mimesniff.spec.whatwg.org/#parsing-a-mime-type> against
/// <https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>).
const AMBIGUOUS: [u8; 3] = [b'"', b'\\', b','];

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

/// SVG: a document that can run script, and a picture that cannot. In an `<img>` browsers draw it without running or loading anything
/// (<https://svgwg.org/specs/integration/#secure-static-mode>), so it is read as what it is, always as a download: gone to, or put
/// into a frame, it is saved and never opened.
const DRAWING: &str = "image/svg+xml";

/// Pictures that nobody sees through.
const OPAQUE: &[&str] = &["image/jpeg", "image/bmp"];

/// Shown by browsers within a page of their own without running anything.
const SHOWABLE_DOCUMENTS: &[&str] = &["application/pdf", "text/plain"];

impl ContentType {
    /// The type of what nothing is known of (RFC 2046, 4.5.1).
    pub const UNKNOWN: &str = "application/octet-stream";

    /// A type as a client says it. `None` when the text is no media type, or one that readers could take for different
    /// things.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| matches!(byte, b' '..=b'~') && !AMBIGUOUS.contains(&byte);
        if text.len() > 255 || !text.bytes().all(plain) || text.contains("  ") || text.trim() != text {
            return None;
        }
        let parsed: mime::Mime = text.parse().ok()?;
        if parsed.type_() == mime::STAR || parsed.subtype() == mime::STAR {
            return None;
        }
        let essence = parsed.essence_str();
        let built = match parsed.get_param(mime::CHARSET).map(|charset| charset.as_str()) {
            // As it came, because who asked for the URL may send that rather than what it is told to.
            Some(charset) if is_token(charset) && text.contains("; ") => format!("{essence}; charset={charset}"),
            Some(charset) if is_token(charset) => format!("{essence};charset={charset}"),
            _ => essence.to_owned(),
        };
        built.parse().ok().map(Self)
    }

    /// The type of a stored row or object, which may say anything: what cannot be parsed is unknown.
    pub fn of_row(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(Self::unknown)
    }

    /// [`Self::UNKNOWN`], parsed.
    pub fn unknown() -> Self {
        Self(mime::APPLICATION_OCTET_STREAM)
    }

    /// What a signed read says it is, whatever the object was stored as. What is not [`Self::is_inline`] is a download beside that.
    pub fn as_served(&self) -> Self {
        match self.is_active() {
            true if self.essence() == DRAWING => Self(mime::IMAGE_SVG),
            true => Self::unknown(),
            false => self.clone(),
        }
    }

    /// The whole type, with its charset where it has one.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// As other crates take it.
    pub fn mime(&self) -> &mime::Mime {
        &self.0
    }

    /// Type and subtype, without parameters.
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

    /// Are there pictures of this type that can be seen through?
    pub fn may_be_transparent(&self) -> bool {
        self.kind() == Kind::Image && !OPAQUE.contains(&self.essence())
    }

    /// The group of types that lists have it under.
    pub fn kind(&self) -> Kind {
        Kind::of(&self.0)
    }

    /// How a page shows content of this type.
    pub fn preview(&self) -> Preview {
        Preview::of(&self.0)
    }
}

/// A token of RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
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
            assert_eq!((parsed.is_active(), parsed.is_inline()), (true, false), "{active}");
        }
        for calm in ["image/png", "video/mp4", "audio/mpeg", "application/pdf", "text/plain"] {
            let parsed = ContentType::parse(calm).expect(calm);
            assert_eq!((parsed.is_active(), parsed.is_inline()), (false, true), "{calm}");
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
            r#"image/x;a="\";b=",text/html;x=""#,
            r#"application/pdf;a="x""#,
            "image/png,text/html",
            "image/png;a=b,text/html",
            "image/png;a=\\",
            "image/png;\ttext/html",
        ] {
            assert_eq!(ContentType::parse(bad), None, "{bad:?}");
        }
        for good in ["image/png", "text/plain; charset=utf-8", "text/plain;charset=utf-8", "application/vnd.api+json"] {
            assert_eq!(ContentType::parse(good).map(|parsed| parsed.to_string()), Some(good.to_owned()));
        }
    }

    #[test]
    fn a_type_is_built_anew_from_what_is_of_use() {
        for (given, built) in [
            ("video/webm;codecs=vp9", "video/webm"),
            ("image/png; a=b; charset=utf-8", "image/png; charset=utf-8"),
            ("text/plain; charset=utf-8; charset=utf-7", "text/plain; charset=utf-8"),
            ("TEXT/HTML;CHARSET=UTF-8", "text/html;charset=utf-8"),
            ("text/plain; charset=a/b", "text/plain"),
            ("multipart/form-data; boundary=x", "multipart/form-data"),
        ] {
            let parsed = ContentType::parse(given);
            // What the parser does not take is refused, which is as good.
            assert!(parsed.is_none_or(|parsed| parsed.as_str() == built), "{given}");
        }
        let lie = ContentType::of_row(r#"image/x;a="\";b=",text/html;x=""#);
        assert_eq!((lie.as_str(), lie.is_inline()), (ContentType::UNKNOWN, false));
    }
}
