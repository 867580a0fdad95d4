//! What our own sources assert: the conditions, without what strings and comments say.

use regex::{Captures, Regex};

/// What is no code: comments, raw strings, strings and single characters. `\x22` is a quotation mark.
const NO_CODE: [&str; 5] = [
    r"//[^\n]*",
    r"/\*.*?\*/",
    r"\br(?:\x22[^\x22]*\x22|#\x22.*?\x22#|##\x22.*?\x22##)",
    r"\x22(?:\\.|[^\x22\\])*\x22",
    r"'(?:\\.[^']*|[^'\\])'",
];

/// The lines, from 1, of each `assert!` that joins several conditions by `&&`.
pub fn joined_conditions(source: &str) -> Vec<usize> {
    let code = code_of(source);
    let asserts = code.match_indices("assert!(");
    let joined = asserts.filter(|(place, opening)| is_joined(&code[place + opening.len()..]));
    joined.map(|(place, _)| code[..place].matches('\n').count() + 1).collect()
}

/// Whether ` && ` stands outside of all brackets before the condition ends, at a comma or a closing parenthesis.
fn is_joined(condition: &str) -> bool {
    let mut depth = 0_usize;
    for (place, letter) in condition.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' | ',' if depth == 0 => return false,
            ')' | ']' | '}' => depth -= 1,
            // A reference to a reference has no space behind it.
            '&' if depth == 0 && condition[place..].starts_with("&& ") => return true,
            _ => {}
        }
    }
    false
}

/// As many lines as the source has, with nothing but code in them.
fn code_of(source: &str) -> String {
    let pattern = Regex::new(&format!("(?s){}", NO_CODE.join("|"))).expect("a pattern");
    pattern.replace_all(source, |found: &Captures<'_>| "\n".repeat(found[0].matches('\n').count())).into_owned()
}

#[test]
fn conditions_that_are_joined_outside_of_brackets_are_found() {
    for (source, lines) in [
        ("assert!(a && b);", &[1_usize][..]),
        ("assert!(a);\nassert!(\n    a\n        && b,\n    \"why\"\n);", &[2]),
        ("assert!(a || b && c, \"why\");", &[1]),
        ("assert!(a.is_some() && a.all(|(one, two)| one == two));", &[1]),
        ("assert!(a != '(' && b);", &[1]),
        ("assert!(a.contains(\"\\\"(\") && b);", &[1]),
        ("fn f<'a>() {\n    debug_assert!(a::<'a>() && b);\n}", &[2]),
        ("assert!(all(|one| one && b), \"a && b\");", &[]),
        ("assert!(a == &&b, \"{}\", c && d);", &[]),
        ("assert!(a.contains(\") && b(\") || c);", &[]),
        ("assert!(a.contains(r#\"\" && \"\"#));", &[]),
        ("// assert!(a && b)\nassert!(a); let c = d && e;", &[]),
    ] {
        assert_eq!(joined_conditions(source), lines, "{source}");
    }
}
