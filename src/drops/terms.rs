//! On what terms people may send files: as a form says them, and as they are kept.

use super::limits::{Asks, Limits};
use crate::{
    accounts::passwords,
    error::{Error, Result},
    links::terms::{End, Hashed, Password, end, link_text, password},
    web::{Fields, Reader},
};
use bytesize::ByteSize;

const LONGEST_TITLE: usize = 200;
const LONGEST_MESSAGE: usize = 2_000;
/// More nobody counts.
const MOST_FILES: u64 = 1_000_000;
/// More than a bucket holds for anybody, in bytes; a column takes it.
const MOST_BYTES: u64 = 1 << 60;

/// The terms of a link.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) title: String,
    /// May be empty.
    pub(super) message: String,
    pub(super) end: End,
    pub(super) password: Password,
    pub(super) limits: Limits,
    pub(super) asks_name: Asks,
    pub(super) asks_note: Asks,
    pub(super) shows_owner: bool,
}

impl Terms {
    /// What a form says.
    ///
    /// # Errors
    ///
    /// `Unacceptable`, in words, for what will not do; `Malformed` for a form that is damaged.
    pub(super) fn read(fields: &Fields, reader: Reader) -> Result<Self> {
        let title = link_text(fields, "title", LONGEST_TITLE, "A title may have at most 200 characters.")?;
        if title.is_empty() {
            return Err(Error::unacceptable("bad_title", "A request needs a title. Write one."));
        }
        Ok(Self {
            title,
            message: link_text(fields, "message", LONGEST_MESSAGE, "A message may have at most 2,000 characters.")?,
            end: end(fields, reader)?,
            password: password(fields),
            limits: limits(fields)?,
            asks_name: asks(fields, "asks_name")?,
            asks_note: asks(fields, "asks_note")?,
            shows_owner: fields.given("shows_owner").is_some(),
        })
    }

    /// Hashes the password, which takes a while, so it is done before anything is locked. `kept`: that of a link that is there.
    pub(super) async fn hashed(&self, kept: Option<&str>) -> Result<Hashed> {
        match &self.password {
            Password::None => Ok(Hashed::None),
            Password::Kept if kept.is_some() => Ok(Hashed::Kept),
            Password::Kept => Err(Error::unacceptable("bad_link_password", "Write a password, or switch it off.")),
            Password::New(password) => passwords::hash_of_link(password.clone()).await.map(Hashed::New),
        }
    }
}

fn asks(fields: &Fields, name: &str) -> Result<Asks> {
    let asked = fields.given(name).and_then(|text| text.parse().ok());
    asked.ok_or_else(|| Error::Malformed("The form is damaged. Load the page again.".into()))
}

fn limits(fields: &Fields) -> Result<Limits> {
    let bytes = |name: &str, words: &str| match fields.text(name) {
        "" => Ok(None),
        text => {
            let size = text.parse::<ByteSize>().ok().filter(|size| (1..=MOST_BYTES).contains(&size.as_u64()));
            size.map(Some).ok_or_else(|| Error::unacceptable("bad_limit", words))
        }
    };
    let files = match fields.text("most_files") {
        "" => None,
        text => {
            let number = text.parse().ok().filter(|number| (1..=MOST_FILES).contains(number));
            let words = "Write how many files may come, such as 100, or leave it empty.";
            Some(number.ok_or_else(|| Error::unacceptable("bad_limit", words))?)
        }
    };
    Ok(Limits {
        files,
        bytes: bytes("most_bytes", "Write how much may come in all, such as 20 GB, or leave it empty.")?,
        file_bytes: bytes("most_file_bytes", "Write how large a file may be, such as 500 MB, or leave it empty.")?,
    })
}
