//! What people with an account share with one another.

use super::entry::{Access::SignedIn, Entry, get, post};
use crate::grants::pages;
use actix_web::web;

pub(super) fn with_people() -> Vec<Entry> {
    vec![
        get("/folders/{id}/people", SignedIn, web::to(pages::people)),
        post("/folders/{id}/people", SignedIn, web::to(pages::add)),
        post("/folders/{id}/people/removal", SignedIn, web::to(pages::remove)),
        get("/shared/with-me", SignedIn, web::to(pages::with_me)),
        get("/shared/with-me/{folder}", SignedIn, web::to(pages::folder)),
        get("/shared/with-me/{folder}/folders/{id}", SignedIn, web::to(pages::folder_below)),
        get("/shared/with-me/{folder}/leaving", SignedIn, web::to(pages::leaving)),
        post("/shared/with-me/{folder}/leaving", SignedIn, web::to(pages::leave)),
        get("/shared/with-me/{folder}/files/{id}", SignedIn, web::to(pages::view)),
        get("/shared/with-me/{folder}/files/{id}/content", SignedIn, web::to(pages::content)),
        get("/shared/with-me/{folder}/files/{id}/thumbnail", SignedIn, web::to(pages::thumbnail)),
        get("/shared/with-me/{folder}/files/{id}/download", SignedIn, web::to(pages::download)),
    ]
}
