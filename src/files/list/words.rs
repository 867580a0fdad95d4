//! The words that somebody looks for, in whatever order a name has them.

use super::folding::folded;

/// Each is looked for by itself; what is behind so many is looked for as it is written, so that no address makes many looks.
const MOST: usize = 12;

/// The words of a text, [`folded`], which may have other spaces than the text.
pub(super) fn words(text: &str) -> Vec<String> {
    let text = folded(text);
    let (mut rest, mut words) = (text.trim(), Vec::new());
    while !rest.is_empty() {
        let split = rest.split_once(char::is_whitespace).filter(|_| words.len() + 1 < MOST);
        let (word, behind) = split.unwrap_or((rest, ""));
        words.push(word.to_owned());
        rest = behind.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_apart_by_any_space_and_few() {
        for (text, expected) in [
            ("", ""),
            (" \t", ""),
            ("  Fjord \u{a0} PANORAMA\t", "fjord|panorama"),
            ("Iceland/Day 1", "iceland/day|1"),
            ("100%_é", "100%_e"),
            ("a b c d e f g h i j k l m n", "a|b|c|d|e|f|g|h|i|j|k|l m n"),
        ] {
            assert_eq!(words(text).join("|"), expected, "{text}");
        }
    }
}
