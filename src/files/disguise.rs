//! Names that make people open a program for a document, or a document for a program.

use super::{ContentType, Kind};

/// What desktops run when it is opened: <https://learn.microsoft.com/windows/win32/shell/launch>, and the types that mail
/// programs block as attachments: <https://support.microsoft.com/office/434752e1-02d3-4e90-9124-8b81e49a8519>.
const PROGRAMS: &[&str] = &[
    "exe",
    "scr",
    "pif",
    "msi",
    "msp",
    "mst",
    "cpl",
    "dll",
    "ocx",
    "lnk",
    "hta",
    "jar",
    "appx",
    "msix",
    "gadget",
    "scf",
    "appref-ms",
    "chm",
    "apk",
    "dmg",
    "pkg",
    "deb",
    "rpm",
    "appimage",
];

/// Of these it is the text that runs, or they are names that texts have as well, such as saved pages of `example.com`.
const SCRIPTS: &[&str] = &[
    "bat", "cmd", "vbs", "vbe", "vb", "js", "mjs", "jse", "wsf", "wsc", "wsh", "ps1", "psm1", "psd1", "reg", "inf",
    "sh", "bash", "command", "desktop", "url", "com", "sys", "app", "run",
];

/// What people open without a second thought.
const DOCUMENTS: &[&str] = &[
    "pdf", "txt", "md", "csv", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "png", "jpg",
    "jpeg", "gif", "webp", "bmp", "tif", "tiff", "heic", "avif", "svg", "mp3", "m4a", "wav", "ogg", "flac", "mp4",
    "mov", "avi", "mkv", "webm",
];

impl ContentType {
    /// Is a file of this name run by desktops, while its type says that it is there to be looked at?
    pub fn contradicts_name(&self, name: &str) -> bool {
        let extension = extension(name);
        let is_looked_at = match self.kind() {
            Kind::Image | Kind::Video | Kind::Audio | Kind::Document => true,
            Kind::Archive | Kind::Other => false,
        };
        let is_text = self.mime().type_() == mime::TEXT || self.essence() == "application/json";
        is_looked_at && (PROGRAMS.contains(&extension.as_str()) || !is_text && SCRIPTS.contains(&extension.as_str()))
    }
}

/// Does the name say that this is looked at, not run?
pub(super) fn is_document(name: &str) -> bool {
    DOCUMENTS.contains(&extension(name).as_str())
}

/// The last one, as Windows sees it: it takes no notice of dots and spaces at the end. Empty: there is none.
fn extension(name: &str) -> String {
    let name = name.trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace());
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_called_a_program_contradicts_its_type() {
        for (name, declared, contradicts) in [
            ("invoice.pdf.exe", "application/pdf", true),
            ("invoice.pdf.EXE", "application/pdf", true),
            ("invoice.pdf.exe . ", "application/pdf", true),
            ("holiday.scr", "image/jpeg", true),
            ("song.bat", "audio/mpeg", true),
            ("table.lnk", "text/csv", true),
            ("report.final.pdf", "application/pdf", false),
            ("archive.tar.gz", "application/gzip", false),
            ("setup.exe", "application/octet-stream", false),
            ("setup.exe", "application/x-msdownload", false),
            ("app.js", "text/javascript", false),
            ("install.sh", "text/plain", false),
            ("settings.reg", "text/plain", false),
            ("library.jar", "application/java-archive", false),
            ("notes.unknown", "application/pdf", false),
            ("Makefile", "text/plain", false),
            ("v1.2", "image/png", false),
            (".exe", "application/octet-stream", false),
            ("exe", "application/pdf", false),
        ] {
            let parsed = ContentType::parse(declared).expect(declared);
            assert_eq!(parsed.contradicts_name(name), contradicts, "{name} as {declared}");
        }
    }
}
