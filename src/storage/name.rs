//! A file's name as people see it, made safe to be the end of an object key and a download's name.

use std::{fmt, str::FromStr};
use unicode_normalization::UnicodeNormalization;

/// A file's name: in NFC, without control or bidirectional characters, slashes and backslashes; not empty, `.` or `..`;
/// at most [`FileName::MAX_BYTES`] bytes. Parsing shortens a longer one and keeps its extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

/// Why a name will not do, in words for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("The file has no name. Give it one and try again.")]
    Empty,
    #[error("A file cannot be called “.” or “..”. Rename it and try again.")]
    Dots,
    #[error("The file's name contains a slash or a backslash. Rename it and try again.")]
    Separator,
    #[error("The file's name contains an invisible control character. Rename it and try again.")]
    Control,
}

impl FileName {
    /// In bytes of UTF-8. Leaves room for a prefix and two ids in R2's 1,024 bytes of key, and stays
    /// under the 255 bytes of common file systems.
    pub const MAX_BYTES: usize = 200;
    /// Extensions longer than this are taken for part of the name when it is shortened.
    const MAX_EXTENSION_BYTES: usize = 16;

    /// The name as people see it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `inline` or `attachment` with this name, as RFC 6266 writes it (<https://www.rfc-editor.org/rfc/rfc6266>): an
    /// ASCII approximation for old clients, the whole name in the form of RFC 8187 for the others.
    pub fn disposition(&self, kind: Disposition) -> String {
        let ascii: String = self.0.chars().map(ascii_approximation).collect();
        // Runs of spaces would break the signature in rust-s3.
        let ascii = ascii.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let whole = percent_encoding::utf8_percent_encode(&self.0, &super::encoding::UNRESERVED);
        format!("{}; filename=\"{ascii}\"; filename*=UTF-8''{whole}", kind.as_str())
    }

    fn shortened(text: String) -> String {
        if text.len() <= Self::MAX_BYTES {
            return text;
        }
        let extension =
            text.rfind('.').map(|dot| &text[dot..]).filter(|extension| extension.len() <= Self::MAX_EXTENSION_BYTES);
        let extension = extension.unwrap_or_default();
        let stem = &text[..text.len() - extension.len()];
        let end = stem.floor_char_boundary(Self::MAX_BYTES - extension.len());
        // Composing again cannot lengthen it: what is cut off was a whole character of a composed text.
        format!("{}{extension}", &stem[..end]).nfc().collect()
    }
}

/// Whether a browser is told to show a file or to save it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disposition {
    Inline,
    Attachment,
}

impl Disposition {
    /// The word with which a `Content-Disposition` begins.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        }
    }
}

impl FromStr for FileName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if text.contains(['/', '\\']) {
            return Err(InvalidName::Separator);
        }
        if text.chars().any(is_invisible_control) {
            return Err(InvalidName::Control);
        }
        let name = Self::shortened(text.trim().nfc().collect()).trim().to_owned();
        match name.as_str() {
            name if name.chars().all(is_unseen) => Err(InvalidName::Empty),
            "." | ".." => Err(InvalidName::Dots),
            // Composition can only yield characters that were looked at above, decomposed; a name that
            // still holds one of them is refused rather than trusted.
            name if name.contains(['/', '\\']) || name.chars().any(is_invisible_control) => Err(InvalidName::Control),
            _ => Ok(Self(name)),
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Anything that is not seen, other than spaces: for names that people are told apart by.
pub fn is_hidden(character: char) -> bool {
    is_invisible_control(character) || is_unseen(character) && !character.is_whitespace()
}

/// Characters that leave no mark of their own: joiners and spaces without width, soft hyphens, variation selectors.
fn is_unseen(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{3164}')
}

/// Controls, line and paragraph separators, bidirectional marks, overrides and isolates (which can make
/// `gpj.exe` look like `exe.jpg`), and noncharacters, which not every store keeps.
fn is_invisible_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
        )
        || (u32::from(character) & 0xfffe) == 0xfffe
}

fn ascii_approximation(character: char) -> char {
    match character {
        '"' | '%' => '_',
        character if character.is_ascii() => character,
        character if character.is_whitespace() => ' ',
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_could_climb_or_lie_are_refused() {
        let cases = [
            ("", InvalidName::Empty),
            ("  \u{3000} ", InvalidName::Empty),
            ("\u{200b}\u{2060}\u{ad}", InvalidName::Empty),
            (".", InvalidName::Dots),
            (" .. ", InvalidName::Dots),
            ("../x", InvalidName::Separator),
            ("a\\b", InvalidName::Separator),
            ("a\0b", InvalidName::Control),
            ("a\r\nb", InvalidName::Control),
            ("photo\u{202e}gpj.exe", InvalidName::Control),
            ("\u{2067}x", InvalidName::Control),
            ("x\u{ffff}", InvalidName::Control),
        ];
        for (name, error) in cases {
            assert_eq!(name.parse::<FileName>(), Err(error), "{name:?}");
        }
    }

    #[test]
    fn names_of_the_world_are_kept() {
        for name in ["résumé.pdf", "日本 語.txt", "👩‍👩‍👧 family.jpg", "%2e%2e", "...", "a  b", "100%.csv", "con", "-rf"]
        {
            assert_eq!(name.parse::<FileName>().map(|name| name.to_string()), Ok(name.to_owned()));
        }
        assert_eq!("re\u{301}sume\u{301}".parse::<FileName>().map(|name| name.0), Ok("résumé".into()));
    }

    #[test]
    fn a_long_name_is_shortened_and_keeps_its_extension() {
        let name: FileName = format!("{}.jpeg", "é".repeat(10_000)).parse().expect("only too long");
        assert!(name.as_str().len() <= FileName::MAX_BYTES, "{name}");
        assert!(name.as_str().ends_with("é.jpeg"), "{name}");
    }

    #[test]
    fn a_disposition_carries_the_name_to_old_and_new_clients() {
        let name: FileName = "a  \"b\" é%.txt".parse().expect("fine");
        let header = name.disposition(Disposition::Attachment);
        assert_eq!(header, "attachment; filename=\"a _b_ __.txt\"; filename*=UTF-8''a%20%20%22b%22%20%C3%A9%25.txt");
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_accepted_again_unchanged(text in any::<String>()) {
            if let Ok(name) = text.parse::<FileName>() {
                prop_assert!(name.as_str().len() <= FileName::MAX_BYTES);
                prop_assert_eq!(name.as_str().parse::<FileName>(), Ok(name.clone()));
                prop_assert!(!name.disposition(Disposition::Inline).contains("  "));
            }
        }
    }
}
