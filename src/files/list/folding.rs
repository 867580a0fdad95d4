//! What files are searched and sorted by: names and folders without case and accents.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Stands between a name and a folder: U+001F, "unit separator".
const BETWEEN: char = '\u{1f}';
/// Of a name and its folder together. Rows of PostgreSQL's indexes take 2,704.
const SEARCHED_BYTES: usize = 1_200;

/// A name as it is searched and sorted by: without case, accents and other marks.
pub fn folded(name: &str) -> String {
    name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// What a file is searched and sorted by: its name, and behind it the folder that it came in, both [`folded`]. What stands
/// in between is in neither, and sorts before all that may. A path that is too long for an index is cut short.
pub fn search_key(name: &str, folder: Option<&str>) -> String {
    let mut key = folded(name);
    if let Some(folder) = folder {
        let room = SEARCHED_BYTES.saturating_sub(key.len() + 1);
        let folder = folded(folder);
        key.push(BETWEEN);
        key.push_str(&folder[..folder.floor_char_boundary(room)]);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_case_and_accents() {
        for (name, key) in
            [("Été à la Plage.JPG", "ete a la plage.jpg"), ("Ärger", "arger"), ("ﬁn", "fin"), ("Ωmega", "ωmega")]
        {
            assert_eq!(folded(name), key);
        }
        assert_eq!(folded("e\u{301}te\u{301}"), folded("été"));
    }

    #[test]
    fn files_are_found_by_their_folders_and_sorted_by_their_names() {
        let key = search_key("Été.jpg", Some("Iceland/Dag Á"));
        assert!(key.contains(&folded("iceland/dag a")));
        assert_eq!(search_key("Été.jpg", None), folded("Été.jpg"));
        assert!(search_key("a", Some("z")) < search_key("a b", Some("a")), "the shorter name first");
        let long = search_key("a", Some(&"\u{fdfa}".repeat(600)));
        assert!(long.len() <= SEARCHED_BYTES, "{}", long.len());
    }
}
