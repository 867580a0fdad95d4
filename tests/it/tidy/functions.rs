//! The functions of a source, and how long they are.

use super::tokens::{Token, all_tokens, is_word};

/// A function that has a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Where it begins, from 1.
    pub line: usize,
    /// From its `fn` to its last brace; `None` where that is not found.
    pub lines: Option<usize>,
}

/// Every function of a source, those of its tests and those within others as well.
pub fn functions(source: &str) -> Vec<Function> {
    let tokens = all_tokens(source);
    let pairs = tokens.windows(2).enumerate();
    let named = pairs.filter(|(_, pair)| pair[0].text == "fn" && is_word(pair[1].text));
    named.filter_map(|(at, _)| function(&tokens[at..])).collect()
}

/// The first one, unless it is declared without a body.
fn function(rest: &[Token<'_>]) -> Option<Function> {
    let (line, mut depth) = (rest[0].line, 0_usize);
    for token in rest {
        match token.text {
            ";" if depth == 0 => return None,
            "(" | "[" | "{" => depth += 1,
            "}" if depth == 1 => return Some(Function { line, lines: Some(token.line - line + 1) }),
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Some(Function { line, lines: None })
}

#[test]
fn functions_of_every_shape_are_measured() {
    for (source, found) in [
        ("fn a() {}", &[(1, Some(1))][..]),
        (
            "impl A {\n    pub async fn a<T: B>(\n        b: [u8; 2],\n    ) -> c\n    where\n        T: C,\n    {\n    }\n}",
            &[(2, Some(7))],
        ),
        ("fn a() {\n    fn b() {\n    }\n}", &[(1, Some(4)), (2, Some(2))]),
        ("fn a() { \"}\"; // }\n}", &[(1, Some(2))]),
        ("#[cfg(test)]\nmod tests {\n    fn a() {\n    }\n}", &[(3, Some(2))]),
        ("trait A { fn a(b: [u8; 2]); }", &[]),
        ("type A = fn(u8) -> u8;", &[]),
        ("fn a() {\n    b(\n", &[(1, None)]),
        ("fn a()", &[(1, None)]),
    ] {
        let found: Vec<Function> = found.iter().map(|(line, lines)| Function { line: *line, lines: *lines }).collect();
        assert_eq!(functions(source), found, "{source}");
    }
}
