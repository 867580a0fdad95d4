//! One file of a folder that is shared with somebody, large, and the way to those beside it.

use super::folder::url;
use crate::{
    database,
    error::Result,
    files::{
        Preview, Ready, State,
        contributed::contributor,
        file::File,
        folders::Place,
        list::{
            neighbours,
            search::{Search, SearchQuery},
        },
        pages::{PreviewPane, Strip, file_id},
        view::size_in_words,
    },
    grants::Member,
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
#[template(path = "grants/view.html")]
struct ViewPage {
    layout: Layout,
    member: Member,
    id: String,
    name: String,
    size: String,
    pane: PreviewPane,
    /// Back to its folder, where this file is.
    list: String,
    /// It among those beside it, in their order.
    strip: Strip,
    /// Did the caller add it, and may put it away?
    is_theirs: bool,
}

/// Answers with one file that is shared with the caller, large, among those of its folder.
pub async fn view(app: Data<AppState>, member: Member, path: Path<(String, String)>) -> Result<HttpResponse> {
    let db = database::read_as(&app.db, member.grant.owner()).await?;
    let scope = member.grant.contents();
    let file = Ready::find(&db, file_id(&path.1)?, scope).await?;
    let folder = file.folder_id().unwrap_or(member.grant.folder());
    let search = Search { place: Place::In(folder), ..Search::all(scope) }.in_state(State::Ready);
    let beside = neighbours::neighbours(&db, &search, &file).await?;
    drop(db);
    let strip = Strip::of(&beside, &file, |one| format!("{}/files/{}", member.base, one.id()));
    let pane = PreviewPane::of(&file, format!("{}/files/{}/content", member.base, file.id()));
    let here = url(&member.base, folder, member.grant.folder());
    let page = ViewPage {
        layout: Layout::of(&app, &member.account, "/shared"),
        id: file.id().to_string(),
        name: file.name().to_owned(),
        size: size_in_words(file.size()),
        pane: PreviewPane { thumbnail_url: pane.thumbnail_url.map(|url| format!("{}{url}", member.base)), ..pane },
        list: SearchQuery::default().at(&here, "at", &file.cursor(&search)),
        strip: strip.below(&member.base),
        is_theirs: member.may_add() && contributor(&file) == Some(member.account.id),
        member,
    };
    respond::unstored_page(StatusCode::OK, &page)
}

impl ViewPage {
    /// Such as `12 of 24 · 3.1 MB`.
    fn place(&self) -> String {
        match self.strip.place() {
            Some(place) => format!("{place} · {}", self.size),
            None => self.size.clone(),
        }
    }
}
