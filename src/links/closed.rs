//! What is said instead of a link that does nothing now.

use crate::{
    error::{Error, Result},
    files::folders::Folder,
    ids::{FolderId, UserId},
    state::AppState,
    web::{Layout, respond},
};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

#[derive(Template)]
#[template(path = "shares/closed.html")]
struct ClosedPage {
    layout: Layout,
    title: &'static str,
    words: String,
}

/// What is said (410) instead of a link that is closed.
///
/// # Errors
///
/// `Internal` when the page cannot be drawn.
pub fn closed_page(title: &'static str, words: String) -> Result<HttpResponse> {
    respond::unstored_page(StatusCode::GONE, &ClosedPage { layout: Layout::of_nobody(), title, words })
}

/// Is a folder of somebody's in the trash, by itself or with one above it, or on its way out?
///
/// # Errors
///
/// `DatabaseUnavailable`.
pub async fn is_put_away(app: &AppState, folder: FolderId, owner: UserId) -> Result<bool> {
    match Folder::find(&app.db, folder, owner).await {
        Ok(_) => Ok(false),
        Err(Error::NotFound) => Ok(true),
        Err(error) => Err(error),
    }
}
