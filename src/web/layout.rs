//! What every page shares: its layout, and how one goes on to another.

use super::{Flash, Undo, assets};
use crate::{
    accounts::{Account, Role},
    state::AppState,
};
use actix_web::{HttpResponse, http::header::LOCATION};
use bytesize::ByteSize;

/// The part of a page around its content.
#[derive(Clone, Default)]
pub struct Layout {
    person: Option<Person>,
    /// Which part of the site the page belongs to: the path of its link.
    place: &'static str,
    limits: Option<Limits>,
    flash: Option<Flash>,
}

#[derive(Clone)]
struct Person {
    name: String,
    is_admin: bool,
}

/// What may be uploaded, so that pages can say no before anything is sent.
#[derive(Clone)]
pub struct Limits {
    pub largest: ByteSize,
    /// Such as `image/*,application/pdf`; empty: all.
    pub types: String,
}

impl Layout {
    pub fn of(app: &AppState, account: &Account, place: &'static str) -> Self {
        let is_admin = match account.role {
            Role::Admin => true,
            Role::Member => false,
        };
        let limits = Limits { largest: app.uploads.largest(), types: app.uploads.allowed_types.accept() };
        let person = Person { name: account.name.clone(), is_admin };
        Self { person: Some(person), place, limits: Some(limits), flash: None }
    }

    /// For pages that anyone may see.
    pub fn of_nobody() -> Self {
        Self::default()
    }

    /// `place` is the page itself, to which an undo comes back.
    pub fn with_flash(self, flash: Option<Flash>, place: &str) -> Self {
        let undo = |undo: Undo| Undo { back: place.to_owned(), ..undo };
        let flash = flash.map(|flash| Flash { undo: flash.undo.map(undo), ..flash });
        Self { flash, ..self }
    }

    /// The name of who is signed in.
    pub fn person(&self) -> Option<&str> {
        self.person.as_ref().map(|person| person.name.as_str())
    }

    pub fn is_admin(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.is_admin)
    }

    pub fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    pub fn flash(&self) -> Option<&Flash> {
        self.flash.as_ref()
    }

    /// `page` on the link of the page's own part, `false` on the others.
    pub fn current(&self, place: &str) -> &'static str {
        if self.place == place { "page" } else { "false" }
    }

    /// The same for a link to a part that has pages of its own.
    pub fn current_within(&self, place: &str) -> &'static str {
        if self.place.starts_with(place) { "true" } else { "false" }
    }

    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// The first one says in which order the layers of all of them apply.
    pub fn stylesheets(&self) -> [String; 9] {
        ["tokens", "base", "header", "controls", "components", "gallery", "viewer", "uploads", "admin"]
            .map(|name| self.asset(&format!("css/{name}.css")))
    }

    /// An icon of the sprite.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", assets::url("images/icons.svg"))
    }
}

/// Sends the browser on with a GET, after a form was taken or when it should look elsewhere.
pub fn see_other(place: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, place)).finish()
}

/// A place within this app that a page asked to come back to, or the front page.
pub fn place_within(given: Option<&str>) -> &str {
    let plain = |place: &&str| {
        place.starts_with('/')
            && !place.starts_with("//")
            && place.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    given.filter(plain).unwrap_or("/")
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
