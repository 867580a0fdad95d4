//! What the parameters of an address say. A person's page leaves out what cannot be understood, and says so; a program is refused.

use super::problem::Wants;
use crate::error::{Error, Result};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Query};
use serde::de::DeserializeOwned;
use std::{
    borrow::Cow,
    future::{Ready, ready},
};
use url::form_urlencoded;

/// So much of what cannot be understood is said again, in letters.
const SAID: usize = 40;

/// The parameters of an address, and what reads them. On a page, one that is there more than once is left out as a whole.
pub struct Asked<T> {
    pub query: T,
    pub address: Address,
}

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
    pub name: Cow<'static, str>,
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
                self.misread.0.push(Parameter { name: name.into(), typed: shown(text.trim()), words });
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
        self.0.iter().any(|one| names.contains(&&*one.name))
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

impl<T: DeserializeOwned> Asked<T> {
    fn of(text: &str, mut address: Address) -> Result<Self> {
        match Query::<T>::from_query(text) {
            Ok(query) => Ok(Self { query: query.into_inner(), address }),
            Err(error) if !address.is_of_a_page => Err(not_understood(&error)),
            Err(_) => {
                let once = address.leave_out_repeated::<T>(text);
                let query = Query::<T>::from_query(&once).map_err(|error| not_understood(&error))?;
                Ok(Self { query: query.into_inner(), address })
            }
        }
    }
}

impl Address {
    /// The parameters without those that are there more than once.
    fn leave_out_repeated<T: DeserializeOwned>(&mut self, text: &str) -> String {
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(text.as_bytes()).collect();
        let mut once = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &pairs {
            let all: Vec<&str> = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value).collect();
            if all.len() == 1 {
                once.append_pair(name, value);
            } else if !self.misread.has(&[name.as_ref()]) && is_known::<T>(name) {
                let words = format!("The address has “{name}” more than once. Write it once.");
                let name = Cow::Owned(name.clone().into_owned());
                self.misread.0.push(Parameter { name, typed: shown(&all.join(", ")), words });
            }
        }
        once.finish()
    }
}

/// Is a parameter one that the page reads? Others may be there as often as they like.
fn is_known<T: DeserializeOwned>(name: &str) -> bool {
    let twice = form_urlencoded::Serializer::new(String::new()).append_pair(name, "").append_pair(name, "").finish();
    Query::<T>::from_query(&twice).is_err()
}

/// What is said of an address that cannot be read at all.
pub fn not_understood(error: &actix_web::error::QueryPayloadError) -> Error {
    Error::Malformed(format!("The address cannot be understood: {error}."))
}

impl<T: DeserializeOwned> FromRequest for Asked<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_of_a_page = Wants::of(request.headers()) != Wants::Json;
        ready(Self::of(request.query_string(), Address { is_of_a_page, misread: Misread::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Asked, Misread};
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

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Sizes {
        min: String,
        max: String,
    }

    #[test]
    fn a_page_leaves_out_what_is_there_more_than_once_and_a_program_is_refused() {
        let page = || Address { is_of_a_page: true, misread: Misread::default() };
        let text = "min=1&other=a&max=9&other=b&min=2";
        let Asked { query, address } = Asked::<Sizes>::of(text, page()).expect("fine");
        assert_eq!(query, Sizes { min: String::new(), max: "9".into() });
        let said: Vec<&str> = address.misread().iter().map(|one| one.typed.as_str()).collect();
        assert_eq!(said, ["1, 2"], "what the page does not read is nothing to tell of");
        assert!(address.misread().has(&["min"]));
        let Asked { address, .. } = Asked::<Sizes>::of("min=1&other=a&other=b", page()).expect("fine");
        assert!(address.misread().is_empty());
        assert!(matches!(Asked::<Sizes>::of(text, Address::strict()), Err(Error::Malformed(_))));
    }

    #[test]
    fn what_is_long_is_said_in_part() {
        assert_eq!(super::shown(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
        assert_eq!(super::shown(&"é".repeat(40)), "é".repeat(40));
    }
}
