//! What of a source is code: its words and signs, without comments and strings.

const FOR_TESTS: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

/// A word, a number or a sign; `::` and `..` are one sign each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    /// From 1.
    pub line: usize,
}

/// The code of a source without what is compiled for tests alone.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    without_tests(&all_tokens(source))
}

/// The code of a source, its tests' as well.
pub fn all_tokens(source: &str) -> Vec<Token<'_>> {
    let (mut found, mut rest, mut line) = (Vec::new(), source, 1);
    while !rest.is_empty() {
        let skipped = no_code(rest);
        let (text, after) = rest.split_at(skipped.unwrap_or_else(|| code(rest)));
        if skipped.is_none() {
            found.push(Token { text: text.trim_start_matches("r#"), line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// Is it a name or a keyword?
pub fn is_word(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// The length of what is no code at the beginning, if there is any.
fn no_code(rest: &str) -> Option<usize> {
    match rest.chars().next()? {
        letter if letter.is_whitespace() => Some(letter.len_utf8()),
        '/' if rest.starts_with("//") => Some(rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => Some(comment(rest)),
        '"' => Some(string(rest)),
        '\'' => Some(letter_or_lifetime(rest)),
        _ => raw_string(rest),
    }
}

/// Comments of this kind stand within each other.
fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let pair = rest.as_bytes().get(at..at + 2).unwrap_or_default();
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => _ = letters.next(),
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn letter_or_lifetime(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = at + escaped.len_utf8();
            rest[after..].find('\'').map_or(rest.len(), |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1 + word(&rest[1..]),
    }
}

fn raw_string(rest: &str) -> Option<usize> {
    let opened = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix).filter(|opened| opened.starts_with(['#', '"'])))?;
    let text = opened.trim_start_matches('#');
    let end = format!("\"{}", &opened[..opened.len() - text.len()]);
    let text = text.strip_prefix('"')?;
    Some(text.find(&end).map_or(rest.len(), |at| rest.len() - text.len() + at + end.len()))
}

/// The length of the first word, number or sign.
fn code(rest: &str) -> usize {
    match rest.chars().next() {
        _ if rest.starts_with("::") || rest.starts_with("..") => 2,
        _ if rest.starts_with("r#") => 2 + word(&rest[2..]),
        Some(letter) if letter.is_alphanumeric() || letter == '_' => word(rest),
        first => first.map_or(0, char::len_utf8),
    }
}

fn word(rest: &str) -> usize {
    rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
}

fn without_tests<'a>(all: &[Token<'a>]) -> Vec<Token<'a>> {
    let (mut kept, mut rest) = (Vec::new(), all);
    while let Some((first, others)) = rest.split_first() {
        let is_for_tests = rest.iter().take(FOR_TESTS.len()).map(|token| token.text).eq(FOR_TESTS);
        if is_for_tests {
            let marked = &rest[FOR_TESTS.len()..];
            rest = &marked[item(marked)..];
        } else {
            kept.push(*first);
            rest = others;
        }
    }
    kept
}

/// How many tokens the first item has: to its semicolon, or to its last brace.
fn item(rest: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in rest.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "}" if depth <= 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn only_code_is_read() {
    for (source, code) in [
        ("a::b(1..2) // c::d", "a :: b ( 1 .. 2 )"),
        ("a /* b /* c */ d */ e", "a e"),
        (r#"a("b::c\"d", b"e")"#, "a ( , b )"),
        ("a(r#\"b\" c\"#) d", "a ( ) d"),
        ("r#type r#\"b\"#", "type"),
        (r"'a' '\'' '\u{1}' &'static b", "& b"),
        ("fn f<'a>(b: &'a str) {}", "fn f < > ( b : & str ) { }"),
        ("#[cfg(test)]\nmod tests { use a::{b}; fn c() {} } d", "d"),
        ("#[cfg(test)] use a::b; c", "c"),
        ("#[cfg(test)] #[d] mod tests; c", "c"),
        ("#[cfg(unix)] a", "# [ cfg ( unix ) ] a"),
    ] {
        let found: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
        assert_eq!(found.join(" "), code, "{source}");
    }
}

#[test]
fn lines_are_counted_from_one() {
    let lines: Vec<(&str, usize)> =
        tokens("a\n/* \n */ b\n\"\n\" c").iter().map(|token| (token.text, token.line)).collect();
    assert_eq!(lines, [("a", 1), ("b", 3), ("c", 5)]);
}
