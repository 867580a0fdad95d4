//! What every page shares: its frame, and how one goes on to another.

use super::assets;
use crate::accounts::{Account, Role};
use actix_web::{HttpResponse, http::header::LOCATION};

/// The part of a page around its content.
#[derive(Clone, Default)]
pub struct Frame {
    person: Option<Person>,
}

#[derive(Clone)]
struct Person {
    name: String,
    is_admin: bool,
}

impl Frame {
    pub fn of(account: &Account) -> Self {
        let is_admin = match account.role {
            Role::Admin => true,
            Role::Member => false,
        };
        Self { person: Some(Person { name: account.name.clone(), is_admin }) }
    }

    /// For pages that anyone may see.
    pub fn of_nobody() -> Self {
        Self::default()
    }

    /// The name of who is signed in.
    pub fn person(&self) -> Option<&str> {
        self.person.as_ref().map(|person| person.name.as_str())
    }

    pub fn is_admin(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.is_admin)
    }

    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }
}

/// Sends the browser on with a GET, after a form was taken or when it should look elsewhere.
pub fn see_other(place: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, place)).finish()
}

/// A place within this app that a page asked to come back to, or the front page.
pub fn place_within(wish: Option<&str>) -> &str {
    let plain = |place: &&str| {
        place.starts_with('/')
            && !place.starts_with("//")
            && place.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    wish.filter(plain).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::place_within;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\x01",
            "/é",
        ] {
            assert_eq!(place_within(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(place_within(Some("/files/1?a=b")), "/files/1?a=b");
        assert_eq!(place_within(None), "/");
    }
}
