//! Every URL of the site in one table, with who gets an answer there.

use crate::{admin, entrance, files::pages, health, uploads::api};
use actix_web::{
    Resource, Route, guard,
    http::Method,
    web::{self, ServiceConfig},
};

/// Who gets an answer. The handler's own signature enforces it; a test walks this table as everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Anyone,
    /// Whoever holds the set-up link, while there is no account.
    SetUpLink,
    /// A browser with a session.
    SignedIn,
    /// A browser with a session, or a program with a token.
    Caller,
    /// A browser with an admin's session.
    Admin,
}

/// One method of one URL.
pub struct Entry {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    route: Route,
}

pub fn table() -> Vec<Entry> {
    use Access::{Admin, Anyone, Caller, SetUpLink, SignedIn};
    vec![
        get("/", SignedIn, web::to(pages::gallery)),
        get("/files/{id}", SignedIn, web::to(pages::file)),
        get("/files/{id}/content", Caller, web::to(pages::content)),
        get("/files/{id}/download", Caller, web::to(pages::download)),
        post("/files/{id}/trash", SignedIn, web::to(pages::trash)),
        post("/files/{id}/restoration", SignedIn, web::to(pages::restore)),
        get("/trash", SignedIn, web::to(pages::trash_page)),
        post("/presign-upload", Caller, web::to(api::presign_upload)),
        post("/save-metadata", Caller, web::to(api::save_metadata)),
        get("/admin/files", Admin, web::to(admin::files::files)),
        get("/admin/files/{id}/content", Admin, web::to(admin::files::content)),
        get("/set-up", SetUpLink, web::to(entrance::set_up_page)),
        post("/set-up", SetUpLink, web::to(entrance::set_up)),
        get("/sign-in", Anyone, web::to(entrance::sign_in_page)),
        post("/sign-in", Anyone, web::to(entrance::sign_in)),
        post("/sign-out", Anyone, web::to(entrance::sign_out)),
        get("/healthz", Anyone, web::to(health::alive)),
        get("/readyz", Anyone, web::to(health::ready)),
    ]
}

/// Registers the table: one resource a path, so that a wrong method is answered 405; plain paths first, which are
/// compared rather than matched.
pub fn configure(config: &mut ServiceConfig) {
    let mut resources: Vec<(&'static str, Resource)> = Vec::new();
    for Entry { path, route, .. } in table() {
        match resources.iter().position(|(known, _)| *known == path) {
            Some(index) => {
                let (path, resource) = resources.swap_remove(index);
                resources.push((path, resource.route(route)));
            }
            None => resources.push((path, web::resource(path).route(route))),
        }
    }
    resources.sort_by_key(|(path, _)| path.contains('{'));
    for (_, resource) in resources {
        config.service(resource);
    }
}

fn get(path: &'static str, access: Access, route: Route) -> Entry {
    let route = route.guard(guard::Any(guard::Get()).or(guard::Head()));
    Entry { method: Method::GET, path, access, route }
}

fn post(path: &'static str, access: Access, route: Route) -> Entry {
    Entry { method: Method::POST, path, access, route: route.guard(guard::Post()) }
}
