//! What becomes of a file's extension when somebody gives it another name: it stays, unless they change it on purpose.

/// Longer ones are part of a name.
const LONGEST: usize = 10;

/// The name that somebody means who writes this one for a file: “b” for “a.jpg” is “b.jpg”; “b.png” has an extension of its own; and
/// “b.” says that it is to have none.
pub fn with_extension(of: &str, typed: &str) -> String {
    let typed = typed.trim();
    match (extension(of), extension(typed), typed.strip_suffix('.')) {
        (Some(_), None, Some(without)) if !without.trim_end_matches('.').is_empty() => without.trim_end().to_owned(),
        (Some(kept), None, None) if !typed.is_empty() => format!("{typed}.{kept}"),
        _ => typed.to_owned(),
    }
}

/// A few letters and digits behind the last dot, a letter among them, so that “Version 2.0” has none; and something before it, so
/// that “.profile” has none.
fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_short = (1..=LONGEST).contains(&extension.len());
    let is_plain = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_letter = extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    (!stem.is_empty() && is_short && is_plain && has_letter).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_stays_unless_it_is_changed_on_purpose() {
        for (of, typed, meant) in [
            ("a.jpg", "b", "b.jpg"),
            ("a.JPG", " b ", "b.JPG"),
            ("a.jpg", "b.jpg", "b.jpg"),
            ("a.jpg", "b.png", "b.png"),
            ("a.jpg", "b.", "b"),
            ("a.jpg", "b...", "b.."),
            ("a.jpg", ".", "."),
            ("a.jpg", "..", ".."),
            ("a.jpg", "", ""),
            ("a.jpg", "Version 2.0", "Version 2.0.jpg"),
            ("a.jpg", "Dr. No", "Dr. No.jpg"),
            ("a.jpg", ".hidden", ".hidden.jpg"),
            ("a.tar.gz", "b", "b.gz"),
            ("song.mp3", "Été", "Été.mp3"),
            ("a", "b", "b"),
            ("a", "b.", "b."),
            (".profile", "b", "b"),
            ("Version 2.0", "Version 3", "Version 3"),
        ] {
            assert_eq!(with_extension(of, typed), meant, "{typed} for {of}");
        }
    }
}
