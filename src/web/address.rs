//! What the parameters of an address say. A person's page leaves out what cannot be understood, and says so; a program is refused.

use super::problem::Wants;
use crate::error::{Error, Result};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use std::{
    convert::Infallible,
    future::{Ready, ready},
};

/// So much of what cannot be understood is said again, in letters.
const SAID: usize = 40;

/// Reads parameters for whoever asks.
pub struct Address {
    is_of_a_page: bool,
    misread: Misread,
}

/// What of an address was left out.
#[derive(Default)]
pub struct Misread(Vec<Parameter>);

/// A parameter that could not be understood.
pub struct Parameter {
    pub name: &'static str,
    /// What it was, or how that begins.
    pub typed: String,
    /// What to write instead.
    pub words: String,
}

impl Address {
    /// Refuses whatever it cannot understand.
    pub fn strict() -> Self {
        Self { is_of_a_page: false, misread: Misread::default() }
    }

    /// What a parameter means; `None` where it is empty or left out.
    ///
    /// # Errors
    ///
    /// What `parse` fails with; on a page, all but `Malformed`.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T>,
    ) -> Result<Option<T>> {
        match Some(text.trim()).filter(|text| !text.is_empty()).map(parse).transpose() {
            Err(Error::Malformed(words)) if self.is_of_a_page => {
                self.misread.0.push(Parameter { name, typed: shown(text.trim()), words });
                Ok(None)
            }
            read => read,
        }
    }

    /// What was left out so far.
    pub fn misread(&self) -> &Misread {
        &self.misread
    }

    /// What was left out, to be said.
    pub fn into_misread(self) -> Misread {
        self.misread
    }
}

impl Misread {
    /// Was nothing left out?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was left out, in the order in which it was read.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.0.iter()
    }

    /// Was one of these left out?
    pub fn has(&self, names: &[&str]) -> bool {
        self.0.iter().any(|one| names.contains(&one.name))
    }

    /// What a field shows: what was typed, or what the list goes by.
    pub fn typed<'a>(&'a self, name: &str, known: &'a str) -> &'a str {
        self.0.iter().find(|one| one.name == name).map_or(known, |one| &one.typed)
    }
}

/// As a page can say it.
fn shown(text: &str) -> String {
    let plain = text.chars().map(|one| if one.is_control() { char::REPLACEMENT_CHARACTER } else { one });
    let mut shown: String = plain.take(SAID).collect();
    if text.chars().nth(SAID).is_some() {
        shown.push('…');
    }
    shown
}

impl FromRequest for Address {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_of_a_page = Wants::of(request.headers()) != Wants::Json;
        ready(Ok(Self { is_of_a_page, misread: Misread::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Misread};
    use crate::error::{Error, Result};

    fn number(text: &str) -> Result<u8> {
        text.parse().map_err(|_| Error::Malformed("Write a number.".into()))
    }

    #[test]
    fn a_page_leaves_out_what_a_program_is_refused() {
        let mut page = Address { is_of_a_page: true, misread: Misread::default() };
        assert_eq!(page.read("size", " 7 ", number).expect("fine"), Some(7));
        assert_eq!(page.read("size", "", number).expect("fine"), None);
        assert!(page.misread().is_empty());
        assert_eq!(page.read("size", "a\0b", number).expect("left out"), None);
        assert!(page.misread().has(&["size", "name"]));
        assert!(!page.misread().has(&["name"]));
        assert_eq!(page.misread().typed("size", "7"), "a\u{fffd}b");
        assert!(matches!(Address::strict().read("size", "x", number), Err(Error::Malformed(_))));
    }

    #[test]
    fn what_is_long_is_said_in_part() {
        assert_eq!(super::shown(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
        assert_eq!(super::shown(&"é".repeat(40)), "é".repeat(40));
    }
}
