//! Passwords that guessers try first: common ones, the owner's own email or name, and what fingers do by themselves.

use sha2::{Digest, Sha256};

/// The fewest characters of a password. NIST SP 800-63B asks for 8 at least:
/// <https://pages.nist.gov/800-63-3/sp800-63b.html>, 5.1.1.2.
pub const MIN_CHARACTERS: usize = 10;

/// Whose password it is: what others know of them. Empty where nothing is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    pub email: &'a str,
    pub name: &'a str,
}

/// Why a password is easily guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessable {
    /// It is one that many people choose.
    Common,
    /// It is made of the owner's email or name, or of our own.
    OfOwner,
    /// It repeats one part, or has three characters at most.
    Repetition,
    /// It follows the keyboard or the alphabet.
    Run,
}

/// Marks of common passwords, made by `tests/common_passwords.sh`, which names their source. Of 10,000,000 others these
/// take about 30 for common as well.
static COMMON: &[u8] = include_bytes!("common_passwords.bin");
const MARK_BYTES: usize = 4;

/// What keys lie beside each other or letters follow each other: rows, from some number on once more; columns.
const RUNS: [&str; 16] = [
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
];
/// Shorter ones also stand in words.
const SHORTEST_RUN: usize = 3;
/// What a password must have besides one part that is known.
const FEWEST_PARTS: usize = 5;
/// Names and such that are shorter stand in words by chance.
const SHORTEST_NAME: usize = 3;
const OURS: &str = "cloakroom";

/// The first reason why a password is easily guessed, if there is one.
pub fn find(password: &str, about: About<'_>) -> Option<Guessable> {
    let folded = password.to_lowercase();
    let letters: Vec<char> = folded.chars().collect();
    if is_repetition(&letters) {
        return Some(Guessable::Repetition);
    }
    if parts(&letters) < FEWEST_PARTS {
        return Some(Guessable::Run);
    }
    if is_of_owner(&folded, about) {
        return Some(Guessable::OfOwner);
    }
    let forms = [folded.clone(), core(&folded), core(&unmasked(&folded))];
    forms.iter().any(|form| is_common(form)).then_some(Guessable::Common)
}

/// One part again and again, or three characters in any order. What is repeated may be a password by itself.
fn is_repetition(letters: &[char]) -> bool {
    let mut kinds = letters.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let period = (1..MIN_CHARACTERS)
        .find(|period| letters.iter().zip(letters.iter().skip(*period)).all(|(one, other)| one == other));
    kinds.len() < 4 || period.is_some_and(|period| letters.len() >= 2 * period)
}

/// How many steps it takes to type: a run is one, and so is a character again and again.
fn parts(letters: &[char]) -> usize {
    let (mut count, mut rest) = (0, letters);
    while !rest.is_empty() {
        let same = rest.iter().take_while(|letter| **letter == rest[0]).count();
        let longest = RUNS.iter().map(|run| run_length(run, rest)).max().unwrap_or_default().max(same);
        rest = &rest[if longest >= SHORTEST_RUN { longest } else { 1 }..];
        count += 1;
    }
    count
}

/// How far the letters follow a run, there or back.
fn run_length(run: &str, letters: &[char]) -> usize {
    let there: Vec<char> = run.chars().collect();
    let back: Vec<char> = run.chars().rev().collect();
    let follows = |run: &[char]| {
        let from = |start: usize| run[start..].iter().zip(letters).take_while(|(one, other)| one == other).count();
        (0..run.len()).map(from).max().unwrap_or_default()
    };
    follows(&there).max(follows(&back))
}

/// Their email, name or ours, with little else.
fn is_of_owner(folded: &str, about: About<'_>) -> bool {
    let plain = |text: &str| text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let (local, domain) = about.email.split_once('@').unwrap_or((about.email, ""));
    let words = about.name.split_whitespace().chain(local.split(['.', '_', '-', '+'])).map(plain);
    let mut known: Vec<String> = [about.email, about.name, local, domain, OURS].into_iter().map(plain).collect();
    known.extend(words);
    known.retain(|word| word.chars().count() >= SHORTEST_NAME);
    // The longest first, as one holds another.
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let password = plain(folded);
    let rest = known.iter().fold(password.clone(), |rest, word| rest.replace(word.as_str(), ""));
    rest != password && rest.chars().count() < FEWEST_PARTS
}

/// Without what people put before and behind a word so that it is long enough.
fn core(text: &str) -> String {
    text.trim_matches(|letter: char| !letter.is_alphabetic()).to_owned()
}

/// Letters for the digits and signs that stand for them.
fn unmasked(text: &str) -> String {
    let letter = |letter| match letter {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

fn is_common(text: &str) -> bool {
    let mark = &Sha256::digest(text)[..MARK_BYTES];
    let (mut low, mut high) = (0, COMMON.len() / MARK_BYTES);
    while low < high {
        let middle = low.midpoint(high);
        match COMMON[middle * MARK_BYTES..][..MARK_BYTES].cmp(mark) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{About, Guessable, find};

    const ADA: About<'_> = About { email: "ada.lovelace@example.com", name: "Ada Lovelace" };

    #[test]
    fn what_guessers_try_first_is_found() {
        for (password, why) in [
            ("aaaaaaaaaa", Guessable::Repetition),
            ("          ", Guessable::Repetition),
            ("abcabcabcabc", Guessable::Repetition),
            ("abcdabcdabcda", Guessable::Repetition),
            ("1122112211", Guessable::Repetition),
            ("dragondragon", Guessable::Repetition),
            ("1234567890", Guessable::Run),
            ("12345678910", Guessable::Run),
            ("0987654321", Guessable::Run),
            ("qwertyuiop", Guessable::Run),
            ("QWERTYUIOP", Guessable::Run),
            ("poiuytrewq", Guessable::Run),
            ("qwertyuiop1", Guessable::Run),
            ("abcdefghij", Guessable::Run),
            ("1qaz2wsx3edc", Guessable::Run),
            ("aaabbbcccddd", Guessable::Run),
            ("abc123xyz789", Guessable::Run),
            ("ada.lovelace@example.com", Guessable::OfOwner),
            ("ada.lovelace", Guessable::OfOwner),
            ("AdaLovelace1", Guessable::OfOwner),
            ("lovelace1815", Guessable::OfOwner),
            ("Lovelace, Ada", Guessable::OfOwner),
            ("cloakroom123", Guessable::OfOwner),
            ("1q2w3e4r5t6y", Guessable::Common),
            ("password2024", Guessable::Common),
            ("Password123!", Guessable::Common),
            ("P@ssw0rd!!99", Guessable::Common),
            ("basketball", Guessable::Common),
            ("!!sunshine!!", Guessable::Common),
        ] {
            assert_eq!(find(password, ADA), Some(why), "{password}");
        }
    }

    #[test]
    fn any_other_kind_of_password_will_do() {
        for password in [
            "correct horse battery",
            "four plain words",
            "four plain words here",
            "kfzlmqwhta",
            "8264019375",
            "пароль от двери",
            "合い言葉を決めて下さい今日",
            "one fine day, one fine day",
            "adalovelacewrotenotes",
            "😀😁😂🤣😃😄😅😆😉😊",
            "x7#kd!0qpz",
        ] {
            assert_eq!(find(password, ADA), None, "{password}");
        }
        assert_eq!(find("my email is none", About::default()), None);
    }
}
