//! One line of the table of URLs: what is asked where, and who gets an answer.

use actix_web::{Route, guard, http::Method};

/// Who gets an answer at a URL. The handler's own signature enforces it; a test walks this table as everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Anyone,
    /// Whoever holds the set-up link, while there is no account.
    SetUpLink,
    /// Whoever holds a link: one that an admin made, until it is used or its time is over, or one by which somebody shares files, while
    /// it is open.
    SecretLink,
    /// A browser with a session.
    SignedIn,
    /// A browser with a session, or a program with a token.
    Caller,
    /// A browser with an admin's session.
    Admin,
    /// The operator's monitor, which knows `METRICS_TOKEN`.
    Monitor,
}

/// One method of one URL.
pub struct Entry {
    /// GET stands for HEAD as well.
    pub method: Method,
    /// With names in braces where it differs, such as `/files/{id}`.
    pub path: &'static str,
    /// Who gets an answer there.
    pub access: Access,
    pub(super) route: Route,
}

pub(super) fn get(path: &'static str, access: Access, route: Route) -> Entry {
    let route = route.guard(guard::Any(guard::Get()).or(guard::Head()));
    Entry { method: Method::GET, path, access, route }
}

pub(super) fn post(path: &'static str, access: Access, route: Route) -> Entry {
    Entry { method: Method::POST, path, access, route: route.guard(guard::Post()) }
}

pub(super) fn delete(path: &'static str, access: Access, route: Route) -> Entry {
    Entry { method: Method::DELETE, path, access, route: route.guard(guard::Delete()) }
}
