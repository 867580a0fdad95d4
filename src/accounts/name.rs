//! Names that people give: to themselves, to their tokens.

/// More than any name needs, and fewer than a page can show.
const MOST_LETTERS: usize = 200;

/// The name without the spaces around it; `None` unless it has 1 to 200 letters, of which none may be like these.
pub(super) fn trimmed(text: &str, none_like: impl Fn(char) -> bool) -> Option<&str> {
    let name = text.trim();
    let fits = (1..=MOST_LETTERS).contains(&name.chars().count());
    (fits && !name.chars().any(none_like)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::trimmed;

    #[test]
    fn a_name_has_one_to_two_hundred_letters() {
        let long = "é".repeat(200);
        for (text, name) in [
            (" Ada ", Some("Ada")),
            (long.as_str(), Some(long.as_str())),
            (&format!("{long}é"), None),
            ("", None),
            ("   ", None),
            ("a\u{7}b", None),
        ] {
            assert_eq!(trimmed(text, char::is_control), name, "{text:?}");
        }
    }
}
