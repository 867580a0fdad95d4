//! Sizes as people read them.

use bytesize::ByteSize;

/// In thousands, as shops and stores count them.
const UNITS: [(u64, &str); 4] = [(1_000, "KB"), (1_000_000, "MB"), (1_000_000_000, "GB"), (1_000_000_000_000, "TB")];

/// Such as `18.4 GB`, `516 MB`, `48 KB` or `12 bytes`: as many digits as tell two files apart.
pub fn in_words(size: ByteSize) -> String {
    let bytes = size.as_u64();
    let rounded = |unit: u64| bytes.saturating_add(unit / 2) / unit;
    let fitting = UNITS.into_iter().find(|(unit, _)| rounded(*unit) < 1_000).unwrap_or(UNITS[3]);
    match fitting {
        _ if bytes == 1 => "1 byte".to_owned(),
        _ if bytes < 1_000 => format!("{bytes} bytes"),
        (unit, name) if unit == 1_000 || rounded(unit) >= 100 => format!("{} {name}", rounded(unit)),
        (unit, name) => match rounded(unit / 10) {
            tenths if tenths % 10 == 0 => format!("{} {name}", tenths / 10),
            tenths => format!("{}.{} {name}", tenths / 10, tenths % 10),
        },
    }
}

/// Such as `18.4 GB of 50 GB`.
pub fn used_of(used: ByteSize, quota: ByteSize) -> String {
    format!("{} of {}", in_words(used), in_words(quota))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_thousands_with_as_many_digits_as_help() {
        for (bytes, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (48_300, "48 KB"),
            (999_499, "999 KB"),
            (999_500, "1 MB"),
            (3_240_000, "3.2 MB"),
            (50_000_000_000, "50 GB"),
            (18_440_000_000, "18.4 GB"),
            (516_000_000, "516 MB"),
            (99_960_000, "100 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(in_words(ByteSize(bytes)), words);
        }
    }
}
