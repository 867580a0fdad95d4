//! What the chips above a list say of how it is narrowed down, and what they offer.

use super::search::SearchQuery;

/// Least sizes to choose from, as addresses have them, and what each is called.
pub const SIZES: [(&str, &str); 4] =
    [("", "Any size"), ("10 MB", "Over 10 MB"), ("100 MB", "Over 100 MB"), ("1 GB", "Over 1 GB")];

impl SearchQuery {
    /// Is the list narrowed down to some days?
    pub fn has_dates(&self) -> bool {
        !self.from.is_empty() || !self.to.is_empty()
    }

    /// The days that the list is narrowed down to, in words.
    pub fn dates_in_words(&self) -> String {
        match (self.from.as_str(), self.to.as_str()) {
            ("", "") => "Date".to_owned(),
            (from, "") => format!("Since {from}"),
            ("", to) => format!("Until {to}"),
            (from, to) => format!("{from} to {to}"),
        }
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

    /// The address of the list in the same order without anything that narrows it down.
    pub fn cleared(&self, path: &str) -> String {
        Self { sort: self.sort.clone(), ..Self::default() }.url(path)
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
            ("2026-11-01", "", "Since 2026-11-01"),
            ("", "2026-11-02", "Until 2026-11-02"),
            ("2026-11-01", "2026-11-02", "2026-11-01 to 2026-11-02"),
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
