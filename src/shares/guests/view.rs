//! One file behind a link, large, and the way to those beside it.

use super::{door::Guest, open_folder};
use crate::{
    database,
    error::Result,
    files::{
        Preview, Ready, State,
        file::File,
        folders::Place,
        list::{
            neighbours,
            search::{Search, SearchQuery},
        },
        pages::{PreviewPane, Strip, file_id},
        view::size_in_words,
    },
    state::AppState,
    web::{Layout, respond},
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "shares/guest_view.html")]
struct GuestView {
    layout: Layout,
    guest: Guest,
    id: String,
    name: String,
    size: String,
    pane: PreviewPane,
    /// Back to the gallery, where this file is.
    list: String,
    /// It among those beside it, in their order.
    strip: Strip,
}

/// Answers with one file behind a link, large.
pub async fn view(app: Data<AppState>, guest: Guest, path: Path<(String, String)>) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, guest.share.owner()).await?;
    let file = Ready::find(&db, file_id(&path.1)?, guest.share.contents()).await?;
    // In a folder that is shared, those of the file's own.
    let folder = file.folder_id().filter(|_| guest.share.folder().is_some());
    let place = folder.map_or(Place::Anywhere, Place::In);
    let search = Search { place, ..Search::all(guest.share.contents()) }.in_state(State::Ready);
    let here = folder.map_or_else(|| guest.base.clone(), |folder| open_folder::url(&guest, folder));
    let beside = neighbours::neighbours(&db, &search, &file).await?;
    drop(db);
    let strip = Strip::of(&beside, &file, |one| format!("{}/files/{}", guest.base, one.id()));
    let pane = PreviewPane::of(&file, format!("{}/files/{}/content", guest.base, file.id()));
    let page = GuestView {
        layout: Layout::of_nobody(),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        size: size_in_words(file.size()),
        pane: PreviewPane { thumbnail_url: pane.thumbnail_url.map(|url| format!("{}{url}", guest.base)), ..pane },
        list: SearchQuery::default().at(&here, "at", &file.cursor(&search)),
        strip: strip.below(&guest.base),
        guest,
    };
    respond::unstored_page(StatusCode::OK, &page)
}

impl GuestView {
    /// Such as `12 of 24 · 3.1 MB`.
    fn place(&self) -> String {
        match self.strip.place() {
            Some(place) => format!("{place} · {}", self.size),
            None => self.size.clone(),
        }
    }

    /// What is said below a picture that is shown small.
    fn why_small(&self) -> &'static str {
        match self.guest.share.has_originals() {
            true => "This is a small picture of it. Download it for all of it.",
            false => "Only a small picture of it is shared.",
        }
    }
}
