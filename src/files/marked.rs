//! Which letters of a name were searched for.

use super::list::folding::folded;

/// A name in parts, each with whether it is one of the words that were searched for, which are folded, whatever their case.
pub fn marked(name: &str, searched: &[String]) -> Vec<(String, bool)> {
    if searched.is_empty() {
        return vec![(name.to_owned(), false)];
    }
    let words: Vec<Vec<char>> = searched.iter().map(|word| word.chars().collect()).collect();
    let letters: Vec<char> = name.chars().collect();
    let plain: Vec<String> = letters.iter().map(|letter| folded(&letter.to_string())).collect();
    let found_at = |place: usize| {
        let is_there = |word: &&Vec<char>| {
            let rest = plain[place..].iter().flat_map(|letter| letter.chars());
            !word.is_empty() && rest.take(word.len()).eq(word.iter().copied())
        };
        words.iter().filter(is_there).map(Vec::len).max()
    };
    let (mut parts, mut end): (Vec<(String, bool)>, usize) = (Vec::new(), 0);
    for (place, letter) in letters.iter().enumerate() {
        end = found_at(place).map_or(end, |length| end.max(place + length));
        match parts.last_mut() {
            Some((part, is_found)) if *is_found == (place < end) => part.push(*letter),
            _ => parts.push((letter.to_string(), place < end)),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{folded, marked};

    #[test]
    fn words_that_were_searched_for_are_marked_whatever_their_case() {
        let drawn = |name: &str, searched: &str| {
            let words: Vec<String> = searched.split_whitespace().map(folded).collect();
            let parts = marked(name, &words);
            parts
                .into_iter()
                .map(|(part, is_found)| if is_found { format!("[{part}]") } else { part })
                .collect::<String>()
        };
        assert_eq!(drawn("Invoices by quarter.xlsx", "invoice"), "[Invoice]s by quarter.xlsx");
        assert_eq!(drawn("Panorama of the fjord.jpg", "FJORD panorama"), "[Panorama] of the [fjord].jpg");
        assert_eq!(drawn("aaa", "aa"), "[aaa]");
        assert_eq!(drawn("Übung", "üb"), "[Üb]ung");
        assert_eq!(drawn("plain", ""), "plain");
        assert_eq!(drawn("", "x"), "");
    }
}
