//! What is read on what, by day and by night: each pair of colours that the pages put together has the contrast that people need
//! (WCAG 2.2, 1.4.3 and 1.4.11), computed from the styles themselves.

use super::sources::{read, root};
use regex::Regex;
use std::collections::HashMap;

/// For words, and for what is not words.
const WORDS: f64 = 4.5;
const SIGNS: f64 = 3.0;

/// What is read or seen, and on which grounds.
const PAIRS: &[(f64, &str, &[&str])] = &[
    (WORDS, "ink", &["ground", "paper", "sunk", "raised", "accent-soft", "mark"]),
    (WORDS, "ink-soft", &["ground", "paper", "sunk"]),
    (WORDS, "accent", &["ground", "paper", "sunk", "accent-soft"]),
    (WORDS, "accent-ink", &["accent"]),
    (WORDS, "bad", &["ground", "paper", "bad-soft"]),
    (WORDS, "warn", &["paper", "warn-soft"]),
    (WORDS, "toast-ink", &["toast"]),
    (WORDS, "ticket", &["toast"]),
    (WORDS, "ticket-ink", &["ticket"]),
    (WORDS, "ticket-soft", &["ticket"]),
    (WORDS, "ticket-on-ink", &["ticket-ink"]),
    (WORDS, "stage-ink", &["stage", "panel", "panel-card"]),
    (WORDS, "stage-soft", &["stage", "panel", "panel-card"]),
    (WORDS, "stage-link", &["stage", "panel"]),
    (SIGNS, "field-line", &["ground", "paper"]),
    (SIGNS, "ticket", &["panel", "stage"]),
];

type Rgb = [f64; 3];

#[test]
fn every_text_can_be_read_on_its_ground_by_day_and_by_night() {
    let colours = colours(&read(&root().join("static/css/tokens.css")));
    let mut faint = Vec::new();
    for (least, front, grounds) in PAIRS {
        for ground in *grounds {
            for time in 0..2 {
                let (one, other) = (named(&colours, front)[time], named(&colours, ground)[time]);
                let ratio = contrast(one, other);
                if ratio < *least {
                    faint.push(format!("{front} on {ground}, {}: {ratio:.1}", ["by day", "by night"][time]));
                }
            }
        }
    }
    assert_eq!(faint, Vec::<String>::new());
}

#[test]
fn every_type_can_be_read_on_the_paper_of_its_kind() {
    let styles = read(&root().join("static/css/kinds.css"));
    let kind = Regex::new(r"\.kind-(\w+) \{([^}]*)\}").expect("a pattern");
    let kinds: Vec<_> = kind.captures_iter(&styles).map(|found| (found[1].to_owned(), colours(&found[2]))).collect();
    assert_eq!(kinds.len(), 8);
    for (kind, colours) in kinds {
        for time in 0..2 {
            let ratio = contrast(named(&colours, "print")[time], named(&colours, "tint")[time]);
            assert!(ratio >= WORDS, "{kind}: {ratio:.1}");
        }
    }
}

/// Words on a picture lie on black that lets some of it through: the worst picture is white.
#[test]
fn words_on_a_picture_can_be_read_on_any_picture() {
    let styles = read(&root().join("static/css/tokens.css"));
    for name in ["veil", "badge", "stage-veil"] {
        let pattern = format!(r"--{name}: rgb\((\d+) (\d+) (\d+) / (\d+)%\)");
        let found = Regex::new(&pattern).expect("a pattern").captures(&styles).expect(name);
        let part = |index: usize| found[index].parse::<f64>().expect("a number");
        let share = part(4) / 100.0;
        let over_white = [1, 2, 3].map(|index| part(index) * share + 255.0 * (1.0 - share));
        let ratio = contrast([255.0; 3], over_white);
        assert!(ratio >= WORDS, "{name}: {ratio:.1}");
    }
}

/// Each colour by its name, by day and by night.
fn colours(styles: &str) -> HashMap<String, [Rgb; 2]> {
    let pattern = r"--([\w-]+):\s+(?:light-dark\((#[0-9a-f]{6}),\s+(#[0-9a-f]{6})\)|(#[0-9a-f]{6}));";
    let found = Regex::new(pattern).expect("a pattern");
    let both = |found: regex::Captures<'_>| {
        let text = |index: usize| found.get(index).map(|text| rgb(text.as_str()));
        let day = text(2).or(text(4)).expect("a colour");
        (found[1].to_owned(), [day, text(3).unwrap_or(day)])
    };
    found.captures_iter(styles).map(both).collect()
}

fn named(colours: &HashMap<String, [Rgb; 2]>, name: &str) -> [Rgb; 2] {
    *colours.get(name).unwrap_or_else(|| panic!("no colour is called {name}"))
}

fn rgb(text: &str) -> Rgb {
    [1, 3, 5].map(|place| f64::from(u8::from_str_radix(&text[place..place + 2], 16).expect("hexadecimal")))
}

/// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|value| {
        let value = value / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[test]
fn black_on_white_has_the_most_contrast_there_is() {
    assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 0.001);
    assert!((contrast([255.0; 3], [255.0; 3]) - 1.0).abs() < 0.001);
}
