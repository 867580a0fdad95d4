//! How the gallery is shown, and which part of it, as the page's address and a cookie say.

use crate::{
    error::Result,
    files::{
        Cursor,
        list::{
            page::Span,
            search::{Order, SearchQuery},
        },
    },
    web::Address,
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use serde::Deserialize;

/// Keeps which of the two views somebody likes.
const VIEW: &str = "cloakroom_view";

/// As pictures, or as a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Grid,
    List,
}

/// How the list is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ViewQuery {
    /// `grid` or `list`.
    pub view: String,
    /// Behind which folder the tiles of folders go on, as the page that is before says it.
    pub folders: String,
}

impl View {
    /// What the address asks for, what was chosen before, or the grid; and whether the address asks.
    pub(super) fn of(request: &HttpRequest, chosen: &ViewQuery) -> (Self, bool) {
        let parse = |text: &str| match text {
            "grid" => Some(Self::Grid),
            "list" => Some(Self::List),
            _ => None,
        };
        match parse(&chosen.view) {
            Some(view) => (view, true),
            None => (request.cookie(VIEW).and_then(|cookie| parse(cookie.value())).unwrap_or(Self::Grid), false),
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::List => "list",
        }
    }

    pub(super) fn cookie(self, is_https: bool) -> Cookie<'static> {
        let cookie = Cookie::build(VIEW, self.as_str()).path("/").http_only(true).secure(is_https);
        cookie.same_site(SameSite::Lax).max_age(Duration::days(365)).finish()
    }
}

impl SearchQuery {
    /// Which part of the list is asked for: a page from the beginning, behind, before or at a place; or all up to a place, from
    /// the beginning or from another one. A place that a page leaves out is gone from the query afterwards.
    ///
    /// # Errors
    ///
    /// `Malformed` when a place cannot be understood, for a program.
    pub fn span(&mut self, order: Order, address: &mut Address) -> Result<Span> {
        let mut place = |name, text: &str| address.read(name, text, |text| Cursor::parse(text, order));
        let (after, before) = (place("after", &self.after)?, place("before", &self.before)?);
        let (at, through) = (place("at", &self.at)?, place("through", &self.through)?);
        self.leave_out(address.misread());
        Ok(match (after, before, at, through) {
            (Some(after), ..) => Span::After(after),
            (None, Some(before), ..) => Span::Before(before),
            (None, None, Some(at), Some(through)) => Span::Between(at, through),
            (None, None, Some(at), None) => Span::At(at),
            (None, None, None, Some(through)) => Span::Through(through),
            (None, None, None, None) => Span::First,
        })
    }

    /// The list's address with a place in it. `parameter` is `after`, `before`, `at` or `through`.
    pub fn at(&self, path: &str, parameter: &str, cursor: &Cursor) -> String {
        self.url_with(path, &[(parameter, &cursor.to_string())])
    }
}
