//! What a file without a picture looks like: paper with a tint for its kind, and its type in print.

use super::{ContentType, Kind};

/// The kinds of paper, each with a tint of its own, so that no two kinds look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    Pdf,
    Text,
    Sheet,
    Slides,
    Audio,
    Archive,
    Code,
    Other,
}

/// By their names' ends, as browsers announce most of them as nothing in particular.
const BY_EXTENSION: [(Paper, &[&str]); 5] = [
    (Paper::Sheet, &["xls", "xlsx", "ods", "numbers", "csv", "tsv"]),
    (Paper::Slides, &["ppt", "pptx", "odp", "key"]),
    (Paper::Text, &["doc", "docx", "odt", "rtf", "txt", "md", "pages", "epub", "log"]),
    (
        Paper::Code,
        &[
            "c", "cpp", "css", "go", "h", "html", "java", "js", "json", "kt", "php", "py", "rb", "rs", "sh", "sql",
            "swift", "toml", "ts", "xml", "yaml", "yml",
        ],
    ),
    (Paper::Archive, &["7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zip", "zst"]),
];

impl Paper {
    /// What a file of this name and type is printed on.
    pub fn of(name: &str, content_type: &ContentType) -> Self {
        let extension = extension(name).unwrap_or_default().to_lowercase();
        let named = BY_EXTENSION.iter().find(|(_, all)| all.contains(&extension.as_str())).map(|(paper, _)| *paper);
        match (content_type.kind(), content_type.essence(), named) {
            (_, "application/pdf", _) => Self::Pdf,
            (Kind::Audio, ..) => Self::Audio,
            (_, _, Some(paper)) => paper,
            (Kind::Archive, ..) => Self::Archive,
            (_, "application/json" | "text/html" | "text/css" | "text/javascript", _) => Self::Code,
            (_, "text/csv", _) => Self::Sheet,
            (Kind::Document, ..) => Self::Text,
            _ => Self::Other,
        }
    }

    /// The class of its tint.
    pub fn class(self) -> &'static str {
        match self {
            Self::Pdf => "kind-pdf",
            Self::Text => "kind-text",
            Self::Sheet => "kind-sheet",
            Self::Slides => "kind-slides",
            Self::Audio => "kind-audio",
            Self::Archive => "kind-archive",
            Self::Code => "kind-code",
            Self::Other => "kind-other",
        }
    }

    /// What a file on it is called in a table; `kind` tells pictures and films.
    pub fn words(self, kind: Kind) -> &'static str {
        match (kind, self) {
            (Kind::Image, _) => "Picture",
            (Kind::Video, _) => "Video",
            (_, Self::Pdf) => "PDF",
            (_, Self::Text) => "Document",
            (_, Self::Sheet) => "Spreadsheet",
            (_, Self::Slides) => "Slides",
            (_, Self::Audio) => "Sound",
            (_, Self::Archive) => "Archive",
            (_, Self::Code) => "Code",
            (_, Self::Other) => "File",
        }
    }
}

/// What is printed on a file's paper: the end of its name, or else of its type; at most `letters` of it, such as `XLSX`.
pub fn print(name: &str, content_type: &ContentType, letters: usize) -> String {
    let essence = content_type.essence();
    let subtype = essence.rsplit(['/', '.', '+', '-']).next().filter(|_| essence != "application/octet-stream");
    let text = extension(name).or(subtype).unwrap_or("FILE");
    text.chars().take(letters).flat_map(char::to_uppercase).collect()
}

/// The end of a name that tells its type: a few letters or digits after the last dot, behind something.
fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_plain = (1..=8).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_plain && !stem.is_empty()).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_look_the_same() {
        for (name, announced, paper, printed) in [
            ("Rental agreement.pdf", "application/pdf", Paper::Pdf, "PDF"),
            ("Trip budget.xlsx", "application/octet-stream", Paper::Sheet, "XLSX"),
            ("export", "text/csv", Paper::Sheet, "CSV"),
            ("Interview.wav", "audio/wav", Paper::Audio, "WAV"),
            ("main.rs", "text/plain", Paper::Code, "RS"),
            ("notes.txt", "text/plain", Paper::Text, "TXT"),
            ("talk.pptx", "application/octet-stream", Paper::Slides, "PPTX"),
            ("maps.zip", "application/zip", Paper::Archive, "ZIP"),
            (".profile", "application/octet-stream", Paper::Other, "FILE"),
            ("strange.ünï", "application/octet-stream", Paper::Other, "FILE"),
            ("disk.img2025", "application/octet-stream", Paper::Other, "IMG2"),
        ] {
            let content_type = ContentType::parse(announced).expect(announced);
            assert_eq!(
                (Paper::of(name, &content_type), print(name, &content_type, 4).as_str()),
                (paper, printed),
                "{name}"
            );
        }
    }
}
