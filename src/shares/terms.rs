//! On what terms files are shared: as a form says them, and as they are kept.

use super::share::Share;
use crate::{
    accounts::passwords,
    error::{Error, Result},
    links::terms::{End, Hashed, Password, end, link_text, password},
    web::{Fields, Reader},
};

const LONGEST_TITLE: usize = 200;
const LONGEST_MESSAGE: usize = 2_000;
/// More nobody counts.
const MOST_DOWNLOADS: i64 = 1_000_000;

/// The terms of a link.
#[derive(Clone, Debug)]
pub struct Terms {
    pub title: String,
    /// May be empty.
    pub message: String,
    pub end: End,
    pub password: Password,
    /// `None`: as often as people want.
    pub most_downloads: Option<i64>,
    pub has_originals: bool,
    pub shows_owner: bool,
}

impl Terms {
    /// What a form says.
    ///
    /// # Errors
    ///
    /// `Unacceptable`, in words, for what will not do; `Malformed` for a form that is damaged.
    pub fn read(fields: &Fields, reader: Reader) -> Result<Self> {
        let title = link_text(fields, "title", LONGEST_TITLE, "A title may have at most 200 characters.")?;
        if title.is_empty() {
            return Err(Error::unacceptable("bad_title", "A link needs a title. Write one."));
        }
        Ok(Self {
            title,
            message: link_text(fields, "message", LONGEST_MESSAGE, "A message may have at most 2,000 characters.")?,
            end: end(fields, reader)?,
            password: password(fields),
            most_downloads: most_downloads(fields)?,
            has_originals: fields.given("has_originals").is_some(),
            shows_owner: fields.given("shows_owner").is_some(),
        })
    }

    /// Hashes the password, which takes a while, so it is done before anything is locked. Of a link that is there, `known`.
    pub(super) async fn hashed(&self, known: Option<&Share>) -> Result<Hashed> {
        match &self.password {
            Password::None => Ok(Hashed::None),
            Password::Kept if known.is_some_and(Share::has_password) => Ok(Hashed::Kept),
            Password::Kept => Err(Error::unacceptable("bad_link_password", "Write a password, or switch it off.")),
            Password::New(password) => passwords::hash_of_link(password.clone()).await.map(Hashed::New),
        }
    }
}

fn most_downloads(fields: &Fields) -> Result<Option<i64>> {
    if fields.given("has_limit").is_none() {
        return Ok(None);
    }
    let number = fields.text("most_downloads").parse().ok().filter(|number| (1..=MOST_DOWNLOADS).contains(number));
    let words = "Write how many downloads there may be, such as 10, or switch the limit off.";
    number.map(Some).ok_or_else(|| Error::unacceptable("bad_limit", words))
}
