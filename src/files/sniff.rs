//! Whether a file's first bytes contradict the type it is said to have.

use super::{ContentType, disguise};

/// Types whose files begin with a signature.
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

/// Those of them whose every file begins alike.
const ONE_SIGNATURE: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "audio/flac", "audio/ogg"];

/// Pictures whose first bytes leave no doubt, so that another name for them is a slip and no disguise. Others share
/// their signatures: a raw photograph is a TIFF, and HEIC and AVIF are of one family.
const CERTAIN_PICTURES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"];

impl ContentType {
    /// What a picture is by its first bytes, where it is said to be a picture of another kind.
    pub fn corrected(self, head: &[u8]) -> Self {
        let found = infer::get(head).map(|found| found.mime_type()).unwrap_or_default();
        let is_picture = self.mime().type_() == mime::IMAGE && self.essence() != "image/svg+xml";
        let is_sure = CERTAIN_PICTURES.contains(&found)
            || CERTAIN_PICTURES.contains(&self.essence()) && found.starts_with("image/");
        // Every animated PNG is a PNG.
        let is_another = found != self.essence() && (found, self.essence()) != ("image/png", "image/apng");
        if is_picture && is_sure && is_another { Self::parse(found).unwrap_or(self) } else { self }
    }

    /// What a file is by its first bytes alone; [`Self::UNKNOWN`] where they are like nothing that is known.
    pub fn found(head: &[u8]) -> Self {
        let known = infer::get(head).and_then(|found| Self::parse(found.mime_type()));
        match known {
            // Two letters are enough for a program of Windows', and texts begin with them too.
            Some(found) if !(is_program(found.essence()) && is_text(head)) => found,
            _ if is_text(head) => Self::parse("text/plain").unwrap_or_else(Self::unknown),
            _ => Self::unknown(),
        }
    }

    /// Do the first bytes of a file (up to 4 KiB), or its name, contradict this type? Types without a signature of their
    /// own are believed, unless the bytes plainly are something that runs.
    pub fn contradicts(&self, head: &[u8], name: &str) -> bool {
        if self.contradicts_name(name) {
            return true;
        }
        if head.is_empty() {
            return false;
        }
        let found = infer::get(head);
        let runs = is_running(head, found);
        if runs && disguise::is_document(name) {
            return true;
        }
        match self.mime().type_().as_str() {
            "image" | "video" | "audio" if self.essence() != "image/svg+xml" => self.media_contradicts(head, found),
            "text" => runs || head.contains(&0) && !is_utf16(head),
            _ if SIGNED.contains(&self.essence()) => !self.has_own_signature(head),
            _ if self.is_active() => runs || head.contains(&0) && !is_utf16(head),
            _ => false,
        }
    }

    /// Of the documents and archives in [`SIGNED`]. Many formats are ZIP archives, and a PDF may begin within its first
    /// kibibyte (ISO 32000-1, Annex H, 3.4.1).
    fn has_own_signature(&self, head: &[u8]) -> bool {
        match self.essence() {
            "application/zip" => head.starts_with(b"PK"),
            "application/gzip" => head.starts_with(&[0x1f, 0x8b]),
            _ => head[..head.len().min(1_024)].windows(5).any(|bytes| bytes == b"%PDF-"),
        }
    }

    /// A picture must be a picture; sound and video share their containers. `infer` does not know every variant of
    /// every format, so bytes that it does not know contradict only the few types whose signature is one and
    /// the same, unless they are plain text.
    fn media_contradicts(&self, head: &[u8], found: Option<infer::Type>) -> bool {
        let top = self.mime().type_().as_str();
        match found.map(|found| found.mime_type()) {
            None => ONE_SIGNATURE.contains(&self.essence()) || SIGNED.contains(&self.essence()) && is_text(head),
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

/// Two letters are all that Windows' programs have in common, and texts may begin with them.
fn is_running(head: &[u8], found: Option<infer::Type>) -> bool {
    let is_app = |found: infer::Type| found.matcher_type() == infer::MatcherType::App && is_program(found.mime_type());
    found.is_some_and(is_app) && !is_text(head)
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

/// Does it read as UTF-8, but for a character that is cut off at the end, without control characters?
fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    whole.is_some_and(|text| !text.contains(|letter: char| letter.is_control() && !letter.is_whitespace()))
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
            ("text/plain", b"MZ is what they begin with.", false),
            ("text/csv", b"a\0b", true),
            ("text/plain", b"\xff\xfea\0b\0", false),
            ("text/html", HTML, false),
            ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", false),
            ("application/octet-stream", ELF, false),
            ("video/mp4", b"just words", true),
            ("video/mp4", PNG, true),
            ("video/mp4", b"\0\0\0\x1cftypXAVC\x01\x11\x02\xff", false),
            ("audio/mpeg", b"\xff\xf3\x48\xc4\0\0\0\x03", false),
            ("audio/mpeg", b"words, and an umlaut cut off: \xc3", true),
            ("image/tiff", b"II\x2b\0\x08\0\0\0", false),
            ("application/pdf", b"\n\n%PDF-1.4\n", false),
            ("application/zip", b"PK\x05\x06\0\0\0\0", false),
            ("application/zip", PNG, true),
            ("application/gzip", ZIP, true),
        ] {
            let parsed = ContentType::parse(declared).expect(declared);
            assert_eq!(parsed.contradicts(head, "file"), contradicts, "{declared} {:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn bytes_are_called_what_they_are() {
        for (head, is) in [
            (PNG, "image/png"),
            (EXE, "application/vnd.microsoft.portable-executable"),
            (ELF, "application/x-executable"),
            (HTML, "text/html"),
            (b"just words", "text/plain"),
            (b"MZ is what they begin with.", "text/plain"),
            (b"\0\x01\x02\x03", "application/octet-stream"),
        ] {
            assert_eq!(ContentType::found(head).as_str(), is, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_picture_of_another_kind_is_called_what_it_is() {
        const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF";
        const TIFF: &[u8] = b"II*\0\x08\0\0\0\x01\0\0\x01";
        for (declared, head, is) in [
            ("image/jpeg", PNG, "image/png"),
            ("image/png", JPEG, "image/jpeg"),
            ("image/jpg", JPEG, "image/jpeg"),
            ("image/png", PNG, "image/png"),
            ("image/apng", PNG, "image/apng"),
            ("image/png", TIFF, "image/tiff"),
            ("image/x-nikon-nef", TIFF, "image/x-nikon-nef"),
            ("image/heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
            ("image/svg+xml", PNG, "image/svg+xml"),
            ("application/pdf", PNG, "application/pdf"),
            ("image/png", HTML, "image/png"),
            ("image/png", b"", "image/png"),
        ] {
            let parsed = ContentType::parse(declared).expect(declared);
            assert_eq!(parsed.corrected(head).as_str(), is, "{declared} {:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_program_that_is_called_a_document_contradicts_its_type() {
        for (name, declared, head, contradicts) in [
            ("cv.pdf", "application/octet-stream", ELF, true),
            ("cv.PDF", "application/octet-stream", EXE, true),
            ("cv.pdf", "application/octet-stream", PDF, false),
            ("notes.txt", "application/octet-stream", b"MZ, written down", false),
            ("setup.exe", "application/octet-stream", EXE, false),
            ("tool", "application/octet-stream", ELF, false),
            ("invoice.pdf.exe", "application/pdf", PDF, true),
        ] {
            let parsed = ContentType::parse(declared).expect(declared);
            assert_eq!(parsed.contradicts(head, name), contradicts, "{name} {declared}");
        }
    }
}
