//! What people with an account share with one another.

use super::entry::{
    Access::{Caller, SignedIn},
    Entry, get, post,
};
use crate::grants::pages;
use actix_web::web;

pub(super) fn with_people() -> Vec<Entry> {
    vec![
        get("/folders/{id}/people", SignedIn, web::to(pages::people)),
        post("/folders/{id}/people", SignedIn, web::to(pages::add)),
        post("/folders/{id}/people/role", SignedIn, web::to(pages::set_role)),
        post("/folders/{id}/people/removal", SignedIn, web::to(pages::remove)),
        get("/shared/with-me", SignedIn, web::to(pages::with_me)),
        get("/shared/with-me/{folder}", SignedIn, web::to(pages::folder)),
        get("/shared/with-me/{folder}/folders/{id}", SignedIn, web::to(pages::folder_below)),
        post("/shared/with-me/{folder}/archive/entries", Caller, web::to(pages::archive_entries)),
        post("/shared/with-me/{folder}/archive/urls", Caller, web::to(pages::archive_urls)),
        post("/shared/with-me/{folder}/trash", SignedIn, web::to(pages::put_away)),
        post("/shared/with-me/{folder}/restoration", SignedIn, web::to(pages::take_back)),
        get("/shared/with-me/{folder}/leaving", SignedIn, web::to(pages::leaving)),
        post("/shared/with-me/{folder}/leaving", SignedIn, web::to(pages::leave)),
        get("/shared/with-me/{folder}/files/{id}", SignedIn, web::to(pages::view)),
        get("/shared/with-me/{folder}/files/{id}/content", SignedIn, web::to(pages::content)),
        get("/shared/with-me/{folder}/files/{id}/thumbnail", SignedIn, web::to(pages::thumbnail)),
        get("/shared/with-me/{folder}/files/{id}/download", SignedIn, web::to(pages::download)),
    ]
}
