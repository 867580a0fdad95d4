//! The URLs of links that open without an account, and of what their owners do with them.

use super::entry::{Access, Entry, delete, get, post};
use crate::{drops, shares};
use actix_web::web;

/// The links by which people share what they have.
pub(super) fn own_shares() -> Vec<Entry> {
    use Access::SignedIn;
    use shares::pages;
    vec![
        get("/shared", SignedIn, web::to(pages::shared)),
        get("/shares/new", SignedIn, web::to(pages::new)),
        post("/shares/new", SignedIn, web::to(pages::new_of_selection)),
        post("/shares", SignedIn, web::to(pages::make)),
        get("/shares/{id}", SignedIn, web::to(pages::share)),
        post("/shares/{id}/terms", SignedIn, web::to(pages::save)),
        post("/shares/{id}/link", SignedIn, web::to(pages::renew)),
        post("/shares/{id}/pause", SignedIn, web::to(pages::pause)),
        post("/shares/{id}/continuation", SignedIn, web::to(pages::resume)),
        post("/shares/{id}/end", SignedIn, web::to(pages::end)),
        post("/shares/{id}/restoration", SignedIn, web::to(pages::restore)),
    ]
}

/// What people without an account are shown by a link. Who is signed in besides makes no difference, so no session is looked for.
pub(super) fn guests() -> Vec<Entry> {
    use Access::SecretLink;
    use shares::guests;
    vec![
        get("/s/{link}", SecretLink, web::to(guests::page)),
        get("/s/{link}/folders/{id}", SecretLink, web::to(guests::folder)),
        post("/s/{link}/password", SecretLink, web::to(guests::unlock)),
        get("/s/{link}/files/{id}", SecretLink, web::to(guests::view)),
        get("/s/{link}/files/{id}/content", SecretLink, web::to(guests::content)),
        get("/s/{link}/files/{id}/thumbnail", SecretLink, web::to(guests::thumbnail)),
        post("/s/{link}/files/{id}/download", SecretLink, web::to(guests::download)),
        post("/s/{link}/archive/entries", SecretLink, web::to(guests::archive_entries)),
        post("/s/{link}/archive/urls", SecretLink, web::to(guests::archive_urls)),
    ]
}

/// Requests for files that people make.
pub(super) fn own_requests() -> Vec<Entry> {
    use Access::SignedIn;
    use drops::pages;
    vec![
        get("/requests", SignedIn, web::to(pages::requests)),
        get("/requests/new", SignedIn, web::to(pages::new)),
        post("/requests", SignedIn, web::to(pages::make)),
        post("/requests/seen", SignedIn, web::to(pages::see)),
        get("/requests/{id}", SignedIn, web::to(pages::request)),
        post("/requests/{id}/terms", SignedIn, web::to(pages::save)),
        post("/requests/{id}/link", SignedIn, web::to(pages::renew)),
        post("/requests/{id}/pause", SignedIn, web::to(pages::pause)),
        post("/requests/{id}/continuation", SignedIn, web::to(pages::resume)),
        post("/requests/{id}/end", SignedIn, web::to(pages::end)),
        post("/requests/{id}/restoration", SignedIn, web::to(pages::restore)),
    ]
}

/// What somebody does who sends files by a link.
pub(super) fn senders() -> Vec<Entry> {
    use crate::uploads::guests;
    use Access::SecretLink;
    vec![
        get("/d/{link}", SecretLink, web::to(guests::page)),
        post("/d/{link}/password", SecretLink, web::to(guests::unlock)),
        post("/d/{link}/presign-upload", SecretLink, web::to(guests::presign_upload)),
        post("/d/{link}/presign-upload/batch", SecretLink, web::to(guests::presign_batch)),
        post("/d/{link}/save-metadata", SecretLink, web::to(guests::save_metadata)),
        post("/d/{link}/save-metadata/batch", SecretLink, web::to(guests::save_batch)),
        post("/d/{link}/preflights", SecretLink, web::to(guests::preflights)),
        post("/d/{link}/multipart-uploads", SecretLink, web::to(guests::create)),
        delete("/d/{link}/multipart-uploads/{id}", SecretLink, web::to(guests::delete)),
        post("/d/{link}/multipart-uploads/{id}/part-urls", SecretLink, web::to(guests::sign_parts)),
        get("/d/{link}/multipart-uploads/{id}/parts", SecretLink, web::to(guests::parts)),
        post("/d/{link}/multipart-uploads/{id}/completion", SecretLink, web::to(guests::completion)),
    ]
}

/// What administrators see of everyone's.
pub(super) fn links_of_all() -> Vec<Entry> {
    use Access::Admin;
    vec![
        get("/admin/shares", Admin, web::to(shares::administration::shares)),
        post("/admin/shares/{id}/end", Admin, web::to(shares::administration::end)),
        get("/admin/requests", Admin, web::to(drops::administration::requests)),
        post("/admin/requests/{id}/end", Admin, web::to(drops::administration::end)),
        post("/admin/sharing", Admin, web::to(shares::administration::turn)),
    ]
}
