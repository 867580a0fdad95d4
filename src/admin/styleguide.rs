//! Every component in every state on one page, to look at.

use crate::{
    error::Result,
    state::AppState,
    web::{
        Admin, Layout, Notice, Undo,
        moved_files::{FileMove, MovedFiles},
    },
};
use actix_web::{Responder, web::Data};
use askama::Template;
use askama_web::WebTemplate;

#[derive(Template, WebTemplate)]
#[template(path = "admin/styleguide.html")]
struct Styleguide {
    layout: Layout,
    /// Of uploads on their way, as the queue has them.
    states: [(&'static str, &'static str); 7],
}

/// Answers with every component that pages are built of.
pub async fn styleguide(app: Data<AppState>, Admin(account): Admin) -> Result<impl Responder> {
    let undo = Undo::of("/files/restoration".into(), &[("move", "0")]);
    let files = MovedFiles::One("holiday.png".to_owned());
    let notice = Notice::Moved { how: FileMove::Trashed, files, undo: Some(undo) };
    Ok(Styleguide {
        layout: Layout::of(&app, &account, "/styleguide").with_notice(Some(notice), "/styleguide"),
        states: [
            ("waiting", "Waiting"),
            ("hashing", "Reading"),
            ("uploading", "12 MB of 30 MB · 4 MB/s · 5 s left"),
            ("confirming", "Checking"),
            ("done", "Done"),
            ("failed", "The connection to storage broke. Check your network and retry."),
            ("cancelled", "Cancelled"),
        ],
    })
}
