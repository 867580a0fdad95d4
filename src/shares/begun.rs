//! Downloads of an archive that were begun: the last of a link are remembered, so that one whose answer was lost is answered again, and
//! not counted again.

use super::Share;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait};
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// How many digits a number has, and how many of its mark are kept.
const DIGITS: usize = 32;
/// A mark, a colon, seconds since 1970 until the year 2286, and a space.
const ENTRY: usize = DIGITS + 12;
/// So many are remembered. One that was begun before as many others may be counted again.
const REMEMBERED: usize = 32;

/// What a page calls its download: 128 random bits of its own, which nobody else knows.
#[derive(Clone, Debug)]
pub struct DownloadNumber(String);

/// It is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNumber;

impl FromStr for DownloadNumber {
    type Err = NoNumber;

    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.len() == DIGITS && text.bytes().all(is_digit) {
            true => Ok(Self(text.to_owned())),
            false => Err(NoNumber),
        }
    }
}

impl DownloadNumber {
    /// How it is remembered: at this link, until its secret or password is another one.
    pub(super) fn mark(&self, share: &Share) -> String {
        let (id, secret, password) = (share.id(), share.secret_version(), share.password_version());
        let mut mark = hex::encode(Sha256::digest(format!("{id} {secret} {password} {}", self.0)));
        mark.truncate(DIGITS);
        mark
    }

    /// When this download of the link was counted, if it was.
    pub fn begun(&self, share: &Share) -> Option<DateTime<Utc>> {
        let mark = self.mark(share);
        let time = |entry: &str| entry.strip_prefix(&mark)?.strip_prefix(':')?.parse().ok();
        share.archives_begun().split(' ').find_map(time).and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    }
}

/// What the column becomes with one more.
pub(super) fn with(mark: &str, now: DateTime<Utc>) -> Expr {
    let others = format!("substr(archives_begun, 1, {})", ENTRY * (REMEMBERED - 1));
    Expr::value(format!("{mark}:{:010} ", now.timestamp())).binary(BinOper::Custom("||"), Expr::cust(others))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_128_bits_and_nothing_else() {
        assert!("0123456789abcdef0123456789abcdef".parse::<DownloadNumber>().is_ok());
        for text in
            ["", "0123", "0123456789ABCDEF0123456789ABCDEF", "%123456789abcdef0123456789abcdef", &"0".repeat(33)]
        {
            assert_eq!(text.parse::<DownloadNumber>().err(), Some(NoNumber), "{text}");
        }
    }
}
