//! What the chips above a list say of how it is narrowed down, and what they offer.

use super::{dates, search::SearchQuery};

/// Least sizes to choose from, as addresses have them, and what each is called.
pub const SIZES: [(&str, &str); 4] =
    [("", "Any size"), ("10 MB", "Over 10 MB"), ("100 MB", "Over 100 MB"), ("1 GB", "Over 1 GB")];

impl SearchQuery {
    /// Is the list narrowed down at all?
    pub fn is_narrow(&self) -> bool {
        let narrowing = [
            &self.name,
            &self.kind,
            &self.from,
            &self.to,
            &self.user,
            &self.state,
            &self.min,
            &self.max,
            &self.starred,
        ];
        narrowing.iter().any(|text| !text.trim().is_empty())
    }

    /// Is the list narrowed down to some days?
    pub fn has_dates(&self) -> bool {
        !self.from.is_empty() || !self.to.is_empty()
    }

    /// The days that the list is narrowed down to, in words.
    pub fn dates_in_words(&self) -> String {
        dates::in_words(&self.from, &self.to)
    }

    /// Is the list narrowed down to some sizes?
    pub fn has_sizes(&self) -> bool {
        !self.min.is_empty() || !self.max.is_empty()
    }

    /// The sizes that the list is narrowed down to, in words.
    pub fn sizes_in_words(&self) -> String {
        let known = SIZES.iter().find(|(size, _)| !size.is_empty() && *size == self.min);
        match (known, self.min.as_str(), self.max.as_str()) {
            (Some((_, words)), _, "") => (*words).to_owned(),
            (_, "", "") => "Size".to_owned(),
            (_, min, "") => format!("From {min}"),
            (_, "", max) => format!("Up to {max}"),
            (_, min, max) => format!("{min} to {max}"),
        }
    }

    /// The address of the list without what a chip, such as `date`, narrows it down to.
    pub fn without(&self, path: &str, chip: &str) -> String {
        let mut other = self.clone();
        let cleared = match chip {
            "type" => vec![&mut other.kind],
            "date" => vec![&mut other.from, &mut other.to],
            "size" => vec![&mut other.min, &mut other.max],
            "person" => vec![&mut other.user],
            "state" => vec![&mut other.state],
            "starred" => vec![&mut other.starred],
            _ => Vec::new(),
        };
        cleared.into_iter().for_each(String::clear);
        other.url(path)
    }

    /// The address of the list in the same order without anything that narrows it down.
    pub fn cleared(&self, path: &str) -> String {
        Self { sort: self.sort.clone(), folder: self.folder.clone(), ..Self::default() }.url(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_says_what_is_set() {
        let query = |from: &str, to: &str, min: &str, max: &str| SearchQuery {
            from: from.into(),
            to: to.into(),
            min: min.into(),
            max: max.into(),
            ..SearchQuery::default()
        };
        for (from, to, dates) in [
            ("", "", "Date"),
            ("2026-11-01", "", "Since 1 Nov 2026"),
            ("", "2026-11-02", "Until 2 Nov 2026"),
            ("2026-11-01", "2026-11-02", "1 Nov 2026 to 2 Nov 2026"),
            ("2026-11-02", "2026-11-02", "2 Nov 2026"),
            ("soon", "", "Since soon"),
        ] {
            assert_eq!(query(from, to, "", "").dates_in_words(), dates);
        }
        for (min, max, sizes) in [
            ("", "", "Size"),
            ("10 MB", "", "Over 10 MB"),
            ("5 MB", "", "From 5 MB"),
            ("", "1 GB", "Up to 1 GB"),
            ("10 MB", "1 GB", "10 MB to 1 GB"),
        ] {
            assert_eq!(query("", "", min, max).sizes_in_words(), sizes);
        }
    }
}
