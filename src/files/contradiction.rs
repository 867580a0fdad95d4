//! Why a file was put aside, in words: what it was announced as, and what its bytes or its name say.

use super::{ContentType, Kind, file::File};

/// What people call types, each with its article where it has one.
const CALLED: &[(&str, &str)] = &[
    ("image/png", "a PNG image"),
    ("image/apng", "an animated PNG image"),
    ("image/jpeg", "a JPEG image"),
    ("image/gif", "a GIF image"),
    ("image/webp", "a WebP image"),
    ("image/avif", "an AVIF image"),
    ("image/heic", "an HEIC image"),
    ("image/heif", "an HEIF image"),
    ("image/bmp", "a BMP image"),
    ("image/tiff", "a TIFF image"),
    ("image/svg+xml", "an SVG drawing"),
    ("video/mp4", "an MP4 video"),
    ("video/webm", "a WebM video"),
    ("video/quicktime", "a QuickTime video"),
    ("audio/mpeg", "an MP3 sound"),
    ("audio/x-wav", "a WAV sound"),
    ("application/pdf", "a PDF document"),
    ("application/msword", "a Word document"),
    ("application/vnd.ms-excel", "an Excel spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a Word document"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "an Excel spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "a PowerPoint presentation"),
    ("application/zip", "a ZIP archive"),
    ("application/gzip", "a gzip archive"),
    ("application/x-7z-compressed", "a 7z archive"),
    ("application/vnd.rar", "a RAR archive"),
    ("application/json", "JSON"),
    ("text/plain", "plain text"),
    ("text/csv", "a CSV table"),
    ("text/html", "a web page"),
    ("text/x-shellscript", "a shell script"),
    ("application/vnd.microsoft.portable-executable", "a Windows program"),
    ("application/x-executable", "a Linux program"),
    ("application/x-mach-binary", "a macOS program"),
    ("application/java", "a Java program"),
    ("application/x-dex", "an Android program"),
    ("application/wasm", "a WebAssembly program"),
];

/// Why a file in quarantine is there, as far as is known; empty for any other. What administrators put aside themselves, and what
/// was put aside before the bytes were kept in mind, says its type alone.
pub fn contradiction(file: &impl File) -> String {
    if !file.is_quarantined() {
        return String::new();
    }
    if let Some(reason) = file.quarantine_reason() {
        return reason.words().to_owned();
    }
    let (announced, found) = (file.content_type(), file.found_type());
    let why = match found {
        Some(found) if found == ContentType::unknown() => "; its bytes are of no type that is known".to_owned(),
        Some(found) => format!("; its bytes are {}", in_words(&found)),
        None if announced.contradicts_name(file.name()) => "; its name is that of a program".to_owned(),
        None => String::new(),
    };
    format!("Announced as {}{why}.", in_words(&announced))
}

/// Such as `a PNG image (image/png)`.
fn in_words(content_type: &ContentType) -> String {
    let essence = content_type.essence();
    let known = CALLED.iter().find(|(one, _)| *one == essence).map(|(_, words)| *words);
    let words = known.unwrap_or(match content_type.kind() {
        Kind::Image => "an image",
        Kind::Video => "a video",
        Kind::Audio => "a sound",
        Kind::Document => "a document",
        Kind::Archive => "an archive",
        Kind::Other => "a file",
    });
    format!("{words} ({essence})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_called_as_people_call_them() {
        for (text, words) in [
            ("image/png", "a PNG image (image/png)"),
            ("text/plain; charset=utf-8", "plain text (text/plain)"),
            ("video/x-odd", "a video (video/x-odd)"),
            ("application/x-executable", "a Linux program (application/x-executable)"),
            ("application/x-odd", "a file (application/x-odd)"),
        ] {
            assert_eq!(in_words(&ContentType::parse(text).expect(text)), words);
        }
    }
}
